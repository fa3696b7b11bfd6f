"""Units of definitions in each atom: of those that look at a conversation alone, and of those that remember its case.

Axes as in atom_counts.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simulator.contracts import meters as names
from simulator.engine.atlas.atom_counts import with_fresh_channels
from simulator.engine.atlas.atoms import Atoms
from simulator.engine.atlas.bills import Atlas
from simulator.engine.atlas.contexts import Memory, Stage
from simulator.engine.atlas.counts import Chance, divided
from simulator.engine.atlas.dealt import by_group, summed
from simulator.engine.atlas.kinds import SOLVED
from simulator.engine.atlas.passages import Passages
from simulator.engine.atlas.tables import deal
from simulator.engine.atlas.tally import Kinds

Array = NDArray[np.float64]
Units = dict[str, Array]
"""Units by key of the meter, shape (atom, month, trial)."""

ROUNDS: Final = 4
"""Rounds of fitting a table to its margins."""


def plain_units(atlas: Atlas, definitions: Sequence[str], kinds: Sequence[Kinds], numbers: Sequence[Array]) -> Units:
    """Return the units of definitions without memory, and those of them that are solved.

    Args:
        kinds: of each contact, and last of the duplicates.
        numbers: of these kinds in each atom.
    """
    found: Units = {}
    for name in definitions:
        for contact, (each, drawn) in enumerate(zip(kinds, numbers, strict=True)):
            units = atlas.units[contact][name][each.leaf, each.interval, each.other, each.score]
            for suffix, flag in SOLVED.items():
                solved = np.array([flag(leaf) for leaf in atlas.leaves(contact)])[each.leaf]
                _add(found, names.resolutions(name) + suffix, (units * solved).astype(np.float64), drawn)
    return found


def _add(found: Units, key: str, units: Array, numbers: Array) -> None:
    amount = np.einsum("k,akmt->amt", units, numbers)
    found[key] = found[key] + amount if key in found else amount


def remembered_units(memory: Memory, definitions: Sequence[str], tables: Iterator[tuple[Stage, Array]]) -> Units:
    """Return the units of definitions with memory, and those of them that are solved.

    Args:
        tables: numbers of each contact and of the duplicates, shape (atom, state, group, month, trial).
    """
    found: Units = {}
    for stage, table in tables:
        flat = table.reshape(len(table), -1, *table.shape[3:])
        for name in definitions:
            units = stage.units[memory.definitions.index(name)]
            for suffix, flag in SOLVED.items():
                solved = units * np.array([flag(leaf) for leaf in stage.examples])
                _add(found, names.resolutions(name) + suffix, solved.ravel().astype(np.float64), flat)
    return found


def state_tables(
    chance: Chance,
    months: range,
    memory: Memory,
    tables: Sequence[Array],
    kinds: Sequence[Kinds],
    numbers: Sequence[Array],
    means: Sequence[Passages],
    atoms: Atoms,
    same_channel: Array,
) -> Iterator[tuple[Stage, Array]]:
    """Yield for every contact, and last for the duplicates, numbers of shape (atom, state, group, month, trial).

    Given are the numbers by state and group of all, those by atom and group, and how many cases of each atom are in
    each state; the first two are kept exactly, the third is in the odds.

    Args:
        months: of which the streams are.
        tables: of all conversations in these months, shape (state, group, month, trial) each.
        kinds: of each contact, and last of the duplicates; likewise their numbers in each atom in these months.
        means: what is expected of each atom, in all months.
    """
    now = slice(months.start, months.stop)
    reaching: Array | None = None
    for contact, stage in enumerate(memory.contacts):
        groups = _groups(stage, kinds[contact], numbers[contact])
        expected = np.stack([each.contacts[contact][..., now, :] for each in means])
        found = _dealt(chance, f"atoms.state.{contact}", months, tables[contact], groups, expected, reaching)
        states = int(stage.following.max(initial=-1)) + 1
        reaching = np.stack([summed(stage.following, each, states) for each in found]) if states else None
        yield stage, found
    stage = memory.duplicates
    groups = _groups(stage, kinds[-1], numbers[-1])
    own = np.stack([each.duplicates[..., now, :] for each in means])
    by_state = own.sum(axis=2)
    of_atom = np.broadcast_to(by_state.sum(axis=1, keepdims=True), by_state.shape)
    put = with_fresh_channels(by_state, of_atom, atoms, same_channel)
    expected = own * divided(put, by_state)[:, :, None]
    yield stage, _dealt(chance, "atoms.state.duplicate", months, tables[-1], groups, expected, None)


def _groups(stage: Stage, kinds: Kinds, numbers: Array) -> Array:
    """Return the numbers of each group, shape (atom, group, month, trial)."""
    return np.stack([by_group(stage, kinds, each) for each in numbers])


def _dealt(
    chance: Chance, name: str, months: range, table: Array, groups: Array, expected: Array, reaching: Array | None
) -> Array:
    """Deal the cells of a table of states and groups to the atoms, all groups at once and month by month."""
    if len(table) == 1:
        return groups[:, None]
    if chance.draws and reaching is not None:
        expected = _fitted(expected, table, groups, reaching)
    found = [
        deal(chance, name, month, groups[:, :, place], table[:, :, place], expected[:, :, :, place])
        for place, month in enumerate(months)
    ]
    return np.stack(found, axis=3)


def _fitted(expected: Array, table: Array, groups: Array, reaching: Array) -> Array:
    """Return the cells with the odds of the expected ones and, about, the three margins that were drawn."""
    found = expected
    for _ in range(ROUNDS):
        found = found * divided(reaching, found.sum(axis=2))[:, :, None]
        found = found * divided(groups, found.sum(axis=1))[:, None]
        found = found * divided(table, found.sum(axis=0))
    return found

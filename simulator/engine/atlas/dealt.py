"""Units of definitions with memory, from the numbers of kinds: whole tables of state and group with given margins.

The numbers of kinds are drawn before and without regard to what definitions remember. Numbers by state are known from
the contact before; given both, the table is dealt (tables.py).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from simulator.contracts import meters as names
from simulator.engine.atlas.contexts import Memory, Stage
from simulator.engine.atlas.counts import Chance
from simulator.engine.atlas.kinds import SOLVED
from simulator.engine.atlas.passages import Passages
from simulator.engine.atlas.tables import deal
from simulator.engine.atlas.tally import Kinds

Array = NDArray[np.float64]


def memory_meters(memory: Memory, tables: Sequence[Array]) -> dict[str, Array]:
    """Return the units of definitions with memory, and those of them that are solved, shape (month, trial) each.

    Args:
        tables: numbers of each contact, and last of the duplicates, shape (state, group, month, trial).
    """
    found: dict[str, Array] = {}
    for stage, table in zip((*memory.contacts, memory.duplicates), tables, strict=True):
        for suffix, flag in SOLVED.items():
            chosen = stage.units * np.array([flag(leaf) for leaf in stage.examples])
            units = np.tensordot(chosen.astype(np.float64), table, axes=2)
            for name, amount in zip(memory.definitions, units, strict=True):
                key = f"{names.resolutions(name)}{suffix}"
                found[key] = found[key] + amount if key in found else amount
    return found


def memory_tables(chance: Chance, memory: Memory, kinds: Sequence[Kinds], expected: Passages) -> list[Array]:
    """Return the numbers of each contact, and last of the duplicates, shape (state, group, month, trial) each.

    Args:
        kinds: of each contact, and last of the duplicates.
    """
    reaching = kinds[0].numbers.sum(axis=0)[None]
    originals = np.zeros_like(expected.originals)
    tables: list[Array] = []
    for contact, stage in enumerate(memory.contacts):
        groups = by_group(stage, kinds[contact], kinds[contact].numbers)
        table = deal(chance, "memory.state", contact, reaching, groups, expected.contacts[contact])
        reaching = summed(stage.following, table)
        if memory.copying:
            originals += summed(stage.original, table, len(originals))
        tables.append(table)
    groups = by_group(memory.duplicates, kinds[-1], kinds[-1].numbers)
    if not memory.copying:
        return [*tables, groups[None]]
    spawned = _spawned(chance, memory, groups.sum(axis=0), originals, expected)
    return [*tables, deal(chance, "memory.duplicate", 0, spawned, groups, expected.duplicates)]


def by_group(stage: Stage, kinds: Kinds, numbers: Array) -> Array:
    """Return numbers of kinds (kind, month, trial) by group, shape (group, month, trial)."""
    group = stage.group[kinds.leaf, kinds.interval, kinds.other, kinds.score]
    chosen = np.equal.outer(np.arange(len(stage.examples)), group).astype(np.float64)
    return np.tensordot(chosen, numbers, axes=1)


def summed(place: NDArray[np.intp], table: Array, places: int | None = None) -> Array:
    """Return sums of a table's cells by place, shape (place, month, trial); cells of place -1 are left out."""
    found = np.zeros((place.max(initial=0) + 1 if places is None else places, *table.shape[2:]))
    for (state, group), where in np.ndenumerate(place):
        if where >= 0:
            found[where] += table[state, group]
    return found


def _spawned(chance: Chance, memory: Memory, number: Array, originals: Array, expected: Passages) -> Array:
    """Return the numbers of duplicates by what their originals counted for, shape (state, month, trial)."""
    rows = np.stack([number, originals.sum(axis=0) - number])
    means = np.stack([expected.spawned, expected.originals - expected.spawned])
    by_sort = deal(chance, "memory.spawned", 0, rows, originals, means)[0]
    return summed(memory.state_of[None], by_sort[None])

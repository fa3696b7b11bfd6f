"""Some months of all atoms: kinds of every contact, units, and conversations by model, level and end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from simulator.contracts import meters as names
from simulator.engine.atlas.atom_counts import (
    Groups,
    Masses,
    by_end,
    first_contacts,
    groups_of,
    masses_of,
    merged,
    spawned,
    spread,
    sums_where,
)
from simulator.engine.atlas.atom_kinds import Units, plain_units, remembered_units, state_tables
from simulator.engine.atlas.atoms import Atoms
from simulator.engine.atlas.bills import Atlas
from simulator.engine.atlas.contexts import Memory
from simulator.engine.atlas.counts import Chance
from simulator.engine.atlas.expected import ACTED, Expected
from simulator.engine.atlas.kinds import SOLVED, TO_AI, Leaf
from simulator.engine.atlas.law import Law
from simulator.engine.atlas.passages import Passages
from simulator.engine.atlas.tally import Kinds
from simulator.law import ENDS

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Apart:
    """What is expected of the conversations that are billed apart.

    Attributes:
        expected: counts of each atom.
        passages: of each atom; empty where no definition with memory is asked.
        routed: of each atom by model, shape (model, channel, end, level, month, trial).
    """

    atoms: Atoms
    expected: Sequence[Expected]
    passages: Sequence[Passages]


@dataclass(frozen=True, slots=True)
class Counted:
    """What was drawn of all conversations.

    Attributes:
        kinds: of each contact, and last of the duplicates.
        tables: likewise, of states and groups, shape (state, group, month, trial); empty without memory.
        by_model: numbers, shape (model, level, end, month, trial).
    """

    kinds: Sequence[Kinds]
    tables: Sequence[Array]
    by_model: Array

    def of(self, months: slice) -> Counted:
        """Return some months."""
        return Counted(
            [replace(each, numbers=each.numbers[:, months]) for each in self.kinds],
            [each[:, :, months] for each in self.tables],
            self.by_model[..., months, :],
        )


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of the atoms: definitions without and with memory, and whether sums are."""

    plain: tuple[str, ...]
    remembered: tuple[str, ...]
    sums: bool


@dataclass(frozen=True, slots=True)
class ToSum:
    """Conversations of some months whose sums are asked.

    Attributes:
        by_model: shape (atom, model, level, end, month, trial).
        acted: those with a completed action by branch, shape (atom, branch, month, trial).
    """

    by_model: Array
    acted: Array


@dataclass(frozen=True, slots=True)
class AtomMonths:
    """Numbers of some months in each atom.

    Attributes:
        units: cases, conversations and resolutions, shape (atom, month, trial), by key of the meter.
        to_sum: None where no sums are asked.
    """

    units: Units
    to_sum: ToSum | None


def atom_months(
    chance: Chance,
    months: range,
    apart: Apart,
    whole: Counted,
    routed: Sequence[Array],
    asked: Asked,
    groups: Sequence[Groups],
    masses: Sequence[Masses],
    atlas: Atlas,
    memory: Memory | None,
    law: Law,
) -> AtomMonths:
    """Share the conversations of some months out over the atoms; what a month gets does not depend on the others.

    Args:
        whole: of all months.
        routed: expected conversations of each atom by model, shape (model, channel, end, level, month, trial).
        groups: of the kinds of each contact (groups_asked).
        masses: of the kinds of each contact (masses_by_contact).
    """
    now = slice(months.start, months.stop)
    here, own = whole.of(now), chance.monthly(months)
    kinds, numbers = _numbers(own, now, apart, here, groups, masses, atlas, law)
    leaves = [atlas.leaves(contact) for contact in range(len(numbers))]
    of = list(zip(leaves, kinds, numbers, strict=True))
    units: Units = {"cases": numbers[0].sum(axis=1)}
    for suffix, solved in SOLVED.items():
        handled = [sums_where(*each, lambda leaf, solved=solved: _handled(leaf) and solved(leaf)) for each in of]  # type: ignore[misc]
        units[names.CONVERSATIONS + suffix] = np.add.reduce(handled)
    units |= plain_units(atlas, asked.plain, kinds, numbers)
    if asked.remembered and memory is not None:
        same = law.returns.same_channel
        tables = state_tables(chance, months, memory, here.tables, kinds, numbers, apart.passages, apart.atoms, same)
        units |= remembered_units(memory, asked.remembered, tables)
    if not asked.sums:
        return AtomMonths(units, None)
    ends = np.add.reduce([by_end(*each) for each in of])
    by_model = _by_model(own, ends, here.by_model, [each[..., now, :] for each in routed])
    acted = [np.add.reduce([sums_where(*each, lambda leaf, at=at: leaf.branch == at) for each in of]) for at in ACTED]  # type: ignore[misc]
    return AtomMonths(units, ToSum(by_model, np.stack(acted, axis=1)))


def _handled(leaf: Leaf) -> bool:
    return not leaf.other


def _numbers(
    chance: Chance,
    months: slice,
    apart: Apart,
    whole: Counted,
    groups: Sequence[Groups],
    masses: Sequence[Masses],
    atlas: Atlas,
    law: Law,
) -> tuple[list[Kinds], list[Array]]:
    """Return the kinds of each contact, and last of the duplicates, and their numbers, (atom, kind, month, trial)."""
    kinds, found = list(whole.kinds), list[Array]()
    contacts = len(kinds) - 1
    for contact in range(contacts):
        own = masses[contact].of(months)
        if contact == 0:
            found.append(first_contacts(chance, kinds[0].numbers, own))
            continue
        before = atlas.leaves(contact - 1), kinds[contact - 1], found[-1]
        back = sums_where(*before, lambda leaf: leaf.fate == TO_AI)
        kinds[contact], own = _as_asked(groups, contact, kinds[contact], own)
        found.append(spread(chance, f"atoms.returns.{contact}", back, kinds[contact].numbers, own))
    last = kinds[-1]
    if not last.numbers.any():
        return kinds, [*found, np.zeros((len(apart.expected), *last.numbers.shape))]
    ends = np.add.reduce([by_end(atlas.leaves(at), kinds[at], found[at]) for at in range(contacts)])
    expected = [each.duplicates for each in apart.expected]
    means = np.stack([each.base[0][..., months, :].sum(axis=(0, 1)) for each in expected])
    chances = np.concatenate([law.returns.duplicate.T, law.returns.same_channel[None]])
    rows = spawned(chance, last.numbers.sum(axis=0), ends, means, apart.atoms, chances)
    kinds[-1], own = _as_asked(groups, contacts, last, masses[-1].of(months))
    return kinds, [*found, spread(chance, "atoms.duplicates", rows, kinds[-1].numbers, own)]


def _as_asked(groups: Sequence[Groups], contact: int, kinds: Kinds, masses: Array) -> tuple[Kinds, Array]:
    """Return the kinds merged that nobody asks to tell apart; what is remembered of a case needs them all."""
    return merged(kinds, masses, groups[contact]) if groups else (kinds, masses)


def groups_asked(asked: Asked, atlas: Atlas, kinds: Sequence[Kinds]) -> tuple[Groups, ...]:
    """Return the groups of each contact, and last of the duplicates; none where a definition remembers the case."""
    if asked.remembered:
        return ()
    return tuple(
        groups_of(
            atlas.leaves(contact),
            each,
            [atlas.units[contact][name][each.leaf, each.interval, each.other, each.score] for name in asked.plain],
            acted=asked.sums,
        )
        for contact, each in enumerate(kinds)
    )


def masses_by_contact(apart: Apart, atlas: Atlas, kinds: Sequence[Kinds]) -> list[Masses]:
    """Return what is expected of the kinds of each contact, and last of the duplicates."""
    means = [[each.contacts[contact] for each in apart.expected] for contact in range(len(kinds) - 1)]
    means.append([each.duplicates for each in apart.expected])
    return [
        masses_of(atlas, atlas.leaves(contact), each, own)
        for contact, (each, own) in enumerate(zip(kinds, means, strict=True))
    ]


def _by_model(chance: Chance, ends: Array, whole: Array, routed: Sequence[Array]) -> Array:
    """Share conversations of each end out over model and level, shape (atom, model, level, end, month, trial).

    Args:
        ends: shape (atom, end, month, trial).
        whole: of all, shape (model, level, end, month, trial).
        routed: expected conversations of each atom, shape (model, channel, end, level, month, trial).
    """
    means = np.stack([each.sum(axis=1).swapaxes(1, 2) for each in routed])
    found = np.empty(means.shape)
    models, levels = whole.shape[:2]
    for end in range(len(ENDS)):
        numbers = whole[:, :, end].reshape(models * levels, *whole.shape[3:])
        masses = means[:, :, :, end].reshape(len(means), models * levels, *whole.shape[3:])
        taken = spread(chance, f"atoms.model.{end}", ends[:, end], numbers, masses)
        found[:, :, :, end] = taken.reshape(len(means), models, levels, *whole.shape[3:])
    return found

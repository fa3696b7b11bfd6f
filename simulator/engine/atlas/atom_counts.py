"""Whole numbers of conversations of every kind in each atom, given those of all: they add up to them, whatever happens.

The numbers of all conversations are drawn before and without regard to parts. First contacts are thinned by kind, which
is exact. Of later contacts it is known how many of each atom came back, and of which kinds all of them are: numbers
with both sums, dealt kind by kind with the odds that a conversation of the kind is the atom's. So a case keeps its
intent and its channel over its contacts. Duplicates follow the atom of their original, or with a fresh channel that of
their intent.

Some months at a time, whose streams are their own (Chance.monthly). Axes: (atom, kind, month, trial).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from simulator.engine.atlas.atoms import Atoms
from simulator.engine.atlas.bills import OTHERS, Atlas
from simulator.engine.atlas.counts import Chance, cell_places, divided, share_out
from simulator.engine.atlas.expected import Contact
from simulator.engine.atlas.kinds import SOLVED, TO_AI, Leaf
from simulator.engine.atlas.tally import Kinds
from simulator.law import ENDS

Array = NDArray[np.float64]
Index = NDArray[np.intp]

LARGEST_ODDS: Final = 1e6
"""Odds are kept between this and its inverse: what an atom never has it gets only where there is nothing else."""
ENOUGH: Final = 2_000
"""Conversations of a month that are dealt with the shares as they are: of a mean less than 0.001 is lost."""
ROUNDS: Final = 40
SETTLED: Final = 1e-3
LONGEST_STEP: Final = 2.0
FARTHEST: Final = 16.0
"""How log odds are fitted: rounds at most, the step at which it ends, the longest step, and how far they may move."""


@dataclass(frozen=True, slots=True)
class Masses:
    """What is expected of each kind in each atom, up to a factor of the kind's own.

    Attributes:
        table: of what atoms tell apart, shape (atom, place, month, trial).
        place: of each kind in it, shape (kind,).
    """

    table: Array
    place: Index

    def of(self, months: slice) -> Array:
        """Return those of some months, shape (atom, kind, month, trial)."""
        return np.asarray(self.table[:, :, months][:, self.place])


def masses_of(atlas: Atlas, leaves: Sequence[Leaf], kinds: Kinds, means: Sequence[Contact]) -> Masses:
    """Return what is expected of each kind in each atom.

    Verdicts, scores and whether a person solves the problem do not depend on intent and channel.

    Args:
        means: what is expected of a contact in each atom.
    """
    edges = list(pairwise([None, *sorted(atlas.borders), None]))
    timed, classed = (_varying(kinds.leaf, column, len(leaves)) for column in (kinds.interval, kinds.other))
    found: dict[tuple[object, ...], Array] = {}
    place = []
    for leaf, interval, other in zip(kinds.leaf, kinds.interval, kinds.other, strict=True):
        kind = leaves[leaf]
        low, high = edges[interval] if timed[leaf] else (None, None)
        others = (1 + int(other),) if classed[leaf] else tuple(range(1, 1 + len(OTHERS)))
        classes = others if kind.other else (0,)
        key = (min(kind.fate, 1), kind.branch, classes, kind.mark, low, high)
        if key not in found:
            cells = cell_places(kind.branch, classes, (kind.mark,))
            found[key] = np.stack([_mass(atlas, each, kind.fate, cells, low, high) for each in means])
        place.append(list(found).index(key))
    return Masses(np.stack(list(found.values()), axis=1), np.array(place))


def _varying(leaf: Index, column: Index, leaves: int) -> NDArray[np.bool_]:
    """Return for each leaf whether its kinds differ in a column."""
    return np.array([len(set(column[leaf == place].tolist())) > 1 for place in range(leaves)])


def _mass(atlas: Atlas, means: Contact, fate: int, cells: list[int], low: float | None, high: float | None) -> Array:
    """Return the expected number of some cells that return between two borders, shape (month, trial)."""

    def before(edge: float) -> Array:
        return np.asarray(means.sooner[atlas.borders.index(edge), cells].sum(axis=0))

    upper = means.cells[min(fate, 1), cells].sum(axis=0) if high is None else before(high)
    return np.asarray(np.maximum(upper - (0.0 if low is None else before(low)), 0.0))


@dataclass(frozen=True, slots=True)
class Groups:
    """Kinds that bill alike, and lead to the same ends.

    Attributes:
        first: a kind of each group, which stands for all of it, shape (group,).
        order: the kinds, group by group, shape (kind,).
        starts: where each group begins in that order, shape (group,).
    """

    first: Index
    order: Index
    starts: Index


def groups_of(leaves: Sequence[Leaf], kinds: Kinds, units: Sequence[NDArray[np.int8]], *, acted: bool) -> Groups:
    """Return the groups of a contact's kinds.

    Args:
        units: of each definition that is asked, shape (kind,).
        acted: whether completed actions are told apart.
    """
    of = [leaves[leaf] for leaf in kinds.leaf]
    told = [
        [leaf.fate == TO_AI, leaf.branch if acted else leaf.end, leaf.other, *(flag(leaf) for flag in SOLVED.values())]
        for leaf in of
    ]
    features = np.column_stack([np.array(told, dtype=np.int64), *units])
    _, first, place = np.unique(features, axis=0, return_index=True, return_inverse=True)
    order = np.argsort(place.ravel(), kind="stable")
    return Groups(first, order, np.searchsorted(place.ravel()[order], np.arange(len(first))))


def merged(kinds: Kinds, masses: Array, groups: Groups) -> tuple[Kinds, Array]:
    """Return the kinds of each group as one, and what is expected of them in each atom, (atom, kind, month, trial).

    Args:
        masses: in proportion within each kind to what is expected, shape (atom, kind, month, trial).
    """
    share = divided(kinds.numbers, masses.sum(axis=0))
    columns = (column[groups.first] for column in (kinds.leaf, kinds.interval, kinds.other, kinds.score))
    numbers = _sums(groups, kinds.numbers)
    return Kinds(numbers, *columns), np.stack([_sums(groups, mass * share) for mass in masses])


def _sums(groups: Groups, amounts: Array) -> Array:
    """Return the sums of kinds by group, shape (group, month, trial)."""
    return np.add.reduceat(amounts[groups.order], groups.starts, axis=0)


def first_contacts(chance: Chance, numbers: Array, masses: Array) -> Array:
    """Thin the kinds of first contacts.

    Args:
        numbers: of all conversations, shape (kind, month, trial).
        masses: in proportion within each kind to what is expected, shape (atom, kind, month, trial).
    """
    return share_out(chance, "atoms.first", 0, numbers, masses)


def spread(chance: Chance, name: str, rows: Array, numbers: Array, masses: Array) -> Array:
    """Deal kinds to atoms of which it is known how many conversations they have.

    Args:
        name: of the streams.
        rows: shape (atom, month, trial), with the sums of the numbers.
        numbers, masses: as in first_contacts.
    """
    if not chance.draws:
        return numbers * divided(masses, masses.sum(axis=0))
    found = np.empty(masses.shape)
    left, mass = numbers, masses.sum(axis=0)
    for atom, row in enumerate(rows[:-1]):
        shares = divided(masses[atom], mass)
        taken = _one_atom(chance, f"{name}.{atom}", row, left, _told_apart(shares, left, row))
        found[atom], left, mass = taken, left - taken, np.maximum(mass - masses[atom], 0.0)
    found[-1] = left
    return found


def _told_apart(shares: Array, numbers: Array, row: Array) -> Array:
    """Return the share of an atom in each kind of each trial, so that kinds and rows have their sums.

    Were n conversations dealt with the shares as they are, of the difference between kinds about 2 / n would be lost:
    kinds were drawn not knowing how many are the atom's. In months with few they are moved.

    Args:
        shares: in what is expected, (kind, month, trial).
        numbers: conversations, (kind, month, trial).
        row: the atom's conversations, (month, trial).
    """
    few = numbers.sum(axis=0).min(axis=-1) <= ENOUGH
    if not few.any():
        return shares
    found = shares.copy()
    found[:, few] = _moved(shares[:, few], numbers[:, few], row[few])
    return found


def _moved(shares: Array, numbers: Array, row: Array) -> Array:
    """Return shares with which kinds and rows have their sums, month by month.

    The log odds of all trials' shares in a kind are moved until what is dealt of the kind has the sum it should have
    over the block's trials, and those of a trial's until its conversations have the row's sum (iterative proportional
    fitting, Deming and Stephan 1940, by Newton's steps). By what all rows together miss the sum of all kinds, by
    chance, the sums of kinds are moved too, in proportion to their variance; there would be no answer else.
    With fewer than about eight conversations that differ much there is no such answer: it comes as near as it can.

    Args:
        shares, numbers, row: as in _told_apart.
    """
    within = np.clip(shares, 1 / LARGEST_ODDS, 1 - 1 / LARGEST_ODDS)
    start, wanted = np.log(within / (1 - within)), _consistent(numbers, within, row)
    of_kind, of_trial = np.zeros_like(wanted), np.zeros(row.shape)
    open_months: Index = np.arange(len(row))
    for _ in range(ROUNDS):
        here, mine = start[:, open_months], numbers[:, open_months]
        before = of_kind[:, open_months]
        of_trial[open_months] = _nearer(here + before[..., None], of_trial[open_months], mine, row[open_months], 0)
        kinds = _nearer(here + of_trial[open_months], before, mine, wanted[:, open_months], -1)
        of_kind[:, open_months] = kinds
        open_months = open_months[np.abs(kinds - before).max(axis=0) >= SETTLED]
        if not len(open_months):
            break
    of_trial = _nearer(start + of_kind[..., None], of_trial, numbers, row, 0)
    found = expit(start + of_kind[..., None] + of_trial)
    return np.asarray(np.where((shares > 0) & (shares < 1), found, shares))


def _consistent(numbers: Array, shares: Array, row: Array) -> Array:
    """Return what is wanted of each kind in all trials, with the rows' sum, shape (kind, month)."""
    wanted, variance = (numbers * shares).sum(axis=-1), (numbers * shares * (1 - shares)).sum(axis=-1)
    return np.asarray(wanted + divided(variance, variance.sum(axis=0)) * (row.sum(axis=-1) - wanted.sum(axis=0)))


def _nearer(start: Array, offset: Array, numbers: Array, wanted: Array, axis: int) -> Array:
    """Move log odds by a Newton step, so that the dealt numbers summed over an axis come nearer to what is wanted."""
    share = expit(start + np.expand_dims(offset, axis))
    dealt = numbers * share
    gap = wanted - dealt.sum(axis=axis)
    step = divided(gap, (dealt * (1 - share)).sum(axis=axis))
    return np.asarray(np.clip(offset + np.clip(step, -LONGEST_STEP, LONGEST_STEP), -FARTHEST, FARTHEST))


def _one_atom(chance: Chance, name: str, row: Array, numbers: Array, shares: Array) -> Array:
    """Return how many of each kind are an atom's, given how many in all: down a tree of halves of the kinds."""
    kinds = len(numbers)
    size = 1 << max(kinds - 1, 0).bit_length()
    padded = np.zeros((2, size, *numbers.shape[1:]))
    padded[0, :kinds], padded[1, :kinds] = numbers, numbers * shares
    layers = [padded]
    while layers[-1].shape[1] > 1:
        layers.append(layers[-1][:, 0::2] + layers[-1][:, 1::2])
    found = row[None]
    for depth, (number, weight) in enumerate(reversed(layers[:-1])):
        left, right = number[0::2], number[1::2]
        ours, theirs = divided(weight[0::2], left), divided(weight[1::2], right)
        sooner = chance.overlap(f"{name}.{depth}", 0, left + right, found, left, _odds(ours, theirs))
        found = np.stack([sooner, found - sooner], axis=1).reshape(-1, *row.shape)
    return found[:kinds]


def _odds(first: Array, second: Array) -> Array:
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = first * (1 - second) / ((1 - first) * second)
    return np.asarray(np.clip(np.nan_to_num(ratio, nan=1.0, posinf=LARGEST_ODDS), 1 / LARGEST_ODDS, LARGEST_ODDS))


def sums_where(leaves: Sequence[Leaf], kinds: Kinds, numbers: Array, flag: Callable[[Leaf], bool]) -> Array:
    """Return the conversations of the chosen leaves in each atom, shape (atom, month, trial)."""
    return _sums_by(np.array([[flag(leaf) for leaf in leaves]])[:, kinds.leaf], numbers)[:, 0]


def by_end(leaves: Sequence[Leaf], kinds: Kinds, numbers: Array) -> Array:
    """Return conversations by kind of end, shape (atom, end, month, trial)."""
    end = np.array([leaf.end for leaf in leaves])[kinds.leaf]
    return _sums_by(np.equal.outer(np.arange(len(ENDS)), end), numbers)


def _sums_by(chosen: NDArray[np.bool_], numbers: Array) -> Array:
    """Return sums of some kinds in each atom, shape (atom, sum, month, trial).

    Args:
        chosen: shape (sum, kind).
        numbers: shape (atom, kind, month, trial).
    """
    flat = numbers.reshape(*numbers.shape[:2], -1)
    return np.asarray(np.matmul(chosen.astype(np.float64), flat).reshape(len(numbers), len(chosen), *numbers.shape[2:]))


def spawned(chance: Chance, number: Array, ends: Array, means: Array, atoms: Atoms, law: Array) -> Array:
    """Share duplicates out in proportion to those that each atom's originals spawn, shape (atom, month, trial).

    Args:
        number: of all duplicates, shape (month, trial).
        ends: originals by kind of end, shape (atom, end, month, trial).
        means: expected duplicates, shape (atom, month, trial).
        law: chance of a duplicate by end, then of its staying on the channel, shape (end + 1, trial).
    """
    spawning = np.asarray((ends * law[:-1, None]).sum(axis=1))
    weights = with_fresh_channels(spawning, means, atoms, law[-1])
    return share_out(chance, "atoms.spawned", 0, number[None], weights[:, None])[:, 0]


def with_fresh_channels(spawning: Array, expected: Array, atoms: Atoms, same_channel: Array) -> Array:
    """Return duplicates by their own atom from those by the atom of their original.

    A duplicate stays on the channel with the chance `same_channel`; else it is on a channel of its intent.

    Args:
        spawning: by the atom of the original, shape (atom, ..., month, trial).
        expected: in proportion to what is expected, by the duplicate's own atom, same shape.
        same_channel: shape (trial,).
    """
    found = np.empty_like(spawning)
    for group in {atom.group for atom in atoms.atoms}:
        mine = [place for place, atom in enumerate(atoms.atoms) if atom.group == group]
        fresh = divided(expected[mine], expected[mine].sum(axis=0)) * spawning[mine].sum(axis=0)
        found[mine] = same_channel * spawning[mine] + (1 - same_channel) * fresh
    return found

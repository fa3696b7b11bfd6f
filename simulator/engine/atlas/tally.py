"""From counts of kinds to units of definitions: hours, classes and scores are split only where one looks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.engine.atlas.bills import OTHERS, SCORES, Atlas
from simulator.engine.atlas.borders import parent
from simulator.engine.atlas.contexts import Memory
from simulator.engine.atlas.counts import Chance, Counts, cell_places, divided, share_out
from simulator.engine.atlas.expected import Contact
from simulator.engine.atlas.kinds import NO_RETURN, Leaf
from simulator.engine.atlas.law import Law
from simulator.engine.atlas.tables import deal
from simulator.records import CLASSES

Array = NDArray[np.float64]


@dataclass(slots=True)
class Kinds:
    """Numbers of the kinds of one contact, as finely as the definitions ask.

    Attributes:
        numbers: shape (kind, month, trial).
        leaf, interval, other, score: places of each kind in the axes of Atlas.units, shape (kind,).
    """

    numbers: Array
    leaf: NDArray[np.intp]
    interval: NDArray[np.intp]
    other: NDArray[np.intp]
    score: NDArray[np.intp]


def split_kinds(
    chance: Chance, atlas: Atlas, memory: Memory | None, contact: int, counts: Counts, means: Contact, law: Law
) -> Kinds:
    """Split the counts of a contact as finely as the definitions look."""
    looked: list[NDArray[Any]] = atlas.looks(contact)
    if memory is not None:
        looked.append((*memory.contacts, memory.duplicates)[contact].group)
    everything = np.stack(looked) if looked else np.zeros((1, len(counts.of), 1, 1, 1))
    by_hours = _varies(everything, 2) & np.array([leaf.fate != NO_RETURN for leaf in counts.of])
    by_class, by_score = _varies(everything, 3), _varies(everything, 4)
    parts: list[tuple[Array, int, int, int, int]] = []
    intervals = _Intervals(chance, atlas, contact, counts, means)
    labels = _Labels(chance, contact, counts, means, law)
    labelled = [
        labels.of(leaf, by_class=bool(by_class[leaf]), by_score=bool(by_score[leaf])) for leaf in range(len(counts.of))
    ]
    split = intervals.of({leaf: labelled[leaf] for leaf in np.flatnonzero(by_hours).tolist()})
    for leaf, own in enumerate(labelled):
        for interval, by_label in enumerate(split.get(leaf, [[label.scores for label in own]])):
            for label, scores in zip(own, by_label, strict=True):
                parts += [(part, leaf, interval, label.other, score) for score, part in enumerate(scores)]
    columns = [np.array([part[column] for part in parts], dtype=np.intp) for column in range(1, 5)]
    return Kinds(np.stack([part[0] for part in parts]), *columns)


def _varies(units: NDArray[Any], axis: int) -> NDArray[np.bool_]:
    """Return for each leaf whether some definition's units vary along an axis of (definition, leaf, ...)."""
    lowest, highest = units.min(axis=axis), units.max(axis=axis)
    return np.asarray((lowest != highest).any(axis=(0, 2, 3)))


@dataclass(frozen=True, slots=True)
class _Label:
    """The numbers of one class within a kind.

    Attributes:
        other: its place among the classes that are not service, 0 where these are not told apart.
        classes: codes of records.CLASSES.
        scores: numbers without a response and by score, or all in one, shape (score, month, trial).
    """

    other: int
    classes: tuple[int, ...]
    number: Array
    scores: Array


class _Labels:
    """Splits a kind by class and score where a definition tells them apart.

    Classes are told apart wherever scores are, so that scores do not depend on who looks at classes.
    """

    def __init__(self, chance: Chance, contact: int, counts: Counts, means: Contact, law: Law) -> None:
        self.chance, self.contact, self.counts, self.means, self.law = chance, contact, counts, means, law

    def of(self, leaf: int, *, by_class: bool, by_score: bool) -> list[_Label]:
        """Return the classes of a kind."""
        kind, number = self.counts.of[leaf], self.counts.leaves[leaf]
        by_score = by_score and kind.may_respond
        if not kind.other or not (by_class or by_score):
            classes = tuple(range(1, len(CLASSES))) if kind.other else (0,)
            return [_Label(0, classes, number, self._scores(leaf, 0, number, by_score=by_score))]
        parts = share_out(self.chance, f"class.{leaf}", self.contact, number[None], self._classes(leaf))[:, 0]
        return [
            _Label(place, (1 + place,), part, self._scores(leaf, place, part, by_score=by_score))
            for place, part in enumerate(parts)
        ]

    def _scores(self, leaf: int, place: int, number: Array, *, by_score: bool) -> Array:
        if not by_score:
            return number[None]
        chances = np.broadcast_to(score_chances(self.law, self.counts.of[leaf]), (len(SCORES), 1, *number.shape))
        return share_out(self.chance, f"csat.{leaf}.{place}", self.contact, number[None], chances)[:, 0]

    def _classes(self, leaf: int) -> Array:
        kind = self.counts.of[leaf]
        places = [cell_places(kind.branch, (1 + place,), (kind.mark,)) for place in range(len(OTHERS))]
        return np.stack([self.means.cells[min(kind.fate, 1), each].sum(axis=0) for each in places])[:, None]


def score_chances(law: Law, kind: Leaf) -> Array:
    """Return the chances of no response and of each score of those who can be asked, shape (6, 1, 1, trial)."""
    scores = np.diff(law.attributes.scores[:, int(kind.solved)], axis=1, prepend=0.0).T * law.attributes.response
    return np.concatenate([1 - law.attributes.response[None], scores])[:, None, None]


@dataclass(frozen=True, slots=True)
class _Interval:
    """The numbers of one kind that return within an interval.

    Attributes:
        whole: shape (month, trial).
        labels: by class, shape (label, month, trial).
        scores: of each label, shape (score, month, trial).
    """

    whole: Array
    labels: Array
    scores: list[Array]


class _Intervals:
    """Splits numbers of those who return by the hours until they do, border by border down the tree.

    Borders split a kind first, then its classes so that they add up to that, then their scores likewise: nobody's
    numbers depend on what else is looked at.
    """

    def __init__(self, chance: Chance, atlas: Atlas, contact: int, counts: Counts, means: Contact) -> None:
        self.chance, self.atlas, self.contact = chance, atlas, contact
        self.counts, self.means = counts, means
        self.rising = sorted(atlas.borders)
        self.passed: dict[tuple[object, ...], Array] = {}

    def of(self, labelled: Mapping[int, Sequence[_Label]]) -> dict[int, list[list[Array]]]:
        """Return the numbers of each kind by interval, label and score."""
        leaves = list(labelled)
        if not leaves:
            return {}
        found: dict[tuple[float | None, float | None], list[_Interval]] = {
            (None, None): [self._whole(leaf, labelled[leaf]) for leaf in leaves]
        }
        for border in self.atlas.borders:
            low, high = (edge if edge in self.rising else None for edge in parent(border))
            found[low, border], found[border, high] = self._cut(labelled, found.pop((low, high)), low, border, high)
        order = list(pairwise([None, *self.rising, None]))
        return {leaf: [found[interval][place].scores for interval in order] for place, leaf in enumerate(leaves)}

    def _whole(self, leaf: int, labels: Sequence[_Label]) -> _Interval:
        numbers = [label.number for label in labels]
        return _Interval(self.counts.leaves[leaf], np.stack(numbers), [label.scores for label in labels])

    def _cut(
        self,
        labelled: Mapping[int, Sequence[_Label]],
        intervals: Sequence[_Interval],
        low: float | None,
        border: float,
        high: float | None,
    ) -> tuple[list[_Interval], list[_Interval]]:
        """Split an interval of all kinds at a border; each kind has a stream of its own."""
        leaves = list(labelled)
        masses = [
            np.stack([self._masses(leaf, label.classes, low, border, high) for label in labelled[leaf]], axis=1)
            for leaf in leaves
        ]
        before, after = (np.stack([each[side].sum(axis=0) for each in masses]) for side in range(2))
        one = (1, *self.counts.leaves.shape[1:])
        levels = np.concatenate([self.chance.levels(f"hours.{border:g}.{leaf}", self.contact, one) for leaf in leaves])
        number = np.stack([interval.whole for interval in intervals])
        sooner = self.chance.chosen(levels, number, divided(before, before + after))
        halves = [
            self._halves(leaf, border, interval, np.stack([taken, interval.whole - taken]), mass)
            for leaf, interval, taken, mass in zip(leaves, intervals, sooner, masses, strict=True)
        ]
        return [half[0] for half in halves], [half[1] for half in halves]

    def _halves(self, leaf: int, border: float, interval: _Interval, sides: Array, masses: Array) -> list[_Interval]:
        """Split the classes and scores of a kind so that they add up to its two sides.

        Args:
            sides: numbers before and after the border, shape (2, month, trial).
            masses: the same as expected, by label, shape (2, label, month, trial).
        """
        name = f"{border:g}.{leaf}"
        labels = deal(self.chance, f"label.{name}", self.contact, sides, interval.labels, masses)
        scores = []
        for place, of_label in enumerate(interval.scores):
            means = np.broadcast_to(masses[:, place, None], (2, *of_label.shape))  # scores do not depend on hours
            scores.append(deal(self.chance, f"score.{name}.{place}", self.contact, labels[:, place], of_label, means))
        return [_Interval(sides[side], labels[side], [of_label[side] for of_label in scores]) for side in range(2)]

    def _masses(
        self, leaf: int, classes: tuple[int, ...], low: float | None, border: float, high: float | None
    ) -> Array:
        """Return the expected numbers that return in an interval, before and after a border, (2, month, trial)."""
        kind = self.counts.of[leaf]
        places = cell_places(kind.branch, classes, (kind.mark,))

        def before(edge: float | None) -> Array:
            key = (kind.branch, classes, kind.mark, edge)
            if key not in self.passed:
                all_of = self.means.cells[1] if edge is None else self._sooner(edge)
                self.passed[key] = np.asarray(all_of[places].sum(axis=0))
            return self.passed[key]

        sooner = before(border)
        return np.maximum(np.stack([sooner if low is None else sooner - before(low), before(high) - sooner]), 0.0)

    def _sooner(self, border: float) -> Array:
        return np.asarray(self.means.sooner[self.atlas.borders.index(border)])

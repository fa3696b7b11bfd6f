"""Whole numbers of conversations of every kind, given what is expected: drawn, or the expectations themselves.

First conversations of a case are Poisson by branch, fate and level. Returns are shared out given how many came back at
each level, duplicates given how many conversations ended in each way; then each count is split along the tree of kinds.
Each step has a stream of its own, keyed by its name and contact, and a fixed number of scores, so that nobody's numbers
depend on what else is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from simulator.engine.atlas.expected import Contact, Expected
from simulator.engine.atlas.kinds import (
    END_OF,
    MARKED_CELLS,
    NO_RETURN,
    STRAIGHT,
    TO_AI,
    Leaf,
    roots,
    tree,
)
from simulator.engine.atlas.law import Law
from simulator.engine.atlas.overlaps import hypergeometric_counts
from simulator.engine.atlas.quantiles import Single, binomial_counts, draw_levels, poisson_counts
from simulator.law import ENDS, ESCALATED, PARTIAL
from simulator.records import CLASSES
from simulator.streams import stream

Array = NDArray[np.float64]
Draw = Callable[[np.random.Generator, tuple[int, ...]], Single]


class Chance(Protocol):
    """Turns expectations into numbers; every name and place is used once."""

    def poisson(self, name: str, place: int, mean: Array) -> Array:
        """Return numbers with given means, shape (kind, month, trial)."""
        ...

    def binomial(self, name: str, place: int, number: Array, probability: Array) -> Array:
        """Return how many of `number` are chosen, shape (kind, month, trial)."""
        ...

    def overlap(self, name: str, place: int, number: Array, first: Array, second: Array, odds: Array) -> Array:
        """Return how many of `number` are in both of two parts, shape (kind, month, trial)."""
        ...

    def scores(self, name: str, place: int, shape: tuple[int, ...]) -> Array:
        """Return standard normal scores, (kind, month, trial)."""
        ...

    def levels(self, name: str, place: int, shape: tuple[int, ...]) -> Single:
        """Return levels between 0 and 1, (kind, month, trial)."""
        ...

    def chosen(self, level: Single, number: Array, probability: Array) -> Array:
        """Return how many of `number` are chosen at given levels."""
        ...

    @property
    def draws(self) -> bool:
        """Whether numbers are drawn at all."""
        ...

    def monthly(self, months: range) -> Chance:
        """Return chance for some months alone, of which each has streams of its own: its number is their place."""
        ...

    def uniforms(self, name: str, count: int) -> Array:
        """Return uniforms above 0, shape (count,)."""
        ...

    def noise(self, deviation: Array) -> Array:
        """Return a deviation from an expectation."""
        ...

    def whole(self, amount: Array) -> Array:
        """Return the nearest whole number."""
        ...


def _normal(draws: np.random.Generator, shape: tuple[int, ...]) -> Single:
    return draws.standard_normal(shape, dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Drawn:
    """Draws whole numbers, for one block of trials.

    Attributes:
        months: those that have streams of their own; None where all months share one.
    """

    seed: int
    block: int
    months: range | None = None
    draws = True

    def monthly(self, months: range) -> Drawn:
        return replace(self, months=months)

    def uniforms(self, name: str, count: int) -> Array:
        return 1 - stream(self.seed, f"atlas.{name}", self.block).random(count)

    def scores(self, name: str, place: int, shape: tuple[int, ...]) -> Array:
        return self._drawn(_normal, name, place, shape).astype(np.float64)

    def levels(self, name: str, place: int, shape: tuple[int, ...]) -> Single:
        return np.ascontiguousarray(self._drawn(draw_levels, name, place, shape))

    def _drawn(self, draw: Draw, name: str, place: int, shape: tuple[int, ...]) -> Single:
        """Draw month by month, whether they share a stream or not."""
        kinds, months, trials = shape
        if self.months is None:
            return draw(stream(self.seed, f"atlas.{name}", self.block, place), (months, kinds, trials)).swapaxes(0, 1)
        draws = (stream(self.seed, f"atlas.{name}", self.block, month) for month in self.months)
        return np.stack([draw(each, (kinds, trials)) for each in draws], axis=1)

    def poisson(self, name: str, place: int, mean: Array) -> Array:
        return poisson_counts(mean, self.levels(name, place, mean.shape))

    def binomial(self, name: str, place: int, number: Array, probability: Array) -> Array:
        return self.chosen(self.levels(name, place, number.shape), number, probability)

    def chosen(self, level: Single, number: Array, probability: Array) -> Array:
        return binomial_counts(number, probability, level)

    def noise(self, deviation: Array) -> Array:
        return deviation

    def whole(self, amount: Array) -> Array:
        return np.rint(amount)

    def overlap(self, name: str, place: int, number: Array, first: Array, second: Array, odds: Array) -> Array:
        return hypergeometric_counts(number, first, second, odds, self.scores(name, place, first.shape))


@dataclass(frozen=True, slots=True)
class Expectations:
    """Puts the expectation in the place of every draw."""

    draws = False

    def monthly(self, months: range) -> Expectations:
        return self

    def uniforms(self, name: str, count: int) -> Array:
        return np.full(count, 0.5)

    def scores(self, name: str, place: int, shape: tuple[int, ...]) -> Array:
        return np.zeros(shape)

    def poisson(self, name: str, place: int, mean: Array) -> Array:
        return mean

    def binomial(self, name: str, place: int, number: Array, probability: Array) -> Array:
        return number * probability

    def levels(self, name: str, place: int, shape: tuple[int, ...]) -> Single:
        return np.full(shape, 0.5, dtype=np.float32)

    def chosen(self, level: Single, number: Array, probability: Array) -> Array:
        return number * probability

    def noise(self, deviation: Array) -> Array:
        return np.zeros_like(deviation)

    def whole(self, amount: Array) -> Array:
        return amount

    def overlap(self, name: str, place: int, number: Array, first: Array, second: Array, odds: Array) -> Array:
        return divided(first * second, number)


@dataclass(slots=True)
class Counts:
    """Numbers of one contact number, or of all duplicates.

    Attributes:
        base: by fate, branch and level, shape (fate, branch, level, month, trial).
        leaves: the kinds, in the order of `of`.
        of: what each kind is.
    """

    base: Array
    leaves: Array
    of: tuple[Leaf, ...]


def divided(amount: Array, by: Array) -> Array:
    """Return amount / by, 0 where `by` is 0."""
    return np.divide(amount, by, out=np.zeros(np.broadcast_shapes(amount.shape, by.shape)), where=by > 0)


def draw_counts(chance: Chance, expected: Expected, law: Law) -> tuple[list[Counts], Counts]:
    """Return the numbers of all contacts, and of the duplicates."""
    contacts: list[Counts] = []
    for contact, means in enumerate(expected.contacts):
        fates = (NO_RETURN, STRAIGHT) if contact == len(expected.contacts) - 1 else (NO_RETURN, TO_AI, STRAIGHT)
        if contact == 0:
            base = _first_contacts(chance, means, fates)
        else:
            base = _returns(chance, contact, means, fates, contacts[-1].base[TO_AI].sum(axis=0))
        contacts.append(_split(chance, contact, base, means, fates, law))
    return contacts, _duplicates(chance, contacts, expected, law)


def _first_contacts(chance: Chance, means: Contact, fates: tuple[int, ...]) -> Array:
    chosen = means.base[list(fates)]
    base = np.zeros_like(means.base)
    base[list(fates)] = chance.poisson("first", 0, chosen.reshape(-1, *chosen.shape[-2:])).reshape(chosen.shape)
    return base


def _returns(chance: Chance, contact: int, means: Contact, fates: tuple[int, ...], back: Array) -> Array:
    """Share out those who came back at each level over fates and branches."""
    chosen = means.base[list(fates)]
    base = np.zeros_like(means.base)
    flat = chosen.reshape(-1, *chosen.shape[-3:])
    base[list(fates)] = share_out(chance, "returns", contact, back, flat).reshape(chosen.shape)
    return base


def share_out(chance: Chance, name: str, place: int, number: Array, means: Array) -> Array:
    """Share numbers out in proportion to means: a multinomial, one binomial after the other.

    Args:
        name, place: of the streams.
        number: shape (kind, month, trial).
        means: shape (part, kind, month, trial).

    Returns:
        Shape (part, kind, month, trial); the parts of a kind sum to its number.
    """
    shares = np.empty(means.shape)
    left, mass = number, means.sum(axis=0)
    last = len(means) - 1
    for part in range(last):
        taken = chance.binomial(f"{name}.{part}", place, left, divided(means[part], mass))
        shares[part] = taken
        left = left - taken
        mass = np.maximum(mass - means[part], 0.0)
    shares[last] = left
    return shares


def _duplicates(chance: Chance, contacts: Sequence[Counts], expected: Expected, law: Law) -> Counts:
    """Draw how many conversations of each end and level spawn a duplicate, and share these out over branches."""
    means = expected.duplicates
    rate = law.returns.duplicate.T[:, None]
    base = np.zeros_like(means.base)
    if not rate.any():
        return _split(chance, len(contacts), base, means, (NO_RETURN,), law)
    by_branch = np.add.reduce([counts.base.sum(axis=0) for counts in contacts])
    by_end = np.stack([by_branch[np.equal(END_OF, end)].sum(axis=0) for end in range(len(ENDS))])
    flat = by_end.reshape(-1, *by_end.shape[2:])
    rates = np.broadcast_to(np.repeat(rate, by_end.shape[1], axis=0), flat.shape)
    spawned = chance.binomial("duplicates", 0, flat, rates).reshape(by_end.shape).sum(axis=0)
    base[0] = share_out(chance, "duplicate", 0, spawned, means.base[0])
    return _split(chance, len(contacts), base, means, (NO_RETURN,), law)


def _split(chance: Chance, contact: int, base: Array, means: Contact, fates: tuple[int, ...], law: Law) -> Counts:
    """Split numbers by fate and branch along the tree of kinds."""
    leaves = roots(fates)
    numbers = base.sum(axis=2)[list(fates)].reshape(len(leaves), *base.shape[-2:])
    masses = Masses(means, law)
    for step in tree(fates):
        cut = numbers[list(step.cut)]
        probability = masses.chance_of(step.name, [leaves[place] for place in step.cut])
        yes = chance.binomial(step.name, contact, cut, np.broadcast_to(probability, cut.shape))
        numbers = np.concatenate([numbers[list(step.kept)], cut - yes, yes])
        leaves = step.leaves
    return Counts(base, numbers, leaves)


_SERVICE: Final = (0,)
_OTHERS: Final = tuple(range(1, len(CLASSES)))


class Masses:
    """The chances of the splits, from the expected numbers of one contact."""

    def __init__(self, means: Contact, law: Law) -> None:
        self.cells, self.law = means.cells, law

    def chance_of(self, name: str, leaves: Sequence[Leaf]) -> Array:
        """Return the chance that each kind has the attribute, shape (kind, month, trial) or broadcasting to it."""
        if name == "judged":
            return self.law.attributes.judged.T[[int(leaf.solved) for leaf in leaves]][:, None]
        if name == "human":
            person = self.law.handling.human_solve
            both = [leaf.fate == STRAIGHT and leaf.end in (PARTIAL, ESCALATED) for leaf in leaves]
            return np.where(np.array(both)[:, None, None], 1 - (1 - person) ** 2, person)
        share = np.empty((len(leaves), *self.cells.shape[-2:]))
        for place, leaf in enumerate(leaves):
            classes = _OTHERS if leaf.other else _SERVICE
            if name == "other":
                part, whole = self._sum(leaf, _OTHERS), self._sum(leaf, (*_SERVICE, *_OTHERS))
            else:
                part, whole = self._sum(leaf, classes, (True,)), self._sum(leaf, classes)
            share[place] = divided(part, whole)
        return share

    def _sum(self, leaf: Leaf, classes: Sequence[int], marks: Sequence[bool] = (False, True)) -> Array:
        return np.asarray(self.cells[min(leaf.fate, 1), cell_places(leaf.branch, classes, marks)].sum(axis=0))


@cache
def cell_places(branch: int, classes: tuple[int, ...], marks: tuple[bool, ...]) -> list[int]:
    """Return the places in MARKED_CELLS of some classes and marks of a branch."""
    return [
        place
        for place, (of, service_class, mark) in enumerate(MARKED_CELLS)
        if of == branch and service_class in classes and mark in marks
    ]

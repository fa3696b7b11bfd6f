"""Expected numbers of conversations by the state their case is in and by group of kinds, exactly.

Given intent, level and channel the conversations of a case are independent but for who comes back when, so states are
followed by these three; tables are their sums. Axes: (..., level, month, trial) as in expected.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from simulator.engine.atlas.bills import OTHERS, Atlas, fates_of
from simulator.engine.atlas.chances import Chances, Rates, delay_below
from simulator.engine.atlas.contexts import Memory, Stage
from simulator.engine.atlas.counts import Masses, cell_places
from simulator.engine.atlas.expected import Expected
from simulator.engine.atlas.kinds import Leaf
from simulator.engine.atlas.mixtures import make_mixtures
from simulator.engine.atlas.steps import fates, make_steps
from simulator.engine.atlas.tally import score_chances
from simulator.law import ENDS

Array = NDArray[np.float64]
Shares = list[list[tuple[int, int, Array]]]
"""For each group: place of the fate, end, and the share of the group in these, shape (channel, 1, 1, trial), or 1 for
all trials."""


@dataclass(frozen=True, slots=True)
class Passages:
    """Expected numbers by state and group.

    Attributes:
        contacts: by contact number, shape (state, group, month, trial).
        originals, spawned: conversations and their duplicates by sort of original, shape (sort, month, trial).
        duplicates: by what the original counted for, shape (state, group, month, trial).
    """

    contacts: tuple[Array, ...]
    originals: Array
    spawned: Array
    duplicates: Array


def expect_passages(
    memory: Memory, atlas: Atlas, chances: Chances, rates: Rates, expected: Expected, cases: Array
) -> Passages:
    """Return the expected numbers of some trials.

    Args:
        chances: of the trials.
        rates: of all their months.
        expected: of the same.
        cases: expected cases, shape (intent, month, trial).
    """
    return _Followed(memory, atlas, chances, rates, expected, cases).passages()


def joined_passages(parts: Sequence[Passages]) -> Passages:
    """Put the trials of several parts one after another."""

    def join(name: str) -> Array:
        return np.concatenate([getattr(part, name) for part in parts], axis=-1)

    contacts = tuple(np.concatenate(each, axis=-1) for each in zip(*(part.contacts for part in parts), strict=True))
    return Passages(contacts, join("originals"), join("spawned"), join("duplicates"))


class _Followed:
    """Follows the cases of each intent through their states."""

    def __init__(
        self, memory: Memory, atlas: Atlas, chances: Chances, rates: Rates, expected: Expected, cases: Array
    ) -> None:
        self.memory, self.atlas, self.chances, self.rates, self.cases = memory, atlas, chances, rates, cases
        self.steps, self.cells = make_steps(chances, rates), _trimmed(make_mixtures(chances).cells)
        stages = (*memory.contacts, memory.duplicates)
        self.copying = chances.any_duplicates and memory.copying
        self.delays = _delays(atlas, chances, stages)
        self.sorters = [_Sorter(atlas, chances, place, stage, expected) for place, stage in enumerate(stages)]
        size = cases.shape[1:]
        self.tables = [np.zeros((*stage.units.shape[1:], *size)) for stage in stages]
        self.sorts = np.zeros((2, len(memory.end_of), *size))

    def passages(self) -> Passages:
        """Add up all intents."""
        for intent, cells in enumerate(self.cells):
            self._follow(intent, cells)
        return Passages(tuple(self.tables[:-1]), self.sorts[0], self.sorts[1], self.tables[-1])

    def _follow(self, intent: int, cells: Array) -> None:
        channel = self.chances.channels[intent][:, None, None] if self.delays.shape[1] > 1 else np.ones((1, 1, 1, 1))
        reaching = (self.cases[intent] * self.rates.level[intent] * channel)[None]
        put = np.zeros((2, len(self.tables[-1]), *reaching.shape[2:]))
        for contact, stage in enumerate(self.memory.contacts):
            last = contact == self.atlas.contacts - 1
            rates = fates(self.steps[min(contact, 1)], self.chances, self.rates, intent, last=last)
            shares = self.sorters[contact].shares(cells, self.delays)
            reaching = self._pass(contact, stage, rates, shares, reaching, put[min(contact, 1)])
        if self.copying:
            self._copy(intent, cells, put)

    def _pass(self, contact: int, stage: Stage, fates: Array, shares: Shares, reaching: Array, put: Array) -> Array:
        """Add a contact's numbers by state and group, and return who reaches the next one, by state."""
        states = 1 + int(stage.following.max(initial=-1))
        following = np.zeros((states, *reaching.shape[1:]))
        for group, parts in enumerate(shares):
            chance = sum(share * fates[fate, end] for fate, end, share in parts)
            numbers = reaching * chance
            by_level = numbers.sum(axis=1)
            total = by_level.sum(axis=1)
            self.tables[contact][:, group] += total
            for state, after in enumerate(stage.following[:, group]):
                if after >= 0:
                    following[after] += numbers[state]
            self._spawn(stage.original[:, group], by_level, total, put)
        return following

    def _spawn(self, sorts: NDArray[np.intp], by_level: Array, total: Array, put: Array) -> None:
        """Add the duplicates that conversations spawn, by what these counted for."""
        if not self.copying:
            return
        for state, sort in enumerate(sorts):
            rate = self.chances.duplicate[self.memory.end_of[sort], 0]
            self.sorts[0, sort] += total[state]
            self.sorts[1, sort] += total[state] * rate
            put[self.memory.state_of[sort]] += by_level[state] * rate

    def _copy(self, intent: int, cells: Array, put: Array) -> None:
        """Add the duplicates by their own kinds."""
        for step, spawned in zip(self.steps, put, strict=True):
            ends = step.ends[:, intent]
            for group, parts in enumerate(self.sorters[-1].shares(cells, self.delays[:, :1])):
                chance = sum(share[0] * ends[end] for _, end, share in parts)
                self.tables[-1][:, group] += (spawned * chance).sum(axis=1)


def _delays(atlas: Atlas, chances: Chances, stages: Sequence[Stage]) -> Array:
    """Return the chance of each interval of hours, by channel where these differ, shape (interval, channel, trial)."""
    law = chances.law.returns
    factor = law.delay_factor
    if np.all(factor == factor[:, :1]) or all((stage.group == stage.group[:, :1]).all() for stage in stages):
        factor = factor[:, :1]
    below = [delay_below(law.delay, factor, border) for border in sorted(atlas.borders)]
    return _trimmed(np.diff(np.stack([np.zeros_like(factor.T), *below, np.ones_like(factor.T)]), axis=0))


def _trimmed(constants: Array) -> Array:
    """Return constants with a last axis of length 1 where all trials have the same."""
    return constants[..., :1] if np.all(constants == constants[..., :1]) else constants


class _Sorter:
    """Sorts the kinds of a contact into groups: their chances given fate and end."""

    def __init__(self, atlas: Atlas, chances: Chances, contact: int, stage: Stage, expected: Expected) -> None:
        self.leaves = atlas.leaves(contact)
        fates = fates_of(contact, atlas.contacts)
        group = stage.group
        self.timed = not (group == group[:, :1]).all()
        self.classed = not (group == group[:, :, :1]).all()
        scored = not (group == group[:, :, :, :1]).all()
        group = group[:, : None if self.timed else 1, : None if self.classed else 1, : None if scored else 1]
        where = np.array([fates.index(leaf.fate) * len(ENDS) + leaf.end for leaf in self.leaves])
        key = group * (len(fates) * len(ENDS)) + where[:, None, None, None]
        self.present, row = np.unique(key, return_inverse=True)
        row = row.reshape(key.shape)
        size = row[:, 0].size
        ones = np.ones(size)
        shape = (len(self.present), size)
        by_interval = [row[:, interval].ravel() for interval in range(row.shape[1])]
        self.into = [csr_matrix((ones, (rows, np.arange(size))), shape=shape) for rows in by_interval]
        self.factors = _trimmed(_factors(chances, self.leaves, expected, scored=scored))
        self.groups, self.fates = stage.units.shape[2], len(fates)
        self.places = [_class_places(leaf) for leaf in self.leaves]

    def shares(self, cells: Array, delays: Array) -> Shares:
        """Return the chance of each group given fate and end, for one intent.

        Args:
            cells: chance of action, class and mark by cell given the end, shape (cell, trial).
            delays: of each interval, shape (interval, channel, trial).

        The last axis has length 1 where all trials have the same.
        """
        padded = np.concatenate([cells, np.zeros_like(cells[:1])])
        classes = padded[np.array(self.places)]
        if not self.classed:
            classes = classes.sum(axis=1, keepdims=True)
        chance = classes[:, :, None] * self.factors
        chance = chance.reshape(-1, chance.shape[-1])
        trials = max(chance.shape[1], delays.shape[2]) if self.timed else chance.shape[1]
        share = np.zeros((len(self.present), delays.shape[1] if self.timed else 1, trials))
        for place, into in enumerate(self.into):
            share += (into @ chance)[:, None] * (delays[place] if self.timed else 1.0)
        found: Shares = [[] for _ in range(self.groups)]
        for place, of_group in zip(self.present, share, strict=True):
            group, where = divmod(int(place), self.fates * len(ENDS))
            found[group].append((*divmod(where, len(ENDS)), of_group[:, None, None]))
        return found


def _class_places(leaf: Leaf) -> list[int]:
    """Return the cell of each class but service, -1 for none; those of class service stand in the first place."""
    if not leaf.other:
        return [*cell_places(leaf.branch, (0,), (leaf.mark,)), *[-1] * (len(OTHERS) - 1)]
    return [cell_places(leaf.branch, (1 + place,), (leaf.mark,))[0] for place in range(len(OTHERS))]


def _factors(chances: Chances, leaves: Sequence[Leaf], expected: Expected, *, scored: bool) -> Array:
    """Return the chance of verdict, solving by a person and score, shape (leaf, 1, score, trial)."""
    masses = Masses(expected.contacts[0], chances.law)
    found = np.ones((len(leaves), 1, 1, chances.person.shape[1]))
    for name, possible in (("judged", "may_be_judged"), ("human", "may_be_solved_by_a_person")):
        rows = [place for place, leaf in enumerate(leaves) if getattr(leaf, possible)]
        if rows:
            chance = masses.chance_of(name, [leaves[place] for place in rows])
            yes = np.array([getattr(leaves[place], name) for place in rows])[:, None, None]
            found[rows] *= np.where(yes, chance, 1 - chance)[:, :, None]
    if not scored:
        return found
    scores = np.stack([score_chances(chances.law, leaf)[:, 0, 0] for leaf in leaves])
    return np.asarray(found * scores[:, None])

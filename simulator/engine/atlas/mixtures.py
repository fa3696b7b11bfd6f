"""Sums over intents: what an intent's conversations contribute to something, as weights.

Most scenarios know their intents' shares and rates today; then a sum over intents is one matrix product for all months
of all trials. Where a weight differs by trial the same sum is taken intent by intent.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simulator.engine.atlas.chances import Chances, delay_below, mean_delay
from simulator.engine.atlas.kinds import BRANCHES, CELLS_OF_END, END_OF, MARKED_CELLS
from simulator.engine.atlas.law import DelayLaw
from simulator.law import ESCALATED

Array = NDArray[np.float64]


class Weights:
    """Weights of the intents for the parts of something, shape (intent, kind, trial)."""

    def __init__(self, weights: Array) -> None:
        self.weights = weights
        self.fixed = np.ascontiguousarray(weights[..., 0].T) if np.all(weights == weights[..., :1]) else None
        """The same for all trials, shape (kind, intent); None where they differ."""

    def mix(self, numbers: Array) -> Array:
        """Return sums over intents of weight times number, shape (kind, ..., month, trial).

        Args:
            numbers: shape (intent, ..., month, trial).
        """
        return np.asarray(self.mix_each(numbers[None])[0])

    def mix_each(self, numbers: Array) -> Array:
        """Return the same of several, shape (several, kind, ..., month, trial).

        Args:
            numbers: shape (several, intent, ..., month, trial).
        """
        several, intents, *shape = numbers.shape
        if self.fixed is not None:
            return (self.fixed @ numbers.reshape(several, intents, -1)).reshape(several, -1, *shape)
        kinds = self.weights.shape[1]
        total = np.zeros((several, kinds, *shape))
        shaped = self.weights.reshape(intents, kinds, *([1] * (len(shape) - 1)), shape[-1])
        for intent, weight in enumerate(shaped):
            total += weight * numbers[:, intent, None]
        return total


@dataclass(frozen=True, slots=True)
class Mixtures:
    """Weights of the intents.

    Attributes:
        actions: 1, and the chance of a completed action.
        cells: chance of action, class and mark by cell (MARKED_CELLS) given the end, shape (intent, cell, trial).
        ends: for each kind of end, the same of its cells.
        sooner: for each border and kind of end, the same times the chance that a return comes before the border.
        channels, reviews: chance of each channel, and with a review.
        classes: chance of greeting, spam, test.
        delay_hours, duplicate_hours: mean hours, one kind.
    """

    actions: Weights
    cells: Array
    ends: tuple[Weights, ...]
    sooner: tuple[tuple[Weights, ...], ...]
    channels: Weights
    reviews: Weights
    classes: Weights
    delay_hours: Weights
    duplicate_hours: Weights


def make_mixtures(chances: Chances) -> Mixtures:
    """Return the weights of the intents."""
    law, channels = chances.law, chances.channels
    action, review = law.attributes.action.T[:, None], law.attributes.review.T[:, None]
    cells = _cells(chances, review, law.attributes.planned.T[:, None]) * _acted(action)
    return Mixtures(
        actions=Weights(np.concatenate([np.ones_like(action), action], axis=1)),
        cells=cells,
        ends=tuple(Weights(cells[:, places]) for places in CELLS_OF_END),
        sooner=tuple(
            tuple(Weights(cells[:, places] * _sooner(chances, hours)) for places in CELLS_OF_END)
            for hours in chances.borders
        ),
        channels=Weights(channels),
        reviews=Weights(review * channels),
        classes=Weights(chances.classes),
        delay_hours=Weights(_mean_hours(chances, law.returns.delay)),
        duplicate_hours=Weights(_mean_hours(chances, law.returns.duplicate_delay)),
    )


_TWICE: Final = {end for end, acted in BRANCHES if acted}
_ACTED: Final = np.array([BRANCHES[branch][1] for branch, _, _ in MARKED_CELLS])[:, None]
_EITHER: Final = np.array([BRANCHES[branch][0] in _TWICE for branch, _, _ in MARKED_CELLS])[:, None]
"""Cells whose end comes with and without an action."""
_PLANNED: Final = np.array([END_OF[branch] == ESCALATED for branch, _, _ in MARKED_CELLS])[:, None]
_CLASS: Final = np.array([service_class for _, service_class, _ in MARKED_CELLS])
_MARK: Final = np.array([mark for _, _, mark in MARKED_CELLS])[:, None]
_MARKABLE: Final = np.array([any(b == branch and m for b, _, m in MARKED_CELLS) for branch, _, _ in MARKED_CELLS])


def _acted(action: Array) -> Array:
    """Return the chance of the action of each cell given its end, shape (intent, cell, trial)."""
    return np.where(_EITHER, np.where(_ACTED, action, 1 - action), 1.0)


def _cells(chances: Chances, review: Array, planned: Array) -> Array:
    """Return the chance of class and mark given the branch, shape (intent, cell, trial)."""
    mark = np.where(_PLANNED, planned, review)
    marked = np.where(_MARKABLE[:, None], np.where(_MARK, mark, 1 - mark), 1.0)
    service = 1 - chances.classes.sum(axis=1, keepdims=True)
    return np.asarray(np.concatenate([service, chances.classes], axis=1)[:, _CLASS] * marked)


def _sooner(chances: Chances, hours: float) -> Array:
    """Return the chance that a return comes before some hours, over the channels, shape (intent, 1, trial)."""
    returns = chances.law.returns
    return _over_channels(chances, delay_below(returns.delay, returns.delay_factor, hours))


def _mean_hours(chances: Chances, law: DelayLaw) -> Array:
    return _over_channels(chances, mean_delay(law, chances.law.returns.delay_factor))


def _over_channels(chances: Chances, by_channel: Array) -> Array:
    """Return the mean of something by channel (channel, trial) for each intent, shape (intent, 1, trial)."""
    return np.asarray((chances.channels * by_channel).sum(axis=1, keepdims=True))

"""Sums over intents: what an intent's conversations contribute to something, as weights.

Most scenarios know their intents' shares and rates today; then a sum over intents is one matrix product for all months
of all trials. Where a weight differs by trial the same sum is taken intent by intent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simulator.engine.atlas.chances import IntentChances
from simulator.engine.atlas.kinds import BRANCHES, CELLS_OF_END, MARKED_CELLS

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Mixtures:
    """Weights of the intents, each of shape (intent, kind, trial).

    Attributes:
        actions: 1, and the chance of a completed action.
        ends: for each kind of end, chance of action, class and mark of its cells (MARKED_CELLS); then the same times
            the chance that a return comes before each border, border by border.
        channels, reviews: chance of each channel, and with a review.
        classes: chance of greeting, spam, test.
        delay_hours, duplicate_hours: mean hours, one kind.
    """

    actions: Array
    ends: tuple[Array, ...]
    channels: Array
    reviews: Array
    classes: Array
    delay_hours: Array
    duplicate_hours: Array


def make_mixtures(laws: Sequence[IntentChances]) -> Mixtures:
    """Return the weights of the intents."""
    channels = np.stack([law.channel[:, 0] for law in laws])
    return Mixtures(
        actions=np.stack([np.concatenate([np.ones_like(law.action), law.action]) for law in laws]),
        ends=tuple(np.stack([_of_end(law, cells) for law in laws]) for cells in CELLS_OF_END),
        channels=channels,
        reviews=np.stack([law.review for law in laws]) * channels,
        classes=np.stack([law.classes[:, 0] for law in laws]),
        delay_hours=np.stack([law.delay_hours for law in laws]),
        duplicate_hours=np.stack([law.duplicate_hours for law in laws]),
    )


def _of_end(law: IntentChances, cells: list[int]) -> Array:
    """Return the weights of one kind of end, shape ((1 + borders) * cells, trial)."""
    plain = (law.cells[:, 0] * _acted(law.action))[cells]
    return np.concatenate([plain, *(plain * sooner for sooner in law.sooner)])


_TWICE: Final = {end for end, acted in BRANCHES if acted}
_ACTED: Final = np.array([BRANCHES[branch][1] for branch, _, _ in MARKED_CELLS])[:, None]
_EITHER: Final = np.array([BRANCHES[branch][0] in _TWICE for branch, _, _ in MARKED_CELLS])[:, None]
"""Cells whose end comes with and without an action."""


def _acted(action: Array) -> Array:
    """Return the chance of the action of each cell given its end, shape (cell, trial)."""
    return np.where(_EITHER, np.where(_ACTED, action, 1 - action), 1.0)


def mix(weights: Array, numbers: Array) -> Array:
    """Return sums over intents of weight times number, shape (kind, ..., month, trial).

    Args:
        weights: shape (intent, kind, trial).
        numbers: shape (intent, ..., month, trial).
    """
    intents, kinds = weights.shape[:2]
    if np.all(weights == weights[..., :1]):
        flat = np.ascontiguousarray(weights[..., 0].T) @ numbers.reshape(intents, -1)
        return flat.reshape(kinds, *numbers.shape[1:])
    total = np.zeros((kinds, *numbers.shape[1:]))
    shaped = weights.reshape(intents, kinds, *([1] * (numbers.ndim - 2)), weights.shape[2])
    for intent in range(intents):
        total += shaped[intent] * numbers[intent]
    return total

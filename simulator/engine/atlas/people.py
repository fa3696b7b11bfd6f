"""Minutes of people in a month: sums of lognormal amounts, given how many handoffs, reviews and straight returns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.engine.atlas.counts import Chance
from simulator.engine.atlas.law import HandlingLaw
from simulator.engine.atlas.severities import Severities, draw_total
from simulator.law import ESCALATED, PARTIAL

Array = NDArray[np.float64]
FULL, SHORTER, REVIEW = range(3)
"""Kinds of human work: a handoff (or a straight return), a partial handoff, a review."""


@dataclass(frozen=True, slots=True)
class Minutes:
    """Minutes of people by month, shape (month, trial)."""

    handoff: Array
    review: Array
    straight: Array


def draw_minutes(chance: Chance, law: HandlingLaw, conversations: Array, reviews: Array, straight: Array) -> Minutes:
    """Draw the minutes.

    Args:
        conversations: numbers by level, end and channel, shape (level, end, channel, month, trial).
        reviews: numbers of reviewed conversations by level and channel, shape (level, channel, month, trial).
        straight: numbers of returns straight to a person, likewise.
    """

    def total(name: str, parts: list[tuple[int, Array]]) -> Array:
        number = np.concatenate([each.reshape(-1, *each.shape[-2:]) for _, each in parts])
        mean = np.concatenate(
            [law.minutes[:, kind].transpose(1, 2, 0).reshape(-1, 1, len(law.minutes)) for kind, _ in parts]
        )
        sigma = np.concatenate(
            [
                np.broadcast_to(law.minutes_sigma[:, kind], (each.shape[0] * each.shape[1], 1, len(law.minutes)))
                for kind, each in parts
            ]
        )
        return draw_total(chance, f"minutes.{name}", Severities(number, mean, sigma, gamma=False))

    return Minutes(
        handoff=total("handoff", [(FULL, conversations[:, ESCALATED]), (SHORTER, conversations[:, PARTIAL])]),
        review=total("review", [(REVIEW, reviews)]),
        straight=total("straight", [(FULL, straight)]),
    )

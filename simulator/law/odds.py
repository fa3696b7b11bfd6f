"""Shifted chances, and weights that are divided by their sum. docs/model.md, symbols and section 1."""

from __future__ import annotations

from collections.abc import Sequence


def shifted(probability: float, odds: float) -> float:
    """Return the chance p with odds w on it, expit(logit(p) + ln w) of docs/model.md.

    Written as p w / (1 - p + p w): the odds p / (1 - p) times w, turned back into a chance. Exactly 0 and 1 stay.
    """
    moved = probability * odds
    return moved / (1.0 - probability + moved)


def shares(weights: Sequence[float]) -> list[float]:
    """Return weights divided by their sum, which is above 0. docs/model.md section 1."""
    total = 0.0
    for weight in weights:
        total = total + weight
    return [weight / total for weight in weights]


def mean_over(chances: Sequence[float], values: Sequence[float]) -> float:
    """Return the mean of values that are taken with the given chances, in the unit of the values."""
    total = 0.0
    for number in range(len(chances)):
        total = total + chances[number] * values[number]
    return total

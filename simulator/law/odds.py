"""Shifted chances, and weights that are divided by their sum. docs/model.md, symbols and section 1."""

from __future__ import annotations

from collections.abc import Sequence

from simulator.law import Row


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


def number_of(uniform: float, chances: Row, first: int, count: int) -> int:
    """Return which of several things happens, by its number; the last one takes what is left.

    Args:
        uniform: drawn, between 0 and 1.
        chances: has those of the things from place `first` on.
        count: how many things.
    """
    below = 0.0
    for number in range(count - 1):
        below = below + chances[first + number]
        if uniform < below:
            return number
    return count - 1


def mean_over(chances: Sequence[float], values: Sequence[float]) -> float:
    """Return the mean of values that are taken with the given chances, in the unit of the values."""
    total = 0.0
    for number in range(len(chances)):
        total = total + chances[number] * values[number]
    return total

"""Is each engine's mean the conditional expectation?

The residuals of a quantity that is linear in conversations are independent by month given the drivers, with mean 0.
Their sum over its standard error is nearly normal; what is left of their skewness is taken out by Hall's cubic
transformation (Hall 1992, J. R. Statist. Soc. B 54, 221), where it is small enough for that. Rarer or more heavily
tailed quantities are not judged here, and are named; the exchange of engines judges them all the same.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from simulator.verify.flips import needed
from simulator.verify.pairs import ROUNDING, Pair

Array = NDArray[np.float64]

LEAST_MONTHS: Final = 100
"""Months in which a quantity must occur at all for its mean to be judged."""
MOST_SKEWNESS: Final = 0.08
"""Skewness of the sum of residuals up to which the transformation is trusted: that of 600 exponential months, whose
tails beyond 3.5 come out as often as the normal ones, within a tenth (at 300 months twice as often)."""


@dataclass(frozen=True, slots=True)
class MeanCheck:
    """One engine's mean of one quantity against its conditional expectation.

    Attributes:
        difference: engine less expectation, relative to the expectation.
        error: its standard error.
        score: standard errors apart, corrected for skewness: standard normal if the mean is right.
        months: months of all trials.
        judged: whether the quantity is frequent and tame enough for that.
    """

    pair: str
    engine: Literal["ledger", "atlas"]
    difference: float
    error: float
    score: float
    months: int
    judged: bool


def mean_checks(pairs: Sequence[Pair]) -> list[MeanCheck]:
    """Return the checks of both engines for all quantities that are linear in conversations and vary."""
    found = [
        check
        for pair in pairs
        if pair.linear
        for check in (
            mean_check(pair.key, "ledger", pair.ledger, pair.expected),
            mean_check(pair.key, "atlas", pair.wide, pair.wide_expected),
        )
    ]
    return [check for check in found if check is not None]


def mean_check(key: str, engine: Literal["ledger", "atlas"], drawn: Array, expected: Array) -> MeanCheck | None:
    """Compare drawn and expected amounts, (trial, month); None where they are equal to rounding."""
    gaps = drawn - expected
    gaps = np.where(np.abs(gaps) > ROUNDING * np.abs(expected), gaps, 0.0)
    if not gaps.any():
        return None
    total, size = float(gaps.sum()), float(np.abs(expected).sum())
    error = math.sqrt(float((gaps**2).sum()))
    skewness = float((gaps**3).sum()) / error**3
    judged = np.count_nonzero(drawn) >= LEAST_MONTHS and abs(skewness) <= MOST_SKEWNESS
    score = hall(total / error, skewness)
    size = size or float(np.abs(drawn).sum())
    return MeanCheck(key, engine, total / size, error / size, score, drawn.size, bool(judged))


def hall(score: float, skewness: float) -> float:
    """Return a studentised sum without the effect of skewness.

    Args:
        score: sum of residuals over the root of their sum of squares.
        skewness: of the sum: sum of cubes over the sum of squares to the power 3/2.

    Source: Hall 1992, formula for g with n^(-1/2) gamma as the skewness of the sum; strictly increasing.
    """
    return score + skewness * score**2 / 3 + skewness**2 * score**3 / 27 + skewness / 6


def limit(alarm: float, checks: int) -> float:
    """Return the score above which a mean is wrong: Bonferroni over all checks, two-sided normal."""
    from scipy.special import ndtri

    return float(-ndtri(alarm / (2 * max(checks, 1))))


def smallest_seen(check: MeanCheck, at: float) -> float:
    """Return the relative bias that would be seen in 9 of 10 runs at a limit."""
    return needed(at, check.months) * check.error

"""One comparison: a sum of independent terms that is 0 on average if nothing is wrong, with its standard error.

- **expected**: the ledger engine less the expected values.
- **sampled**: the sampled engine less the expected values.
- **spread**: difference of squared residuals, ledger engine less sampled engine; a residual is a month less what is
  expected of it, over the square root of that.
- **correlation**: difference of the influence u v - r (u^2 + v^2) / 2 of residuals u, v of two quantities, scaled to
  mean square 1, r their common correlation. Where variances agree, correlations agree if and only if covariances do.
- **total**: the invoice of the horizon, ledger engine less sampled engine.
- **edge**: whether that invoice is at or below an edge, ledger engine less sampled engine.

A score is the sum over the root of the sum of squares. What is left of the skewness of the sum is taken out by Hall's
cubic transformation (Hall 1992, J. R. Statist. Soc. B 54, 221). Where it is too large for that, half the score counts,
and where it is larger still the comparison is not judged. The limit is that of a normal score, shared by all
comparisons (Bonferroni), whose terms may depend on each other in any way.

- **share**, **whole**, **missing** and **never** are exact: their score is 0 or infinite.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from simulator.arrays import Array

What = Literal["expected", "sampled", "spread", "correlation", "total", "edge", "share", "whole", "missing", "never"]

MOST_SKEWNESS: Final = 0.08
"""Skewness of the sum of terms up to which the transformation is trusted: that of 600 exponential terms, whose tails
beyond 3.5 come out as often as the normal ones, within a tenth (at 300 terms twice as often)."""
MOST_HALVED: Final = 0.2
"""The same for half the score: of 200 squared normal terms, which lie twice the limit apart by chance of 1e-7."""
SEEN: Final = 1.2816
"""Standard errors beyond the limit at which a difference is seen in 9 of 10 runs: normal quantile of 0.9."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """One comparison.

    Attributes:
        key: of the quantity.
        difference: relative to the mean (expected, sampled, total), to both sums of squares together (spread), of
            correlations, or of probabilities (edge); of what is exact the largest relative difference.
        error: its standard error; 0 where it is exact.
        score: in standard errors, corrected for skewness, times the weight.
        units: number of terms.
        judged: whether there are enough terms, and tame ones.
        other: key of the second quantity of a correlation.
        level: of the edge.
        weight: 1, or 1/2 where terms are skewed.
    """

    what: What
    key: str
    difference: float
    error: float
    score: float
    units: int = 0
    judged: bool = True
    other: str = ""
    level: float = 0.0
    weight: float = 1.0

    @property
    def exact(self) -> bool:
        """Whether chance has no part in it."""
        return self.error == 0


class Compared(NamedTuple):
    """What is compared: how, the key of the quantity, of a correlation the other's, and the level of an edge."""

    what: What
    key: str
    other: str = ""
    level: float = 0.0


def compared(of: Compared, terms: Array, scale: float, *, frequent: bool = True) -> Comparison | None:
    """Compare by terms; None where all are 0.

    Args:
        terms: independent, shape (unit,).
        scale: the sum of the terms over this is the difference.
        frequent: whether what is compared occurs often enough to be judged.
    """
    if not terms.any() or not scale > 0:
        return None
    total, root = float(terms.sum()), math.sqrt(float(terms @ terms))
    skewness = float((terms**3).sum()) / root**3
    judged = frequent and abs(skewness) <= MOST_HALVED
    weight = 1.0 if abs(skewness) <= MOST_SKEWNESS else 0.5
    score = weight * hall(total / root, skewness)
    return Comparison(
        of.what, of.key, total / scale, root / scale, score, len(terms), judged, of.other, of.level, weight
    )


def exact(what: What, key: str, difference: float) -> Comparison:
    """Return a comparison in which chance has no part: any difference is one."""
    return Comparison(what, key, difference, 0.0, math.copysign(math.inf, difference) if difference else 0.0)


def hall(score: float, skewness: float) -> float:
    """Return a studentised sum without the effect of skewness.

    Args:
        score: sum of terms over the root of their sum of squares.
        skewness: of the sum: sum of cubes over the sum of squares to the power 3/2.

    Source: Hall 1992, formula for g with n^(-1/2) gamma as the skewness of the sum; strictly increasing.
    """
    return score + skewness * score**2 / 3 + skewness**2 * score**3 / 27 + skewness / 6


def limit(alarm: float, comparisons: int) -> float:
    """Return the score above which a comparison is wrong: Bonferroni, two-sided normal.

    Args:
        alarm: chance of a false alarm over all comparisons.
    """
    from scipy.special import ndtri

    return float(-ndtri(alarm / (2 * max(comparisons, 1))))


def smallest_seen(comparison: Comparison, at: float) -> float:
    """Return the difference that is seen in 9 of 10 runs at a limit; for spreads, of wider or narrower noise.

    A spread's difference d of sums of squares, relative to both together, is a ratio of sqrt((1 + d) / (1 - d)).
    """
    smallest = needed(at / comparison.weight, comparison.units) * comparison.error
    if comparison.what != "spread":
        return smallest
    return math.sqrt((1 + smallest) / (1 - smallest)) - 1 if smallest < 1 else math.inf


def needed(at: float, units: int) -> float:
    """Return the true difference in standard errors that lies beyond a limit in 9 of 10 runs.

    The sum of squares in a score has the difference itself inside, so that a score of few units grows slowly: a limit c
    on it is one of c / sqrt(1 - c^2 / n) on Student's t, whose own standard error is sqrt(1 + t^2 / 2n).
    """
    if at**2 >= units:
        return math.inf
    student = at / math.sqrt(1 - at**2 / units)
    return student + SEEN * math.sqrt(1 + student**2 / (2 * units))

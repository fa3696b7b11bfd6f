"""Intervals of independent futures, from their number and the sample alone."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from simulator.arrays import Array
from simulator.risk.estimates import mean, quantile, sd
from simulator.risk.interval import Interval

LEAST_IN_TAIL: Final = 250
"""Futures in a tail from which the interval of its mean covers at its level: 5,000 futures for the dearest 5 %.

Measured by `python -m tests.tail_cover` (docs/decisions/0047): with much fewer it covers less often than it says.
"""


def standard_error(x: Array) -> float | None:
    """Return the standard error of the mean of independent futures, or None for a single one."""
    spread = sd(x)
    return None if spread is None else spread / math.sqrt(len(x))


def mean_interval(x: Array, level: float = 0.95) -> Interval | None:
    """Return Student's interval of the mean, or None for fewer than two futures."""
    error = standard_error(x)
    if error is None:
        return None
    half = student(level, len(x) - 1) * error
    return Interval(mean(x) - half, mean(x) + half)


def quantile_interval(x: Array, p: float, level: float = 0.95) -> Interval:
    """Return the interval of a quantile from order statistics, by the exact binomial law.

    B ~ Binomial(n, p) counts futures at or under the true quantile. The ends are x_(l) and x_(u), l the largest rank
    with P(B < l) <= (1 - level)/2 and u the smallest with P(B >= u) <= (1 - level)/2. It covers with at least the
    stated level whatever the law, atoms included (David and Nagaraja 2003, Order Statistics, section 7.1).
    """
    from scipy.special import bdtr

    n, tail = len(x), (1 - level) / 2
    ordered = np.sort(x)
    below = bdtr(np.arange(n, dtype=np.float64), n, p)  # P(B <= k), k = 0 .. n - 1
    low_rank = int(np.searchsorted(below, tail, side="right"))
    high_rank = int(np.searchsorted(below, 1 - tail, side="left")) + 1
    complete = low_rank >= 1 and high_rank <= n
    return Interval(float(ordered[max(low_rank, 1) - 1]), float(ordered[min(high_rank, n) - 1]), complete)


def quantile_difference_interval(a: Array, b: Array, p: float, level: float = 0.95) -> Interval | None:
    """Return the large-sample interval of quantile(a) - quantile(b) on the same futures, or None of a single one.

    It is made from the intervals of the two quantiles, each end from those that move it (Zou and Donner 2008,
    Statistics in Medicine 27: the method of variance estimates recovery): with distances d from quantiles to ends,
    low = q_a - q_b - sqrt(d_a^2 + d_b^2 - 2 rho d_a d_b), d_a below q_a and d_b above q_b, and so for the high end. The
    estimators are correlated as the events that each lies over its quantile, for (q - true) f(q) is the mean of
    p - 1{x <= q} for large samples (Bahadur 1966, Annals of Mathematical Statistics 37; jointly: Babu and Rao 1988,
    Journal of Multivariate Analysis 27): rho = (P(both over) - (1 - p)^2) / (p (1 - p)).
    """
    if len(a) < 2:
        return None
    q_a, q_b = quantile(a, p), quantile(b, p)
    found_a, found_b = quantile_interval(a, p, level), quantile_interval(b, p, level)
    both_over = float(np.mean((a > q_a) & (b > q_b)))
    rho = min(max((both_over - (1 - p) ** 2) / (p * (1 - p)), -1.0), 1.0)

    def away(of_a: float, of_b: float) -> float:
        return math.sqrt(max(of_a**2 + of_b**2 - 2 * rho * of_a * of_b, 0.0))

    low = q_a - q_b - away(q_a - found_a.low, found_b.high - q_b)
    high = q_a - q_b + away(found_a.high - q_a, q_b - found_b.low)
    return Interval(low, high, found_a.complete and found_b.complete)


def cvar_half_width(x: Array, p: float, level: float = 0.95) -> float:
    """Return half the large-sample interval of a CVaR for any number of futures, also where it is too narrow.

    sd of the estimator = sd of max(x - q_p, 0) / ((1 - p) sqrt n). Source: Trindade, Uryasev, Shapiro and Zrazhevsky
    2007, Journal of Banking and Finance 31, and Hong, Hu and Liu 2014, ACM TOMACS 24(4).
    """
    excess = np.maximum(x - quantile(x, p), 0)
    return _normal(level) * float(np.std(excess, ddof=1)) / ((1 - p) * math.sqrt(len(x)))


def cvar_difference_half_width(a: Array, b: Array, p: float, level: float = 0.95) -> float:
    """Return half the large-sample interval of CVaR(a) - CVaR(b) on the same futures.

    sd of the difference of what each has beyond its quantile / ((1 - p) sqrt n); as in `cvar_half_width`, an error of
    a quantile moves a tail mean by its square only.
    """
    excess = np.maximum(a - quantile(a, p), 0) - np.maximum(b - quantile(b, p), 0)
    return _normal(level) * float(np.std(excess, ddof=1)) / ((1 - p) * math.sqrt(len(a)))


def least_for_cvar_interval(p: float) -> int:
    """Return the number of futures from which the interval of a CVaR is given: 5,000 for 0.95, 2,500 for 0.9."""
    return math.ceil(LEAST_IN_TAIL / (1 - p) - 1e-6)


def proportion_interval(successes: int, n: int, level: float = 0.95) -> Interval:
    """Return the Clopper-Pearson interval of a share: it covers with at least the stated level (Biometrika 1934)."""
    from scipy.special import betaincinv

    tail = (1 - level) / 2
    low = float(betaincinv(successes, n - successes + 1, tail)) if successes > 0 else 0.0
    high = float(betaincinv(successes + 1, n - successes, 1 - tail)) if successes < n else 1.0
    return Interval(low, high)


def _normal(level: float) -> float:
    from scipy.special import ndtri

    return float(ndtri(0.5 + level / 2))


def student(level: float, degrees: int) -> float:
    """Return Student's quantile for a two-sided interval of a level."""
    from scipy.special import stdtrit

    return float(stdtrit(degrees, 0.5 + level / 2))

"""Risk measures of a sample of futures, each with a 95 % interval from the number of futures alone.

Conventions, held everywhere in the product:
- A quantile is the order statistic inf{x : F(x) >= p}: of the amounts 1..10, P90 is 9 and P91 is 10. Nothing is
  interpolated, so that a P90 is an amount that occurred, also on lattices and atoms.
- "Over an amount" is strictly over: a future that costs exactly the budget is within it.
- Ties for the cheapest contract share equally.
- An interval of the mean of a tail is withheld below `LEAST_IN_TAIL` futures in the tail, as it would be too narrow.
- A mean is not determined by the futures where `mean_doubt` has something to say.
Intervals are None where they do not exist; where there are too few futures for an end of a quantile's interval, the
extreme of the sample stands in its place and `complete` is false.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

SLACK: Final = 1e-9
"""n p is a whole number up to this, so that 0.7 x 10 is 7; also the relative size of a tie between two costs."""
LEAST_IN_TAIL: Final = 250
"""Futures in a tail from which the interval of its mean covers at its level: 5,000 futures for the dearest 5 %.

Measured by `python -m tests.tail_cover` (docs/decisions/0047): with much fewer it covers less often than it says.
"""
WIDE_MEAN: Final = 0.2
"""Half of the 95 % interval of a mean, as a share of it, from which the futures do not determine it."""
DEAREST: Final = 0.01
CARRIED: Final = 0.25
"""Share of a mean from which, carried by the share `DEAREST` of the futures, they do not determine it."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A confidence interval.

    Attributes:
        complete: false where the sample is too small for the stated level and an extreme of it stands in.
    """

    low: float
    high: float
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Exceedance:
    """How often and how far costs lie over an amount.

    Attributes:
        probability: share of futures strictly over the amount, with its Clopper-Pearson interval.
        overrun: mean of what is over in those futures; None if there are none. Interval as for a mean; None where fewer
            than `LEAST_IN_TAIL` futures are over.
    """

    probability: float
    probability_interval: Interval
    overrun: float | None
    overrun_interval: Interval | None


@dataclass(frozen=True, slots=True)
class Paired:
    """The difference of two costs on the same futures.

    Attributes:
        share_dearer: share of futures in which the first costs strictly more than the second (a tie is not dearer).
    """

    mean: float
    p10: float
    p50: float
    p90: float
    share_dearer: float
    share_cheaper: float


def mean(x: Array) -> float:
    """Return the arithmetic mean of a sample of shape (trials,)."""
    return float(np.mean(x))


def sd(x: Array) -> float | None:
    """Return the standard deviation of a sample (divisor n - 1), or None for a single future."""
    return float(np.std(x, ddof=1)) if len(x) > 1 else None


def quantile(x: Array, p: float) -> float:
    """Return inf{v : F(v) >= p} of the sample, for 0 < p <= 1.

    Raises:
        ValueError: if p is outside (0, 1] or the sample is empty.
    """
    return float(np.sort(x)[_rank(len(x), p) - 1])


def quantiles(x: Array, levels: Sequence[float]) -> list[float]:
    """Return `quantile` at several levels with one sort."""
    ordered = np.sort(x)
    return [float(ordered[_rank(len(x), p) - 1]) for p in levels]


def column_quantiles(x: Array, levels: Sequence[float]) -> Array:
    """Return `quantile` of each column of an array (trial, column), shape (level, column)."""
    ranks = [_rank(len(x), p) - 1 for p in levels]
    return np.stack([np.sort(x[:, column])[ranks] for column in range(x.shape[1])], axis=1)


def cvar(x: Array, p: float) -> float:
    """Return the mean of the dearest share 1 - p of the futures, for 0 <= p < 1.

    At an atom only the missing part of it counts: CVaR = [(k/n - p) x_(k) + (sum of x over ranks above k) / n] /
    (1 - p), k the rank of the p-quantile. Source: Rockafellar and Uryasev 2002, J. Banking and Finance 26, prop. 8.

    Raises:
        ValueError: if p is outside [0, 1) or the sample is empty.
    """
    if not 0 <= p < 1:
        raise ValueError(f"the level of a CVaR must lie in [0, 1), not {p:g}")
    ordered, n = np.sort(x), len(x)
    rank = _rank(n, p) if p > 0 else 1
    part = max(rank / n - p, 0.0)
    return float((part * ordered[rank - 1] + ordered[rank:].sum() / n) / (part + (n - rank) / n))


def standard_error(x: Array) -> float | None:
    """Return the standard error of the mean of independent futures, or None for a single one."""
    spread = sd(x)
    return None if spread is None else spread / math.sqrt(len(x))


def mean_interval(x: Array, level: float = 0.95) -> Interval | None:
    """Return Student's interval of the mean, or None for fewer than two futures."""
    error = standard_error(x)
    if error is None:
        return None
    half = _student(level, len(x) - 1) * error
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


def quantile_path(x: Array, p: float, points: int = 24, least: int = 50) -> list[tuple[int, float, Interval]]:
    """Return a quantile and its interval from the first n futures alone, for growing n: (n, quantile, interval).

    Args:
        points: how many n at most, equal factors apart, the last one all futures.
        least: the smallest n; fewer futures give one point.
    """
    sizes = np.unique(np.geomspace(min(least, len(x)), len(x), points).round().astype(int))
    return [(int(n), quantile(x[:n], p), quantile_interval(x[:n], p)) for n in sizes]


def cvar_interval(x: Array, p: float, level: float = 0.95) -> Interval | None:
    """Return the large-sample interval of a CVaR, or None where `why_no_cvar_interval` has a reason.

    sd of the estimator = sd of max(x - q_p, 0) / ((1 - p) sqrt n). Source: Trindade, Uryasev, Shapiro and Zrazhevsky
    2007, Journal of Banking and Finance 31, and Hong, Hu and Liu 2014, ACM TOMACS 24(4).
    """
    if why_no_cvar_interval(x, p) is not None:
        return None
    half = cvar_half_width(x, p, level)
    middle = cvar(x, p)
    return Interval(middle - half, middle + half)


def cvar_half_width(x: Array, p: float, level: float = 0.95) -> float:
    """Return half the large-sample interval of a CVaR for any number of futures, also where it is too narrow."""
    excess = np.maximum(x - quantile(x, p), 0)
    return _normal(level) * float(np.std(excess, ddof=1)) / ((1 - p) * math.sqrt(len(x)))


def why_no_cvar_interval(x: Array, p: float) -> str | None:
    """Return in words why a CVaR has no interval, or None where it has one.

    250 futures in the tail have one, 249 have none: of the dearest 5 % that is 5,000 futures and 4,999.
    """
    least = least_for_cvar_interval(p)
    if len(x) < least:
        return (
            f"withheld, because from {len(x):,} futures it would be too narrow: it covers as often as it says from "
            f"{least:,} futures on"
        )
    if np.count_nonzero(x > quantile(x, p)) < 2:
        return f"none, because all futures beyond P{100 * p:g} cost the same"
    return None


def least_for_cvar_interval(p: float) -> int:
    """Return the number of futures from which the interval of a CVaR is given: 5,000 for 0.95, 2,500 for 0.9."""
    return math.ceil(LEAST_IN_TAIL / (1 - p) - 1e-6)


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why futures do not determine the mean of what they cost.

    Attributes:
        interval: 95 % interval of the mean, itself too narrow where few futures carry the mean; None for one future.
        carried: share of the mean that the dearest share `DEAREST` of the futures carries.
    """

    interval: Interval | None
    carried: float


def mean_doubt(x: Array) -> Doubt | None:
    """Return why the futures do not determine the mean of an amount (trial,), or None where they do.

    They do not where half its 95 % interval is wider than 20 % of it (`WIDE_MEAN`), or where the dearest 1 % of the
    futures, one at least, carry 25 % of it or more (`DEAREST`, `CARRIED`). A lognormal of log sd 0.5 is determined by
    200 futures; one of log sd 1.2 by 10,000 and not by 100; one of log sd 2 by neither. Amounts of both signs are
    compared with the mean of their sizes. A single future has no interval and is not judged here.
    """
    sizes = np.abs(x)
    whole = mean(sizes)
    interval = mean_interval(x)
    if interval is None or whole == 0:
        return None
    dearest = math.ceil(DEAREST * len(x) - SLACK)
    carried = float(np.sort(sizes)[len(x) - dearest :].sum() / (whole * len(x)))
    wide = (interval.high - interval.low) / 2 > WIDE_MEAN * whole
    few = carried >= CARRIED and dearest < CARRIED * len(x)
    return Doubt(interval, carried) if wide or few else None


def is_off_its_law(drawn: Array, law_mean: float) -> bool:
    """Return whether the draws of a number (trial,) do not show the mean of its law.

    They do not where that lies outside the 95 % interval of their own mean, and further than 20 % (`WIDE_MEAN`) of it
    away from it.
    """
    interval = mean_interval(drawn)
    if interval is None or interval.low <= law_mean <= interval.high:
        return False
    return abs(law_mean - mean(drawn)) > WIDE_MEAN * abs(law_mean)


def proportion_interval(successes: int, n: int, level: float = 0.95) -> Interval:
    """Return the Clopper-Pearson interval of a share: it covers with at least the stated level (Biometrika 1934)."""
    from scipy.special import betaincinv

    tail = (1 - level) / 2
    low = float(betaincinv(successes, n - successes + 1, tail)) if successes > 0 else 0.0
    high = float(betaincinv(successes + 1, n - successes, 1 - tail)) if successes < n else 1.0
    return Interval(low, high)


def probability_over(x: Array, amount: float) -> Exceedance:
    """Return how often and how far the costs lie strictly over an amount."""
    over = x[x > amount] - amount
    return Exceedance(
        probability=len(over) / len(x),
        probability_interval=proportion_interval(len(over), len(x)),
        overrun=mean(over) if len(over) else None,
        overrun_interval=mean_interval(over) if len(over) >= LEAST_IN_TAIL else None,
    )


def paired(a: Array, b: Array) -> Paired:
    """Return the difference a - b on the same futures; a difference under 1e-9 of the larger amount is a tie."""
    difference = np.where(_tied(a, b), 0.0, a - b)
    p10, p50, p90 = quantiles(difference, (0.1, 0.5, 0.9))
    return Paired(mean(difference), p10, p50, p90, float(np.mean(difference > 0)), float(np.mean(difference < 0)))


def probability_cheapest(costs: Array) -> Array:
    """Return the chance of each contract to be the cheapest, (contracts,), of costs (contracts, trials).

    Contracts that tie in a future share it equally; the chances sum to 1.
    """
    least = costs.min(axis=0)
    cheapest = np.stack([_tied(each, least) for each in costs])
    together = cheapest.sum(axis=0)
    return np.array([(each / together).mean() for each in cheapest])


def rank_correlation(x: Array, y: Array) -> float | None:
    """Return Spearman's rank correlation (mean ranks at ties), or None where one of the two does not vary."""
    if len(x) < 2 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return None
    return float(np.corrcoef(_ranks(x), _ranks(y))[0, 1])


def _ranks(values: Array) -> Array:
    """Return ranks from 1, the mean rank at ties, same shape (scipy.stats has them, and takes a second to load)."""
    _, place, number = np.unique(values, return_inverse=True, return_counts=True)
    return np.asarray((np.cumsum(number) - (number - 1) / 2)[place])


def _rank(n: int, p: float) -> int:
    if n == 0:
        raise ValueError("a quantile needs at least one future")
    if not 0 < p <= 1:
        raise ValueError(f"the level of a quantile must lie in (0, 1], not {p:g}")
    return max(math.ceil(n * p - SLACK), 1)


def _tied(a: Array, b: Array) -> NDArray[np.bool_]:
    return np.asarray(np.abs(a - b) <= SLACK * np.maximum(np.abs(a), np.abs(b)))


def _normal(level: float) -> float:
    from scipy.special import ndtri

    return float(ndtri(0.5 + level / 2))


def _student(level: float, degrees: int) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(degrees, 0.5 + level / 2))

"""Intervals of futures at the points of nets (simulator.futures.nets), from how far the nets differ.

Nets are scrambled independently of one another. An estimate that is a mean of some amounts h over all futures is the
mean over nets of their own means, so that its standard error is that of NETS independent numbers, and its interval
Student's with NETS - 1 degrees of freedom (Owen 2013, Monte Carlo theory, methods and examples, ch. 17). Quantiles and
tail means become such means as below. It holds for any scrambling, however much better than random futures it is.
"""

from __future__ import annotations

import math
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from simulator.arrays import Array, Flags
from simulator.risk.estimates import cvar, mean, quantile, rank_of
from simulator.risk.interval import Interval
from simulator.risk.plain import proportion_interval, student

Labels: TypeAlias = NDArray[np.int8]
"""The net of each future, shape (trials,), counted from 0."""

LEAST_OVER: Final = 80
"""Futures on either side of an amount from which the spread of nets tells the sampling error of their share."""


def error_of_mean(h: Array, net: Labels) -> float:
    """Return the standard error of the mean of h, (trials,); nets may have different numbers of futures."""
    count = int(net.max()) + 1
    away = np.bincount(net, weights=h - mean(h), minlength=count) * (count / len(h))
    return math.sqrt(math.fsum(away**2) / (count * (count - 1)))


def mean_interval(x: Array, net: Labels, level: float) -> Interval:
    """Return the interval of the mean."""
    half = _student(net, level) * error_of_mean(x, net)
    return Interval(mean(x) - half, mean(x) + half)


def share_interval(flags: Flags, net: Labels, level: float) -> Interval:
    """Return the interval of the share of futures with a flag; that of independent futures where few have it or not.

    Few are less even over nets than many, but not more uneven than independent futures are.
    """
    there = int(np.count_nonzero(flags))
    if min(there, len(flags) - there) < LEAST_OVER:
        return proportion_interval(there, len(flags), level)
    found = mean_interval(flags.astype(np.float64), net, level)
    return Interval(max(found.low, 0.0), min(found.high, 1.0))


def quantile_interval(x: Array, p: float, net: Labels, level: float) -> Interval:
    """Return the interval of a quantile: the amounts whose distribution function may be p (Woodruff 1952, JASA 47).

    With q the quantile of all futures, P(x <= q) and P(x < q) are means over nets. The ends are the quantiles at p plus
    and minus Student's quantile times their standard errors; at an atom the two differ, and it stays an end as long as
    p is surely inside its step. An error is at least that of half a future in a net.
    """
    ordered, n = np.sort(x), len(x)
    q = ordered[rank_of(n, p) - 1]
    least = 0.5 / n * math.sqrt(int(net.max()) + 1)
    times = _student(net, level)
    under = p - times * max(error_of_mean((x < q).astype(np.float64), net), least)
    upto = p + times * max(error_of_mean((x <= q).astype(np.float64), net), least)
    complete = under > 0 and upto <= 1
    low, high = rank_of(n, max(under, 1 / n)), rank_of(n, min(upto, 1.0))
    return Interval(float(ordered[low - 1]), float(ordered[high - 1]), complete)


def quantile_difference_interval(a: Array, b: Array, p: float, net: Labels, level: float) -> Interval:
    """Return the interval of quantile(a) - quantile(b) on the same futures, from its values in single nets.

    Its middle is the difference in all futures (sectioning: Asmussen and Glynn 2007, Stochastic Simulation, III.5).
    """
    middle = quantile(a, p) - quantile(b, p)
    count = int(net.max()) + 1
    each = [quantile(a[net == place], p) - quantile(b[net == place], p) for place in range(count)]
    error = math.sqrt(math.fsum((own - middle) ** 2 for own in each) / (count * (count - 1)))
    half = _student(net, level) * error
    return Interval(middle - half, middle + half)


def cvar_interval(x: Array, p: float, net: Labels, level: float) -> Interval:
    """Return the interval of a CVaR, the mean of q + max(x - q, 0) / (1 - p).

    An error of the quantile q moves it by its square only (Rockafellar and Uryasev 2002), so q counts as known.
    """
    half, middle = _student(net, level) * error_of_mean(_in_excess(x, p), net), cvar(x, p)
    return Interval(middle - half, middle + half)


def cvar_difference_interval(a: Array, b: Array, p: float, net: Labels, level: float) -> Interval:
    """Return the interval of CVaR(a) - CVaR(b) on the same futures: that of the mean of what each has in excess.

    Both quantiles count as known, as in `cvar_interval`; what both have in excess in the same future cancels.
    """
    excess = _in_excess(a, p) - _in_excess(b, p)
    half, middle = _student(net, level) * error_of_mean(excess, net), cvar(a, p) - cvar(b, p)
    return Interval(middle - half, middle + half)


def _in_excess(x: Array, p: float) -> Array:
    """Return by how much each future lies beyond a quantile, over the share of futures that do, (trials,)."""
    excess: Array = np.maximum(x - quantile(x, p), 0.0) / (1 - p)
    return excess


def overrun_interval(x: Array, amount: float, net: Labels, level: float) -> Interval | None:
    """Return the interval of the mean of what is over an amount, in futures that are; None where few are.

    It is the ratio of two means, whose error is that of the mean of (excess - ratio 1{over}) / P(over).
    """
    over = x > amount
    there = int(np.count_nonzero(over))
    if there < LEAST_OVER:
        return None
    excess = np.where(over, x - amount, 0.0)
    ratio = mean(excess[over])
    half = _student(net, level) * error_of_mean((excess - ratio * over) * (len(x) / there), net)
    return Interval(ratio - half, ratio + half)


def _student(net: Labels, level: float) -> float:
    return student(level, int(net.max()))

"""Ratios of two figures of the same futures, with intervals.

The logarithm of a ratio of means or of standard deviations is, to first order, a mean over futures (the delta method;
Serfling 1980, Approximation Theorems of Mathematical Statistics, section 3.3), whose interval simulator.risk knows, for
random futures and for those of nets. The ends are raised to e again, so that no ratio has an end below 0.
"""

from __future__ import annotations

import math

import numpy as np

from simulator import risk
from simulator.arrays import Array
from simulator.decisions.worth import Estimate

MOST: float = 700.0
"""Logarithm from which e to it is no number."""


def ratio_of_means(x: Array, y: Array, net: risk.Net) -> Estimate | None:
    """Return mean(x) / mean(y), both (trial,); None where one of the means is not positive."""
    top, bottom = risk.mean(x), risk.mean(y)
    if top <= 0 or bottom <= 0:
        return None
    return _ratio(top / bottom, x / top - y / bottom, net)


def share_of(amount: Array, whole: Array, net: risk.Net) -> Estimate:
    """Return mean(amount) / mean(whole), of which the first may be negative, with the interval of a ratio of means."""
    bottom = risk.mean(whole)
    value = risk.mean(amount) / bottom
    interval = risk.mean_interval((amount - value * whole) / bottom, net=net)
    if interval is None or not interval.complete:
        return Estimate(value)
    return Estimate(value, value + interval.low, value + interval.high)


def change_of_means(after: Array, before: Array, net: risk.Net) -> Estimate | None:
    """Return mean(after) / mean(before) - 1; None where one of the means is not positive."""
    found = ratio_of_means(after, before, net)
    return None if found is None else less(found, 1.0)


def ratio_of_spreads(x: Array, y: Array, net: risk.Net) -> Estimate | None:
    """Return sd(x) / sd(y), both (trial,); None where one of the two does not vary."""
    top, bottom = risk.sd(x), risk.sd(y)
    if not top or not bottom:
        return None
    return _ratio(top / bottom, (_square(x) - _square(y)) / 2, net)


def ratio_of_relative_spreads(x: Array, y: Array, net: risk.Net) -> Estimate | None:
    """Return sd(x) / mean(x) over sd(y) / mean(y); None where one does not vary, or has a mean that is not positive."""
    top, bottom = relative_spread(x), relative_spread(y)
    if not top or not bottom:
        return None
    influence = (_square(x) - _square(y)) / 2 - x / risk.mean(x) + y / risk.mean(y)
    return _ratio(top / bottom, influence, net)


def relative_spread(x: Array) -> float | None:
    """Return the standard deviation over the mean; None of a single future, or where the mean is not positive."""
    spread, mean = risk.sd(x), risk.mean(x)
    return None if spread is None or mean <= 0 else spread / mean


def elasticity(after: tuple[Array, Array], before: tuple[Array, Array], net: risk.Net) -> Estimate | None:
    """Return by how many percent one mean rises where another rises by one percent, from two states of the futures.

    It is ln(mean(x') / mean(x)) / ln(mean(y') / mean(y)): 1 for a bill in proportion, 0 for one that does not move.

    Args:
        after, before: x and y, (trial,) each, of the same futures.

    Returns:
        None where a mean is not positive, or y does not move.
    """
    means = [risk.mean(each) for each in (*after, *before)]
    if min(means) <= 0 or means[1] == means[3]:
        return None
    moved = [math.log(means[0] / means[2]), math.log(means[1] / means[3])]
    value = moved[0] / moved[1]
    own = after[0] / means[0] - before[0] / means[2]
    other = after[1] / means[1] - before[1] / means[3]
    return _around(value, (own - value * other) / moved[1], net)


def share_explained(x: Array, y: Array) -> Estimate | None:
    """Return which share of the variance of x a line in y explains: the square of their correlation.

    Its interval is Fisher's, of independent futures, which those of nets are at worst. None where one does not vary.
    """
    if len(x) < 4 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return None
    found = min(abs(float(np.corrcoef(x, y)[0, 1])), 1.0 - 1e-15)
    half = 1.96 / math.sqrt(len(x) - 3)
    low, high = (math.tanh(max(math.atanh(found) + step, 0.0)) ** 2 for step in (-half, half))
    return Estimate(found**2, low, high)


def less(estimate: Estimate, amount: float, factor: float = 1.0) -> Estimate:
    """Return an estimate times a positive factor, less an amount, with the ends of its interval."""
    ends = [None if end is None else factor * end - amount for end in (estimate.low, estimate.high)]
    return Estimate(factor * estimate.value - amount, *ends)


def one_less(estimate: Estimate | None) -> Estimate | None:
    """Return 1 less an estimate."""
    if estimate is None:
        return None
    ends = [None if end is None else 1.0 - end for end in (estimate.high, estimate.low)]
    return Estimate(1.0 - estimate.value, *ends)


def _ratio(value: float, influence: Array, net: risk.Net) -> Estimate:
    """Return a ratio with the interval that its logarithm has."""
    found = _around(0.0, influence, net)
    if found.low is None or found.high is None or found.high > MOST:
        return Estimate(value)
    return Estimate(value, value * math.exp(found.low), value * math.exp(found.high))


def _around(value: float, influence: Array, net: risk.Net) -> Estimate:
    """Return a figure with the interval of a mean over futures that is 0 but for their chance."""
    interval = risk.mean_interval(influence, net=net)
    if interval is None or not interval.complete:
        return Estimate(value)
    middle = risk.mean(influence)
    return Estimate(value, value + interval.low - middle, value + interval.high - middle)


def _square(x: Array) -> Array:
    """Return squares of the distances from the mean, of mean 1."""
    away = (x - risk.mean(x)) ** 2
    return np.asarray(away / risk.mean(away))

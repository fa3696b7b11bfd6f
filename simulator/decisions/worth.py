"""What a change of a contract is worth: the paired difference of two invoices on the same futures, with its error."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from simulator import risk
from simulator.arrays import Array

NINE_IN_TEN: Final = 0.9
TAIL: Final = 0.95
"""From where the tail is: its mean is that of the dearest 5 % of the futures."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure of the futures with the 95 % interval of its sampling error.

    Attributes:
        low, high: None where the futures are too few to tell.
    """

    value: float
    low: float | None = None
    high: float | None = None

    @property
    def told(self) -> bool:
        """Whether its sign is told apart from chance: the interval does not include 0."""
        return self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)


@dataclass(frozen=True, slots=True)
class Worth:
    """What one cost is above another at three places; negative where it is cheaper.

    Attributes:
        mean: of the difference.
        p90: difference of the two P90s.
        tail: difference of the two means of the dearest 5 %.
    """

    mean: Estimate
    p90: Estimate
    tail: Estimate


def worth(cost: Array, other: Array, net: risk.Net) -> Worth:
    """Return what a cost is above another in the same futures; equal costs give exactly 0.

    Args:
        cost, other: over the horizon, (trial,).
        net: of each future; None where they are random.
    """
    if np.array_equal(cost, other):
        nothing = Estimate(0.0, 0.0, 0.0)
        return Worth(nothing, nothing, nothing)
    p90 = risk.quantile(cost, NINE_IN_TEN) - risk.quantile(other, NINE_IN_TEN)
    tail = risk.cvar(cost, TAIL) - risk.cvar(other, TAIL)
    return Worth(
        estimate_of_mean(cost - other, net),
        estimate(p90, risk.quantile_difference_interval(cost, other, NINE_IN_TEN, net=net)),
        estimate(tail, risk.cvar_difference_interval(cost, other, TAIL, net=net)),
    )


def estimate_of_mean(values: Array, net: risk.Net) -> Estimate:
    """Return the mean of some values, (trial,), with its interval."""
    return estimate(risk.mean(values), risk.mean_interval(values, net=net))


def estimate(value: float, interval: risk.Interval | None) -> Estimate:
    """Return a figure with its interval, if there is one that is complete."""
    if interval is None or not interval.complete:
        return Estimate(value)
    return Estimate(value, interval.low, interval.high)

"""The 95 % intervals of risk measures, from sampling alone: how far another set of futures would have moved them.

Where futures are those of nets, from `LEAST_FOR_NETS` of them on, the spread of the nets tells (risk.nets); else
futures count as independent of one another (risk.plain), which those of nets are at worst. Intervals are None where
they do not exist; where there are too few futures for an end of a quantile's interval, the extreme of the sample stands
in its place and `complete` is false. "Over an amount" is strictly over: a future that costs exactly the budget is
within it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from simulator.arrays import Array, Flags
from simulator.risk import net_intervals, plain
from simulator.risk.estimates import cvar, mean, quantile
from simulator.risk.interval import Interval

Net: TypeAlias = net_intervals.Labels | None
"""The net of each future, shape (trials,); None where futures are independent."""

LEAST_FOR_NETS: Final = 1_024
"""Futures from which the spread of nets tells the sampling error; with fewer, too few of a net lie beyond a P90."""


@dataclass(frozen=True, slots=True)
class Exceedance:
    """How often and how far costs lie over an amount.

    Attributes:
        probability: share of futures strictly over the amount.
        overrun: mean of what is over in those futures; None if there are none. Its interval is None where few are over.
    """

    probability: float
    probability_interval: Interval
    overrun: float | None
    overrun_interval: Interval | None


def standard_error(x: Array, net: Net = None) -> float | None:
    """Return the standard error of the mean of a sample, shape (trials,), or None for a single future."""
    labels = _labels(x, net)
    return plain.standard_error(x) if labels is None else net_intervals.error_of_mean(x, labels)


def mean_interval(x: Array, level: float = 0.95, net: Net = None) -> Interval | None:
    """Return Student's interval of the mean, or None for fewer than two futures."""
    labels = _labels(x, net)
    return plain.mean_interval(x, level) if labels is None else net_intervals.mean_interval(x, labels, level)


def quantile_interval(x: Array, p: float, level: float = 0.95, net: Net = None) -> Interval:
    """Return the interval of a quantile."""
    labels = _labels(x, net)
    return (
        plain.quantile_interval(x, p, level) if labels is None else net_intervals.quantile_interval(x, p, labels, level)
    )


def quantile_difference_interval(a: Array, b: Array, p: float, level: float = 0.95, net: Net = None) -> Interval | None:
    """Return the interval of quantile(a) - quantile(b) on the same futures, or None of a single one."""
    labels = _labels(a, net)
    if labels is None:
        return plain.quantile_difference_interval(a, b, p, level)
    return net_intervals.quantile_difference_interval(a, b, p, labels, level)


def quantile_path(
    x: Array, p: float, points: int = 24, least: int = 50, net: Net = None
) -> list[tuple[int, float, Interval]]:
    """Return a quantile and its interval from the first n futures alone, for growing n: (n, quantile, interval).

    Args:
        points: how many n at most, equal factors apart, the last one all futures.
        least: the smallest n; fewer futures give one point.
    """
    sizes = np.unique(np.geomspace(min(least, len(x)), len(x), points).round().astype(int))
    return [
        (int(n), quantile(x[:n], p), quantile_interval(x[:n], p, net=None if net is None else net[:n])) for n in sizes
    ]


def cvar_interval(x: Array, p: float, level: float = 0.95, net: Net = None) -> Interval | None:
    """Return the interval of a CVaR, or None where `why_no_cvar_interval` has a reason."""
    if why_no_cvar_interval(x, p, net) is not None:
        return None
    labels = _labels(x, net)
    if labels is not None:
        return net_intervals.cvar_interval(x, p, labels, level)
    half, middle = plain.cvar_half_width(x, p, level), cvar(x, p)
    return Interval(middle - half, middle + half)


def cvar_difference_interval(a: Array, b: Array, p: float, level: float = 0.95, net: Net = None) -> Interval | None:
    """Return the interval of CVaR(a) - CVaR(b) on the same futures, or None where one of the two has none."""
    if why_no_cvar_interval(a, p, net) is not None or why_no_cvar_interval(b, p, net) is not None:
        return None
    labels = _labels(a, net)
    if labels is not None:
        return net_intervals.cvar_difference_interval(a, b, p, labels, level)
    half, middle = plain.cvar_difference_half_width(a, b, p, level), cvar(a, p) - cvar(b, p)
    return Interval(middle - half, middle + half)


def why_no_cvar_interval(x: Array, p: float, net: Net = None) -> str | None:
    """Return in words why a CVaR has no interval, or None where it has one.

    Of independent futures 250 in the tail have one, 249 have none: of the dearest 5 % that is 5,000 futures and 4,999.
    Of nets, `LEAST_FOR_NETS` futures have one.
    """
    least = least_for_cvar_interval(p, net)
    if len(x) < least:
        return (
            f"withheld, because from {len(x):,} futures it would be too narrow: it covers as often as it says from "
            f"{least:,} futures on"
        )
    if np.count_nonzero(x > quantile(x, p)) < 2:
        return f"none, because all futures beyond P{100 * p:g} cost the same"
    return None


def least_for_cvar_interval(p: float, net: Net = None) -> int:
    """Return the number of futures from which the interval of a CVaR is given."""
    return plain.least_for_cvar_interval(p) if net is None else LEAST_FOR_NETS


def share_interval(flags: Flags, level: float = 0.95, net: Net = None) -> Interval:
    """Return the interval of the share of futures that have a flag, shape (trials,)."""
    labels = _labels(flags, net)
    if labels is None:
        return plain.proportion_interval(int(np.count_nonzero(flags)), len(flags), level)
    return net_intervals.share_interval(flags, labels, level)


def probability_over(x: Array, amount: float, net: Net = None) -> Exceedance:
    """Return how often and how far the costs lie strictly over an amount."""
    over = x > amount
    excess = x[over] - amount
    return Exceedance(
        probability=len(excess) / len(x),
        probability_interval=share_interval(over, net=net),
        overrun=mean(excess) if len(excess) else None,
        overrun_interval=_overrun_interval(x, amount, net),
    )


def _overrun_interval(x: Array, amount: float, net: Net) -> Interval | None:
    labels = _labels(x, net)
    if labels is not None:
        return net_intervals.overrun_interval(x, amount, labels, 0.95)
    excess = x[x > amount] - amount
    return plain.mean_interval(excess) if len(excess) >= plain.LEAST_IN_TAIL else None


def _labels(x: NDArray[np.generic], net: Net) -> net_intervals.Labels | None:
    """Return the nets of futures where their spread is looked at."""
    return None if len(x) < LEAST_FOR_NETS else net

"""Arrays of trials to the numbers that stand in the summary."""

from __future__ import annotations

import numpy as np

from simulator import risk
from simulator.arrays import Array
from simulator.report.summary.distribution import LEVELS, Brief, Difference, Distribution, Ends, MeanDoubt
from simulator.report.summary.plain import attributes


def horizon(months: Array) -> Array:
    """Return the sums over the months, (trial,), of an array (trial, month)."""
    return np.asarray(months.sum(axis=1))


def distribution(x: Array, net: risk.Net) -> Distribution:
    """Return mean, sd, percentiles, CVaR at 95 % and the 95 % intervals of an amount, (trial,).

    Args:
        net: of each future, as intervals need it.
    """
    interval = risk.quantile_interval(x, 0.9, net=net)
    percentiles = risk.quantiles(x, [level / 100 for level in LEVELS])
    return Distribution(
        mean=risk.mean(x),
        sd=risk.sd(x),
        **{f"p{level}": amount for level, amount in zip(LEVELS, percentiles, strict=True)},
        cvar95=risk.cvar(x, 0.95),
        cvar95_interval=ends(risk.cvar_interval(x, 0.95, net=net)),
        cvar95_interval_missing=risk.why_no_cvar_interval(x, 0.95, net),
        p90_interval=(interval.low, interval.high),
        p90_interval_complete=interval.complete,
        mean_interval=ends(risk.mean_interval(x, net=net)),
        mean_doubt=_doubt(x, net),
    )


def distribution_where_known(x: Array, net: risk.Net) -> Distribution | None:
    """Return the distribution of an amount over the trials in which it is not NaN; None where it is in all."""
    there = np.isfinite(x)
    return distribution(x[there], None if net is None else net[there]) if there.any() else None


def _doubt(x: Array, net: risk.Net) -> MeanDoubt | None:
    found = risk.mean_doubt(x, net)
    return None if found is None else MeanDoubt(interval=ends(found.interval), carried_by_dearest=found.carried)


def brief(x: Array) -> Brief:
    """Return mean, P10 and P90 of an amount, (trial,)."""
    p10, p90 = risk.quantiles(x, (0.1, 0.9))
    return Brief(mean=risk.mean(x), p10=p10, p90=p90)


def brief_where_known(x: Array) -> Brief | None:
    """Return mean, P10 and P90 over the trials in which an amount is not NaN; None where it is in all."""
    known = x[np.isfinite(x)]
    return brief(known) if len(known) else None


def ends(interval: risk.Interval | None) -> Ends | None:
    """Return the two ends of an interval, or None."""
    return None if interval is None else (interval.low, interval.high)


def difference(a: Array, b: Array) -> Difference:
    """Return a - b on the same futures: mean, percentiles, and how often a is dearer and cheaper."""
    return Difference(**attributes(risk.paired(a, b)))

"""Arrays of trials to the numbers that stand in `summary.json`."""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np

from simulator import risk
from simulator.arrays import Array
from simulator.report.words.summary_block import NewBlock

LEVELS: Final = (1, 5, 10, 25, 50, 75, 80, 90, 95, 99)
"""Percentiles reported of every cost."""
CVAR: Final = ("cvar95", "cvar95_interval", "cvar95_interval_missing")
DIGITS: Final = 12
"""Significant digits kept, so that the last bits of a sum do not change the file."""


def safe(value: Any) -> Any:
    """Return a value with NaN and infinities as None, numpy scalars as Python's, and floats cut to 12 digits."""
    if isinstance(value, dict):
        return {str(key): safe(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [safe(item) for item in value]
    if isinstance(value, float | np.floating):
        return (float(f"{value:.{DIGITS}g}") + 0.0) if math.isfinite(value) else None
    return value.item() if isinstance(value, np.generic) else value


def horizon(months: Array) -> Array:
    """Return the sums over the months, (trial,), of an array (trial, month)."""
    return np.asarray(months.sum(axis=1))


def distribution(x: Array, net: risk.Net) -> NewBlock:
    """Return mean, sd, percentiles, CVaR at 95 % and the 95 % intervals; trials that are NaN are left out.

    Args:
        net: of each future, as intervals need it.

    `mean_doubt` says why the futures do not determine the mean, None where they do (`risk.mean_doubt`), and
    `cvar95_interval_missing` why the CVaR has no interval.
    """
    there = np.isfinite(x)
    known, of = x[there], None if net is None else net[there]
    names = [f"p{level}" for level in LEVELS]
    if not len(known):
        rest = ("p90_interval", "p90_interval_complete", "mean_interval", "mean_doubt")
        return dict.fromkeys(["mean", "sd", *names, *CVAR, *rest])
    interval = risk.quantile_interval(known, 0.9, net=of)
    return {
        "mean": risk.mean(known),
        "sd": risk.sd(known),
        **dict(zip(names, risk.quantiles(known, [level / 100 for level in LEVELS]), strict=True)),
        "cvar95": risk.cvar(known, 0.95),
        "cvar95_interval": ends(risk.cvar_interval(known, 0.95, net=of)),
        "cvar95_interval_missing": risk.why_no_cvar_interval(known, 0.95, of),
        "p90_interval": [interval.low, interval.high],
        "p90_interval_complete": interval.complete,
        "mean_interval": ends(risk.mean_interval(known, net=of)),
        "mean_doubt": _doubt(known, of),
    }


def _doubt(x: Array, net: risk.Net) -> NewBlock | None:
    found = risk.mean_doubt(x, net)
    return None if found is None else {"interval": ends(found.interval), "carried_by_dearest": found.carried}


def brief(x: Array) -> NewBlock:
    """Return mean, P10 and P90; trials that are NaN are left out."""
    known = x[np.isfinite(x)]
    if not len(known):
        return {"mean": None, "p10": None, "p90": None}
    p10, p90 = risk.quantiles(known, (0.1, 0.9))
    return {"mean": risk.mean(known), "p10": p10, "p90": p90}


def ends(interval: risk.Interval | None) -> list[float] | None:
    """Return the two ends of an interval, or None."""
    return None if interval is None else [interval.low, interval.high]


def paired_block(a: Array, b: Array) -> NewBlock:
    """Return a - b on the same futures: mean, percentiles, and how often a is dearer and cheaper."""
    pair = risk.paired(a, b)
    return {
        "mean": pair.mean,
        "p10": pair.p10,
        "p50": pair.p50,
        "p90": pair.p90,
        "share_dearer": pair.share_dearer,
        "share_cheaper": pair.share_cheaper,
    }

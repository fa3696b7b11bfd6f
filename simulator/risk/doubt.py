"""Whether the futures determine a mean at all."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from simulator.arrays import Array
from simulator.risk.estimates import SLACK, mean
from simulator.risk.interval import Interval
from simulator.risk.intervals import Net, mean_interval

WIDE_MEAN: Final = 0.2
"""Half of the 95 % interval of a mean, as a share of it, from which the futures do not determine it."""
DEAREST: Final = 0.01
CARRIED: Final = 0.25
"""Share of a mean from which, carried by the share `DEAREST` of the futures, they do not determine it."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why futures do not determine the mean of what they cost.

    Attributes:
        interval: 95 % interval of the mean, itself too narrow where few futures carry the mean; None for one future.
        carried: share of the mean that the dearest share `DEAREST` of the futures carries.
    """

    interval: Interval | None
    carried: float


def mean_doubt(x: Array, net: Net = None) -> Doubt | None:
    """Return why the futures do not determine the mean of an amount (trial,), or None where they do.

    They do not where half its 95 % interval is wider than 20 % of it (`WIDE_MEAN`), or where the dearest 1 % of the
    futures, one at least, carry 25 % of it or more (`DEAREST`, `CARRIED`). A lognormal of log sd 0.5 is determined by
    200 futures; one of log sd 1.2 by 10,000 and not by 100; one of log sd 2 by neither. Amounts of both signs are
    compared with the mean of their sizes. A single future has no interval and is not judged here.
    """
    sizes = np.abs(x)
    whole = mean(sizes)
    interval = mean_interval(x, net=net)
    if interval is None or whole == 0:
        return None
    dearest = math.ceil(DEAREST * len(x) - SLACK)
    carried = float(np.sort(sizes)[len(x) - dearest :].sum() / (whole * len(x)))
    wide = (interval.high - interval.low) / 2 > WIDE_MEAN * whole
    few = carried >= CARRIED and dearest < CARRIED * len(x)
    return Doubt(interval, carried) if wide or few else None


def is_off_its_law(drawn: Array, law_mean: float, net: Net = None) -> bool:
    """Return whether the draws of a number (trial,) do not show the mean of its law.

    They do not where that lies outside the 95 % interval of their own mean, and further than 20 % (`WIDE_MEAN`) of it
    away from it.
    """
    interval = mean_interval(drawn, net=net)
    if interval is None or interval.low <= law_mean <= interval.high:
        return False
    return abs(law_mean - mean(drawn)) > WIDE_MEAN * abs(law_mean)

"""Which assumption to argue about: the P90 of a cost where an input is low and where it is high."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from simulator import risk
from simulator.arrays import Array

TENTHS: Final = 10
LEAST_FUTURES: Final = 500
"""Fewer futures have tenths too small for a P90."""
FLOOR_LEVEL: Final = 0.995
"""The noise floor holds the P90 of a tenth taken at random in so many of all cases."""


@dataclass(frozen=True, slots=True)
class Bar:
    """What the P90 of a cost is in the tenth of the futures in which an input is lowest, and in which it is highest.

    Attributes:
        visible: whether one of the two lies outside the noise floor.
    """

    name: str
    at_low: float
    at_high: float
    visible: bool

    @property
    def swing(self) -> float:
        """How far the two ends lie apart."""
        return abs(self.at_high - self.at_low)


@dataclass(frozen=True, slots=True)
class Tornado:
    """The bars of all inputs, the widest first.

    Attributes:
        quantile: of the cost over all futures.
        floor: where the quantile of a tenth of the futures that has nothing to do with the cost lies.
    """

    quantile: float
    floor: risk.Interval
    bars: tuple[Bar, ...]


def tornado(inputs: Mapping[str, Array], cost: Array, p: float = 0.9) -> Tornado | None:
    """Return what each input does to a quantile of a cost, None with fewer than 500 futures.

    The futures are sorted by one input and cut into ten parts of equal number; the quantile is taken in the first and
    the last. Other inputs are not held: what moves together with an input moves the bar. Inputs that do not vary are
    left out.

    Args:
        inputs: by name, (trial,) each.
        cost: (trial,).
    """
    if len(cost) < LEAST_FUTURES:
        return None
    floor = noise_floor(cost, p)
    bars = [_bar(name, values, cost, p, floor) for name, values in inputs.items() if np.ptp(values) > 0]
    return Tornado(
        risk.quantile(cost, p), floor, tuple(sorted(bars, key=lambda bar: (not bar.visible, -bar.swing, bar.name)))
    )


def noise_floor(cost: Array, p: float) -> risk.Interval:
    """Return where the quantile of a tenth of the futures taken at random lies, at FLOOR_LEVEL.

    It is the interval of a quantile from order statistics, read off the whole sample: the ranks that it would have in
    a tenth, as shares of all.
    """
    part = len(cost) // TENTHS
    ranks = np.arange(1, part + 1, dtype=np.float64)
    interval = risk.quantile_interval(ranks, p, FLOOR_LEVEL)
    low, high = risk.quantiles(cost, (interval.low / part, interval.high / part))
    return risk.Interval(low, high, interval.complete)


def _bar(name: str, values: Array, cost: Array, p: float, floor: risk.Interval) -> Bar:
    parts = np.array_split(cost[np.argsort(values, kind="stable")], TENTHS)
    at_low, at_high = risk.quantile(parts[0], p), risk.quantile(parts[-1], p)
    visible = not (floor.low <= at_low <= floor.high and floor.low <= at_high <= floor.high)
    return Bar(name, at_low, at_high, visible)

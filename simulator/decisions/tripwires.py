"""Tripwires: counts at which another contract would have cost as much as the recommended one.

Of each thing that can be counted (observed), the mean difference of two costs given it is a curve through the futures
(conditional_mean); where it crosses 0 the answer turns. A tripwire is told where the curve crosses 0 once inside the
range of the futures and explains at least half of the difference's variance, the best explanation for each contract.
Its interval is that of the jackknife over the folds: the curve without each eighth of the futures crosses elsewhere.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from simulator import risk
from simulator.arrays import Array, Index
from simulator.decisions.conditional_mean import FOLDS, curve_of_all, curves, spline
from simulator.decisions.observed import Kind, Observed, observables
from simulator.forecast.forecast import Forecast, horizon_cost, ranked_by
from simulator.risk.plain import student

LEAST_FUTURES: Final = 64
EXPLAINED: Final = 0.5
"""Share of the variance of a difference that a count must explain, so that it tells which contract is cheaper."""
ENDS: Final = 0.01
"""Share of the futures at each end beyond which a crossing is none: there are too few to tell it."""


@dataclass(frozen=True, slots=True)
class Tripwire:
    """A count at which another contract costs as much as the recommended one.

    Attributes:
        kind, meter: what is counted; see `observed.Observed`.
        contract: the recommended one.
        against: the other one.
        above: whether the recommended one stays cheaper above the threshold; else below it.
        threshold: where both cost the same on average.
        low, high: 95 % interval from the number of futures alone; None where a curve without some futures crosses
            nowhere or more than once.
        expected: mean of the count over the futures.
        beyond: share of the futures on the side where the other one is cheaper.
        explained: share of the variance of the difference.
    """

    kind: Kind
    meter: str
    contract: str
    against: str
    above: bool
    threshold: float
    low: float | None
    high: float | None
    expected: float
    beyond: float
    explained: float


def tripwires(forecast: Forecast) -> tuple[Tripwire, ...]:
    """Return the tripwires of the recommended contract, those first that most futures have crossed.

    There are none with few futures, and where nothing that can be counted turns the answer.
    """
    best, of = forecast.verdict.recommended, ranked_by(forecast.scenario)
    names = [name for name in forecast.ranking if name != best and forecast.contracts[name].bills_units]
    if not names or forecast.results.trials < LEAST_FUTURES:
        return ()
    own = horizon_cost(forecast.contracts[best], of)
    less = np.stack([own - horizon_cost(forecast.contracts[name], of) for name in names], axis=1)
    found: dict[str, Tripwire] = {}
    for seen in observables(forecast):
        for each in _of(seen, best, names, less):
            if each.against not in found or found[each.against].explained < each.explained:
                found[each.against] = each
    return tuple(sorted(found.values(), key=lambda each: (-each.beyond, each.against)))


def _of(seen: Observed, best: str, names: list[str], less: Array) -> list[Tripwire]:
    """Return the tripwires of one count, for each other contract that has one.

    Args:
        less: cost of the recommended contract less that of each other, (trial, contract).
    """
    values = seen.over()
    if np.ptp(values) == 0:
        return []
    terms, order = spline(values), np.argsort(values, kind="stable")
    mean = curve_of_all(terms, less)
    spread = less.var(axis=0)
    explained = np.divide(mean.var(axis=0), spread, out=np.zeros(len(names)), where=spread > 0)
    crossings = [_crossing(values, mean[:, place], order) for place in range(len(names))]
    wanted = [place for place, at in enumerate(crossings) if at is not None and explained[place] >= EXPLAINED]
    if not wanted:
        return []
    parts = curves(terms, less[:, wanted])
    without = [parts.at(fold) for fold in range(FOLDS)]
    found = []
    for column, place in enumerate(wanted):
        at, above = crossings[place] or (0.0, False)
        each = [_crossing(values, curve[:, column], order) for curve in without]
        low, high = _interval(at, [None if one is None else one[0] for one in each])
        found.append(
            Tripwire(
                seen.kind, seen.meter, best, names[place], above, at, low, high, risk.mean(values),
                float(np.mean(values < at if above else values > at)), float(explained[place]),
            )
        )  # fmt: skip
    return found


def _crossing(values: Array, curve: Array, order: Index) -> tuple[float, bool] | None:
    """Return where a curve crosses 0 and whether it falls there; None where it does not, or more than once.

    Args:
        values: of the count, (trial,); `curve` at them.
        order: of the futures by the count.
    """
    cut = max(math.ceil(ENDS * len(order)), 1)
    inner = order[cut:-cut]
    x, y = values[inner], curve[inner]
    turns = np.flatnonzero((y[:-1] > 0) != (y[1:] > 0))
    if len(turns) != 1:
        return None
    place = int(turns[0])
    first, last = float(y[place]), float(y[place + 1])
    return float(x[place] + first / (first - last) * (x[place + 1] - x[place])), first > 0


def _interval(at: float, without: list[float | None]) -> tuple[float | None, float | None]:
    """Return the 95 % interval of a crossing from those without each fold: Student's with FOLDS - 1 degrees (jackknife,
    Efron and Tibshirani 1993, An Introduction to the Bootstrap, chapter 11)."""
    known = [each for each in without if each is not None]
    if len(known) < len(without):
        return None, None
    middle = math.fsum(known) / FOLDS
    error = math.sqrt((FOLDS - 1) / FOLDS * math.fsum((each - middle) ** 2 for each in known))
    half = student(0.95, FOLDS - 1) * error
    return at - half, at + half

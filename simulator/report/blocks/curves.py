"""The numbers that only charts and the report need: `curve`, `tornado` and `convergence` of the summary.

They are of the recommended contract and of what contracts are ranked by.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simulator import risk
from simulator.arrays import Array
from simulator.decisions.sensitivity import FLOOR_LEVEL, tornado
from simulator.report.blocks.assumptions import candidates
from simulator.report.blocks.plain_names import plain_name
from simulator.report.summary.curves import ConvergencePoint, Curve, TornadoBar, TornadoNumbers

if TYPE_CHECKING:
    from simulator.forecast.forecast import Forecast


CURVE_STEPS: Final = 1_000
"""The curve of a cost has an amount for every thousandth of the futures."""


def curve(cost: Array) -> Curve:
    """Return the least amount and then the quantiles of a cost (trial,), one for every thousandth of the futures.

    The chance that an amount is enough is the number of quantiles at or under it, in thousandths, rounded down.
    """
    levels = [step / CURVE_STEPS for step in range(1, CURVE_STEPS + 1)]
    return Curve(steps=CURVE_STEPS, amounts=(float(cost.min()), *risk.quantiles(cost, levels)))


def tornado_numbers(forecast: Forecast, cost: Array) -> TornadoNumbers | None:
    """Return P90 in the tenths of the futures in which each assumption is lowest and highest; None with few futures."""
    found = tornado(dict(candidates(forecast.results)), cost)
    if found is None:
        return None
    return TornadoNumbers(
        p90=found.quantile,
        floor=(found.floor.low, found.floor.high),
        floor_level=FLOOR_LEVEL,
        bars=tuple(
            TornadoBar(
                name=bar.name,
                label=plain_name(bar.name, forecast.scenario),
                at_low=bar.at_low,
                at_high=bar.at_high,
                visible=bar.visible,
            )
            for bar in found.bars
        ),
    )


def convergence(cost: Array, net: risk.Net) -> tuple[ConvergencePoint, ...]:
    """Return P90 and its interval from the first n futures alone, for growing n."""
    return tuple(
        ConvergencePoint(futures=n, p90=p90, interval=(interval.low, interval.high), complete=interval.complete)
        for n, p90, interval in risk.quantile_path(cost, 0.9, net=net)
    )

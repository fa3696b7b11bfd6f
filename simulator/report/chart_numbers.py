"""The numbers that only charts and the report need, as blocks of the summary: the curve of a cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from simulator import risk
from simulator.forecast import horizon_cost, ranked_by

if TYPE_CHECKING:
    from simulator.forecast import Forecast

Array = NDArray[np.float64]
Block = dict[str, Any]

CURVE_STEPS: Final = 1_000
"""The curve of a cost has an amount for every thousandth of the futures."""


def chart_blocks(forecast: Forecast) -> Block:
    """Return the blocks of the recommended contract, of what contracts are ranked by."""
    cost = horizon_cost(forecast.recommended, ranked_by(forecast.scenario))
    return {"curve": curve_block(cost)}


def curve_block(cost: Array) -> Block:
    """Return the least amount and then the quantiles of a cost (trial,), one for every thousandth of the futures.

    The chance that an amount is enough is the number of quantiles at or under it, in thousandths, rounded down.
    """
    levels = [step / CURVE_STEPS for step in range(1, CURVE_STEPS + 1)]
    return {"steps": CURVE_STEPS, "amounts": [float(cost.min()), *risk.quantiles(cost, levels)]}

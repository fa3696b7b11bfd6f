"""Where the base estimate of each contract stands among its futures."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from simulator import risk
from simulator.forecast.forecast import Forecast, horizon_cost, ranked_by
from simulator.report.summary.base_estimate import BaseEstimate, BaseEstimates
from simulator.report.words.base_estimate_words import base_sentence


def base_estimates(forecast: Forecast, costs: Mapping[str, float] | None) -> BaseEstimates | None:
    """Return the base estimates, None where there are none.

    Args:
        costs: of every contract; see `simulator.forecast.base_estimate.base_costs`.
    """
    if costs is None:
        return None
    of = ranked_by(forecast.scenario)
    found = tuple(_estimate(forecast, name, amount) for name, amount in costs.items())
    best = next(each for each in found if each.contract == forecast.verdict.recommended)
    return BaseEstimates(of, found, base_sentence(best, of, forecast.scenario.currency))


def _estimate(forecast: Forecast, name: str, amount: float) -> BaseEstimate:
    cost = horizon_cost(forecast.contracts[name], ranked_by(forecast.scenario))
    over = float(np.mean(cost > amount * (1 + risk.SLACK)))
    return BaseEstimate(name, amount, over, risk.mean(cost) - amount)

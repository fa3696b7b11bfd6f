"""What stands behind the verdict in numbers: budgets, ties, and differences to the recommended contract."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from simulator import risk
from simulator.arrays import Array
from simulator.contracts import Tie
from simulator.contracts.metering.meters import CONVERSATIONS, definition_of
from simulator.contracts.metering.segments import is_whole
from simulator.contracts.prices.flat import Flat
from simulator.forecast.forecast import Forecast, cost_by_month, horizon_cost, keeps_budgets, overrun, ranked_by
from simulator.forecast.priced import Priced
from simulator.forecast.verdict import NINE_OF_TEN
from simulator.report.blocks.distribution import difference, ends, horizon
from simulator.report.summary.budget import Budget, OverBudget
from simulator.report.summary.contract import PairedContract, TieAt, TieAtMean
from simulator.report.summary.plain import attributes

TIES: Final[Mapping[str, str]] = {
    "tie": "ties at the mean",
    "tie_p90": "ties at P90",
    "tie_nine_in_ten": "cheaper in nine of ten futures at",
}
"""The three prices at which a contract ties with the recommended one: keys of a contract's block, and headings."""


def budget_of(forecast: Forecast) -> Budget | None:
    """Return the budget against the recommended contract: kept in nine of ten futures, missed, or undecided."""
    budget, found = forecast.scenario.budget, forecast.verdict
    if budget is None or found.chance is None:
        return None
    cost = horizon_cost(forecast.recommended, budget.of)
    net = forecast.results.net
    interval = risk.quantile_interval(cost, 0.9, net=net)
    return Budget(
        amount=budget.total,
        of=budget.of,
        p90=risk.quantile(cost, 0.9),
        p90_interval=(interval.low, interval.high),
        p90_interval_complete=interval.complete,
        met=found.chance >= NINE_OF_TEN - 1e-12,
        decided=found.decided,
        overrun_where_broken=_overrun_where_broken(forecast),
        **attributes(over_budget(cost, budget.total, net)),
    )


def _overrun_where_broken(forecast: Forecast) -> float | None:
    """Mean of what the recommended contract costs over its budgets, in the futures in which it breaks any."""
    of = ranked_by(forecast.scenario)
    over = overrun(cost_by_month(forecast.recommended, of), forecast.scenario)
    return None if over is None or not np.any(over > 0) else risk.mean(over[over > 0])


def over_budget(cost: Array, amount: float, net: risk.Net) -> OverBudget:
    """Return how often and how far costs (trial,) lie over an amount, with intervals."""
    over = risk.probability_over(cost, amount, net)
    return OverBudget(
        probability_over=over.probability,
        probability_over_interval=ends(over.probability_interval),
        mean_overrun=over.overrun,
        mean_overrun_interval=ends(over.overrun_interval),
    )


def chance_of_budgets(forecast: Forecast, priced: Priced) -> float | None:
    """Return the share of the futures in which the budget of the horizon and that of each fiscal year are kept."""
    keeps = keeps_budgets(cost_by_month(priced, ranked_by(forecast.scenario)), forecast.scenario)
    return None if keeps is None else float(np.mean(keeps))


def tie_at_mean(forecast: Forecast, priced: Priced) -> TieAtMean | None:
    """Return where a contract ties, and with which; for one flat price also the billed share at which it would."""
    if priced.ties is None or priced.ties.mean is None:
        return None
    usage = priced.contract.usage
    flat = len(usage) == 1 and isinstance(usage[0], Flat) and definition_of(usage[0].unit_meter) is not None
    flat = flat and is_whole(usage[0].unit_meter)
    conversations = forecast.results.sums[CONVERSATIONS] / forecast.results.trials
    share = risk.mean(horizon(priced.units)) / max(conversations, 1e-300)
    return TieAtMean(
        with_contract=priced.ties.other,
        factor=priced.ties.mean.factor,
        unit_price=priced.ties.mean.unit_price,
        unit_label=priced.ties.mean.unit_label,
        billed_share=share * priced.ties.mean.factor if flat else None,
    )


def tie_at(tie: Tie | None) -> TieAt | None:
    """Return where a contract ties; None where nowhere."""
    return None if tie is None else TieAt(factor=tie.factor, unit_price=tie.unit_price)


def paired_contracts(forecast: Forecast) -> tuple[PairedContract, ...]:
    """Return each other contract less the recommended one on the same futures, by what contracts are ranked by.

    The invoice and the cost to serve differ by the same amount; where the invoice ranks, the difference is taken of
    invoices, which the cost of people does not round off.
    """
    of = ranked_by(forecast.scenario)
    reference = horizon_cost(forecast.recommended, of)
    return tuple(
        PairedContract(
            contract=name,
            reference=forecast.ranking[0],
            of=of,
            **attributes(difference(horizon_cost(forecast.contracts[name], of), reference)),
        )
        for name in forecast.ranking[1:]
    )

"""The recommended contract by fiscal year, as a budget is made."""

from __future__ import annotations

import numpy as np

from simulator import risk
from simulator.arrays import Array
from simulator.forecast.forecast import Forecast, cost_by_month, ranked_by
from simulator.report.blocks.distribution import horizon
from simulator.report.summary.budget_years import BudgetYear
from simulator.scenario.stated.months import FiscalYear, fiscal_years_of, months_of

MONTHS_OF_A_YEAR = 12


def budget_years(forecast: Forecast) -> tuple[BudgetYear, ...]:
    """Return the fiscal years that the horizon touches, in order, each with the recommended contract's cost in it."""
    cost = cost_by_month(forecast.recommended, ranked_by(forecast.scenario))
    years = fiscal_years_of(forecast.scenario)
    return tuple(_year(forecast, year, budget, cost[:, year.places])
                 for year, budget in zip(years, _budgets(forecast, len(years)), strict=True))  # fmt: skip


def _budgets(forecast: Forecast, years: int) -> tuple[float | None, ...]:
    """Return the budget of each year: its own, or that of the horizon where this is one year."""
    budget = forecast.scenario.budget
    if budget is None:
        return (None,) * years
    if budget.by_fiscal_year:
        return tuple(budget.by_fiscal_year)
    return (budget.total,) if years == 1 else (None,) * years


def _year(forecast: Forecast, year: FiscalYear, budget: float | None, months: Array) -> BudgetYear:
    covered, cost = months_of(forecast.scenario)[year.places], horizon(months)
    interval = risk.quantile_interval(cost, 0.9, net=forecast.results.net)
    over = None if budget is None else cost[cost > budget] - budget
    return BudgetYear(
        contract=forecast.verdict.recommended,
        of=ranked_by(forecast.scenario),
        name=year.name,
        first=covered[0],
        last=covered[-1],
        months=year.months,
        whole=year.months == MONTHS_OF_A_YEAR,
        mean=risk.mean(cost),
        p90=risk.quantile(cost, 0.9),
        p90_interval=(interval.low, interval.high),
        p90_interval_complete=interval.complete,
        budget=budget,
        chance_held=None if budget is None else float(np.mean(cost <= budget)),
        mean_overrun=None if over is None or not over.size else risk.mean(over),
    )

"""The highest price of use at which a contract still keeps all its budgets in nine of ten futures."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import numpy as np

from simulator import risk
from simulator.arrays import Array
from simulator.contracts import Tie
from simulator.contracts.contract import is_proportional
from simulator.contracts.invoices.tie import LARGEST_FACTOR, amounts_of, root, tie_of
from simulator.forecast.bills import at, by_fiscal_year, values_of
from simulator.forecast.forecast import Forecast, cost_by_month, totals_by_price, use_of_a_conversation
from simulator.forecast.priced import Priced
from simulator.forecast.verdict import NINE_OF_TEN

if TYPE_CHECKING:
    from simulator.engine.results import Results

_STEPS: Final = 100
"""Prices below today's at which is looked."""
_TOLERANCE: Final = 1e-12


def price_that_holds_budget(forecast: Forecast, priced: Priced) -> Tie | None:
    """Return the price up to which a contract keeps all budgets in nine of ten futures.

    All its prices for use move alike, as in ties; fees, minimums and people's work stay. Just above that price it keeps
    them in fewer. None without a budget, and where there is no such price: the fees alone break the budgets, or use
    bills too little to break them.

    From a price that keeps them the search goes up, else down in hundredths of today's price: with a minimum that is
    settled in a later fiscal year than the use, a lower price moves money from one year to the next, so that there may
    be a lowest price too.
    """
    if forecast.scenario.budget is None:
        return None
    excess, size = _excess_by_price(forecast, priced), forecast.scenario.budget.total

    def over(factor: float) -> float:
        return risk.quantile(excess(factor), NINE_OF_TEN) / size

    ends = _bracket(over)
    if ends is None:
        return None
    return tie_of(priced.contract, root(over, *ends, _TOLERANCE), lambda: use_of_a_conversation(priced))


def _bracket(over: Callable[[float], float]) -> tuple[float, float] | None:
    """Return a factor at which the budgets are kept and a larger one at which they are not; None where none are."""
    if over(1.0) <= 0.0:
        low, high = 1.0, 2.0
        while over(high) <= 0.0 and high < LARGEST_FACTOR:
            low, high = high, min(2.0 * high, LARGEST_FACTOR)
        return (low, high) if over(high) > 0.0 else None
    kept = next((step for step in range(_STEPS - 1, -1, -1) if over(step / _STEPS) <= 0.0), None)
    return None if kept is None else (kept / _STEPS, (kept + 1) / _STEPS)


def _excess_by_price(forecast: Forecast, priced: Priced) -> Callable[[float], Array]:
    """Return the function from a factor on all prices for use to the largest excess over a budget, (trial,).

    It is negative in the futures that keep all of them.
    """
    budget, scenario = forecast.scenario.budget, forecast.scenario
    assert budget is not None
    if not budget.by_fiscal_year:
        totals = totals_by_price(priced.contract, priced.horizon("invoice"), priced.usage, forecast.results)
        rest = priced.horizon(budget.of) - priced.horizon("invoice")
        return lambda factor: np.asarray(totals(factor) + rest - budget.total)
    years = _years_by_price(forecast, priced)
    beside = by_fiscal_year(cost_by_month(priced, budget.of) - priced.invoice, scenario)
    amounts = np.array(budget.by_fiscal_year)
    return lambda factor: np.asarray((years(factor) + beside - amounts).max(axis=1))


def _years_by_price(forecast: Forecast, priced: Priced) -> Callable[[float], Array]:
    """Return the function from a factor on all prices for use to the invoice of each fiscal year, (trial, year)."""
    contract, results, scenario = priced.contract, forecast.results, forecast.scenario
    if is_proportional(contract):
        usage = priced.columns.array(f"{at(priced.of)}usage_of_years")
        fixed = by_fiscal_year(priced.invoice, scenario) - usage
        return lambda factor: np.asarray(fixed + factor * usage)

    def of(some: Results, factor: float) -> Array:
        amounts = amounts_of(contract, some.priced_meters(contract), values_of(some))
        return by_fiscal_year(amounts(factor), scenario)

    keys = [*contract.meters, contract.unit]
    return lambda factor: results.each(keys, lambda some: of(some, factor))

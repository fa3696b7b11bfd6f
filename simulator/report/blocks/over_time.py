"""The invoices along the months: what a fan chart, a fiscal year and the month of crossing are made of.

Three blocks of `summary.json`, all of what contracts are ranked by (`of`: the invoice, or invoice and human work), and
`discounting`, which says how the present values of invoices are made (`present_value`):

- `monthly`: `months` (names), and for each contract a list by month of `mean` and the percentiles of `FAN`; beside it
  `neighbours`, for each contract the correlation over the futures of a month's cost with that of the next month, the
  mean over the months; None where no two neighbouring months vary.
- `cumulative`: the same of what has been billed from the first month to each month; beside it `budget` (None without
  one) and, for each contract, `crosses`: for each percentile the number of the first month, from 1, after which it lies
  above the budget, None where it never does.
- `fiscal_years`: one block for each fiscal year that the horizon touches: `name`, `first` and `last` month, `months`
  (12 for a whole one), `budget` (None unless given by fiscal year), and for each contract the figures of the year's
  sum, `probability_over` and `crosses` (the number of the month within the year's part of the horizon).

A percentile of a sum is taken of the sums of single futures. Percentiles are never added up.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from simulator import risk
from simulator.arrays import Array
from simulator.forecast.forecast import Forecast, cost_by_month, ranked_by
from simulator.report.blocks.distribution import horizon
from simulator.report.blocks.present_value import discounting_block
from simulator.report.words.summary_block import NewBlock
from simulator.scenario.stated.months import FiscalYear, fiscal_years_of, months_of

FAN: Final[Mapping[str, float]] = {
    "p5": 0.05, "p10": 0.1, "p25": 0.25, "p50": 0.5, "p75": 0.75, "p80": 0.8, "p90": 0.9, "p95": 0.95,
}  # fmt: skip
"""Percentiles of a fan: the edges of `BANDS`, the middle, and P80, for budgets that are set at it."""
BANDS: Final[Mapping[str, tuple[str, str]]] = {"90 %": ("p5", "p95"), "80 %": ("p10", "p90"), "50 %": ("p25", "p75")}
"""Between which percentiles that share of the futures lies, widest first."""
_EQUAL: Final = 1e-12
"""Relative difference up to which a sum of months equals a budget."""
SAME: Final = 1e-9
"""Range of a month, as a share of the largest amount, up to which it does not vary."""


def over_time(forecast: Forecast) -> NewBlock:
    """Return the blocks `monthly`, `cumulative`, `fiscal_years` and `discounting`."""
    of, months, budget = ranked_by(forecast.scenario), months_of(forecast.scenario), forecast.scenario.budget
    amount, years = None if budget is None else budget.total, fiscal_years_of(forecast.scenario)
    found = {name: _of_contract(forecast, cost_by_month(each, of), amount) for name, each in forecast.contracts.items()}

    def part(key: str) -> NewBlock:
        return {name: each[key] for name, each in found.items()}

    return {
        "monthly": {"of": of, "months": months, "contracts": part("monthly"), "neighbours": part("neighbours")},
        "cumulative": {"of": of, "months": months, "budget": amount, "contracts": part("cumulative")},
        "fiscal_years": [
            {**_fiscal_year(forecast, year, place), "contracts": part(year.name)} for place, year in enumerate(years)
        ],
        "discounting": discounting_block(forecast),
    }


def _of_contract(forecast: Forecast, cost: Array, budget: float | None) -> NewBlock:
    """Return all that is told of a contract's cost (trial, month), so that only one contract's is held at a time."""
    return {
        "monthly": _fan(cost),
        "neighbours": neighbours(cost),
        "cumulative": _against(summed(cost), budget),
        **{
            year.name: _year_of(cost[:, year.places], _year_budget(forecast, place))
            for place, year in enumerate(fiscal_years_of(forecast.scenario))
        },
    }


def by_month(forecast: Forecast, amounts: Array) -> list[NewBlock]:
    """Return month, mean and P10, P50, P90 of each month of an array (trial, month)."""
    levels = ("p10", "p50", "p90")
    found = risk.column_quantiles(amounts, [FAN[level] for level in levels])
    return [
        {"month": month, "mean": float(mean), **dict(zip(levels, map(float, column), strict=True))}
        for month, mean, column in zip(months_of(forecast.scenario), amounts.mean(axis=0), found.T, strict=True)
    ]


def neighbours(amounts: Array) -> float | None:
    """Return the correlation of a month's amount with the next month's (trial, month), the mean over the months."""
    varies = np.ptp(amounts, axis=0) > SAME * np.abs(amounts).max()
    pairs = np.flatnonzero(varies[:-1] & varies[1:])
    found = [np.corrcoef(amounts[:, month], amounts[:, month + 1])[0, 1] for month in pairs]
    return float(np.mean(found)) if found else None


def summed(amounts: Array) -> Array:
    """Return what has been billed up to each month, same shape; the last month is the horizon's sum to the bit."""
    total: Array = np.cumsum(amounts, axis=1)
    total[:, -1] = horizon(amounts)
    return total


def crosses(fan: Mapping[str, list[float]], budget: float | None) -> dict[str, int | None]:
    """Return for each percentile the number of the first month, from 1, in which it lies above a budget, or None."""
    return {name: None if budget is None else _first_above(fan[name], budget) for name in FAN}


def _first_above(path: list[float], budget: float) -> int | None:
    return next((place for place, amount in enumerate(path, 1) if amount > budget * (1 + _EQUAL)), None)


def _fan(amounts: Array) -> dict[str, list[float]]:
    """Return mean and percentiles by month of an array (trial, month)."""
    found = risk.column_quantiles(amounts, list(FAN.values()))
    return {
        "mean": [float(each) for each in amounts.mean(axis=0)],
        **{name: [float(each) for each in row] for name, row in zip(FAN, found, strict=True)},
    }


def _against(cumulative: Array, budget: float | None) -> NewBlock:
    fan = _fan(cumulative)
    return {**fan, "crosses": crosses(fan, budget)}


def _fiscal_year(forecast: Forecast, year: FiscalYear, place: int) -> NewBlock:
    covered = months_of(forecast.scenario)[year.places]
    return {
        "name": year.name,
        "first": covered[0],
        "last": covered[-1],
        "months": year.months,
        "budget": _year_budget(forecast, place),
    }


def _year_budget(forecast: Forecast, place: int) -> float | None:
    budget = forecast.scenario.budget
    return budget.by_fiscal_year[place] if budget is not None and budget.by_fiscal_year else None


def _year_of(amounts: Array, budget: float | None) -> NewBlock:
    fan = _fan(summed(amounts))
    return {
        **{name: path[-1] for name, path in fan.items()},
        "probability_over": None if budget is None else risk.probability_over(horizon(amounts), budget).probability,
        "crosses": crosses(fan, budget),
    }

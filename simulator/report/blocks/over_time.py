"""The invoices along the months: what a fan chart, a fiscal year and the month of crossing are made of.

Three blocks of the summary, all of what contracts are ranked by (`of`: the invoice, or invoice and human work), and
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

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from simulator import risk
from simulator.arrays import Array
from simulator.forecast.forecast import Forecast, cost_by_month, ranked_by
from simulator.report.blocks.distribution import horizon
from simulator.report.summary.distribution import MonthAmount
from simulator.report.summary.over_time import (
    Crosses,
    Cumulative,
    CumulativeFan,
    Fan,
    FiscalYearNumbers,
    Monthly,
    YearOfContract,
)
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


@dataclass(frozen=True, slots=True)
class OverTime:
    """The three blocks."""

    monthly: Monthly
    cumulative: Cumulative
    fiscal_years: tuple[FiscalYearNumbers, ...]


def over_time(forecast: Forecast) -> OverTime:
    """Return the blocks `monthly`, `cumulative` and `fiscal_years`."""
    of, months = ranked_by(forecast.scenario), tuple(months_of(forecast.scenario))
    budget, years = forecast.scenario.budget, fiscal_years_of(forecast.scenario)
    amount = None if budget is None else budget.total
    found = {name: _of_contract(forecast, cost_by_month(each, of), amount) for name, each in forecast.contracts.items()}
    return OverTime(
        Monthly(
            of=of,
            months=months,
            contracts={name: each.monthly for name, each in found.items()},
            neighbours={name: each.neighbours for name, each in found.items()},
        ),
        Cumulative(
            of=of,
            months=months,
            budget=amount,
            contracts={name: each.cumulative for name, each in found.items()},
        ),
        tuple(
            _fiscal_year(forecast, year, place, {name: each.years[place] for name, each in found.items()})
            for place, year in enumerate(years)
        ),
    )


@dataclass(frozen=True, slots=True)
class _OfContract:
    """All that is told of a contract's cost along the months."""

    monthly: Fan
    neighbours: float | None
    cumulative: CumulativeFan
    years: tuple[YearOfContract, ...]


def _of_contract(forecast: Forecast, cost: Array, budget: float | None) -> _OfContract:
    """Return all that is told of a contract's cost (trial, month), so that only one contract's is held at a time."""
    fan = _fan(summed(cost))
    return _OfContract(
        Fan(**_fan(cost)),
        neighbours(cost),
        CumulativeFan(**fan, crosses=crosses(fan, budget)),
        tuple(
            _year_of(cost[:, year.places], _year_budget(forecast, place))
            for place, year in enumerate(fiscal_years_of(forecast.scenario))
        ),
    )


def by_month(forecast: Forecast, amounts: Array) -> tuple[MonthAmount, ...]:
    """Return month, mean and P10, P50, P90 of each month of an array (trial, month)."""
    found = risk.column_quantiles(amounts, [FAN[level] for level in ("p10", "p50", "p90")])
    return tuple(
        MonthAmount(month=month, mean=float(mean), p10=float(p10), p50=float(p50), p90=float(p90))
        for month, mean, (p10, p50, p90) in zip(
            months_of(forecast.scenario), amounts.mean(axis=0), found.T, strict=True
        )
    )


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


def crosses(fan: Mapping[str, Sequence[float]], budget: float | None) -> Crosses:
    """Return for each percentile the number of the first month, from 1, in which it lies above a budget, or None."""
    return {name: None if budget is None else _first_above(fan[name], budget) for name in FAN}


def _first_above(path: Sequence[float], budget: float) -> int | None:
    return next((place for place, amount in enumerate(path, 1) if amount > budget * (1 + _EQUAL)), None)


def _fan(amounts: Array) -> dict[str, tuple[float, ...]]:
    """Return mean and percentiles by month of an array (trial, month)."""
    found = risk.column_quantiles(amounts, list(FAN.values()))
    return {
        "mean": tuple(float(each) for each in amounts.mean(axis=0)),
        **{name: tuple(float(each) for each in row) for name, row in zip(FAN, found, strict=True)},
    }


def _fiscal_year(
    forecast: Forecast, year: FiscalYear, place: int, contracts: Mapping[str, YearOfContract]
) -> FiscalYearNumbers:
    covered = months_of(forecast.scenario)[year.places]
    return FiscalYearNumbers(
        name=year.name,
        first=covered[0],
        last=covered[-1],
        months=year.months,
        budget=_year_budget(forecast, place),
        contracts=contracts,
    )


def _year_budget(forecast: Forecast, place: int) -> float | None:
    budget = forecast.scenario.budget
    return budget.by_fiscal_year[place] if budget is not None and budget.by_fiscal_year else None


def _year_of(amounts: Array, budget: float | None) -> YearOfContract:
    fan = _fan(summed(amounts))
    return YearOfContract(
        **{name: path[-1] for name, path in fan.items()},
        probability_over=None if budget is None else risk.probability_over(horizon(amounts), budget).probability,
        crosses=crosses(fan, budget),
    )

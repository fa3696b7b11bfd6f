"""Months, what has been billed so far, fiscal years, and the month in which a percentile crosses the budget."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from simulator.engine.results import Results
from simulator.forecast.forecast import forecast
from simulator.report.blocks.over_time import FAN, crosses, summed
from simulator.report.blocks.summary import summary
from simulator.report.terminal.console import below, budget_line, fiscal_year_lines
from tests.synthetic import results, scenario

FLAT = {"a": {"type": "per_conversation", "title": "Flat", "price": 0.5}}


def by_hand(conversations: np.ndarray[Any, Any], **changes: Any) -> Results:
    """Return results in which the conversations (trial, month) are given."""
    trials, months = conversations.shape
    run = results(scenario(FLAT, trials=trials, months=months, **changes))
    return replace(run, meters={**run.meters, "conversations": conversations})


TEN = 100.0 * np.arange(1, 11)[:, None] * np.array([1.0, 2.0, 1.0])
"""Ten futures of three months: 50 k, 100 k and 50 k for k = 1 .. 10 at a price of 0.5."""


def test_monthly_and_cumulative_by_hand() -> None:
    told = summary(forecast(by_hand(TEN)))
    month, total = told.monthly.contracts["a"], told.cumulative.contracts["a"]
    assert told.monthly.months == told.cumulative.months == ("2027-11", "2027-12", "2028-01")
    assert month.p90 == (450, 900, 450) and month.p50 == (250, 500, 250) and month.mean == (275, 550, 275)
    assert total.p90 == (450, 1350, 1800) and total.p95 == (500, 1500, 2000) and total.p10 == (50, 150, 200)
    assert total.mean == (275, 825, 1100)
    assert (total.p5, total.p25, total.p75) == ((50, 150, 200), (150, 450, 600), (400, 1200, 1600))
    assert total.crosses == dict.fromkeys(FAN), "without a budget nothing is crossed"


def test_percentiles_of_sums_are_not_sums_of_percentiles() -> None:
    one = np.array([[200.0, 0.0], [0.0, 200.0]] * 5)
    told = summary(forecast(by_hand(one)))
    assert sum(told.monthly.contracts["a"].p90) == 200
    assert told.cumulative.contracts["a"].p90 == (100, 100)


@pytest.mark.parametrize(
    ("budget", "month"), [(449, 1), (450, 2), (1349, 2), (1350, 3), (1799, 3), (1800, None), (9000, None)]
)
def test_month_in_which_p90_crosses_is_strictly_over(budget: float, month: int | None) -> None:
    told = summary(forecast(by_hand(TEN, budget=budget)))
    assert told.cumulative.contracts["a"].crosses["p90"] == month
    assert told.budget.met is (month is None), "the last month is the horizon's own P90"
    (line,) = budget_line(told)
    assert ("stays within" in line) is (month is None)
    if month is not None:
        assert f"{['2027-11', '2027-12', '2028-01'][month - 1]}, month {month} of 3." in line
        assert line in " ".join(each.strip() for each in below(told, 100))


def test_crossing_that_is_undone_says_so() -> None:
    told = summary(forecast(by_hand(TEN * np.array([1, 1, -1.5]), budget=1000)))
    assert told.cumulative.contracts["a"].crosses["p90"] == 2 and told.budget.met
    assert budget_line(told)[0].endswith("month 2 of 3, and falls back to it by 2028-01.")


def test_sums_that_equal_the_budget_but_for_their_last_bits_do_not_cross() -> None:
    tenths = np.full((4, 12), 0.1)
    assert summed(tenths)[0, -1] == tenths.sum(axis=1)[0]
    path = {name: [float(each) for each in summed(tenths)[0]] for name in FAN}
    assert path["p90"][7] != 0.8 and crosses(path, 0.8)["p90"] == 9
    assert crosses(path, 1.2)["p90"] is None and crosses(path, None)["p90"] is None


def test_budget_of_cost_to_serve_is_compared_with_it() -> None:
    run = by_hand(TEN, budget={"amount": 10_000, "of": "cost_to_serve"})
    told, got = summary(forecast(run)), forecast(run)
    assert told.monthly.of == told.cumulative.of == "cost_to_serve"
    mean = got.contracts["a"].cost_to_serve.mean(axis=0)
    assert told.monthly.contracts["a"].mean == pytest.approx(mean.tolist())


def test_fiscal_years_by_hand() -> None:
    told = summary(forecast(by_hand(TEN, fiscal_year_start=1, budget=[1_000, 1_000])))
    first, second = told.fiscal_years
    assert [(y.name, y.first, y.last, y.months) for y in (first, second)] == [
        ("FY2027", "2027-11", "2027-12", 2),
        ("FY2028", "2028-01", "2028-01", 1),
    ]
    assert first.contracts["a"].p90 == 1350 and second.contracts["a"].p90 == 450
    assert first.contracts["a"].probability_over == pytest.approx(0.4)  # 150 k > 1000 for k = 7 .. 10
    assert first.contracts["a"].crosses["p90"] == 2 and second.contracts["a"].crosses["p90"] is None
    assert told.budget.amount == told.cumulative.budget == 2_000
    assert not budget_line(told)
    (line,) = fiscal_year_lines(told)
    both = "budget $1,000 held in 60 % of the futures, P90 over it from 2027-12"
    assert f"FY2027 (2 months) expected $825, P90 $1,350, {both}" in line
    last = "FY2028 (1 month) expected $275, P90 $450, budget $1,000 held in 100 % of the futures. The P90s"
    assert "FY2028 (1 months)" not in line and last in line


def test_one_fiscal_year_is_the_horizon_and_needs_no_line() -> None:
    told = summary(forecast(by_hand(TEN, fiscal_year_start=11)))
    (year,) = told.fiscal_years
    assert year.name == "FY2028" and year.budget is None and year.months == 3
    assert year.contracts["a"].p90 == told.contracts[0].invoice.p90
    assert not fiscal_year_lines(told) and not budget_line(told)

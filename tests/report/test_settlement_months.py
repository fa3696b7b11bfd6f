"""Months in which contracts settle: where the terms say, by hand, and named in the chart only where they stand out."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.forecast.forecast import forecast
from simulator.report.blocks.settlement_months import settlement_months
from simulator.report.charts.by_month import by_month, jumps
from tests.report.studied import studied_summary
from tests.synthetic import results, scenario

FLAT = {"type": "per_conversation", "price": 0.5}


def settled(months: int = 26, **terms: Any) -> list[tuple[int, str]]:
    run = results(scenario({"a": {**FLAT, **terms}}, months=months), scale=60_000.0)
    (found,) = settlement_months(forecast(run))
    assert found.contract == "a"
    return [(each.number, each.what) for each in found.months]


def test_yearly_minimum_is_settled_at_the_end_of_each_year_and_of_the_horizon() -> None:
    what = "true-up of the yearly minimum"
    assert settled(yearly_minimum=9_000, term_months=24) == [(12, what), (24, what), (26, what)]
    assert settled(24, yearly_minimum=9_000, term_months=24) == [(12, what), (24, what)]


def test_minimum_that_is_settled_each_month_has_no_month_of_its_own() -> None:
    assert settled(yearly_minimum=9_000, term_months=24, true_up="each_month") == []
    assert settled(monthly_minimum=9_000) == []


def test_commitment_over_the_term_is_settled_at_its_end() -> None:
    terms = {"commitment": {"amount": 90_000, "period": "term"}, "term_months": 24}
    assert settled(24, **terms) == [(24, "true-up of the commitment")]


def test_fee_that_is_owed_once_is_named_in_its_month() -> None:
    assert settled(one_time_fees=[{"name": "migration", "amount": 5_000, "month": 2}]) == [(2, "migration")]
    assert settled(1, one_time_fees=[{"name": "migration", "amount": 5_000, "month": 2}]) == []


@pytest.mark.parametrize(("minimum", "shows"), [(800_000, True), (12_000, False)])
def test_true_up_is_named_where_its_month_stands_out(minimum: float, shows: bool) -> None:
    terms = {**FLAT, "yearly_minimum": minimum, "term_months": 12}
    told = studied_summary({"a": terms}, months=14)
    named = jumps(told, told["contracts"][0])
    assert (12 in named) is shows
    chart = by_month(told)
    assert chart is not None
    assert ("because of the true-up of the yearly minimum" in chart.title) is shows
    assert chart.table.rows[11][-1] == ("true-up of the yearly minimum" if shows else "n/a")


def test_invoice_of_one_month_has_no_chart_by_month() -> None:
    assert by_month(studied_summary({"a": FLAT}, months=1)) is None

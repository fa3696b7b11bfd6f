"""The chart of months: what stands out is named, what does not is not, and tokens stand beside the invoice."""

from __future__ import annotations

from dataclasses import replace

import pytest

from simulator.report.charts.by_month import by_month, jumps
from simulator.report.summary.true_ups import TrueUp
from tests.report.studied import studied_summary

FLAT = {"type": "per_conversation", "price": 0.5}


@pytest.mark.parametrize(("minimum", "shows"), [(800_000, True), (12_000, False)])
def test_true_up_is_named_where_its_month_stands_out(minimum: float, shows: bool) -> None:
    told = studied_summary({"a": {**FLAT, "yearly_minimum": minimum, "term_months": 12}}, months=14)
    assert (12 in jumps(told, told.contracts[0])) is shows
    chart = by_month(told)
    assert chart is not None
    assert ("because of the true-up of the yearly minimum" in chart.title) is shows
    assert chart.table.rows[11][-1] == ("true-up of the yearly minimum" if shows else "n/a")


def test_invoice_of_one_month_has_no_chart_by_month() -> None:
    assert by_month(studied_summary({"a": FLAT}, months=1)) is None


def test_tokens_stand_beside_the_invoice_month_by_month() -> None:
    told = studied_summary({"a": FLAT})
    chart = by_month(told)
    assert chart is not None
    costs = [month.model_cost.mean for month in told.token_months.months]
    billed = [month.mean for month in told.contracts[0].monthly]
    assert f"; tokens cost {100 * sum(costs) / sum(billed):.0f} % of the invoice" in chart.title
    assert chart.table.columns[5] == "tokens, mean" and len(chart.table.rows) == len(costs)
    assert any(text.get_text() == "tokens" for text in chart.figure.axes[0].texts)


def test_every_month_with_a_true_up_has_a_ring_and_the_subtitle_says_how_often_and_how_much() -> None:
    told = studied_summary({"a": {**FLAT, "yearly_minimum": 12_000, "term_months": 12}}, months=24)
    best = told.contracts[0]
    often = [TrueUp("a", best.monthly[place].month, "yearly minimum, true-up", 0.5 / place, 10.0 / place, 20.0)
             for place in (11, 23)]  # fmt: skip
    chart = by_month(replace(told, true_ups=tuple(often)))
    assert chart is not None
    rings = [line for line in chart.figure.axes[0].lines if line.get_marker() == "o"]
    assert [float(line.get_xdata()[0]) for line in rings] == [11.5, 23.5]
    for each in often:
        assert f" in {each.month}" in chart.subtitle.partition("rings: true-up of the yearly minimum, $20.00 ")[2]
    assert "$20.00 on average in 5 % of the futures in 2028-10" in chart.subtitle

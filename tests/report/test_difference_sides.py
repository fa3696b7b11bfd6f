"""Paired rows by the sign of what they span, and the words of their medians."""

from __future__ import annotations

from dataclasses import replace

import pytest

from simulator.report.charts.difference import SIDES, Row, difference_chart, paired_difference, speaks_of
from simulator.report.summary.distribution import Difference
from simulator.report.summary.plain import attributes
from tests.report.studied import studied_summary

ALWAYS = Difference(mean=-20e3, p10=-30e3, p50=-20e3, p90=-1.0, share_dearer=0.09, share_cheaper=0.91)
SOMETIMES = Difference(mean=1e3, p10=-9e3, p50=2e3, p90=9e3, share_dearer=0.6, share_cheaper=0.4)
NEVER = Difference(mean=17e3, p10=1.0, p50=17e3, p90=40e3, share_dearer=0.91, share_cheaper=0.09)
FLAT = {"type": "per_conversation", "price": 0.5}


@pytest.mark.parametrize(
    ("pair", "side"),
    [(ALWAYS, -1), (SOMETIMES, 0), (NEVER, 1), (replace(ALWAYS, p90=0.0), 0), (replace(NEVER, p10=0.0), 0)],
)
def test_side_is_that_of_the_band(pair: Difference, side: int) -> None:
    assert Row("a", pair).side == side


def test_rows_stand_from_cheaper_to_dearer_each_in_its_colour_and_in_words() -> None:
    rows = [Row("dear", NEVER), Row("cheap", ALWAYS), Row("either", SOMETIMES)]
    chart = difference_chart(rows, "title", "subtitle", "USD")
    assert [row[0] for row in chart.table.rows] == ["cheap", "either", "dear"]
    bars = chart.figure.axes[0].patches
    assert [bar.get_hatch() for bar in bars] == [None, None, "///"]
    assert len({bar.get_facecolor() for bar in bars}) == len(SIDES) == 3
    written = {text.get_text() for text in chart.figure.axes[0].texts}
    assert {"$20,000 cheaper", "$2,000 dearer", "$17,000 dearer"} <= written


def test_title_says_the_median_difference_in_words() -> None:
    told = studied_summary({"a": {**FLAT, "price": 0.6}, "b": FLAT, "c": {**FLAT, "price": 0.7}}, budget=1e9)
    pair = replace(told.paired[0], **{**attributes(SOMETIMES), "p50": -170e3, "share_cheaper": 0.5})
    chart = paired_difference(replace(told, paired=(pair,)))
    assert chart is not None
    assert chart.title.endswith("of the futures; median difference: $170K cheaper")


def test_study_of_another_contract_than_the_recommended_one_says_so() -> None:
    told = studied_summary()
    assert told.clauses is not None
    other = replace(told.clauses, contract="x", title="Per ticket")
    assert speaks_of(told, other).startswith("This is about per ticket, not about ")
    assert speaks_of(told, replace(other, contract=told.recommended)) == ""

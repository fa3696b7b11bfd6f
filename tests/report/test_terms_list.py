"""Price and terms in words: also what is not asked for, who stands behind the price, and where to walk away."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.forecast.forecast import forecast
from simulator.report.blocks.summary import summary
from simulator.report.words.terms_list import ASSUMED, terms_line, terms_list, walk_away
from simulator.scenario.stated.sources import named
from tests.synthetic import results, scenario

PLAIN: dict[str, Any] = {"type": "per_conversation", "price": 0.5}


def numbers(contracts: dict[str, dict[str, Any]], **changes: Any) -> dict[str, Any]:
    return summary(forecast(results(named(scenario(contracts, months=12, **changes)))))


def test_what_is_not_asked_for_is_told_in_the_list_and_not_in_the_line() -> None:
    of = numbers({"a": PLAIN})
    told = {each.name: each.text for each in terms_list(of, "a")}
    assert told == {
        "Price": "$0.50 per handled conversation", "Behind the price": ASSUMED, "Platform fee": "none",
        "Minimum": "none", "Commitment": "none", "Term": "can be cancelled every month",
        "Owed on leaving early": "nothing",
    }  # fmt: skip
    assert terms_line(of, "a") == f"$0.50 per handled conversation; price {ASSUMED}"


def test_what_is_asked_for_is_told_in_both() -> None:
    bound = {
        **PLAIN, "platform_fee": 1_000, "yearly_minimum": 24_000, "term_months": 12, "maximum_per_month": 9_000,
        "one_time_fees": [{"amount": 700}],
    }  # fmt: skip
    of = numbers({"a": bound})
    told = {each.name: each.text for each in terms_list(of, "a")}
    assert told["Platform fee"] == "$1,000 a month" and told["Minimum"] == "$24K a year"
    assert told["Term"] == "bound for 12 months" and told["Cap"] == "$9,000 a month at most"
    assert told["Fees paid once"] == "$700 in all" and "after month 1" in told["Owed on leaving early"]
    assert "platform fee $1,000 a month; $700 once; at least $24K a year" in terms_line(of, "a")


@pytest.mark.parametrize(("kind", "told"), [("quoted", "quoted, an offer, 2026-05"), ("judgement", ASSUMED)])
def test_behind_a_price_stands_what_its_source_says(kind: str, told: str) -> None:
    of = numbers({"a": PLAIN}, sources={"contracts.a": {"kind": kind, "source": "an offer", "as_of": "2026-05"}})
    assert terms_list(of, "a")[1].text == told


def test_the_price_to_walk_away_at_is_that_of_the_tie() -> None:
    of = numbers({"a": PLAIN, "b": {**PLAIN, "price": 0.55, "title": "Another"}})
    assert walk_away(of) == "Above $0.55 per handled conversation, Another costs less on average."
    assert walk_away(numbers({"a": PLAIN})) == ""

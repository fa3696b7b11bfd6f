"""Price and terms in words: who stands behind the price, and where to walk away."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from simulator.forecast.forecast import forecast
from simulator.report.blocks.summary import summary
from simulator.report.words.figures import price_at_least, price_at_most
from simulator.report.words.terms_line import ASSUMED, behind, prices, terms_line, walk_away
from simulator.report.words.terms_words import terms_of
from simulator.scenario.stated.sources import named
from tests.synthetic import results, scenario

PLAIN: dict[str, Any] = {"type": "per_conversation", "price": 0.5}


def numbers(contracts: dict[str, dict[str, Any]], **changes: Any) -> dict[str, Any]:
    return summary(forecast(results(named(scenario(contracts, months=12, **changes)))))


def test_what_is_not_asked_for_is_not_in_the_line() -> None:
    assert terms_line(numbers({"a": PLAIN}), "a") == f"$0.50 per handled conversation; price {ASSUMED}"


def test_what_is_asked_for_is_in_the_line() -> None:
    """No minimum counts what is owed once: it comes on top of the 24,000."""
    bound = {
        **PLAIN, "platform_fee": 1_000, "yearly_minimum": 24_000, "term_months": 12, "maximum_per_month": 9_000,
        "one_time_fees": [{"amount": 2_000}],
    }  # fmt: skip
    told = terms_line(numbers({"a": bound}), "a")
    assert "platform fee $1,000 a month; $2,000 once; at least $24K a year" in told
    assert "bound for 12 months: at least $26K whatever is used" in told


@pytest.mark.parametrize(("kind", "told"), [("quoted", "quoted, an offer, 2026-05"), ("judgement", ASSUMED)])
def test_behind_a_price_stands_what_its_source_says(kind: str, told: str) -> None:
    of = numbers({"a": PLAIN}, sources={"contracts.a": {"kind": kind, "source": "an offer", "as_of": "2026-05"}})
    assert behind(terms_of(of, "a")) == told


def test_what_is_owed_whatever_is_used_is_money_over_the_term() -> None:
    of = numbers({"a": {**PLAIN, "platform_fee": 18_000, "term_months": 24}})
    assert terms_line(of, "a").endswith(f"bound for 24 months: at least $432K whatever is used; price {ASSUMED}"), (
        terms_line(of, "a")
    )


def test_the_price_to_walk_away_at_is_that_of_the_tie() -> None:
    of = numbers({"a": PLAIN, "b": {**PLAIN, "price": 0.55, "title": "Another"}})
    assert walk_away(of) == "Up to $0.55 per handled conversation, it costs less on average than Another."
    assert walk_away(numbers({"a": PLAIN})) == ""


def test_the_price_to_walk_away_at_is_never_rounded_past_the_tie() -> None:
    of = numbers({"a": PLAIN, "b": {**PLAIN, "price": 0.54687, "title": "Another"}})
    assert walk_away(of).startswith("Up to $0.546 per handled conversation")
    assert price_at_most(0.50049, "USD", 0.5) == "$0.5004" and price_at_most(0.4, "USD", 0.5) == "$0.40"
    assert price_at_least(0.5784, "USD") == "$0.579" and price_at_least(0.57, "USD") == "$0.57"
    assert price_at_least(0.49991, "USD", 0.5) == "$0.49991" and price_at_least(0.5784, "USD", 0.5) == "$0.579"


def test_with_a_fee_the_price_to_walk_away_at_is_a_price_too() -> None:
    of = numbers({"a": {**PLAIN, "platform_fee": 10}, "b": {**PLAIN, "price": 0.9, "title": "Another"}})
    assert re.match(
        r"Up to \$0\.\d+ per handled conversation, with the platform fee of \$10\.00 a month as it is, it costs",
        walk_away(of),
    )


def test_up_to_which_price_the_budget_holds_is_told() -> None:
    of = numbers({"a": PLAIN, "b": {**PLAIN, "price": 0.9, "title": "Another"}}, budget=9e4)
    assert of.price_that_holds_budget is not None
    price = price_at_most(of.price_that_holds_budget.unit_price, "USD", 0.5)
    assert walk_away(of).endswith(f"Up to {price}, the budget of $90K holds in nine of ten futures.")


def test_a_contract_that_costs_less_already_is_named() -> None:
    of = numbers({"a": PLAIN, "b": {**PLAIN, "price": 0.9, "title": "Another"}})
    a, b = of.contracts
    low = replace(b, name="c", title="Third", invoice=replace(b.invoice, mean=a.invoice.mean - 1_000))
    assert walk_away(replace(of, contracts=(a, b, low))).endswith(
        "than Another; Third costs $1,000 less on average already."
    )
    high = replace(low, invoice=replace(b.invoice, mean=a.invoice.mean + 1_300))
    assert walk_away(replace(of, contracts=(a, b, high))).endswith("than Another; Third is nearer, at $1,300 more.")


def test_how_a_price_rises_stands_beside_it() -> None:
    of = numbers({"a": {**PLAIN, "escalator": {"growth": 0.04}}})
    assert prices(of, "a") == "$0.50 per handled conversation, price rise of 4 % every 12 months"

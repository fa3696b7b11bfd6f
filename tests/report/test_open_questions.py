"""What is open before signing, from the scenario: who stands behind the price, and what is owed after the forecast."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.engine.run import simulate
from simulator.forecast.forecast import forecast
from simulator.report.blocks.open_questions import judged, settled_first
from simulator.scenario import parse_scenario

MINIMAL = (Path(__file__).parents[2] / "scenarios" / "minimal.toml").read_text(encoding="utf-8")
UPTO = MINIMAL.index("[contracts]")


def open_now(terms: str) -> dict[str, str]:
    """Return what is open of the minimal scenario over 3 months with one contract per conversation, by kind."""
    text = f'months = 3\ntrials = 8\n{MINIMAL[:UPTO]}\n[contracts.only]\ntype = "per_conversation"\n{terms}\n'
    return {each.kind: each.text for each in judged(forecast(simulate(parse_scenario(text, "made.toml")))).questions}


@pytest.mark.parametrize("kind", ["quoted", "contract", "measured"])
def test_a_price_is_settled_where_somebody_offered_it(kind: str) -> None:
    found = open_now(f'price = {{ value = 0.5, kind = "{kind}" }}')
    assert "price" not in found and "quote" not in found


def test_a_published_price_is_asked_for_as_a_quote() -> None:
    found = open_now('price = { value = 0.5, kind = "published" }')
    assert "price" not in found and "not yet offered to us" in found["quote"]


def test_an_assumed_price_is_asked_for() -> None:
    found = open_now('price = { value = 0.5, kind = "judgement" }')
    assert "quote" not in found and "no quote" in found["price"]


def test_a_page_behind_one_of_two_prices_is_asked_for_as_a_quote() -> None:
    quoted = 'price = { value = 0.5, kind = "quoted" }'
    assert "quote" in open_now(f'{quoted}\nplatform_fee = {{ value = 100, kind = "published" }}')
    assert "price" in open_now(f'{quoted}\nplatform_fee = {{ value = 100, kind = "judgement" }}')


def test_a_judged_minimum_beside_a_quoted_price_leaves_the_price_settled() -> None:
    """It said that no quote is named for the price, which has one."""
    found = open_now('price = { value = 0.5, kind = "quoted" }\nmonthly_minimum = { value = 9, kind = "judgement" }')
    assert "price" not in found and "quote" not in found


def test_what_is_to_settle_is_told_in_a_few_words() -> None:
    text = f'months = 3\ntrials = 8\n{MINIMAL[:UPTO]}\n[contracts.only]\ntype = "per_conversation"\n'
    scenario = parse_scenario(f'{text}price = {{ value = 0.5, kind = "published" }}\n', "made.toml")
    assert "the price, in a quote for our volume" in settled_first(judged(forecast(simulate(scenario))))


def test_what_is_owed_after_the_forecast_is_open_with_its_amount() -> None:
    found = open_now("price = 0.5\nplatform_fee = 1_000\nterm_months = 10")
    assert "it covers 3 months, and $7,000 more is owed whatever is used" in found["term"]
    assert "binds us for 10 months" in found["term"]


@pytest.mark.parametrize("terms", ["term_months = 3\nplatform_fee = 1_000", "term_months = 10", ""])
def test_nothing_is_open_of_a_term_that_ends_with_the_forecast_or_costs_nothing(terms: str) -> None:
    assert "term" not in open_now(f"price = 0.5\n{terms}")

"""What is open before signing, from the scenario: who stands behind the price, and what is owed after the forecast."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.engine.run import simulate
from simulator.forecast.forecast import forecast
from simulator.report.blocks.open_questions import judged
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


def test_what_is_owed_after_the_forecast_is_open_with_its_amount() -> None:
    found = open_now("price = 0.5\nplatform_fee = 1_000\nterm_months = 10")
    assert "it covers 3 months, and $7,000 more is owed whatever is used" in found["term"]
    assert "binds us for 10 months" in found["term"]


@pytest.mark.parametrize("terms", ["term_months = 3\nplatform_fee = 1_000", "term_months = 10", ""])
def test_nothing_is_open_of_a_term_that_ends_with_the_forecast_or_costs_nothing(terms: str) -> None:
    assert "term" not in open_now(f"price = 0.5\n{terms}")

"""Terms of contracts as stated: what is asked whatever is used, how long it binds, and who stands behind the price."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.forecast.forecast import forecast
from simulator.report.blocks.terms import terms_blocks
from simulator.report.summary.terms import Terms, UnitPrice
from simulator.scenario.stated.sources import named
from tests.synthetic import results, scenario

PLAIN: dict[str, Any] = {"type": "per_conversation", "price": 0.5}


def terms_of(contract: dict[str, Any], **changes: Any) -> Terms:
    (found,) = terms_blocks(forecast(results(named(scenario({"a": contract}, months=12, **changes)))))
    return found


def test_a_plain_price_asks_for_nothing_else() -> None:
    found = terms_of(PLAIN)
    assert found.prices == (UnitPrice(0.5, "per handled conversation"),)
    assert found.platform_fee == found.one_time_fees == found.owed_on_leaving == 0
    assert found.least_per_month is found.least_per_year is found.committed is found.committed_units is None
    assert (found.term_months, found.committed_over, found.offer, found.owed_month) == (1, "", "", 0)


def test_fees_minimum_and_term_are_as_stated_and_what_is_owed_on_leaving_is_the_most() -> None:
    """A fee of 1,000 a month for 12 months: after month 1 eleven of them and the training are owed."""
    setup = [{"name": "set-up", "amount": 700}, {"name": "training", "amount": 300, "month": 2}]
    found = terms_of({**PLAIN, "platform_fee": 1_000, "term_months": 12, "one_time_fees": setup})
    assert (found.platform_fee, found.one_time_fees, found.term_months) == (1_000, 1_000, 12)
    assert (found.owed_on_leaving, found.owed_month) == (pytest.approx(11_300), 1)


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ({"amount": 24_000}, (24_000, None, "year")),
        ({"units": 5_000.0, "period": "month"}, (None, 5_000, "month")),
    ],
)
def test_a_commitment_is_in_money_or_in_units(stated: dict[str, Any], expected: tuple[Any, ...]) -> None:
    found = terms_of({**PLAIN, "commitment": stated})
    assert (found.committed, found.committed_units, found.committed_over) == expected


@pytest.mark.parametrize("kind", ["quoted", "judgement"])
def test_behind_a_price_stands_what_its_source_says(kind: str) -> None:
    found = terms_of(PLAIN, sources={"contracts.a": {"kind": kind, "source": "an offer of 3 May", "as_of": "2026-05"}})
    assert found.backing == kind


def test_prices_in_another_currency_are_converted_at_the_stated_rate() -> None:
    found = terms_of({**PLAIN, "currency": "EUR", "platform_fee": 100}, exchange_rates={"EUR": 1.25})
    assert found.prices[0].amount == pytest.approx(0.625)
    assert found.platform_fee == pytest.approx(125)


@pytest.mark.parametrize(("price", "backing"), [("published", "published"), ("judgement", "judgement")])
def test_what_backs_a_price_is_not_what_backs_its_rise(price: str, backing: str) -> None:
    rise = {"growth": {"value": 0.04, "kind": "judgement"}}
    found = terms_of({**PLAIN, "price": {"value": 0.5, "kind": price}, "escalator": rise})
    assert found.backing == backing

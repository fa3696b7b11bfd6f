"""What a row of a table says of an offer: its price, what it binds to, and whether anybody stands behind its prices."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.forecast.forecast import forecast
from simulator.report.blocks.price_words import price_words
from simulator.report.blocks.summary import summary
from simulator.report.words.terms_words import assumed, terms_of, terms_words
from simulator.scenario.stated.compiled_terms import compile_terms
from simulator.scenario.stated.sources import named
from tests.synthetic import results, scenario

PLAIN: dict[str, Any] = {"type": "per_conversation", "price": 0.5}


def priced(terms: dict[str, Any], **changes: Any) -> str:
    of = scenario({"a": terms}, **changes)
    return price_words(compile_terms(of).contracts["a"], "USD")


def terms(of: dict[str, Any], **changes: Any) -> Any:
    return terms_of(summary(forecast(results(named(scenario({"a": of}, **changes))))), "a")


def flat(*rates: float) -> list[dict[str, Any]]:
    meters = ("conversations", "cases", "turns")
    return [{"kind": "flat", "meter": meter, "rate": rate} for meter, rate in zip(meters, rates, strict=False)]


@pytest.mark.parametrize(
    ("of", "price"),
    [
        (PLAIN, "$0.50"),
        ({**PLAIN, "platform_fee": 1000}, "fee + $0.50"),
        ({**PLAIN, "platform_fee": 0}, "$0.50"),
        ({"type": "per_conversation", "tiers": [{"up_to": 9, "rate": 0.6}, {"rate": 0.4}]}, "$0.60 to $0.40"),
        ({"type": "per_token", "markup": 1.4, "platform_fee": 10}, "fee + tokens + 40 %"),
        ({"type": "per_token", "markup": 20}, "tokens x 20"),
        ({"type": "per_token"}, "tokens at list price"),
        ({"type": "hybrid", "charges": flat(0.2, 1)}, "$0.20 / $1.00"),
        ({"type": "hybrid", "charges": flat(0.2, 1, 0.01)}, "3 prices"),
        ({"type": "per_seat", "seats": 6, "price": 95}, "$95.00 a seat"),
    ],
)
def test_price_in_words(of: dict[str, Any], price: str) -> None:
    assert priced(of) == price


def test_a_price_that_is_not_certain_is_about_its_middle() -> None:
    assert priced({**PLAIN, "price": {"p5": 0.4, "p95": 0.6}}).startswith("about $0.")


def test_terms_name_what_is_owed_beside_use() -> None:
    bound = {**PLAIN, "platform_fee": 1500, "yearly_minimum": 120_000, "term_months": 36}
    told = [
        "platform fee $1,500 a month",
        "at least $120K a year",
        "bound for 36 months: at least $360K whatever is used",
    ]
    assert terms_words(terms(bound), "USD") == told
    assert terms_words(terms(PLAIN), "USD") == []
    committed = {**PLAIN, "commitment": {"amount": 5000, "period": "term"}, "term_months": 36}
    assert terms_words(terms(committed), "USD") == [
        "committed to $5,000 over the term",
        "bound for 36 months: at least $5,000 whatever is used",
    ]


def test_a_price_that_nobody_stands_behind_is_assumed() -> None:
    quoted = {"sources": {"contracts.a": {"kind": "quoted", "source": "offer of 3 May", "as_of": "2027-05"}}}
    assert assumed(terms(PLAIN)) and not assumed(terms(PLAIN, **quoted))

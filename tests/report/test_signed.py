"""What would be signed: the firm obligation in money, what moves the price, and up to which price it is best."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.forecast.forecast import forecast
from simulator.report.answer.contracts import chosen
from simulator.report.answer.signed import expected_use, limits_of_price, price_and_terms, signed, source_of_price
from simulator.report.blocks.summary import summary
from simulator.report.summary.summary import Summary
from simulator.report.words.figures import count
from simulator.report.words.terms_words import firm, terms_of
from simulator.scenario.stated.sources import named
from tests.synthetic import results, scenario

PLAIN: dict[str, Any] = {"type": "per_conversation", "price": 0.5}


def numbers(contracts: dict[str, dict[str, Any]], **changes: Any) -> Summary:
    return summary(forecast(results(named(scenario(contracts, **{"months": 12, **changes})))))


def told(of: Summary, name: str = "a") -> dict[str, str]:
    return {each.name: each.text for each in signed(of, name)}


def test_a_contract_that_binds_nobody_says_so_in_one_line() -> None:
    found = told(numbers({"a": PLAIN}))
    assert found["Firm obligation"] == "none: no minimum, no commitment"
    assert "Minimum" not in found and "Commitment" not in found and "Greetings" in found["What is counted"]


def test_fees_paid_once_and_a_cap_are_told_where_they_are_asked_for() -> None:
    asked = {**PLAIN, "platform_fee": 1_000, "maximum_per_month": 9_000, "one_time_fees": [{"amount": 700}]}
    found = told(numbers({"a": asked}))
    assert found["Fees paid once"] == "$700 in all" and found["Cap"] == "$9,000 a month at most"
    assert found["Platform fee"] == "$1,000 a month" and told(numbers({"a": PLAIN}))["Platform fee"] == "none"
    assert {"Fees paid once", "Cap"}.isdisjoint(told(numbers({"a": PLAIN})))


def test_expected_use_times_the_price_is_the_expected_invoice() -> None:
    of = numbers({"a": PLAIN})
    (found,) = expected_use(of, "a")
    billed = of.contract("a").units.billed.mean
    assert billed is not None
    assert found.text.startswith(f"{count(billed / 12)} a month on average, at $0.50: $")
    assert found.text.endswith("over 12 months")


@pytest.mark.parametrize("terms", [{"platform_fee": 5_000}, {"monthly_minimum": 50_000}])
def test_use_times_price_is_not_told_where_it_is_not_the_invoice(terms: dict[str, Any]) -> None:
    assert expected_use(numbers({"a": {**PLAIN, **terms}}), "a") == []


def test_the_page_says_by_which_rule_and_how_often_the_recommended_contract_costs_least() -> None:
    told_so = chosen(numbers({"a": PLAIN, "b": {**PLAIN, "price": 0.9, "title": "Another"}}))
    assert told_so == "Recommended: lowest P90 of the invoice. It costs the least of all in 100 % of the futures."
    assert chosen(numbers({"a": PLAIN})) == ""


def test_only_a_price_per_conversation_says_what_a_conversation_is() -> None:
    assert "What is counted" not in told(numbers({"a": {"type": "per_token", "markup": 2}}))


def test_a_budget_that_keeps_any_price_is_told_in_plain_digits() -> None:
    fee = {**PLAIN, "platform_fee": 1, "term_months": 12}
    of = numbers({"a": fee, "b": {**PLAIN, "price": 90, "title": "Another"}}, budget=1e7)
    assert "e+" not in " ".join(limits_of_price(of))


@pytest.mark.parametrize(
    ("terms", "owed"),
    [
        ({"platform_fee": 1_000, "term_months": 24}, 24_000),
        ({"monthly_minimum": 2_000, "term_months": 6}, 12_000),
        ({"yearly_minimum": 24_000, "term_months": 36}, 72_000),
        ({"platform_fee": 1_000, "yearly_minimum": 24_000, "term_months": 12}, 24_000),
        ({"yearly_minimum": 24_000, "term_months": 12, "one_time_fees": [{"amount": 5_000}]}, 29_000),
    ],
)
def test_the_firm_obligation_is_what_is_owed_over_the_term_whatever_is_used(terms: dict[str, Any], owed: float) -> None:
    of = numbers({"a": {**PLAIN, **terms}})
    assert firm(terms_of(of, "a"), terms["term_months"]) == owed
    assert f"at least ${owed / 1000:.0f}K over" in told(of)["Firm obligation"]


def test_what_falls_due_after_the_forecast_is_told_apart() -> None:
    found = told(numbers({"a": {**PLAIN, "platform_fee": 1_000, "term_months": 24}}))
    assert "$24K over 24 months" in found["Firm obligation"] and "$12K of it fall due after" in found["Firm obligation"]
    assert "$18K after month 6, $12K after month 12" in found["Owed on leaving early"]


def test_a_rise_and_tiers_stand_beside_the_price() -> None:
    tiers = {"type": "per_conversation", "tiers": [{"up_to": 100, "rate": 0.6}, {"rate": 0.4}]}
    of = numbers({"a": {**PLAIN, "escalator": {"growth": 0.04}}, "b": tiers}, months=24)
    assert "price rise of 4 % every 12 months" in told(of)["Price"]
    assert "price rise of 4 % every 12 months" in price_and_terms(of, "a")
    assert "$0.60 to $0.40" in price_and_terms(of, "b") and "tier edge at 100 " in price_and_terms(of, "b")


def test_an_assumed_price_says_what_it_was_assumed_from() -> None:
    of = numbers({"a": PLAIN}, sources={"contracts.a": {"kind": "judgement", "source": "half as much again"}})
    assert source_of_price(terms_of(of, "a")) == "assumed, no offer named: half as much again"


def test_the_price_of_the_same_cost_is_exact_and_names_who_is_cheaper_already() -> None:
    of = numbers({"a": PLAIN, "b": {**PLAIN, "price": 0.5123, "title": "Another"}})
    assert limits_of_price(of) == ["Price at which it costs the same on average: $0.5123 as Another."]
    fee = {**PLAIN, "platform_fee": 1, "term_months": 12}
    of = numbers({"a": fee, "b": {**PLAIN, "price": 0.9, "title": "Another"}})
    (line,) = limits_of_price(of)
    assert "with all fees as they are it costs on average the same as Another" in line


def test_the_price_up_to_which_the_budget_holds_is_told() -> None:
    of = numbers({"a": PLAIN}, budget=1e6)
    (line,) = limits_of_price(of)
    price = float(line.split("$")[1].split()[0].replace(",", ""))
    assert price == pytest.approx(0.5 * 1e6 / of.best.invoice.p90, rel=1e-3)

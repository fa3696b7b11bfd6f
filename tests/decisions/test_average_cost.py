"""What a worked case costs on average: by hand for every price that one more unit does not move, and in sum."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from simulator.contracts import Contract, invoice
from simulator.contracts.contract import Exchange
from simulator.contracts.invoices.switch import SwitchSpec
from simulator.decisions.average_cost import Averages, average_costs
from simulator.decisions.billed_cases import bill_worked_cases
from simulator.engine.run import Run, simulate_all
from simulator.errors import ContractError
from simulator.forecast.forecast import forecast
from simulator.quantities.distributions import POSITIVE, fixed
from simulator.report.contract_answers import CaseCost
from simulator.report.page.definitions import cases as page_cases
from simulator.report.questions import questions
from simulator.report.questions_text import answers, case_costs
from simulator.scenario import parse_scenario
from tests.contracts.exact import random_contracts as some
from tests.contracts.tools import MODELS, contract, mistakes

ROOT = Path(__file__).parents[2]
YEAR = slice(0, 12)


def averages(offer: Contract, month: dict[str, float], case: dict[str, float], span: slice = YEAR) -> Averages:
    """Return what two cases cost on average over a year: one with these units, and one that uses nothing."""
    keys = dict.fromkeys((*offer.meters, *offer.units, "conversations"))
    cases = {key: np.array([case.get(key, 0.0), 0.0]) for key in keys}
    return average_costs(offer, cases, {key: month.get(key, 0.0) for key in keys}, 12, span)


def average(offer: Contract, month: dict[str, float], case: dict[str, float], span: slice = YEAR) -> float:
    found = averages(offer, month, case, span)
    assert found.amounts[1] == 0 and not found.included[1], "a case without units costs nothing"
    return float(found.amounts[0])


def hybrid(*charges: dict[str, Any], **terms: Any) -> Contract:
    return contract(type="hybrid", charges=list(charges), **terms)


SESSION = {"type": "per_session", "window": "start", "window_hours": 24}
SESSIONS = "sessions:start:24"
FLAT = {"type": "per_conversation", "price": 0.5}
STEPS = [{"up_to": 500, "price": 300}, {"price": 900}]
ZERO_TIER = [{"up_to": 5_000, "rate": 0, "flat_fee": 400}, {"rate": 0.1}]
PLANS = {"sizes": [{"units": 500, "price": 45}, {"units": 3_000, "price": 270}], "overage_rate": 0.1}
MONTHLY = {"amount": 2_000, "price": 800, "every_months": 1, "valid_months": 1}
BY_HAND: dict[str, tuple[dict[str, Any], str, float, float]] = {
    # 340 sessions are four packages of 49; 6,000 of them are 60, and a session is 0.49.
    "package": ({**SESSION, "package": {"size": 100, "price": 49}}, SESSIONS, 340, 4 * 49 / 340),
    "full packages": ({**SESSION, "package": {"size": 100, "price": 49}}, SESSIONS, 6_000, 0.49),
    # 5,000 actions at 20 credits fill one pack of 100,000 for 500: 0.10 each.
    "packs of credits": (
        {"type": "per_action", "credits": 20, "package": {"size": 100_000, "price": 500}}, "actions", 5_000, 0.1,
    ),
    "steps": (
        {"type": "hybrid", "charges": [
            {"kind": "stairstep", "meter": "conversations", "steps": STEPS, "price_at_zero": True}]},
        "conversations", 400, 300 / 400,
    ),
    "plans": ({"type": "per_conversation", "plans": PLANS}, "conversations", 1_000, 0.27),
    # Of 12,000 a year 5,000 are free once: 7,000 at 0.5.
    "free once": ({**FLAT, "free": {"units": 5_000, "span": "once"}}, "conversations", 1_000, 3_500 / 12_000),
    "free units": ({**FLAT, "free_units": [{"units": 250}]}, "conversations", 1_000, 0.375),
    "a first tier at 0": (
        {"type": "per_conversation", "tiers": ZERO_TIER, "flat_fee_at_zero": True}, "conversations", 1_000, 0.4,
    ),
    # 49 a month include 50: 40 cost 49, 60 cost 49 and 10 at 0.99.
    "within what is included": (
        {"type": "per_conversation", "price": 0.99, "included": 50, "platform_fee": 49}, "conversations", 40, 49 / 40,
    ),
    "beyond what is included": (
        {"type": "per_conversation", "price": 0.99, "included": 50, "platform_fee": 49}, "conversations", 60,
        (49 + 9.9) / 60,
    ),
    "a monthly minimum": ({**FLAT, "monthly_minimum": 5_000}, "conversations", 1_000, 5),
    "a yearly minimum": ({**FLAT, "yearly_minimum": 24_000}, "conversations", 1_000, 2),
    "a commitment": ({**FLAT, "commitment": {"amount": 18_000}}, "conversations", 1_000, 1.5),
    "prepaid": ({**FLAT, "price": 1.0, "prepaid": {"packs": [MONTHLY]}}, "conversations", 1_000, 0.8),
    "seats": ({"type": "per_seat", "price": 55, "seats": 4}, "conversations", 1_000, 0.22),
    # A package a month is owed though no action is taken: 560 over 1,000 conversations.
    "a package that nobody uses": (
        {"type": "hybrid", "charges": [
            {"kind": "flat", "meter": "conversations", "rate": 0.5},
            {"kind": "package", "meter": "actions", "size": 10, "price": 60, "at_least_one": True}]},
        "conversations", 1_000, 0.56,
    ),
    "a bare fee": ({**FLAT, "price": 0, "platform_fee": 300}, "conversations", 1_000, 0.3),
    "a fee beside a price": ({**FLAT, "platform_fee": 300}, "conversations", 1_000, 0.8),
    "a discount": ({**FLAT, "discount": 0.25}, "conversations", 1_000, 0.375),
    "a maximum": ({**FLAT, "maximum_per_month": 100}, "conversations", 1_000, 0.1),
    # Credits for 400 conversations at 0.5 cost 160 a month, and service stops there.
    "a stop where credits are gone": (
        {**FLAT, "prepaid": {"packs": [{**MONTHLY, "amount": 200, "price": 160}], "when_gone": "stop"}},
        "conversations", 1_000, 0.4,
    ),
    # Two months of twelve are a free pilot.
    "a pilot": ({**FLAT, "price_changes": [{"to_month": 2, "factor": 0}]}, "conversations", 1_000, 0.5 * 10 / 12),
    # A quarter is served, and what is served costs its price.
    "a limit": ({**FLAT, "limit": {"units": 250}}, "conversations", 1_000, 0.5),
    "a fee owed once is not in it": ({**FLAT, "one_time_fees": [{"amount": 900}]}, "conversations", 1_000, 0.5),
    "one price": (FLAT, "conversations", 1_000, 0.5),
}  # fmt: skip


@pytest.mark.parametrize("name", BY_HAND)
def test_a_case_costs_its_part_of_the_bill(name: str) -> None:
    table, meter, month, expected = BY_HAND[name]
    offer = contract(**table)
    assert average(offer, {meter: month}, {meter: 1}) == pytest.approx(expected, rel=1e-9)
    assert average(offer, {meter: month}, {meter: 3}) == pytest.approx(3 * expected, rel=1e-9)


def test_charges_of_a_case_add_up() -> None:
    """1,000 messages of which 900 bill 0.01, and 50 resolutions at 2: 2 messages and a resolution are 0.018 + 2."""
    use = {"kind": "included", "meter": "messages", "included": 100, "overage_rate": 0.01}
    offer = hybrid(use, {"kind": "flat", "meter": "resolutions", "definition": "a", "rate": 2})
    month = {"messages": 1_000, "resolutions:a": 50}
    assert average(offer, month, {"messages": 2, "resolutions:a": 1}) == pytest.approx(2.018)
    assert average(offer, month, {"messages": 2}) == pytest.approx(0.018)


def test_what_a_fee_includes_is_named_and_not_0() -> None:
    """500 messages of 1,000 included bill nothing: the fee pays them. A resolution bears the fee: 2 * (100 + 50) / 100.

    Without a fee nobody pays for the messages, and they are free.
    """
    use = {"kind": "included", "meter": "messages", "included": 1_000, "overage_rate": 0.01}
    charges = [use, {"kind": "flat", "meter": "resolutions", "definition": "a", "rate": 2}]
    month, talk = {"messages": 500, "resolutions:a": 50}, {"messages": 2}
    paid = hybrid(*charges, platform_fee=50)
    assert averages(paid, month, talk).included.tolist() == [True, False]
    assert average(paid, month, {"messages": 2, "resolutions:a": 1}) == pytest.approx(3)
    free = averages(hybrid(*charges), month, talk)
    assert (free.amounts.tolist(), free.included.tolist()) == ([0, 0], [False, False])


def test_a_card_counts_credits_and_a_share_of_its_lots() -> None:
    """100 actions in lots of 100 at 13 credits and 500 replies at 2 are 1,013 credits: two packs of 1,000 for 40."""
    card = [{"meter": "actions", "credits": 13, "per": 100}, {"meter": "ai_replies", "credits": 2}]
    offer = hybrid({"kind": "credits", "card": card, "package": {"size": 1_000, "price": 20}})
    month = {"actions": 100, "ai_replies": 500}
    assert average(offer, month, {"actions": 1, "ai_replies": 3}) == pytest.approx(40 * (0.13 + 6) / 1_013)


def test_the_highest_and_a_share_on_top() -> None:
    """300 minutes at 0.10 are 30, 400 actions at 0.15 are 60: actions are billed, and 10 % on top: 66 / 400 each."""
    offer = hybrid(
        {"kind": "flat", "meter": "minutes", "rate": 0.10, "name": "a"},
        {"kind": "flat", "meter": "actions", "rate": 0.15, "name": "b"},
        {"kind": "highest", "of": ["a", "b"], "name": "voice"},
        {"kind": "percent", "of": ["voice"], "share": 0.1},
    )
    month = {"minutes": 300, "actions": 400}
    assert average(offer, month, {"minutes": 9, "actions": 2}) == pytest.approx(2 * 66 / 400)
    assert average(offer, month, {"minutes": 9}) == 0


def test_a_unit_that_changes_has_an_average_of_each_span() -> None:
    """100 of a at 1 in months 1 and 2; then 40 of b in packages of 100 at 49, which are 49 / 40 each."""
    pack = {"kind": "package", "size": 100, "price": 49}
    offer = hybrid(
        {"kind": "flat", "meter": "resolutions", "definition": "a", "rate": 1, "to_month": 2},
        {**pack, "meter": "resolutions", "definition": "b", "from_month": 3},
    )
    month, case = {"resolutions:a": 100, "resolutions:b": 40}, {"resolutions:a": 1, "resolutions:b": 1}
    assert average(offer, month, case, slice(0, 2)) == pytest.approx(1)
    assert average(offer, month, case, slice(2, 12)) == pytest.approx(49 / 40)


def test_tokens_cost_their_price_and_those_under_own_keys_take_no_fee() -> None:
    """A case of 4,000 input tokens at 0.25 a million is 0.001; a fee of 100 over 1,000 conversations adds 0.1."""
    offer = contract(type="per_token", payee="cloud", platform_fee=100)
    month = {"tokens:small:input": 4e6, "conversations": 1_000}
    case = {"tokens:small:input": 4_000, "conversations": 1}
    assert average(offer, month, case) == pytest.approx(0.101)
    assert average(contract(type="per_token"), month, case) == pytest.approx(0.001)


def test_another_currency_and_a_change_of_vendor() -> None:
    """A session at 0.49 EUR is 0.539 USD at 1.10; after a change in month 7 the new contract's average holds."""
    packed = contract(**SESSION, package={"size": 100, "price": 49})
    abroad = replace(packed, exchange=Exchange("EUR", fixed(1.1, POSITIVE)))
    assert average(abroad, {SESSIONS: 600}, {SESSIONS: 1}) == pytest.approx(0.539)
    switch = SwitchSpec(old="a", new="b", month=7).contract("change", contract(**FLAT), packed)
    use = {SESSIONS: 340.0, "conversations": 300.0}
    assert average(switch, use, {SESSIONS: 1}) == pytest.approx(4 * 49 / 340)


@settings(max_examples=60, deadline=None)
@given(st.one_of(st.lists(some.CHARGES, min_size=1, max_size=3), some.composed()), some.changes(), some.settlements())
def test_averages_of_all_use_are_the_bill(
    charges: list[dict[str, Any]], changes: dict[str, Any], terms: dict[str, Any]
) -> None:
    """One case with all use of the year costs what the contract bills in it, whatever its prices and terms are.

    Where nothing is charged for use, a fee is spread over the units of the months in which units are billed at all.
    What is not served or not final in the year has no part of it, so that such terms are left out here.
    """
    terms.pop("delay", None)
    table = {"type": "hybrid", "charges": charges, **changes, **terms}
    assume(not mistakes(**table))
    try:
        offer = contract(**table)
    except ContractError:
        assume(False)
    classes = [
        f"tokens:{name}:{each}" for name in MODELS for each in ("input", "cached_input", "cache_write", "output")
    ]
    keys = {*some.METERS, "resolutions:a", "human_minutes", *classes, *offer.meters}
    month = {key: 700.0 + 10 * place for place, key in enumerate(sorted(keys))}
    found = average_costs(offer, {key: np.array([12 * units]) for key, units in month.items()}, month, 12, YEAR)
    bill = invoice(
        offer, {key: np.full((1, 12), units) for key, units in month.items()},
        lambda quantity: np.full(1, quantity.center),
    )  # fmt: skip
    by_unit = bill.usage.sum() == 0 or any(charge["kind"] == "seats" for charge in charges)
    dated = any("to_month" in charge or charge.get("from_month", 1) > 1 for charge in charges)
    assume(bill.served is None and ((len(offer.unit_schedule) == 1 and not dated) or not by_unit))
    assert float(found.amounts[0]) == pytest.approx(float(bill.total.sum()), rel=1e-9, abs=1e-6)


SHOWN = """
[contracts.packs]
contract = "catalogue:freddy-sessions"
[contracts.fee]
type = "per_conversation"
price = 0
platform_fee = 300
[contracts.tiny]
type = "per_message"
price = 0.00001
[contracts.once]
type = "per_conversation"
price = 0.5
free = { units = 5_000, span = "once" }
[contracts.inside]
type = "hybrid"
charges = [
  { kind = "included", meter = "conversations", included = 100_000, overage_rate = 0.01 },
  { kind = "flat", meter = "resolutions", definition = "assumed_24h", rate = 0.9 },
]
platform_fee = 100
"""


def test_no_row_says_0_for_what_is_paid_for() -> None:
    base = (ROOT / "scenarios" / "minimal.toml").read_text(encoding="utf-8").split("[contracts")[0]
    scenario = parse_scenario(base + SHOWN, "shown", ["trials=64", "months=12"])
    (results,) = simulate_all([Run(scenario, "expected")], workers=1)
    blocks = {block.name: block for block in questions(forecast(results))}
    month = {name: float(values.mean()) for name, values in results.meters.items()}
    billed = {each.case.key: each for each in bill_worked_cases(scenario, month)}
    packages = np.ceil(month[SESSIONS] / 100)
    assert billed["confirmed"].bills["packs"].average == pytest.approx(49 * packages / month[SESSIONS])
    assert billed["confirmed"].bills["packs"].amount == 0
    texts = {name: [case_costs(case, "USD") for case in block.cases] for name, block in blocks.items()}
    for name, block in blocks.items():
        paid = [costs for costs, case in zip(texts[name], block.cases, strict=True) if case.units > 0]
        assert len(paid) > 10
        assert not [costs for costs in paid if {"$0.00", "-$0.00"} & set(costs)], name
        shown = answers(block, "USD")
        assert " average | one more |" in shown and "*Average* is the case's part" in shown
    assert texts["tiny"][0] == ("$0.0001", "$0.0001")
    assert ("included", "nothing") in texts["inside"]
    assert texts["packs"][0][1] == "nothing"
    page = page_cases(list(blocks.values()), "USD", list(blocks))
    assert page.rows[0][1] == f"1: {texts['packs'][0][0]} average, one more nothing"
    assert page.rows[0][3].endswith(": $0.0001")


SEATS_WITH_QUOTA = {
    "type": "per_seat", "price": 95, "seats": 60,
    "quota": {"meter": "resolutions", "definition": "assumed_24h", "per_seat": 50, "overage_rate": 0.75},
}  # fmt: skip


def test_what_seats_pay_for_is_included_and_never_free() -> None:
    """60 seats at 95 are 5,700; of 10,000 resolutions 3,000 are in them and 7,000 at 0.75 are 5,250: 1.095 each.

    A conversation without a resolution is no unit of seats with a quota of resolutions, and pays for nothing.
    Without units there is nothing to pay for, and a contract without seats or fees includes nothing.
    """
    offer, use = contract(**SEATS_WITH_QUOTA), {"conversations": 20_000.0, "resolutions:assumed_24h": 10_000.0}
    solved = averages(offer, use, {"conversations": 1, "resolutions:assumed_24h": 1})
    assert solved.amounts.tolist() == pytest.approx([1.095, 0]) and not solved.included.any()
    escalated = averages(offer, use, {"conversations": 1})
    assert escalated.amounts.tolist() == [0, 0] and not escalated.included.any()
    bill = CaseCost(units=1.0, average=0.0, included=True, amount=0.0)
    assert case_costs(bill, "USD") == ("included", "nothing")
    by_part = hybrid(
        {"kind": "flat", "meter": "conversations", "rate": 0, "to_month": 6},
        {"kind": "flat", "meter": "resolutions", "definition": "assumed_24h", "rate": 1},
    )
    assert not averages(by_part, use, {"conversations": 1}).included.any()


def test_the_shipped_seats_say_no_unit_costs_nothing() -> None:
    scenario = parse_scenario((ROOT / "scenarios/broad_cx.toml").read_text(encoding="utf-8"), "broad")
    month = {"conversations": 20_000.0, "resolutions:assumed_24h": 10_000.0}
    offers = {"per_seat": scenario.contracts["per_seat"]}
    only = scenario.model_copy(update={"contracts": offers, "switches": {}, "today": None})
    for case in bill_worked_cases(only, month):
        bill = case.bills["per_seat"]
        assert bill.included == (bill.units > 0 and bill.average == 0), case.case.words


FALLING = """
title = "Falling"
start = "2027-01"
months = 24
volume.per_month = 1000
tokens = { system = 3_300, answer = { mean = 170 } }
levels.only = { escalate = 0.2, solve = 0.8, turns = 3 }
intents.only = { share = 1, levels = { only = 1 } }
models.one.rates = { input = 1, output = 10 }
models.one.price_change_per_year = -0.3
contracts.a = { type = "per_token", markup = 200 }
"""


def test_cases_alike_cost_the_same_where_token_prices_fall_with_the_months() -> None:
    (results,) = simulate_all([Run(parse_scenario(FALLING, "x", ["trials=64"]))], workers=1)
    (block,) = questions(forecast(results))
    alike: dict[float, set[float]] = {}
    for case in block.cases:
        if case.amount:
            alike.setdefault(case.amount, set()).add(round(case.average, 9))
    assert max(len(found) for found in alike.values()) == 1
    assert len([case for case in block.cases if case.amount]) > len(alike), "some cases are alike"

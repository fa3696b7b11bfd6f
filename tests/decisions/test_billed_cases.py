"""Worked cases: units worked out by hand from the words of each definition, and money from units and prices."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.decisions.billed_cases import BilledCase, bill_worked_cases
from simulator.decisions.worked_cases import WORKED_CASES
from simulator.engine.run import Run, simulate_all
from simulator.scenario import parse_scenario

ROOT = Path(__file__).parents[2]
NAMES = (
    "assumed_24h",
    "closed_by_customer",
    "action_in_system_of_record",
    "no_human_touch",
    "verified_72h",
    "credited_on_return",
)
BY_HAND = {
    #                        24h click action none 72h credited
    "confirmed":               (1, 1, 0, 1, 1, 1),
    "action":                  (1, 1, 1, 1, 1, 1),
    "silent":                  (1, 0, 0, 1, 1, 1),
    "gave_up":                 (1, 0, 0, 1, 0, 1),
    "judge_fooled":            (1, 0, 0, 1, 1, 1),
    "back_soon":               (1, 1, 0, 1, 1, 1),  # the silence lasted 3 hours: only the second conversation
    "back_after_30_h":         (2, 1, 0, 1, 1, 1),  # 30 hours are beyond 24 and within 72
    "confirmed_and_back":      (2, 1, 0, 1, 2, 1),
    "reopened_and_escalated":  (1, 0, 0, 0, 0, 0),
    "back_to_a_person":        (1, 0, 0, 0, 0, 0),
    "three_contacts":          (1, 1, 0, 1, 1, 1),
    "partial":                 (0, 0, 0, 0, 0, 0),
    "escalated":               (0, 0, 0, 0, 0, 0),
    "planned_handoff":         (0, 0, 0, 0, 0, 0),
    "abandoned":               (0, 0, 0, 0, 0, 0),
    "reviewed":                (1, 0, 0, 0, 0, 1),
    "duplicate":               (2, 0, 0, 2, 2, 2),
    "duplicate_of_escalated":  (1, 0, 0, 1, 1, 1),
    "low_score":               (1, 0, 0, 1, 1, 1),
    "long":                    (1, 1, 0, 1, 1, 1),
    "greeting":                (0, 0, 0, 0, 0, 0),
    "spam":                    (0, 0, 0, 0, 0, 0),
}  # fmt: skip
CONVERSATIONS = dict.fromkeys(BY_HAND, 1) | {
    "back_soon": 2,
    "back_after_30_h": 2,
    "confirmed_and_back": 2,
    "reopened_and_escalated": 2,
    "three_contacts": 3,
    "duplicate": 2,
    "duplicate_of_escalated": 2,
    "greeting": 0,
    "spam": 0,
}
OTHERS = """
[contracts.conversation]
type = "per_conversation"
price = 0.5
[contracts.tickets]
type = "hybrid"
charges = [{ kind = "flat", meter = "tickets", rate = 3 }]
[contracts.sessions]
type = "per_session"
window = "start"
window_hours = 24
price = 2
[contracts.planned]
type = "per_resolution"
definition = "planned"
price = 2
[contracts.scored]
type = "per_resolution"
definition = "scored"
price = 2
[contracts.tiers]
type = "per_conversation"
tiers = [{ up_to = 1_000_000, rate = 0.4 }, { rate = 0.1 }]
platform_fee = 500
discount = 0.25
[definitions.planned]
planned_handoffs = true
[definitions.scored]
min_csat = 4
duplicates = "merged"
"""


@pytest.fixture(scope="module")
def billed() -> dict[str, BilledCase]:
    base = (ROOT / "scenarios" / "minimal.toml").read_text(encoding="utf-8").split("[contracts")[0]
    own = "".join(f'[contracts.{n}]\ntype = "per_resolution"\ndefinition = "{n}"\nprice = 0.99\n' for n in NAMES)
    scenario = parse_scenario(base + own + OTHERS, "worked", ["trials=64"])
    (results,) = simulate_all([Run(scenario, "expected")], workers=1)
    found = bill_worked_cases(scenario, {name: float(values.mean()) for name, values in results.meters.items()})
    return {each.case.key: each for each in found}


def test_there_are_worked_cases_of_at_least_twelve_kinds() -> None:
    keys = [case.key for case in WORKED_CASES]
    assert len(keys) == len(set(keys)) >= 12
    assert set(keys) == set(BY_HAND)


@pytest.mark.parametrize("key", BY_HAND)
def test_units_are_those_worked_out_by_hand(billed: dict[str, BilledCase], key: str) -> None:
    bills = billed[key].bills
    assert tuple(bills[name].units for name in NAMES) == BY_HAND[key]
    assert bills["conversation"].units == CONVERSATIONS[key]


@pytest.mark.parametrize("key", BY_HAND)
def test_money_is_units_times_the_price(billed: dict[str, BilledCase], key: str) -> None:
    bills = billed[key].bills
    for name in NAMES:
        assert bills[name].amount == pytest.approx(0.99 * BY_HAND[key][NAMES.index(name)], abs=1e-9)
    assert bills["tiers"].amount == pytest.approx(0.4 * 0.75 * CONVERSATIONS[key], abs=1e-9)


def test_clauses_act_on_the_cases_that_they_are_about(billed: dict[str, BilledCase]) -> None:
    assert billed["planned_handoff"].bills["planned"].units == 1
    assert billed["escalated"].bills["planned"].units == 0
    assert billed["low_score"].bills["scored"].units == 0
    assert billed["silent"].bills["scored"].units == 1
    assert billed["duplicate"].bills["scored"].units == 1


def test_tickets_and_sessions_count_what_their_words_say(billed: dict[str, BilledCase]) -> None:
    tickets = {key: each.bills["tickets"].units for key, each in billed.items()}
    assert (tickets["confirmed"], tickets["back_to_a_person"], tickets["duplicate"]) == (1, 2, 2)
    assert billed["duplicate"].bills["tickets"].amount == pytest.approx(6)
    sessions = {key: each.bills["sessions"].units for key, each in billed.items()}
    assert (sessions["back_soon"], sessions["back_after_30_h"]) == (1, 2)
    assert sessions["three_contacts"] == 2  # at 0 and 10 hours one, at 30 hours another


def test_lengths_tokens_and_minutes_follow_the_case(billed: dict[str, BilledCase]) -> None:
    usual, long = billed["confirmed"].meters, billed["long"].meters
    assert long["turns"] == 4 * usual["turns"]
    assert long["input_tokens"] > 4 * usual["input_tokens"]
    assert usual["input_tokens"] > usual["output_tokens"] > 0
    assert billed["escalated"].meters["human_minutes"] > 0 == usual["human_minutes"]
    assert billed["back_to_a_person"].meters["human_minutes"] > 0


LONG_PRICES = """
title = "Long prices"
start = "2027-01"
trials = 2
volume.per_month = 10
turns.calls_per_turn = 0.1
tokens = { system = 3_000, answer.mean = 100 }
[levels.any]
escalate = 0.2
solve = 0.8
turns = 1
[intents.all]
share = 1
levels.any = 1
[models.main]
rates = { input = 1, output = 10, long_prompt = { threshold_tokens = 1_000_000, input = 2, output = 20 } }
[channels.chat]
share = 0.9
[channels.email]
share = 0.1
[contracts]
token = { type = "per_token" }
chat = { type = "per_token", applies_to.channels = ["chat"] }
"""


def test_a_price_of_long_prompts_that_no_case_reaches_bills_at_the_usual_rates() -> None:
    """The confirmed case has one call, 3,000 in at 1 and 100 out at 10 a million; no call has a million."""
    scenario = parse_scenario(LONG_PRICES, "long.toml")
    meters = simulate_all([Run(scenario)])[0].meters
    average = {name: float(values.mean()) for name, values in meters.items()}
    (confirmed,) = bill_worked_cases(scenario, average, WORKED_CASES[:1])
    assert {name: bill.amount for name, bill in confirmed.bills.items()} == pytest.approx(
        {"token": 0.004, "chat": 0.004}
    )

"""Units billed again: counted by hand in a small ledger, and against exact expected values."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from simulator.decisions.anatomy import anatomy
from simulator.decisions.billed_again import CountedAgain, add, count_again, nothing
from simulator.definitions import Biller, resolve_definitions
from simulator.engine.results import Results
from simulator.engine.run import simulate
from simulator.scenario import parse_scenario
from simulator.scenario.schema import Scenario
from simulator.scenario.stated.compiled_terms import compile_terms

ASSUMED = "resolutions:assumed_24h"
CHAT, NOT_CHAT = "conversations{channels=chat}", f"{ASSUMED}{{not_channels=chat}}"

# future, case, contact, origin, class, channel, outcome, touch, hours after the case opened, hours to the return
LEDGER: tuple[tuple[Any, ...], ...] = (
    # Case 1 bills three times: silent for 30 h, its duplicate on voice 3 h later, and the return after 30 h.
    (0, 1, 1, "new", "service", "chat", "silent", "none", 0, 30),
    (0, 1, 1, "duplicate", "service", "voice", "confirmed", "none", 3, None),
    (0, 1, 2, "return", "service", "chat", "confirmed", "none", 30, None),
    # Case 2: its first conversation is no resolution, but the duplicate of that is, and so is the return after 5 h.
    (0, 2, 1, "new", "service", "chat", "escalated", "handoff", 0, 5),
    (0, 2, 1, "duplicate", "service", "chat", "confirmed", "none", 1, None),
    (0, 2, 2, "return", "service", "chat", "silent", "none", 5, None),
    # Case 3 comes once.
    (1, 3, 1, "new", "service", "chat", "confirmed", "none", 0, None),
    # Case 4 begins with a greeting, which bills nothing: its return is the first unit.
    (1, 4, 1, "new", "greeting", "chat", "silent", "none", 0, 2),
    (1, 4, 2, "return", "service", "chat", "silent", "none", 2, None),
    # Case 5: silent for 10 h only, so that 24 h of silence bill the return alone.
    (1, 5, 1, "new", "service", "voice", "silent", "none", 0, 10),
    (1, 5, 2, "return", "service", "voice", "silent", "none", 10, None),
)


def rows(order: np.ndarray | None = None) -> pa.Table:
    """Return the ledger as the engine writes it, or with its rows in another order."""
    names = ("trial", "case_id", "contact", "origin", "class", "channel", "outcome", "human_touch")
    start = datetime(2027, 1, 1, tzinfo=UTC)
    columns: dict[str, list[Any]] = {name: [row[place] for row in LEDGER] for place, name in enumerate(names)}
    columns["opened_at"] = [start + timedelta(days=40 * row[1], hours=row[8]) for row in LEDGER]
    columns["returned_after_hours"] = [None if row[9] is None else float(row[9]) for row in LEDGER]
    columns |= {"intent": ["one"] * len(LEDGER), "turns": [2] * len(LEDGER)}
    table = pa.table(columns)
    return table if order is None else table.take(order)


# Units and units billed again by future, from the comments of the ledger.
BY_HAND = {
    ("conversations",): {"conversations": ([6, 4], [4, 1])},  # cases 1 and 2 twice each; of 4 only the return; 5 once
    (ASSUMED,): {ASSUMED: ([5, 3], [3, 0])},  # case 1: 3 units, case 2: 2; cases 3, 4 and 5 one each
    ("cases",): {"cases": ([2, 3], [0, 0])},
    (CHAT,): {CHAT: ([5, 2], [3, 0])},  # without the duplicate on voice, and without case 5
    # Chat by conversation, the rest by resolution: the duplicate on voice comes after a conversation that was billed.
    (CHAT, NOT_CHAT): {CHAT: ([5, 2], [3, 0]), NOT_CHAT: ([1, 1], [1, 0])},
    (NOT_CHAT,): {NOT_CHAT: ([1, 1], [0, 0])},  # alone, that duplicate is the first unit of its case
}


@pytest.mark.parametrize("seed", [None, 1, 2])
def test_units_billed_again_by_hand(seed: int | None) -> None:
    """In any order of the rows."""
    order = None if seed is None else np.random.default_rng(seed).permutation(len(LEDGER))
    tally = nothing(list(BY_HAND), 2)
    add(tally, rows(order), Biller({"assumed_24h": resolve_definitions({})["assumed_24h"]}))
    assert tally.cases.tolist() == [2, 3]
    found = {
        rule: {unit: (tally.units[rule][unit].tolist(), tally.again[rule][unit].tolist()) for unit in rule}
        for rule in BY_HAND
    }
    assert found == {rule: {unit: tuple(map(list, each)) for unit, each in by.items()} for rule, by in BY_HAND.items()}


def test_units_less_cases_with_a_unit_is_the_same_number() -> None:
    """The definition in other words: all units of a case beyond its first."""
    billed = Biller({"assumed_24h": resolve_definitions({})["assumed_24h"]}).units(rows())["assumed_24h"]
    cases = rows().column("case_id").to_numpy()
    units, again = BY_HAND[ASSUMED,][ASSUMED]
    assert billed.sum() == sum(units) and billed.sum() - len(set(cases[billed == 1])) == sum(again)


SCENARIO = """
title = "Again"
start = "2027-01"
months = 4
trials = 96
volume.per_month = { mean = 9_000, sd = 900 }
volume.rollout = [0, 0.5, 1]
outcomes.solve_log_odds = { mean = 0, sd = 0.1 }
returns.probability = { confirmed = 0.2, silent_solved = 0.2, silent_unsolved = 0.5, abandoned = 0.3, escalated = 0.3 }
returns.log_odds = { mean = 0, sd = 0.1 }
levels.only = { escalate = 0.2, solve = 0.7, turns = 4 }
intents.one = { share = 60, levels = { only = 1 }, spam = 0.1 }
intents.two = { share = 40, levels = { only = 1 }, confirm = 0.6 }
models.main = { rates = { input = 1, output = 10 } }
tokens.answer = { mean = 100 }
contracts.conversation = { type = "per_conversation", price = 1 }
contracts.resolution = { type = "per_resolution", definition = "assumed_24h", price = 1 }
contracts.case = { type = "hybrid", charges = [{ kind = "flat", meter = "cases", rate = 2 }] }
definitions.all_conversations = { outcomes = ["confirmed", "silent", "abandoned", "partial", "escalated"] }
definitions.first_conversation = { extends = "all_conversations", at_most = "case" }
definitions.first_resolution = { extends = "assumed_24h", at_most = "case" }
"""


def read(*more: str, changes: tuple[str, ...] = ()) -> Scenario:
    return parse_scenario("\n".join([SCENARIO, *more]), "again.toml", changes)


@cache
def expected() -> Results:
    return simulate(read(), engine="expected")


@cache
def sampled() -> CountedAgain:
    return count_again(expected())


@pytest.mark.parametrize(("unit", "first"), [("conversations", "first_conversation"), (ASSUMED, "first_resolution")])
def test_the_sample_agrees_with_the_exact_expectation(unit: str, first: str) -> None:
    """Without duplicates one definition says it: at most one unit a case. The expectations have no noise of cases.

    Negative control: the share of conversations that are returns, as if each of them were billed again, is told apart.
    """
    meters, counted = expected().meters, sampled()
    assert counted.errors is not None and counted.futures == 96
    share, error = counted.shares[unit,][unit], counted.errors[unit,][unit]
    exact = 1 - meters[f"resolutions:{first}"].sum() / meters[unit].sum()
    assert 0 < error < 0.1 * share and abs(share - exact) < 4 * error
    returns = 1 - meters["cases"].sum() / meters["rows"].sum()
    assert abs(returns - exact) > 4 * error


def test_the_sample_is_of_the_run_s_futures_and_no_larger_than_the_run() -> None:
    counted = count_again(simulate(read(changes=("trials=2", "volume.per_month=40")), engine="ledger"))
    assert counted.futures == 2 and 0 < counted.conversations < 800
    alone = count_again(simulate(read(changes=("trials=1",))))
    assert alone.errors is None and alone.shares["conversations",]["conversations"] > 0


def test_what_is_never_billed_has_no_share() -> None:
    """Nobody confirms, so that no unit stands in the sample; conversations do."""
    run = simulate(read('contracts.closed = { type = "per_resolution", definition = "closed_by_customer", price = 1 }',
                        changes=("trials=8", "intents.one.confirm=0", "intents.two.confirm=0")))  # fmt: skip
    shares = count_again(run).shares
    assert ("resolutions:closed_by_customer",) not in shares and ("conversations",) in shares


def test_samples_leave_out_correlations_of_the_volume() -> None:
    """The sample has a volume of its own; a correlation of the scenario's with another number ended in a KeyError."""
    pair = '[[correlations]]\nbetween = ["volume.per_month", "outcomes.solve_log_odds"]\nrho = 0.5'
    scenario = read(pair, changes=("trials=8",))
    drawn, _ = anatomy(scenario, compile_terms(scenario).definitions)
    assert drawn > 0 and count_again(simulate(scenario)).conversations > 0

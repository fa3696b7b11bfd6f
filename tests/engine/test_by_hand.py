"""Scenarios that leave nothing to chance: numbers worked out by hand against the engine."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from simulator.engine.run import simulate
from simulator.forecast import forecast
from simulator.futures.month_level import draw_drivers, expected_demand
from simulator.futures.unknowns import draw_unknowns
from simulator.law.drawn_columns import COPY, NEW, RETURNED
from simulator.scenario import parse_scenario
from tests.engine.by_hand import SURE, per_row, rows_of, sure
from tests.statistics import mean_is

simulate = partial(simulate, engine="ledger")
"""These tests are about the ledger engine."""

# --- conversations


def test_conversations_that_are_sure_are_counted_exactly() -> None:
    m = simulate(sure()).meters
    cases = m["cases"]
    for name in ("rows", "conversations", "conversations|solved", "conversations|solved_by_ai", "end:confirmed",
                 "resolutions:assumed_24h", "cases_solved", "cases_solved_by_ai", "tickets", "class:service"):  # fmt: skip  # noqa: E501
        assert np.array_equal(m[name], cases), name
    for name in (
        "returns",
        "duplicates",
        "human_minutes",
        "touch:handoff",
        "unseen_tickets",
        "actions",
        "csat_responses",
    ):
        assert not m[name].any(), name
    for name, each in (
        ("turns", 3),
        ("calls", 5),
        ("ai_replies", 3),
        ("messages", 6),
        ("duration_seconds", 180),
    ):
        assert np.array_equal(m[name], each * cases), name


@pytest.mark.parametrize(
    ("overrides", "end"),
    [
        ((), "confirmed"),
        (("intents.one.confirm=0",), "silent_solved"),
        (("levels.only.solve=0",), "silent_unsolved"),
        (("intents.one.abandon=1",), "abandoned"),
        (("levels.only.escalate=1",), "escalated"),
        (("levels.only.escalate=1", "levels.only.partial=1"), "partial"),
    ],
)
def test_a_rate_of_one_or_zero_stays_so_under_any_odds(overrides: tuple[str, ...], end: str) -> None:
    odds = ("intents.one.escalate_odds=5", "intents.one.solve_odds=0.2", "outcomes.confirm_log_odds=1")
    moving = (
        "drivers.escalation.sd=1",
        "drivers.solving.sd=1",
        "levers.compression={ setting = 0.5, solve_odds = 0.1 }",
    )
    m = simulate(sure(*overrides, *odds, *moving)).meters
    assert np.array_equal(m[f"end:{end}"], m["rows"])


def test_every_conversation_returns_twice_and_is_doubled() -> None:
    """Three contacts a case, each with a duplicate: 6 rows; the third return goes straight to a person."""
    scenario = sure("returns.probability.confirmed=1", "duplicates.probability.confirmed=1", "returns.delay.sigma=1e-9")
    m = simulate(scenario).meters
    for name, each in (
        ("rows", 6),
        ("duplicates", 3),
        ("returns", 3),
        ("straight_returns", 1),
        ("tickets", 7),
    ):
        assert np.array_equal(m[name], each * m["cases"]), name
    assert m["human_minutes"] == pytest.approx(6 * m["cases"], rel=1e-6)
    assert m["return_hours"] == pytest.approx(3 * 14 * m["cases"], rel=1e-6)
    rows = rows_of(scenario)
    duplicate = rows.origin == COPY
    assert np.isnan(rows.delay_hours[duplicate]).all() and not rows.straight[duplicate].any()
    assert not rows.straight_minutes[duplicate].any()
    for contact in (1, 2, 3):
        assert (rows.contact[duplicate] == contact).sum() == len(rows.cases)
        assert ((rows.contact == contact) & (rows.origin == (NEW if contact == 1 else RETURNED))).sum() == len(
            rows.cases
        )
    original = ~duplicate
    assert np.allclose(rows.hours[original], 14 * (rows.contact[original] - 1))
    assert rows.straight[original].tolist() == (rows.contact[original] == 3).tolist()


def test_one_contact_at_most_sends_every_return_to_a_person() -> None:
    m = simulate(sure("returns.max_contacts=1", "returns.probability.confirmed=1")).meters
    assert np.array_equal(m["rows"], m["cases"])
    assert np.array_equal(m["straight_returns"], m["cases"])
    assert m["human_minutes"] == pytest.approx(6 * m["cases"], rel=1e-6)
    assert np.array_equal(m["resolutions:assumed_24h"], m["cases"])


def test_straight_returns_end_a_case_and_count_as_its_return() -> None:
    scenario = sure(
        "levels.only.solve=0", "people.solve=0.5", "returns.probability.silent_unsolved=1",
        "returns.straight_to_human.silent_unsolved=1", "channels.chat.minutes=2", "trials=32",
    )  # fmt: skip
    m = simulate(scenario).meters
    assert np.array_equal(m["straight_returns"], m["rows"]) and np.array_equal(m["rows"], m["cases"])
    assert m["human_minutes"] == pytest.approx(12 * m["cases"], rel=1e-6)
    assert not m["handoff_minutes"].any() and not m["touch:handoff"].any()
    assert not m["cases_solved_by_ai"].any()
    verdict = mean_is(rows_of(scenario).human_solved.astype(float), 0.5)
    assert verdict, verdict


@pytest.mark.parametrize(("unit", "cases"), [("cases", 700), ("conversations", 700 / 6), ("tickets", 100)])
def test_a_stated_volume_is_turned_into_cases(unit: str, cases: float) -> None:
    scenario = sure("returns.probability.confirmed=1", "duplicates.probability.confirmed=1", f"volume.unit='{unit}'",
                    "volume.per_month=700", "volume.ai_share=0.5")  # fmt: skip
    unknowns = draw_unknowns(scenario, 0)
    demand = expected_demand(scenario, unknowns, draw_drivers(scenario, unknowns, 0), 0)
    assert demand.cases == pytest.approx(np.full((64, 2, 1), cases / 2), rel=1e-12)
    assert demand.unseen_tickets == pytest.approx(np.full((64, 2), 7 * cases / 2), rel=1e-12)


# --- people and money


@pytest.mark.parametrize(
    ("overrides", "handoff", "review"),
    [
        (("levels.only.escalate=1",), 6, 0),
        (("levels.only.escalate=1", "levels.only.partial=1", "people.partial_factor=0.5"), 3, 0),
        (("intents.one.review=1",), 0, 2),
        (
            (
                "intents.one.review=1",
                "channels.chat.minutes=1.5",
            ),
            0,
            3,
        ),
    ],
)
def test_minutes_without_spread_are_their_mean(overrides: tuple[str, ...], handoff: float, review: float) -> None:
    results = simulate(sure(*overrides))
    assert per_row(results, "handoff_minutes") == pytest.approx(handoff, rel=1e-6)
    assert per_row(results, "review_minutes") == pytest.approx(review, rel=1e-6)
    assert forecast(results).human_work == pytest.approx((handoff + review) * results.meters["rows"], rel=1e-6)


def test_today_is_the_same_cases_by_people() -> None:
    results = simulate(sure("today={ contacts_per_case = 1.25, minutes_factor = 0.8, solve = 0.9 }",
                            "channels.chat.minutes=2"))  # fmt: skip
    cases = results.meters["cases"]
    assert results.meters["today_minutes"] == pytest.approx(6 * 2 * 1.25 * 0.8 * cases, rel=1e-12)
    assert results.meters["today_solved"] == pytest.approx(0.9 * cases, rel=1e-12)
    today = forecast(results).status_quo
    assert today is not None and today.cost == pytest.approx(12 * cases, rel=1e-12)


# --- tokens: prompts of the 5 calls of 3 turns are 100 + 10 x (1, 2, 2, 3, 3) + 50 x (0 .. 4) + 40 of retrieval

PLAIN = 110 + 170 + 220 + 280 + 330 + 5 * 40
HALF = (110 + 170 + 220 + 280 + 330) / 2 + 5 * 40
FIRST = 110 / 2 + 40
LATER = HALF - FIRST
OFF = "tokens.cache={ share = 0.8, write_share = 0.75, miss = 1, miss_first = 1 }"
COLD = "tokens.cache={ share = 0.8, write_share = 0.75, miss = 0, miss_first = 1 }"
WARM = "tokens.cache={ share = 0.8, write_share = 0.75, miss = 0, miss_first = 0 }"
COMPRESSED = "levers.compression.setting=0.5"


@pytest.mark.parametrize(
    ("overrides", "prompt", "cached", "written", "output", "reasoning"),
    [
        ((), PLAIN, 0, 0, 175, 75),
        ((WARM,), PLAIN, 0.8 * PLAIN, 0, 175, 75),
        ((COMPRESSED,), HALF, 0, 0, 175, 75),
        ((COMPRESSED, WARM), HALF, 0.8 * HALF, 0, 175, 75),
        ((COMPRESSED, OFF), HALF, 0, 0.75 * HALF, 175, 75),
        ((COMPRESSED, COLD), HALF, 0.8 * LATER, 0.75 * FIRST, 175, 75),
        ((COMPRESSED, COLD, "levers.cache.setting=1"), HALF, 0.8 * HALF, 0, 175, 75),
        (("tokens.tools=50",), PLAIN + 250, 0, 0, 175, 75),
        (("levers.retrieval.setting=2",), PLAIN + 200, 0, 0, 175, 75),
        (("levers.reasoning.setting=2",), PLAIN, 0, 0, 250, 150),
        (("models.main.reasoning_factor=3",), PLAIN, 0, 0, 325, 225),
        (("models.main.answer_factor=2",), PLAIN + 20 * 10, 0, 0, 275, 75),
        (("models.main.tokens_factor=1.5", WARM), 1.5 * PLAIN, 1.2 * PLAIN, 0, 262.5, 112.5),
        (("tokens.factor=2",), 2 * PLAIN - 500, 0, 0, 350, 150),
        (("turns.calls_per_turn=0.1",), 100 + 30 + 40, 0, 0, 35, 15),
        (("turns.most=1", "turns.calls_per_turn=2"), 110 + 160 + 80, 0, 0, 70, 30),
    ],
)
def test_tokens_without_spread_are_the_written_out_sums(
    overrides: tuple[str, ...], prompt: float, cached: float, written: float, output: float, reasoning: float
) -> None:
    results = simulate(sure(*overrides))
    plain = prompt - cached - written
    for name, each in (
        ("input", plain),
        ("cached_input", cached),
        ("cache_write", written),
        ("output", output),
    ):
        assert per_row(results, f"tokens:main:{name}") == pytest.approx(each, rel=2e-6), name
    assert per_row(results, "reasoning_tokens") == pytest.approx(reasoning, rel=2e-6)


@pytest.mark.parametrize(("threshold", "prompts", "calls"), [(94, 755, 5), (95, 660, 4), (179, 385, 2), (180, 205, 1)])
def test_a_call_is_long_only_above_the_threshold(threshold: int, prompts: float, calls: int) -> None:
    """The prompts are 95, 125, 150, 180 and 205 tokens; at exactly the threshold the usual rates hold."""
    rates = f"{{ input = 1, output = 10, long_prompt = {{ threshold_tokens = {threshold}, input = 2, output = 20 }} }}"
    results = simulate(sure(COMPRESSED, f"models.main.rates={rates}"))
    assert per_row(results, "tokens_long:main:input") == pytest.approx(prompts, rel=2e-6)
    assert per_row(results, "tokens_long:main:output") == pytest.approx(35 * calls, rel=2e-6)
    cost = (755 + prompts + 10 * 35 * (5 + calls)) / 1e6
    assert forecast(results).model_cost == pytest.approx(cost * results.meters["rows"], rel=2e-6)


def test_direct_tokens_without_spread_are_their_shares() -> None:
    base = SURE[: SURE.index("tokens.system")] + SURE[SURE.index("models.main") :]
    scenario = parse_scenario(base, "direct", [
        "tokens={ form = 'direct', factor = 2, direct = { input = { mean = 1_000 }, output = { mean = 100 },"
        " cached_share = 0.6, write_share = 0.25, reasoning_share = 0.4 } }",
        "models.main.tokens_factor=1.5",
    ])  # fmt: skip
    results = simulate(scenario)
    for name, each in (("input", 900), ("cached_input", 1_800), ("cache_write", 300), ("output", 300)):
        assert per_row(results, f"tokens:main:{name}") == pytest.approx(each, rel=1e-12), name
    assert per_row(results, "reasoning_tokens") == pytest.approx(120, rel=1e-12)

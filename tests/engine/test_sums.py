"""In every trial and month parts add up, subsets stay inside, and looser definitions count no fewer."""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from simulator.contracts.metering.segments import segment_of, whole_of
from simulator.engine.results import Results
from simulator.engine.run import simulate
from simulator.forecast import forecast
from simulator.law import ENDS
from simulator.records import CLASSES
from simulator.scenario import load_scenario, parse_scenario

simulate = partial(simulate, engine="ledger")
"""These tests are about the ledger engine."""

ROOT = Path(__file__).parent.parent.parent
SCENARIOS = ROOT / "tests" / "scenario"
NAMES = ("everything", "everything_forecast", "everything_direct")


@pytest.fixture(scope="module", params=NAMES)
def run(request: pytest.FixtureRequest) -> Results:
    return simulate(load_scenario(SCENARIOS / f"{request.param}.toml"))


def total(run: Results, prefix: str, suffix: str = "") -> np.ndarray:
    found = [values for name, values in run.meters.items() if name.startswith(prefix) and name.endswith(suffix)]
    assert found, prefix
    return np.sum(found, axis=0)


@pytest.mark.parametrize("kind", ["end", "class", "channel", "level", "intent", "model"])
def test_parts_of_a_kind_sum_to_the_conversations(run: Results, kind: str) -> None:
    assert np.array_equal(total(run, f"{kind}:"), run.meters["rows"])
    names = {
        "end": ENDS, "class": CLASSES, "channel": run.scenario.channels, "level": run.scenario.levels,
        "intent": run.scenario.intents, "model": run.scenario.models,
    }[kind]  # fmt: skip
    assert all(run.meters[f"{kind}:{name}"].any() for name in names)


def test_conversations_are_cases_returns_and_duplicates(run: Results) -> None:
    m = run.meters
    assert np.array_equal(m["rows"], m["cases"] + m["returns"] - m["straight_returns"] + m["duplicates"])
    assert np.array_equal(m["tickets"], m["rows"] + m["straight_returns"] + m["unseen_tickets"])
    assert m["straight_returns"].any() and m["duplicates"].any() and m["unseen_tickets"].any()


def test_sums_of_columns_agree_with_one_another(run: Results) -> None:
    m = run.meters
    assert np.array_equal(m["touch:handoff"], m["end:partial"] + m["end:escalated"])
    assert np.array_equal(m["messages"], m["turns"] + m["ai_replies"])
    assert np.array_equal(m["rows|solved_by_ai"], m["end:confirmed"] + m["end:silent_solved"])
    assert np.array_equal(m["ai_replies"] == m["turns"], m["end:abandoned"] == 0)
    straight = m["human_minutes"] - m["handoff_minutes"] - m["review_minutes"]
    assert (straight > -1e-9 * m["human_minutes"]).all()
    assert np.array_equal(straight > 1e-9 * m["human_minutes"], m["straight_returns"] > 0)


@pytest.mark.parametrize(
    ("part", "whole"),
    [
        ("conversations", "class:service"),
        ("class:service", "rows"),
        ("cases", "rows"),
        ("cases_solved_by_ai", "cases_solved"),
        ("cases_solved", "cases"),
        ("cases_solved_by_ai", "rows|solved_by_ai"),
        ("straight_returns", "returns"),
        ("handoff_planned", "end:escalated"),
        ("csat_responses", "csat_points"),
        ("rows", "turns"),
        ("rows", "calls"),
        ("action_completed", "actions"),
        ("unseen_tickets", "tickets"),
    ],
)
def test_a_part_stays_within_its_whole(run: Results, part: str, whole: str) -> None:
    assert (run.meters[part] <= run.meters[whole]).all()
    assert run.meters[part].any()


def test_satisfaction_is_from_one_to_five(run: Results) -> None:
    assert (run.meters["csat_points"] <= 5 * run.meters["csat_responses"]).all()


def test_tokens_stay_within_tokens(run: Results) -> None:
    m = run.meters
    assert (m["reasoning_tokens"] <= total(run, "tokens:", ":output") * (1 + 1e-6)).all()
    assert min(values.min() for name, values in m.items() if name.startswith("tokens")) >= 0
    long = [name for name in m if name.startswith("tokens_long:")]
    assert bool(long) == (run.scenario.tokens.form == "structural" and "long_prompt" in str(run.scenario.models))
    for name in long:
        assert (m[name] <= m[name.replace("tokens_long", "tokens")] * (1 + 1e-6)).all(), name


def test_solved_units_are_units_and_units_are_conversations(run: Results) -> None:
    m = run.meters
    units = [name for name in m if f"{name}|solved" in m and name != "rows"]
    whole = {name for name in m if name.startswith("resolutions:") and segment_of(name) is None and "|" not in name}
    assert {unit for unit in units if segment_of(unit) is None} == {"conversations", *whole}
    assert all((m[unit] <= m[whole_of(unit)]).all() for unit in units)
    for unit in units:
        assert (m[f"{unit}|solved_by_ai"] <= m[f"{unit}|solved"]).all()
        assert (m[f"{unit}|solved"] <= m[unit]).all()
        assert (m[unit] <= m["rows"]).all()
        assert (m[f"{unit}|solved_by_ai"] <= m["rows|solved_by_ai"]).all()
        assert m[unit].any()


def test_named_definitions_that_are_looser_count_no_fewer(run: Results) -> None:
    m = run.meters
    for name in ("closed_by_customer", "no_human_touch", "credited_on_return", "action_in_system_of_record"):
        assert (m[f"resolutions:{name}"] <= m["conversations"]).all()
    for name in ("closed_by_customer", "credited_on_return"):
        assert (m[f"resolutions:{name}"] <= m["resolutions:assumed_24h"]).all()


CHAINS = {
    "silence": ['silence = "never"', "silence = 72", "silence = 24", "silence = 4", 'silence = "at_once"'],
    "touch": [
        f'outcomes = ["confirmed", "silent", "partial"]\nhuman_touch = "{most}"'
        for most in ("none", "review", "handoff")
    ],
    "outcomes": [
        'outcomes = ["confirmed"]',
        'outcomes = ["confirmed", "silent"]',
        'outcomes = ["confirmed", "silent", "abandoned", "partial"]',
        'outcomes = ["confirmed", "silent", "abandoned", "partial", "escalated"]',
    ],
    "void": [
        'returns = "void"\nreturn_window_hours = "ever"',
        'returns = "void"\nreturn_window_hours = 72',
        'returns = "void"\nreturn_window_hours = 8',
        'returns = "bill_again"',
    ],
    "merge": [
        'returns = "merge"\nreturn_window_hours = "ever"',
        'returns = "merge"\nreturn_window_hours = 72',
        'returns = "merge"\nreturn_window_hours = 8',
        'returns = "bill_again"',
    ],
    "duplicates": ['duplicates = "merged"', 'duplicates = "billed"'],
    "at_most": ['at_most = "case"', 'at_most = "conversation"'],
    "requires": ['requires = ["judged_resolved", "action_completed"]', 'requires = ["action_completed"]', ""],
    "csat": ["min_csat = 5", "min_csat = 2", ""],
    "planned": ["planned_handoffs = false", "planned_handoffs = true"],
    "classes": ['classes = ["service"]', 'classes = ["service", "spam"]'],
}
"""Clauses from the strictest to the loosest."""


@pytest.fixture(scope="module")
def chains() -> Results:
    text = (SCENARIOS / "everything.toml").read_text()
    for clause, steps in CHAINS.items():
        for place, step in enumerate(steps):
            name = f"{clause}_{place}"
            text += f'\n[definitions.{name}]\n{step}\n[contracts.{name}]\ntype = "per_resolution"\nprice = 1\n'
            text += f'definition = "{name}"\n'
    return simulate(parse_scenario(text, "chains"))


@pytest.mark.parametrize("clause", CHAINS)
def test_a_looser_clause_never_counts_fewer(chains: Results, clause: str) -> None:
    """In every trial and month, on the same conversations, and somewhere strictly more."""
    steps = [chains.meters[f"resolutions:{clause}_{place}"] for place in range(len(CHAINS[clause]))]
    for stricter, looser in pairwise(steps):
        assert (stricter <= looser).all()
        assert (stricter < looser).any()


@pytest.mark.parametrize("clause", CHAINS)
def test_an_invoice_at_a_price_of_one_is_the_count(chains: Results, clause: str) -> None:
    priced = forecast(chains).contracts
    invoices = [priced[f"{clause}_{place}"].invoice for place in range(len(CHAINS[clause]))]
    for place, amounts in enumerate(invoices):
        assert np.array_equal(amounts, chains.meters[f"resolutions:{clause}_{place}"])


def test_a_per_conversation_invoice_is_the_price_of_each_conversation() -> None:
    results = simulate(load_scenario(ROOT / "scenarios" / "minimal.toml", ["trials=8", "months=3"]))
    priced = forecast(results).contracts
    assert np.array_equal(priced["conversation"].invoice, 0.5 * results.meters["conversations"])
    billed = results.meters["resolutions:assumed_24h"]
    assert priced["resolution"].invoice == pytest.approx(0.99 * billed, rel=1e-12)
    assert priced["resolution"].cost_to_serve - priced["resolution"].invoice == pytest.approx(
        results.meters["human_minutes"] / 60 * 45, rel=1e-9
    )

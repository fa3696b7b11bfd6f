"""A change of one rate moves what it must, row by row, and leaves all other draws to the bit (common random numbers).

What a conversation draws hangs on its own place alone: the case's future, month, intent and number, its contact and
origin. So conversations are compared by their places; one that nothing touches is the same to the bit. The volume
counts cases here, because conversations would be turned into other numbers of cases by any rate of returning.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from simulator.engine.draws.rows import Rows
from simulator.engine.ledger import make_plan, prepare_group
from simulator.law import PARTIAL
from simulator.law.drawn_columns import NEW, OF_CASE, REAL, WHOLE
from simulator.scenario import load_scenario
from tests.engine.slices import month_rows

EVERYTHING = Path(__file__).parent.parent / "scenario" / "everything.toml"
MONTH = 2
Columns = dict[str, np.ndarray]

TOKENS = frozenset(
    {"input", "cached", "written", "output", "reasoning", "long_input", "long_cached", "long_written", "long_output"}
)
LENGTHS = frozenset({"turns", "calls", "ai_replies", "actions", "duration_seconds"}) | TOKENS
RETURNS = frozenset({"delay_hours", "straight", "straight_minutes", "human_solved"})
LONG = frozenset(name for name in TOKENS if name.startswith("long_"))
ATTRIBUTES = frozenset({"planned", "review", "action", "judged", "score", "handoff_minutes", "review_minutes"})
END = ATTRIBUTES | RETURNS | LENGTHS
"""What the end of a conversation decides."""


def drawn(*overrides: str) -> Rows:
    """Return the conversations of one month of a group."""
    plan = make_plan(load_scenario(EVERYTHING, ["volume.unit='cases'", *overrides]))
    return month_rows(plan, prepare_group(plan, 0), MONTH)


def columns_of(rows: Rows, chosen: np.ndarray) -> Columns:
    """Return the columns of some conversations."""
    whole = dict(zip(WHOLE, rows.whole[:, chosen], strict=True))
    real = dict(zip(REAL, rows.real[:, chosen], strict=True))
    return whole | real | {"ai_replies": rows.ai_replies[chosen]}


def first_contacts(*overrides: str) -> Columns:
    """Return the columns of the first contacts, which stand in the same order as long as the cases are the same."""
    rows = drawn(*overrides)
    return columns_of(rows, rows.origin == NEW)


def changed_rows(a: Columns, b: Columns, name: str) -> np.ndarray:
    equal_nan = a[name].dtype.kind == "f"
    return ~np.isclose(a[name], b[name], rtol=0, atol=0, equal_nan=equal_nan)


@pytest.fixture(scope="module")
def base() -> Columns:
    return first_contacts()


CASES: dict[str, tuple[set[str], frozenset[str]]] = {
    # override: columns it moves itself, columns that follow on the rows where those moved
    "intents.refund.confirm=0.8": ({"end"}, RETURNS | LENGTHS),
    "outcomes.confirm_log_odds=2": ({"end"}, RETURNS | LENGTHS),
    "intents.status.abandon=0.3": ({"end"}, END),
    "levels.middling.escalate=0.6": ({"end"}, END),
    "levels.hard.partial=0.1": ({"end"}, END),
    "levels.middling.solve=0.3": ({"end"}, END),
    "intents.fault.solve_odds=3": ({"end"}, END),
    "levers.compression.escalate_odds=3": ({"end"}, END),
    "drivers.escalation.sd=0.9": ({"end"}, END),
    "models.big.solve_odds=4": ({"end"}, END),
    "levers.routing.setting=0.6": ({"model", "end"}, END),
    "levers.routing.to='big'": ({"model"}, END | {"end"}),
    "intents.refund.levels.hard=90": ({"level"}, END | {"end", "model"}),
    "drivers.complexity.sd=0.9": ({"level"}, END | {"end", "model"}),
    "intents.refund.channels={ chat = 0.1, email = 0.4, voice = 0.5 }": (
        {"channel"}, RETURNS | LENGTHS | {"handoff_minutes", "review_minutes"}),
    "channels.voice.minutes=2": (
        {"handoff_minutes", "review_minutes", "straight_minutes"}, frozenset()),
    "channels.voice.delay=2": ({"delay_hours"}, frozenset()),
    "channels.voice.seconds_per_turn=9": ({"duration_seconds"}, frozenset()),
    "channels.voice.turns=2": ({"turns"}, LENGTHS),
    "turns.size=1": ({"turns"}, LENGTHS),
    "turns.factor.escalated=2": ({"turns"}, LENGTHS),
    "turns.calls_per_turn=2": ({"calls"}, frozenset({"actions"}) | TOKENS),
    "turns.actions_per_call=2": ({"actions"}, frozenset()),
    "turns.actions_size=0.5": ({"actions"}, frozenset()),
    "intents.refund.action=0.1": ({"action"}, frozenset({"actions"})),
    "intents.refund.review=0.9": ({"review"}, frozenset({"review_minutes"})),
    "intents.refund.planned_handoff=0.9": ({"planned"}, frozenset()),
    "intents.refund.spam=0.5": ({"service_class"}, frozenset()),
    "judge.sensitivity=0.3": ({"judged"}, frozenset()),
    "judge.specificity=0.1": ({"judged"}, frozenset()),
    "csat.response=0.9": ({"score"}, frozenset()),
    "csat.if_solved.0=900": ({"score"}, frozenset()),
    "levels.hard.review_minutes=40": ({"review_minutes"}, frozenset()),
    "levels.hard.handoff_minutes=40": ({"handoff_minutes", "straight_minutes"}, frozenset()),
    "people.minutes_sigma=0.1": ({"handoff_minutes", "straight_minutes"}, frozenset()),
    "people.review_sigma=0.1": ({"review_minutes"}, frozenset()),
    "people.partial_factor=0.1": ({"handoff_minutes"}, frozenset()),
    "people.solve=0.2": ({"human_solved"}, frozenset()),
    "returns.probability.partial=0.7": ({"delay_hours"}, RETURNS),
    "returns.log_odds.mean=2": ({"delay_hours"}, RETURNS),
    "levels.hard.return_odds=9": ({"delay_hours"}, RETURNS),
    "returns.straight_to_human.abandoned=0.9": (
        {"straight"}, frozenset({"straight_minutes", "human_solved"})),
    "returns.delay.sigma=0.4": ({"delay_hours"}, frozenset()),
    "duplicates.probability.confirmed=0.9": (set(), frozenset()),
    "duplicates.delay.scale_hours=2": (set(), frozenset()),
    "tokens.system=50": ({"input", "cached", "written"}, LONG),
    "tokens.retrieved.mean=50": ({"input", "cached", "written"}, LONG),
    "tokens.retrieved.cv=0.1": ({"input", "cached", "written"}, LONG),
    "tokens.customer.mean=400": ({"input", "cached", "written"}, LONG),
    "tokens.reasoning.mean=400": ({"output", "reasoning"}, LONG),
    "tokens.answer.mean=400": ({"output", "input", "cached", "written"}, LONG),
    "tokens.cache.share=0.3": ({"cached"}, LONG),
    "tokens.cache.miss=0.9": ({"cached", "written"}, LONG),
    "tokens.cache.write_share=0.1": ({"written"}, LONG),
    "drivers.tokens.log_sd=0.9": ({"input", "cached", "written", "output", "reasoning"}, TOKENS),
}  # fmt: skip


@pytest.mark.parametrize("override", CASES)
def test_a_rate_moves_only_what_depends_on_it(override: str, base: Columns) -> None:
    moved, followers = CASES[override]
    other = first_contacts(override)
    assert len(other["case"]) == len(base["case"]), "the number of cases changed"
    differing = {name: changed_rows(base, other, name) for name in base}
    for name in moved:
        assert differing[name].any(), f"{name} did not move"
        assert not followers or followers <= TOKENS or not differing[name].all(), f"{name}: nothing is compared"
    touched = np.any([differing[name] for name in moved], axis=0) if moved else np.zeros(len(base["case"]), bool)
    for name, rows in differing.items():
        if name not in moved | followers:
            assert not rows.any(), f"{name} moved on {rows.sum()} rows"
        elif name in followers:
            assert not (rows & ~touched).any(), f"{name} moved on {(rows & ~touched).sum()} rows that nothing touched"


def test_the_comparison_sees_another_draw(base: Columns) -> None:
    other = first_contacts("seed=8")
    rows = min(len(other["case"]), len(base["case"]))
    assert sum(not np.array_equal(base[name][:rows], other[name][:rows]) for name in base) > 20


def places(rows: Rows) -> list[tuple[int, ...]]:
    """Return of each conversation its case's future, number and intent, its contact and its origin."""
    case = rows.of_case[rows.who.case][:, : OF_CASE.index("level")]
    return list(map(tuple, np.column_stack([case, rows.contact, rows.origin]).tolist()))


FEWER = "volume.ai_share=0.8"
OTHERS: dict[str, set[str]] = {
    "returns.probability.partial=0.7": {"delay_hours", "straight", "straight_minutes", "human_solved"},
    "duplicates.probability.confirmed=0.9": set(),
    "volume.ai_share=0.9": set(),
    "returns.max_contacts=2": {"straight", "straight_minutes", "human_solved"},
    "duplicates.delay.scale_hours=2": {"hours"},
}
"""Changes that add or take away conversations, and the columns that they move of those that both have."""


@pytest.mark.parametrize("override", OTHERS)
def test_conversations_that_come_and_go_leave_the_others(override: str) -> None:
    before, after = drawn(FEWER), drawn(*(FEWER,) * ("ai_share" not in override), override)
    where = {place: row for row, place in enumerate(places(after))}
    pairs = np.array([(row, where[place]) for row, place in enumerate(places(before)) if place in where])
    assert len(pairs) > 2_000 and len(where) == len(after)
    one, other = columns_of(before, pairs[:, 0]), columns_of(after, pairs[:, 1])
    differing = {name for name in one if changed_rows(one, other, name).any()} - {"case"}
    assert differing == OTHERS[override]
    assert override.startswith("duplicates.delay") or len(before) != len(after)
    shifted = columns_of(after, np.roll(pairs[:, 1], 1))
    assert len({name for name in one if changed_rows(one, shifted, name).any()}) > 20


def test_volume_only_adds_cases() -> None:
    """Arrivals of one stream: a larger expectation never gives a smaller count."""
    less, more = (
        prepare_group(make_plan(load_scenario(EVERYTHING, [f"volume.ai_share={share}"])), 0).cases
        for share in (0.8, 0.9)
    )
    assert (more >= less).all() and (more > less).any()


@pytest.mark.parametrize("tighter", ["0.2", "0.05"])
def test_a_higher_rate_never_escalates_fewer_first_contacts(tighter: str, base: Columns) -> None:
    """The same uniform against a higher chance: whoever escalated before still does."""
    other = first_contacts(f"levels.middling.escalate={tighter}")
    level = base["level"] == 1
    assert ((other["end"] >= PARTIAL) <= (base["end"] >= PARTIAL))[level].all()

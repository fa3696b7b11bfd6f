"""A change of one rate moves what it must, row by row, and leaves all other draws to the bit (common random numbers).

Compared are the first contacts, which stand in the same order as long as the cases are the same. So the volume counts
cases here: conversations would be turned into other numbers of cases by any rate of returning. Two things are dealt
out in another order when they change, by design, and are compared only where nothing is redealt: duplicates and returns
(drawn for those that exist), and tokens (drawn call by call over all conversations of a slice).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from simulator.model.contacts import NEW
from simulator.model.outcomes import Subjects

from simulator.engine.atlas.drawn_tokens import Tokens
from simulator.engine.ledger import draw_month, make_plan, prepare_group
from simulator.engine.rows import Rows
from simulator.scenario import load_scenario

EVERYTHING = Path(__file__).parent.parent / "scenario" / "everything.toml"
MONTH = 2
Columns = dict[str, np.ndarray]

TOKENS = frozenset({"input", "cached", "written", "output", "reasoning"})
LENGTHS = frozenset({"turns", "calls", "ai_replies", "actions", "duration_seconds"})
RETURNS = frozenset({"delay_hours", "straight", "straight_minutes", "human_solved"})
ATTRIBUTES = frozenset({"planned", "review", "action", "judged", "score", "handoff_minutes", "review_minutes"})
END = ATTRIBUTES | RETURNS | LENGTHS
"""What the end of a conversation decides."""
REDEALT = TOKENS
"""What follows when the number of conversations or of calls changes."""


def first_contacts(*overrides: str) -> Columns:
    """Return the columns of the first contacts of one month of a group."""
    plan = make_plan(load_scenario(EVERYTHING, ["volume.unit='cases'", *overrides]))
    (rows,) = draw_month(plan, prepare_group(plan, 0), MONTH)
    chosen = rows.origin == NEW
    own = {name: getattr(rows, name) for name in Rows.__slots__ if name not in ("cases", "who", "tokens")}
    own |= {name: getattr(rows.who, name) for name in Subjects.__slots__}
    own |= {name: getattr(rows.tokens, name) for name in Tokens.__slots__ if name != "long"}
    return {name: values[chosen] for name, values in own.items()}


def changed_rows(a: Columns, b: Columns, name: str) -> np.ndarray:
    equal_nan = a[name].dtype.kind == "f"
    return ~np.isclose(a[name], b[name], rtol=0, atol=0, equal_nan=equal_nan)


@pytest.fixture(scope="module")
def base() -> Columns:
    return first_contacts()


CASES: dict[str, tuple[set[str], frozenset[str]]] = {
    # override: columns it moves itself, columns that follow on the rows where those moved
    "intents.refund.confirm=0.8": ({"end"}, RETURNS | LENGTHS | REDEALT),
    "outcomes.confirm_log_odds=2": ({"end"}, RETURNS | LENGTHS | REDEALT),
    "intents.status.abandon=0.3": ({"end"}, END | REDEALT),
    "levels.middling.escalate=0.6": ({"end"}, END | REDEALT),
    "levels.hard.partial=0.1": ({"end"}, END | REDEALT),
    "levels.middling.solve=0.3": ({"end"}, END | REDEALT),
    "intents.fault.solve_odds=3": ({"end"}, END | REDEALT),
    "levers.compression.escalate_odds=3": ({"end"}, END | REDEALT),
    "drivers.escalation.sd=0.9": ({"end"}, END | REDEALT),
    "models.big.solve_odds=4": ({"end"}, END | REDEALT),
    "levers.routing.setting=0.6": ({"model", "end"}, END | REDEALT),
    "levers.routing.to='big'": ({"model"}, END | {"end"} | REDEALT),
    "intents.refund.levels.hard=90": ({"level"}, END | {"end", "model"} | REDEALT),
    "drivers.complexity.sd=0.9": ({"level"}, END | {"end", "model"} | REDEALT),
    "intents.refund.channels={ chat = 0.1, email = 0.4, voice = 0.5 }": (
        {"channel"}, RETURNS | LENGTHS | REDEALT | {"handoff_minutes", "review_minutes"}),
    "channels.voice.minutes=2": (
        {"handoff_minutes", "review_minutes", "straight_minutes"}, frozenset()),
    "channels.voice.delay=2": ({"delay_hours"}, frozenset()),
    "channels.voice.seconds_per_turn=9": ({"duration_seconds"}, frozenset()),
    "channels.voice.turns=2": ({"turns"}, LENGTHS | REDEALT),
    "turns.size=1": ({"turns"}, LENGTHS | REDEALT),
    "turns.factor.escalated=2": ({"turns"}, LENGTHS | REDEALT),
    "turns.calls_per_turn=2": ({"calls"}, frozenset({"actions"}) | REDEALT),
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
    "returns.probability.partial=0.7": ({"delay_hours"}, RETURNS | REDEALT),
    "returns.log_odds.mean=2": ({"delay_hours"}, RETURNS | REDEALT),
    "levels.hard.return_odds=9": ({"delay_hours"}, RETURNS | REDEALT),
    "returns.straight_to_human.abandoned=0.9": (
        {"straight"}, frozenset({"straight_minutes", "human_solved"}) | REDEALT),
    "returns.delay.sigma=0.4": ({"delay_hours"}, frozenset()),
    "duplicates.probability.confirmed=0.9": (set(), REDEALT),
    "duplicates.delay.scale_hours=2": (set(), frozenset()),
    "tokens.system=50": ({"input", "cached", "written"}, frozenset()),
    "tokens.retrieved.mean=50": ({"input", "cached", "written"}, frozenset()),
    "tokens.retrieved.cv=0.1": ({"input", "cached", "written"}, frozenset()),
    "tokens.customer.mean=400": ({"input", "cached", "written"}, frozenset()),
    "tokens.reasoning.mean=400": ({"output", "reasoning"}, frozenset()),
    "tokens.answer.mean=400": ({"output", "input", "cached", "written"}, frozenset()),
    "tokens.cache.share=0.3": ({"cached"}, frozenset()),
    "tokens.cache.miss=0.9": ({"cached", "written"}, frozenset()),
    "tokens.cache.write_share=0.1": ({"written"}, frozenset()),
    "drivers.tokens.log_sd=0.9": (set(TOKENS), frozenset()),
}  # fmt: skip


@pytest.mark.parametrize("override", CASES)
def test_a_rate_moves_only_what_depends_on_it(override: str, base: Columns) -> None:
    moved, followers = CASES[override]
    other = first_contacts(override)
    assert len(other["trial"]) == len(base["trial"]), "the number of cases changed"
    differing = {name: changed_rows(base, other, name) for name in base}
    for name in moved:
        assert differing[name].any(), f"{name} did not move"
        assert not followers or not differing[name].all(), f"{name} moved everywhere: nothing is compared"
    touched = np.any([differing[name] for name in moved], axis=0) if moved else np.zeros(len(base["trial"]), bool)
    for name, rows in differing.items():
        if name not in moved | followers:
            assert not rows.any(), f"{name} moved on {rows.sum()} rows"
        elif name in followers - REDEALT:
            assert not (rows & ~touched).any(), f"{name} moved on {(rows & ~touched).sum()} rows that nothing touched"


def test_the_comparison_sees_another_draw(base: Columns) -> None:
    other = first_contacts("seed=8")
    rows = min(len(other["trial"]), len(base["trial"]))
    assert sum(not np.array_equal(base[name][:rows], other[name][:rows]) for name in base) > 20


def test_volume_moves_the_counts_and_keeps_their_quantiles() -> None:
    """Poisson counts by inversion: a larger expectation never gives a smaller count."""
    less, more = (
        prepare_group(make_plan(load_scenario(EVERYTHING, [f"volume.ai_share={share}"])), 0).cases
        for share in (0.8, 0.9)
    )
    assert (more >= less).all() and (more > less).any()


@pytest.mark.parametrize("tighter", ["0.2", "0.05"])
def test_a_higher_rate_never_escalates_fewer_first_contacts(tighter: str, base: Columns) -> None:
    """The same uniform against a higher chance: whoever escalated before still does."""
    from simulator.law import PARTIAL

    other = first_contacts(f"levels.middling.escalate={tighter}")
    level = base["level"] == 1
    assert ((other["end"] >= PARTIAL) <= (base["end"] >= PARTIAL))[level].all()

"""What is drawn and what is expected are one law: 400,000 conversations against the means, meter by meter.

Both are compiled from the functions of `simulator/law/`, but each hands the numbers of a scenario on by itself, so a
parameter that reaches one and not the other would give two answers without a word. In `everything`, and where it can
be in `everything_direct`, each parameter stands away from its default (tests/test_every_parameter.py);
`everything_heavy` has the laws of lengths and minutes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from simulator.engine.results import Results
from simulator.engine.run import Run, simulate_all
from simulator.scenario import load_scenario

SCENARIOS = Path(__file__).parents[1] / "scenario"
LARGE = {
    "everything": ("trials=128", "months=3", "volume.per_month.mean=1_250", "volume.per_month.sd=80"),
    "everything_direct": ("trials=128", "months=3", "volume.per_month.mean=1_250", "volume.per_month.sd=80"),
    "everything_heavy": ("trials=512", "months=3", "volume.per_month=300"),
}
CONVERSATIONS = 400_000
MOST_Z = 5.0
"""Of some 130 meters with one sum in 2 million beyond."""

SECTIONS: Mapping[str, Sequence[str]] = {
    "3 demand": ("cases", "tickets", "intent:"),
    "4 levels and channels": ("level:", "channel:"),
    "4.1 models": ("model:",),
    "4.2 outcomes": ("end:",),
    "4.3 attributes": ("class:", "touch:", "handoff_planned", "action_completed", "judged_resolved", "csat_"),
    "4.4 returns": ("returns", "straight_returns", "return_hours", "sessions:"),
    "4.5 duplicates": ("duplicates", "duplicate_hours"),
    "4.6 people": ("handoff_minutes", "review_minutes", "human_minutes", "cases_solved"),
    "4.7 turns": ("turns", "calls", "messages", "ai_replies", "actions", "duration_seconds"),
    "4.8 tokens": ("tokens:", "tokens_long:", "input_tokens", "output_tokens", "reasoning_tokens"),
    "5 meters": ("resolutions:", "conversations", "own:", "minutes"),
}
"""Sections of docs/model.md, with the beginnings of the meters that see what is drawn there."""


@cache
def run(name: str, engine: str, *changes: str) -> Results:
    scenario = load_scenario(SCENARIOS / f"{name}.toml", [*LARGE[name], *changes])
    return simulate_all([Run(scenario, engine)])[0]  # type: ignore[arg-type]


def scores(drawn: Results, expected: Results) -> dict[str, float]:
    """Return by how many standard errors each meter's draws lie off its means; 0 where nothing is drawn."""
    found = {}
    for name, meter in drawn.meters.items():
        off = (meter - expected.meters[name]).ravel()
        spread = off.std(ddof=1)
        near = abs(off).max() <= 1e-9 * max(meter.max(), 1.0)
        found[name] = 0.0 if near else float(off.mean() / spread * len(off) ** 0.5)
    return found


@pytest.mark.parametrize("name", list(LARGE))
def test_draws_have_the_expected_means(name: str) -> None:
    drawn, expected = run(name, "ledger"), run(name, "expected")
    assert drawn.meters["rows"].sum() > CONVERSATIONS
    assert drawn.meters.keys() == expected.meters.keys()
    off = {meter: z for meter, z in scores(drawn, expected).items() if not abs(z) < MOST_Z}
    assert not off, (
        f"{sorted(off)[:9]} are drawn otherwise than expected: a number reaches only one of the draws (simulator/law/, "
        "simulator/law/case.py) and the means (simulator/law/, simulator/engine/expectations/)"
    )


@pytest.mark.parametrize("section", list(SECTIONS))
def test_every_section_of_the_law_has_meters_that_are_drawn(section: str) -> None:
    found = scores(run("everything", "ledger"), run("everything", "expected"))
    own = [name for name in found if name.startswith(tuple(SECTIONS[section]))]
    assert own
    assert any(found[name] != 0 for name in own)


@pytest.mark.parametrize(
    ("section", "change"),
    [
        ("4 levels and channels", "intents.refund.levels.hard=20"),
        ("4 levels and channels", "outcomes.complexity_log_odds=0.4"),
        ("4.1 models", "levers.routing.setting=0.2"),
        ("4.2 outcomes", "levels.hard.escalate=0.66"),
        ("4.2 outcomes", "models.big.solve_odds=1.6"),
        ("4.3 attributes", "judge.specificity=0.6"),
        ("4.3 attributes", "intents.refund.review=0.5"),
        ("4.4 returns", "returns.delay.sigma=1"),
        ("4.4 returns", "returns.probability.silent_unsolved=0.42"),
        ("4.5 duplicates", "duplicates.probability.escalated=0.2"),
        ("4.6 people", "people.partial_factor=0.9"),
        ("4.6 people", "people.solve=0.7"),
        ("4.7 turns", "turns.actions_per_call=0.53"),
        ("4.7 turns", "turns.factor.abandoned=0.7"),
        ("4.8 tokens", "tokens.cache.miss=0.35"),
        ("4.8 tokens", "tokens.tool_result.mean=150"),
    ],
)
def test_a_parameter_that_reaches_the_draws_alone_is_seen(section: str, change: str) -> None:
    found = scores(run("everything", "ledger", change), run("everything", "expected"))
    own = [abs(z) for name, z in found.items() if name.startswith(tuple(SECTIONS[section]))]
    assert max(own) > MOST_Z


def test_scores_see_what_lies_off() -> None:
    drawn = run("everything", "ledger")
    assert scores(drawn, drawn) == dict.fromkeys(drawn.meters, 0.0)
    rng = np.random.default_rng(1)
    noise = rng.normal(0, 1, drawn.meters["cases"].shape)
    moved = Results(drawn.scenario, {"cases": drawn.meters["cases"] + noise + 1}, {}, {})
    assert scores(moved, drawn)["cases"] == pytest.approx(noise.size**0.5, rel=0.15)

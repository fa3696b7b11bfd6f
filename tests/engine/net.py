"""The net: the engine against the scalar reference, at the law of a case and at that of a whole trial."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from simulator.scenario import Scenario, load_scenario
from simulator.scenario.stated.compiled_terms import compile_terms
from tests.engine.moments import LIMIT, Moments, moments, worst
from tests.engine.samples import (
    at_center,
    case_moments,
    engine_rows,
    engine_trials,
    reference_rows,
    reference_trials,
    row_moments,
)

SCENARIOS = Path(__file__).parent.parent / "scenario"
SMALL = ("trials=1536",)
"""Fewer trials leave products of two heavy-tailed features too far from normal for 5 standard errors."""


@dataclass(frozen=True, slots=True)
class Caught:
    """The reference's side of the net."""

    rows: Moments
    cases: Moments
    trials: pd.DataFrame | None


CONTRASTS = (
    "outcomes.later_contact_escalate_odds=6", "models.big.escalate_odds=5", "models.big.solve_odds=0.15",
    "drivers.solving.sd=1", "channels.voice.delay=8", "channels.voice.minutes=5", "people.partial_factor=0.2",
    "returns.probability={ confirmed = 0.3, silent_solved = 0.5, silent_unsolved = 0.8, abandoned = 0.7, partial = 0.5, escalated = 0.5 }",  # noqa: E501
    "returns.straight_to_human={ abandoned = 0.1, escalated = 0.4 }",
    "duplicates.probability={ confirmed = 0.4, silent_solved = 0.4, silent_unsolved = 0.6, abandoned = 0.6, partial = 0.5, escalated = 0.5 }",  # noqa: E501
    "duplicates.same_channel=0.1", "levels.easy.return_odds=0.2", "levels.hard.return_odds=5",
    "models.big.tokens_factor=4", "tokens.system=4_000",
)  # fmt: skip
"""What lets a small sample see every part of the law: many returns and duplicates, and kinds that differ much."""


def case_scenario(name: str, overrides: Sequence[str] = ()) -> Scenario:
    """Return a scenario in which only cases are drawn: every number is known."""
    return at_center(load_scenario(SCENARIOS / name, overrides))


def trial_scenario(name: str, overrides: Sequence[str] = SMALL) -> Scenario:
    """Return a scenario with drivers and unknowns."""
    return load_scenario(SCENARIOS / name, overrides)


def clause_definitions(scenario: Scenario) -> list[str]:
    """Return the definitions in use that are made of clauses."""
    own = scenario.definitions
    return [name for name in compile_terms(scenario).definitions if name not in own or own[name].predicate is None]


def reference_side(name: str, trials: int, overrides: Sequence[str] = SMALL) -> Caught:
    """Draw the reference's samples."""
    scenario, moving = case_scenario(name), trial_scenario(name, overrides)
    rows = reference_rows(scenario, trials, 2, 1, clause_definitions(scenario))
    return Caught(row_moments(rows, scenario), case_moments(rows, scenario), reference_trials(moving, moving.trials, 3))


def contrast_side(name: str, trials: int) -> Caught:
    """Draw the reference's sample of cases at the contrasts."""
    scenario = case_scenario(name, CONTRASTS)
    rows = reference_rows(scenario, trials, 1, 2, clause_definitions(scenario))
    return Caught(row_moments(rows, scenario), case_moments(rows, scenario), None)


def row_disagreements(
    name: str, trials: int, months: int, reference: Caught, overrides: Sequence[str] = ()
) -> list[tuple[str, float]]:
    """Return every moment of conversations and cases in which the engine lies beyond the limit, the worst first."""
    scenario = case_scenario(name, overrides)
    rows = engine_rows(scenario, trials, months)
    kept = {f"units {definition}" for definition in clause_definitions(scenario)}
    rows = rows.drop(columns=[c for c in rows.columns if c.startswith("units ") and c not in kept])
    return beyond(
        worst(row_moments(rows, scenario), reference.rows), worst(case_moments(rows, scenario), reference.cases)
    )


def trial_disagreements(name: str, reference: Caught, overrides: Sequence[str] = SMALL) -> list[tuple[str, float]]:
    """Return the same of what is expected of trials and months."""
    assert reference.trials is not None
    return beyond(worst(*_about_the_means(engine_trials(trial_scenario(name, overrides)), reference.trials)))


def beyond(*found: list[tuple[str, float]]) -> list[tuple[str, float]]:
    """Return differences beyond the limit, the worst first."""
    return sorted(((what, z) for each in found for what, z in each if z > LIMIT), key=lambda item: -item[1])


def _about_the_means(engine: pd.DataFrame, reference: pd.DataFrame) -> tuple[Moments, Moments]:
    names, center = list(reference.columns), reference.to_numpy().mean(axis=0)
    return tuple(moments(names, frame[names].to_numpy(), center) for frame in (engine, reference))

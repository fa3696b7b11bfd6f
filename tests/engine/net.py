"""The net: the engine against the scalar reference, at the law of a case and at that of a whole trial."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from simulator.scenario import Scenario, load_scenario
from simulator.scenario.terms import compile_terms
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
    trials: pd.DataFrame


def case_scenario(name: str) -> Scenario:
    """Return a scenario in which only cases are drawn: every number is known."""
    return at_center(load_scenario(SCENARIOS / name))


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


def row_disagreements(name: str, trials: int, months: int, reference: Caught) -> list[tuple[str, float]]:
    """Return every moment of conversations and cases in which the engine lies beyond the limit, the worst first."""
    scenario = case_scenario(name)
    rows = engine_rows(scenario, trials, months)
    kept = {f"units {definition}" for definition in clause_definitions(scenario)}
    rows = rows.drop(columns=[c for c in rows.columns if c.startswith("units ") and c not in kept])
    return beyond(
        worst(row_moments(rows, scenario), reference.rows), worst(case_moments(rows, scenario), reference.cases)
    )


def trial_disagreements(name: str, reference: Caught, overrides: Sequence[str] = SMALL) -> list[tuple[str, float]]:
    """Return the same of what is expected of trials and months."""
    return beyond(worst(*_about_the_means(engine_trials(trial_scenario(name, overrides)), reference.trials)))


def beyond(*found: list[tuple[str, float]]) -> list[tuple[str, float]]:
    """Return differences beyond the limit, the worst first."""
    return sorted(((what, z) for each in found for what, z in each if z > LIMIT), key=lambda item: -item[1])


def _about_the_means(engine: pd.DataFrame, reference: pd.DataFrame) -> tuple[Moments, Moments]:
    names, center = list(reference.columns), reference.to_numpy().mean(axis=0)
    return tuple(moments(names, frame[names].to_numpy(), center) for frame in (engine, reference))

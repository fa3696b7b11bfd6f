"""The engine against the scalar reference on hundreds of thousands of cases, on the example and with everything on."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.scenario import load_scenario
from tests.engine.moments import LIMIT, moments, worst
from tests.engine.net import clause_definitions
from tests.engine.samples import (
    at_center,
    case_moments,
    engine_rows,
    engine_trials,
    reference_rows,
    reference_trials,
    row_moments,
)

ROOT = Path(__file__).parent.parent.parent
BROAD = ROOT / "scenarios" / "broad_cx.toml"
EVERYTHING = ROOT / "tests" / "scenario" / "everything.toml"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("path", "volume", "trials"),
    [(BROAD, "{ mean = 1_800, sd = 20 }", 64), (EVERYTHING, "{ mean = 1_800, sd = 20 }", 96)],
)
def test_conversations_and_cases_agree_in_all_first_and_second_moments(path: Path, volume: str, trials: int) -> None:
    scenario = at_center(load_scenario(path, [f"volume.per_month={volume}"]))
    definitions = clause_definitions(scenario)
    rows = engine_rows(scenario, trials, 2)
    kept = {f"units {name}" for name in definitions}
    rows = rows.drop(columns=[name for name in rows.columns if name.startswith("units ") and name not in kept])
    reference = reference_rows(scenario, trials, 2, 11, definitions)
    assert min(rows["case_id"].nunique(), reference["case_id"].nunique()) > 200_000
    for features in (row_moments, case_moments):
        found = worst(features(rows, scenario), features(reference, scenario))
        assert found[0][1] < LIMIT, found


@pytest.mark.slow
def test_expectations_of_trials_of_the_example_agree() -> None:
    scenario = load_scenario(BROAD, ["months=3", "trials=1536"])
    engine, reference = engine_trials(scenario), reference_trials(scenario, scenario.trials, 11)
    names, center = list(reference.columns), reference.to_numpy().mean(axis=0)
    a, b = (moments(names, frame[names].to_numpy(), center) for frame in (engine, reference))
    found = worst(a, b)
    assert found[0][1] < LIMIT, found

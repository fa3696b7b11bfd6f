"""The engine against the scalar reference, and planted faults that the comparison must catch."""

from __future__ import annotations

import os
import pickle
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.engine.moments import LIMIT, worst
from tests.engine.mutants import MUTANTS
from tests.engine.net import Caught, case_scenario, clause_definitions, disagreements, reference_side
from tests.engine.samples import case_moments, engine_rows, reference_rows, row_moments

ROOT = Path(__file__).parent.parent.parent
TRIALS = 192


def test_engine_agrees_with_reference_on_a_small_sample() -> None:
    scenario = case_scenario("everything.toml")
    definitions = clause_definitions(scenario)
    reference = reference_rows(scenario, 20, 1, 5, definitions)
    rows = engine_rows(scenario, 64, 1)
    rows = rows[[column for column in rows.columns if not column.startswith("units ") or column in reference.columns]]
    for features in (row_moments, case_moments):
        assert worst(features(rows, scenario), features(reference, scenario), 1)[0][1] < LIMIT


def test_the_comparison_refuses_a_small_difference() -> None:
    scenario = case_scenario("everything.toml")
    changed = case_scenario("everything.toml").model_copy(update={"seed": 99})
    other = changed.model_copy(update={"turns": changed.turns.model_copy(update={"most": 9})})
    a, b = (row_moments(engine_rows(s, 64, 1), scenario) for s in (scenario, other))
    assert worst(a, b, 1)[0][1] > LIMIT


@pytest.fixture(scope="module")
def reference() -> Caught:
    return reference_side("everything.toml", TRIALS)


@pytest.mark.slow
def test_engine_agrees_with_reference_with_everything_switched_on(reference: Caught) -> None:
    assert disagreements("everything.toml", TRIALS, reference) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", ["everything_forecast.toml", "everything_direct.toml"])
def test_engine_agrees_with_reference_on_the_other_spellings(name: str) -> None:
    assert disagreements(name, 64, reference_side(name, 64)) == []


@pytest.fixture(scope="module")
def samples(reference: Caught, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("reference") / "moments.pickle"
    path.write_bytes(pickle.dumps(reference))
    return path


@pytest.mark.parametrize("fault", MUTANTS)
def test_a_fault_can_be_planted(fault: str) -> None:
    """Quick: the code that a fault replaces still stands where it did."""
    file, text, replacement = MUTANTS[fault]
    assert (ROOT / "simulator" / "model" / file).read_text().count(text) == 1 and replacement != text


@pytest.mark.slow
@pytest.mark.parametrize("fault", MUTANTS)
def test_a_planted_fault_is_caught(fault: str, samples: Path, tmp_path: Path) -> None:
    file, text, replacement = MUTANTS[fault]
    shutil.copytree(ROOT / "simulator", tmp_path / "simulator")
    (tmp_path / "tests").symlink_to(ROOT / "tests")
    source = tmp_path / "simulator" / "model" / file
    source.write_text(source.read_text().replace(text, replacement))
    command = [sys.executable, "-m", "tests.engine.net", str(samples), str(TRIALS)]
    environment = {**os.environ, "PYTHONPATH": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert str(tmp_path) in done.stdout, done.stderr
    assert done.returncode == 1 and ": " in done.stdout, done.stdout + done.stderr

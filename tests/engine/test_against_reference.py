"""The engine against the scalar reference, and planted faults that the comparison must catch."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest

from simulator.engine.ledger import make_plan, prepare_group
from simulator.scenario import load_scenario
from tests.engine.moments import LIMIT, worst
from tests.engine.mutants import FUTURES, LAW, MUTANTS, NUMBERS
from tests.engine.net import (
    CONTRASTS,
    SCENARIOS,
    Caught,
    case_scenario,
    clause_definitions,
    contrast_side,
    reference_side,
    row_disagreements,
    trial_disagreements,
)
from tests.engine.planting import plain_loops, plant
from tests.engine.samples import case_moments, engine_rows, reference_rows, row_moments
from tests.engine.slices import month_rows
from tests.law.drawn import failing, true_law

ROOT = Path(__file__).parent.parent.parent
TRIALS = 192
FEW_TRIALS = 64
"""Of plain loops."""


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


@pytest.fixture(scope="module")
def contrasts() -> Caught:
    return contrast_side("everything.toml", TRIALS)


@pytest.mark.slow
def test_engine_agrees_with_reference_with_everything_switched_on(reference: Caught) -> None:
    assert row_disagreements("everything.toml", TRIALS, 2, reference) == []
    assert trial_disagreements("everything.toml", reference) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", ["everything_forecast.toml", "everything_direct.toml"])
def test_engine_agrees_with_reference_on_the_other_spellings(name: str) -> None:
    reference = reference_side(name, 64)
    assert row_disagreements(name, 64, 2, reference) + trial_disagreements(name, reference) == []


@pytest.mark.slow
def test_nothing_is_caught_where_nothing_is_planted(contrasts: Caught, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control of the planted faults: the true law passes the checks, and its plain loops the net."""
    assert failing(true_law()) == []
    plain_loops(monkeypatch)
    assert row_disagreements("everything.toml", FEW_TRIALS, 1, contrasts, CONTRASTS) == []


def test_plain_loops_draw_what_compiled_ones_draw(monkeypatch: pytest.MonkeyPatch) -> None:
    scenario = load_scenario(SCENARIOS / "everything.toml", ["volume.per_month={ mean = 12, sd = 2 }"])
    plan = make_plan(scenario)
    compiled = month_rows(plan, prepare_group(plan, 0), 1)
    plain_loops(monkeypatch)
    plain = month_rows(plan, prepare_group(plan, 0), 1)
    assert np.array_equal(plain.whole, compiled.whole) and np.array_equal(plain.of_case, compiled.of_case)
    assert np.array_equal(plain.real, compiled.real, equal_nan=True)
    plant(monkeypatch, *MUTANTS["judge and turns of one draw"])
    plain_loops(monkeypatch)
    assert not np.array_equal(month_rows(plan, prepare_group(plan, 0), 1).whole, compiled.whole)


@pytest.mark.parametrize("fault", MUTANTS)
def test_a_fault_can_be_planted(fault: str) -> None:
    """Quick: the code that a fault replaces still stands where it did."""
    file, text, replacement = MUTANTS[fault]
    found = (ROOT / file).read_text().count(text)
    assert found == 1 and replacement != text, (
        f"{text!r} stands {found} times in {file}, where {fault!r} replaces it: write in tests/engine/mutants.py a "
        "longer or newer text that stands there once"
    )


@pytest.mark.slow
@pytest.mark.parametrize("fault", MUTANTS)
def test_a_planted_fault_is_caught(fault: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    start = time.perf_counter()
    plant(monkeypatch, *MUTANTS[fault])
    found = caught(fault, request, monkeypatch)
    print(f"{time.perf_counter() - start:6.1f} s  {fault}: {', '.join(map(str, found[:3]))}")
    assert found


def caught(fault: str, request: pytest.FixtureRequest, patch: pytest.MonkeyPatch) -> list[object]:
    """Return what sees a planted fault: the law's own checks, else the net, with plain loops where it must be."""
    found: list[object] = [*failing(true_law())] if fault in LAW else []
    if found:
        return found
    if fault in FUTURES:
        found = [*trial_disagreements("everything.toml", request.getfixturevalue("reference"))]
    if fault in FUTURES or fault in NUMBERS:
        return found or [*row_disagreements("everything.toml", TRIALS, 2, request.getfixturevalue("reference"))]
    contrasts = request.getfixturevalue("contrasts")
    plain_loops(patch)
    try:
        return [*row_disagreements("everything.toml", FEW_TRIALS, 1, contrasts, CONTRASTS)]
    except IndexError as error:  # a case that does not end has more conversations than there is room for
        return [error]

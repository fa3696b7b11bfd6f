"""What leaves the groups of futures gives the numbers of results with all meters, whatever the groups are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from simulator.decisions.clauses import ClauseStudy, clause_study, unread
from simulator.decisions.variance import variance_split
from simulator.engine.results import Results
from simulator.engine.run import Engine, Run, simulate_all, simulate_into
from simulator.engine.storage.run_columns import Columns, GroupPart
from simulator.forecast.forecast import forecast
from simulator.report.blocks.leaving import Leaving
from simulator.report.blocks.studies import Studies, clause_numbers
from simulator.report.blocks.summary import summary
from simulator.report.files.trials import write_trials
from simulator.report.summary.plain import safe
from simulator.scenario import Scenario, parse_scenario

ROOT = Path(__file__).parents[2]
EVERYTHING = ROOT / "tests" / "scenario" / "everything_settlement.toml"
MINIMAL = ROOT / "scenarios" / "minimal.toml"
KINKED = "contracts.resolution.monthly_minimum=1_200"
"""A minimum: the bill of a definition is not in proportion to prices."""


def scenario_of(path: Path, *changes: str) -> Scenario:
    return parse_scenario(path.read_text(encoding="utf-8"), path.name, changes)


def left(scenario: Scenario, engine: Engine = "sampled", study: ClauseStudy | None = None, workers: int = 1) -> Results:
    """Return the results of a run of which columns leave."""
    of = scenario if study is None else study.scenario
    run = Run(of, engine, split=engine == "sampled", left_out=unread(study, scenario) if study else frozenset())
    results = simulate_into(Columns(scenario.trials), run, Leaving.of(scenario, study), workers=workers)
    return Results(scenario, **{name: getattr(results, name) for name in (
        "meters", "unknowns", "drivers", "engine", "sampling", "whole", "columns")})  # fmt: skip


def told(results: Results, studies: Studies | None = None) -> Any:
    return safe(summary(forecast(results), variance_split(results), studies))


@pytest.mark.parametrize("engine", ["sampled", "ledger", "expected"])
@pytest.mark.parametrize(("path", "changes"), [(EVERYTHING, ("volume.per_month={mean=60, sd=8}",)), (MINIMAL, ())])
def test_numbers_are_those_of_results_with_all_meters(path: Path, changes: tuple[str, ...], engine: Engine) -> None:
    scenario = scenario_of(path, "trials=150", "months=4", *changes)
    (whole,) = simulate_all([Run(scenario, engine)])
    assert told(left(scenario, engine)) == told(whole)


def test_nothing_hangs_on_the_size_of_groups_or_the_number_of_workers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenario = scenario_of(MINIMAL, "trials=700", "months=3", "volume.per_month={p5=1_500, p95=2_500}")
    large, spread = left(scenario), left(scenario, workers=2)
    monkeypatch.setattr("simulator.engine.expectations.expected.MOST_PLACES", 1)
    small = left(scenario)
    assert [len(each.columns.pieces) for each in (large, small) if each.columns] == [2, 11]
    assert told(small) == told(large) == told(spread)
    for name, results in {"large": large, "small": small}.items():
        write_trials(forecast(results), tmp_path / name)
    assert (tmp_path / "large").read_bytes() == (tmp_path / "small").read_bytes()


@pytest.mark.parametrize("changes", [(), (KINKED,)])
def test_a_study_billed_in_groups_is_that_of_all_meters(
    changes: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    from simulator.decisions.clause_bills import bill_study

    scenario = scenario_of(MINIMAL, "trials=150", "months=2", "volume.per_month={p5=1_500, p95=2_500}", *changes)
    study = clause_study(scenario)
    assert study is not None
    (whole,) = simulate_all([Run(study.scenario)])
    expected = safe(clause_numbers(bill_study(study, whole)))
    results = left(scenario, study=study)
    assert safe(clause_numbers(bill_study(study, results))) == expected
    monkeypatch.setattr("simulator.engine.storage.run_columns.WORKED_NUMBERS", 0)
    assert safe(clause_numbers(bill_study(study, results))) == expected, "a group at a time"


def test_a_run_that_does_not_start_with_the_first_trial_is_refused() -> None:
    scenario = scenario_of(MINIMAL, "trials=130", "months=1")
    with pytest.raises(ValueError, match="first_trial 0, not 1 and 64"):
        simulate_into(Columns(130), Run(scenario, first_trial=64), Leaving.of(scenario))


def test_groups_that_are_there_already_are_not_simulated_and_those_of_another_size_refused() -> None:
    scenario = scenario_of(MINIMAL, "trials=130", "months=1")
    first = left(scenario).columns
    assert first is not None
    simulate_into(first, Run(scenario), _refuse)
    other = Columns(130, [GroupPart(7, 130, {}, {})])
    with pytest.raises(ValueError, match="groups of other futures"):
        simulate_into(other, Run(scenario), _refuse)


def _refuse(results: Results, first: int) -> GroupPart:
    raise AssertionError("simulated again")

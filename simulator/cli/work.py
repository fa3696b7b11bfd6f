"""What commands that simulate share: a scenario as it was read, and its contracts priced on its futures."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from simulator.cli.memory import memory_watched
from simulator.cli.options import Engine
from simulator.engine.refusals import refusals
from simulator.errors import Problem
from simulator.report.progress import progress_bar
from simulator.scenario import parse_scenario
from simulator.scenario.hints import suggest
from simulator.scenario.schema import Scenario

if TYPE_CHECKING:
    from simulator.decisions.clauses import ClauseStudy
    from simulator.engine.crew import Crew
    from simulator.engine.results import Results
    from simulator.engine.run import Run
    from simulator.engine.workers import Workers
    from simulator.forecast import Forecast


@dataclass(frozen=True, slots=True)
class Work:
    """A scenario as it was read, with what the command line says about it.

    Attributes:
        sample: cases of a month that are drawn; by the engine's own rule where it is None.
        text: of the file, as it was when it was read.
        changes: `--set` options and those that stand for one, as written.
        contracts: names of the contracts to compare, in the order given; empty for all.
        scenario: with the changes, and with those contracts only.
    """

    text: str
    path: Path
    changes: tuple[str, ...]
    contracts: tuple[str, ...]
    scenario: Scenario
    engine: Engine = "sampled"
    sample: int | None = None


def work(
    text: str, path: Path, changes: Sequence[str], contracts: Sequence[str] = (), engine: Engine = "sampled"
) -> Work:
    """Read a scenario's text.

    Raises:
        ScenarioError: with all its problems, or what the engine cannot count.
        click.BadParameter: for a contract that it does not have.
    """
    rule = partial(_refused, contracts=contracts, engine=engine)
    scenario = _with_only(parse_scenario(text, str(path), changes, [rule]), contracts)
    return Work(text, path, tuple(changes), tuple(scenario.contracts) if contracts else (), scenario, engine)


def _refused(scenario: Scenario, contracts: Sequence[str], engine: Engine) -> list[Problem]:
    """Return what the engine cannot count of what is asked."""
    return refusals(_with_only(scenario, contracts), engine)


def _with_only(scenario: Scenario, contracts: Sequence[str]) -> Scenario:
    """Return a scenario with some of its contracts, all if none is named.

    Raises:
        click.BadParameter: for one that it does not have.
    """
    for name in contracts:
        if name not in scenario.contracts:
            known = suggest(name, scenario.contracts, "the scenario has")
            raise click.BadParameter(f"there is no contract {name!r}; {known}", param_hint="--contract")
    chosen = {name: spec for name, spec in scenario.contracts.items() if name in contracts or not contracts}
    return scenario.model_copy(update={"contracts": chosen})


def priced(
    of: Work,
    workers: Crew | int | None,
    *,
    report: bool = False,
    again: bool = False,
    drawing: Workers | None = None,
) -> tuple[Forecast, dict[str, Any]]:
    """Simulate the futures, price the contracts, and return the forecast and all its numbers.

    Args:
        report: whether the studies that only charts and the report show are made too.
        again: whether cases are drawn one by one to count what contracts bill again.
        drawing: processes that draw charts afterwards, and may load what they need for it meanwhile.
    """
    found = simulated(of, workers, report=report, again=again)
    if report and drawing is not None:
        from simulator.report.rendering import DRAWING

        drawing.prepare(*DRAWING)
    return priced_of(found, report=report, again=again)


@dataclass(frozen=True, slots=True)
class Simulated:
    """Futures of a scenario, with what numbers about the numbers need.

    Attributes:
        results: of the scenario, or of the study's.
        study: of definitions, whose units are counted on the same futures; None where there is none.
    """

    results: Results
    scenario: Scenario
    study: ClauseStudy | None = None


def simulated(of: Work, workers: Crew | int | None, *, report: bool = False, again: bool = False) -> Simulated:
    """Simulate the futures of a scenario, with a bar on a terminal; arguments as `priced`."""
    from simulator.decisions.clauses import clause_study
    from simulator.engine.run import simulate_all

    study = clause_study(of.scenario) if of.engine == "sampled" and report else None
    run = run_of(of, study)
    crew = workers or os.cpu_count() or 1
    with memory_watched(of.scenario, crew), progress_bar(of.path.stem, of.scenario.trials) as progress:
        (results,) = simulate_all([run], workers=crew, progress=progress)
    return Simulated(results, of.scenario, study)


def run_of(of: Work, study: ClauseStudy | None = None) -> Run:
    """Return what the engine simulates of a scenario, or of a study of its definitions."""
    from simulator.decisions.clauses import unread
    from simulator.engine.run import Run

    return Run(
        of.scenario if study is None else study.scenario,
        of.engine,
        sample=of.sample,
        split=of.engine == "sampled",
        left_out=frozenset() if study is None else unread(study, of.scenario),
    )


def priced_of(found: Simulated, *, report: bool = False, again: bool = False) -> tuple[Forecast, dict[str, Any]]:
    """Price the contracts on simulated futures, and return the forecast and all its numbers; see `priced`."""
    from simulator.decisions.billed_again import count_again
    from simulator.decisions.clauses import without_study
    from simulator.forecast import forecast
    from simulator.report.study_numbers import Studies, make_studies
    from simulator.report.summary import summary
    from simulator.variance import variance_split

    studies = make_studies(found.results, found.study, found.scenario) if report else Studies()
    results = found.results if found.study is None else without_study(found.results, found.study, found.scenario)
    split, prices = variance_split(results), forecast(results)
    if again:
        studies = replace(studies, again=count_again(results))
    return prices, summary(prices, split, studies)

"""What commands that simulate share: a scenario as it was read, and its contracts priced on its futures."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from simulator.cli.keeping import Keeping
from simulator.cli.memory import memory_watched
from simulator.cli.options import Engine
from simulator.engine.refusals import refusals
from simulator.errors import Problem
from simulator.report.progress import progress_bar
from simulator.scenario import parse_scenario
from simulator.scenario.hints import suggest
from simulator.scenario.schema import Scenario

if TYPE_CHECKING:
    from simulator.engine.results import Results
    from simulator.engine.workers import Workers
    from simulator.forecast import Forecast
    from simulator.report.study_numbers import Studies


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
    workers: Workers | int | None,
    *,
    report: bool = False,
    again: bool = False,
    keeping: Keeping | None = None,
) -> tuple[Forecast, dict[str, Any]]:
    """Simulate the futures, price the contracts where they are simulated, and return the forecast and all its numbers.

    Args:
        report: whether the studies that only charts and the report show are made too.
        again: whether cases are drawn one by one to count what contracts bill again.
        keeping: where what leaves the groups of futures is kept; in memory where it is not given.
    """
    from simulator.decisions.billed_again import count_again
    from simulator.decisions.clauses import clause_study, unread
    from simulator.engine.run import Run, simulate_into
    from simulator.report.leaving import Leaving
    from simulator.report.study_numbers import Studies, make_studies

    study = clause_study(of.scenario) if of.engine == "sampled" and report else None
    run = Run(
        of.scenario if study is None else study.scenario,
        of.engine,
        sample=of.sample,
        split=of.engine == "sampled",
        left_out=frozenset() if study is None else unread(study, of.scenario),
    )
    crew, keeping = workers or os.cpu_count() or 1, keeping or Keeping()
    leaving = Leaving.of(of.scenario, study, every_meter=keeping.every_meter)
    columns = keeping.columns(of.scenario.trials)
    with (
        memory_watched(of.scenario, crew, keeping.held_bytes),
        progress_bar(of.path.stem, of.scenario.trials) as progress,
    ):
        results = simulate_into(columns, run, leaving, workers=crew, progress=progress)
        columns.finish()
    if report and workers is not None and not isinstance(workers, int):
        from simulator.report.rendering import DRAWING

        workers.prepare(*DRAWING)
    results = replace(results, scenario=of.scenario)
    studies = make_studies(results, study, of.scenario) if report else Studies()
    return _numbers(results, replace(studies, again=count_again(results)) if again else studies)


def simulated(of: Work, workers: Workers | int | None) -> Results:
    """Simulate the futures of a scenario, with all meters of each, with a bar on a terminal."""
    from simulator.engine.run import Run, simulate_all

    run = Run(of.scenario, of.engine, sample=of.sample, split=of.engine == "sampled")
    crew = workers or os.cpu_count() or 1
    with memory_watched(of.scenario, crew), progress_bar(of.path.stem, of.scenario.trials) as progress:
        (results,) = simulate_all([run], workers=crew, progress=progress)
    return results


def priced_of(results: Results) -> tuple[Forecast, dict[str, Any]]:
    """Price the contracts on simulated futures with all their meters, and return the forecast and all its numbers."""
    from simulator.report.study_numbers import Studies

    return _numbers(results, Studies())


def _numbers(results: Results, studies: Studies) -> tuple[Forecast, dict[str, Any]]:
    from simulator.forecast import forecast
    from simulator.report.summary import summary
    from simulator.variance import variance_split

    split, prices = variance_split(results), forecast(results)
    return prices, summary(prices, split, studies)

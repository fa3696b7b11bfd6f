"""What commands that simulate share: a scenario as it was read, and its contracts priced on its futures."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from simulator.cli.common.contract_names import contract_named
from simulator.cli.common.keeping import Keeping
from simulator.cli.common.memory import memory_watched
from simulator.cli.common.options import Engine
from simulator.engine.refusals import refusals
from simulator.errors import Problem
from simulator.report.terminal.progress import progress_bar
from simulator.scenario import parse_scenario
from simulator.scenario.schema import Scenario

if TYPE_CHECKING:
    from simulator.decisions.clauses import ClauseStudy
    from simulator.engine.processes.crew import Crew
    from simulator.engine.processes.pool import Workers
    from simulator.engine.results import Results
    from simulator.engine.run import Progress, Run
    from simulator.engine.storage.run_columns import Columns
    from simulator.forecast.forecast import Forecast
    from simulator.forecast.precision import Asked, Reached
    from simulator.report.blocks.studies import Samples, StudySamples
    from simulator.report.summary.summary import Summary


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
    named = {contract_named(name, scenario.contracts) for name in contracts}
    chosen = {name: spec for name, spec in scenario.contracts.items() if name in named or not named}
    return scenario.model_copy(update={"contracts": chosen})


def priced(
    of: Work,
    workers: Crew,
    *,
    report: bool = False,
    keeping: Keeping | None = None,
    precision: Asked | None = None,
    drawing: Workers | None = None,
) -> tuple[Forecast, Summary]:
    """Simulate the futures, price the contracts where they are simulated, and return the forecast and all its numbers.

    Args:
        report: whether the studies that only charts and the report show are made too.
        keeping: where what leaves the groups of futures is kept; in memory where it is not given.
        precision: how well P90 is to be known; more futures are simulated until it is.
        drawing: processes of this machine that count samples and draw charts; the workers where they are such.
    """
    from simulator.engine.processes.pool import Workers
    from simulator.report.blocks.studies import StudySamples

    others = drawing or (workers if isinstance(workers, Workers) else Workers(1))
    sampling = StudySamples(of.scenario, others)
    found = _kept(of, workers, keeping or Keeping(), sampling, report=report, precision=precision)
    samples = sampling.start()
    if report:
        from simulator.report.rendering import DRAWING

        others.prepare(*DRAWING)
    return _numbers(found, samples)


@dataclass(frozen=True, slots=True)
class _Simulated:
    """Futures of a scenario.

    Attributes:
        study: of definitions, whose units were counted on the same futures; None where there is none.
        reached: how well P90 is known, where that was asked.
    """

    results: Results
    study: ClauseStudy | None = None
    reached: Reached | None = None


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


def _kept(
    of: Work, workers: Crew, keeping: Keeping, sampling: StudySamples, *, report: bool, precision: Asked | None
) -> _Simulated:
    """Simulate the futures of a scenario, of which some columns are kept, with a bar on a terminal; see `priced`.

    Args:
        sampling: told when futures have come.
    """
    from simulator.decisions.clauses import clause_study
    from simulator.engine.run import simulate_into
    from simulator.forecast.forecast import reached_in
    from simulator.forecast.precision import numbers_of_futures
    from simulator.report.blocks.leaving import Leaving

    study = clause_study(of.scenario) if of.engine == "sampled" and report else None
    run = run_of(of, study)
    leaving = Leaving.of(of.scenario, study, every_meter=keeping.every_meter)
    numbers = (of.scenario.trials,) if precision is None else numbers_of_futures(of.scenario.trials)
    columns = keeping.columns(numbers[0])
    reached: Reached | None = None
    for trials in (each for each in numbers if each >= columns.end):
        columns.lengthen(trials)
        here = run.scenario.model_copy(update={"trials": trials})
        with (
            memory_watched(here, workers, keeping.held_bytes),
            progress_bar(_told(of.path.stem, reached), trials) as bar,
        ):
            progress = _telling(bar, sampling, columns)
            results = simulate_into(columns, replace(run, scenario=here), leaving, workers=workers, progress=progress)
        results = replace(results, scenario=of.scenario.model_copy(update={"trials": trials}))
        if precision is not None:
            reached = reached_in(results, precision)
            if reached.enough:
                break
    columns.finish()
    sampling.look(columns)  # where all futures were there already, none came
    return _Simulated(results, study, reached)


def _telling(bar: Progress | None, sampling: StudySamples, columns: Columns) -> Progress:
    """Return what is called when futures have come."""

    def progress(done: int, trials: int) -> None:
        sampling.look(columns)
        if bar is not None:
            bar(done, trials)

    return progress


def _told(name: str, reached: Reached | None) -> str:
    """Return what stands beside the bar: the scenario, and how well P90 is known by now where that was asked."""
    if reached is None:
        return name
    from simulator.report.words.precision import progress_text

    return f"{name}: {progress_text(reached)}"


def simulated(of: Work, workers: Workers | int | None) -> Results:
    """Simulate the futures of a scenario, with all meters of each, with a bar on a terminal."""
    from simulator.engine.run import simulate_all

    crew = workers or os.cpu_count() or 1
    with memory_watched(of.scenario, crew), progress_bar(of.path.stem, of.scenario.trials) as progress:
        (results,) = simulate_all([run_of(of)], workers=crew, progress=progress)
    return results


def priced_of(results: Results, *, sampled: bool = False) -> tuple[Forecast, Summary]:
    """Price the contracts on simulated futures with all their meters, and return the forecast and all its numbers.

    Args:
        sampled: whether samples of conversations tell what they are made of, and what contracts bill again.
    """
    from simulator.decisions.billed_again import count_again
    from simulator.decisions.levers import lever_study
    from simulator.decisions.token_parts import token_parts
    from simulator.decisions.variance import variance_split
    from simulator.forecast.base_estimate import base_costs
    from simulator.forecast.forecast import forecast
    from simulator.report.blocks.studies import Studies, anatomy_of
    from simulator.report.blocks.summary import summary

    split, prices, of = variance_split(results), forecast(results), results.scenario
    if not sampled:
        return prices, summary(prices, split)
    studies = Studies(
        anatomy=anatomy_of(of),
        again=count_again(results),
        base=base_costs(of),
        token_parts=token_parts(of),
        levers=lever_study(of, prices.verdict.recommended),
    )
    return prices, summary(prices, split, studies)


def _numbers(found: _Simulated, samples: Samples) -> tuple[Forecast, Summary]:
    """Return the forecast and all its numbers.

    Args:
        samples: what processes count meanwhile.
    """
    from simulator.decisions.variance import variance_split
    from simulator.forecast.forecast import forecast
    from simulator.report.blocks.studies import make_studies
    from simulator.report.blocks.summary import summary

    split, prices = variance_split(found.results), forecast(found.results)
    studies = make_studies(found.results, found.study, samples, prices.verdict.recommended)
    return prices, summary(prices, split, studies, found.reached)

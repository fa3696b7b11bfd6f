"""Run a scenario: groups of trials over workers, same results to the bit for any number of them and any order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from threadpoolctl import threadpool_limits

from simulator.engine.atlas.engine import AtlasPlan, make_atlas_plan, simulate_block
from simulator.engine.expectations.engine import ExpectedPlan, make_expected_plan, simulate_expected
from simulator.engine.ledger import Plan, make_plan, simulate_group
from simulator.engine.parts import GroupResults
from simulator.engine.refusals import refuse_heavy
from simulator.engine.results import Results
from simulator.engine.seeds import Seeds
from simulator.engine.warming import warm
from simulator.engine.workers import Workers
from simulator.scenario.schema import Scenario

AnyPlan = Plan | AtlasPlan | ExpectedPlan
Progress = Callable[[int, int], None]
"""Called with the trials done and the trials in all."""
Task = tuple[int, int]
"""Place of the run, and first trial of the group."""


Engine = Literal["atlas", "ledger", "expected"]
"""Counts of kinds of conversation; conversation by conversation; expectations given the unknowns and the drivers."""


@dataclass(frozen=True, slots=True)
class Run:
    """One simulation of several that share their workers.

    Attributes:
        scenario: as loaded; it says how many trials.
        engine: which way to simulate.
        seeds: of the three levels of chance, for the atlas only; the scenario's own by default.
        first_trial: number of the first trial.
    """

    scenario: Scenario
    engine: Engine = "atlas"
    seeds: Seeds | None = None
    first_trial: int = 0


def simulate(
    scenario: Scenario,
    *,
    engine: Engine = "atlas",
    workers: int = 1,
    progress: Progress | None = None,
    first_trial: int = 0,
) -> Results:
    """Simulate a scenario's futures and return their meters.

    Args:
        scenario: as loaded; it says how many trials.
        engine: which way to simulate; all have the same unknowns and drivers in every trial.
        workers: processes to use; the results do not depend on it.
        progress: told how far the run is.
        first_trial: number of the first trial; trial 731 alone equals trial 731 of a longer run.

    Raises:
        ValueError: if workers is not positive or first_trial negative.
        DefinitionError: if the atlas cannot tell apart what a definition looks at.
        ScenarioError: if the atlas does not draw a law of the scenario's lengths or minutes.
    """
    return simulate_all([Run(scenario, engine, first_trial=first_trial)], workers=workers, progress=progress)[0]


def simulate_all(runs: Sequence[Run], *, workers: int | Workers = 1, progress: Progress | None = None) -> list[Results]:
    """Simulate several runs with the same workers and return their results in the same order.

    Small runs go first: their groups may take longer than those of the largest one, which fill up what time is left.

    Args:
        runs: what to simulate.
        workers: processes to use, or those that already run; the results do not depend on it.
        progress: told how many trials of all runs are done.

    Raises:
        ValueError: if workers is not positive or a first trial negative.
        DefinitionError: if the atlas cannot tell apart what a definition looks at.
        ScenarioError: if the atlas does not draw a law of the scenario's lengths or minutes.
    """
    count = workers if isinstance(workers, int) else workers.count
    for run in runs:
        if count < 1 or run.first_trial < 0:
            raise ValueError(f"workers must be 1 or more and first_trial 0 or more, not {count} and {run.first_trial}")
    if isinstance(workers, int):
        with Workers(workers) as own:
            return simulate_all(runs, workers=own, progress=progress)
    plans = _plans(runs)
    if any(isinstance(plan, Plan | ExpectedPlan) for plan in plans):
        warm(workers)
    fewest_first = sorted(range(len(runs)), key=lambda place: runs[place].scenario.trials)
    tasks = [(place, first) for place in fewest_first for first in _firsts(runs[place], plans[place])]
    gathered = [_Gathered(run) for run in runs]
    in_all, done = sum(run.scenario.trials for run in runs), 0
    for (place, first), group in _groups(plans, tasks, workers):
        done += gathered[place].take(first, plans[place].group_trials, group)
        if progress is not None:
            progress(done, in_all)
    return [each.results() for each in gathered]


class _Gathered:
    """The results of a run, filled in group by group in any order."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.parts: dict[str, dict[str, np.ndarray]] = {"meters": {}, "unknowns": {}, "drivers": {}}

    def take(self, first: int, size: int, group: GroupResults) -> int:
        """Copy what a group has of the run's trials and return how many these are."""
        start, end = self.run.first_trial, self.run.first_trial + self.run.scenario.trials
        low, high = max(first, start), min(first + size, end)
        for part, arrays in self.parts.items():
            for name, values in getattr(group, part).items():
                if name not in arrays:
                    arrays[name] = np.zeros((self.run.scenario.trials, *values.shape[1:]))
                arrays[name][low - start : high - start] = values[low - first : high - first]
        return high - low

    def results(self) -> Results:
        """Return the whole."""
        return Results(self.run.scenario, **self.parts, engine=self.run.engine)


def _firsts(run: Run, plan: AnyPlan) -> range:
    """Return the first trials of the groups that a run needs."""
    size = plan.group_trials
    return range(run.first_trial // size * size, run.first_trial + run.scenario.trials, size)


def _plans(runs: Sequence[Run]) -> list[AnyPlan]:
    """Return the plan of each run; runs that differ only in seeds and number of trials share their bills."""
    plans: list[AnyPlan] = []
    for run in runs:
        like = next((plan for other, plan in zip(runs, plans, strict=False) if _alike(run, other)), None)
        if isinstance(like, AtlasPlan | ExpectedPlan):
            plans.append(replace(like, scenario=run.scenario, seeds=run.seeds or Seeds.of(run.scenario)))
        else:
            plans.append(_plan(run))
    return plans


def _alike(run: Run, other: Run) -> bool:
    same = {"trials": 1, "seed": 0}
    mine, others = (each.scenario.model_copy(update=same) for each in (run, other))
    return run.engine == other.engine and mine == others


def _plan(run: Run) -> AnyPlan:
    if run.engine == "expected":
        return make_expected_plan(run.scenario, seeds=run.seeds)
    if run.engine == "atlas":
        refuse_heavy(run.scenario)
        return make_atlas_plan(run.scenario, seeds=run.seeds)
    if run.seeds is not None:
        raise ValueError("the ledger engine has one seed for all levels of chance; leave seeds out")
    return make_plan(run.scenario)


def _simulate(plan: AnyPlan, first: int) -> GroupResults:
    """Simulate one group of trials, with linear algebra on one thread: more of them would change the last digits."""
    if isinstance(plan, AtlasPlan):
        with threadpool_limits(1, "blas"):
            return simulate_block(plan, first)
    if isinstance(plan, ExpectedPlan):
        return simulate_expected(plan, first)
    return simulate_group(plan, first)


def _groups(plans: Sequence[AnyPlan], tasks: Sequence[Task], workers: Workers) -> Iterator[tuple[Task, GroupResults]]:
    """Yield each group's results as they come; a short queue keeps every worker busy, and an interruption short."""
    if workers.count == 1:
        for task in tasks:
            yield task, _simulate(plans[task[0]], task[1])
        return
    waiting = list(reversed(tasks))
    running: dict[Future[GroupResults], Task] = {}
    while waiting or running:
        while waiting and len(running) < 2 * workers.count:
            task = waiting.pop()
            running[workers.submit(_simulate, plans[task[0]], task[1])] = task
        done, _ = wait(running, return_when=FIRST_COMPLETED)
        for future in done:
            yield running.pop(future), future.result()

"""Run a scenario: groups of trials over workers, same results to the bit for any number of them and any order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from typing import Literal, TypeVar

import numpy as np

from simulator.arrays import Array
from simulator.engine.expectations.expected import ExpectedPlan, make_expected_plan, simulate_expected
from simulator.engine.group_results import GroupResults
from simulator.engine.ledger import LedgerPlan, make_plan, simulate_group
from simulator.engine.processes.crew import Crew
from simulator.engine.processes.pool import Workers
from simulator.engine.processes.warming import warm
from simulator.engine.results import Results, Sampling, results_of
from simulator.engine.sampling.sampled import SPLIT_TRIALS, SampledPlan, make_sampled_plan, simulate_sampled
from simulator.engine.storage.run_columns import Columns, GroupPart
from simulator.scenario.schema import Scenario

P = TypeVar("P")
T = TypeVar("T")
AnyPlan = LedgerPlan | SampledPlan | ExpectedPlan
Progress = Callable[[int, int], None]
"""Called with the trials done and the trials in all."""
Task = tuple[int, int]
"""Place of the run, and first trial of the group."""


Engine = Literal["sampled", "ledger", "expected"]
"""Expected values with the noise of a sample of conversations; conversation by conversation; expected values alone."""


@dataclass(frozen=True, slots=True)
class Run:
    """One simulation of several that share their workers.

    Attributes:
        scenario: as loaded; it says how many trials.
        engine: which way to simulate.
        first_trial: number of the first trial.
        sample: cases of a month that the engine `sampled` draws; by its own rule where it is not given.
        split: whether the engine `sampled` finds out what the variance of invoices comes from.
        conversations_seed: of the conversations that the engine `sampled` draws, in the place of the scenario's.
        left_out: meters that the results need not have.
        again: what of the futures the engine `expected` draws once more, independently of the first time: names of
            unknown numbers, MONTHS or FORECAST (futures.drawn); everything else stays.
    """

    scenario: Scenario
    engine: Engine = "sampled"
    first_trial: int = 0
    sample: int | None = None
    split: bool = False
    left_out: frozenset[str] = frozenset()
    conversations_seed: int | None = None
    again: frozenset[str] = frozenset()


def simulate(
    scenario: Scenario,
    *,
    engine: Engine = "sampled",
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
        DefinitionError: if what a definition looks at has no expected value in closed form; the ledger bills it.
        ScenarioError: the same of a law of the scenario's lengths or minutes, or it has no variance.
    """
    return simulate_all([Run(scenario, engine, first_trial=first_trial)], workers=workers, progress=progress)[0]


def simulate_all(runs: Sequence[Run], *, workers: int | Crew = 1, progress: Progress | None = None) -> list[Results]:
    """Simulate several runs with the same workers and return their results in the same order.

    Small runs go first: their groups may take longer than those of the largest one, which fill up what time is left.

    Args:
        runs: what to simulate.
        workers: processes to use, or those that already run; the results do not depend on it.
        progress: told how many trials of all runs are done.

    Raises:
        ValueError: if workers is not positive or a first trial negative.
        DefinitionError: if what a definition looks at has no expected value in closed form; the ledger bills it.
        ScenarioError: the same of a law of the scenario's lengths or minutes, or it has no variance.
    """
    count = workers if isinstance(workers, int) else workers.count
    for run in runs:
        if count < 1 or run.first_trial < 0:
            raise ValueError(f"workers must be 1 or more and first_trial 0 or more, not {count} and {run.first_trial}")
    if isinstance(workers, int):
        with Workers(workers) as own:
            return simulate_all(runs, workers=own, progress=progress)
    warm(workers)
    plans = [each.result() for each in [workers.submit(_plan, run) for run in runs]]
    fewest_first = sorted(range(len(runs)), key=lambda place: runs[place].scenario.trials)
    tasks = [(place, first) for place in fewest_first for first in _firsts(runs[place], plans[place])]
    gathered = [_Gathered(run, plan) for run, plan in zip(runs, plans, strict=True)]
    in_all, done = sum(run.scenario.trials for run in runs), 0
    for (place, first), group in _groups(plans, tasks, workers, _simulate):
        done += gathered[place].take(first, plans[place].group_trials, group)
        if progress is not None:
            progress(done, in_all)
    return [each.results() for each in gathered]


class _Gathered:
    """The results of a run, filled in group by group in any order."""

    def __init__(self, run: Run, plan: AnyPlan) -> None:
        self.run, self.plan = run, plan
        self.parts: dict[str, dict[str, np.ndarray]] = {
            part: {} for part in ("meters", "unknowns", "drivers", "sampling", "whole", "split")
        }

    def take(self, first: int, size: int, group: GroupResults) -> int:
        """Copy what a group has of the run's trials and return how many these are."""
        trials = self.run.scenario.trials
        start, end = self.run.first_trial, self.run.first_trial + trials
        low, high = max(first, start), min(first + size, end)
        for part, arrays in self.parts.items():
            for name, values in getattr(group, part).items():
                if name in self.run.left_out:
                    continue
                if name not in arrays:
                    arrays[name] = np.zeros(
                        (min(trials, SPLIT_TRIALS) if part == "split" else trials, *values.shape[1:])
                    )
                most = min(high, len(arrays[name]) + start)
                arrays[name][low - start : most - start] = values[low - first : most - first]
        return high - low

    def results(self) -> Results:
        """Return the whole."""
        sampling, parts = self.parts.pop("sampling"), self.parts
        of = None if not isinstance(self.plan, SampledPlan) else Sampling(self.plan.sample, self.plan.few, sampling)
        return Results(self.run.scenario, engine=self.run.engine, sampling=of, columns=None, **parts)


def simulate_into(
    columns: Columns,
    run: Run,
    leave: Callable[[Results, int], GroupPart],
    *,
    workers: int | Crew = 1,
    progress: Progress | None = None,
) -> Results:
    """Simulate a run of which only some columns leave the groups of futures, and return its results.

    Args:
        columns: which take in what leaves; groups that are there already are not simulated.
        leave: a function of a module, or what is callable and picklable: from the results of a group and the place of
            its first future in the run to what leaves it. It is called where the group was simulated.
        workers, progress: as for `simulate_all`.

    Raises:
        ValueError: if workers is not positive, or the run does not start with the first trial.
        DefinitionError, ScenarioError: as `simulate_all`.
    """
    if run.first_trial or (isinstance(workers, int) and workers < 1):
        raise ValueError(f"workers must be 1 or more and first_trial 0, not {workers} and {run.first_trial}")
    if isinstance(workers, int):
        with Workers(workers) as own:
            return simulate_into(columns, run, leave, workers=own, progress=progress)
    warm(workers)
    plan, trials, done = workers.submit(_plan, run).result(), run.scenario.trials, columns.done
    if done.difference(_firsts(run, plan)):
        raise ValueError("the columns have groups of other futures than the run")
    missing = [(0, first) for first in _firsts(run, plan) if first not in done]
    count = trials - sum(min(plan.group_trials, trials - first) for _, first in missing)
    for _, part in _groups([_Leaving(run, plan, leave)], missing, workers, _leave):
        columns.add(part)
        count += part.futures
        if progress is not None:
            progress(count, trials)
    sampling = (plan.sample, plan.few) if isinstance(plan, SampledPlan) else None
    return results_of(run.scenario, run.engine, columns, sampling)


@dataclass(frozen=True, slots=True)
class _Leaving:
    """A run with its plan, and what leaves its groups."""

    run: Run
    plan: AnyPlan
    leave: Callable[[Results, int], GroupPart]


def _leave(of: _Leaving, first: int) -> GroupPart:
    """Simulate one group and return what leaves it."""
    group, run, plan = _simulate(of.plan, first), of.run, of.plan
    futures = min(plan.group_trials, run.scenario.trials - first)

    def part(name: str, most: int = futures) -> dict[str, Array]:
        return {key: each[:most] for key, each in getattr(group, name).items() if key not in run.left_out}

    sampling = Sampling(plan.sample, plan.few, part("sampling")) if isinstance(plan, SampledPlan) else None
    return of.leave(
        Results(
            run.scenario, part("meters"), part("unknowns"), part("drivers"), run.engine, sampling, part("whole"),
            part("split", min(futures, max(SPLIT_TRIALS - first, 0))),
        ),
        first,
    )  # fmt: skip


def _firsts(run: Run, plan: AnyPlan) -> range:
    """Return the first trials of the groups that a run needs."""
    size = plan.group_trials
    return range(run.first_trial // size * size, run.first_trial + run.scenario.trials, size)


def _plan(run: Run) -> AnyPlan:
    if run.engine == "expected":
        return make_expected_plan(run.scenario, run.again)
    if run.engine == "sampled":
        seed = run.conversations_seed
        return make_sampled_plan(run.scenario, sample=run.sample, split=run.split, conversations_seed=seed)
    return make_plan(run.scenario)


def _simulate(plan: AnyPlan, first: int) -> GroupResults:
    """Simulate one group of trials."""
    if isinstance(plan, SampledPlan):
        return simulate_sampled(plan, first)
    if isinstance(plan, ExpectedPlan):
        return simulate_expected(plan, first)
    return simulate_group(plan, first)


def _groups(
    runs: Sequence[P], tasks: Sequence[Task], workers: Crew, work: Callable[[P, int], T]
) -> Iterator[tuple[Task, T]]:
    """Yield what work finds with each group as it comes; a short queue keeps every worker busy, and an interruption
    short.
    """
    if workers.count == 1:
        for task in tasks:
            yield task, work(runs[task[0]], task[1])
        return
    waiting = list(reversed(tasks))
    running: dict[Future[T], Task] = {}
    while waiting or running:
        while waiting and len(running) < 2 * workers.count:
            task = waiting.pop()
            running[workers.submit(work, runs[task[0]], task[1])] = task
        done, _ = wait(running, return_when=FIRST_COMPLETED)
        for future in done:
            yield running.pop(future), future.result()

"""Run a scenario: groups of trials over workers, same results to the bit for any number of them and any order."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from functools import partial

import numpy as np

from simulator.engine.ledger import GroupResults, Plan, make_plan, simulate_group
from simulator.engine.results import Results
from simulator.scenario.schema import Scenario

Progress = Callable[[int, int], None]
"""Called with the trials done and the trials in all."""


def simulate(
    scenario: Scenario, *, workers: int = 1, progress: Progress | None = None, first_trial: int = 0
) -> Results:
    """Simulate a scenario's futures conversation by conversation and return their meters.

    Args:
        scenario: as loaded; it says how many trials.
        workers: processes to use; the results do not depend on it.
        progress: told how far the run is.
        first_trial: number of the first trial; trial 731 alone equals trial 731 of a longer run.

    Raises:
        ValueError: if workers is not positive or first_trial negative.
    """
    if workers < 1 or first_trial < 0:
        raise ValueError(f"workers must be 1 or more and first_trial 0 or more, not {workers} and {first_trial}")
    plan = make_plan(scenario)
    size = plan.group_trials
    last = first_trial + scenario.trials
    firsts = range(first_trial // size * size, last, size)
    found: dict[int, GroupResults] = {}
    for first, group in _groups(plan, firsts, min(workers, len(firsts))):
        found[first] = group
        if progress is not None:
            progress(min(len(found) * size, scenario.trials), scenario.trials)
    skip = first_trial - firsts[0]
    return _join(scenario, [found[first] for first in firsts], slice(skip, skip + scenario.trials))


def _groups(plan: Plan, firsts: Sequence[int], workers: int) -> Iterator[tuple[int, GroupResults]]:
    """Yield each group's results as they come."""
    if workers == 1:
        for first in firsts:
            yield first, simulate_group(plan, first)
        return
    context = multiprocessing.get_context("spawn")
    others = set(multiprocessing.active_children())
    with ProcessPoolExecutor(workers, mp_context=context, initializer=_ignore_interrupt) as pool:
        try:
            yield from _completed(pool, partial(simulate_group, plan), firsts, workers)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            for worker in set(multiprocessing.active_children()) - others:
                worker.terminate()
            raise


def _completed(
    pool: ProcessPoolExecutor, work: Callable[[int], GroupResults], firsts: Sequence[int], workers: int
) -> Iterator[tuple[int, GroupResults]]:
    """Keep every worker busy with a short queue, so that an interruption has little to wait for."""
    waiting = list(reversed(firsts))
    running: dict[Future[GroupResults], int] = {}
    while waiting or running:
        with _interrupt_held():
            while waiting and len(running) < 2 * workers:
                first = waiting.pop()
                running[pool.submit(work, first)] = first
        done, _ = wait(running, return_when=FIRST_COMPLETED)
        for future in done:
            yield running.pop(future), future.result()


def _ignore_interrupt() -> None:
    """Leave Ctrl-C to the main process, which stops the workers."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@contextmanager
def _interrupt_held() -> Iterator[None]:
    """Hold Ctrl-C back for a moment; processes started meanwhile inherit that and leave it to the main one."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _join(scenario: Scenario, groups: Sequence[GroupResults], chosen: slice) -> Results:
    """Put the groups' trials one after another."""

    def joined(part: str) -> dict[str, np.ndarray]:
        names = getattr(groups[0], part)
        return {name: np.concatenate([getattr(group, part)[name] for group in groups])[chosen] for name in names}

    return Results(scenario, joined("meters"), joined("unknowns"), joined("drivers"))

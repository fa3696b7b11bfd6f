"""The ledger engine: the law one conversation at a time; the referee of every faster way.

What a conversation draws hangs on its own place alone (simulator.law.counters), so that groups of any size, volumes and
orders give the same conversations. Unknowns and drivers are drawn in fixed blocks of futures.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from simulator.arrays import Array, Index
from simulator.engine.counting.totals import Counter, make_counter, slice_totals
from simulator.engine.draws.drawing import ConversationDrawing, count_cases, draw_slices, keys_of
from simulator.engine.draws.law_rows import law_rows
from simulator.engine.draws.rows import Rows
from simulator.engine.group_results import GroupResults, driver_values, prompt_thresholds, trial_meters
from simulator.engine.refusals import refuse_clocks
from simulator.futures.drawn import draw_futures
from simulator.futures.law_arrays import Numbers, driver_effects, make_numbers
from simulator.futures.unknowns import Unknowns
from simulator.law.drivers import DrawnDrivers
from simulator.scenario.schema import Scenario
from simulator.scenario.stated.compiled_terms import Terms, compile_terms
from simulator.streams import BLOCK_TRIALS

GROUP_CASES: Final = 98_304
"""Cases of a month that a group of futures has at most, where one future does not have more."""


@dataclass(frozen=True, slots=True)
class LedgerPlan:
    """What every group of a run shares."""

    scenario: Scenario
    terms: Terms
    counter: Counter
    group_trials: int


@dataclass(frozen=True, slots=True)
class Group:
    """Some consecutive trials, ready to draw conversations for.

    Attributes:
        first: number of the first trial in the run.
        numbers: of the law.
        keys: words of the intents' streams, see draws.drawing.
        cases: number of cases, shape (trial, month, intent).
        unseen: tickets the AI never sees, shape (trial, month).
    """

    first: int
    unknowns: Unknowns
    drivers: DrawnDrivers
    numbers: Numbers
    keys: Index
    cases: Index
    unseen: Array

    @property
    def drawing(self) -> ConversationDrawing:
        """What draws the group's conversations."""
        return ConversationDrawing(self.first, self.keys, law_rows(self.numbers), driver_effects(self.drivers))


def make_plan(scenario: Scenario) -> LedgerPlan:
    """Compile a scenario for the engine.

    Raises:
        DefinitionError: a definition reads what the engine's rows do not have.
    """
    terms = compile_terms(scenario)
    for definition in terms.definitions.values():
        refuse_clocks(definition)
    return LedgerPlan(scenario, terms, make_counter(scenario, terms), group_trials(scenario))


def group_trials(scenario: Scenario) -> int:
    """Return how many trials are drawn together: a power of 2 up to the block, by the stated volume."""
    size = BLOCK_TRIALS
    while size > 1 and size * scenario.volume.most > GROUP_CASES:
        size //= 2
    return size


def simulate_group(plan: LedgerPlan, first: int) -> GroupResults:
    """Simulate the group of trials that starts at trial `first`, and bill its conversations."""
    group = prepare_group(plan, first)
    trials, months = plan.group_trials, plan.scenario.months
    totals: dict[str, Array] = {}
    for month in range(months):
        for rows in draw_month(plan, group, month):
            for name, amounts in bill_slice(plan, group, rows).items():
                totals.setdefault(name, np.zeros((trials, months)))[:, month] += amounts
    totals |= trial_meters(plan.scenario, group.unknowns, group.unseen, totals)
    return GroupResults(totals, group.unknowns.drawn, driver_values(plan.scenario, group.unknowns, group.drivers))


def prepare_group(plan: LedgerPlan, first: int) -> Group:
    """Draw the trial and month levels of a group of trials, and how many cases open.

    Raises:
        ValueError: if no group starts at this trial.
    """
    if first % plan.group_trials:
        raise ValueError(f"groups start at multiples of {plan.group_trials}, not at trial {first}")
    scenario = plan.scenario
    drawn = draw_futures(scenario, first, plan.group_trials)
    keys = keys_of(scenario.seed, list(scenario.intents))
    return Group(
        first=first,
        unknowns=drawn.unknowns,
        drivers=drawn.drivers,
        numbers=make_numbers(scenario, drawn.unknowns, prompt_thresholds(scenario, plan.terms)),
        keys=keys,
        cases=count_cases(keys, drawn.demand.cases, first),
        unseen=drawn.unseen,
    )


def draw_month(plan: LedgerPlan, group: Group, month: int) -> Iterator[Rows]:
    """Yield the conversations of one month of a group, a slice of whole cases at a time; at least one slice."""
    return draw_slices(group.drawing, group.cases[:, month], month)


def bill_slice(plan: LedgerPlan, group: Group, rows: Rows) -> dict[str, Array]:
    """Return the meters of a slice of conversations, shape (trials,) each."""
    people = group.numbers.people
    return slice_totals(plan.counter, rows, plan.group_trials, people.handoff[:, :, None] * people.channel[:, None])

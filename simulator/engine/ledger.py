"""The ledger engine: the law one conversation at a time, vectorised; slow, and the referee of every faster way.

Trials are simulated in groups that divide the fixed blocks of the streams. The size of a group depends on the
scenario's stated volume only, so that nothing else changes which numbers are drawn.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simulator.contracts import meters_of, parts_of
from simulator.contracts.asked import asked_of
from simulator.contracts.meters import TOKEN_CLASSES, own, tokens_long
from simulator.definitions import Biller
from simulator.definitions.billing import Billed
from simulator.engine.meters import Counted, slice_meters
from simulator.engine.parts import GroupResults, driver_values, prompt_thresholds, trial_meters
from simulator.engine.record import record
from simulator.engine.refusals import refuse_clocks
from simulator.engine.rows import Rows, draw_rows
from simulator.engine.sessions import opening
from simulator.model.contacts import ContactDraws
from simulator.model.demand import draw_counts, expected_demand
from simulator.model.drivers import Drivers, draw_drivers
from simulator.model.law import Law, build_law
from simulator.model.lengths import LengthTables, length_tables
from simulator.model.month import MonthLaw, month_law
from simulator.model.tokens import TokenLaw, token_law
from simulator.model.unknowns import Unknowns, draw_unknowns
from simulator.scenario.schema import Scenario
from simulator.scenario.terms import Terms, compile_terms
from simulator.streams import BLOCK_TRIALS, stream

Array = NDArray[np.float64]
Index = NDArray[np.int64]

SLICE_CASES: Final = 98_304
"""Cases drawn together at most: enough to amortise a step, few enough to stay in the processor's cache."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What every group of a run shares."""

    scenario: Scenario
    terms: Terms
    biller: Biller
    group_trials: int


@dataclass(frozen=True, slots=True)
class Group:
    """Some consecutive trials, ready to draw conversations for.

    Attributes:
        first: number of the first trial in the run.
        cases: number of cases, shape (trial, month, intent).
        unseen: tickets the AI never sees, shape (trial, month).
    """

    first: int
    unknowns: Unknowns
    drivers: Drivers
    law: Law
    tables: LengthTables
    tokens: TokenLaw
    cases: Index
    unseen: Array


def make_plan(scenario: Scenario) -> Plan:
    """Compile a scenario for the engine.

    Raises:
        DefinitionError: a definition reads what the engine's rows do not have.
    """
    terms = compile_terms(scenario)
    for definition in terms.definitions.values():
        refuse_clocks(definition)
    return Plan(scenario, terms, Biller(terms.definitions, terms.meters), group_trials(scenario))


def group_trials(scenario: Scenario) -> int:
    """Return how many trials are drawn together: a power of 2 up to the block, by the stated volume."""
    size = BLOCK_TRIALS
    while size > 1 and size * scenario.volume.most > SLICE_CASES:
        size //= 2
    return size


def simulate_group(plan: Plan, first: int) -> GroupResults:
    """Simulate the group of trials that starts at trial `first`, and bill its conversations."""
    group = prepare_group(plan, first)
    trials, months = plan.group_trials, plan.scenario.months
    totals: dict[str, Array] = {}
    for month in range(months):
        for rows in draw_month(plan, group, month):
            for name, amounts in bill_slice(plan, group, rows).items():
                totals.setdefault(name, np.zeros((trials, months)))[:, month] += amounts
    for name in long_meters(plan, group.tokens):
        totals.setdefault(name, np.zeros((trials, months)))
    totals |= trial_meters(plan.scenario, group.unknowns, group.unseen, totals)
    return GroupResults(totals, group.unknowns.drawn, driver_values(plan.scenario, group.unknowns, group.drivers))


def long_meters(plan: Plan, law: TokenLaw) -> list[str]:
    """Return the meters of calls priced long: they exist where a model has a threshold, also if no call reaches it."""
    if not np.isfinite(law.threshold).any():
        return []
    whole = [tokens_long(model, kind) for model in plan.scenario.models for kind in TOKEN_CLASSES]
    asked = parts_of(plan.terms.priced)
    return whole + [part.of(base) for part, bases in asked.items() for base in bases if base in whole]


def prepare_group(plan: Plan, first: int) -> Group:
    """Draw the trial and month levels of a group of trials.

    Raises:
        ValueError: if no group starts at this trial.
    """
    if first % plan.group_trials:
        raise ValueError(f"groups start at multiples of {plan.group_trials}, not at trial {first}")
    scenario, (block, place) = plan.scenario, divmod(first, BLOCK_TRIALS)
    unknowns = draw_unknowns(scenario, block)
    drivers = draw_drivers(scenario, unknowns, block)
    chosen = slice(place, place + plan.group_trials)
    cases, unseen = draw_counts(scenario, expected_demand(scenario, unknowns, drivers, block), block, chosen)
    mine = unknowns.part(place, plan.group_trials)
    law = build_law(scenario, mine)
    return Group(
        first=first,
        unknowns=mine,
        drivers=drivers.part(place, plan.group_trials),
        law=law,
        tables=length_tables(law.handling, scenario.turns.most),
        tokens=token_law(scenario, mine, prompt_thresholds(scenario, plan.terms)),
        cases=cases,
        unseen=unseen,
    )


def draw_month(plan: Plan, group: Group, month: int) -> Iterator[Rows]:
    """Yield the conversations of one month of a group, a slice of cases at a time; at least one slice."""
    tables: MonthLaw = month_law(group.law, group.drivers, month)
    trials, intents = group.cases.shape[0], group.cases.shape[2]
    cell = np.repeat(np.arange(trials * intents), group.cases[:, month].ravel())
    for number, start in enumerate(range(0, max(len(cell), 1), SLICE_CASES)):
        trial, intent = np.divmod(cell[start : start + SLICE_CASES], intents)
        draws = _keyed(plan.scenario.seed, group.first, month, number)
        yield draw_rows(tables, group.tables, group.tokens, draws, trial, intent, plan.scenario.returns.max_contacts)


def opening_draws(plan: Plan, group: Group, month: int, number: int) -> np.random.Generator:
    """Return the generator of the moments at which the cases of one slice open."""
    return _keyed(plan.scenario.seed, group.first, month, number)(0, 0, "case.opened")


def _keyed(seed: int, first: int, month: int, number: int) -> ContactDraws:
    """Return the generators of one slice."""

    def draws(contact: int, origin: int, name: str) -> np.random.Generator:
        return stream(seed, name, first, month, number, contact, origin)

    return draws


def bill_slice(plan: Plan, group: Group, rows: Rows) -> dict[str, Array]:
    """Return the meters of a slice of conversations, shape (trials,) each: billed by SQL, then summed."""
    contracts, terms = plan.terms.priced, plan.terms
    reads = bool(terms.definitions or terms.meters)
    billed = plan.biller.bill(record(rows, plan.scenario, plan.biller.columns)) if reads else Billed({}, {})
    asked = asked_of(meters_of(contracts))
    flags = {window.key: opening(rows, window) for window in asked.sessions}
    counted = Counted(billed.units, {**{own(name): each for name, each in billed.amounts.items()}, **flags})
    return slice_meters(rows, plan.scenario, group.law, plan.group_trials, counted, asked, parts_of(contracts))

"""The engine `expected`: what every meter comes to on average, given the unknowns of a future and the drivers of each
month, without any draw. docs/model.md; the loops are in `months` and compiled by engine.compiled.

A future's numbers do not depend on which others are worked out with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from simulator.distributions import Quantity
from simulator.engine.expectations.amounts import kind_meters, length_meters
from simulator.engine.expectations.asked import Asked, make_asked
from simulator.engine.expectations.beyond import make_beyond
from simulator.engine.expectations.futures import find
from simulator.engine.expectations.sessions import opening_chances
from simulator.engine.kinds import Kinds, make_kinds
from simulator.engine.parts import GroupResults, driver_values, part_meters, prompt_thresholds, trial_meters
from simulator.engine.refusals import refuse_clocks, refuse_sums, refuse_untold, refuse_wide
from simulator.engine.seeds import Seeds
from simulator.model.demand import Demand, expected_demand
from simulator.model.drivers import Drivers, draw_drivers
from simulator.model.numbers import Array, make_numbers, moves_of
from simulator.model.unknowns import Unknowns, draw_unknowns, unknown_numbers
from simulator.scenario.schema import Scenario
from simulator.scenario.terms import Terms, compile_terms
from simulator.streams import BLOCK_TRIALS

BLOCKS: Final = 8
"""Blocks of the streams that are worked out together at most: enough to amortise what is done once."""
MOST_PLACES: Final = 10_000_000
"""Numbers of conversations by month, model, set of intents, channel, level and end, and of duplicates by month, intent
and ends, that are held at once at most."""


@dataclass(frozen=True, slots=True)
class ExpectedPlan:
    """What every group of a run shares."""

    scenario: Scenario
    terms: Terms
    kinds: Kinds
    asked: Asked
    thresholds: Array
    unknown: tuple[Quantity, ...]
    seeds: Seeds

    @property
    def group_trials(self) -> int:
        """Futures of a group."""
        return self.blocks * BLOCK_TRIALS

    @property
    def blocks(self) -> int:
        """Blocks of the streams in a group: a power of 2, fewer where a future takes much memory."""
        scenario, found = self.scenario, BLOCKS
        places = len(scenario.channels) * len(scenario.levels) * 6 * (len(scenario.models) + 1)
        places = places * len(self.asked.shares.sets) + len(scenario.intents) * 2 * len(self.asked.merged.ends) ** 2
        places *= scenario.months * BLOCK_TRIALS
        while found > 1 and found * places > MOST_PLACES:
            found //= 2
        return found


def make_expected_plan(scenario: Scenario, *, seeds: Seeds | None = None) -> ExpectedPlan:
    """Compile a scenario for the engine.

    Args:
        seeds: of the unknowns and the months; the scenario's own by default.

    Raises:
        DefinitionError: a definition or an own meter reads what kinds of conversation do not have.
        ScenarioError: see `refuse_sums`.
    """
    terms = compile_terms(scenario)
    refuse_sums(scenario, terms)
    for name, each in terms.definitions.items():
        refuse_clocks(each)
        refuse_untold(f"definition {name!r}", each.columns, each.base_sql)
    for name, own in terms.meters.items():
        refuse_untold(f"meter {name!r}", own.columns, own.sql)
    kinds = make_kinds(scenario, terms.definitions, terms.meters)
    refuse_wide(kinds.rest.definitions, kinds.rest.meters)
    return ExpectedPlan(
        scenario,
        terms,
        kinds,
        make_asked(scenario, terms, kinds),
        prompt_thresholds(scenario, terms),
        unknown_numbers(scenario),
        seeds or Seeds.of(scenario),
    )


@dataclass(frozen=True, slots=True)
class _Drawn:
    """Unknowns, drivers and demand of some futures."""

    unknowns: Unknowns
    drivers: Drivers
    demand: Demand


def simulate_expected(plan: ExpectedPlan, first: int) -> GroupResults:
    """Return the expected meters of the group that starts at a trial.

    Raises:
        ValueError: if no group starts at this trial.
    """
    if first % plan.group_trials:
        raise ValueError(f"groups start at multiples of {plan.group_trials}, not at trial {first}")
    blocks = [_draw(plan, first // BLOCK_TRIALS + place) for place in range(plan.blocks)]
    drawn = _joined(blocks)
    meters = expected_meters(plan, drawn.unknowns, drawn.drivers, drawn.demand)
    drivers = driver_values(plan.scenario, drawn.unknowns, drawn.drivers)
    return GroupResults(meters, drawn.unknowns.drawn, drivers)


def _draw(plan: ExpectedPlan, block: int) -> _Drawn:
    scenario = plan.scenario
    unknowns = draw_unknowns(scenario.model_copy(update={"seed": plan.seeds.trial}), block, plan.unknown)
    drivers = draw_drivers(scenario.model_copy(update={"seed": plan.seeds.month}), unknowns, block)
    return _Drawn(unknowns, drivers, expected_demand(scenario, unknowns, drivers, block))


def _joined(parts: list[_Drawn]) -> _Drawn:
    demand = Demand(*(np.concatenate([getattr(part.demand, name) for part in parts]) for name in Demand.__slots__))
    drivers = Drivers(*(np.concatenate([getattr(part.drivers, name) for part in parts]) for name in Drivers.__slots__))
    drawn = {name: np.concatenate([part.unknowns.drawn[name] for part in parts]) for name in parts[0].unknowns.drawn}
    return _Drawn(Unknowns(sum(part.unknowns.trials for part in parts), drawn), drivers, demand)


def expected_meters(plan: ExpectedPlan, unknowns: Unknowns, drivers: Drivers, demand: Demand) -> dict[str, Array]:
    """Return the expected meters of some futures by their keys, shape (future, month)."""
    scenario, asked = plan.scenario, plan.asked
    numbers = make_numbers(scenario, unknowns, plan.thresholds)
    beyond = make_beyond(scenario, asked, unknowns, numbers)
    opening = opening_chances(asked.keys.sessions, numbers.returns)
    cases, borders = np.ascontiguousarray(demand.cases), plan.kinds.tables.borders
    found = find(numbers, moves_of(drivers), cases, asked, borders, opening, turns=beyond is not None)
    meters = dict(kind_meters(scenario, asked, numbers, found))
    for part, share in asked.share_of.items():
        amounts = dict(length_meters(scenario, asked, numbers, drivers.tokens, found, share))
        if beyond is not None:
            amounts |= beyond.meters(numbers, found, drivers.tokens, share, amounts)
        meters |= amounts if part is None else part_meters(part, asked.parts[part], amounts)
    meters |= trial_meters(scenario, unknowns, demand.unseen_tickets, meters)
    return {name: np.ascontiguousarray(values) for name, values in meters.items()}

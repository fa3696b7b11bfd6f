"""The engine `expected`: what every meter comes to on average, given the unknowns of a future and the drivers of each
month, without any draw. docs/model.md; the loops are compiled by compiling.compiled.

A future's numbers do not depend on which others are worked out with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from simulator.arrays import Array
from simulator.engine.counting.conversation_kinds import Kinds, make_kinds
from simulator.engine.expectations.expected_values import DelayChances, FutureNumbers, find, make, session_openings
from simulator.engine.expectations.meters_by_key import kind_meters, length_meters
from simulator.engine.expectations.requested import Requested, make_requested
from simulator.engine.expectations.token_excess import make_beyond
from simulator.engine.group_results import GroupResults, driver_values, part_meters, prompt_thresholds, trial_meters
from simulator.engine.refusals import refuse_clocks, refuse_sums, refuse_untold, refuse_wide
from simulator.futures.drawn import Drawn, draw_futures
from simulator.futures.law_arrays import Numbers, driver_effects, make_numbers
from simulator.futures.unknowns import unknown_numbers
from simulator.quantities.distributions import Quantity
from simulator.scenario.schema import Scenario
from simulator.scenario.stated.compiled_terms import Terms, compile_terms
from simulator.streams import BLOCK_TRIALS

BLOCKS: Final = 8
"""Blocks of the streams that are worked out together at most: enough to amortise what is done once."""
MOST_MONTHS: Final = 6_144
"""Months of all futures of a group together at most, as what is kept and drawn grows with them: 512 futures of 12
months, 64 of 96; a block of the streams is the least whatever the months."""
MOST_PLACES: Final = 10_000_000
"""Numbers of conversations by month, model, set of intents, channel, level and end, and of duplicates by month, intent
and ends, that are held at once at most."""


@dataclass(frozen=True, slots=True)
class ExpectedPlan:
    """What every group of a run shares.

    Attributes:
        again: what of the futures is drawn once more (futures.drawn).
    """

    scenario: Scenario
    terms: Terms
    kinds: Kinds
    asked: Requested
    thresholds: Array
    unknown: tuple[Quantity, ...]
    again: frozenset[str] = frozenset()

    @property
    def group_trials(self) -> int:
        """Futures of a group."""
        return self.blocks * BLOCK_TRIALS

    @property
    def blocks(self) -> int:
        """Blocks of the streams in a group: a power of 2, fewer where a future takes much memory or few are asked for.

        No number hangs on it, as a future's numbers do not depend on which others are worked out with it.
        """
        scenario, found = self.scenario, BLOCKS
        places = len(scenario.channels) * len(scenario.levels) * 6 * (len(scenario.models) + 1)
        places = places * len(self.asked.shares.sets) + len(scenario.intents) * 2 * len(self.asked.merged.ends) ** 2
        months, wanted = scenario.months * BLOCK_TRIALS, -(-scenario.trials // BLOCK_TRIALS)
        most = min(MOST_MONTHS // months, MOST_PLACES // (places * months))
        while found > 1 and (found > most or found // 2 >= wanted):
            found //= 2
        return found


def make_expected_plan(scenario: Scenario, again: frozenset[str] = frozenset()) -> ExpectedPlan:
    """Compile a scenario for the engine.

    Args:
        again: what of the futures is drawn once more (futures.drawn).

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
        make_requested(scenario, terms, kinds),
        prompt_thresholds(scenario, terms),
        unknown_numbers(scenario),
        again,
    )


def simulate_expected(plan: ExpectedPlan, first: int) -> GroupResults:
    """Return the expected meters of the group that starts at a trial.

    Raises:
        ValueError: if no group starts at this trial.
    """
    if first % plan.group_trials:
        raise ValueError(f"groups start at multiples of {plan.group_trials}, not at trial {first}")
    drawn = draw_futures(plan.scenario, first, plan.group_trials, unknown=plan.unknown, again=plan.again)
    meters = expected_meters(plan, drawn, numbers_of(plan, drawn))
    return GroupResults(meters, drawn.unknowns.drawn, driver_values(plan.scenario, drawn.unknowns, drawn.drivers))


def numbers_of(plan: ExpectedPlan, drawn: Drawn) -> Numbers:
    """Return the law's numbers of some futures."""
    return make_numbers(plan.scenario, drawn.unknowns, plan.thresholds)


def expected_meters(plan: ExpectedPlan, drawn: Drawn, numbers: Numbers) -> dict[str, Array]:
    """Return the expected meters of some futures by their keys, shape (future, month)."""
    meters = expected_totals(plan, drawn, numbers)
    return meters | trial_meters(plan.scenario, drawn.unknowns, drawn.demand.unseen_tickets, meters)


def expected_totals(plan: ExpectedPlan, drawn: Drawn, numbers: Numbers) -> dict[str, Array]:
    """Return the expected sums over conversations by the keys of their meters, shape (future, month)."""
    scenario, asked = plan.scenario, plan.asked
    beyond = make_beyond(scenario, asked, drawn.unknowns, numbers)
    opening = session_openings(asked.keys.sessions, numbers.returns)
    cases = np.ascontiguousarray(drawn.demand.cases)
    futures, delays = (
        FutureNumbers(numbers, driver_effects(drawn.drivers), cases),
        DelayChances(plan.kinds.tables.borders, opening),
    )
    found = find(futures, asked, delays, make(futures, asked), turns=beyond is not None)
    meters = dict(kind_meters(scenario, asked, numbers, found))
    tokens = drawn.drivers.tokens
    for part, share in asked.share_of.items():
        amounts = dict(length_meters(scenario, asked, numbers, tokens, found, share))
        if beyond is not None:
            amounts |= beyond.meters(numbers, found, tokens, share, amounts)
        meters |= amounts if part is None else part_meters(part, asked.parts[part], amounts)
    return {name: np.ascontiguousarray(values) for name, values in meters.items()}

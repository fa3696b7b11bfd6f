"""The engine `expected`: what every meter comes to on average, given the unknowns of a future and the drivers of each
month, without any draw. docs/model.md; the loops are in `months` and compiled by engine.compiled.

A future's numbers do not depend on which others are worked out with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simulator.contracts import meters as names
from simulator.contracts import meters_of, parts_of
from simulator.contracts.asked import asked_of
from simulator.distributions import Quantity
from simulator.engine.compiled import loop
from simulator.engine.expectations.asked import PLAIN, Names, make_asked
from simulator.engine.expectations.beyond import Beyond, make_beyond
from simulator.engine.expectations.lengths import PLAIN_SIZES, TOKEN_SUMS
from simulator.engine.expectations.months import Asked, Found
from simulator.engine.expectations.sessions import opening_chances
from simulator.engine.kinds import Kinds, make_kinds
from simulator.engine.numbers import Array, Numbers, make_numbers, moves_of
from simulator.engine.parts import GroupResults, driver_values, prompt_thresholds, trial_meters
from simulator.engine.refusals import refuse_clocks, refuse_untold
from simulator.engine.seeds import Seeds
from simulator.engine.sizes import Index
from simulator.model.demand import Demand, expected_demand
from simulator.model.drivers import Drivers, draw_drivers
from simulator.model.unknowns import Unknowns, draw_unknowns, unknown_numbers
from simulator.scenario.schema import Scenario
from simulator.scenario.terms import Terms, compile_terms
from simulator.streams import BLOCK_TRIALS

BLOCKS: Final = 8
"""Blocks of the streams that are worked out together: enough to amortise what is done once."""


@dataclass(frozen=True, slots=True)
class ExpectedPlan:
    """What every group of a run shares."""

    scenario: Scenario
    terms: Terms
    kinds: Kinds
    unknown: tuple[Quantity, ...]
    seeds: Seeds

    @property
    def group_trials(self) -> int:
        """Futures of a group."""
        return BLOCKS * BLOCK_TRIALS


def make_expected_plan(scenario: Scenario, *, seeds: Seeds | None = None) -> ExpectedPlan:
    """Compile a scenario for the engine.

    Args:
        seeds: of the unknowns and the months; the scenario's own by default.

    Raises:
        DefinitionError: a definition or an own meter reads what kinds of conversation do not have.
    """
    terms = compile_terms(scenario)
    for definition in terms.definitions.values():
        refuse_clocks(definition)
    kinds = make_kinds(scenario, terms.definitions, terms.meters)
    refuse_untold(kinds.rest.definitions, kinds.rest.meters)
    return ExpectedPlan(scenario, terms, kinds, unknown_numbers(scenario), seeds or Seeds.of(scenario))


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
    blocks = [_draw(plan, first // BLOCK_TRIALS + place) for place in range(BLOCKS)]
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
    scenario, terms = plan.scenario, plan.terms
    numbers = make_numbers(scenario, unknowns, prompt_thresholds(scenario, terms))
    beyond = make_beyond(scenario, terms, numbers)
    windows = asked_of(meters_of(terms.priced)).sessions
    opening = opening_chances(windows, numbers.returns)
    asked, places = make_asked(scenario, terms, plan.kinds, opening, turns=beyond is not None)
    found = _room(asked, numbers, drivers)
    of_kinds, of_lengths = _alike(numbers, asked)
    order = np.lexsort((of_kinds, of_lengths))
    cases = np.ascontiguousarray(demand.cases)
    loop("expect_months")(numbers, moves_of(drivers), cases, asked, order, of_kinds, of_lengths, found)
    meters = dict(_named(scenario, places, found))
    for share, amounts in _lengths(plan, places, found, beyond, numbers, drivers).items():
        meters |= amounts
    return meters | trial_meters(scenario, unknowns, demand.unseen_tickets, meters)


def _room(asked: Asked, numbers: Numbers, drivers: Drivers) -> Found:
    """Return room for what the loops find."""
    size = drivers.demand.shape
    levels, models = numbers.endings.models.shape[1:]
    intents, channels = numbers.cases.channels.shape[1:]
    shares, turns = len(asked.shares.of_set), numbers.turns.most if asked.turns else 0
    heads: tuple[tuple[int, ...], ...] = (
        (len(asked.columns.which),),
        (len(asked.ways.which),),
        (len(asked.contacts.kind),),
        (intents,),
        (channels,),
        (levels,),
        (models,),
        (4,),
        (4,),
        (shares, PLAIN_SIZES + len(asked.sizes.base)),
        (shares, models, TOKEN_SUMS),
        (shares, models, turns),
    )
    return Found(*(np.zeros((*head, *size)) for head in heads))


def _alike(numbers: Numbers, asked: Asked) -> tuple[Index, Index]:
    """Return a number for each future, equal where all that means of kinds, and of lengths, are made of is equal."""
    turns = _rows([each for each in numbers.turns if isinstance(each, np.ndarray)])
    law = numbers.returns
    kinds = [
        *numbers.attributes, numbers.cases.channels, numbers.people.solve, law.duplicated, law.same_channel,
        law.channel_delay, law.delay.scale, law.delay.spread, law.duplicate_delay.scale, law.duplicate_delay.spread,
    ]  # fmt: skip
    return _numbered(np.concatenate([_rows(kinds), turns], axis=1)), _numbered(turns)


def _rows(arrays: list[Array]) -> Array:
    return np.concatenate([each.reshape(len(each), -1) for each in arrays], axis=1)


def _numbered(rows: Array) -> Index:
    seen: dict[bytes, int] = {}
    return np.array([seen.setdefault(row.tobytes(), len(seen)) for row in rows], dtype=np.int64)


def _named(scenario: Scenario, places: Names, found: Found) -> Iterator[tuple[str, Array]]:
    """Yield what is not made of lengths by its key."""
    for where, values in ((places.columns, found.columns), (places.ways, found.ways), (places.contacts, found.contacts)):
        for name, place in where.items():
            yield name, values[place]
    known = {"intent": scenario.intents, "channel": scenario.channels, "level": scenario.levels, "model": scenario.models}
    for kind, each in known.items():
        for place, name in enumerate(each):
            yield f"{kind}:{name}", getattr(found, f"{kind}s")[place]
    yield "cases_solved", found.others[0]
    yield "cases_solved_by_ai", found.others[1]
    yield "straight_returns", found.others[2]
    yield "return_hours", found.others[3]
    handoff, review, straight, today = found.minutes
    yield "handoff_minutes", handoff
    yield "review_minutes", review
    yield "human_minutes", handoff + review + straight
    if scenario.today is not None:
        yield "today_minutes", today


def _lengths(
    plan: ExpectedPlan, places: Names, found: Found, beyond: Beyond | None, numbers: Numbers, drivers: Drivers
) -> dict[int, dict[str, Array]]:
    """Return what is made of lengths and tokens by share and key."""
    parts = parts_of(plan.terms.priced)
    made = {}
    for part, share in places.shares.items():
        amounts = dict(_share_meters(plan.scenario, places, found, share))
        if beyond is not None:
            amounts |= beyond.meters(numbers, found.turns[share], drivers.tokens, amounts)
        made[share] = amounts if part is None else {part.of(base): amounts[base] for base in parts[part] if base in amounts}
    return made


def _share_meters(scenario: Scenario, places: Names, found: Found, share: int) -> Iterator[tuple[str, Array]]:
    """Yield what is made of lengths and tokens of one share by its key."""
    sizes, tokens = found.sizes[share], found.tokens[share]
    for name, summed in PLAIN.items():
        yield name, np.add.reduce([sizes[each] for each in summed])
    for key, place in places.sizes.items():
        yield key, sizes[place]
    for model, of_model in zip(scenario.models, tokens, strict=True):
        for kind, amount in zip(names.TOKEN_CLASSES, of_model, strict=False):
            yield names.tokens(model, kind), amount
    yield names.INPUT_TOKENS, tokens[:, :3].sum(axis=(0, 1))
    yield names.OUTPUT_TOKENS, tokens[:, 3].sum(axis=0)
    yield "reasoning_tokens", tokens[:, 4].sum(axis=0)

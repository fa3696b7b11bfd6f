"""The atlas engine: months of any volume from counts of kinds of conversation, billed once.

Trials are worked on in blocks of a fixed size, always whole, so that a trial alone is that trial of a longer run.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simulator.contracts import meters_of, parts_of
from simulator.contracts.asked import Asked, asked_of
from simulator.contracts.meters import definition_of
from simulator.distributions import Quantity
from simulator.engine.atlas.atom_months import Apart
from simulator.engine.atlas.atoms import Atoms, cases_of, largest_by_intent, law_of, make_atoms
from simulator.engine.atlas.bills import Atlas, make_atlas
from simulator.engine.atlas.block import Block, block_meters
from simulator.engine.atlas.borders import GRID
from simulator.engine.atlas.chances import make_chances, make_rates
from simulator.engine.atlas.contexts import Memory, make_memory
from simulator.engine.atlas.counts import Chance, Drawn, Expectations
from simulator.engine.atlas.drawn_tokens import token_law
from simulator.engine.atlas.expected import Expected, expect, nothing, part, remaining
from simulator.engine.atlas.handling import DRAWN
from simulator.engine.atlas.law import Law, build_law, law_part
from simulator.engine.atlas.lengths import length_moments
from simulator.engine.atlas.mixtures import make_mixtures
from simulator.engine.atlas.passages import Passages, expect_passages, joined_passages
from simulator.engine.atlas.quantiles import draw_levels, poisson_counts
from simulator.engine.atlas.sessions import SessionMeans, expect_sessions, joined_sessions, looked_at
from simulator.engine.atlas.skewness import Skewness, skewness
from simulator.engine.parts import GroupResults, driver_values, prompt_thresholds, trial_meters
from simulator.engine.refusals import any_duplicates, refuse_unmade
from simulator.engine.seeds import Seeds
from simulator.model.demand import Demand, expected_demand
from simulator.model.drivers import Drivers, draw_drivers
from simulator.model.unknowns import Unknowns, draw_unknowns, unknown_numbers
from simulator.scenario.schema import Scenario
from simulator.scenario.terms import Terms, compile_terms
from simulator.streams import BLOCK_TRIALS, stream

Array = NDArray[np.float64]

ATLAS_TRIALS: Final = 512
"""Trials worked on together: a multiple of the blocks of the streams."""
PIECE_TRIALS: Final = 256
"""Trials whose expectations are worked out together, a month at a time: few enough for a processor's cache."""


@dataclass(frozen=True, slots=True)
class AtlasPlan:
    """What every block of a run shares."""

    scenario: Scenario
    terms: Terms
    atlas: Atlas
    memory: Memory | None
    atoms: Atoms | None
    skewness: Skewness
    unknown: tuple[Quantity, ...]
    seeds: Seeds
    expected: bool

    @property
    def asked(self) -> Asked:
        """Meters that are counted only because contracts read them."""
        return asked_of(meters_of(self.terms.priced))

    @property
    def group_trials(self) -> int:
        """Trials of a block."""
        return ATLAS_TRIALS


def make_atlas_plan(scenario: Scenario, *, expected: bool = False, seeds: Seeds | None = None) -> AtlasPlan:
    """Compile a scenario for the engine.

    Args:
        expected: return expectations given the unknowns and the drivers in the place of draws.
        seeds: of the levels of chance; the scenario's own by default.

    Raises:
        DefinitionError: if a definition looks at what kinds of conversation do not have.
        ContractError: if contracts apply to too many parts, or to parts of meters that are not shared out.
    """
    terms = compile_terms(scenario)
    own = seeds or Seeds.of(scenario)
    atlas = atlas_of(scenario, terms)
    memory = make_memory(atlas, terms.definitions)
    shapes = _stated_skewness(scenario, terms)
    parts = parts_of(terms.priced)
    for chosen, bases in parts.items():
        refuse_unmade(chosen, bases)
    atoms = make_atoms(parts, list(scenario.intents), list(scenario.channels))
    return AtlasPlan(scenario, terms, atlas, memory, atoms, shapes, unknown_numbers(scenario), own, expected)


def atlas_of(scenario: Scenario, terms: Terms) -> Atlas:
    """Return the bills of every kind of conversation."""
    sessions = asked_of(meters_of(terms.priced)).sessions
    later = [hours for hours in looked_at(sessions, GRID) if hours in GRID]
    copies = any_duplicates(scenario)
    return make_atlas(
        terms.definitions, scenario.returns.max_contacts, duplicates=copies, meters=terms.meters, later=later
    )


def _stated_skewness(scenario: Scenario, terms: Terms) -> Skewness:
    """Return the skewness of a conversation's lengths where every number has its stated value."""
    stated = Unknowns(1, {each.name: np.array([each.center]) for each in unknown_numbers(scenario)})
    handling = build_law(scenario, stated).handling
    tokens = token_law(scenario, stated, prompt_thresholds(scenario, terms))
    return skewness(DRAWN, length_moments(handling, scenario.turns.most), tokens, len(scenario.models))


def simulate_block(plan: AtlasPlan, first: int) -> GroupResults:
    """Simulate the block that starts at a trial.

    Raises:
        ValueError: if no block starts at this trial.
    """
    if first % ATLAS_TRIALS:
        raise ValueError(f"blocks start at multiples of {ATLAS_TRIALS}, not at trial {first}")
    scenario, block = plan.scenario, first // ATLAS_TRIALS
    drawn = [_draw_piece(plan, first // BLOCK_TRIALS + place) for place in range(ATLAS_TRIALS // BLOCK_TRIALS)]
    whole = _joined(drawn)
    unknowns, drivers = whole.unknowns, whole.drivers
    law = build_law(scenario, unknowns)
    tokens = token_law(scenario, unknowns, prompt_thresholds(scenario, plan.terms))
    lengths = length_moments(law.handling, scenario.turns.most)
    cases = np.ascontiguousarray(whole.demand.cases.transpose(2, 1, 0))
    expected = _expected(plan, drivers, law, cases)
    passages = _passages(plan, drivers, law, expected, cases)
    here = Block(
        scenario,
        plan.atlas,
        plan.memory,
        law,
        tokens,
        np.ascontiguousarray(drivers.tokens.T),
        lengths,
        plan.skewness,
        plan.asked,
        _sessions(plan, drivers, law, cases),
    )
    chance: Chance = Expectations() if plan.expected else Drawn(plan.seeds.conversation, block)
    meters = block_meters(chance, here, expected, passages, _apart(plan, drivers, law, cases, expected))
    by_trial = {name: np.ascontiguousarray(values.T) for name, values in meters.items()}
    unseen = np.concatenate([_unseen(plan, piece) for piece in drawn])
    by_trial |= trial_meters(scenario, unknowns, unseen, by_trial)
    return GroupResults(by_trial, unknowns.drawn, driver_values(scenario, unknowns, drivers))


@dataclass(frozen=True, slots=True)
class _Piece:
    """The trial and month levels of one block of the streams."""

    block: int
    unknowns: Unknowns
    drivers: Drivers
    demand: Demand


def _draw_piece(plan: AtlasPlan, block: int) -> _Piece:
    scenario = plan.scenario
    unknowns = draw_unknowns(scenario.model_copy(update={"seed": plan.seeds.trial}), block, plan.unknown)
    drivers = draw_drivers(scenario.model_copy(update={"seed": plan.seeds.month}), unknowns, block)
    return _Piece(block, unknowns, drivers, expected_demand(scenario, unknowns, drivers, block))


def _joined(parts: list[_Piece]) -> _Piece:
    demand = Demand(*(np.concatenate([getattr(part.demand, name) for part in parts]) for name in Demand.__slots__))
    drivers = Drivers(*(np.concatenate([getattr(part.drivers, name) for part in parts]) for name in Drivers.__slots__))
    names = parts[0].unknowns.drawn
    drawn = {name: np.concatenate([part.unknowns.drawn[name] for part in parts]) for name in names}
    return _Piece(parts[0].block, Unknowns(sum(part.unknowns.trials for part in parts), drawn), drivers, demand)


def _expected(plan: AtlasPlan, drivers: Drivers, law: Law, cases: Array) -> Expected:
    """Return the expected counts of a block, worked out month by month for PIECE_TRIALS trials at a time."""
    months = plan.scenario.months
    found: Expected | None = None
    for start in range(0, ATLAS_TRIALS, PIECE_TRIALS):
        trials = slice(start, start + PIECE_TRIALS)
        chances = make_chances(law_part(law, start, PIECE_TRIALS), plan.atlas.borders)
        mixtures, own = make_mixtures(chances), drivers.part(start, PIECE_TRIALS)
        found = found or nothing(chances, (months, ATLAS_TRIALS), plan.scenario.returns.max_contacts)
        for month in range(months):
            here = slice(month, month + 1)
            rates = make_rates(chances, own, here)
            expect(chances, mixtures, rates, cases[:, here, trials], part(found, here, trials))
    assert found is not None
    return found


def _passages(plan: AtlasPlan, drivers: Drivers, law: Law, expected: Expected, cases: Array) -> Passages | None:
    """Return what definitions with memory need to know beside the expected counts, None where there are none."""
    if plan.memory is None:
        return None
    parts = []
    for start in range(0, ATLAS_TRIALS, BLOCK_TRIALS):
        chances = make_chances(law_part(law, start, BLOCK_TRIALS), plan.atlas.borders)
        rates = make_rates(chances, drivers.part(start, BLOCK_TRIALS), slice(None))
        own = np.ascontiguousarray(cases[..., start : start + BLOCK_TRIALS])
        parts.append(expect_passages(plan.memory, plan.atlas, chances, rates, expected, own))
    return joined_passages(parts)


def _apart(plan: AtlasPlan, drivers: Drivers, law: Law, cases: Array, whole: Expected) -> Apart | None:
    """Return what is expected of the conversations that are billed apart, None where none are."""
    if plan.atoms is None:
        return None
    asked = {definition_of(base) for bases in plan.atoms.parts.values() for base in bases}
    remembered = plan.memory is not None and not asked.isdisjoint(plan.memory.definitions)
    atoms, rest = plan.atoms.atoms, largest_by_intent(plan.atoms)
    own = [law_of(atom, law) for atom in atoms]
    mine = [cases_of(atom, cases, weight) for atom, (_, weight) in zip(atoms, own, strict=True)]
    found = {place: _expected(plan, drivers, of, mine[place]) for place, (of, _) in enumerate(own) if place != rest}
    if rest is not None:
        found[rest] = remaining(whole, list(found.values()), atoms[rest].intents)
    complete = [found[place] for place in range(len(atoms))]
    passages = []
    if remembered:
        passages = [
            passed
            for (of, _), number, each in zip(own, mine, complete, strict=True)
            if (passed := _passages(plan, drivers, of, each, number)) is not None
        ]
    return Apart(plan.atoms, complete, passages)


def _sessions(plan: AtlasPlan, drivers: Drivers, law: Law, cases: Array) -> SessionMeans | None:
    """Return what is expected of sessions, None where no contract reads them."""
    windows = plan.asked.sessions
    if not windows:
        return None
    parts = []
    for start in range(0, ATLAS_TRIALS, BLOCK_TRIALS):
        chances = make_chances(law_part(law, start, BLOCK_TRIALS), ())
        rates = make_rates(chances, drivers.part(start, BLOCK_TRIALS), slice(None))
        own = np.ascontiguousarray(cases[..., start : start + BLOCK_TRIALS])
        hours, contacts = looked_at(windows, GRID), plan.scenario.returns.max_contacts
        parts.append(expect_sessions(windows, hours, chances, rates, own, contacts))
    return joined_sessions(parts)


def _unseen(plan: AtlasPlan, piece: _Piece) -> Array:
    """Return the tickets that the AI never sees, shape (trial, month)."""
    expected = piece.demand.unseen_tickets
    if plan.expected or not expected.any():
        return expected
    draws = stream(plan.seeds.conversation, "atlas.unseen_tickets", piece.block)
    return poisson_counts(expected, draw_levels(draws, (plan.scenario.months, BLOCK_TRIALS)).T)

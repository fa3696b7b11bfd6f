"""Further definitions, own meters and parts counted on the futures of a run, without simulating them again.

Of each group of futures two things are kept: how many conversations are expected of each kind of end and fate
(engine.expectations), and what definitions can see of the sampled ones. From these the meters of another definition
come out the same, to the bit, as in a run that had it from the start (sampling.sampled).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from simulator.arrays import Array
from simulator.contracts import Contract, segments_of
from simulator.contracts.metering.meters import CONVERSATIONS, OWN, RESOLUTIONS, optional_meters
from simulator.contracts.metering.segments import whole_of
from simulator.engine.counting.conversation_kinds import Kinds, make_kinds
from simulator.engine.counting.declared_meters import declared
from simulator.engine.counting.totals import Counter, slice_totals
from simulator.engine.draws.drawing import draw_slices
from simulator.engine.draws.rows import Rows
from simulator.engine.expectations.contact_chain import Made
from simulator.engine.expectations.expected import ExpectedPlan, make_expected_plan, numbers_of
from simulator.engine.expectations.expected_values import DelayChances, FutureNumbers, find, make
from simulator.engine.expectations.meters_by_key import column_meters
from simulator.engine.expectations.requested import Requested, make_requested
from simulator.engine.results import Results
from simulator.engine.sampling.few_units import FewUnits, few_units
from simulator.engine.sampling.sample_size import Pilot, pilot_of, run_pilot
from simulator.engine.sampling.sampling_fraction import sampled_share, scaled, share_drawing
from simulator.futures.drawn import Drawn, draw_futures
from simulator.futures.law_arrays import Numbers, driver_effects
from simulator.futures.unknowns import draw_unknowns, unknown_numbers
from simulator.law import ENDS
from simulator.law.drawn_columns import OF_CASE, REAL, ROW_ACTIONS, ROW_CALLS, ROW_CASE, ROW_DELAY, WHOLE
from simulator.scenario.schema import Scenario
from simulator.scenario.stated.compiled_terms import Terms, compile_terms
from simulator.streams import BLOCK_TRIALS

T = TypeVar("T")

MOST_KEPT: Final = 4_096
"""Futures up to which they are kept: each takes 0.14 MB at 15 intents and 12 months."""
COUNTED: Final = (RESOLUTIONS, OWN, CONVERSATIONS, "rows")
"""Families of meters that can be counted anew."""
NO_LAW: Final = {"title", "contracts", "switches", "definitions", "meters", "budget", "sample", "sources"}
"""What of a scenario no conversation hangs on."""
SPLITS: Final = ("|solved_by_ai", "|solved")
THREADS: Final = min(4, os.cpu_count() or 1)
"""Groups that are worked on at the same time: the compiled loops let one another run."""
_SEEN: Final = [place for place in range(len(WHOLE)) if place not in (ROW_CASE, ROW_CALLS, ROW_ACTIONS)]
"""Columns of whole numbers that are kept."""


@dataclass(frozen=True, slots=True)
class KeptSlice:
    """What definitions can see of a slice of conversations.

    Attributes:
        whole: columns `_SEEN`, shape (column, conversation).
        delay: hours to the return, NaN without one.
    """

    whole: NDArray[np.int16]
    delay: Array

    @classmethod
    def of(cls, rows: Rows) -> KeptSlice:
        """Return what is kept of conversations."""
        return cls(rows.whole[_SEEN].astype(np.int16), rows.real[ROW_DELAY].copy())

    def rows(self) -> Rows:
        """Return the conversations again; columns that are not kept are 0."""
        whole = np.zeros((len(WHOLE), len(self.delay)), dtype=np.int64)
        whole[_SEEN] = self.whole
        real = np.zeros((len(REAL), len(self.delay)))
        real[ROW_DELAY] = self.delay
        return Rows(np.empty((0, len(OF_CASE)), dtype=np.int64), whole, real)


@dataclass(frozen=True, slots=True)
class KeptGroup:
    """A group of futures.

    Attributes:
        made: expected conversations by end and fate, and duplicates by both ends.
        slices: of each month.
        share: of the expected cases that was drawn, shape (future, month).
    """

    drawn: Drawn
    numbers: Numbers
    made: Made
    slices: tuple[tuple[KeptSlice, ...], ...]
    share: Array


class KeptFutures:
    """What is kept of a run of the engine `sampled`; each part is worked out when it is first needed.

    Args:
        results: of the run, from trial 0 on.
    """

    def __init__(self, results: Results) -> None:
        assert results.sampling is not None
        self.scenario, self.trials, self.sample = results.scenario, results.trials, results.sampling.sample

    def __getstate__(self) -> dict[str, Any]:
        """Return what a copy is made of: no futures, which it draws again where it needs them."""
        return {name: getattr(self, name) for name in ("scenario", "trials", "sample")}

    @cached_property
    def plan(self) -> ExpectedPlan:
        """The plan of its expected values."""
        return make_expected_plan(self.scenario)

    @cached_property
    def pilot(self) -> Pilot:
        """The pilot, which decides which contracts hang on few units."""
        return run_pilot(self.plan)

    @cached_property
    def pilot_group(self) -> KeptGroup:
        """The futures of the pilot, of which nothing is sampled."""
        scenario = pilot_of(self.scenario)
        return _group(self.plan, scenario, 0, BLOCK_TRIALS, None)

    @cached_property
    def groups(self) -> tuple[KeptGroup, ...]:
        """The futures of the run."""
        return tuple(self._drawn(lambda group: group))

    def each(self, work: Callable[[KeptGroup], T]) -> list[T]:
        """Return what some work finds with each group; where there are too many to keep, each is drawn for it alone."""
        if self.trials > MOST_KEPT:
            return self._drawn(work)
        with ThreadPoolExecutor(THREADS) as threads:
            return list(threads.map(work, self.groups))

    def _drawn(self, work: Callable[[KeptGroup], T]) -> list[T]:
        plan, size = self.plan, self.plan.group_trials
        with ThreadPoolExecutor(THREADS) as threads:
            firsts = range(0, self.trials, size)
            return list(threads.map(lambda first: work(_group(plan, self.scenario, first, size, self.sample)), firsts))


def _group(plan: ExpectedPlan, scenario: Scenario, first: int, count: int, sample: int | None) -> KeptGroup:
    """Draw a group; nothing is sampled where no sample is given."""
    drawn = draw_futures(scenario, first, count, unknown=plan.unknown)
    numbers = numbers_of(plan, drawn)
    asked = _all_ends(plan.asked)
    made = make(_future_numbers(numbers, drawn), asked)
    share = sampled_share(drawn.demand.cases.sum(axis=2), sample or 1.0)
    slices: list[tuple[KeptSlice, ...]] = []
    if sample is not None:
        drawing, counts = share_drawing(scenario, drawn, numbers, share)
        for month in range(scenario.months):
            slices.append(tuple(KeptSlice.of(rows) for rows in draw_slices(drawing, counts[:, month], month)))
    return KeptGroup(drawn, numbers, _of_kinds(made), tuple(slices), share)


def _of_kinds(made: Made) -> Made:
    """Return what columns of definitions are made of, and nothing of the rest."""
    rest = {name: getattr(made, name)[..., :0].copy() for name in ("fates", "contacts", "placed", "solved", "minutes")}
    return made._replace(**rest)


def _future_numbers(numbers: Numbers, drawn: Drawn) -> FutureNumbers:
    """Return what expected values of some futures are made of."""
    return FutureNumbers(numbers, driver_effects(drawn.drivers), np.ascontiguousarray(drawn.demand.cases))


def _all_ends(asked: Requested) -> Requested:
    """Return what is asked with all ends told apart that merged duplicates and their originals can have."""
    return replace(asked, merged=asked.merged._replace(ends=np.arange(len(ENDS))))


def recounted(results: Results, scenario: Scenario, kept: KeptFutures) -> Results | None:
    """Return results with what the contracts of a scenario read beside; None where that must be simulated.

    It equals, to the bit, what a run of the scenario has.

    Args:
        results: of the run that was kept, or of an earlier call.
        scenario: with the same law (`same_law`), and other or further contracts, definitions or own meters.
    """
    if results.sampling is None:
        return None
    before, terms = compile_terms(results.scenario), compile_terms(scenario)
    changed = _changed(before, terms)
    meters = {key: each for key, each in results.meters.items() if _counted_by(key) not in changed}
    missing = _missing(meters, terms)
    if not all(_family(key) in COUNTED for key in missing):
        return None
    counting = _Counting.of(scenario, terms, missing) if missing else None
    if counting is not None and (counting.kinds.rest.definitions or counting.kinds.rest.meters):
        return None
    known = {each.name for each in before.priced if each in terms.priced and not _reads(each, changed)}
    few = _few({each.name: each for each in terms.priced if each.name not in known}, scenario, terms, missing, kept)
    if any(each.whole for each in few):
        return None
    few = (*(each for each in results.sampling.few if each.contract in known), *few)
    return replace(
        results,
        scenario=scenario,
        meters={**meters, **({} if counting is None else counting.all_meters(kept))},
        unknowns=_unknowns(scenario, results),
        sampling=replace(results.sampling, few=few),
    )


def _changed(before: Terms, after: Terms) -> set[str]:
    """Return the keys of definitions and own meters that mean something else than before under the same name."""
    found = {
        f"{RESOLUTIONS}:{name}"
        for name, each in after.definitions.items()
        if name in before.definitions and before.definitions[name].spec != each.spec
    }
    return found | {
        f"{OWN}:{name}"
        for name, own in after.meters.items()
        if name in before.meters and before.meters[name].sql != own.sql
    }


def _counted_by(key: str) -> str:
    """Return the key of a meter without its split and its part."""
    for split in SPLITS:
        key = key.removesuffix(split)
    return whole_of(key)


def _reads(contract: Contract, keys: Collection[str]) -> bool:
    return any(_counted_by(meter) in keys for meter in (*contract.meters, contract.unit))


def same_law(one: Scenario, other: Scenario) -> bool:
    """Return whether two scenarios have the same futures, so that only what is billed and how it is told differs."""
    mine, others = (each.model_dump(exclude=NO_LAW) for each in (one, other))
    return bool(mine == others)


def _few(
    contracts: Mapping[str, Contract], scenario: Scenario, terms: Terms, missing: Sequence[str], kept: KeptFutures
) -> tuple[FewUnits, ...]:
    """Return which of some contracts hang on few units.

    Args:
        missing: meters that results lack; the pilot lacks those too that an earlier call has counted.
    """
    if not contracts:
        return ()
    read = [meter for each in contracts.values() for meter in (*each.meters, each.unit)]
    lacks = [each for each in read if each not in kept.pilot.expected and _family(each) in COUNTED]
    unseen = tuple(dict.fromkeys([*missing, *lacks]))
    expected = _Counting.of(scenario, terms, unseen).expected(kept.pilot_group) if unseen else {}
    unknowns = draw_unknowns(pilot_of(scenario), 0)
    pilot = replace(kept.pilot, unknowns=unknowns, expected={**kept.pilot.expected, **expected})
    return tuple(few_units(contracts, pilot, kept.sample))


def _unknowns(scenario: Scenario, results: Results) -> dict[str, Array]:
    """Return the unknown numbers of a scenario, shape (trial,) each: those of results where they have the same law."""
    unknown = unknown_numbers(scenario)
    before = {each.name: (each.law, each.domain) for each in unknown_numbers(results.scenario)}
    same = {each.name for each in unknown if before.get(each.name) == (each.law, each.domain)}
    known = {name: values for name, values in results.unknowns.items() if name in same}
    names = [each.name for each in unknown if each.name not in known]
    if names:
        blocks = [draw_unknowns(scenario, block, unknown).drawn for block in range(-(-results.trials // BLOCK_TRIALS))]
        known |= {name: np.concatenate([block[name] for block in blocks])[: results.trials] for name in names}
    return {each.name: known[each.name] for each in unknown}


def _missing(meters: Collection[str], terms: Terms) -> tuple[str, ...]:
    """Return the meters that contracts and definitions need beside some others."""
    wanted = [meter for contract in terms.priced for meter in (*contract.meters, contract.unit)]
    wanted += [part.of(base) for part, bases in segments_of(terms.priced).items() for base in bases]
    wanted += [f"{RESOLUTIONS}:{name}" for name in terms.definitions] + [f"{OWN}:{name}" for name in terms.meters]
    return tuple(dict.fromkeys(meter for meter in wanted if meter not in meters))


def _family(key: str) -> str:
    whole = whole_of(key)
    return whole if whole in COUNTED else whole.partition(":")[0]


@dataclass(frozen=True, slots=True)
class _Counting:
    """What counts the missing meters of a scenario."""

    scenario: Scenario
    kinds: Kinds
    asked: Requested
    counter: Counter

    @classmethod
    def of(cls, scenario: Scenario, terms: Terms, missing: Sequence[str]) -> _Counting:
        """Make what counts some meters, with their splits."""
        bases = {whole_of(key) for key in missing}
        definitions = {name: each for name, each in terms.definitions.items() if f"{RESOLUTIONS}:{name}" in bases}
        own = {name: each for name, each in terms.meters.items() if f"{OWN}:{name}" in bases}
        kinds = make_kinds(scenario, definitions, own)
        some = replace(terms, definitions=definitions, meters=own)
        asked = _all_ends(make_requested(scenario, some, kinds, bases))
        meters = tuple(meter for meter in declared(scenario, some) if _asks(meter.keys, missing))
        return cls(scenario, kinds, asked, Counter(scenario, kinds, optional_meters(()), meters))

    def expected(self, group: KeptGroup) -> dict[str, Array]:
        """Return the expected values of a group's futures, shape (future, month)."""
        futures = _future_numbers(group.numbers, group.drawn)
        opening = np.zeros((0, len(futures.cases), 1, 1))
        delays = DelayChances(self.kinds.tables.borders, opening)
        found = find(futures, self.asked, delays, group.made, lengths=False)
        return {name: np.ascontiguousarray(values) for name, values in column_meters(self.asked, found)}

    def all_meters(self, kept: KeptFutures) -> dict[str, Array]:
        """Return the meters of all futures of a run, shape (future, month)."""
        parts = kept.each(self.meters)
        return {key: np.concatenate([part[key] for part in parts])[: kept.trials] for key in parts[0]}

    def meters(self, group: KeptGroup) -> dict[str, Array]:
        """Return the meters of a group's futures, shape (future, month)."""
        futures, months = group.share.shape
        people = group.numbers.people
        today = people.handoff[:, :, None] * people.channel[:, None]
        totals: dict[str, Array] = {}
        for month, slices in enumerate(group.slices):
            for part in slices:
                for name, amounts in slice_totals(self.counter, part.rows(), futures, today).items():
                    totals.setdefault(name, np.zeros((futures, months)))[:, month] += amounts
        return scaled(self.expected(group), totals, group.share)


def _asks(keys: Collection[str], missing: Collection[str]) -> bool:
    return any(key in missing or any(key.removesuffix(split) in missing for split in SPLITS) for key in keys)

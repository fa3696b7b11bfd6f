"""From conversations to meters: billed by kind, then summed over a slice of cases by trial."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.arrays import Array, Flags, Index
from simulator.contracts import meters_of
from simulator.contracts.metering import meters as names
from simulator.contracts.metering.meters import Blocks, Layer, OptionalMeters, Sessions, optional_meters
from simulator.definitions.counted_rows import CountedRows
from simulator.engine.compiling.compiled import loop
from simulator.engine.counting.conversation_kinds import Kinds, make_kinds
from simulator.engine.counting.declared_meters import ONE, Flag, Meter, declared
from simulator.engine.counting.meter_values import GROUPS, MeterValues
from simulator.engine.counting.row_billing import bill_rows, codes_of
from simulator.engine.draws.rows import Rows
from simulator.scenario.schema import Scenario
from simulator.scenario.stated.compiled_terms import Terms


@dataclass(frozen=True, slots=True)
class Counter:
    """How the conversations of a scenario are billed and summed.

    Attributes:
        asked: by contracts, beside what is always counted.
        meters: all that are summed.
    """

    scenario: Scenario
    kinds: Kinds
    asked: OptionalMeters
    meters: tuple[Meter, ...]


def make_counter(scenario: Scenario, terms: Terms, kinds: Kinds | None = None) -> Counter:
    """Make the tables of kinds and declare all meters.

    Args:
        terms: of the scenario; its definitions need no clock.
        kinds: the tables, where they were made before.
    """
    kinds = make_kinds(scenario, terms.definitions, terms.meters) if kinds is None else kinds
    return Counter(scenario, kinds, optional_meters(meters_of(terms.priced)), tuple(declared(scenario, terms)))


def slice_totals(counter: Counter, rows: Rows, trials: int, today: Array) -> dict[str, Array]:
    """Return the meters of a slice of whole cases, each of shape (trials,); names as in engine.results.

    Args:
        rows: case by case, each conversation with its duplicate behind it; cases by trial.
        trials: of the group.
        today: minutes of people that a case takes today, shape (trial, level, channel).

    Raises:
        DefinitionError: an own meter is too large for a number.
    """
    billed = bill_rows(counter.kinds, counter.scenario, rows, codes_of(counter.kinds, rows))
    seen = _seen(counter, rows, billed, today)
    starts = np.searchsorted(rows.who.trial, np.arange(trials + 1))
    found: dict[str, Array] = {}
    for meter in counter.meters:
        found |= zip(meter.keys, _sums(meter, seen, starts), strict=True)
    return found


def _seen(counter: Counter, rows: Rows, billed: CountedRows, today: Array) -> MeterValues:
    """Return what meters see of a slice."""
    asked, who = counter.asked, rows.who
    values: dict[str, NDArray[np.generic]] = {names.own(name): each for name, each in billed.amounts.items()}
    if counter.scenario.today is not None:
        values["today"] = today[who.trial, who.level, who.channel]
    flags: dict[tuple[Flag, ...], Flags] = {}
    flags |= {(names.resolutions(name),): each.view(np.bool_) for name, each in billed.units.items()}
    flags |= {(window.key,): opening(rows, window) for window in asked.sessions}
    cuts: dict[str, Layer | Blocks] = {each.key: each for each in asked.layers}
    cuts |= {each.key: each for each in asked.blocks}
    return MeterValues(rows, counter.scenario, cuts, values, flags)


def opening(rows: Rows, window: Sessions) -> Flags:
    """Return whether each conversation of whole cases opens a session."""
    found = np.empty(len(rows), np.int8)
    from_start = window.anchor == "start"
    loop("mark_sessions")(rows.origin, rows.who.channel, rows.delay_hours, from_start, window.hours, found)
    return found.view(np.bool_)


def _sums(meter: Meter, seen: MeterValues, starts: Index) -> Array:
    """Return the sums of a meter, shape (key, trial)."""
    totals = np.zeros((len(meter.keys), len(starts) - 1))
    if meter.group and meter.value == ONE:
        loop("count_by")(starts, GROUPS[meter.group](seen.rows), totals)
    elif meter.group:
        loop("sum_by")(starts, GROUPS[meter.group](seen.rows), seen.value(meter.value), totals)
    elif not meter.flags and meter.value == ONE:
        totals[0] = np.diff(starts)
    elif not meter.flags:
        loop("sum_all")(starts, seen.value(meter.value), totals[0])
    elif meter.value == ONE:
        loop("count_where")(starts, seen.holds(meter.flags).view(np.int8), totals[0])
    else:
        loop("sum_where")(starts, seen.value(meter.value), seen.holds(meter.flags).view(np.int8), totals[0])
    return totals

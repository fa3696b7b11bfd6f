"""What an engine hands on: meters by trial and month, and the trial's unknowns. No conversation leaves the engine."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulator.arrays import Array
from simulator.contracts.invoices.whole_units import rounds_units, with_whole_units
from simulator.engine.storage.run_columns import Columns, ColumnsByName, Read
from simulator.futures.nets import nets_of

if TYPE_CHECKING:
    from simulator.contracts import Contract
    from simulator.engine.sampling.few_units import FewUnits
    from simulator.scenario.schema import Scenario


METERS, UNKNOWNS, DRIVERS, SAMPLING, WHOLE = "meters/", "unknowns/", "drivers/", "sampling/", "whole/"
"""How the names of columns begin that the results have themselves."""


@dataclass(frozen=True, slots=True)
class Sampling:
    """How the engine `sampled` drew single conversations.

    Attributes:
        sample: cases of a month that it draws, on average; a month with fewer expected is drawn whole.
        few: contracts whose bills hang on few units.
        arrays: `share` and `level`, shape (trial, month).
    """

    sample: int
    few: tuple[FewUnits, ...]
    arrays: Mapping[str, Array]

    @property
    def share(self) -> Array:
        """Share of the expected cases that was drawn, shape (trial, month)."""
        return self.arrays["share"]

    @property
    def level(self) -> Array:
        """Level at which units are made whole where a contract rounds them, shape (trial, month)."""
        return self.arrays["level"]


@dataclass(frozen=True, slots=True)
class Results:
    """The meters of a run. Axis order of every meter: (trial, month).

    Attributes:
        scenario: what was simulated, as loaded.
        meters: name -> array (trial, month), sums over the conversations of the cases that opened in the month:
            cases, cases_solved (by the AI or a person), cases_solved_by_ai, tickets, unseen_tickets, straight_returns;
            rows (all conversations logged), conversations (handled: class service and at least one turn), returns
            (rows after which the customer came back), duplicates (rows);
            for every unit U ("rows", "conversations" and "resolutions:NAME" of each definition in use): U, U|solved
            (of these solved by the AI or a person), U|solved_by_ai;
            turns, messages, ai_replies, actions, calls, duration_seconds;
            input_tokens (cached and written inside), output_tokens (reasoning inside), of all models;
            for every layer, blocks and sessions that a contract reads, its key such as "output_tokens[500000:2000000]",
            "messages/70" and "sessions:start:24" (contracts.metering.meters), and minutes where a contract reads these;
            own:NAME for the scenario's own meters;
            for every segment that a contract reads, its key such as "conversations{intents=refund}"
            (contracts.metering.segments), with U|solved and U|solved_by_ai where it counts units; its handled
            conversations in any case;
            human_minutes and its parts handoff_minutes, review_minutes (the rest: straight returns);
            return_hours (sum of delays), duplicate_hours (from the opening of the case), csat_responses, csat_points;
            end:KIND for the six kinds of end; touch:review, touch:handoff;
            action_completed, judged_resolved, handoff_planned;
            class:NAME, channel:NAME, level:NAME, intent:NAME, model:NAME (rows);
            tokens:MODEL:CLASS and tokens_long:MODEL:CLASS with CLASS in input (uncached, unwritten), cached_input,
            cache_write, output; reasoning_tokens;
            today_minutes, today_solved (people only, only where the scenario has `today`).
        unknowns: dotted name of each number given as an interval -> array (trial,) of its values.
        drivers: demand, complexity, escalation, solving, returning, tokens, incident -> array (trial, month): factors,
            or shifts on the logit.
        engine: name of the engine: "sampled", "ledger", or "expected" for conditional means.
        sampling: how conversations were sampled; None with other engines.
        whole: meters of whole months, of contracts that bend on few units, shape (trial, month).
        split: what the variance split looks at, of the first trials, by LEVEL/METER (sampling.sampled).
        columns: what left the groups of futures where that is not the meters themselves (`engine.run.simulate_into`);
            the mappings above then read their arrays from it when they are asked for, and have those that are read.
    """

    scenario: Scenario
    meters: Mapping[str, Array]
    unknowns: Mapping[str, Array]
    drivers: Mapping[str, Array]
    engine: str = field(default="ledger")
    sampling: Sampling | None = None
    whole: Mapping[str, Array] = field(default_factory=dict)
    split: Mapping[str, Array] = field(default_factory=dict)
    columns: Columns | None = None

    @property
    def trials(self) -> int:
        """Number of futures."""
        return int(self.meters["cases"].shape[0]) if self.columns is None else self.columns.trials

    @property
    def net(self) -> NDArray[np.int8] | None:
        """The net of each future (simulator.futures.nets), shape (trials,); None where futures are random."""
        return None if self.scenario.sampling == "random" else nets_of(self.trials)

    @property
    def months(self) -> int:
        """Number of months."""
        return int(self.meters["cases"].shape[1]) if self.columns is None else self.scenario.months

    @property
    def sums(self) -> Mapping[str, float]:
        """Sums of all meters over futures and months, by key, whether the meters are there or only their sums."""
        if self.columns is None:
            return {name: float(meter.sum()) for name, meter in self.meters.items()}
        found = self.columns.sums.items()
        return {name.removeprefix(METERS): value for name, value in found if name.startswith(METERS)}

    def each(self, meters: Iterable[str], work: Callable[[Results], Array]) -> Array:
        """Return what some work finds with futures, (trial, ...), a group at a time where all would take much room.

        Args:
            meters: keys of those that it reads; it may read all unknowns too.
            work: gives (future, ...) for results of some futures; a future's must not depend on the others.
        """
        if self.columns is None:
            return work(self)
        wanted = dict.fromkeys(["cases", *meters])
        return self.columns.each(self.months, lambda read: work(self._of(wanted, read)))

    def _of(self, meters: Iterable[str], read: Read) -> Results:
        """Return results of some futures with some meters."""
        assert self.columns is not None
        known = {part: ColumnsByName(self.columns, part, read) for part in (METERS, WHOLE, UNKNOWNS, SAMPLING)}
        sampling = None if self.sampling is None else replace(self.sampling, arrays=known[SAMPLING])
        return replace(
            self,
            meters={key: known[METERS][key] for key in meters if key in known[METERS]},
            unknowns=known[UNKNOWNS],
            drivers={},
            sampling=sampling,
            whole={key: known[WHOLE][key] for key in meters if key in known[WHOLE]},
            columns=None,
        )

    def priced_meters(self, contract: Contract, meters: Mapping[str, Array] | None = None) -> Mapping[str, Array]:
        """Return the meters that a contract is billed on: whole units where it rounds them, whole months where it bends
        on few units, and else the meters as they are.

        Args:
            meters: in the place of some of the results' own.
        """
        own = {} if meters is None else meters
        if self.sampling is None:
            return {**self.meters, **own}
        if any(each.whole and each.contract == contract.name for each in self.sampling.few):
            return {**self.meters, **self.whole, **own}
        if not rounds_units(contract):
            return {**self.meters, **own}
        return with_whole_units(contract, {**self.meters, **own}, self.sampling.share, self.sampling.level)


def results_of(
    scenario: Scenario, engine: str, columns: Columns, sampling: tuple[int, tuple[FewUnits, ...]] | None
) -> Results:
    """Return the results of a run of which columns left.

    Args:
        sampling: cases drawn of a month and contracts that hang on few units; None with other engines.
    """
    return Results(
        scenario,
        ColumnsByName(columns, METERS),
        ColumnsByName(columns, UNKNOWNS),
        ColumnsByName(columns, DRIVERS),
        engine,
        None if sampling is None else Sampling(*sampling, ColumnsByName(columns, SAMPLING)),
        ColumnsByName(columns, WHOLE),
        columns=columns,
    )

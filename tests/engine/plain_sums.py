"""The ledger's meters by SQL on every row and plain NumPy, to test the tables of kinds and the compiled sums against.

Nothing here is declared in a table or compiled: each meter is written out as the sum that it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.arrays import Array, Flags
from simulator.contracts import meters_of, segments_of
from simulator.contracts.metering import meters as names
from simulator.contracts.metering.meters import Sessions, optional_meters
from simulator.definitions import Biller
from simulator.engine.counting.meter_values import belongs
from simulator.engine.draws.record_table import record
from simulator.engine.draws.rows import Rows
from simulator.engine.group_results import part_meters, prompt_thresholds
from simulator.engine.ledger import Group, LedgerPlan
from simulator.law import ENDS
from simulator.law.drawn_columns import COPY
from simulator.records import CLASSES


def plain_meters(plan: LedgerPlan, group: Group, rows: Rows) -> dict[str, Array]:
    """Return the meters of a slice, each of shape (trial,), as ledger.bill_slice does."""
    biller = Biller(plan.terms.definitions, plan.terms.meters)
    billed = biller.bill(record(rows, plan.scenario, biller.columns))
    amounts: dict[str, NDArray[Any]] = {names.own(name): each for name, each in billed.amounts.items()}
    amounts |= {each.key: opening(rows, each) for each in optional_meters(meters_of(plan.terms.priced)).sessions}
    every = np.ones(len(rows), bool), np.ones(len(rows.cases), bool)
    found = dict(_Slice(plan, group, rows, *every).meters(billed.units, amounts))
    for part, bases in segments_of(plan.terms.priced).items():
        inside = belongs(part, rows.who, plan.scenario), belongs(part, rows.cases, plan.scenario)
        found |= part_meters(part, bases, dict(_Slice(plan, group, rows, *inside).meters(billed.units, amounts)))
    return found


def opening(rows: Rows, window: Sessions) -> Flags:
    """Return whether each conversation opens a session.

    The first of a case does. A return does if the session's start (anchor "start") or the conversation before it
    (anchor "inactivity") started the window's hours ago or more. A duplicate does on another channel than its
    original's; on the same one it joins its original's session.
    """
    found = rows.who.channel != rows.cases.channel[rows.who.case]
    since, gap = np.zeros(len(rows.cases)), np.full(len(rows.cases), np.inf)
    originals = rows.origin != COPY
    for contact in range(1, int(rows.contact.max(initial=0)) + 1):
        now = np.flatnonzero(originals & (rows.contact == contact))
        case = rows.who.case[now]
        reached = since[case] + gap[case]
        found[now] = ~(reached < window.hours)
        since[case] = np.where(found[now] | (window.anchor == "inactivity"), 0.0, reached)
        gap[case] = rows.delay_hours[now]
    return np.asarray(found)


@dataclass(frozen=True, slots=True)
class _Slice:
    """Conversations and cases of a slice of which some are inside."""

    plan: LedgerPlan
    group: Group
    rows: Rows
    inside: Flags
    cases_inside: Flags

    def total(self, values: NDArray[Any]) -> Array:
        """Return the sum of the values of each trial over the conversations inside."""
        trial, mine = self.rows.who.trial[self.inside], values[self.inside].astype(float)
        return np.bincount(trial, weights=mine, minlength=self.plan.group_trials)

    def meters(self, units: Mapping[str, Array], amounts: Mapping[str, NDArray[Any]]) -> Iterator[tuple[str, Array]]:
        """Yield all meters in the order of the results."""
        yield from self._cases()
        yield from self._sums()
        yield from self._sizes()
        yield from ((key, self.total(each)) for key, each in amounts.items())
        yield from self._units(units)
        yield from self._counts()
        yield from self._tokens()

    def _cases(self) -> Iterator[tuple[str, Array]]:
        rows, cases, trials = self.rows, self.rows.cases, self.plan.group_trials
        counted = cases.trial[self.cases_inside]
        yield "cases", np.bincount(counted, minlength=trials).astype(float)
        for name, flags in (("cases_solved", rows.solved | rows.human_solved), ("cases_solved_by_ai", rows.solved)):
            solved = np.isin(np.arange(len(cases)), rows.who.case[flags & self.inside]) & self.cases_inside
            yield name, np.bincount(cases.trial[solved], minlength=trials).astype(float)
        if self.plan.scenario.today is not None:
            people = self.group.numbers.people
            minutes = people.handoff[cases.trial, cases.level] * people.channel[cases.trial, cases.channel]
            yield "today_minutes", np.bincount(counted, weights=minutes[self.cases_inside], minlength=trials)

    def _sums(self) -> Iterator[tuple[str, Array]]:
        rows, returned = self.rows, ~np.isnan(self.rows.delay_hours)
        yield "returns", self.total(returned)
        yield "straight_returns", self.total(rows.straight)
        yield "duplicates", self.total(rows.origin == COPY)
        yield "return_hours", self.total(np.where(returned, rows.delay_hours, 0.0))
        yield "duplicate_hours", self.total(np.where(rows.origin == COPY, rows.hours, 0.0))
        for name in ("turns", "calls", "duration_seconds", "handoff_minutes", "review_minutes"):
            yield name, self.total(getattr(rows, name))
        yield "human_minutes", self.total(rows.handoff_minutes + rows.review_minutes + rows.straight_minutes)
        yield "csat_responses", self.total(rows.score > 0)
        yield "csat_points", self.total(rows.score)
        yield "touch:review", self.total(rows.review)
        yield "touch:handoff", self.total(np.isin(rows.end, [ENDS.index("partial"), ENDS.index("escalated")]))
        for name, flags in (
            ("action_completed", rows.action),
            ("judged_resolved", rows.judged),
            ("handoff_planned", rows.planned),
        ):
            yield name, self.total(flags)

    def _sizes(self) -> Iterator[tuple[str, Array]]:
        rows, asked = self.rows, optional_meters(meters_of(self.plan.terms.priced))
        sizes: dict[str, NDArray[Any]] = {
            "messages": rows.turns + rows.ai_replies,
            "ai_replies": rows.ai_replies,
            "actions": rows.actions,
            "input_tokens": rows.tokens.input,
            "output_tokens": rows.tokens.output,
        }
        if asked.minutes:
            sizes["minutes"] = rows.duration_seconds / 60
        for name, each in sizes.items():
            yield name, self.total(each)
        for layer in asked.layers:
            size = sizes[layer.base].astype(float)
            most = np.inf if layer.cap is None else layer.cap
            yield layer.key, self.total(np.clip(size - layer.included, 0.0, most))
        for block in asked.blocks:
            yield block.key, self.total(np.ceil(sizes[block.base].astype(float) / block.size))

    def _units(self, units: Mapping[str, Array]) -> Iterator[tuple[str, Array]]:
        rows = self.rows
        solved, by_ai = rows.solved | rows.human_solved, rows.solved
        service = (rows.service_class == CLASSES.index("service")) & (rows.turns >= 1)
        billable = {"rows": np.ones(len(rows), bool), names.CONVERSATIONS: service}
        billable |= {names.resolutions(name): counted.astype(bool) for name, counted in units.items()}
        for unit, counted in billable.items():
            yield unit, self.total(counted)
            yield f"{unit}|solved", self.total(counted & solved)
            yield f"{unit}|solved_by_ai", self.total(counted & by_ai)

    def _counts(self) -> Iterator[tuple[str, Array]]:
        rows, scenario = self.rows, self.plan.scenario
        groups: list[tuple[str, Sequence[str], NDArray[np.int64]]] = [
            ("end", ENDS, rows.end),
            ("class", CLASSES, rows.service_class),
            ("intent", list(scenario.intents), rows.who.intent),
            ("channel", list(scenario.channels), rows.who.channel),
            ("level", list(scenario.levels), rows.who.level),
            ("model", list(scenario.models), rows.model),
        ]
        for group, codes, values in groups:
            for code, name in enumerate(codes):
                yield f"{group}:{name}", self.total(values == code)

    def _tokens(self) -> Iterator[tuple[str, Array]]:
        tokens, models = self.rows.tokens, list(self.plan.scenario.models)
        parts = {names.tokens: (tokens.input, tokens.cached, tokens.written, tokens.output)}
        if np.isfinite(prompt_thresholds(self.plan.scenario, self.plan.terms)).any():
            parts[names.tokens_long] = tuple(tokens.long)
        for key, (prompt, cached, written, output) in parts.items():
            plain = np.maximum(prompt - cached - written, 0.0)
            for token_class, values in zip(names.TOKEN_CLASSES, (plain, cached, written, output), strict=True):
                for code, model in enumerate(models):
                    yield key(model, token_class), self.total(np.where(self.rows.model == code, values, 0.0))
        yield "reasoning_tokens", self.total(tokens.reasoning)

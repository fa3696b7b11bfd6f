"""From conversations to meters: sums over the rows of a slice, by trial."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from simulator.contracts import meters as names
from simulator.contracts.asked import Asked
from simulator.contracts.part import Part
from simulator.engine.chosen import rows_in
from simulator.engine.columns import COPY
from simulator.engine.numbers import Numbers
from simulator.engine.parts import part_meters
from simulator.engine.rows import Rows
from simulator.law import ENDS
from simulator.records import CLASSES
from simulator.scenario.schema import Scenario

Array = NDArray[np.float64]
Total = Callable[[NDArray[np.generic]], Array]


@dataclass(frozen=True, slots=True)
class Counted:
    """What each conversation of a slice counts for, by rules that see whole cases or the record in SQL.

    Attributes:
        units: by definition.
        amounts: by key of the meter: sessions that it opens, what it adds to own meters.
    """

    units: Mapping[str, NDArray[np.int8]]
    amounts: Mapping[str, NDArray[np.generic]]

    def of(self, chosen: NDArray[np.bool_]) -> Counted:
        """Return the same of some conversations."""
        return Counted(
            {name: each[chosen] for name, each in self.units.items()},
            {key: each[chosen] for key, each in self.amounts.items()},
        )


def slice_meters(
    rows: Rows,
    scenario: Scenario,
    numbers: Numbers,
    trials: int,
    counted: Counted,
    asked: Asked,
    parts: Mapping[Part, Sequence[str]] = MappingProxyType({}),
) -> dict[str, Array]:
    """Return the meters of a slice, each of shape (trials,); names as in engine.results.

    Args:
        numbers: of the law of the group.
        trials: trials of the group.
        counted: what each conversation counts for.
        asked: meters that contracts read beside those that are always counted.
        parts: conversations that contracts bill apart, by intent or channel, with the meters asked of each.
    """

    total = partial(_by_trial, rows.who.trial, trials)
    meters = dict(_case_meters(rows, scenario, numbers, trials))
    meters |= dict(_sums(rows, total))
    meters |= dict(_size_meters(rows, total, asked))
    meters |= {key: total(amounts) for key, amounts in counted.amounts.items()}
    meters |= dict(_unit_meters(rows, total, counted.units))
    meters |= dict(_counts(rows, scenario, trials))
    meters |= dict(_token_meters(rows, scenario, numbers.tokens.threshold, trials))
    for part, bases in parts.items():
        inside, mine = rows_in(part, rows, scenario)
        meters |= part_meters(part, bases, slice_meters(inside, scenario, numbers, trials, counted.of(mine), asked))
    return meters


def _by_trial(trial: NDArray[np.int64], trials: int, values: NDArray[np.generic]) -> Array:
    """Return the sum of the values of each trial, shape (trials,); flags count as 0 and 1."""
    if values.dtype == np.bool_:
        if trials == 1:
            return np.array([np.count_nonzero(values)], dtype=np.float64)
        return np.bincount(trial[values.astype(np.bool_)], minlength=trials).astype(np.float64)
    if trials == 1:
        return np.array([values.sum(dtype=np.float64)])
    return np.bincount(trial, weights=values, minlength=trials).astype(np.float64)


def _case_meters(rows: Rows, scenario: Scenario, numbers: Numbers, trials: int) -> Iterator[tuple[str, Array]]:
    cases = rows.cases
    yield "cases", np.bincount(cases.trial, minlength=trials).astype(np.float64)
    for name, flags in (("cases_solved", rows.solved | rows.human_solved), ("cases_solved_by_ai", rows.solved)):
        solved = np.zeros(len(cases), dtype=np.bool_)
        own = rows.who.case[flags]
        solved[own[own >= 0]] = True
        yield name, np.bincount(cases.trial[solved], minlength=trials).astype(np.float64)
    if scenario.today is not None:
        people = numbers.people
        minutes = people.handoff[cases.trial, cases.level] * people.channel[cases.trial, cases.channel]
        yield "today_minutes", _by_trial(cases.trial, trials, minutes)


def _sums(rows: Rows, total: Total) -> Iterator[tuple[str, Array]]:
    returned = ~np.isnan(rows.delay_hours)
    yield "returns", total(returned)
    yield "straight_returns", total(rows.straight)
    yield "duplicates", total(rows.origin == COPY)
    yield "return_hours", total(np.where(returned, rows.delay_hours, 0.0))
    yield "duplicate_hours", total(np.where(rows.origin == COPY, rows.hours, 0.0))
    for name in ("turns", "calls", "duration_seconds", "handoff_minutes", "review_minutes"):
        yield name, total(getattr(rows, name))
    yield "human_minutes", total(rows.human_minutes)
    yield "csat_responses", total(rows.score > 0)
    yield "csat_points", total(rows.score)
    yield "touch:review", total(rows.review)
    yield "touch:handoff", total(rows.handed_over)
    for name, flags in (
        ("action_completed", rows.action),
        ("judged_resolved", rows.judged),
        ("handoff_planned", rows.planned),
    ):
        yield name, total(flags)


def _size_meters(rows: Rows, total: Total, asked: Asked) -> Iterator[tuple[str, Array]]:
    sizes: dict[str, NDArray[np.generic]] = {
        "messages": rows.turns + rows.ai_replies,
        "ai_replies": rows.ai_replies,
        "actions": rows.actions,
        names.INPUT_TOKENS: rows.tokens.input,
        names.OUTPUT_TOKENS: rows.tokens.output,
    }
    if asked.minutes:
        sizes[names.MINUTES] = rows.duration_seconds / names.MINUTE_SECONDS
    for name, amounts in sizes.items():
        yield name, total(amounts)
    parts: list[names.Layer | names.Blocks] = [*asked.layers, *asked.blocks]
    for part in parts:
        yield part.key, total(part.billed(sizes[part.base].astype(np.float64)))


def _unit_meters(rows: Rows, total: Total, units: Mapping[str, NDArray[np.int8]]) -> Iterator[tuple[str, Array]]:
    solved, by_ai = rows.solved | rows.human_solved, rows.solved
    handled = (rows.service_class == CLASSES.index("service")) & (rows.turns >= 1)
    billable: dict[str, NDArray[np.bool_]] = {
        "rows": np.ones(len(rows), dtype=np.bool_),
        names.CONVERSATIONS: handled,
    }
    billable |= {names.resolutions(name): counted.astype(np.bool_) for name, counted in units.items()}
    for unit, counted in billable.items():
        yield unit, total(counted)
        yield f"{unit}|solved", total(counted & solved)
        yield f"{unit}|solved_by_ai", total(counted & by_ai)


def _counts(rows: Rows, scenario: Scenario, trials: int) -> Iterator[tuple[str, Array]]:
    kinds: list[tuple[str, Sequence[str], NDArray[np.int64]]] = [
        ("end", ENDS, rows.end),
        ("class", CLASSES, rows.service_class),
        ("intent", list(scenario.intents), rows.who.intent),
        ("channel", list(scenario.channels), rows.who.channel),
        ("level", list(scenario.levels), rows.who.level),
        ("model", list(scenario.models), rows.model),
    ]
    for kind, values, codes in kinds:
        counts = np.bincount(rows.who.trial * len(values) + codes, minlength=trials * len(values))
        for position, value in enumerate(values):
            yield f"{kind}:{value}", counts.reshape(trials, len(values))[:, position].astype(np.float64)


def _token_meters(rows: Rows, scenario: Scenario, threshold: Array, trials: int) -> Iterator[tuple[str, Array]]:
    models = list(scenario.models)
    place = rows.who.trial * len(models) + rows.model

    def by_model(values: Array) -> Array:
        if not values.any():
            return np.zeros((len(models), trials))
        sums = np.bincount(place, weights=values, minlength=trials * len(models))
        return np.ascontiguousarray(sums.reshape(trials, len(models)).T)

    tokens = rows.tokens
    parts = {names.tokens: (tokens.input, tokens.cached, tokens.written, tokens.output)}
    if np.isfinite(threshold).any():
        parts[names.tokens_long] = tuple(tokens.long)
    for key, (prompt, cached, written, output) in parts.items():
        plain = np.maximum(prompt - cached - written, 0.0)
        by_class = dict(zip(names.TOKEN_CLASSES, (plain, cached, written, output), strict=True))
        for token_class, values in by_class.items():
            for position, sums in enumerate(by_model(values)):
                yield key(models[position], token_class), sums
    yield "reasoning_tokens", _by_trial(rows.who.trial, trials, tokens.reasoning)

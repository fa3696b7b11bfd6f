"""The same features of conversations, cases and trials from the engine and from the scalar reference."""

from __future__ import annotations

import math
from dataclasses import replace
from random import Random
from typing import Any

import numpy as np
import pandas as pd

from simulator.definitions import NAMED
from simulator.engine.counting.row_billing import bill_rows, codes_of
from simulator.engine.draws.drawing import count_cases, keys_of
from simulator.engine.draws.law_rows import law_rows
from simulator.engine.draws.record_table import CLOCKLESS, record
from simulator.engine.group_results import prompt_thresholds
from simulator.engine.ledger import Group, LedgerPlan, draw_month, make_plan, prepare_group
from simulator.futures.law_arrays import Numbers, driver_effects, make_numbers
from simulator.futures.month_level import Scores, draw_drivers, draw_unseen, drivers_at, expected_demand
from simulator.futures.unknowns import draw_unknowns
from simulator.law import ENDS
from simulator.law.case import move
from simulator.law.drivers import DrawnDrivers
from simulator.law.odds import shifted
from simulator.law.slots import (
    MOVED_COMPLEXITY,
    MOVED_ESCALATE,
    MOVED_RETURN,
    MOVED_SOLVE,
    MOVED_TOKENS,
)
from simulator.quantities.distributions import Fixed
from simulator.scenario import Scenario, quantities
from simulator.scenario.schema.demand_tables import Incidents
from simulator.scenario.stated.compiled_terms import compile_terms
from simulator.scenario.stated.sources import named
from simulator.streams import BLOCK_TRIALS
from tests.engine.moments import Moments, moments
from tests.reference.clauses import effective, units
from tests.reference.drivers import Scores as ReferenceScores
from tests.reference.law import simulate_trial
from tests.reference.rates import MonthLaw as ReferenceLaw

TOKENS = ("input_tokens", "cached_input_tokens", "cache_write_tokens", "output_tokens", "reasoning_tokens")
LONG = ("long_input", "long_cached", "long_written", "long_output")


def at_center(scenario: Scenario) -> Scenario:
    """Return the scenario with every number known and no incident: the law of a case alone."""
    known = {q.name: Fixed(q.center) for q in quantities(scenario)}
    still = {"correlations": (), "incidents": Incidents()}
    return named(_replaced(scenario, known).model_copy(update=still))


PUSHED = {"demand": 0.5, "complexity": -0.7, "escalation": 0.9, "solving": -0.8, "returning": 1.1, "tokens": 0.6}
"""Scores of the drivers at which the law of a case is compared: away from 0, so that effect and sign show."""


def pushed_mix(scenario: Scenario) -> dict[str, float]:
    """Return scores of the intents' mix series, each another."""
    return {intent: 0.8 - 0.5 * place for place, intent in enumerate(scenario.intents)}


def pushed_group(plan: LedgerPlan, first: int) -> Group:
    """Return a group of the engine whose drivers stand at the pushed scores in all months."""
    scenario, group = plan.scenario, prepare_group(plan, first)
    shape = (BLOCK_TRIALS, scenario.months)
    unknowns = draw_unknowns(scenario, first // BLOCK_TRIALS)
    mix = np.broadcast_to(np.array(list(pushed_mix(scenario).values())), (*shape, len(scenario.intents)))
    scores = Scores({name: np.full(shape, z) for name, z in PUSHED.items()}, mix, np.zeros(shape, dtype=bool))
    drivers = drivers_at(scenario, unknowns, scores)
    demand = expected_demand(scenario, unknowns, drivers, first // BLOCK_TRIALS)
    chosen = slice(first % BLOCK_TRIALS, first % BLOCK_TRIALS + plan.group_trials)
    return replace(
        group,
        drivers=drivers.part(first % BLOCK_TRIALS, plan.group_trials),
        cases=count_cases(group.keys, demand.cases[chosen], first),
        unseen=draw_unseen(scenario, demand, first // BLOCK_TRIALS, chosen),
    )


def _replaced(scenario: Scenario, laws: dict[str, Fixed]) -> Scenario:
    from pydantic import BaseModel

    from simulator.quantities.distributions import Quantity

    def rebuilt(value: Any) -> Any:
        if isinstance(value, Quantity):
            return Quantity(laws[value.name], value.domain, value.source, value.name)
        if isinstance(value, BaseModel):
            return value.model_copy(update={key: rebuilt(getattr(value, key)) for key in type(value).model_fields})
        if isinstance(value, dict):
            return {key: rebuilt(item) for key, item in value.items()}
        if isinstance(value, tuple):
            return tuple(rebuilt(item) for item in value)
        return value

    return rebuilt(scenario)


def engine_rows(scenario: Scenario, trials: int, months: int) -> pd.DataFrame:
    """Return every conversation of the engine with all columns of the record that need no clock, and more."""
    plan, frames, cases = make_plan(scenario), [], 0
    for first in range(0, trials, plan.group_trials):
        group = pushed_group(plan, first)
        for month in range(months):
            for rows in draw_month(plan, group, month):
                frame = record(rows, scenario, CLOCKLESS).to_pandas()
                frame["case_id"] = rows.who.case + cases
                frame["trial"], frame["month"] = rows.who.trial + first, month
                frame["end"] = np.array(ENDS)[rows.end]
                frame["calls"], frame["straight_return"], frame["hours"] = rows.calls, rows.straight, rows.hours
                for place, name in enumerate(LONG):
                    frame[name] = rows.tokens.long[place]
                kinds = plan.counter.kinds
                for name, counted in bill_rows(kinds, scenario, rows, codes_of(kinds, rows)).units.items():
                    frame[f"units {name}"] = counted
                frames.append(frame)
                cases += len(rows.cases)
    return pd.concat(frames, ignore_index=True)


def reference_rows(scenario: Scenario, trials: int, months: int, seed: int, definitions: list[str]) -> pd.DataFrame:
    """Return every conversation of the scalar reference with the same columns, at the same scores of the drivers."""
    rows, cases = [], 0
    for number in range(trials):
        scores = [ReferenceScores(dict(PUSHED), pushed_mix(scenario)) for _ in range(scenario.months)]
        trial = simulate_trial(scenario, Random(seed * 100_003 + number), unknowns="center", drivers=scores,
                               months=range(1, months + 1))  # fmt: skip
        for month, drawn in enumerate(trial.months):
            for case in drawn.cases:
                cases += 1
                start = case.rows[0]["hours"]
                counted = {name: units(case.rows, _clauses(scenario, name)) for name in definitions}
                for place, row in enumerate(case.rows):
                    extra = {f"units {name}": counted[name][place] for name in definitions}
                    rows.append(
                        {
                            **row,
                            **extra,
                            "hours": row["hours"] - start,
                            "case_id": cases,
                            "trial": number,
                            "month": month,
                        }
                    )
    frame = pd.DataFrame(rows)
    return frame.rename(columns=_LONG_NAMES)


_LONG_NAMES = {
    "long_input_tokens": "long_input",
    "long_cached_input_tokens": "long_cached",
    "long_cache_write_tokens": "long_written",
    "long_output_tokens": "long_output",
}


def _clauses(scenario: Scenario, name: str) -> Any:
    return effective(name, {**NAMED, **scenario.definitions})


def row_features(rows: pd.DataFrame, scenario: Scenario) -> pd.DataFrame:
    """Return numbers that describe each conversation, the same for both routes."""
    found: dict[str, Any] = {}
    categories = {
        "end": ENDS, "class": ("greeting", "spam", "test"), "channel": list(scenario.channels),
        "origin": ("return", "duplicate"),
        "complexity": list(scenario.levels), "intent": list(scenario.intents), "model": list(scenario.models),
        "human_touch": ("review", "handoff"), "outcome": ("confirmed", "silent", "abandoned", "partial", "escalated"),
    }  # fmt: skip
    for column, values in categories.items():
        for value in values:
            found[f"{column}={value}"] = rows[column].astype(str) == value
    for contact in range(2, scenario.returns.max_contacts + 1):
        found[f"contact>={contact}"] = rows["contact"] >= contact
    for column in (
        "answered",
        "solved",
        "human_solved",
        "handoff_planned",
        "action_completed",
        "judged_resolved",
        "straight_return",
    ):
        found[column] = rows[column].astype(bool)
    score = rows["csat"].astype(float)
    found["csat"], found["csat high"] = score.fillna(0), score >= 4
    delay = rows["returned_after_hours"].astype(float)
    found["returned"], found["delay"] = delay.notna(), np.log1p(delay.fillna(0))
    found["delay<24"], found["hours"] = delay < 24, np.log1p(rows["hours"].astype(float))
    minutes = rows["human_minutes"].astype(float)
    found["minutes"], found["log minutes"] = minutes, np.log1p(minutes)
    for column in ("turns", "calls", "messages", "ai_replies", "actions"):
        found[column] = rows[column].astype(float)
    found["duration"] = np.log1p(rows["duration_seconds"].astype(float))
    for column in (*TOKENS, *LONG):
        tokens = rows[column].astype(float)
        found[column], found[f"log {column}"] = tokens / 1e4, np.log1p(tokens)
    for column in sorted(c for c in rows.columns if c.startswith("units ")):
        found[column] = rows[column]
    return pd.DataFrame(found).astype(float)


def row_moments(rows: pd.DataFrame, scenario: Scenario) -> Moments:
    """Return the moments of conversations."""
    features = row_features(rows, scenario)
    return moments(list(features.columns), features.to_numpy())


def case_moments(rows: pd.DataFrame, scenario: Scenario) -> Moments:
    """Return the moments of cases: sums over their conversations."""
    features = row_features(rows, scenario).groupby(rows["case_id"].to_numpy()).sum()
    return moments(list(features.columns), features.to_numpy())


def engine_trials(scenario: Scenario) -> pd.DataFrame:
    """Return what is expected in each trial and month, a row a trial: drivers and unknowns drawn, no conversation."""
    vectors, keys = [], keys_of(scenario.seed, list(scenario.intents))
    thresholds = prompt_thresholds(scenario, compile_terms(scenario))
    for block in range(scenario.trials // BLOCK_TRIALS):
        unknowns = draw_unknowns(scenario, block)
        drivers = draw_drivers(scenario, unknowns, block)
        demand = expected_demand(scenario, unknowns, drivers, block)
        cases = count_cases(keys, demand.cases, block * BLOCK_TRIALS)
        unseen = draw_unseen(scenario, demand, block, slice(None))
        numbers = make_numbers(scenario, unknowns, thresholds)
        found: dict[str, Any] = {}
        for month in range(scenario.months):
            moved = _moved(numbers, drivers, month)
            for place, intent in enumerate(scenario.intents):
                found[f"expected {intent} {month}"] = np.log(demand.cases[:, month, place])
                found[f"cases {intent} {month}"] = np.sqrt(cases[:, month, place])
            found[f"unseen {month}"] = np.sqrt(demand.unseen_tickets[:, month])
            found[f"unseen drawn {month}"] = np.sqrt(unseen[:, month])
            found[f"tokens {month}"] = np.log(moved[:, MOVED_TOKENS])
            found |= {f"{name} {month}": values for name, values in _engine_chances(numbers, moved).items()}
        vectors.append(pd.DataFrame(found))
    return pd.concat(vectors, ignore_index=True)


INTENT, LEVEL, MODEL = 1, 1, -1
"""Of whose chances the expectations of trials are made: the second intent, the middle level, the last model."""


def _moved(numbers: Numbers, drivers: DrawnDrivers, month: int) -> np.ndarray:
    """Return the odds and the token factor that the engine's loop makes for the intent, shape (trial, 5)."""
    law, moves = law_rows(numbers), np.stack([each[:, month] for each in driver_effects(drivers)], axis=1)
    found = np.empty((len(moves), 5))
    for trial, filled in enumerate(found):
        move(law.rows[trial], law.where, moves[trial], INTENT, filled)
    return found


def _engine_chances(numbers: Numbers, moved: np.ndarray) -> dict[str, Any]:
    """Return chances, shape (trial,) each."""
    cases, endings, returns = numbers.cases, numbers.endings, numbers.returns
    found = {
        f"level>{k}": shifted(cases.tails[:, INTENT, k], moved[:, MOVED_COMPLEXITY])
        for k in range(cases.tails.shape[2])
    }
    escalating = moved[:, MOVED_ESCALATE] * endings.model_escalate_odds[:, MODEL]
    found["escalate 0"] = shifted(endings.escalate[:, LEVEL], escalating)
    found["escalate 1"] = shifted(endings.escalate[:, LEVEL], escalating * endings.later_odds)
    found["solve"] = shifted(endings.solve[:, LEVEL], moved[:, MOVED_SOLVE] * endings.model_solve_odds[:, MODEL])
    for place, end in enumerate(ENDS):
        odds = moved[:, MOVED_RETURN] * returns.level_odds[:, LEVEL]
        found[f"return {end}"] = shifted(returns.back[:, place], odds)
    found["confirm"], found["partial"] = endings.confirm[:, INTENT], endings.partial[:, LEVEL]
    return found


def reference_trials(scenario: Scenario, trials: int, seed: int) -> pd.DataFrame:
    """Return the same from the scalar reference."""
    vectors = []
    for number in range(trials):
        trial = simulate_trial(scenario, Random(seed * 100_003 + number), count_only=True)
        found: dict[str, float] = {}
        for month, drawn in enumerate(trial.months):
            demand = drawn.demand
            for intent, expected in demand.expected_cases.items():
                found[f"expected {intent} {month}"] = math.log(expected)
                found[f"cases {intent} {month}"] = math.sqrt(demand.cases[intent])
            found[f"unseen {month}"] = math.sqrt(demand.expected_unseen)
            found[f"unseen drawn {month}"] = math.sqrt(demand.unseen)
            found[f"tokens {month}"] = math.log(demand.move.tokens * trial.values.tokens.factor)
            law = ReferenceLaw(trial.values, demand.month, demand.move)
            found |= {f"{name} {month}": chance for name, chance in _reference_chances(law).items()}
        vectors.append(found)
    return pd.DataFrame(vectors)


def _reference_chances(law: ReferenceLaw) -> dict[str, float]:
    intent, level, model = list(law.values.intents)[1], law.level_names[1], list(law.values.models)[-1]
    levels = law.levels(intent)
    found = {f"level>{k}": sum(levels[k + 1 :]) for k in range(len(levels) - 1)}
    ends = [dict(zip(ENDS, law.ends(intent, level, model, later), strict=True)) for later in (False, True)]
    handed = [chances["partial"] + chances["escalated"] for chances in ends]
    found["escalate 0"], found["escalate 1"] = handed
    first = ends[0]
    solved = first["confirmed"] + first["silent_solved"]
    found["solve"] = solved / (solved + first["silent_unsolved"])
    found |= {f"return {end}": law.returns(intent, level, end) for end in ENDS}
    found["confirm"], found["partial"] = first["confirmed"] / solved, first["partial"] / handed[0]
    return found

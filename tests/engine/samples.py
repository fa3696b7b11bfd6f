"""The same features of conversations, cases and trials from the engine and from the scalar reference."""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np
import pandas as pd

from simulator.definitions import NAMED
from simulator.distributions import Fixed
from simulator.engine.ledger import draw_month, make_plan, prepare_group
from simulator.engine.record import CLOCKLESS, record
from simulator.engine.run import simulate
from simulator.model.law import ENDS
from simulator.scenario import Scenario, quantities
from simulator.scenario.names import named
from tests.engine.moments import Moments, moments
from tests.reference.clauses import units
from tests.reference.law import simulate_trial

TOKENS = ("input_tokens", "cached_input_tokens", "cache_write_tokens", "output_tokens", "reasoning_tokens")
LONG = ("long_input", "long_cached", "long_written", "long_output")


def at_center(scenario: Scenario) -> Scenario:
    """Return the scenario with every number known and no driver moving: the law of a case alone."""
    known = {q.name: Fixed(q.center) for q in quantities(scenario)}
    still = {name: Fixed(0.0) for name in known if _moves_months(name)}
    return _replaced(scenario, known | still).model_copy(update={"correlations": ()})


def _moves_months(name: str) -> bool:
    return name == "incidents.probability" or (
        name.startswith("drivers.") and name.rpartition(".")[2] in ("sd", "cv", "log_sd")
    )


def _replaced(scenario: Scenario, laws: dict[str, Fixed]) -> Scenario:
    from pydantic import BaseModel

    from simulator.distributions import Quantity

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

    return named(rebuilt(scenario))


def engine_rows(scenario: Scenario, trials: int, months: int) -> pd.DataFrame:
    """Return every conversation of the engine with all columns of the record that need no clock, and more."""
    plan, frames, cases = make_plan(scenario), [], 0
    for first in range(0, trials, plan.group_trials):
        group = prepare_group(plan, first)
        for month in range(months):
            for rows in draw_month(plan, group, month):
                table = record(rows, scenario, CLOCKLESS)
                frame = table.to_pandas(types_mapper=None)
                frame["case_id"] = rows.who.case + cases
                frame["trial"], frame["month"] = rows.who.trial + first, month
                frame["end"] = np.array(ENDS)[rows.end]
                frame["calls"], frame["straight_return"], frame["hours"] = rows.calls, rows.straight, rows.hours
                for place, name in enumerate(LONG):
                    frame[name] = 0.0 if rows.tokens.long is None else rows.tokens.long[place]
                for name, counted in plan.biller.units(table).items():
                    frame[f"units {name}"] = counted
                frames.append(frame)
                cases += len(rows.cases)
    return pd.concat(frames, ignore_index=True)


def reference_rows(scenario: Scenario, trials: int, months: int, seed: int, definitions: list[str]) -> pd.DataFrame:
    """Return every conversation of the scalar reference with the same columns; drivers and unknowns at their centre."""
    rows, cases = [], 0
    for number in range(trials):
        trial = simulate_trial(scenario, Random(seed * 100_003 + number), unknowns="center", drivers="zero",
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
    return scenario.definitions.get(name) or NAMED[name]


def row_features(rows: pd.DataFrame, scenario: Scenario) -> pd.DataFrame:
    """Return numbers that describe each conversation, the same for both routes."""
    found: dict[str, Any] = {}
    categories = {
        "end": ENDS, "class": ("greeting", "spam", "test"), "channel": list(scenario.channels), "origin": ("return", "duplicate"),
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


TRIAL_METERS = ("cases", "rows", "end:escalated", "end:silent_solved", "end:silent_unsolved", "returns", "turns", "calls",
                "human_minutes", "input", "cached", "output", "unseen_tickets", "tickets", "cases_solved")  # fmt: skip


def engine_trials(scenario: Scenario) -> Moments:
    """Return the moments of trials: meters of every month, drivers and unknowns drawn."""
    results = simulate(scenario)
    meters = dict(results.meters)
    for name, token_class in (("cached", "cached_input"), ("output", "output")):
        meters[name] = sum(meters[f"tokens:{model}:{token_class}"] for model in scenario.models)
    meters["input"] = meters["cached"] + sum(
        meters[f"tokens:{model}:{kind}"] for model in scenario.models for kind in ("input", "cache_write")
    )
    columns = {f"{name} {month}": meters[name][:, month] for month in range(scenario.months) for name in TRIAL_METERS}
    columns |= {f"cases:{i} {m}": meters[f"intent:{i}"][:, m] for i in scenario.intents for m in range(scenario.months)}
    return moments(list(columns), _scaled(np.stack(list(columns.values()), axis=1)))


def reference_trials(scenario: Scenario, trials: int, seed: int) -> Moments:
    """Return the same moments from the scalar reference."""
    vectors, names = [], []
    for number in range(trials):
        trial = simulate_trial(scenario, Random(seed * 100_003 + number))
        found: dict[str, float] = {}
        for month, drawn in enumerate(trial.months):
            rows = drawn.rows()
            found |= {f"{name} {month}": value for name, value in _reference_meters(drawn, rows).items()}
        for intent in scenario.intents:
            for month, drawn in enumerate(trial.months):
                found[f"cases:{intent} {month}"] = sum(row["intent"] == intent for row in drawn.rows())
        vectors.append(list(found.values()))
        names = list(found)
    return moments(names, _scaled(np.array(vectors)))


def _reference_meters(month: Any, rows: list[dict[str, Any]]) -> dict[str, float]:
    total = {name: sum(row[name] for row in rows) for name in ("turns", "calls", "human_minutes", *TOKENS)}
    ends = {f"end:{end}": sum(row["end"] == end for row in rows) for end in ENDS}
    values = {
        **total, **ends, "cases": len(month.cases), "rows": len(rows), "unseen_tickets": month.demand.unseen,
        "tickets": month.tickets, "cases_solved": sum(case.solved for case in month.cases),
        "returns": sum(row["returned_after_hours"] is not None for row in rows),
        "input": total["input_tokens"], "cached": total["cached_input_tokens"], "output": total["output_tokens"],
    }  # fmt: skip
    return {name: float(values[name]) for name in TRIAL_METERS}


def _scaled(rows: np.ndarray) -> np.ndarray:
    """Return logarithms, so that fourth moments stay small."""
    return np.log1p(rows)

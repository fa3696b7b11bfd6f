"""Section 4 of the law for one conversation: model, outcome, attributes, turns, tokens and people's minutes."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from random import Random
from types import SimpleNamespace
from typing import Any

from tests.reference.chance import length, lognormal_of_mean, negative_binomial, pick
from tests.reference.rates import ENDS, MonthLaw
from tests.reference.tokens import COUNTED, TokenLaw

Row = dict[str, Any]
OUTCOME = {"silent_solved": "silent", "silent_unsolved": "silent"}
LONG = tuple(f"long_{name}" for name in COUNTED)


class MonthDraw:
    """What is needed to draw the conversations of one month: its chances, its token laws, its calendar, a generator."""

    def __init__(
        self, law: MonthLaw, thresholds: dict[str, float | None], name: str, start: datetime, rng: Random
    ) -> None:
        self.law, self.values, self.rng, self.name, self.start = law, law.values, rng, name, start
        self.tokens = {
            model: TokenLaw(law.values, model, law.move.tokens, thresholds[model], rng) for model in law.model_names
        }


def conversation(
    draw: MonthDraw,
    *,
    case_id: int,
    intent: str,
    level: str,
    channel: str,
    contact: int,
    origin: str,
    hours: float,
) -> Row:
    """Draw one conversation, all columns of the record except its id and what happens after it."""
    law, rng, values = draw.law, draw.rng, draw.values
    model = law.model_names[pick(rng, law.models(level))]
    end = ENDS[pick(rng, law.ends(intent, level, model, contact > 1))]
    how, ways = values.levels[level], values.channels[channel]
    row: Row = {
        "customer_id": case_id,
        "case_id": case_id,
        "conversation_id": 0,
        "contact": contact,
        "origin": origin,
        "intent": intent,
        "channel": channel,
        "complexity": level,
        "model": model,
        "billing_month": draw.name,
        "returned_after_hours": None,
        "end": end,
        "straight_return": False,
        "hours": hours,
    }
    _attributes(row, draw, values.intents[intent], end)
    _lengths(row, draw, how.turns * getattr(values.turns.factor, end) * ways.turns)
    amounts = draw.tokens[model].draw(row["turns"], row["calls"])
    row.update(zip(COUNTED + LONG, amounts, strict=True))
    row["duration_seconds"] = row["turns"] * ways.seconds_per_turn
    row["opened_at"] = draw.start + timedelta(hours=hours)
    row["closed_at"] = row["opened_at"] + timedelta(seconds=row["duration_seconds"])
    _people(row, draw, how, ways.minutes)
    return row


def _attributes(row: Row, draw: MonthDraw, what: SimpleNamespace, end: str) -> None:
    """Section 4.3."""
    random, values = draw.rng.random, draw.values
    solved = end in ("confirmed", "silent_solved")
    closed = solved or end == "silent_unsolved"
    row["outcome"] = OUTCOME.get(end, end)
    row["answered"] = closed or end == "partial"
    row["solved"] = solved
    row["class"] = _class(draw.law.class_shares(row["intent"]), random())
    row["handoff_planned"] = end == "escalated" and random() < what.planned_handoff
    row["human_touch"] = "none"
    if end in ("partial", "escalated"):
        row["human_touch"] = "handoff"
    elif closed and random() < what.review:
        row["human_touch"] = "review"
    row["action_completed"] = (solved or end == "partial") and random() < what.action
    verdict = values.judge.sensitivity if solved else 1.0 - values.judge.specificity
    row["judged_resolved"] = closed and random() < verdict
    row["csat"] = None
    if row["answered"] and random() < values.csat.response:
        row["csat"] = _score(values.csat.if_solved if solved else values.csat.if_unsolved, draw.rng)


def _class(chances: list[float], uniform: float) -> str:
    for name, chance in zip(("greeting", "spam", "test"), chances, strict=True):
        uniform -= chance
        if uniform < 0.0:
            return name
    return "service"


def _score(weights: list[float], rng: Random) -> int:
    total = math.fsum(weights)
    return 1 + pick(rng, [weight / total for weight in weights])


def _lengths(row: Row, draw: MonthDraw, mean_turns: float) -> None:
    """Section 4.7."""
    table, rng = draw.values.turns, draw.rng
    turns = min(table.most, 1 + negative_binomial(rng, mean_turns - 1.0, table.size))
    calls = max(1, math.floor(turns * table.calls_per_turn + 0.5))
    actions = negative_binomial(rng, calls * table.actions_per_call, calls * table.actions_size)
    row["turns"], row["calls"] = turns, calls
    row["ai_replies"] = 0 if row["outcome"] == "abandoned" else turns
    row["messages"] = turns + row["ai_replies"]
    row["actions"] = min(100, max(actions, 1) if row["action_completed"] else actions)


def _people(row: Row, draw: MonthDraw, how: SimpleNamespace, channel_factor: float) -> None:
    """Section 4.6, without a straight return."""
    people, rng = draw.values.people, draw.rng
    minutes, row["human_solved"] = 0.0, False
    if row["human_touch"] == "handoff":
        part = people.partial_factor if row["outcome"] == "partial" else 1.0
        minutes = handoff_minutes(rng, how.handoff_minutes * channel_factor * part, people)
        row["human_solved"] = rng.random() < people.solve
    elif row["human_touch"] == "review":
        mean = how.review_minutes * channel_factor
        minutes = _minutes(rng, mean, people.review_family, people.review_sigma, people.review_cv, people.review_alpha)
    row["human_minutes"] = minutes


def handoff_minutes(rng: Random, mean: float, people: SimpleNamespace) -> float:
    """Draw a person's minutes on a handoff, or on a return that went straight to people."""
    return _minutes(rng, mean, people.minutes_family, people.minutes_sigma, people.minutes_cv, people.minutes_alpha)


def _minutes(rng: Random, mean: float, family: str, sigma: float, cv: float | None, alpha: float | None) -> float:
    if family == "lognormal":
        return lognormal_of_mean(rng, mean, sigma)
    return length(rng, mean, 0.0 if cv is None else cv, family, alpha)()


def straight_return(row: Row, draw: MonthDraw) -> None:
    """Add to a conversation the person's work on a return that went straight to people."""
    values = draw.values
    mean = values.levels[row["complexity"]].handoff_minutes * values.channels[row["channel"]].minutes
    row["straight_return"] = True
    row["human_minutes"] += handoff_minutes(draw.rng, mean, values.people)
    if draw.rng.random() < values.people.solve:
        row["human_solved"] = True


def delay_hours(table: SimpleNamespace, channel: SimpleNamespace, rng: Random) -> float:
    """Draw the hours from one start to the next."""
    if table.law == "weibull":
        return rng.weibullvariate(table.scale_hours, table.shape) * channel.delay
    return rng.lognormvariate(math.log(table.median_hours), table.sigma) * channel.delay

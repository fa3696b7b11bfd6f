"""Conversations case by case, as plain columns that compiled loops read."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulator.engine.rows import Rows

Array = NDArray[np.float64]
Index = NDArray[np.int64]
Flags = NDArray[np.bool_]


class Columns(NamedTuple):
    """Conversations in the order of their cases, each with its duplicate behind it; attributes as those of `Rows`.

    Attributes:
        long: input, cached, written and output of the calls priced long, shape (4, conversation); (4, 0) without any.
    """

    case: Index
    trial: Index
    intent: Index
    level: Index
    channel: Index
    contact: Index
    origin: Index
    model: Index
    end: Index
    service_class: Index
    score: Index
    turns: Index
    calls: Index
    ai_replies: Index
    actions: Index
    planned: Flags
    review: Flags
    action: Flags
    judged: Flags
    straight: Flags
    human_solved: Flags
    hours: Array
    delay_hours: Array
    handoff_minutes: Array
    review_minutes: Array
    straight_minutes: Array
    duration_seconds: Array
    input: Array
    cached: Array
    written: Array
    output: Array
    reasoning: Array
    long: Array


def columns_of(rows: Rows) -> Columns:
    """Return the columns of rows that stand case by case, cases by trial; nothing is copied that has its type."""
    places = ("case", "trial", "intent", "level", "channel")
    tokens = ("input", "cached", "written", "output", "reasoning")
    homes = dict.fromkeys(places, rows.who) | dict.fromkeys(tokens, rows.tokens)
    found = {name: getattr(homes.get(name, rows), name) for name in Columns._fields if name != "long"}
    kinds = dict.fromkeys(Columns._fields[: Columns._fields.index("planned")], np.int64)
    kinds |= dict.fromkeys(("planned", "review", "action", "judged", "straight", "human_solved"), np.bool_)
    long = np.zeros((4, 0)) if rows.tokens.long is None else rows.tokens.long
    plain = {name: np.ascontiguousarray(each, kinds.get(name, np.float64)) for name, each in found.items()}
    return Columns(**plain, long=np.ascontiguousarray(long, np.float64))

"""Rows of the engine as the record of records.py: codes become names, hours become times."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import numpy as np
import pyarrow as pa

from simulator.arrow import column, words
from simulator.engine.draws.rows import Rows
from simulator.law import ENDS, PARTIAL
from simulator.records import CLASSES, ORIGINS, OUTCOMES, TOUCHES
from simulator.scenario.schema import Scenario

_OUTCOME_OF_END: Final = np.array([OUTCOMES.index(end.split("_")[0]) for end in ENDS])


def _touch(rows: Rows) -> pa.Array:
    code = np.where(rows.end >= PARTIAL, TOUCHES.index("handoff"), np.where(rows.review, TOUCHES.index("review"), 0))
    return words(code, TOUCHES)


def _tokens(name: str) -> Callable[[Rows, Scenario], pa.Array]:
    return lambda rows, scenario: column(np.rint(getattr(rows.tokens, name)).astype(np.int64))


def _written(rows: Rows, scenario: Scenario) -> pa.Array:
    """Round so that cached and written tokens stay within the prompt of every row."""
    prompt, cached, written = (np.rint(getattr(rows.tokens, name)) for name in ("input", "cached", "written"))
    return column(np.minimum(written, prompt - cached).astype(np.int64))


_MAKERS: Final[Mapping[str, Callable[[Rows, Scenario], pa.Array]]] = {
    "customer_id": lambda rows, scenario: column(rows.who.case),
    "case_id": lambda rows, scenario: column(rows.who.case),
    "contact": lambda rows, scenario: column(rows.contact.astype(np.int16)),
    "origin": lambda rows, scenario: words(rows.origin, ORIGINS),
    "class": lambda rows, scenario: words(rows.service_class, CLASSES),
    "duration_seconds": lambda rows, scenario: column(rows.duration_seconds),
    "intent": lambda rows, scenario: words(rows.who.intent, list(scenario.intents)),
    "channel": lambda rows, scenario: words(rows.who.channel, list(scenario.channels)),
    "complexity": lambda rows, scenario: words(rows.who.level, list(scenario.levels)),
    "outcome": lambda rows, scenario: words(_OUTCOME_OF_END[rows.end], OUTCOMES),
    "answered": lambda rows, scenario: column(rows.answered),
    "solved": lambda rows, scenario: column(rows.solved),
    "human_solved": lambda rows, scenario: column(rows.human_solved),
    "human_touch": lambda rows, scenario: _touch(rows),
    "handoff_planned": lambda rows, scenario: column(rows.planned),
    "action_completed": lambda rows, scenario: column(rows.action),
    "judged_resolved": lambda rows, scenario: column(rows.judged),
    "csat": lambda rows, scenario: column(rows.score.astype(np.int8), rows.score == 0),
    "returned_after_hours": lambda rows, scenario: column(rows.delay_hours, np.isnan(rows.delay_hours)),
    "turns": lambda rows, scenario: column(rows.turns.astype(np.int32)),
    "messages": lambda rows, scenario: column((rows.turns + rows.ai_replies).astype(np.int32)),
    "ai_replies": lambda rows, scenario: column(rows.ai_replies.astype(np.int32)),
    "actions": lambda rows, scenario: column(rows.actions.astype(np.int32)),
    "model": lambda rows, scenario: words(rows.model, list(scenario.models)),
    "input_tokens": _tokens("input"),
    "cached_input_tokens": _tokens("cached"),
    "cache_write_tokens": _written,
    "output_tokens": _tokens("output"),
    "reasoning_tokens": _tokens("reasoning"),
    "human_minutes": lambda rows, scenario: column(rows.human_minutes),
}
"""How each column that needs no clock is made; case ids count within the slice."""


def record(rows: Rows, scenario: Scenario, columns: Sequence[str]) -> pa.Table:
    """Return some columns of the record, a row a conversation, in the order of the rows.

    Args:
        columns: names of columns that need no clock; case_id and customer_id count within the slice.
    """
    return pa.table({name: _MAKERS[name](rows, scenario) for name in columns})


CLOCKLESS: Final = tuple(_MAKERS)
"""Columns that `record` can make."""

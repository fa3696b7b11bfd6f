"""Rows of the engine as the record of records.py: codes become names, hours become times."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from simulator.engine.rows import Rows
from simulator.law import ENDS, PARTIAL
from simulator.records import CLASSES, ORIGINS, OUTCOMES, TOUCHES
from simulator.scenario.schema import Scenario

_OUTCOME_OF_END: Final = np.array([OUTCOMES.index(end.split("_")[0]) for end in ENDS])


def _category(codes: NDArray[np.integer], names: Sequence[str]) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int16)), pa.array(list(names), pa.string()))


def _nullable(values: NDArray[np.generic], missing: NDArray[np.bool_]) -> pa.Array:
    return pa.array(values, mask=missing)


def _touch(rows: Rows) -> pa.Array:
    code = np.where(rows.end >= PARTIAL, TOUCHES.index("handoff"), np.where(rows.review, TOUCHES.index("review"), 0))
    return _category(code, TOUCHES)


def _tokens(name: str) -> Callable[[Rows, Scenario], pa.Array]:
    return lambda rows, scenario: pa.array(np.rint(getattr(rows.tokens, name)).astype(np.int64))


def _written(rows: Rows, scenario: Scenario) -> pa.Array:
    """Round so that cached and written tokens stay within the prompt of every row."""
    prompt, cached, written = (np.rint(getattr(rows.tokens, name)) for name in ("input", "cached", "written"))
    return pa.array(np.minimum(written, prompt - cached).astype(np.int64))


_MAKERS: Final[Mapping[str, Callable[[Rows, Scenario], pa.Array]]] = {
    "customer_id": lambda rows, scenario: pa.array(rows.who.case),
    "case_id": lambda rows, scenario: pa.array(rows.who.case),
    "contact": lambda rows, scenario: pa.array(rows.contact.astype(np.int16)),
    "origin": lambda rows, scenario: _category(rows.origin, ORIGINS),
    "class": lambda rows, scenario: _category(rows.service_class, CLASSES),
    "duration_seconds": lambda rows, scenario: pa.array(rows.duration_seconds),
    "intent": lambda rows, scenario: _category(rows.who.intent, list(scenario.intents)),
    "channel": lambda rows, scenario: _category(rows.who.channel, list(scenario.channels)),
    "complexity": lambda rows, scenario: _category(rows.who.level, list(scenario.levels)),
    "outcome": lambda rows, scenario: _category(_OUTCOME_OF_END[rows.end], OUTCOMES),
    "answered": lambda rows, scenario: pa.array(rows.answered),
    "solved": lambda rows, scenario: pa.array(rows.solved),
    "human_solved": lambda rows, scenario: pa.array(rows.human_solved),
    "human_touch": lambda rows, scenario: _touch(rows),
    "handoff_planned": lambda rows, scenario: pa.array(rows.planned),
    "action_completed": lambda rows, scenario: pa.array(rows.action),
    "judged_resolved": lambda rows, scenario: pa.array(rows.judged),
    "csat": lambda rows, scenario: _nullable(rows.score.astype(np.int8), rows.score == 0),
    "returned_after_hours": lambda rows, scenario: _nullable(rows.delay_hours, np.isnan(rows.delay_hours)),
    "turns": lambda rows, scenario: pa.array(rows.turns.astype(np.int32)),
    "messages": lambda rows, scenario: pa.array((rows.turns + rows.ai_replies).astype(np.int32)),
    "ai_replies": lambda rows, scenario: pa.array(rows.ai_replies.astype(np.int32)),
    "actions": lambda rows, scenario: pa.array(rows.actions.astype(np.int32)),
    "model": lambda rows, scenario: _category(rows.model, list(scenario.models)),
    "input_tokens": _tokens("input"),
    "cached_input_tokens": _tokens("cached"),
    "cache_write_tokens": _written,
    "output_tokens": _tokens("output"),
    "reasoning_tokens": _tokens("reasoning"),
    "human_minutes": lambda rows, scenario: pa.array(rows.human_minutes),
}
"""How each column that needs no clock is made; case ids count within the slice."""


def record(rows: Rows, scenario: Scenario, columns: Sequence[str]) -> pa.Table:
    """Return some columns of the record, a row a conversation, in the order of the rows.

    Args:
        columns: names of columns that need no clock; case_id and customer_id count within the slice.
    """
    return pa.table({column: _MAKERS[column](rows, scenario) for column in columns})


CLOCKLESS: Final = tuple(_MAKERS)
"""Columns that `record` can make."""

"""The columns of conversations as the engine draws them: whole numbers and real ones, a row a conversation."""

from __future__ import annotations

import math
from typing import Final, NamedTuple

from simulator.law import Matrix

WHOLE: Final = (
    "case", "future", "intent", "level", "channel", "contact", "origin", "model", "end", "service_class", "planned",
    "review", "action", "judged", "score", "straight", "human_solved", "turns", "calls", "actions",
)  # fmt: skip
(
    ROW_CASE, ROW_FUTURE, ROW_INTENT, ROW_LEVEL, ROW_CHANNEL, ROW_CONTACT, ROW_ORIGIN, ROW_MODEL, ROW_END, ROW_CLASS,
    ROW_PLANNED, ROW_REVIEW, ROW_ACTION, ROW_JUDGED, ROW_SCORE, ROW_STRAIGHT, ROW_HUMAN_SOLVED, ROW_TURNS, ROW_CALLS,
    ROW_ACTIONS,
) = range(len(WHOLE))  # fmt: skip
REAL: Final = (
    "hours", "delay_hours", "handoff_minutes", "review_minutes", "straight_minutes", "duration_seconds", "input",
    "cached", "written", "output", "reasoning", "long_input", "long_cached", "long_written", "long_output",
)  # fmt: skip
(
    ROW_HOURS, ROW_DELAY, ROW_HANDOFF, ROW_REVIEWING, ROW_STRAIGHT_MINUTES, ROW_SECONDS, ROW_INPUT, ROW_CACHED,
    ROW_WRITTEN, ROW_OUTPUT, ROW_REASONING, ROW_LONG_INPUT, ROW_LONG_CACHED, ROW_LONG_WRITTEN, ROW_LONG_OUTPUT,
) = range(len(REAL))  # fmt: skip
OF_CASE: Final = ("future", "number", "intent", "level", "channel")
CASE_FUTURE, CASE_NUMBER, CASE_INTENT, CASE_LEVEL, CASE_CHANNEL = range(len(OF_CASE))

NEW, RETURNED, COPY = range(3)
"""Codes of `origin`: a case's first contact, a return, a duplicate."""


class DrawnColumns(NamedTuple):
    """The columns that are filled in.

    Attributes:
        cases: a row a case, shape (case, OF_CASE).
        whole, real: a column a conversation, shapes (WHOLE, conversation) and (REAL, conversation).
    """

    cases: Matrix
    whole: Matrix
    real: Matrix


class Opening(NamedTuple):
    """How a conversation opens: its channel, the number of the contact, its origin, and hours since the case opened."""

    channel: int
    contact: int
    origin: int
    hours: float


def begin(columns: DrawnColumns, case: int, row: int, opening: Opening) -> None:
    """Write where a conversation stands, and that nobody comes back after it."""
    cases, whole, real = columns.cases, columns.whole, columns.real
    whole[ROW_CASE, row] = case
    whole[ROW_FUTURE, row] = cases[case, CASE_FUTURE]
    whole[ROW_INTENT, row] = cases[case, CASE_INTENT]
    whole[ROW_LEVEL, row] = cases[case, CASE_LEVEL]
    whole[ROW_CHANNEL, row] = opening.channel
    whole[ROW_CONTACT, row] = opening.contact
    whole[ROW_ORIGIN, row] = opening.origin
    whole[ROW_STRAIGHT, row] = 0
    real[ROW_HOURS, row] = opening.hours
    real[ROW_DELAY, row] = math.nan
    real[ROW_STRAIGHT_MINUTES, row] = 0.0

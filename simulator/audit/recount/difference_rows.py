"""A difference between a list and the recount as it is told: the id, both numbers of units, kind and evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

ROW: Final = "record_row"
"""Name of the record's running number beside the vendor's id: lists have the vendor's under `conversation_id`."""
EVIDENCE: Final = (
    ROW, "case_id", "contact", "origin", "class", "opened_at", "closed_at", "outcome", "answered",
    "human_touch", "handoff_planned", "judged_resolved", "csat", "returned_after_hours",
)  # fmt: skip
"""Columns of the record that stand beside a difference; ROW is its `conversation_id`."""


@dataclass(frozen=True, slots=True)
class Beside:
    """The conversation that makes another not count.

    Attributes:
        is_a: what it is: "later conversation", "earlier conversation" or "original".
        written: its id as the list has it, or as the record has it where it is on no list; empty without a row.
        opened_at: UTC.
    """

    is_a: str
    written: str
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class Difference:
    """An id whose units differ.

    Attributes:
        written: the id as the list has it, or as the record has it where it is on no list.
        billed, counted: units of the list and of the recount.
        kind: one of `kinds.ORDER`.
        clause: what was changed to make it equal, as the definition has it; empty where no clause is in question.
        why: a sentence.
        disputed: whether money is claimed back for it now.
        evidence: columns of the conversation, times in UTC, empty for an unknown id.
        lines: of the list.
        beside: the conversation that makes it not count, of returns and duplicates.
        credit_month: month of the invoice on which a credit is due later; empty without.
    """

    written: str
    billed: int
    counted: int
    kind: str
    clause: str
    why: str
    disputed: bool
    evidence: Mapping[str, Any]
    lines: tuple[int, ...] = ()
    credit_month: str = ""
    beside: Beside | None = None

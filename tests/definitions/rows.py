"""Rows of the record for tests: a plain conversation, changed where a test looks."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa

from simulator.definitions import DefinitionSpec, bill, compile_definition

START = datetime(2027, 1, 1)
TYPES = {
    "case_id": pa.int64(), "contact": pa.int16(), "csat": pa.int8(), "returned_after_hours": pa.float64(),
    "turns": pa.int32(), "messages": pa.int32(), "ai_replies": pa.int32(), "actions": pa.int32(),
    "answered": pa.bool_(), "handoff_planned": pa.bool_(),
    "action_completed": pa.bool_(), "judged_resolved": pa.bool_(),
    "opened_at": pa.timestamp("us"), "input_tokens": pa.int64(), "human_minutes": pa.float64(),
    "duration_seconds": pa.float64(),
}  # fmt: skip
PLAIN: dict[str, Any] = {
    "case_id": 1, "contact": 1, "origin": "new", "class": "service", "channel": "chat", "intent": "order_status",
    "complexity": "simple", "outcome": "silent", "answered": True, "human_touch": "none", "handoff_planned": False,
    "action_completed": False, "judged_resolved": True, "csat": None, "returned_after_hours": None, "turns": 3,
    "messages": 6, "ai_replies": 3, "actions": 0, "model": "small", "opened_at": START, "input_tokens": 9000,
    "human_minutes": 0.0, "duration_seconds": 60.0,
}  # fmt: skip


def conversation(**changes: Any) -> dict[str, Any]:
    """Return a silent, solved-looking conversation of a case of its own kind, with changes."""
    unknown = set(changes) - set(PLAIN)
    assert not unknown, unknown
    return PLAIN | changes


def hours_later(hours: float) -> datetime:
    """Return a time so many hours after the start of the month."""
    return START + timedelta(hours=hours)


def table(*rows: dict[str, Any]) -> pa.Table:
    """Return rows as the engine hands them over."""
    return pa.table({name: pa.array([row[name] for row in rows], type=TYPES.get(name, pa.string())) for name in PLAIN})


def units(rows: list[dict[str, Any]], **clauses: Any) -> list[int]:
    """Return the units of rows under one definition."""
    definition = compile_definition("tested", DefinitionSpec(**clauses))
    return bill(table(*rows), {"tested": definition})["tested"].tolist()


def case_of(*contacts: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the contacts of one case, numbered from 1."""
    return [
        conversation(contact=number, origin="new" if number == 1 else "return") | contact
        for number, contact in enumerate(contacts, start=1)
    ]

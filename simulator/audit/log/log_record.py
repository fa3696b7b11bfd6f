"""The record as a table: the rows of a log with numbers for ids, in the order and with the types of the record."""

from __future__ import annotations

from typing import Any, Final

from simulator.audit.log.called_tokens import filled_by
from simulator.audit.log.log_map import LogMap
from simulator.audit.record_file import HASH_DIGITS, SOURCE_ID
from simulator.definitions.text import quoted
from simulator.records import COLUMNS, Column

FIRST_PARTS: Final = {
    "human_touch": "'none'",
    "handoff_planned": "FALSE",
    "action_completed": "FALSE",
    "judged_resolved": "NULL",
    "csat": "NULL",
}
"""What a contact has whose thread was opened again: its own is not in the export."""
_AMOUNTS: Final = ("count", "minutes", "tokens")


def make_record(connection: Any, log: LogMap, salt: str) -> None:
    """Make the table record from contacts, typed and the sums of calls; without a class every row is of service.

    Args:
        salt: before the system's id in what is hashed; empty keeps the id as it is.
    """
    tokens = filled_by(log.tokens) if log.tokens is not None else ()
    listed = ",\n  ".join(f"CAST({_value(column, log, tokens)} AS {column.sql}) AS {column.name}" for column in COLUMNS)
    key = "rows.conversation_key"
    source = f"SUBSTR(SHA256({quoted(salt)} || {key}), 1, {HASH_DIGITS})" if salt else key
    calls = "LEFT JOIN call_sums AS calls ON calls.call_key = rows.tokens_key" if tokens else ""
    threads, customers = "", ""
    if log.cases.reopened is not None:
        threads = "JOIN (SELECT n, MAX(part) AS last FROM contacts GROUP BY n) AS threads ON threads.n = contacts.n"
    if "customer_id" in log.columns:
        customers = f"LEFT JOIN ({_CUSTOMERS}) AS customers ON customers.customer_key = rows.customer_key"
    connection.execute(
        f"CREATE TABLE record AS SELECT {listed},\n  {source} AS {SOURCE_ID}\n"
        f"FROM contacts JOIN typed AS rows ON rows.n = contacts.n "
        f"JOIN ({_CASES}) AS cases ON cases.root = contacts.root "
        f"{threads} {customers} {calls}"
    )


_CASES: Final = (
    "SELECT root, ROW_NUMBER() OVER (ORDER BY opened_at, root) AS number FROM contacts "
    "WHERE contact = 1 AND NOT is_duplicate"
)
_CUSTOMERS: Final = "SELECT customer_key, MIN(n) AS number FROM typed WHERE customer_key IS NOT NULL GROUP BY 1"
"""A customer is numbered by the first of its conversations, so that one without a customer can have its own number."""


def _value(column: Column, log: LogMap, tokens: tuple[str, ...]) -> str:
    name = column.name
    if name in _MADE:
        return _MADE[name]
    if name == "customer_id":
        return "COALESCE(customers.number, rows.n)" if name in log.columns else "NULL"
    if name == "class" and name not in log.columns:
        return "'service'"
    if name == "duration_seconds" and name not in log.columns and "closed_at" in log.columns:
        return f"DATE_DIFF('microsecond', contacts.opened_at, {_closed()}) / 1e6"
    if name == "closed_at" and name in log.columns:
        return _closed()
    if name in tokens:
        given = f"calls.{name}" if name == "model" else f"COALESCE(calls.{name}, 0)"
    elif name in log.columns:
        given = f"rows.{name}"
    else:
        return "NULL"
    return given if log.cases.reopened is None else _of_last_part(column, given, log)


def _of_last_part(column: Column, given: str, log: LogMap) -> str:
    """Return a value that only the last contact of a thread has: an export tells it of the whole thread."""
    assert log.cases.reopened is not None
    if column.name == "outcome":
        before = quoted(log.cases.reopened.outcome)
    elif column.kind in _AMOUNTS:
        before = "0"
    elif column.name in FIRST_PARTS:
        before = FIRST_PARTS[column.name]
    else:
        return given
    return f"CASE WHEN contacts.part < threads.last THEN {before} ELSE {given} END"


def _closed() -> str:
    return "COALESCE(contacts.part_closed, rows.closed_at)"


_MADE: Final = {
    "case_id": "cases.number",
    "conversation_id": "ROW_NUMBER() OVER (ORDER BY contacts.opened_at, contacts.n, contacts.part)",
    "contact": "contacts.contact",
    "origin": "CASE WHEN contacts.is_duplicate THEN 'duplicate' WHEN contacts.contact = 1 THEN 'new' ELSE 'return' END",
    "opened_at": "contacts.opened_at",
    "returned_after_hours": "contacts.returned_after_hours",
    "billing_month": "STRFTIME(contacts.case_opened, '%Y-%m')",
}

"""What is said of a log that was read: rows and what was left out, cases and returns, and what cannot be filled."""

from __future__ import annotations

import re
from typing import Final

from simulator.audit.log.case_returns import returns
from simulator.audit.log.checks import counted
from simulator.audit.log.log_reading import ReadLog, filled_columns
from simulator.audit.log.partial_months import month_counts
from simulator.records import BY_NAME, SOURCE
from simulator.scenario.texts import printable

DERIVED: Final = ("case_id", "contact", "origin", "returned_after_hours", "billing_month")
_MOST_MONTHS: Final = 24
_PEOPLE_ONLY: Final = (
    "  people worked on every conversation: the log tells volume, intents and returns, and no rate of an AI agent"
)
_NO_CLASS: Final = "the map has no class: every conversation is one of service, tests and spam with the others"
_SENTENCE: Final = re.compile(r"(?<=\.) ")
_COSTS: Final = {
    "customer_id": "cases can go by the map's rule only; who comes back in a new thread is not seen",
    "closed_at": "the length of a conversation is not known",
    "duration_seconds": "the length of a conversation is not known",
    "intent": "returns cannot be told from other problems of the same customer, and no split by intent is made",
    "channel": "no split by channel",
    "complexity": "no log has it: the scenario's levels stay stated",
    "outcome": "no definition that asks how a conversation ended can be recounted",
    "answered": "a definition that asks for an answer of the AI counts as if there were none",
    "solved": "nobody holds it: true solving lies in a range that a fit gives",
    "human_solved": "nobody holds it",
    "human_touch": "a definition that excludes people's work cannot be recounted",
    "handoff_planned": "handoffs by procedure are not told from others",
    "action_completed": "a definition by completed actions cannot be recounted",
    "judged_resolved": "the judge's verdict is the vendor's: ask for it, or its clauses stay unchecked",
    "csat": "a definition with a score cannot be recounted",
    "turns": "prices per message cannot be recounted",
    "messages": "prices per message cannot be recounted",
    "ai_replies": "prices per message cannot be recounted",
    "actions": "prices per action cannot be recounted",
    "model": "tokens have no price without the model",
    "input_tokens": "prices per token cannot be recounted: add the log of a gateway under [log.tokens]",
    "output_tokens": "prices per token cannot be recounted: add the log of a gateway under [log.tokens]",
    "cached_input_tokens": "prices of cached tokens cannot be recounted",
    "cache_write_tokens": "prices of cached tokens cannot be recounted",
    "reasoning_tokens": "reasoning is not told from the rest of output_tokens; no price needs it",
    "human_minutes": "the cost of people's work stays stated",
}
"""What it costs that a column cannot be filled, of every column that may be empty."""


def empty_columns(read: ReadLog) -> list[str]:
    """Return the columns of the record that are empty in every row because the map does not fill them."""
    there = {*filled_columns(read.log), *derived_columns(read), "conversation_id"}
    return [name for name in BY_NAME if name not in there]


def derived_columns(read: ReadLog) -> list[str]:
    """Return the columns that are made from others."""
    made = {*DERIVED, "class"} - set(read.log.columns)
    if "closed_at" in read.log.columns and "duration_seconds" not in read.log.columns:
        made.add("duration_seconds")
    return [name for name in BY_NAME if name in made]


def page(read: ReadLog) -> str:
    """Return the page as text, with no line longer than it needs."""
    parts = [_rows(read), returns(read), _months(read), _classes(read), _empty(read), _remarks(read)]
    return "\n\n".join(part for part in parts if part)


def _one(read: ReadLog, sql: str) -> tuple[int, ...]:
    row: tuple[int, ...] = read.connection.execute(sql).fetchall()[0]
    return row


def _rows(read: ReadLog) -> str:
    rows, sources, cases = _one(read, "SELECT COUNT(*), COUNT(DISTINCT source_id), COUNT(DISTINCT case_id) FROM record")
    lines = [
        f"{printable(read.log.system)}: {rows:,} conversations in {cases:,} cases, a row of the record each, "
        f"from {counted(sources, 'id', 'ids')} of the system"
    ]
    lines += [f"  {each.rows:>9,} rows of {printable(each.file)}" for each in read.counted.files]
    lines += [f"  {rows:>9,} left out: {reason}" for reason, rows in read.counted.dropped.items()]
    first, last = read.connection.execute("SELECT MIN(opened_at), MAX(opened_at) FROM record").fetchall()[0]
    zone = read.log.time_zone
    times = "every time of the export has its zone" if zone is None else f"times without a zone are of {zone}"
    lines.append(f"  opened {first:%Y-%m-%d} to {last:%Y-%m-%d} UTC; {times}")
    still = (
        _one(read, "SELECT COUNT(*) FROM record WHERE closed_at IS NULL")[0] if "closed_at" in read.log.columns else 0
    )
    if still:
        lines.append(f"  {still:>9,} are not closed: closed_at and duration_seconds are empty")
    return "\n".join(lines)


def _months(read: ReadLog) -> str:
    counts = list(month_counts(read.connection, "record").items())
    shown = counts[-_MOST_MONTHS:]
    first = f"the last {_MOST_MONTHS} of {len(counts)} months" if len(counts) > len(shown) else "months"
    return "\n".join([f"{first}, rows opened (UTC)", *(f"  {month} {rows:>9,}" for month, rows in shown)])


def _classes(read: ReadLog) -> str:
    lines = ["classes, ends and duplicates"]
    for name in ("class", "outcome", "origin"):
        if name in (*read.log.columns, "origin"):
            found = read.connection.execute(
                f"SELECT {name}, COUNT(*) FROM record GROUP BY 1 ORDER BY 2 DESC, 1"
            ).fetchall()
            lines.append(f"  {name}: " + ", ".join(f"{value} {rows:,}" for value, rows in found))
            if name == "outcome" and [value for value, _ in found] == ["escalated"]:
                lines.append(_PEOPLE_ONLY)
    return "\n".join(lines)


def _empty(read: ReadLog) -> str:
    names = empty_columns(read)
    costs: dict[str, list[str]] = {}
    for name in names:
        costs.setdefault(_COSTS[name], []).append(name)
    lines = [
        f"{len(names)} of the record's {len(BY_NAME)} columns cannot be filled from this log; {SOURCE.name} is one more"
    ]
    return "\n".join([*lines, *(f"  {', '.join(each)}: {cost}" for cost, each in costs.items())])


def _remarks(read: ReadLog) -> str:
    """Return what the reading found, and what the map says of its system, a line a sentence."""
    said = [] if "class" in read.log.columns else [_NO_CLASS]
    said += [*read.counted.remarks, *(_SENTENCE.split(printable(read.log.note)) if read.log.note else [])]
    return "\n".join(["notes", *(f"  {each}" for each in said)]) if said else ""

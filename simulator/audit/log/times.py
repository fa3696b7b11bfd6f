"""Times of an export as SQL: with a zone they are taken as they are, without one by the map's zone, never guessed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

from simulator.audit.log.checks import MOST_UNREAD, Check
from simulator.audit.log.log_map import Ambiguous, Time, TimeForm
from simulator.audit.log.zones import Span, kind_sql, spans, to_utc
from simulator.definitions.text import quoted

_ZONED: Final = r":[0-9]{2}(\.[0-9]+)?\s*([zZ]|UTC|GMT|[+-][0-9]{2}(:?[0-9]{2})?)$"
_PER_SECOND: Final = {"epoch_seconds": 1e6, "epoch_milliseconds": 1e3}
_EPOCH_ENDS: Final = (631_152_000, 4_102_444_800)
"""Seconds from 1970 to 1990 and to 2100: a number outside is no time of a conversation, or in another unit."""


@dataclass(frozen=True, slots=True)
class Clock:
    """How times without a zone are taken.

    Attributes:
        zone: None where none may come.
    """

    zone: str | None
    ambiguous: Ambiguous


@dataclass(frozen=True, slots=True)
class TimeSql:
    """A time in UTC, TIMESTAMP without zone, and what must not hold of it."""

    sql: str
    checks: tuple[Check, ...]


def time_sql(connection: Any, table: str, name: str, time: Time, clock: Clock) -> TimeSql:
    """Return SQL of a time over a table of an export.

    Args:
        name: column of the record, for messages.
    """
    if time.form in _PER_SECOND:
        return _epoch(name, time)
    if time.whole is not None:
        return _either(name, time, time_sql(connection, table, name, replace(time, whole=None), clock))
    text = time.expression.sql
    zoned = f"REGEXP_MATCHES({text}, {quoted(_ZONED)})" if time.form == "iso" else "FALSE"
    moment = f"(TRY_CAST({text} AS TIMESTAMPTZ) AT TIME ZONE 'UTC')"
    local = f"TRY_CAST({text} AS TIMESTAMP)"
    if time.form == "format":
        local = f"TRY_STRPTIME({text}, {quoted(time.format)})"
        if "%z" in time.format:
            return _with_unread(name, text, f"({local} AT TIME ZONE 'UTC')", ())
    parsed = f"CASE WHEN {zoned} THEN {moment} ELSE {local} END"
    without = f"({text} IS NOT NULL AND NOT {zoned} AND {local} IS NOT NULL)"
    if clock.zone is None:
        fix = 'say in which zone the system writes them: time_zone = "UTC", or "Europe/Berlin"'
        check = Check(f"{name} has no time zone, and the map says none", without, text, fix)
        return _with_unread(name, text, f"({parsed})", (check,))
    found = _spans(connection, table, local, without, clock.zone)
    utc = f"CASE WHEN {zoned} THEN {moment} ELSE {to_utc(local, found, clock.ambiguous)} END"
    return _with_unread(name, text, f"({utc})", _strange(name, text, local, without, found, clock), f"({parsed})")


def _with_unread(name: str, text: str, sql: str, checks: tuple[Check, ...], parsed: str = "") -> TimeSql:
    fix = 'say the form of its times: { format = "%m/%d/%Y %H:%M", column = "..." } or { epoch_seconds = "..." }'
    condition = f"({text} IS NOT NULL AND {parsed or sql} IS NULL)"
    return TimeSql(sql, (*checks, Check(f"{name} cannot be read as a time", condition, text, fix, MOST_UNREAD)))


def _spans(connection: Any, table: str, local: str, without: str, zone: str) -> list[Span]:
    ends = connection.execute(f'SELECT MIN({local}), MAX({local}) FROM "{table}" WHERE {without}').fetchall()[0]
    if ends is None or ends[0] is None:
        ends = connection.execute("SELECT TIMESTAMP '2026-01-01', TIMESTAMP '2026-01-01'").fetchall()[0]
    return spans(zone, *ends)


def _strange(name: str, text: str, local: str, without: str, found: list[Span], clock: Clock) -> tuple[Check, ...]:
    kind = kind_sql(local, found)
    never = Check(
        f"{name} does not exist in {clock.zone}: clocks went forward over it",
        f"({without} AND {kind} = 'never')",
        text,
        "the times are in another zone than time_zone says: look up the export's setting",
    )
    if clock.ambiguous != "refuse":
        return (never,)
    twice = Check(
        f"{name} exists twice in {clock.zone}: clocks went back over it",
        f"({without} AND {kind} = 'twice')",
        text,
        'export the times with their zone or in UTC; or choose: ambiguous = "earlier" or "later"',
    )
    return never, twice


def _either(name: str, time: Time, texts: TimeSql) -> TimeSql:
    """Return a time that is a text in some rows and a whole number since 1970 in others."""
    assert time.whole is not None
    text = time.expression.sql
    whole = f"REGEXP_FULL_MATCH({text}, '[0-9]+')"
    numbers = _since_1970(name, time.whole, f"TRY_CAST({text} AS DOUBLE)")
    checks = [replace(check, condition=f"({whole} AND {check.condition})") for check in numbers.checks]
    checks += [replace(check, condition=f"(NOT {whole} AND {check.condition})") for check in texts.checks]
    return TimeSql(f"(CASE WHEN {whole} THEN {numbers.sql} ELSE {texts.sql} END)", tuple(checks))


def _epoch(name: str, time: Time) -> TimeSql:
    found, fix = _since_1970(name, time.form, time.expression.sql), "map it as iso or format"
    no_number = Check(f"{name} is no number", f"({time.expression.unread})", _shown(time), fix, MOST_UNREAD)
    return TimeSql(found.sql, (*found.checks, no_number))


def _since_1970(name: str, form: TimeForm, number: str) -> TimeSql:
    factor = _PER_SECOND[form]
    low, high = (end * 1e6 / factor for end in _EPOCH_ENDS)
    possible = f"{number} BETWEEN {low:.0f} AND {high:.0f}"
    sql = f"(CASE WHEN {possible} THEN MAKE_TIMESTAMP(CAST(ROUND({number} * {factor:.0f}) AS BIGINT)) END)"
    outside = f"({number} IS NOT NULL AND NOT ({possible}))"
    other = "epoch_milliseconds" if form == "epoch_seconds" else "epoch_seconds"
    fix = f"is it in another unit? {other} is the other one"
    return TimeSql(sql, (Check(f"{name} is no time between 1990 and 2100", outside, number, fix),))


def _shown(time: Time) -> str:
    from simulator.audit.log.map_expressions import column_sql

    columns = sorted(time.expression.columns)
    return column_sql(*columns[0]) if columns else "NULL"

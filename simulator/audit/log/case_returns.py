"""The returns of a log by rule for cases: how often customers come back within some hours, and whom no case has."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from simulator.audit.log.cases import partition, same_customer
from simulator.audit.log.checks import counted
from simulator.audit.log.log_map import Cases
from simulator.audit.log.log_reading import ReadLog

HOURS: Final = (24.0, 72.0, 168.0)
_OWN: Final = (
    "SELECT returned_after_hours AS hours FROM record WHERE origin <> 'duplicate' AND class IS DISTINCT FROM 'test'"
)
"""Hours from each conversation to the next of its case, by the map's rule."""


def returns(read: ReadLog) -> str:
    """Return the share of conversations that the customer came back after, by rule; tests and duplicates left out."""
    hours = _hours(read.log.cases)
    total = _one(read, f"SELECT COUNT(*) FROM ({_OWN})")[0]
    title = f"of {counted(int(total), 'conversation', 'conversations')} without tests and duplicates, a return within"
    rows = list(_rules(read))
    width = max(len(title), *(2 + len(name) for name, _ in rows))
    ends = "".join(f"{f'{each:,.5g} h':>9}" for each in hours)
    lines = [f"{title:<{width}}{ends}     ever"]
    for name, sql in rows:
        shares = "".join(f"{100 * each:>7.1f} %" for each in _shares(read, sql, hours))
        lines.append(f"  {name:<{width - 2}}{shares}")
    return "\n".join([*lines, *_beyond(read)])


def _hours(cases: Cases) -> tuple[float, ...]:
    """Return the hours of the table: the usual ones, and the map's window where it is longer."""
    window = cases.window_hours
    return HOURS if window is None or window <= HOURS[-1] else (*HOURS, float(window))


def _rules(read: ReadLog) -> Iterable[tuple[str, str]]:
    columns = read.log.columns
    yield f"this map's rule: {_rule(read.log.cases)}", _OWN
    if "customer_id" in columns:
        yield "same customer", _next(read, ["customer_key"])
    if {"customer_id", "intent"} <= set(columns):
        yield "same customer and intent", _next(read, ["customer_key", "intent"])
    if read.log.cases.reopened is not None:
        yield "same thread", _next(read, ["n"])


def _rule(cases: Cases) -> str:
    if cases.column is not None:
        return "a column"
    window = "" if cases.window_hours is None else f"{cases.window_hours:g} h, {_same(cases)}"
    if cases.link is not None:
        return f"a link, else {window}" if window else "a link"
    return window


def _same(cases: Cases) -> str:
    """Return what contacts of a case share, in words."""
    *first, last = [name.removesuffix("_id") for name in cases.same]
    return f"same {', '.join(first)} and {last}" if first else f"same {last}"


def _next(read: ReadLog, same: Sequence[str]) -> str:
    """Return a SELECT of the hours from each contact to the next that shares some columns, and whether cases differ."""
    where = "WHERE class IS DISTINCT FROM 'test'" if "class" in read.log.columns else ""
    return (
        "SELECT DATE_DIFF('microsecond', part_opened, LEAD(part_opened) OVER contacts) / 3.6e9 AS hours, "
        "case_root <> LEAD(case_root) OVER contacts AS apart FROM (SELECT mine.*, root.target AS case_root FROM "
        f"({same_customer()}) AS mine JOIN pointer_root AS root ON root.n = mine.n) {where} "
        f"WINDOW contacts AS (PARTITION BY {', '.join(same)} ORDER BY part_opened, n, part)"
    )


def _shares(read: ReadLog, sql: str, hours: Sequence[float]) -> tuple[float, ...]:
    """Return the share with a return within each of some hours, and ever."""
    conditions = [*(f"hours <= {each!r}" for each in hours), "hours IS NOT NULL"]
    listed = ", ".join(f"COALESCE(AVG(CASE WHEN {each} THEN 1.0 ELSE 0.0 END), 0)" for each in conditions)
    return _one(read, f"SELECT {listed} FROM ({sql})")


def _beyond(read: ReadLog) -> Iterable[str]:
    """Yield what a window cuts off: who came back later is another case, and no definition sees it."""
    cases = read.log.cases
    if cases.window_hours is None:
        return
    yield "  the rule is an assumption: it moves returns, and with them how many cases there are"
    later = int(_one(read, f"SELECT COUNT(*) FROM ({_next(read, partition(cases.same))}) WHERE apart")[0])
    if later:
        said = counted(later, "conversation follows", "conversations follow")
        yield (
            f"  {said} one of the {_same(cases)} after more than {cases.window_hours:g} h: not joined, so that a "
            "definition of\n  longer windows, or of returns 'ever', does not see them; a longer window_hours under "
            "[log.cases] joins them"
        )
    else:
        yield f"  no conversation follows one of the {_same(cases)} after more than {cases.window_hours:g} h"


def _one(read: ReadLog, sql: str) -> tuple[float, ...]:
    row: tuple[float, ...] = read.connection.execute(sql).fetchall()[0]
    return row

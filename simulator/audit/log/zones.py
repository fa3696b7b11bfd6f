"""Local times of a zone in UTC: which exist once, twice (when clocks go back) or not at all (when they go forward)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

from simulator.audit.log.log_map import Ambiguous

Kind = Literal["once", "twice", "never"]

_EARLIEST: Final = datetime(1990, 1, 1, tzinfo=UTC)
_LATEST: Final = datetime(2100, 1, 1, tzinfo=UTC)
"""Between them the changes of a zone are looked up: no log has conversations before or after."""


@dataclass(frozen=True, slots=True)
class Span:
    """Local times from a start to the start of the next span.

    Attributes:
        start: first local time of the span.
        offset, later_offset: seconds to take from a local time for UTC; two where a time exists twice, the first for
            the earlier of the two moments.
    """

    start: datetime
    kind: Kind
    offset: int
    later_offset: int


def spans(zone: str, first: datetime, last: datetime) -> list[Span]:
    """Return the spans of local time that cover two local times and all between them."""
    rules = ZoneInfo(zone)
    begin, end = (
        min(max(each.replace(tzinfo=UTC), _EARLIEST), _LATEST) + timedelta(days=days)
        for each, days in ((first, -2), (last, 2))
    )
    before = _offset(rules, begin)
    found = [Span(datetime.min, "once", before, before)]
    for moment in _changes(rules, begin, end):
        after = _offset(rules, moment)
        local = moment.replace(tzinfo=None)
        old, new = local + timedelta(seconds=before), local + timedelta(seconds=after)
        if after < before:
            found += [Span(new, "twice", before, after), Span(old, "once", after, after)]
        elif after > before:
            found += [Span(old, "never", before, after), Span(new, "once", after, after)]
        before = after
    return found


def _changes(rules: ZoneInfo, begin: datetime, end: datetime) -> list[datetime]:
    """Return the moments, UTC, at which a zone's offset changes; offsets that hold for less than 6 hours are missed."""
    found, step = [], timedelta(hours=6)
    while begin < end:
        low, high = begin, begin + step
        if _offset(rules, low) != _offset(rules, high):
            while high - low > timedelta(seconds=1):
                middle = low + (high - low) // 2
                middle = middle.replace(microsecond=0)
                low, high = (middle, high) if _offset(rules, middle) == _offset(rules, low) else (low, middle)
            found.append(high)
        begin += step
    return found


def _offset(rules: ZoneInfo, moment: datetime) -> int:
    given = moment.astimezone(rules).utcoffset()
    return 0 if given is None else int(given.total_seconds())


def to_utc(local: str, found: list[Span], ambiguous: Ambiguous) -> str:
    """Return SQL that turns a local time into UTC; NULL where it does not exist, or twice and that is refused."""
    cases = []
    for span in reversed(found):
        if span.kind == "never" or (span.kind == "twice" and ambiguous == "refuse"):
            value = "NULL"
        else:
            seconds = span.later_offset if ambiguous == "later" else span.offset
            value = f"{local} - INTERVAL ({seconds}) SECONDS"
        cases.append(_from(local, span, value))
    return _chosen(cases)


def kind_sql(local: str, found: list[Span]) -> str:
    """Return SQL that says whether a local time exists 'once', 'twice' or 'never'."""
    return _chosen([_from(local, span, repr(span.kind)) for span in reversed(found)])


def _chosen(cases: list[str]) -> str:
    """Return a CASE of its parts, the last of which is the ELSE; with no other part there is nothing to choose."""
    return f"(CASE {' '.join(cases)} END)" if len(cases) > 1 else f"({cases[0].removeprefix('ELSE ')})"


def _from(local: str, span: Span, value: str) -> str:
    if span.start == datetime.min:
        return f"ELSE {value}"
    return f"WHEN {local} >= TIMESTAMP '{span.start.isoformat(sep=' ')}' THEN {value}"

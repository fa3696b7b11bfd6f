"""What a recount rests on that nobody would see in its numbers: each a sentence with what to do about it."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from math import inf
from typing import Final

import numpy as np

from simulator.audit.record_facts import CaseRule
from simulator.audit.record_file import Record
from simulator.audit.recount.billing_period import LAG_HOURS, BillingPeriod, months_of_moments
from simulator.audit.recount.line_matching import MatchedLine
from simulator.audit.recount.recount_result import Given
from simulator.audit.recount.unit_counts import microseconds
from simulator.definitions import Definition
from simulator.definitions.spec import DefinitionSpec

A_YEAR: Final = 8_760
"""Hours that a map is told to join where the definition looks without limit."""
_MICROSECONDS: Final = 1_000_000
_MONTHS: Final = {name.casefold(): number for number, name in enumerate(calendar.month_name) if name}


def cautions(
    given: Given, lines: Sequence[MatchedLine], definitions: Iterable[Definition], start: str, listed: int | None
) -> tuple[str, ...]:
    """Return what to know before money is claimed.

    Args:
        lines: of the invoice.
        definitions: by which units are counted.
        start: first month of the term, as 2027-01.
        listed: units of the list; None without one.
    """
    found = [*_of_units(lines, listed), *_of_cases(given.record, definitions)]
    if given.record.undescribed:
        found.append(_undescribed(given.record))
    if given.period is not None:
        found += _of_period(given, given.period, start)
    return (*found, *_of_lines(given, lines))


def _of_units(lines: Sequence[MatchedLine], listed: int | None) -> Iterator[str]:
    """Tell that list and invoice are not of the same units."""
    stated = [each.line.quantity for each in lines if each.role == "units" and each.line.quantity is not None]
    invoiced = sum(stated, Decimal(0))
    if listed is None or not stated or invoiced == listed:
        return
    if listed < invoiced:
        yield f"The invoice has {invoiced:,f} units and the list only {listed:,}: ask for the rest of the list."
    else:
        yield (
            f"The list has {listed:,} units and the invoice only {invoiced:,f}: it is not the list of this invoice "
            "alone. Ask for that of its period before any row is claimed."
        )


def _of_cases(record: Record, definitions: Iterable[Definition]) -> Iterator[str]:
    """Tell that a definition looks further for returns than the record joins them."""
    rule, looks = record.facts.cases, max((looks_ahead(each.spec) for each in definitions), default=0.0)
    if rule is None or rule.window_hours is None or looks <= rule.window_hours:
        return
    how = "without limit" if looks == inf else f"for {looks:,g} h"
    yield (
        f"Returns void {how}, but the record joins {_joined(rule)} within {rule.window_hours:,g} h: later ones are not "
        f"seen. Write window_hours = {A_YEAR if looks == inf else looks:g} under [log.cases] of the map, and log again."
    )


def looks_ahead(spec: DefinitionSpec) -> float:
    """Return the hours after a conversation in which a return decides whether it counts; infinite without limit."""
    silence = spec.silence if isinstance(spec.silence, float) and spec.predicate is None else 0.0
    window = spec.return_window_hours if spec.returns != "bill_again" else None
    return max(silence, inf if window == "ever" else window or 0.0)


def _joined(rule: CaseRule) -> str:
    names = [each.removesuffix("_id") for each in rule.same]
    of = f"those of one {' and '.join(names)}" if names else "them"
    return of if rule.rule == "window" else f"{of} without a link"


def _undescribed(record: Record) -> str:
    path = record.path.with_suffix(".json")
    return (
        f"{path} is not there, which `simulate log` writes beside the record: the zone of its days is taken as "
        f"{record.facts.time_zone}, nobody says when it was taken, and the salt of hashed ids is missing."
    )


def _of_period(given: Given, period: BillingPeriod, start: str) -> Iterator[str]:
    """Tell what of the period, or of what came before it, the record does not have."""
    opened, at = microseconds(given.record.table), given.record.facts.extracted_at
    first = int(opened.min()) if len(opened) else period.start
    if given.record.threads and first > period.start - round(LAG_HOURS * 3_600 * _MICROSECONDS):
        unknown = "an id that was opened earlier looks unknown, which may be the vendor's answer, and " if (
            given.billed is not None
        ) else ""  # fmt: skip
        day = datetime.fromtimestamp(first / _MICROSECONDS, UTC).astimezone(period.zone)
        yield f"The record has nothing before {day:%Y-%m-%d}: {unknown}earlier cases and originals are missing."
    if at is not None and at.timestamp() * _MICROSECONDS < period.end:
        yield "The record was taken before the period ended: what came after is not in it."
    if period.month < start:
        yield (
            f"The month {period.month} lies before the term, which begins in {start} (start of the scenario): it is "
            "priced as the first month."
        )


def _of_lines(given: Given, lines: Sequence[MatchedLine]) -> Iterator[str]:
    """Tell how lines were read that can be read in two ways, and what no record checks."""
    ends = sorted({each.line.last_day for each in lines if each.line.last_day is not None})
    if ends:
        days = " and ".join(map(str, ends))
        yield f"The invoice's period ends on {days}, the last day of a month: that day is taken as part of it."
    for each in lines:
        if each.by_price:
            yield (
                f"No line has the words of the units: {each.line.description[:60]!r} is taken for them, as it has "
                "their price."
            )
    for each in lines:
        if each.role == "credit":
            yield f"{each.line.description[:60]!r} cannot be checked: {_why_not(each, given)}."


def _why_not(credit: MatchedLine, given: Given) -> str:
    """Return why a credit cannot be checked: its month is not in the record, or nobody says which it is of."""
    period = given.period
    if period is None:
        return "no list says which conversations it is for"
    month = _month_named(credit.line.description, period.month) or f"{credit.line.start:%Y-%m}"
    there = set(np.unique(months_of_moments(microseconds(given.record.table), period)).tolist())
    if month not in there:
        year, number = month.split("-")
        of = "" if year == period.month[:4] else f" {year}"
        return f"{calendar.month_name[int(number)]}{of} is not in the record"
    if month != period.month:
        return f"it is of {month}, and this is the recount of {period.month}: recount that month with its list"
    return "no list says which conversations it is for"


def _month_named(text: str, current: str) -> str | None:
    """Return the month that a description names, as 2026-09: the last of its name up to the current one."""
    words = (_MONTHS.get(word) for word in re.findall(r"[a-z]+", text.casefold()))
    named = next((each for each in words if each is not None), None)
    if named is None:
        return None
    year, number = int(current[:4]), int(current[5:7])
    return f"{year if named <= number else year - 1:04d}-{named:02d}"

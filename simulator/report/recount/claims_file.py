"""`claims.csv`: the rows to dispute, each with its clause, its amount and its evidence."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

from simulator.audit.recount.difference_rows import EVIDENCE, Difference
from simulator.audit.recount.recount_result import Recounted
from simulator.report.recount.recount_block import plain
from simulator.report.words.terminal_text import printable

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
HEADING: Final = (
    "billed", "counted", "amount", "currency", "kind", "clause", "why", "list_lines", "invoice_id", "invoice_lines",
    "period", "month", "time_zone", "other_is", "other_id", "other_opened_at", *EVIDENCE,
)  # fmt: skip
"""Columns after the id, which has the name that it has in the list."""


def with_amounts(found: Recounted) -> Iterator[tuple[Difference, Decimal]]:
    """Yield every difference with its part of the money of its kind; the parts sum to it."""
    shares = {(each.units > 0, each.kind, each.disputed): iter(each.shares) for each in found.by_kind if each.rows}
    for difference in found.differences:
        key = difference.billed > difference.counted, difference.kind, difference.disputed
        yield difference, next(shares[key])


def claims_csv(found: Recounted) -> str:
    """Return the rows to dispute as CSV, in which no cell runs as a formula."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([safe(found.id_column), *HEADING])
    billing = _billing(found)
    for each, amount in with_amounts(found):
        if each.disputed:
            lines = " ".join(map(str, each.lines))
            evidence = [each.evidence.get(name) for name in EVIDENCE]
            cells = [each.written, each.billed, each.counted, f"{amount:f}", found.code, each.kind, each.clause]
            writer.writerow([safe(cell) for cell in (*cells, each.why, lines, *billing, *beside(each), *evidence)])
    return text.getvalue()


def _billing(found: Recounted) -> tuple[str, ...]:
    """Return where all rows were billed: invoice and its lines, period, month and the zone of its days."""
    units = [each.matched.line for each in found.lines if each.matched.role == "units"]
    invoices = " ".join(dict.fromkeys(line.invoice_id for line in units))
    lines, period = " ".join(str(line.line) for line in units), found.period
    if period is None:
        return invoices, lines, "the whole record", "", found.record.facts.time_zone
    return invoices, lines, period.words, period.month, period.zone.key


def beside(each: Difference) -> tuple[Any, ...]:
    """Return what the conversation is that makes a row not count, its id, and when it opened; empty without one."""
    other = each.beside
    return ("", "", "") if other is None else (other.is_a, other.written, other.opened_at)


def safe(cell: Any) -> Any:
    """Return a cell that no spreadsheet runs: a text that begins as a formula gets an apostrophe; numbers stay.

    Control characters are replaced.
    """
    value = plain(cell)
    if not isinstance(value, str):
        return "" if value is None else value
    text = printable(value)
    return f"'{text}" if value.startswith(_FORMULA) and not _is_number(text) else text


def _is_number(text: str) -> bool:
    return text.removeprefix("-").replace(".", "", 1).isdecimal() and text.isascii()

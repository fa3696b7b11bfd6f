"""`claims.csv`: the rows to dispute, each with its clause, its amount and its evidence."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

from simulator.audit.recount.differences import EVIDENCE, Difference
from simulator.audit.recount.recount_result import Recounted
from simulator.report.recount.recount_block import plain
from simulator.report.words.terminal_text import printable

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
HEADING: Final = ("id", "billed", "counted", "amount", "currency", "kind", "clause", "why", "list_lines", *EVIDENCE)


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
    writer.writerow(HEADING)
    for each, amount in with_amounts(found):
        if each.disputed:
            lines = " ".join(map(str, each.lines))
            evidence = [each.evidence.get(name) for name in EVIDENCE]
            cells = [each.written, each.billed, each.counted, f"{amount:f}", found.code, each.kind, each.clause]
            writer.writerow([safe(cell) for cell in (*cells, each.why, lines, *evidence)])
    return text.getvalue()


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

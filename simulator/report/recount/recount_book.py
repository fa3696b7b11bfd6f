"""`reconciliation.xlsx`: summary, kinds, lines, rows, credits due, and bounds where there is no list."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Final

from simulator.audit.recount.difference_rows import EVIDENCE
from simulator.audit.recount.recount_result import Recounted
from simulator.audit.recount.watched import Watched
from simulator.report.recount.claims_file import beside, with_amounts
from simulator.report.recount.recount_block import plain
from simulator.report.recount.recount_text import answer, as_seen, hidden_ids, sentence, watch_sentence
from simulator.report.words.meter_words import meter_words
from simulator.report.workbook.book import Book, Cell, Formula, SheetColumn, Styled

Rows = list[list[Cell | Formula | Styled]]
MOST_ROWS: Final = 5_000
"""Rows of conversations on a sheet: laying out more takes longer than the recount."""


def write_book(path: Path, found: Recounted, watch: Sequence[Watched], tolerance: float) -> None:
    """Write the workbook; every text of a file is written as text."""
    book = Book(path, found.code)
    _summary(book, found, watch, tolerance)
    _kinds(book, found)
    if found.lines:
        _lines(book, found)
    if found.listed is not None:
        _rows(book, found, "Rows", "Every conversation that differs", credits=False)
        _rows(book, found, "Credits due", "Credits due on later invoices", credits=True)
    else:
        _bounds(book, found)
    book.close()


def _summary(book: Book, found: Recounted, watch: Sequence[Watched], tolerance: float) -> None:
    sheet = book.sheet("Summary", "What was billed, and what counts")
    columns = (SheetColumn("What", width=44), SheetColumn("Units", "whole", 12), SheetColumn("Amount", "cents", 16))
    billed = found.quantity if found.quantity is not None else found.listed
    rows: Rows = [
        ["Billed", None if billed is None else float(billed), _float(found.billed)],
        ["Counted", found.counted, float(found.recounted)],
        *_meters(found),
        ["To dispute", None, float(found.disputed)],
        ["Due as a credit later", None, float(found.credit_later)],
        ["Open: the record cannot settle it", None, float(found.open)],
        ["Not billed: the vendor will set it off", None, -float(found.not_billed)],
        ["Billed less counted: the sum of these four", None, _float(found.difference)],
        ["Other lines against the contract", None, float(found.other_lines)],
        ["The invoice's total", None, _float(found.invoiced)],
    ]
    after = book.table(sheet, 2, columns, rows)
    period = "the whole record" if found.period is None else found.period.words
    texts = [answer(found, watch, tolerance), f"Period: {period}"]
    texts += [] if found.definition is None else [f"Definition: {found.definition.words}"]
    texts += [f"The record has {found.held.words}.", *found.cautions, *hidden_ids(found)]
    texts += [f"{as_seen(found)[0].upper()}{as_seen(found)[1:]}.", *map(watch_sentence, watch)]
    book.lines(sheet, after + 1, texts, across=5)


def _meters(found: Recounted) -> Rows:
    return [[f"Counted: {meter_words(meter, {})}", float(units), None] for meter, units in found.meters.items()]


def _float(amount: Decimal | None) -> float | None:
    return None if amount is None else float(amount)


def _kinds(book: Book, found: Recounted) -> None:
    sheet = book.sheet("By kind", "Differences by kind")
    columns = (
        SheetColumn("Kind", width=24),
        SheetColumn("Rows", "whole", 10),
        SheetColumn("Units", "whole", 10),
        SheetColumn("Amount", "cents", 16),
        SheetColumn("Disputed", "any", 12),
        SheetColumn("What it is", "beside", 60),
    )
    rows: Rows = [
        [each.kind, each.rows, each.units, float(each.amount), each.disputed, sentence(each)] for each in found.by_kind
    ]
    last = 3 + len(rows)
    total = float(sum((each.amount for each in found.by_kind), Decimal(0)))
    units = sum(each.units for each in found.by_kind)
    if rows:
        summed = [Formula(f"=SUM({name}4:{name}{last})", value) for name, value in (("C", units), ("D", total))]
        rows.append(["Billed less counted", None, *summed, None, ""])
    book.table(sheet, 2, columns, rows)
    book.keep_head(sheet, 2, 1)


def _lines(book: Book, found: Recounted) -> None:
    sheet = book.sheet("Invoice", "Lines of the invoice against the contract")
    columns = (
        SheetColumn("Line", "whole", 8),
        SheetColumn("Description", width=44),
        SheetColumn("Is", width=20),
        SheetColumn("Billed", "cents", 16),
        SheetColumn("By the contract", "cents", 16),
    )
    rows: Rows = [
        [each.matched.line.line, each.matched.line.description, each.matched.role, float(each.matched.line.amount),
         _float(each.ours)] for each in found.lines
    ]  # fmt: skip
    book.table(sheet, 2, columns, rows)


_PRINTED: Final = 12
"""Columns of a sheet of rows that are printed; those of the record follow, for the screen."""


def _rows(book: Book, found: Recounted, name: str, title: str, *, credits: bool) -> None:
    sheet = book.sheet(name, title)
    columns = (
        SheetColumn("Id", width=24),
        SheetColumn("Billed", "whole", 8),
        SheetColumn("Counted", "whole", 9),
        SheetColumn("Amount", "cents", 12),
        SheetColumn("Kind", width=18),
        SheetColumn("Disputed", "any", 10),
        SheetColumn("Credit on the invoice of", width=14),
        SheetColumn("Clause", "code", 34),
        SheetColumn("Why", width=44),
        SheetColumn("Other is", width=18),
        SheetColumn("Other id", width=24),
        SheetColumn("Other opened at", width=24),
        *(SheetColumn(each, width=16) for each in EVIDENCE),
    )
    chosen = [(each, amount) for each, amount in with_amounts(found) if each.credit_month or not credits]
    rows: Rows = [
        [each.written, each.billed, each.counted, float(amount), each.kind, each.disputed, each.credit_month,
         each.clause, each.why, *map(_text, beside(each)), *(_text(each.evidence.get(column)) for column in EVIDENCE)]
        for each, amount in chosen[:MOST_ROWS]
    ]  # fmt: skip
    after = book.table(sheet, 2, columns, rows)
    if more := len(chosen) - len(rows):
        book.lines(sheet, after + 1, [f"And {more:,} more, which are in reconciliation.json."], across=5)
    book.keep_head(sheet, 2, 1)
    book.print_only(sheet, after, _PRINTED - 1)


def _text(value: object) -> str:
    return "" if value is None else str(plain(value))


def _bounds(book: Book, found: Recounted) -> None:
    sheet = book.sheet("Bounds", "The count with one clause changed: no row is accused")
    columns = (
        SheetColumn("Clause", "code", 50),
        SheetColumn("Changed to", "code", 50),
        SheetColumn("Counted", "whole", 12),
        SheetColumn("From the recount", "whole", 16),
    )
    own = found.counted or 0
    rows: Rows = [[each.change.clause, each.change.becomes, each.units, each.units - own] for each in found.bounds]
    book.table(sheet, 2, columns, rows)

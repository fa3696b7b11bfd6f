"""What every contract asks for: its prices and units, fees, minimums, commitments, term, and what leaving costs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from xlsxwriter.utility import xl_rowcol_to_cell

from simulator.report.answer.contracts import full_names
from simulator.report.summary.contract import ContractNumbers
from simulator.report.summary.summary import Summary
from simulator.report.words.meter_words import spaced
from simulator.report.words.terms_line import behind, prices
from simulator.report.words.terms_words import terms_of
from simulator.report.workbook.book import Book, Cell, Formula, SheetColumn
from simulator.report.workbook.content import Content

OVER: Final = {"": "", "month": "a month", "year": "a year", "term": "over the term"}
_ASKED: Final[tuple[tuple[str, SheetColumn], ...]] = (
    ("platform_fee", SheetColumn("Platform fee a month", "money")),
    ("one_time_fees", SheetColumn("Fees paid once", "money")),
    ("least_per_month", SheetColumn("At least a month", "money")),
    ("least_per_year", SheetColumn("At least a year", "money")),
    ("most_per_month", SheetColumn("At most a month", "money")),
    ("committed", SheetColumn("Committed to", "money")),
    ("committed_units", SheetColumn("Committed to: units", "whole")),
    ("committed_over", SheetColumn("Committed over", width=12)),
    ("term_months", SheetColumn("Bound for months", "whole", 10)),
    ("owed_on_leaving", SheetColumn("Most owed on leaving", "money")),
    ("owed_month", SheetColumn("after month", "whole", 9)),
)
"""What a contract may ask for, by its name in the terms."""
_ALWAYS: Final = ("platform_fee", "one_time_fees", "term_months")
"""Columns that stand there if no contract asks for it either."""


def terms_sheet(book: Book, content: Content) -> None:
    """Write the terms of every contract, and which part of its expected invoice is fees whatever is used.

    What no contract asks for has no column, so that the sheet can be printed.
    """
    summary = content.summary
    sheet = book.sheet("Prices and terms", "Prices and terms: what every contract asks for, as stated")
    asked = [(key, column) for key, column in _ASKED if key in _ALWAYS or _asked(summary, key)]
    columns = (
        SheetColumn("Contract", width=38),
        SheetColumn("Price of use", width=36),
        SheetColumn("Behind the price", width=30),
        *(column for _, column in asked),
        SheetColumn("Expected invoice", "money"),
        SheetColumn("Platform and one-time fees", "money"),
        SheetColumn("Fees, of the invoice", "share"),
    )
    keys = [key for key, _ in asked]
    rows = [_row(summary, each, keys, number) for number, each in enumerate(content.contracts, start=4)]
    after = book.table(sheet, 2, columns, rows)
    book.keep_head(sheet, 2, 1)
    texts = [
        "Prices are as stated, before discounts; of a range the middle. A price that is assumed has no offer, contract "
        "or published page behind it: no vendor has offered it.",
        "Empty: the contract does not ask for it. Bound for 1 month: it can be cancelled every month.",
        f"Platform and one-time fees are those of the {summary.months} months at the stated amounts; raises of fees "
        "during the term are in the expected invoice alone.",
        *filter(None, [full_names(summary)]),
    ]
    book.lines(sheet, after + 1, texts, across=5)


def _asked(summary: Summary, key: str) -> bool:
    """Return whether some contract asks for something."""
    return any(getattr(each, key) for each in summary.terms)


def _row(summary: Summary, block: ContractNumbers, keys: Sequence[str], number: int) -> list[Cell | Formula]:
    """Return a contract's row.

    Args:
        keys: of the terms that have a column.
        number: of the row, counted from 1 as formulas do.
    """
    terms, mean = terms_of(summary, block.name), block.invoice.mean
    fees = terms.platform_fee * summary.months + terms.one_time_fees
    fee, once, invoice, all_fees = (
        xl_rowcol_to_cell(number - 1, column)
        for column in (
            3 + keys.index("platform_fee"), 3 + keys.index("one_time_fees"), 3 + len(keys), 4 + len(keys)
        )
    )  # fmt: skip
    return [
        block.label,
        spaced(prices(summary, block.name)),
        behind(terms),
        *(OVER[getattr(terms, key)] if key == "committed_over" else getattr(terms, key) or None for key in keys),
        mean,
        Formula(f"={fee}*{summary.months}+{once}", fees),
        Formula(f"=IF({invoice}=0,0,{all_fees}/{invoice})", fees / mean if mean else 0.0),
    ]

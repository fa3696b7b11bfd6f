"""The workbook's paper and pens: formats by currency, cells that stay what they are, columns with a heading.

Text is always written as text, so that nothing a scenario says runs as a formula; every formula is written with its
value, as viewers that do not calculate show that.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from simulator.money import Currency, currency
from simulator.report.terminal import printable

Cell = str | int | float | bool | None
CREATED: Final = datetime.datetime(2020, 1, 1)
"""Creation date of every workbook: the same run gives the same bytes."""
BLUE: Final = "#0072B2"
GREY: Final = "#767676"
ORANGE: Final = "#B84E00"
PALE: Final = "#DCEAF4"
LONGEST_TEXT: Final = 32_767
"""Characters that a cell can hold."""
WIDEST: Final = 60
_LINE_POINTS: Final = 15


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula with the value that it has."""

    text: str
    value: float | str


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its heading, the name of its format (see `Book.formats`) and its width in characters."""

    heading: str
    format: str = "text"
    width: float = 14


class Book:
    """An open workbook."""

    def __init__(self, path: Path, code: str) -> None:
        self.of: Currency = currency(code)
        self.file = xlsxwriter.Workbook(
            str(path),
            {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True},
        )
        self.file.set_properties({"created": CREATED, "title": "", "author": "", "comments": ""})
        self.file.set_calc_mode("auto")
        self.formats = self._formats()

    def _formats(self) -> dict[str, Format]:
        made = {"text": "@", "whole": "#,##0", "share": "0.0%", "factor": "0.000", "any": "General"}
        made |= {"money": money_format(self.of, 0), "cents": money_format(self.of, self.of.minor_units)}
        made["rate"] = money_format(self.of, self.of.minor_units, most=4)
        formats = {name: self.file.add_format({"num_format": code, "valign": "top"}) for name, code in made.items()}
        for name in ("text", "any"):
            formats[name].set_text_wrap()
        formats["title"] = self.file.add_format({"bold": True, "font_size": 14, "font_color": BLUE})
        formats["strong"] = self.file.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        formats["note"] = self.file.add_format({"font_color": GREY, "text_wrap": True, "valign": "top"})
        formats["head"] = self.file.add_format(
            {"bold": True, "text_wrap": True, "valign": "bottom", "bottom": 1, "bg_color": PALE}
        )
        formats["code"] = self.file.add_format({"font_name": "Courier New", "text_wrap": True, "valign": "top"})
        formats["input"] = self.file.add_format(
            {"num_format": money_format(self.of, 0), "bg_color": "#FFF2CC", "border": 1, "bold": True, "locked": False}
        )
        return formats

    def sheet(self, name: str, title: str, widths: Sequence[float] = ()) -> Worksheet:
        """Return a new sheet with its title in the first row."""
        sheet = self.file.add_worksheet(name)
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        self.write(sheet, 0, 0, title, "title")
        for place, width in enumerate(widths):
            sheet.set_column(place, place, width)
        return sheet

    def write(self, sheet: Worksheet, row: int, column: int, value: Cell | Formula, name: str = "any") -> None:
        """Write one cell; what is not known is left empty."""
        shape = self.formats[name]
        if isinstance(value, Formula):
            sheet.write_formula(row, column, value.text, shape, value.value)
        elif isinstance(value, bool):
            sheet.write_string(row, column, "yes" if value else "no", shape)
        elif isinstance(value, str):
            sheet.write_string(row, column, cell_text(value), shape)
        elif value is not None and math.isfinite(value):
            sheet.write_number(row, column, value, shape)
        else:
            sheet.write_blank(row, column, None, shape)

    def table(
        self, sheet: Worksheet, row: int, columns: Sequence[Column], rows: Sequence[Sequence[Cell | Formula]]
    ) -> int:
        """Write a table with its heading and return the row after it."""
        longest = max(len(column.heading) / min(column.width, WIDEST) for column in columns)
        sheet.set_row(row, _LINE_POINTS * math.ceil(1 + longest))
        for place, column in enumerate(columns):
            sheet.set_column(place, place, min(column.width, WIDEST))
            self.write(sheet, row, place, column.heading, "head")
        for number, cells in enumerate(rows, start=row + 1):
            for place, (column, value) in enumerate(zip(columns, cells, strict=True)):
                self.write(sheet, number, place, value, column.format)
        return row + len(rows) + 1

    def lines(self, sheet: Worksheet, row: int, texts: Sequence[str], name: str = "note", across: int = 7) -> int:
        """Write texts below one another, each over some columns, and return the row after them."""
        for text in texts:
            sheet.merge_range(row, 0, row, across, cell_text(text), self.formats[name])
            sheet.set_row(row, _LINE_POINTS * max(1, math.ceil(len(text) / 110)))
            row += 1
        return row

    def close(self) -> None:
        """Write the file."""
        self.file.close()


def cell_text(text: str) -> str:
    """Return a text as a cell can hold it: without control characters, cut where it is too long."""
    plain = "\n".join(printable(line) for line in text.split("\n"))
    return plain if len(plain) <= LONGEST_TEXT else plain[: LONGEST_TEXT - 1] + "…"


def money_format(of: Currency, decimals: int, most: int | None = None) -> str:
    """Return a number format with the currency's symbol; digits from `decimals` to `most` show where they are."""
    digits = "0" * decimals + "#" * max(0, (most or decimals) - decimals)
    symbol = of.symbol.strip().replace('"', "")
    number = f"#,##0.{digits}" if digits else "#,##0"
    return f'"{symbol}"{number};[Red]-"{symbol}"{number}'


def reference(sheet: str, row: int, column: int, last_row: int, last_column: int) -> list[Any]:
    """Return a range for a chart: [sheet, first row, first column, last row, last column]."""
    return [sheet, row, column, last_row, last_column]

"""The workbook's paper and pens: formats by currency, cells that stay what they are, columns with a heading.

Text is always written as text, so that nothing a scenario says runs as a formula; every formula is written with its
value, as viewers that do not calculate show that.
"""

from __future__ import annotations

import datetime
import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from simulator.money import Currency, currency
from simulator.report.words.terminal_text import printable

Cell = str | int | float | bool | None
CREATED: Final = datetime.datetime(2020, 1, 1)
"""Creation date of every workbook: the same run gives the same bytes."""
BLUE: Final = "#0072B2"
GREY: Final = "#767676"
ORANGE: Final = "#B84E00"
PALE: Final = "#DCEAF4"
INPUT: Final = "#FFF2CC"
"""Colour of cells to fill in."""
CHART_WIDTH: Final = 760
"""Pixels of every chart."""
LONGEST_TEXT: Final = 32_767
"""Characters that a cell can hold."""
WIDEST: Final = 60
CONTRACT: Final = 50
"""Width in characters of a column of contracts' titles."""
DEFAULT_WIDTH: Final = 8.43
"""Width in characters of a column that no table has set."""
_WORDS: Final = ("text", "any", "code", "sign", "verdict", "beside")
"""Formats of columns that may hold words; in a column of numbers these stand at the right, as numbers do."""
_LEFT: Final = ("text", "code", "sign", "verdict", "beside")
"""Formats of columns whose cells begin at the left."""
_MARGIN: Final = 0.4
"""Inches at the left and at the right of a printed page."""
_LINE_POINTS: Final = 15
_ROW_PIXELS: Final = 20
_CHARACTER_PIXELS: Final = 7
_HIGHEST: Final = 400
"""Points that a row can have, about."""
_FILLED: Final = 0.92
"""Share of a column's width that lines broken at words fill, and that is left by wider fonts than the usual one."""


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula with the value that it has."""

    text: str
    value: float | str


@dataclass(frozen=True, slots=True)
class Styled:
    """A cell with a format of its own, in a column whose rows differ in kind."""

    value: float | str | Formula | None
    format: str


@dataclass(frozen=True, slots=True)
class SheetColumn:
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
        self._widths: dict[tuple[str, int], float] = {}
        self._texts: dict[tuple[str, int], list[tuple[int, int, str]]] = {}
        self._used: dict[str, tuple[int, int]] = {}
        self._heads: set[str] = set()
        self._printed: dict[str, tuple[int, int]] = {}

    def _formats(self) -> dict[str, Format]:
        made = {
            "text": "@",
            "whole": "#,##0",
            "tenths": "#,##0.0",
            "share": "0.0%",
            "factor": "0.000",
            "any": "General",
        }
        made |= {"money": money_format(self.of, 0), "cents": money_format(self.of, self.of.minor_units)}
        made["rate"] = money_format(self.of, self.of.minor_units, most=4)
        formats = {name: self.file.add_format({"num_format": code, "valign": "vcenter"}) for name, code in made.items()}
        for name in ("text", "any"):
            formats[name].set_text_wrap()
        after_numbers = {"num_format": "@", "valign": "vcenter", "align": "left", "indent": 1}
        formats["verdict"] = self.file.add_format(after_numbers)
        formats["beside"] = self.file.add_format({**after_numbers, "text_wrap": True})
        formats["title"] = self.file.add_format({"bold": True, "font_size": 14, "font_color": BLUE})
        formats["strong"] = self.file.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        formats["note"] = self.file.add_format({"font_color": GREY, "text_wrap": True, "valign": "top"})
        formats["head"] = self.file.add_format(
            {"bold": True, "text_wrap": True, "valign": "bottom", "bottom": 1, "bg_color": PALE}
        )
        formats["head beside"] = self.file.add_format(
            {"bold": True, "text_wrap": True, "valign": "bottom", "bottom": 1, "bg_color": PALE, "indent": 1}
        )
        formats["numbers"] = self.file.add_format(
            {
                "bold": True,
                "text_wrap": True,
                "valign": "bottom",
                "bottom": 1,
                "bg_color": PALE,
                "align": "right",
                "indent": 1,
            }
        )
        formats["flag"] = self.file.add_format({"align": "right", "valign": "vcenter"})
        formats["code"] = self.file.add_format({"font_name": "Courier New", "text_wrap": True, "valign": "top"})
        formats["sign"] = self.file.add_format({"bg_color": INPUT, "border": 1, "locked": False, "text_wrap": True})
        formats["input"] = self.file.add_format(
            {"num_format": money_format(self.of, 0), "bg_color": INPUT, "border": 1, "bold": True, "locked": False}
        )
        return formats

    def sheet(self, name: str, title: str, widths: Sequence[float] = ()) -> Worksheet:
        """Return a new sheet with its title in the first row."""
        sheet = self.file.add_worksheet(name)
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.set_margins(left=_MARGIN, right=_MARGIN, top=0.5, bottom=0.6)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer(f"&L{cell_text(name).replace('&', '&&')}&RPage &P of &N")
        self.write(sheet, 0, 0, title, "title")
        for place, width in enumerate(widths):
            self._set_width(sheet, place, width)
        return sheet

    def _set_width(self, sheet: Worksheet, column: int, width: float) -> None:
        self._widths[sheet.name, column] = width
        sheet.set_column(column, column, width)

    def _wrap(self, sheet: Worksheet, row: int, first: int, last: int, text: str) -> None:
        """Note a text that breaks into lines between two columns: its row gets its height when widths are known."""
        self._texts.setdefault((sheet.name, row), []).append((first, last, text))

    def write(self, sheet: Worksheet, row: int, column: int, value: Cell | Formula, name: str = "any") -> None:
        """Write one cell; what is not known is left empty."""
        shape = self.formats[name]
        if name != "title":
            self._reach(sheet, row, column)
        if isinstance(value, Formula):
            sheet.write_formula(row, column, value.text, shape, value.value)
        elif isinstance(value, bool):
            sheet.write_string(row, column, "yes" if value else "no", self.formats["flag"])
        elif isinstance(value, str):
            sheet.write_string(row, column, cell_text(value), shape)
            if name != "title":
                self._wrap(sheet, row, column, column, cell_text(value))
        elif value is not None and math.isfinite(value):
            sheet.write_number(row, column, value, shape)
        else:
            sheet.write_blank(row, column, None, shape)

    def _reach(self, sheet: Worksheet, row: int, column: int) -> None:
        """Note that a sheet is printed at least up to a cell."""
        last, right = self._used.get(sheet.name, (0, 0))
        self._used[sheet.name] = (max(last, row), max(right, column))

    def on_pages(self, sheet: Worksheet, pages: int) -> None:
        """Print a sheet on so many pages at most."""
        sheet.fit_to_pages(1, pages)

    def on_two_across(self, sheet: Worksheet, columns: int) -> None:
        """Print a wide sheet on two pages side by side, with its first columns on both."""
        sheet.fit_to_pages(2, 0)
        sheet.repeat_columns(0, columns - 1)

    def print_only(self, sheet: Worksheet, row: int, column: int) -> None:
        """Let a sheet be printed up to a cell, and what is below or beside it not."""
        self._printed[sheet.name] = (row, column)

    def keep_head(self, sheet: Worksheet, row: int, columns: int, *, repeated: bool = True) -> None:
        """Keep a heading in sight: frozen on the screen with some columns, and repeated on every printed page.

        Args:
            repeated: false where other tables or a chart of the sheet begin on a page of their own.
        """
        sheet.freeze_panes(row + 1, columns)
        if repeated:
            sheet.repeat_rows(row)

    def hide(self, sheet: Worksheet, first: int, last: int) -> None:
        """Hide columns that only charts read; such a chart must show hidden data."""
        for column in range(first, last + 1):
            self._widths[sheet.name, column] = 0.0
        sheet.set_column(first, last, DEFAULT_WIDTH, None, {"hidden": True})

    def chart(self, sheet: Worksheet, row: int, chart: Any, height: int = 340) -> int:
        """Put a chart on a sheet, within what is printed, and return the row after it."""
        chart.set_size({"width": CHART_WIDTH, "height": height})
        sheet.insert_chart(row, 0, chart)
        after = row + math.ceil(height / _ROW_PIXELS) + 1
        column, wide = 0, 0.0
        while wide < CHART_WIDTH:
            wide += _CHARACTER_PIXELS * self._width(sheet.name, column, column) + 5
            column += 1
        self._reach(sheet, after, column - 1)
        return after

    def table(
        self,
        sheet: Worksheet,
        row: int,
        columns: Sequence[SheetColumn],
        rows: Sequence[Sequence[Cell | Formula | Styled]],
    ) -> int:
        """Write a table with its heading and return the row after it; a sheet's widths are those of its first table."""
        first = sheet.name not in self._heads
        self._heads.add(sheet.name)
        for place, column in enumerate(columns):
            if first or (sheet.name, place) not in self._widths:
                self._set_width(sheet, place, min(column.width, WIDEST))
            after_numbers = place > 0 and columns[place - 1].format not in _LEFT
            head = "numbers" if column.format not in _LEFT else "head beside" if after_numbers else "head"
            self.write(sheet, row, place, column.heading, head)
        for number, cells in enumerate(rows, start=row + 1):
            for place, (column, value) in enumerate(zip(columns, cells, strict=True)):
                style = value.format if isinstance(value, Styled) else column.format
                plain = value.value if isinstance(value, Styled) else value
                words = isinstance(plain, str) and style not in _WORDS
                self.write(sheet, number, place, plain, "flag" if words else style)
        return row + len(rows) + 1

    def lines(
        self, sheet: Worksheet, row: int, texts: Sequence[str], name: str = "note", across: int = 7, first: int = 0
    ) -> int:
        """Write texts below one another, each from a first column to a last one, and return the row after them."""
        for text in texts:
            self._reach(sheet, row, across)
            sheet.merge_range(row, first, row, across, cell_text(text), self.formats[name])
            self._wrap(sheet, row, first, across, cell_text(text))
            row += 1
        return row

    def close(self) -> None:
        """Give rows their heights, which not every program works out, and sheets what is printed; write the file."""
        for name, (row, column) in {**self._used, **self._printed}.items():
            self.file.get_worksheet_by_name(name).print_area(0, 0, row, column)
        for (name, row), texts in self._texts.items():
            lines = max(lines_of(text, self._width(name, first, last)) for first, last, text in texts)
            if lines > 1:
                self.file.get_worksheet_by_name(name).set_row(row, min(_LINE_POINTS * lines, _HIGHEST))
        self.file.close()

    def _width(self, name: str, first: int, last: int) -> float:
        return sum(self._widths.get((name, column), DEFAULT_WIDTH) for column in range(first, last + 1))


def lines_of(text: str, width: float) -> int:
    """Return into how many lines a text breaks in a column, about and rather one too many."""
    return sum(max(1, len(textwrap.wrap(line, max(1, int(_FILLED * width))))) for line in text.split("\n"))


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

"""Paper that is filled from the top: texts, columns, tables and charts, on a next page where one has no room left."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from simulator.report.charts.base import Chart, ChartTable
from simulator.report.style import GREY, INK, wrapped
from simulator.report.words.terminal_text import printable

if TYPE_CHECKING:
    from matplotlib.figure import Figure

WIDTH: Final = 8.27
HEIGHT: Final = 11.69
"""A4 in inches; Letter is wider and less high, and prints it scaled."""
EDGE: Final = 0.6
INSIDE: Final = WIDTH - 2 * EDGE
GUTTER: Final = 0.2
"""Between two columns."""
POINTS: Final = 72
FIXED: Final = "DejaVu Sans Mono"
"""The font whose letters have one width."""
TALLEST: Final = 2.75
"""Height of a chart in inches."""
SPACING: Final = 1.45
"""From line to line, in sizes of the letters."""


class Face(NamedTuple):
    """How a text looks; its size in points, and whether all its letters have one width."""

    size: float = 8
    bold: bool = False
    color: str = INK
    fixed: bool = False

    @property
    def step(self) -> float:
        """From line to line in inches."""
        return SPACING * self.size / POINTS


HEAD: Final = Face(15, bold=True)
ANSWER: Final = Face(9, bold=True)
TITLE: Final = Face(8.5, bold=True)
FIGURE: Final = Face(14, bold=True)
PLAIN: Final = Face()
SMALL: Final = Face(7.5)
ASIDE: Final = Face(7.5, color=GREY)


class Line(NamedTuple):
    """A text in a column, with the lines that it may take."""

    text: str
    face: Face = PLAIN
    most: int = 6


class Titled(NamedTuple):
    """A table with its title, and the shares of its width that its columns take."""

    title: str
    of: ChartTable
    shares: Sequence[float]


class Row(NamedTuple):
    """A row of a table: the lines of its cells, the widths of these, and the rule below it, 0 for none.

    Cells in columns of `left` begin at the left, all others end at the right.
    """

    cells: Sequence[Sequence[str]]
    widths: Sequence[float]
    face: Face
    rule: float
    left: Sequence[int] = (0,)

    @property
    def height(self) -> float:
        """From its top to that of the next in inches."""
        return max(map(len, self.cells)) * self.face.step + (0.05 if self.rule else 0.0)


@dataclass(frozen=True, slots=True)
class Placed:
    """A chart and where it stands on a page: left, bottom, width and height in inches."""

    chart: Chart
    left: float
    bottom: float
    width: float
    height: float


@dataclass(slots=True)
class Page:
    """A page: its texts as a figure, and the charts that are laid into it."""

    figure: Figure
    charts: list[Placed] = field(default_factory=list)


class Paper:
    """Pages that are written from the top downwards.

    Attributes:
        pages: those written so far.
        top: height in inches from which on the last of them is empty.
    """

    def __init__(self) -> None:
        self.pages: list[Page] = []
        self.top = 0.0
        self.turn()

    @property
    def length(self) -> float:
        """How many pages are written, the last of them in part."""
        return len(self.pages) - (self.top - EDGE) / (HEIGHT - 2 * EDGE)

    def text(self, text: str, face: Face = PLAIN, most: int = 6) -> None:
        """Write a text over the whole width."""
        self.columns([[Line(text, face, most)]])

    def lines(self, lines: Sequence[str], face: Face, indent: float = 0.0) -> None:
        """Write lines as they are, each on a next page where this one has no room for it.

        Args:
            indent: of all of them in inches.
        """
        for line in lines:
            self.need(face.step)
            self._write(line, face, EDGE + indent, self.top)
            self.top -= face.step

    def rows(self, rows: Sequence[Row], head: Row) -> None:
        """Write a table of any length; a row stands whole on a page, and its head on each."""
        self.need(head.height + max((row.height for row in rows[:1]), default=0.0))
        for place, row in enumerate(rows):
            turned = self.top - row.height < EDGE
            if turned:
                self.turn()
            for each in (head, row) if turned or place == 0 else (row,):
                self._row(each, EDGE, self.top, INSIDE)
                self.top -= each.height

    def rules(self, count: int) -> None:
        """Draw lines beside one another, one for each of so many columns."""
        widths = widths_of([1.0] * count)
        for left, wide in zip(_lefts(widths), widths, strict=True):
            self._rule(left, wide, self.top, 0.6)
        self.top -= 0.04

    def footers(self, text: str) -> None:
        """Write a line at the foot of every page, with its number and how many there are."""
        for place, page in enumerate(self.pages, start=1):
            at, number = (EDGE - 0.2) / HEIGHT, f"{place} of {len(self.pages)}"
            page.figure.text(EDGE / WIDTH, at, text, size=ASIDE.size, color=ASIDE.color, va="top")
            page.figure.text(1 - EDGE / WIDTH, at, number, size=ASIDE.size, color=ASIDE.color, va="top", ha="right")

    def space(self, height: float) -> None:
        """Leave some inches empty."""
        self.top -= height

    def columns(self, columns: Sequence[Sequence[Line]], shares: Sequence[float] = ()) -> None:
        """Write columns beside one another.

        Args:
            shares: of the width, for each column; all alike without.
        """
        widths = widths_of(shares or [1.0] * len(columns))
        broken = [
            [(row, line.face) for line in column for row in _broken(line, width)]
            for column, width in zip(columns, widths, strict=True)
        ]
        self.need(max(sum(face.step for _, face in column) for column in broken))
        bottoms = [self._column(column, left) for column, left in zip(broken, _lefts(widths), strict=True)]
        self.top = min(bottoms)

    def tables(self, tables: Sequence[Titled]) -> None:
        """Write tables beside one another, each in a column of the same width under its title."""
        wide = (INSIDE - GUTTER * (len(tables) - 1)) / len(tables)
        made = [_set(each, wide) for each in tables]
        self.need(max(sum(row.height for row in rows) for rows in made))
        bottoms = []
        for place, rows in enumerate(made):
            at, left = self.top, EDGE + place * (wide + GUTTER)
            for row in rows:
                self._row(row, left, at, wide)
                at -= row.height
            bottoms.append(at)
        self.top = min(bottoms)

    def beside(self, charts: Sequence[Chart]) -> None:
        """Lay charts beside one another, all scaled alike where they are too wide or higher than `TALLEST`."""
        if not charts:
            return
        room = (INSIDE - GUTTER * (len(charts) - 1)) / len(charts)
        sizes = [chart.figure.get_size_inches() for chart in charts]
        scale = min(1.0, *(min(room / width, TALLEST / height) for width, height in sizes))
        high = scale * max(height for _, height in sizes)
        self.need(high)
        for place, (chart, (width, height)) in enumerate(zip(charts, sizes, strict=True)):
            left = EDGE + place * (room + GUTTER)
            self.pages[-1].charts.append(Placed(chart, left, self.top - scale * height, scale * width, scale * height))
        self.top -= high

    def need(self, height: float) -> None:
        """Turn to a next page where this one has less room left, unless nothing is on it yet."""
        if self.top - height < EDGE and self.top < HEIGHT - EDGE:
            self.turn()

    def file(self, title: str) -> bytes:
        """Return the pages with their charts as PDF, the same bytes for the same contents."""
        from pypdf import PdfWriter, Transformation

        writer = PdfWriter()
        for each in self.pages:
            page = writer.add_page(_as_pdf(each.figure))
            for placed in each.charts:
                chart = _as_pdf(placed.chart.figure)
                scale = placed.width * POINTS / float(chart.mediabox.width)
                move = Transformation().scale(scale).translate(placed.left * POINTS, placed.bottom * POINTS)
                page.merge_transformed_page(chart, move)
            page.compress_content_streams()
        writer.add_metadata({"/Title": title, "/Producer": "simulate"})
        held = io.BytesIO()
        writer.write(held)
        return held.getvalue()

    def turn(self) -> None:
        """Go on at the top of a next page."""
        from matplotlib.figure import Figure

        self.pages.append(Page(Figure(figsize=(WIDTH, HEIGHT))))
        self.top = HEIGHT - EDGE

    def _column(self, rows: Sequence[tuple[str, Face]], left: float) -> float:
        """Write the lines of a column and return where it ends."""
        at = self.top
        for text, face in rows:
            self._write(text, face, left, at)
            at -= face.step
        return at

    def _row(self, row: Row, left: float, top: float, wide: float) -> None:
        """Write a row, with a rule below it if it has one."""
        start = left
        for place, (lines, width) in enumerate(zip(row.cells, row.widths, strict=True)):
            for number, line in enumerate(lines):
                edge = start if place in row.left else start + width
                at = top - number * row.face.step
                self._write(line, row.face, edge, at, align="left" if place in row.left else "right")
            start += width + GUTTER
        if row.rule:
            self._rule(left, wide, top - row.height + 0.04, row.rule)

    def _write(self, text: str, face: Face, left: float, at: float, align: Any = "left") -> None:
        self.pages[-1].figure.text(
            left / WIDTH, at / HEIGHT, text, size=face.size, weight="bold" if face.bold else "normal",
            color=face.color, va="top", ha=align, family=FIXED if face.fixed else None,
        )  # fmt: skip

    def _rule(self, left: float, wide: float, at: float, width: float) -> None:
        from matplotlib.lines import Line2D

        ends = (left / WIDTH, (left + wide) / WIDTH)
        self.pages[-1].figure.add_artist(Line2D(ends, (at / HEIGHT, at / HEIGHT), color=GREY, linewidth=width))


def _set(table: Titled, wide: float) -> list[Row]:
    """Return the rows of a table with its title, broken into lines of the widths of its columns."""
    widths = widths_of(table.shares, wide)
    rows = [Row((_broken(Line(table.title, TITLE, 2), wide),), (wide,), TITLE, 0.0)]
    for number, cells in enumerate([table.of.columns, *table.of.rows]):
        face = SMALL._replace(bold=number == 0)
        broken = (_broken(Line(cell, face, 4), width) for cell, width in zip(cells, widths, strict=True))
        rows.append(Row(tuple(broken), tuple(widths), face, 0.3 if number else 0.8))
    return rows


def widths_of(shares: Sequence[float], wide: float = INSIDE) -> list[float]:
    room = wide - GUTTER * (len(shares) - 1)
    return [room * share / sum(shares) for share in shares]


def _lefts(widths: Sequence[float]) -> list[float]:
    return [EDGE + sum(widths[:place]) + GUTTER * place for place in range(len(widths))]


def _broken(line: Line, width: float) -> list[str]:
    """Return a text in lines of a width."""
    return wrapped(printable(line.text), width, line.face.size, bold=line.face.bold, most=line.most)


def _as_pdf(figure: Figure) -> Any:
    """Return a figure as a page of a PDF, without a date."""
    from pypdf import PdfReader

    held = io.BytesIO()
    figure.savefig(held, format="pdf", metadata={"CreationDate": None})
    held.seek(0)
    return PdfReader(held).pages[0]

"""brief.pdf: two pages for a reader who was not in the room: the answer with its charts, and what stands behind it.

The pages' texts are drawn first; each chart is drawn as it stands in `charts/` and laid into the room left for it,
smaller where it would not fit. Where many contracts would make the charts of the first page too small to read, the
first of them has that page to itself, and the second page takes as many of the others as it can show readably: how much
is enough comes before when, and that before what the spread depends on, whose three assumptions its text names.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from simulator.report.charts import Chart
from simulator.report.style import GREY, INK, TEXT_SIZE, TITLE_SIZE, look, wrapped
from simulator.report.terminal.console import fiscal_year_lines, owed_lines
from simulator.report.words.figures import figures
from simulator.report.words.sentences import NINE_IN_TEN, futures_text, interval_line
from simulator.report.words.summary_block import Block
from simulator.report.words.terminal_text import printable

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    Page: TypeAlias = tuple[Figure, list["Placed"]]


PAGE: Final = (8.27, 11.69)
"""A4 in inches; Letter is wider and less high, and prints it scaled."""
EDGE: Final = 0.6
LINE: Final = 0.19
POINTS: Final = 72
FIRST_PAGE: Final = ("1-interval-strip", "2-s-curve")
SECOND_PAGE: Final = ("7-cumulative-fan", "6-tornado")
SMALLEST: Final = 0.7
"""Scale below which the letters of a chart are too small to read on paper: 9 points become 6."""
GAP: Final = 0.15
"""Between two charts."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A chart and the room for it on a page: left, bottom, width and height in inches."""

    chart: Chart
    left: float
    bottom: float
    width: float
    height: float

    @property
    def scale(self) -> float:
        """By how much the chart is smaller than in `charts/`."""
        return float(self.width / self.chart.figure.get_figwidth())


def brief(summary: Block, drawn: Mapping[str, Chart], fingerprint: str) -> bytes:
    """Return the brief of a run as PDF; the same run gives the same bytes.

    Args:
        drawn: charts by the name of their file (report.charts); those that are missing are left out.
        fingerprint: of the scenario and all that decides the numbers.
    """
    with look():
        return _as_file(
            _pages(summary, drawn, fingerprint),
            f"{printable(summary['scenario'])}: {printable(summary['sentence'])}",
        )


def _pages(summary: Block, drawn: Mapping[str, Chart], fingerprint: str) -> list[Page]:
    """Return the two pages; where the first one's charts would be too small to read the second takes what it can."""
    first, second = ([drawn[name] for name in names if name in drawn] for names in (FIRST_PAGE, SECOND_PAGE))
    answer = _first(summary, first)
    if len(first) < 2 or answer[1][0].scale >= SMALLEST:
        return [answer, _second(summary, second, fingerprint)]
    others = [*first[1:], *second]
    pages = [_second(summary, others[:count], fingerprint) for count in range(len(others), 0, -1)]
    return [_first(summary, first[:1]), next((page for page in pages if page[1][0].scale >= SMALLEST), pages[-1])]


def _first(summary: Block, charts: Sequence[Chart]) -> Page:
    """Return the page of the answer."""
    figure, top = _blank(), PAGE[1] - EDGE
    top = _text(figure, top, printable(summary["scenario"]), HEAD, most=2)
    top = _text(figure, top - 0.05, printable(summary["sentence"]), ANSWER, most=16)
    top = _text(figure, top - 0.05, interval_line(summary), ASIDE, most=3)
    return figure, _stack(charts, top - 0.1, EDGE + 0.3)


def _second(summary: Block, charts: Sequence[Chart], fingerprint: str) -> Page:
    """Return the page of what stands behind it."""
    figure, top = _blank(), PAGE[1] - EDGE
    top = _text(figure, top, "What stands behind it", HEAD, most=1)
    for text in _behind(summary):
        top = _text(figure, top - 0.06, printable(text), PLAIN, most=6)
    bottom = EDGE
    for text in reversed(_reading(summary, fingerprint)):
        lines = wrapped(printable(text), PAGE[0] - 2 * EDGE, TEXT_SIZE, most=4)
        bottom += LINE * len(lines)
        _text(figure, bottom, printable(text), ASIDE, most=4)
        bottom += 0.05
    return figure, _stack(charts, top - 0.1, bottom + 0.1)


def _behind(summary: Block) -> list[str]:
    """Return the facts beside the answer: saving, what is open, human work, what carries the spread, notes."""
    work = summary["human_work"]
    mean, p90 = figures([work["mean"], work["p90"]], summary["currency"])
    found = [text for text in (summary["verdict"]["saving"], summary["verdict"]["before_signing"]) if text]
    found.append(f"Human work besides the invoice: expected {mean}, P90 {p90}.")
    assumptions = summary["most_of_the_spread"]["assumptions"]
    if assumptions:
        named = ", ".join(f"{each['label']} ({each['kind']})" for each in assumptions[:3])
        found.append(f"Most of the spread: {named}.")
    lines = [*fiscal_year_lines(summary), *owed_lines(summary)]
    found += [line.replace("*", "the recommended contract") for line in lines]
    return [*found, *(f"Note: {note}." for note in summary["notes"][:4])]


def _reading(summary: Block, fingerprint: str) -> list[str]:
    """Return how to read the page and how to repeat it."""
    return [
        f"P90: {NINE_IN_TEN}, if the stated ranges are right. It is not nine years in ten: what is not known "
        "today is not drawn again every year. Percentiles do not add up over months or contracts.",
        f"{futures_text(summary)}, {summary['months']} months from {summary['start']}, seed {summary['seed']}, "
        f"fingerprint {fingerprint}. manifest.json holds scenario, versions, command: simulate replay manifest.json.",
    ]


def _blank() -> Figure:
    from matplotlib.figure import Figure

    return Figure(figsize=PAGE)


class Face(NamedTuple):
    """How a text looks; its size in points."""

    size: float = TEXT_SIZE
    bold: bool = False
    color: str = INK


HEAD: Final = Face(14, bold=True)
ANSWER: Final = Face(TITLE_SIZE, bold=True)
PLAIN: Final = Face()
ASIDE: Final = Face(color=GREY)


def _text(figure: Figure, top: float, text: str, face: Face, *, most: int) -> float:
    """Write at most so many lines of a text from a height in inches downwards and return where it ends."""
    size, bold, color = face
    lines = wrapped(text, PAGE[0] - 2 * EDGE, size, bold=bold, most=most)
    weight = "bold" if bold else "normal"
    step = LINE * size / TEXT_SIZE
    for number, line in enumerate(lines):
        at = (top - number * step) / PAGE[1]
        figure.text(EDGE / PAGE[0], at, line, size=size, weight=weight, color=color, va="top")
    return top - step * len(lines)


def _stack(charts: Sequence[Chart], top: float, bottom: float) -> list[Placed]:
    """Return the places of charts below one another between two heights, all scaled alike where they would not fit."""
    if not charts:
        return []
    sizes = [chart.figure.get_size_inches() for chart in charts]
    room = top - bottom - GAP * (len(charts) - 1)
    scale = min(1.0, room / sum(height for _, height in sizes), *((PAGE[0] - 2 * EDGE) / width for width, _ in sizes))
    placed, at = [], top
    for chart, (width, height) in zip(charts, sizes, strict=True):
        at -= scale * height
        placed.append(Placed(chart, (PAGE[0] - scale * width) / 2, at, scale * width, scale * height))
        at -= GAP
    return placed


def _as_pdf(figure: Figure) -> Any:
    """Return a figure as a page of a PDF, without a date."""
    from pypdf import PdfReader

    held = io.BytesIO()
    figure.savefig(held, format="pdf", metadata={"CreationDate": None})
    held.seek(0)
    return PdfReader(held).pages[0]


def _as_file(pages: Sequence[Page], title: str) -> bytes:
    """Return the pages with their charts laid in as PDF."""
    from pypdf import PdfWriter, Transformation

    writer = PdfWriter()
    for figure, placed in pages:
        page = writer.add_page(_as_pdf(figure))
        for each in placed:
            chart = _as_pdf(each.chart.figure)
            scale = each.width * POINTS / float(chart.mediabox.width)
            move = Transformation().scale(scale).translate(each.left * POINTS, each.bottom * POINTS)
            page.merge_transformed_page(chart, move)
        page.compress_content_streams()
    writer.add_metadata({"/Title": title, "/Producer": "simulate"})
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()

"""Charts as files, drawn by the processes of a run while the main one writes what needs all futures.

A chart is a function of the summary, which is small, so that any process can draw it. What else is slow and needs only
the summary (a page, a workbook, a brief) is given to the workers in the same way: a function of a module that takes
plain numbers and returns bytes, submitted before the main process starts on its own files. No worker writes a file: one
that is interrupted would write into a folder that the main process is removing.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Final, TypeAlias

from simulator.engine.processes.pool import Workers
from simulator.report.brief import brief
from simulator.report.charts import NARROW, PAGE, REGISTRY, WIDE, Form
from simulator.report.charts.base import Chart, ChartTable
from simulator.report.style import png, svg
from simulator.report.summary.summary import Summary

Axis: TypeAlias = tuple[tuple[float, float], tuple[float, float]]
"""Where two amounts lie on an axis in money; see `Chart`."""
DRAWING: Final = (__name__, "matplotlib.figure", "matplotlib.backends.backend_svg")
"""What drawing imports, for workers to prepare; the one that makes the brief imports more, in 0.2 s of a core."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart as files, with its texts and numbers; as `Chart`, without the figure.

    Attributes:
        svg: with title and subtitle, as saved in charts/.
        wide, narrow: SVG without them, for a page that has them as headings: for wide screens and paper, and for
            screens of about 390 pixels, on which no letter is smaller than 10. None for a chart that a page does not
            show at once.
        wide_axis, narrow_axis: as `axis`, of these drawings.
        png: None where it is not asked for: it takes three times as long as the SVG.
    """

    svg: bytes
    wide: bytes | None
    narrow: bytes | None
    wide_axis: Axis | None
    narrow_axis: Axis | None
    png: bytes | None
    title: str
    alt: str
    subtitle: str
    table: ChartTable
    axis: Axis | None


@dataclass(frozen=True, slots=True)
class WorkerDrawing:
    """What workers draw: the brief, and the charts by the name of their file."""

    brief: Future[bytes]
    charts: Mapping[str, Future[Picture | None]]


def start_drawing(
    summary: Summary, mark: str, written: datetime.date, workers: Workers, *, as_png: bool = False
) -> WorkerDrawing:
    """Let the workers draw all charts and the brief.

    Args:
        mark: of the scenario and all that decides the numbers, which the brief shows.
        written: when the run was made, which the brief shows too.
        as_png: whether charts are saved as PNG too.
    """
    of_brief = workers.submit(brief, summary, mark, written)
    return WorkerDrawing(of_brief, {name: workers.submit(draw, name, summary, as_png=as_png) for name in REGISTRY})


def finished(drawing: WorkerDrawing) -> tuple[bytes, dict[str, Picture]]:
    """Wait for all that is drawn and return the brief, and the charts that have something to show by their file."""
    drawn = {name: future.result() for name, future in drawing.charts.items()}
    return drawing.brief.result(), {name: picture for name, picture in drawn.items() if picture is not None}


def draw(name: str, summary: Summary, *, as_png: bool = False) -> Picture | None:
    """Draw a chart of the registry; None where it has nothing to show."""
    chart = REGISTRY[name](summary)
    return None if chart is None else picture(name, chart, summary, as_png=as_png)


def picture(name: str, chart: Chart, summary: Summary, *, as_png: bool = False) -> Picture:
    """Save a chart in each format that is needed, and draw it for the page."""
    figure, title, alt = chart.figure, chart.title, chart.alt
    wide, narrow = (_on_page(name, summary, form) for form in (WIDE, NARROW))
    return Picture(
        svg=svg(figure, title, alt),
        wide=None if wide is None else svg(wide.figure, title, alt),
        narrow=None if narrow is None else svg(narrow.figure, title, alt),
        wide_axis=None if wide is None else wide.axis,
        narrow_axis=None if narrow is None else narrow.axis,
        png=png(figure, title, alt) if as_png else None,
        title=title,
        alt=alt,
        subtitle=chart.subtitle,
        table=chart.table,
        axis=chart.axis,
    )


def _on_page(name: str, summary: Summary, form: Form) -> Chart | None:
    """Return a chart in a form, None where the page does not show it at once."""
    return PAGE[name](summary, form) if name in PAGE else None

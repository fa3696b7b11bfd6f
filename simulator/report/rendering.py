"""Charts as files, drawn by the processes of a run while the main one writes what needs all futures.

A chart is a function of the summary, which is small, so that any process can draw it. What else is slow and needs only
the summary (a page, a workbook, a brief) is given to the workers in the same way: a function of a module that takes
plain numbers and returns bytes, submitted before the main process starts on its own files. No worker writes a file: one
that is interrupted would write into a folder that the main process is removing.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Final

from simulator.engine.workers import Workers
from simulator.report.brief import FIRST_PAGE, SECOND_PAGE, brief
from simulator.report.charts import REGISTRY
from simulator.report.charts.base import Table
from simulator.report.style import pdf, png, svg

OF_BRIEF: Final = (*FIRST_PAGE, *SECOND_PAGE)
DRAWING: Final = (__name__, "matplotlib.backends.backend_svg", "matplotlib.backends.backend_pdf", "pypdf")
"""What drawing imports, for workers to prepare."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart as files, with its texts and numbers; as `Chart`, without the figure.

    Attributes:
        png: None where it is not asked for: it takes three times as long as the SVG.
        pdf: for the brief; None for charts that it never shows.
    """

    svg: bytes
    png: bytes | None
    pdf: bytes | None
    title: str
    alt: str
    subtitle: str
    table: Table
    axis: tuple[tuple[float, float], tuple[float, float]] | None


def picture(name: str, summary: Mapping[str, Any], *, as_png: bool = False) -> Picture | None:
    """Draw a chart of the registry once and save it in each format that is needed; None where it shows nothing."""
    chart = REGISTRY[name](summary)
    if chart is None:
        return None
    figure, title, alt = chart.figure, chart.title, chart.alt
    return Picture(
        svg=svg(figure, title, alt),
        png=png(figure, title, alt) if as_png else None,
        pdf=pdf(figure) if name in OF_BRIEF else None,
        title=title,
        alt=alt,
        subtitle=chart.subtitle,
        table=chart.table,
        axis=chart.axis,
    )


def start_pictures(
    summary: Mapping[str, Any], workers: Workers, *, as_png: bool = False
) -> dict[str, Future[Picture | None]]:
    """Let the workers draw all charts, those of the brief first, and return their futures by the name of their file."""
    first = sorted(REGISTRY, key=lambda name: name not in OF_BRIEF)
    started = {name: workers.submit(picture, name, summary, as_png=as_png) for name in first}
    return {name: started[name] for name in REGISTRY}


def start_brief(
    summary: Mapping[str, Any], started: Mapping[str, Future[Picture | None]], mark: str, workers: Workers
) -> Future[bytes]:
    """Wait for the charts that the brief shows, let a worker make it of them, and return its future."""
    drawn = {name: picture.pdf for name in OF_BRIEF if (picture := started[name].result()) is not None}
    return workers.submit(brief, summary, {name: chart for name, chart in drawn.items() if chart is not None}, mark)


def pictures(started: Mapping[str, Future[Picture | None]]) -> dict[str, Picture]:
    """Wait for charts and return those that have something to show, by the name of their file."""
    drawn = {name: future.result() for name, future in started.items()}
    return {name: each for name, each in drawn.items() if each is not None}

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
from typing import Any

from simulator.engine.workers import Workers
from simulator.report.brief import FIRST_PAGE, SECOND_PAGE, brief
from simulator.report.charts import REGISTRY
from simulator.report.charts.base import Table
from simulator.report.style import png, svg

DRAWING = ("matplotlib.figure", "matplotlib.backends.backend_agg", "matplotlib.backends.backend_svg")
"""What drawing imports, for workers to prepare."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart as files, with its texts and numbers; as `Chart`, without the figure."""

    svg: bytes
    png: bytes
    title: str
    alt: str
    subtitle: str
    table: Table
    axis: tuple[tuple[float, float], tuple[float, float]] | None


def picture(name: str, summary: Mapping[str, Any]) -> Picture | None:
    """Draw a chart of the registry; None where it has nothing to show."""
    chart = REGISTRY[name](summary)
    if chart is None:
        return None
    texts = chart.title, chart.alt
    return Picture(
        svg(chart.figure, *texts), png(chart.figure, *texts), *texts, chart.subtitle, chart.table, chart.axis
    )


def draw_brief(summary: Mapping[str, Any], mark: str) -> bytes:
    """Return the brief with the charts that it shows; see `brief.brief`."""
    drawn = {name: REGISTRY[name](summary) for name in (*FIRST_PAGE, *SECOND_PAGE)}
    return brief(summary, {name: chart for name, chart in drawn.items() if chart is not None}, mark)


def start_pictures(summary: Mapping[str, Any], workers: Workers) -> dict[str, Future[Picture | None]]:
    """Let the workers draw all charts and return their futures by the name of their file."""
    return {name: workers.submit(picture, name, summary) for name in REGISTRY}


def pictures(started: Mapping[str, Future[Picture | None]]) -> dict[str, Picture]:
    """Wait for charts and return those that have something to show, by the name of their file."""
    drawn = {name: future.result() for name, future in started.items()}
    return {name: each for name, each in drawn.items() if each is not None}

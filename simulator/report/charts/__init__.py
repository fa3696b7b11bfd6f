"""The charts of a forecast, one file a chart.

Each is a function of a forecast, or of its summary: one call in a notebook. Each title is the message, computed from
the numbers; alt text and a table of the numbers come with it. Adding a chart: a file with such a function, its import
here, and its line in `REGISTRY`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from simulator.report.charts.base import Block, Chart, Table, numbers_of
from simulator.report.charts.difference import paired_difference
from simulator.report.charts.fan import cumulative_fan
from simulator.report.charts.interval_strip import interval_strip
from simulator.report.charts.s_curve import s_curve

if TYPE_CHECKING:
    from simulator.forecast import Forecast

Drawing = Callable[[Block], Chart | None]

REGISTRY: Final[Mapping[str, Drawing]] = MappingProxyType(
    {
        "1-interval-strip": interval_strip,
        "2-s-curve": s_curve,
        "3-paired-difference": paired_difference,
        "7-cumulative-fan": cumulative_fan,
    }
)
"""Every chart by the name of its file; one that has nothing to show returns None."""


def charts(source: Forecast | Block) -> dict[str, Chart]:
    """Return all charts that have something to show, by the name of their file."""
    summary = numbers_of(source)
    drawn = {name: draw(summary) for name, draw in REGISTRY.items()}
    return {name: chart for name, chart in drawn.items() if chart is not None}


__all__ = ["REGISTRY", "Chart", "Table", "charts", "cumulative_fan", "interval_strip", "paired_difference", "s_curve"]

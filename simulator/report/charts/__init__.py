"""The charts of a forecast, one file a chart.

Each is a function of a forecast, or of its summary: one call in a notebook. Each title is the message, computed from
the numbers; alt text and a table of the numbers come with it. Adding a chart: a file with such a function, its import
here, and its line in `REGISTRY`; a chart that the page shows at once takes a `Form` too, and has its line in `PAGE`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from simulator.report.charts.anatomy import token_anatomy
from simulator.report.charts.base import Chart, ChartTable, numbers_of
from simulator.report.charts.by_month import by_month
from simulator.report.charts.convergence import convergence
from simulator.report.charts.difference import definition_difference, paired_difference
from simulator.report.charts.dots import dot_plot
from simulator.report.charts.fan import cumulative_fan
from simulator.report.charts.fiscal_years import fiscal_years
from simulator.report.charts.form import NARROW, WIDE, Form
from simulator.report.charts.grid import definition_grid
from simulator.report.charts.interval_strip import interval_strip
from simulator.report.charts.margin import vendor_margin
from simulator.report.charts.s_curve import s_curve
from simulator.report.charts.tornado import tornado_chart
from simulator.report.charts.waterfall import waterfall
from simulator.report.summary.summary import Summary

if TYPE_CHECKING:
    from simulator.forecast.forecast import Forecast

Drawing = Callable[[Summary], Chart | None]
Formed = Callable[[Summary, Form], Chart | None]

REGISTRY: Final[Mapping[str, Drawing]] = MappingProxyType(
    {
        "1-interval-strip": interval_strip,
        "2-s-curve": s_curve,
        "3-paired-difference": paired_difference,
        "3b-definition-difference": definition_difference,
        "4-definition-grid": definition_grid,
        "5-waterfall": waterfall,
        "6-tornado": tornado_chart,
        "7-cumulative-fan": cumulative_fan,
        "7b-fiscal-years": fiscal_years,
        "7c-by-month": by_month,
        "8-dot-plot": dot_plot,
        "9a-token-anatomy": token_anatomy,
        "9b-vendor-margin": vendor_margin,
        "10-convergence": convergence,
    }
)
"""Every chart by the name of its file; one that has nothing to show returns None."""
PAGE: Final[Mapping[str, Formed]] = MappingProxyType(
    {
        "1-interval-strip": interval_strip,
        "2-s-curve": s_curve,
        "3-paired-difference": paired_difference,
        "3b-definition-difference": definition_difference,
        "6-tornado": tornado_chart,
        "7-cumulative-fan": cumulative_fan,
        "7b-fiscal-years": fiscal_years,
        "7c-by-month": by_month,
    }
)
"""Charts that the page shows at once, at most eight, each drawn `WIDE` and `NARROW` too; others are for details."""


def charts(source: Forecast | Summary) -> dict[str, Chart]:
    """Return all charts that have something to show, by the name of their file."""
    summary = numbers_of(source)
    drawn = {name: draw(summary) for name, draw in REGISTRY.items()}
    return {name: chart for name, chart in drawn.items() if chart is not None}


__all__ = [
    "NARROW",
    "PAGE",
    "REGISTRY",
    "WIDE",
    "Chart",
    "ChartTable",
    "Form",
    "by_month",
    "charts",
    "convergence",
    "cumulative_fan",
    "definition_difference",
    "definition_grid",
    "dot_plot",
    "fiscal_years",
    "interval_strip",
    "paired_difference",
    "s_curve",
    "token_anatomy",
    "tornado_chart",
    "vendor_margin",
    "waterfall",
]

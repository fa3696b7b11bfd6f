"""The assumptions of a run with what stands behind each: what finance signs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from simulator.report.charts.base import ChartTable
from simulator.report.words.summary_block import Block

INDEPENDENT: Final = "No correlation is stated: all of these are drawn independently of one another."


def unknowns(summary: Block) -> ChartTable:
    """Return every number given as an interval, with what stands behind it."""
    return ChartTable(
        ("assumption", "P10", "P50", "P90", "kind", "source", "as of"),
        tuple(
            (
                each["name"], *_spread_out([each[key] for key in ("p10", "p50", "p90")]), each["kind"],
                each["source"] or "-", each["as_of"] or "-",
            )
            for each in summary["unknowns"]
        ),
    )  # fmt: skip


def correlations(summary: Block) -> ChartTable:
    """Return every stated correlation, with what stands behind it."""
    return ChartTable(
        ("correlation of", "and", "stated", "kind", "source", "as of"),
        tuple(
            (*each["between"], f"{each['rho']:+g}", each["kind"], each["source"] or "-", each["as_of"] or "-")
            for each in summary["correlations"]
        ),
    )


def sources(about: Block) -> ChartTable:
    """Return every number with a stated source."""
    return ChartTable(
        ("assumption", "value", "kind", "source", "as of"),
        tuple(
            (each["name"], f"{each['center']:.6g}", each["kind"], each["source"] or "-", each["as_of"] or "-")
            for each in about["sources"]
        ),
    )


def _spread_out(values: Sequence[float]) -> list[str]:
    """Return numbers with about three digits of how far they lie apart."""
    apart = max(values) - min(values) or abs(values[0]) or 1.0
    decimals = max(0, 2 - math.floor(math.log10(apart)))
    return [f"{value + 0.0:,.{decimals}f}" for value in values]

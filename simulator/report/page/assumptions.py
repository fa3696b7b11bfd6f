"""The assumptions of a run with what stands behind each: what finance signs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from simulator.report.blocks.assumptions_to_sign import NOISE
from simulator.report.charts.base import ChartTable
from simulator.report.summary.assumptions_to_sign import AssumptionToSign
from simulator.report.summary.summary import Summary

OF_SAVING: Final = 4
"""Assumptions behind the saving that stand open, those that move most; the rest is folded."""
INDEPENDENT: Final = "No correlation is stated: all of these are drawn independently of one another."


def to_sign(assumptions: Sequence[AssumptionToSign], moves: str = "P90 is then") -> ChartTable:
    """Return assumptions in natural units with what each moves and what stands behind it, in their order.

    Args:
        moves: heading of what each moves.
    """
    owned = any(each.owner for each in assumptions)
    rows = [
        (
            each.title, each.told, each.moved_told, each.kind, _behind(each), *([each.owner or "-"] if owned else []),
        )
        for each in assumptions
    ]  # fmt: skip
    heads = ("assumption", "stated", moves, "kind", "source", *(["owner"] if owned else []))
    return ChartTable(heads, tuple(rows))


def split(assumptions: Sequence[AssumptionToSign]) -> tuple[list[AssumptionToSign], list[AssumptionToSign]]:
    """Return those that a reader signs first, and those of which the run cannot tell that they move anything."""
    quiet = [each for each in assumptions if each.moved_told == NOISE]
    return [each for each in assumptions if each.moved_told != NOISE], quiet


def _behind(assumption: AssumptionToSign) -> str:
    return ", ".join(part for part in (assumption.source, assumption.as_of) if part) or "none named"


def correlations(summary: Summary) -> ChartTable:
    """Return every stated correlation, of what in words, with what stands behind it."""
    found = summary.assumptions_to_sign
    titles = {each.key: each.title for each in (*found.evidenced, *found.unevidenced, *found.saving)}
    return ChartTable(
        ("correlation of", "and", "stated", "kind", "source", "as of"),
        tuple(
            (
                *(titles.get(name, name) for name in each.between),
                f"{each.rho:+g}",
                each.kind,
                each.source or "-",
                each.as_of or "-",
            )
            for each in summary.correlations
        ),
    )


def sources(about: Mapping[str, Any]) -> ChartTable:
    """Return every number with a stated source."""
    return ChartTable(
        ("assumption", "value", "kind", "source", "as of"),
        tuple(
            (
                each.get("title") or each["name"],
                f"{each['center']:.6g}",
                each["kind"],
                each["source"] or "-",
                each["as_of"] or "-",
            )
            for each in about["sources"]
        ),
    )

"""Answers of a run with `--decide`: as numbers for its file, and drawn for its page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from simulator.report.charts.base import Chart
from simulator.report.charts.form import NARROW, WIDE
from simulator.report.studies.told import Told, as_block
from simulator.report.style import svg

if TYPE_CHECKING:
    from simulator.scenario.schema import Scenario


@dataclass(frozen=True, slots=True, eq=False)
class MadeStudy:
    """An answer with its numbers.

    Attributes:
        name: of the command that gives it.
        numbers: a frozen class.
    """

    name: str
    told: Told
    numbers: Any


@dataclass(frozen=True, slots=True)
class DrawnStudy:
    """An answer for the page, its figure as SVG for wide and for narrow screens."""

    name: str
    told: Told
    wide: bytes
    narrow: bytes
    title: str
    alt: str


def drawn(study: MadeStudy) -> DrawnStudy:
    """Draw the figure of an answer for a page."""
    wide, narrow = study.told.chart(WIDE), study.told.chart(NARROW)
    return DrawnStudy(study.name, study.told, _svg(wide), _svg(narrow), wide.title, wide.alt)


def _svg(chart: Chart) -> bytes:
    return svg(chart.figure, chart.title, chart.alt)


def as_blocks(studies: Sequence[MadeStudy], scenario: Scenario) -> dict[str, Any]:
    """Return all answers for a file, by the names of their commands."""
    return {each.name: as_block(each.told, each.numbers, scenario) for each in studies}

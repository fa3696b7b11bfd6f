"""Answers of a run with `--decide`: as numbers for its file, and drawn for its page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from simulator.report.charts.base import Chart
from simulator.report.charts.form import NARROW, WIDE
from simulator.report.studies.told import Told, as_block
from simulator.report.style import svg

if TYPE_CHECKING:
    from simulator.scenario.schema import Scenario


Numbers = TypeVar("Numbers")


@dataclass(frozen=True, slots=True, eq=False)
class MadeStudy(Generic[Numbers]):
    """An answer with its numbers.

    Attributes:
        command: that gives it, without `simulate` and the scenario.
        numbers: a frozen class.
    """

    command: str
    told: Told
    numbers: Numbers


@dataclass(frozen=True, slots=True, eq=False)
class Decided:
    """All answers of a run.

    Attributes:
        left_out: why a question has no answer, by its command.
    """

    studies: tuple[MadeStudy[Any], ...]
    left_out: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DrawnStudy:
    """An answer for the page, its figure as SVG for wide and for narrow screens.

    Attributes:
        key: in ids of the page.
        command: that gives it.
    """

    key: str
    command: str
    told: Told
    wide: bytes
    narrow: bytes
    title: str
    alt: str


def drawn(study: MadeStudy[Any]) -> DrawnStudy:
    """Draw the figure of an answer for a page."""
    wide, narrow = study.told.chart(WIDE), study.told.chart(NARROW)
    return DrawnStudy(key_of(study.command), study.command, study.told, _svg(wide), _svg(narrow), wide.title, wide.alt)


def key_of(command: str) -> str:
    """Return what the answer of a command is called in ids of a page."""
    return command.replace(" --", "-").replace(" ", "-").replace(",", "-")


def _svg(chart: Chart) -> bytes:
    return svg(chart.figure, chart.title, chart.alt)


def as_blocks(decided: Decided, scenario: Scenario) -> dict[str, Any]:
    """Return all answers for a file by their commands, and why others are left out."""
    answers = {each.command: as_block(each.told, each.numbers, scenario) for each in decided.studies}
    return {**answers, "left_out": dict(decided.left_out)}

"""Figures in natural units as people read them: a range with its middle, or one figure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from simulator.report.summary.assumptions_to_sign import Measure
from simulator.report.words.figures import figures, percents

MOST_DIGITS: Final = 6
SAME: Final = 1e-6
"""Relative difference up to which the ends of a range are one figure."""


def told(measure: Measure, low: float | None, middle: float | None, high: float | None, unit: str, code: str) -> str:
    """Return a range as "18 % to 36 % of conversations, middle 26 %"; one figure where there is no range.

    Args:
        unit: what the figures count; stands after the first of them.
        code: currency of amounts of money.
    """
    if middle is None:
        return "nothing of this kind happens"
    beside = f" {unit}" if unit else ""
    if low is None or high is None or math.isclose(low, high, rel_tol=SAME, abs_tol=1e-12):
        (text,) = _texts(measure, [middle], code)
        return f"{text}{beside}"
    first, centre, last = _texts(measure, [low, middle, high], code)
    return f"{first} to {last}{beside}, middle {centre}"


def _texts(measure: Measure, values: Sequence[float], code: str) -> list[str]:
    if measure == "share":
        return percents(values)
    return figures(values, code) if measure == "money" else amounts(values)


def amounts(values: Sequence[float]) -> list[str]:
    """Return amounts with three significant digits, more where those that differ would look alike: 52,000, 0.96."""
    for digits in range(3, MOST_DIGITS + 1):
        rounded = [float(f"{value:.{digits}g}") for value in values]
        if len(set(rounded)) == len(set(values)):
            break
    return [f"{value:,.{MOST_DIGITS}g}" if abs(value) < 1e5 else f"{value:,.0f}" for value in rounded]


def from_to(measure: Measure, before: float, after: float, unit: str, code: str) -> str:
    """Return a move as "59,700 to 65,700 cases a month".

    Args:
        unit: what the figures count.
        code: currency of amounts of money.
    """
    first, last = _texts(measure, [before, after], code)
    return f"{first} to {last}{f' {unit}' if unit else ''}"

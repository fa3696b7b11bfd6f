"""How sizes of a commitment and their prices are called."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from simulator.contracts.metering.contract_months import YEAR_MONTHS
from simulator.decisions.commitment import Commitments, Level
from simulator.decisions.commitment.committed import Kind
from simulator.decisions.worth import Estimate
from simulator.report.words.figures import changes, figures, percents, short_rate

SMALL: Final = 0.01
"""Share of the expected bill below which a saving is not worth an argument."""


def plural(unit: str) -> str:
    """Return what many units are called, as in "conversations"."""
    name = unit.removeprefix("handled ")
    head, mark, rest = name.partition(" (")
    return f"{head[:-1]}ies{mark}{rest}" if head.endswith("y") else f"{head}s{mark}{rest}"


def a_period(found: Commitments) -> str:
    """Return over what the commitment is owed: "a month", "a year", "in 36 months"."""
    if found.months in (1, YEAR_MONTHS):
        return "a month" if found.months == 1 else "a year"
    return f"in {found.months} months"


def sizes_text(found: Commitments, sizes: Sequence[float], code: str) -> list[str]:
    """Return sizes as text: units with their name, or money."""
    if found.unit is not None:
        return [f"{size:,.0f} {plural(found.unit)}" for size in sizes]
    return figures([size * found.rate for size in sizes], code)


def rounded_to_step(found: Commitments, size: float) -> float:
    """Return the largest size that was tried up to some size."""
    return math.floor(size / found.step) * found.step


def size_text(found: Commitments, size: float, code: str) -> str:
    """Return a size as text."""
    return sizes_text(found, [size], code)[0]


def periods(found: Commitments) -> str:
    """Return what the periods are called of which each has the commitment."""
    return {1: "months", YEAR_MONTHS: "years"}.get(found.months, f"periods of {found.months} months")


def interval_of_size(found: Commitments, code: str) -> tuple[str, str]:
    """Return the ends of the interval of the best size, outwards to the step of sizes, without their unit."""
    low, high = found.best_size.low or 0.0, found.best_size.high or 0.0
    ends = [math.floor(low / found.step) * found.step, math.ceil(high / found.step) * found.step]
    if found.unit is not None:
        return f"{ends[0]:,.0f}", f"{ends[1]:,.0f}"
    first, last = sizes_text(found, ends, code)
    return first, last


def interval(of: Estimate, code: str) -> str:
    """Return the interval of a difference in brackets; nothing where there is none."""
    if of.low is None or of.high is None:
        return ""
    low, high = changes([of.low, of.high], code)
    return f" (95 % interval of the difference: {low} to {high})"


def rates_text(found: Commitments, code: str) -> str:
    """Return what one costs within the commitment and beyond it."""
    if found.unit is None:
        within, beyond = percents([found.committed, found.beyond])
        return f"use within it costs {within} of the contract's prices, used or not, and use beyond it {beyond}"
    within, beyond = (short_rate(price * found.rate, code) for price in (found.committed, found.beyond))
    return f"one costs {within} within the commitment, used or not, and {beyond} beyond it"


def offered(found: Commitments) -> str:
    """Return what the commitment that others are compared with is called."""
    return "No commitment" if found.kind == "assumed" else "As offered"


def pays_from(level: Level) -> str:
    """Return the share of a commitment that is not used; one that buys a discount pays from that discount."""
    return percents([level.unused.value])[0]


def is_small(saved: Estimate, cost: float) -> bool:
    """Return whether a saving is not told apart from chance, or too small for an argument."""
    return abs(saved.value) < SMALL * abs(cost) or (saved.low is not None and not saved.told)


def amount_of(kind: Kind) -> str:
    """Return what a kind of commitment is called."""
    return {
        "units": "a commitment to units",
        "amount": "a commitment to an amount",
        "prepaid": "prepaid credits",
        "pack": "units in a fee",
        "yearly_minimum": "a yearly minimum",
        "monthly_minimum": "a monthly minimum",
        "assumed": "an assumed commitment",
    }[kind]

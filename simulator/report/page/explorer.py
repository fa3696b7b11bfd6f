"""What the page's script looks up: the curve behind the budget slider, and the grid of clauses. Texts are made here."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias

from simulator.forecast.verdict import NINE_OF_TEN
from simulator.money import currency, format_money
from simulator.report.charts.base import one_budget
from simulator.report.summary.clauses import BilledBy, ClauseNumbers
from simulator.report.summary.summary import Summary
from simulator.report.words.figures import count, one_unit, one_unit_changes, percents, short_rate

Axis: TypeAlias = tuple[tuple[float, float], tuple[float, float]]
"""Where two amounts lie: (amount, share of the drawing's width) twice."""
POSITIONS: Final = 200
"""Positions of the slider, about."""


CELL_HEADS: Final = (
    "expected", "P10", "P90", "more than the offer", "units", "not solved", "price of equal bill",
)  # fmt: skip
"""What `cell_texts` gives, in its order."""


def explorer(summary: Summary, axes: Mapping[str, Axis]) -> dict[str, Any]:
    """Return the data of the slider and of the clause explorer, safe for JSON.

    Args:
        axes: of the drawings of the curve, by their ids.
    """
    return {"slider": _slider(summary, axes), "clauses": _clauses(summary)}


def _slider(summary: Summary, axes: Mapping[str, Axis]) -> dict[str, Any] | None:
    """Return amounts with the texts that say how often they are enough; None where there is only one amount.

    The budget is one of them, and its text has the share of the table of contracts.
    """
    curve, budget = summary.curve.amounts, one_budget(summary)
    amounts = _positions(curve, None if budget is None else budget.amount)
    if amounts is None:
        return None
    enough = {amount: (bisect_right(curve, amount) - 1) / (len(curve) - 1) for amount in amounts}
    start = next(amount for amount in amounts if amount >= curve[900] or amount == amounts[-1])
    if budget is not None and budget.amount in enough:
        start = budget.amount
        enough[start] = 1 - budget.probability_over
    texts = [_enough(amount, max(part, 0.0), summary.currency) for amount, part in enough.items()]
    return {"amounts": amounts, "texts": texts, "start": amounts.index(start), "axes": axes}


def _positions(curve: Sequence[float], budget: float | None) -> list[float] | None:
    """Return round amounts from the cheapest future to the dearest, the budget among them unless it is far outside."""
    low, high = curve[0], curve[-1]
    near = budget is not None and low - (high - low) <= budget <= high + (high - low)
    if budget is not None and near:
        low, high = min(low, budget), max(high, budget)
    if high <= low:
        return None
    step = _step((high - low) / POSITIONS)
    first, last = math.floor(low / step), math.ceil(high / step)
    found = {float(f"{step * place:.12g}") for place in range(first, last + 1)}
    return sorted(found | ({budget} if budget is not None and near else set()))


def _enough(amount: float, part: float, code: str) -> str:
    (shown,) = percents([part], against=[0, NINE_OF_TEN, 1])
    of = currency(code)
    whole = amount == round(amount)
    return f"{format_money(amount, of, '', 0 if whole else of.minor_units)} is enough in {shown} of the futures"


def _step(size: float) -> float:
    """Return the round number (1, 2 or 5 times a power of ten) next above a size."""
    power = 10.0 ** math.floor(math.log10(size))
    return float(f"{next(factor * power for factor in (1, 2, 5, 10) if factor * power >= size * (1 - 1e-9)):.12g}")


def _clauses(summary: Summary) -> dict[str, Any] | None:
    """Return the axes and, for each place of the grid in their order, texts; None without a study."""
    found = summary.clauses
    if not found:
        return None
    own = found.cells[own_cell(found)]
    return {
        "axes": [{"choices": axis.choices, "own": axis.own} for axis in found.axes],
        "cells": cell_texts(found.cells, own, summary.currency),
    }


def own_cell(found: ClauseNumbers) -> int:
    """Return the number of the cell that has the clauses as offered."""
    place = 0
    for axis in found.axes:
        place = place * len(axis.choices) + axis.own
    return place


def cell_texts(cells: Sequence[BilledBy], own: BilledBy, code: str) -> list[list[str]]:
    """Return the texts of each cell under `CELL_HEADS`, each column of money in one unit.

    At the price of equal bill the expected bill is that of the offer.
    """
    gaps = [cell.mean - own.mean for cell in cells]
    same = [abs(gap) <= 1e-9 * own.mean for gap in gaps]
    columns = [
        one_unit([cell.mean for cell in cells], code),
        one_unit([cell.p10 for cell in cells], code),
        one_unit([cell.p90 for cell in cells], code),
        one_unit_changes([None if none else gap for none, gap in zip(same, gaps, strict=True)], code, "as offered"),
        [count(cell.units) for cell in cells],
        [count(cell.not_solved) for cell in cells],
        [_same_bill(cell, code) for cell in cells],
    ]
    return [list(row) for row in zip(*columns, strict=True)]


def _same_bill(cell: BilledBy, code: str) -> str:
    price, factor = cell.same_bill_price, cell.same_bill_factor
    if price is not None:
        return short_rate(price, code)
    return "none" if factor is None else f"all prices x {factor:.3g}"

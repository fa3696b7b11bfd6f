"""What the page's script looks up: the curve behind the budget slider, and the grid of clauses. Texts are made here."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

from simulator.money import currency
from simulator.report.charts.base import Told, one_budget
from simulator.report.words.figures import count, one_unit, one_unit_changes, short_rate
from simulator.report.words.summary_block import Block

POSITIONS: Final = 200
"""Positions of the slider, about."""


CELL_HEADS: Final = (
    "expected", "its standard error", "P10", "P90", "to the offer", "standard error of that", "units", "not solved",
    "price of equal bill",
)  # fmt: skip
"""What `cell_texts` gives, in its order."""


def explorer(summary: Block, charts: Mapping[str, Told]) -> dict[str, Any]:
    """Return the data of the slider and of the clause explorer, safe for JSON."""
    return {"slider": _slider(summary, charts), "clauses": _clauses(summary)}


def _slider(summary: Block, charts: Mapping[str, Told]) -> dict[str, Any] | None:
    """Return the curve with the slider's range; None where there is only one amount."""
    amounts, budget = summary["curve"]["amounts"], one_budget(summary)
    low, high = amounts[0], amounts[-1]
    if budget is not None and low - (high - low) <= budget["amount"] <= high + (high - low):
        low, high = min(low, budget["amount"]), max(high, budget["amount"])
    if high <= low:
        return None
    step = _step((high - low) / POSITIONS)
    low, high = step * math.floor(low / step), step * math.ceil(high / step)
    start = budget["amount"] if budget is not None and low <= budget["amount"] <= high else amounts[900]
    of, axis = currency(summary["currency"]), charts["2-s-curve"].axis
    return {
        "amounts": [float(f"{amount:.9g}") for amount in amounts],
        "low": float(f"{low:.12g}"),
        "high": float(f"{high:.12g}"),
        "step": step,
        "start": float(f"{step * math.ceil(start / step - 1e-9):.12g}"),
        "symbol": of.symbol,
        "decimals": min(of.minor_units, max(0, -math.floor(math.log10(step)))),
        "axis": axis,
    }


def _step(size: float) -> float:
    """Return the round number (1, 2 or 5 times a power of ten) next above a size."""
    power = 10.0 ** math.floor(math.log10(size))
    return float(f"{next(factor * power for factor in (1, 2, 5, 10) if factor * power >= size * (1 - 1e-9)):.12g}")


def _clauses(summary: Block) -> dict[str, Any] | None:
    """Return the axes and, for each place of the grid in their order, texts; None without a study."""
    found = summary["clauses"]
    if not found:
        return None
    own = found["cells"][own_cell(found)]
    return {
        "axes": [{"choices": axis["choices"], "own": axis["own"]} for axis in found["axes"]],
        "cells": cell_texts(found["cells"], own, summary["currency"]),
    }


def own_cell(found: Block) -> int:
    """Return the number of the cell that has the clauses as offered."""
    place = 0
    for axis in found["axes"]:
        place = place * len(axis["choices"]) + axis["own"]
    return place


def cell_texts(cells: Sequence[Block], own: Block, code: str) -> list[list[str]]:
    """Return the texts of each cell under `CELL_HEADS`, each column of money in one unit.

    At the price of equal bill the expected bill is that of the offer.
    """
    gaps = [cell["mean"] - own["mean"] for cell in cells]
    same = [abs(gap) <= 1e-9 * own["mean"] for gap in gaps]
    errors = one_unit([cell["less_own_error"] for cell in cells], code)
    columns = [
        one_unit([cell["mean"] for cell in cells], code),
        one_unit([cell["standard_error"] for cell in cells], code),
        one_unit([cell["p10"] for cell in cells], code),
        one_unit([cell["p90"] for cell in cells], code),
        one_unit_changes([None if none else gap for none, gap in zip(same, gaps, strict=True)], code, "as offered"),
        [error if gap else "-" for error, gap in zip(errors, gaps, strict=True)],
        [count(cell["units"]) for cell in cells],
        [count(cell["not_solved"]) for cell in cells],
        [_same_bill(cell, code) for cell in cells],
    ]
    return [list(row) for row in zip(*columns, strict=True)]


def _same_bill(cell: Block, code: str) -> str:
    price, factor = cell["same_bill_price"], cell["same_bill_factor"]
    if price is not None:
        return short_rate(price, code)
    return "none" if factor is None else f"all prices x {factor:.3g}"

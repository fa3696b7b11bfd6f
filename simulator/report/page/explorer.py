"""What the page's script looks up: the curve behind the budget slider, and the grid of clauses. Texts are made here."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

from simulator.money import currency
from simulator.report.charts.base import Told
from simulator.report.figures import compact, count, short_rate

Block = Mapping[str, Any]

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
    amounts, budget = summary["curve"]["amounts"], summary["budget"]
    low, high = amounts[0], amounts[-1]
    if budget is not None and low - (high - low) <= budget["amount"] <= high + (high - low):
        low, high = min(low, budget["amount"]), max(high, budget["amount"])
    if high <= low:
        return None
    step = _step((high - low) / POSITIONS)
    low, high = step * math.floor(low / step), step * math.ceil(high / step)
    start = summary["budget"]["amount"] if budget is not None and low <= budget["amount"] <= high else amounts[900]
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
        "cells": [cell_texts(cell, own, summary["currency"]) for cell in found["cells"]],
    }


def own_cell(found: Block) -> int:
    """Return the number of the cell that has the clauses as offered."""
    place = 0
    for axis in found["axes"]:
        place = place * len(axis["choices"]) + axis["own"]
    return place


def cell_texts(cell: Block, own: Block, code: str) -> list[str]:
    """Return the texts under `CELL_HEADS`; at the price of equal bill the expected bill is that of the offer."""
    gap = cell["mean"] - own["mean"]
    difference = "as offered" if abs(gap) <= 1e-9 * own["mean"] else ("+" if gap > 0 else "") + compact(gap, code)
    price = cell["same_bill_price"]
    factor = cell["same_bill_factor"]
    return [
        compact(cell["mean"], code),
        _error(cell["standard_error"], code),
        compact(cell["p10"], code),
        compact(cell["p90"], code),
        difference,
        _error(cell["less_own_error"], code) if gap else "-",
        count(cell["units"]),
        count(cell["not_solved"]),
        short_rate(price, code) if price is not None else "none" if factor is None else f"all prices x {factor:.3g}",
    ]


def _error(size: float | None, code: str) -> str:
    return "n/a" if size is None else compact(size, code)

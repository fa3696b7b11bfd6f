"""Tables of whole numbers with given margins.

Were the cells of a table independent Poisson numbers, each one given what is left to deal would have Fisher's
noncentral hypergeometric law, with the odds of the expected numbers; that is the law in which they are dealt. A cell
waits for those to its left and above it, so that all cells of a diagonal are dealt together.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from simulator.engine.atlas.counts import Chance, divided

Array = NDArray[np.float64]

FITTING_ROUNDS: Final = 4
LARGEST_ODDS: Final = 1e6
"""Odds are kept between this and its inverse: a cell with nothing expected fills only where the margins force it to."""


def deal(chance: Chance, name: str, place: int, rows: Array, columns: Array, expected: Array) -> Array:
    """Return a table of whole numbers with given margins; if nothing is drawn the columns in expected proportions.

    Args:
        name, place: of the streams.
        rows, columns: numbers, shape (row, month, trial) and (column, month, trial), with the same sums.
        expected: in proportion within each column to what is expected, shape (row, column, month, trial).

    Returns:
        Shape (row, column, month, trial).
    """
    if len(rows) == 1:
        return columns[None]
    if len(columns) == 1:
        return rows[:, None]
    if not chance.draws:
        return columns * divided(expected, expected.sum(axis=0))
    table = np.zeros(expected.shape)
    odds = _all_odds(fitted(expected, rows, columns))
    left, below, number = rows.copy(), columns.copy(), np.cumsum(rows[::-1], axis=0)[::-1].copy()
    for diagonal in range(len(rows) + len(columns) - 3):
        row = np.arange(max(0, diagonal - len(columns) + 2), min(diagonal + 1, len(rows) - 1))
        column = diagonal - row
        parts = number[row], left[row], below[column], odds[row, column]
        found = chance.overlap(f"{name}.{diagonal}", place, *parts)
        table[row, column] = found
        left[row] -= found
        number[row] -= below[column]
        below[column] -= found
    table[:-1, -1] = left[:-1]
    table[-1] = columns - table[:-1].sum(axis=0)
    return table


def fitted(expected: Array, rows: Array, columns: Array, rounds: int = FITTING_ROUNDS) -> Array:
    """Return the table with the cross ratios of the expected one and, about, the margins that were drawn."""
    found = expected
    for _ in range(rounds):
        found = found * divided(rows, found.sum(axis=1))[:, None]
        found = found * divided(columns, found.sum(axis=0))
    return found


def _all_odds(expected: Array) -> Array:
    """Return the odds of each cell in what is left to deal when its turn comes: itself, rightward and below."""
    right = _beyond(expected, 1)
    there, down = _beyond(right, 0), _beyond(expected, 0)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        ratio = (expected * there) / (down * right)
    return np.asarray(np.clip(np.nan_to_num(ratio, nan=1.0, posinf=LARGEST_ODDS), 1 / LARGEST_ODDS, LARGEST_ODDS))


def _beyond(amount: Array, axis: int) -> Array:
    """Return the sums of all later places along an axis."""
    return np.asarray(np.flip(np.cumsum(np.flip(amount, axis), axis=axis), axis) - amount)

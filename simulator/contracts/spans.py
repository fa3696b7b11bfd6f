"""Over what a contract counts units together: a month, a contract year, or all its months.

Month 1 of the horizon is month 1 of the contract; contract years end in months 12, 24, ...
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.contracts.discounts import Span as Span
from simulator.contracts.discounts import renewed

if TYPE_CHECKING:
    from simulator.arrays import Array


def opens(span: Span, month: int) -> bool:
    """Return whether a span opens with a month counted from 0: once opens with the first only."""
    return month == 0 or renewed(span, month)


def so_far(units: Array, span: Span) -> Array:
    """Return the units (trial, month) of a span up to the end of each month, same shape."""
    import numpy as np

    total = np.array(units)
    for month in range(1, units.shape[1]):
        if not opens(span, month):
            total[:, month] += total[:, month - 1]
    return total


def steps(amounts: Array, span: Span) -> Array:
    """Return by how much running amounts (trial, month) of a span grow in each month, same shape."""
    import numpy as np

    grown = np.array(amounts)
    for month in range(1, amounts.shape[1]):
        if not opens(span, month):
            grown[:, month] -= amounts[:, month - 1]
    return grown

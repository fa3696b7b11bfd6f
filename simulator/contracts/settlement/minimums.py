"""Minimums of a month and of a contract year, the cap of a month, and true-ups up to what a period owes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from simulator.contracts.metering.contract_months import YEAR_MONTHS

if TYPE_CHECKING:
    from simulator.arrays import Array


TrueUp = Literal["each_month", "year_end"]
When = Literal["each_month", "at_end", "never"]


def true_ups(counted: Array, due: Array, length: int, when: When) -> Array:
    """Return the true-ups (trial, month) that bring each period up to what it owes.

    Args:
        counted: what counts against the commitment (trial, month), earlier true-ups left out.
        due: what the period of each month owes by the end of that month (trial, month).
        length: months of a period.
    """
    import numpy as np

    result = np.zeros(counted.shape)
    months = counted.shape[1]
    if when == "never":
        return result
    so_far = np.zeros(counted.shape[0])
    for month in range(months):
        place = month % length + 1
        so_far = counted[:, month] + (so_far if place > 1 else 0.0)
        if when == "each_month" or place == length or month == months - 1:
            result[:, month] = np.maximum(due[:, month] - so_far, 0.0)
            so_far = so_far + result[:, month]
    return result


def prorated(owed: Array, months: int, length: int) -> Array:
    """Return what a period owes by the end of each of its months (trial, month), the same in all months.

    Args:
        owed: what a period owes, (trial, period); as many periods as the months begin.
    """
    import numpy as np

    month = np.arange(months)
    due: Array = owed[:, month // length] * (month % length + 1) / length
    return due


def monthly_true_up(amounts: Array, minimum: Array) -> Array:
    """Return the true-ups (trial, month) that bring each month up to its minimum (trial,)."""
    import numpy as np

    return np.maximum(minimum[:, None] - amounts, 0.0)


def cut_off(amounts: Array, maximum: Array) -> Array:
    """Return what a monthly cap (trial,) takes off, 0 or negative (trial, month)."""
    import numpy as np

    return np.minimum(maximum[:, None] - amounts, 0.0)


def yearly_true_up(billed: Array, minimum: Array, when: TrueUp) -> Array:
    """Return the true-ups (trial, month) that bring each contract year up to its minimum (trial,)."""
    import numpy as np

    years = -(-billed.shape[1] // YEAR_MONTHS)
    owed = np.repeat(minimum[:, None], years, axis=1)
    due = prorated(owed, billed.shape[1], YEAR_MONTHS)
    return true_ups(billed, due, YEAR_MONTHS, "at_end" if when == "year_end" else when)

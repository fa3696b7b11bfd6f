"""Rounding of units to whole ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from simulator.arrays import Array, Flags


UnitRounding = Literal["up", "down", "nearest"]
NEAR: Final = 1e-12
"""Relative distance to a whole number that counts as none: what sums and quotients of floats may be off."""


def beyond(amounts: Array, bound: float) -> Flags:
    """Return whether amounts lie above a bound, the bound itself not, same shape.

    What only arithmetic lifts above it does not: 5,000 of 5,013 units are served, 5,013 * (5,000 / 5,013) of them, and
    a plan up to 5,000 holds these, though floats make it 5000.000000000001.
    """
    return amounts > bound * (1.0 + NEAR)


def rounded(amounts: Array, how: UnitRounding) -> Array:
    """Return amounts rounded to whole numbers, same shape; nearest takes halves up: 2.5 is 3.

    An amount that only arithmetic keeps from a whole number counts as that number: 0.3 / 0.1 is 3, not
    2.9999999999999996.
    """
    import numpy as np

    whole = np.rint(amounts)
    slack = NEAR * np.maximum(np.abs(whole), 1.0)
    if how == "nearest":
        return np.floor(amounts + 0.5 + slack)
    return np.where(np.abs(amounts - whole) <= slack, whole, np.ceil(amounts) if how == "up" else np.floor(amounts))

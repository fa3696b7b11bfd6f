"""Rounding of units to whole ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from simulator.contracts.meters import Array

Rounding = Literal["up", "down", "nearest"]
NEAR: Final = 1e-12
"""Relative distance to a whole number that counts as none: what sums and quotients of floats may be off."""


def rounded(amounts: Array, how: Rounding) -> Array:
    """Return amounts rounded to whole numbers, same shape; nearest takes halves up: 2.5 is 3.

    An amount that only arithmetic keeps from a whole number counts as that number: 0.3 / 0.1 is 3, not
    2.9999999999999996.
    """
    import numpy as np

    whole = np.rint(amounts)
    near = np.abs(amounts - whole) <= NEAR * np.maximum(np.abs(whole), 1.0)
    steps = np.ceil(amounts) if how == "up" else np.floor(amounts + (0.5 if how == "nearest" else 0.0))
    return np.where(near, whole, steps)

"""Arrays of the package: the names of their types, and how they are divided."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.float64]
Index: TypeAlias = NDArray[np.int64]
Flags: TypeAlias = NDArray[np.bool_]
"""Numbers, whole numbers (counts and positions), and true or false."""


def divided(total: Array, by: Array) -> Array:
    """Return total / by, same shape; NaN where `by` is 0."""
    ratio: Array = np.divide(total, by, out=np.full(np.shape(total), np.nan), where=by > 0)
    return ratio

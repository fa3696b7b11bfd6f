"""The uncertain inputs that differ from future to future, and how strongly each carries a cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from simulator.arrays import Array

if TYPE_CHECKING:
    from simulator.engine.results import Results


def varying(results: Results) -> dict[str, Array]:
    """Return the unknown numbers that differ from future to future, by dotted name, (trial,) each."""
    return {name: values for name, values in results.unknowns.items() if values.min() < values.max()}


def strength(values: Array, cost: Array) -> float:
    """Return the share of a cost's variance that a parabola of an input's normal score carries, (trial,) each."""
    if np.ptp(cost) == 0 or len(cost) < 4:
        return 0.0
    z = normal_score(values)
    design = np.stack([np.ones_like(z), z, z**2], axis=1)
    coefficients, *_ = np.linalg.lstsq(design, cost, rcond=None)
    return float(np.var(design @ coefficients) / np.var(cost))


def normal_score(values: Array) -> Array:
    """Return the normal scores of values by their ranks, (trial,); equal values have the same."""
    from scipy.stats import rankdata  # a third of all that a study loads, and few need it

    return np.asarray(special.ndtri((rankdata(values) - 0.5) / len(values)))

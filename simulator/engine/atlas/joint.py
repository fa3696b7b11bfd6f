"""Sums of many conversations, drawn jointly: exact means and covariances, and the skewness of each.

Correlated normal scores, each bent to the quantile of a shifted gamma law of its skewness (Cornish-Fisher to third
order).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Covariance = Callable[[str, str], Array]

MOST_SKEWNESS = 0.5
"""Skewness of a month's sum up to which the shifted gamma law stands for it."""


def correlated_scores(
    names: Sequence[str], covariance: Covariance, scores: Array, apart: Sequence[str] = ()
) -> tuple[dict[str, Array], dict[str, Array]]:
    """Return standard normal scores with given correlations, and standard deviations, by name.

    A Cholesky factor row by row; a sum with no variance of its own left follows those before it.

    Args:
        names: of the sums, in the order in which their scores are used.
        covariance: of two sums, shape (month, trial).
        scores: independent standard normal scores, shape (sum, month, trial).
        apart: further sums, each correlated with all `names` and, given these, drawn without regard to one another.
    """
    factor: list[list[Array]] = []
    mixed, deviation = {}, {}
    for row, name in enumerate((*names, *apart)):
        variance = np.maximum(covariance(name, name), 0.0)
        left = variance
        weights: list[Array] = []
        for column in range(min(row, len(names))):
            known: Array | float = 0.0
            for before in range(column):
                known = known + weights[before] * factor[column][before]
            over = factor[column][column]
            shared = covariance(name, names[column]) - known
            weight = np.divide(shared, over, out=np.zeros_like(variance), where=over > 0)
            weights.append(weight)
            left = left - weight * weight
        own = np.sqrt(np.where(left > 1e-12 * variance, left, 0.0))
        factor.append([*weights, own])
        used = [*scores[: len(weights)], scores[row]]
        total = sum(weight * score for weight, score in zip(factor[row], used, strict=True))
        deviation[name] = np.sqrt(variance)
        mixed[name] = np.divide(total, deviation[name], out=np.zeros_like(variance), where=variance > 0)
    return mixed, deviation


def bent(score: Array, skewness: Array) -> Array:
    """Return the standardised shifted gamma quantile of a normal score; the score itself where the skewness is 0.

    Args:
        skewness: cut to MOST_SKEWNESS either way.
    """
    skew = np.clip(skewness, -MOST_SKEWNESS, MOST_SKEWNESS)
    square = score * score
    return np.asarray(score + skew * (square - 1) / 6 + skew * skew * score * (square - 7) / 144)

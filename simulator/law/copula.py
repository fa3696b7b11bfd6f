"""Correlated normal scores, a Gaussian copula. docs/model.md sections 1 (unknowns) and 2 (drivers)."""

from __future__ import annotations

import numpy as np

from simulator.arrays import Array


def cholesky(matrix: Array) -> Array:
    """Return the lower triangular factor of correlation matrices, shape (..., number, number)."""
    return np.asarray(np.linalg.cholesky(matrix), dtype=np.float64)


def mix_scores(factor: Array, scores: list[Array]) -> list[Array]:
    """Return factor @ scores, term by term, so that a score nobody is correlated with stays as it was to the bit.

    Args:
        factor: lower triangular, shape (..., number, number); leading axes broadcast against the scores.
        scores: one array per number.
    """
    mixed = []
    for row in range(len(scores)):
        total = factor[..., row, 0] * scores[0]
        for column in range(1, row + 1):
            total = total + factor[..., row, column] * scores[column]
        mixed.append(total)
    return mixed

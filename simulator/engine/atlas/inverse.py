"""Counts by inversion of tabulated laws: one uniform per count, so that common random numbers hold."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Index = NDArray[np.int64]

BINS = 256


@dataclass(frozen=True, slots=True)
class CountTable:
    """Distribution functions of counts, a row a law, with a guide that says where to start searching.

    Attributes:
        cumulative: P(count <= k), shape (law * (most + 1),); the last entry of a law is infinite (the cut).
        guide: least count of each of BINS equal slices of the unit interval, shape (law * BINS,).
        width: most + 1.
    """

    cumulative: Array
    guide: Index
    width: int

    def draw(self, law: Index, uniform: Array) -> Index:
        """Return the counts at given uniforms, same shape: the least k with uniform < P(count <= k)."""
        count = self.guide.take(law * BINS + (uniform * BINS).astype(np.int64))
        base = law * self.width
        open_rows = np.flatnonzero(uniform >= self.cumulative.take(base + count))
        while open_rows.size:
            count[open_rows] += 1
            above = uniform[open_rows] >= self.cumulative.take(base[open_rows] + count[open_rows])
            open_rows = open_rows[above]
        return np.asarray(count)


def negative_binomial_table(mean: Array, size: Array, most: int) -> CountTable:
    """Tabulate negative binomial laws, cut at `most`; mean 0 is the constant 0.

    Args:
        mean: means, shape (law,); negative ones count as 0.
        size: sizes (variance = mean + mean^2 / size), shape (law,).
    """
    mean = np.maximum(mean, 0.0)
    if most == 0:
        return count_table(np.empty((len(mean), 0)))
    success = size / (size + mean)
    steps = np.arange(1, most)[None, :]
    ratios = (steps - 1 + size[:, None]) / steps * (1 - success[:, None])
    logs = np.log(np.where(ratios > 0, ratios, 1.0))
    start = size * np.log(success)
    mass = np.exp(np.concatenate([start[:, None], start[:, None] + np.cumsum(logs, axis=1)], axis=1))
    mass[:, 1:][ratios <= 0] = 0.0
    return count_table(np.cumsum(mass, axis=1))


def count_table(cumulative: Array) -> CountTable:
    """Return the table of given distribution functions P(count <= k), k = 0 .. most - 1, shape (law, most)."""
    laws, most = cumulative.shape
    edges = np.arange(BINS) / BINS
    guide = np.stack([np.searchsorted(row, edges, side="right") for row in cumulative])
    closed = np.concatenate([cumulative, np.full((laws, 1), np.inf)], axis=1)
    return CountTable(closed.ravel(), guide.ravel().astype(np.int64), most + 1)

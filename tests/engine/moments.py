"""Comparison of two samples of vectors by all their first and second moments, in standard errors.

With p features there are p + p (p + 1) / 2 comparisons; at 5 standard errors each alarms falsely with probability
5.7e-7 where its sum is nearly normal, so a comparison of 100 features (5,150 moments) alarms falsely about once in 340.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.arrays import Array

LIMIT = 5.0
LEAST_COUNT = 40
"""A moment that fewer observations of either sample reach is not compared: its sum is not nearly normal."""


@dataclass(frozen=True, slots=True)
class Moments:
    """First and second moments of a sample: sums of x_i x_j and of (x_i x_j)^2, and how often x_i x_j is not 0.

    A constant 1 is the first feature, so that first moments are second moments with it.
    """

    names: tuple[str, ...]
    count: int
    products: Array
    squares: Array
    reached: Array


def moments(names: list[str], rows: Array, center: Array | None = None) -> Moments:
    """Return the moments of rows, shape (observation, feature), about the center, 0 without one.

    About the means, products show correlations; about 0, they show how often two things come together.
    """
    moved = rows if center is None else np.where(np.abs(rows - center) < 1e-12, 0.0, rows - center)
    full = np.concatenate([np.ones((len(rows), 1)), moved], axis=1)
    present = (full != 0).astype(float)
    return Moments(("1", *names), len(rows), full.T @ full, (full**2).T @ (full**2), present.T @ present)


def differences(a: Moments, b: Moments) -> dict[str, float]:
    """Return the differences of all moments in standard errors, by name, the largest first."""
    assert a.names == b.names, set(a.names) ^ set(b.names)
    mean_a, mean_b = a.products / a.count, b.products / b.count
    variance_a = a.squares / a.count - mean_a**2
    variance_b = b.squares / b.count - mean_b**2
    error = np.sqrt(np.maximum(variance_a, 0) / a.count + np.maximum(variance_b, 0) / b.count)
    enough = (np.minimum(a.reached, b.reached) >= LEAST_COUNT) | (np.abs(a.reached - b.reached) >= LEAST_COUNT)
    gap = np.abs(mean_a - mean_b)
    scale = 1e-9 * np.maximum(np.abs(mean_a), np.abs(mean_b))
    z = np.where(enough & (gap > scale), gap / np.maximum(error, 1e-300), 0.0)
    found = {f"{a.names[i]} x {a.names[j]}": float(z[i, j]) for i, j in zip(*np.triu_indices(len(z)), strict=True)}
    return dict(sorted(found.items(), key=lambda item: -item[1]))


def worst(a: Moments, b: Moments, count: int = 5) -> list[tuple[str, float]]:
    """Return the largest differences."""
    return list(differences(a, b).items())[:count]

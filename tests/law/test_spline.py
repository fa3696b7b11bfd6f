"""The spline is SciPy's, and exact for a cubic polynomial."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.interpolate import CubicSpline

from simulator.law.spline import Spline


@pytest.mark.parametrize("count", [5, 6, 20, 513])
def test_spline_is_that_of_scipy(count: int) -> None:
    values = np.random.default_rng(count).normal(size=count)
    grid = np.linspace(-3.0, 5.0, count)
    at = np.stack([np.linspace(-3.0, 5.0, 1_000), np.linspace(-3.5, 5.5, 1_000)])
    ours = Spline.through(-3.0, grid[1] - grid[0], values)
    assert np.allclose(ours(at), CubicSpline(grid, values)(at), rtol=1e-10, atol=1e-11)


def test_a_cubic_polynomial_comes_back() -> None:
    grid = 2.0 + 0.25 * np.arange(9)
    at = np.linspace(1.0, 5.0, 50)
    cubic = np.polynomial.Polynomial([1.0, -2.0, 0.5, 3.0])
    assert np.allclose(Spline.through(2.0, 0.25, cubic(grid))(at), cubic(at), rtol=1e-12)

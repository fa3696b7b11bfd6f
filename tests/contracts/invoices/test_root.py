"""The root finder: SciPy's root, and few steps."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from scipy.optimize import brentq

from simulator.contracts.invoices.tie import root

TOLERANCE = 1e-12
STEPS = np.sort(np.random.default_rng(1).uniform(0, 3, 50))

FUNCTIONS: dict[str, tuple[Callable[[float], float], int]] = {
    "a line": (lambda at: 3 * at - 1.234567, 3),
    "a cubic": (lambda at: at**3 - 0.001, 20),
    "a line with many bends": (lambda at: float(np.maximum(at - STEPS, 0).sum()) + at - 20.12345, 12),
    "flat up to a bend": (lambda at: max(0.0, at - 1.7) - 1e-9, 60),
    "flat, then steep": (lambda at: -1e-3 + 1e6 * max(0.0, at - 2), 60),
    "an exponential": (lambda at: math.exp(20 * at) - 7e10, 20),
    "a jump": (lambda at: -1.0 if at < 0.77 else 2.0, 60),
}


@pytest.mark.parametrize("case", FUNCTIONS)
@pytest.mark.parametrize("turned", [1.0, -1.0])
def test_root_is_that_of_scipy_to_twelve_digits(case: str, turned: float) -> None:
    of, most = FUNCTIONS[case]
    asked = []

    def counted(at: float) -> float:
        asked.append(at)
        return turned * of(at)

    found = root(counted, 0.0, 3.0, TOLERANCE)
    assert len(asked) <= most
    assert found == pytest.approx(brentq(of, 0.0, 3.0, xtol=TOLERANCE, rtol=TOLERANCE), rel=2e-12)


def test_a_root_at_an_end_is_that_end() -> None:
    assert root(lambda at: at, 0.0, 3.0, TOLERANCE) == 0.0
    assert root(lambda at: at - 3.0, 0.0, 3.0, TOLERANCE) == 3.0


def test_large_roots_have_a_relative_tolerance() -> None:
    assert root(lambda at: at**2 - 2e20, 1.0, 1e11, TOLERANCE) == pytest.approx(math.sqrt(2) * 1e10, rel=2e-12)


def test_no_change_of_sign_is_refused() -> None:
    with pytest.raises(ValueError, match="no change of sign between 1 and 3"):
        root(lambda at: at, 1.0, 3.0, TOLERANCE)

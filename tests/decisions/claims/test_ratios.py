"""Ratios of figures of the same futures: known values, and intervals that cover as often as they say."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from simulator.arrays import Array
from simulator.decisions.claims.ratios import (
    change_of_means,
    elasticity,
    less,
    one_less,
    ratio_of_means,
    ratio_of_relative_spreads,
    ratio_of_spreads,
    share_explained,
    share_of,
)
from simulator.decisions.worth import Estimate

X = np.array([1.0, 2.0, 3.0, 6.0])


def value(estimate: Estimate | None) -> float:
    assert estimate is not None
    return estimate.value


def test_ratios_by_hand() -> None:
    assert value(ratio_of_means(3 * X, X, None)) == pytest.approx(3)
    assert value(change_of_means(1.2 * X, X, None)) == pytest.approx(0.2)
    assert value(ratio_of_spreads(X + 5, 2 * X, None)) == pytest.approx(0.5)
    assert value(ratio_of_relative_spreads(X + 3, X, None)) == pytest.approx(0.5)
    assert share_of(-X, X, None) == Estimate(-1.0, -1.0, -1.0)


def test_a_ratio_in_proportion_has_no_error() -> None:
    for ratio in (ratio_of_means, ratio_of_spreads, ratio_of_relative_spreads):
        found = ratio(4 * X, X, None)
        assert found is not None and found.low == pytest.approx(found.high)


def test_what_does_not_exist_is_none() -> None:
    nothing = np.zeros(4)
    assert ratio_of_means(X, nothing, None) is None
    assert ratio_of_spreads(X, nothing, None) is None
    assert ratio_of_relative_spreads(X - 3, X, None) is None
    assert share_explained(X, nothing) is None


@pytest.mark.parametrize("power", [0.0, 1.0, 2.0, -0.5])
def test_elasticity_of_a_power_is_the_power(power: float) -> None:
    """A bill that is a power of what is solved has that power as its elasticity: 1 in proportion, 0 for a fee."""
    before, after = np.full(8, 100.0), np.full(8, 105.0)
    found = elasticity((after**power, after), (before**power, before), None)
    assert found == Estimate(pytest.approx(power), pytest.approx(power), pytest.approx(power))


def test_elasticity_by_hand() -> None:
    """0.99 for each of 600 of 1,000 conversations, of which 20 more are solved, 15 of them confirmed: 15 more units."""
    solved, units = np.full(4, 500.0), np.full(4, 600.0)
    found = elasticity((0.99 * (units + 15), solved + 20), (0.99 * units, solved), None)
    assert value(found) == pytest.approx(0.6296, abs=1e-4)  # ln 1.025 over ln 1.04
    assert elasticity((units, solved), (units, solved), None) is None


def test_a_line_explains_all_and_noise_nothing() -> None:
    rng = np.random.default_rng(1)
    x = rng.normal(size=2_000)
    assert value(share_explained(3 * x + 1, x)) == pytest.approx(1)
    noise = share_explained(rng.normal(size=2_000), x)
    assert noise is not None and noise.high is not None and noise.high < 0.02


def test_changes_of_an_estimate_move_its_ends() -> None:
    assert less(Estimate(3.0, 2.0, 4.0), 1.0) == Estimate(2.0, 1.0, 3.0)
    assert one_less(Estimate(0.3, 0.2, 0.4)) == Estimate(0.7, pytest.approx(0.6), pytest.approx(0.8))
    assert one_less(None) is None and one_less(Estimate(0.3)) == Estimate(0.7)


def covered(ratio: Callable[[Array, Array, None], Estimate | None], truth: float, shrunk: float) -> float:
    """Return how often an interval covers the truth, with its distance to the estimate so much shrunk."""
    rng, hits = np.random.default_rng(7), 0
    for _ in range(400):
        x = rng.normal(10, 1, 300)
        y = 0.5 * x + rng.normal(5, 1, 300)
        found = ratio(x, y, None)
        assert found is not None and found.low is not None and found.high is not None
        low, high = (found.value + shrunk * (end - found.value) for end in (found.low, found.high))
        hits += low <= truth <= high
    return hits / 400


@pytest.mark.parametrize(
    ("ratio", "truth"),
    [(ratio_of_means, 1.0), (ratio_of_spreads, 1 / 1.25**0.5), (ratio_of_relative_spreads, 1 / 1.25**0.5)],
)
def test_intervals_cover_as_often_as_they_say(
    ratio: Callable[[Array, Array, None], Estimate | None], truth: float
) -> None:
    assert 0.92 <= covered(ratio, truth, 1.0) <= 0.98
    assert covered(ratio, truth, 0.5) < 0.85, "half the width would pass too: the test sees nothing"

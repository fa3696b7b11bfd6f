"""What docs/futures.md says of intervals and of what Sobol points are worth, on the shipped scenarios."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.futures.nets import nets_of
from tests.nets import cover, equivalent
from tests.nets.costs import FUTURES, costs_of, scenario_of
from tests.scenarios.shipped import SHIPPED

LOW, HIGH = 0.92, 0.98
LIMIT = 3.0
"""Standard errors of a cover that it may lie beyond."""


@pytest.mark.cover
@pytest.mark.parametrize("case", cover.CASES)
def test_intervals_cover(case: str) -> None:
    name, settings = cover.CASES[case]
    costs = costs_of(scenario_of(name, settings), range(1, cover.RUNS + 1))
    low, high = (LIMIT * np.sqrt(edge * (1 - edge) / cover.RUNS) for edge in (LOW, HIGH))
    for figure, shares in cover.covers(costs, nets_of(FUTURES)).items():
        assert min(shares) >= LOW - low, (figure, shares)
        assert max(shares) <= HIGH + high or figure.startswith("share"), (figure, shares)
    for figure, shares in cover.covers(cover.with_atoms(costs), nets_of(FUTURES)).items():
        assert min(shares) >= LOW - low, ("atoms", figure, shares)


@pytest.mark.cover
@pytest.mark.parametrize("name", [each for each in SHIPPED if each != "minimal"])
def test_4096_sobol_futures_tell_as_much_as_10000_random_ones(name: str) -> None:
    """P90's standard error is at most that of 10,000, P95's at most 1.15 times it, each plus the ratio's own error."""
    costs = costs_of(scenario_of(name), range(1, equivalent.SEEDS + 1))
    ratios = equivalent.errors(costs) / equivalent.errors_of_random(costs)
    own = equivalent.ratio_error(equivalent.SEEDS)
    p90, p95 = (ratios[:, equivalent.FIGURES.index(figure)] for figure in ("P90", "P95"))
    assert np.all(p90 <= 1.0 + LIMIT * own), p90
    assert np.median(p90) <= 1.0 and np.median(p95) <= 1.15
    assert np.all(p95 <= 1.15 + LIMIT * own), p95


def test_random_futures_are_worth_what_they_are() -> None:
    """Negative control: 4,096 random futures are worth about 4,096 at every figure, and fail what is asked above."""
    rng = np.random.default_rng(1)
    costs = np.exp(0.3 * rng.standard_normal((60, 1, FUTURES)))
    ours, random = equivalent.errors(costs), equivalent.errors_of_random(costs, draws=300)
    worth = equivalent.PLAIN * (random / ours) ** 2
    assert np.all((worth > 0.5 * FUTURES) & (worth < 2 * FUTURES))
    assert np.all(ours / random > 1.15)


def test_the_table_of_covers_sees_intervals_of_the_wrong_groups() -> None:
    """Negative control: runs that differ by what their nets do not show."""
    rng = np.random.default_rng(2)
    costs = np.exp(0.2 * rng.standard_normal((60, 2, 1_024)) + 0.02 * rng.standard_normal((60, 1, 1)))
    found = cover.covers(costs, nets_of(1_024))
    assert np.mean(found["mean"]) < 0.8, "runs that share what their nets do not show are not covered"

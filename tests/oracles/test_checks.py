"""Every checker agrees with samples of the exact law and disagrees with a planted fault of the size it promises."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.oracles.checks import (
    Exact,
    capped_mean_is,
    capped_sd_is,
    check,
    exact_figures,
    failures,
    mean_is,
    quantile_is,
    sd_is,
    skew_is,
    tail_mean_is,
)
from tests.oracles.exact_laws import CASES, LAWS, PRICE, RATE, SEASON
from tests.oracles.law import Array

FUTURES = 1_000_000
BRIEF = {"per_resolution_fixed_rate", "minimum_commitment", "small_volume_per_resolution", "heavy_tail_200"}
"""Checked in every run of the tests: a plain law, an atom, a coarse grid, a heavy tail."""
NAMES = [pytest.param(name, marks=[pytest.mark.slow] * (name not in BRIEF)) for name in LAWS]


@pytest.fixture(scope="module", params=NAMES)
def sampled(request: pytest.FixtureRequest) -> tuple[Exact, Array]:
    """An oracle and a million futures drawn from its exact law."""
    costs = LAWS[request.param]().sample(FUTURES, np.random.default_rng(20270101))
    return exact_figures()[request.param], costs


def test_checks_pass_samples_of_the_exact_law(sampled: tuple[Exact, Array]) -> None:
    exact, costs = sampled
    assert failures(costs, exact) == []


def test_mean_check_sees_a_rate_too_high(sampled: tuple[Exact, Array]) -> None:
    """0.2 % at a million futures, or 10 standard errors where those are more."""
    exact, costs = sampled
    error = exact.sd / exact.mean / math.sqrt(FUTURES)
    assert not mean_is(costs * (1 + max(0.002, 10 * error)), exact)
    assert mean_is(costs * (1 + error), exact)


def test_capped_mean_check_sees_a_rate_too_low(sampled: tuple[Exact, Array]) -> None:
    exact, costs = sampled
    error = exact.sd / exact.mean / math.sqrt(FUTURES)
    assert not capped_mean_is(costs * (1 - max(0.002, 10 * error)), exact)


def test_sd_check_sees_a_spread_one_percent_off(sampled: tuple[Exact, Array]) -> None:
    """1 %, and 2 % of a heavy tail."""
    exact, costs = sampled
    sd_check, off = (capped_sd_is, 0.02) if exact.heavy else (sd_is, 0.01)
    for stretch in (1 + off, 1 - off):
        assert not sd_check(exact.mean + stretch * (costs - exact.mean), exact)


def test_skew_check_sees_a_mirrored_law(sampled: tuple[Exact, Array]) -> None:
    exact, costs = sampled
    is_checked = any(verdict.message.startswith("skew") for verdict in check(costs, exact))
    assert is_checked != exact.heavy
    if is_checked:
        assert not skew_is(2 * exact.mean - costs, exact)


def test_quantile_check_sees_futures_moved_below(sampled: tuple[Exact, Array]) -> None:
    """10 standard errors of the share: 0.5 % of the futures at P50, 0.03 % at P99.9."""
    exact, costs = sampled
    for level, (at, chance) in exact.quantiles.items():
        above = np.flatnonzero(costs > at * (1 + 1e-9))
        moved = costs.copy()
        moved[above[: math.ceil(10 * math.sqrt(FUTURES * chance * (1 - chance)))]] = at
        assert not quantile_is(moved, exact, level), f"P{100 * level:g}"


def test_tail_mean_check_sees_a_longer_tail(sampled: tuple[Exact, Array]) -> None:
    """The excess over the quantile stretched by 10 standard errors of its mean: the quantile itself stays."""
    exact, costs = sampled
    for level, (mean, spread) in exact.tails.items():
        at = exact.quantiles[level][0]
        excess = np.maximum(costs - at, 0.0)
        stretch = 1 + 10 * spread / math.sqrt(FUTURES) / ((mean - at) * (1 - level))
        longer = np.minimum(costs, at) + stretch * excess
        if exact.heavy:
            longer = np.minimum(costs, at) + 1.1 * excess
        assert quantile_is(longer, exact, level)
        assert not tail_mean_is(longer, exact, level), f"P{100 * level:g}"


def ar1_years(persistence: float, futures: int) -> Array:
    """Return a year's cost in each future, from the words of annual_ar1_demand_moments."""
    draws = np.random.default_rng(7)
    score = draws.standard_normal(futures)
    units = np.zeros(futures)
    for season in SEASON:
        expected = CASES * season * np.exp(0.10 * score - 0.005) * RATE
        units += draws.poisson(expected)
        score = persistence * score + math.sqrt(1 - persistence**2) * draws.standard_normal(futures)
    return PRICE * units


def test_sd_check_sees_months_taken_for_independent() -> None:
    exact = exact_figures()["annual_ar1_demand_moments"]
    assert failures(ar1_years(0.6, 100_000), exact) == []
    independent = ar1_years(0.0, 100_000)
    assert independent.std() == pytest.approx(13_452, rel=0.02)
    assert mean_is(independent, exact)
    assert not sd_is(independent, exact)
    assert not sd_is(ar1_years(0.58, 100_000), exact)


def test_fresh_rates_are_not_one_rate_a_month() -> None:
    """A rate drawn for each conversation adds no spread; the check tells the two laws apart at 4,000 futures."""
    exact = exact_figures()["per_resolution_beta_per_conversation"]
    draws = np.random.default_rng(11)
    assert failures(LAWS["per_resolution_fixed_rate"]().sample(4_000, draws), exact) == []
    by_month = LAWS["per_resolution_beta_month"]().sample(4_000, draws)
    assert mean_is(by_month, exact)
    assert not sd_is(by_month, exact)
    assert not quantile_is(by_month, exact, 0.99)

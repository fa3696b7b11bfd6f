"""Every statistical checker agrees on a true pair and disagrees on a small planted difference."""

from __future__ import annotations

import math
from collections.abc import Callable
from statistics import NormalDist

import numpy as np
import pytest

from tests.statistics import (
    FALSE_ALARM,
    Verdict,
    correlation_of,
    covariance_is,
    covariance_of,
    follows,
    mean_is,
    mean_of,
    same_categories,
    same_correlation,
    same_covariance,
    same_distribution,
    same_proportion,
    same_quantiles,
    same_variance,
    share_below_is,
    variance_is,
    variance_of,
    within_standard_errors,
)

ROWS = 40_000
RNG = np.random.default_rng


def normal(seed: int, mean: float = 0.0, sd: float = 1.0) -> np.ndarray:
    return mean + sd * RNG(seed).standard_normal(ROWS)


def pair(seed: int, rho: float) -> tuple[np.ndarray, np.ndarray]:
    x, e = RNG(seed).standard_normal((2, ROWS))
    return x, rho * x + math.sqrt(1 - rho * rho) * e


def flags(seed: int, share: float) -> np.ndarray:
    return RNG(seed).random(ROWS) < share


def letters(seed: int, share_of_a: float) -> list[str]:
    rest = (1 - share_of_a) / 2
    return list(RNG(seed).choice(["a", "b", "c"], p=[share_of_a, rest, rest], size=ROWS))


def standard_cdf(x: np.ndarray) -> np.ndarray:
    return np.array([NormalDist().cdf(value) for value in x])


CHECKS: dict[str, tuple[Callable[[], Verdict], Callable[[], Verdict]]] = {
    "mean": (
        lambda: within_standard_errors(normal(1), normal(2)),
        lambda: within_standard_errors(normal(1), normal(2, mean=0.05)),
    ),
    "proportion": (
        lambda: same_proportion(flags(1, 0.3), flags(2, 0.3)),
        lambda: same_proportion(flags(1, 0.3), flags(2, 0.32)),
    ),
    "rare proportion": (
        lambda: same_proportion(flags(1, 0.001), flags(2, 0.001)),
        lambda: same_proportion(flags(1, 0.0002), flags(2, 0.0016)),
    ),
    "variance": (
        lambda: same_variance(normal(1), normal(2)),
        lambda: same_variance(normal(1), normal(2, sd=1.03)),
    ),
    "covariance": (
        lambda: same_covariance(pair(1, 0.5), pair(2, 0.5)),
        lambda: same_covariance(pair(1, 0.5), pair(2, 0.44)),
    ),
    "correlation": (
        lambda: same_correlation(pair(1, 0.5), pair(2, 0.5)),
        lambda: same_correlation(pair(1, 0.5), pair(2, 0.46)),
    ),
    "quantiles": (
        lambda: same_quantiles(normal(1), normal(2)),
        lambda: same_quantiles(normal(1), normal(2, sd=1.05)),
    ),
    "quantiles of a lattice": (
        lambda: same_quantiles(RNG(1).poisson(3, ROWS), RNG(2).poisson(3, ROWS)),
        lambda: same_quantiles(RNG(1).poisson(3, ROWS), RNG(2).poisson(3.1, ROWS)),
    ),
    "distribution": (
        lambda: same_distribution(normal(1), normal(2)),
        lambda: same_distribution(normal(1), normal(2, mean=0.05)),
    ),
    "categories": (
        lambda: same_categories(letters(1, 0.3), letters(2, 0.3)),
        lambda: same_categories(letters(1, 0.3), letters(2, 0.32)),
    ),
    "exact mean": (lambda: mean_is(normal(1), 0.0), lambda: mean_is(normal(1), 0.03)),
    "exact variance": (lambda: variance_is(normal(1), 1.0), lambda: variance_is(normal(1), 1.05)),
    "exact covariance": (
        lambda: covariance_is(pair(1, 0.5), 0.5),
        lambda: covariance_is(pair(1, 0.5), 0.46),
    ),
    "share below": (
        lambda: share_below_is(normal(1), 1.2816, 0.9),
        lambda: share_below_is(normal(1), 1.2816, 0.915),
    ),
    "exact distribution": (
        lambda: follows(normal(1), standard_cdf),
        lambda: follows(normal(1, sd=1.05), standard_cdf),
    ),
}


@pytest.mark.parametrize("name", CHECKS)
def test_checker_agrees_on_a_true_pair(name: str) -> None:
    verdict = CHECKS[name][0]()
    assert verdict, verdict


@pytest.mark.parametrize("name", CHECKS)
def test_checker_disagrees_on_a_planted_difference(name: str) -> None:
    verdict = CHECKS[name][1]()
    assert not verdict, verdict


def clustered(seed: int, size: int = 50, groups: int = 400) -> tuple[np.ndarray, np.ndarray]:
    """Rows that are nearly alike within each group."""
    common = np.repeat(RNG(seed).standard_normal(groups), size)
    return common + 0.1 * RNG(seed + 1000).standard_normal(common.size), np.repeat(np.arange(groups), size)


def standardised(estimate: Callable[[int, bool], tuple[float, float]], use_clusters: bool) -> float:
    """Return the standard deviation over 200 samples of value less mean over its standard error; 1 is right."""
    found = np.array([estimate(seed, use_clusters) for seed in range(200)])
    return float(((found[:, 0] - found[:, 0].mean()) / found[:, 1].mean()).std())


ESTIMATES = {
    "mean": lambda x, c: mean_of(x, c),
    "variance": lambda x, c: variance_of(x, c),
    "covariance": lambda x, c: covariance_of(x, np.roll(x, 1) + x, c),
    "correlation": lambda x, c: correlation_of(x, x + np.repeat(RNG(5).standard_normal(x.size // 50), 50), c),
}


AS_THE_CORRELATION = {"variance", "covariance"}
"""Estimates whose errors come from the same function as that of the correlation, which the quick suite tests."""


@pytest.mark.parametrize(
    "name", [pytest.param(each, marks=[pytest.mark.slow] * (each in AS_THE_CORRELATION)) for each in ESTIMATES]
)
def test_standard_error_with_clusters_is_the_spread_of_the_estimate(name: str) -> None:
    def estimate(seed: int, use_clusters: bool) -> tuple[float, float]:
        x, clusters = clustered(seed)
        found = ESTIMATES[name](x, clusters if use_clusters else None)
        return found.value, found.standard_error

    # The sd of 200 standard normal values has standard error 0.05: 0.75 to 1.25 is 5 of them.
    assert 0.75 < standardised(estimate, use_clusters=True) < 1.25
    assert standardised(estimate, use_clusters=False) > 3  # negative control: 50 rows alike in each cluster


@pytest.mark.parametrize("name", ESTIMATES)
def test_standard_error_of_independent_rows_is_the_spread_of_the_estimate(name: str) -> None:
    def estimate(seed: int, use_clusters: bool) -> tuple[float, float]:
        found = ESTIMATES[name](RNG(seed).gamma(4.0, size=2000), None)
        return found.value, found.standard_error

    assert 0.75 < standardised(estimate, use_clusters=False) < 1.25


def test_mean_of_clusters_of_one_equals_plain_mean() -> None:
    x = normal(3)
    plain, single = mean_of(x), mean_of(x, np.arange(ROWS))
    assert plain.value == single.value
    assert plain.standard_error == pytest.approx(single.standard_error, rel=1e-12)
    assert plain.standard_error == pytest.approx(x.std(ddof=1) / math.sqrt(ROWS), rel=1e-12)


def test_constant_samples_agree_only_if_equal() -> None:
    ones = np.ones(10)
    assert within_standard_errors(ones, ones)
    assert not within_standard_errors(ones, ones * 1.000001)


def test_categories_seen_in_one_sample_only_disagree() -> None:
    assert not same_categories(["a"] * 500 + ["b"] * 100, ["a"] * 600)
    assert same_categories(["a"] * 600 + ["b"], ["a"] * 600)


def test_false_alarm_rate_is_that_of_five_standard_errors() -> None:
    assert pytest.approx(2 * (1 - NormalDist().cdf(5)), rel=1e-6) == FALSE_ALARM


def test_false_alarms_at_two_standard_errors_come_as_often_as_stated() -> None:
    alarms = sum(
        not within_standard_errors(RNG(seed).standard_normal(200), RNG(seed + 10**6).standard_normal(200), 2.0)
        for seed in range(2000)
    )
    # Binomial(2000, 0.0455): mean 91, sd 9.3; 5 sd on either side.
    assert 44 < alarms < 138


@pytest.mark.parametrize("sample", [[1.0], [[1.0, 2.0]], [1.0, math.nan], [1.0, math.inf]])
def test_sample_that_is_no_sample_is_refused(sample: list[float]) -> None:
    with pytest.raises(ValueError, match="finite numbers"):
        mean_of(sample)


def test_clusters_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="one per row"):
        mean_of([1.0, 2.0, 3.0], [1, 2])
    with pytest.raises(ValueError, match="at least 2"):
        mean_of([1.0, 2.0, 3.0], [1, 1, 1])
    with pytest.raises(ValueError, match="constant"):
        correlation_of([1.0, 1.0], [1.0, 2.0])

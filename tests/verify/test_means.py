"""An engine's mean against its expectation: by hand, and how often it alarms far in the tail."""

from __future__ import annotations

import math

import numpy as np
import pytest

from simulator.verify.flips import needed
from simulator.verify.means import MOST_SKEWNESS, hall, limit, mean_check, smallest_seen


def test_mean_check_by_hand() -> None:
    expected = np.full((600, 2), 100.0)
    drawn = expected + np.tile([[3.0, -1.0]], (600, 1))
    check = mean_check("meter x", "atlas", drawn, expected)
    assert check is not None and check.judged
    assert check.difference == pytest.approx(1200 / 120_000)
    assert check.error == pytest.approx(math.sqrt(600 * 10) / 120_000)
    plain, skewness = 1200 / math.sqrt(6000), 600 * 26 / 6000**1.5
    assert check.score == pytest.approx(plain + skewness * plain**2 / 3 + skewness**2 * plain**3 / 27 + skewness / 6)
    assert smallest_seen(check, 4.5) == pytest.approx(needed(4.5, 1200) * check.error)


def test_mean_check_of_equal_amounts_is_none() -> None:
    expected = np.full((5, 2), 1e6)
    assert mean_check("meter x", "atlas", expected * (1 + 1e-13), expected) is None


@pytest.mark.parametrize(("per_month", "judged"), [(0.001, False), (0.05, False), (2.0, True), (1000.0, True)])
def test_mean_check_judges_only_what_is_frequent(per_month: float, judged: bool) -> None:
    expected = np.full((100, 2), per_month)
    drawn = np.random.default_rng(1).poisson(expected).astype(float)
    check = mean_check("meter x", "ledger", drawn, expected)
    assert check is not None and check.judged is judged


def test_mean_check_does_not_judge_heavy_tails() -> None:
    drawn = np.random.default_rng(2).lognormal(0, 3, (100, 2))
    check = mean_check("meter x", "ledger", drawn, np.full((100, 2), math.exp(4.5)))
    assert check is not None and not check.judged


def test_hall_is_increasing_and_leaves_a_symmetric_sum_alone() -> None:
    places = np.linspace(-9, 9, 2001)
    assert [hall(score, 0.0) for score in (-3.0, 0.0, 4.5)] == [-3.0, 0.0, 4.5]
    for skewness in (-0.2, 0.07, 0.2):
        assert (np.diff([hall(score, skewness) for score in places]) > 0).all()


def test_limit_is_two_sided_and_shared_by_all_checks() -> None:
    assert limit(0.05, 1) == pytest.approx(1.959964)
    assert limit(0.05, 100) == pytest.approx(3.480756)


SUMS, MONTHS, BOUND = 100_000, 600, 3.5
"""Exponential months: their sum has the skewness up to which means are judged."""


@pytest.fixture(scope="module")
def sums() -> tuple[np.ndarray, np.ndarray]:
    """Studentised sums and their skewness."""
    rng, found = np.random.default_rng(3), []
    for _ in range(0, SUMS, 5_000):
        gaps = rng.exponential(1, (5_000, MONTHS)) - 1
        error = np.sqrt((gaps * gaps).sum(axis=1))
        found.append((gaps.sum(axis=1) / error, (gaps * gaps * gaps).sum(axis=1) / error**3))
    scores, skewness = (np.concatenate(each) for each in zip(*found, strict=True))
    return scores, skewness


def alarms(scores: np.ndarray) -> float:
    """Return how much more often than stated the heavier of the two tails alarms."""
    return max(np.mean(scores < -BOUND), np.mean(scores > BOUND)) / (math.erfc(BOUND / math.sqrt(2)) / 2)


def test_means_of_skewed_sums_alarm_as_often_as_stated(sums: tuple[np.ndarray, np.ndarray]) -> None:
    scores, skewness = sums
    assert np.median(skewness) == pytest.approx(MOST_SKEWNESS, abs=0.01)
    corrected = np.array([hall(score, skew) for score, skew in zip(scores, skewness, strict=True)])
    assert alarms(corrected) < 1.7


def test_means_without_the_correction_alarm_too_often(sums: tuple[np.ndarray, np.ndarray]) -> None:
    assert alarms(sums[0]) > 1.7

"""One comparison: by hand, and how often it alarms far in the tail."""

from __future__ import annotations

import math

import numpy as np
import pytest

from simulator.verify.comparisons import MOST_SKEWNESS, Compared, compared, exact, hall, limit, needed, smallest_seen


def test_compared_by_hand() -> None:
    terms = np.tile([3.0, -1.0], 600)
    found = compared(Compared("expected", "meter x"), terms, 120_000.0)
    assert found is not None and found.judged and not found.exact
    assert found.difference == pytest.approx(1200 / 120_000)
    assert found.error == pytest.approx(math.sqrt(600 * 10) / 120_000)
    plain, skewness = 1200 / math.sqrt(6000), 600 * 26 / 6000**1.5
    assert found.score == pytest.approx(plain + skewness * plain**2 / 3 + skewness**2 * plain**3 / 27 + skewness / 6)
    assert smallest_seen(found, 4.5) == pytest.approx(needed(4.5, 1200) * found.error)


def test_compared_of_nothing_is_none_and_what_is_rare_or_heavy_is_not_judged() -> None:
    assert compared(Compared("expected", "meter x"), np.zeros(5), 1.0) is None
    rare = compared(Compared("expected", "meter x"), np.tile([1.0, -1.0], 200), 1.0, frequent=False)
    heavy = compared(
        Compared("expected", "meter x"), np.random.default_rng(2).lognormal(0, 3, 200) - math.exp(4.5), 1.0
    )
    assert rare is not None and heavy is not None and not rare.judged and not heavy.judged


def test_compared_of_skewed_terms_counts_half() -> None:
    terms = np.random.default_rng(3).standard_normal(300) ** 2
    found = compared(Compared("spread", "meter x"), terms, 1_000.0)
    assert found is not None and found.judged and found.weight == 0.5
    root = math.sqrt(terms @ terms)
    assert found.score == pytest.approx(hall(terms.sum() / root, (terms**3).sum() / root**3) / 2)
    assert found.score > 5, "no noise at all in the other engine is seen all the same"


def test_smallest_seen_of_a_spread_is_that_of_the_standard_deviation() -> None:
    terms = np.random.default_rng(3).standard_normal(4_000)
    spread, plain = (compared(Compared(what, "x"), terms, 4_000.0) for what in ("spread", "expected"))  # type: ignore[arg-type]
    assert spread is not None and plain is not None
    seen = smallest_seen(plain, 4.5)
    assert smallest_seen(spread, 4.5) == pytest.approx(math.sqrt((1 + seen) / (1 - seen)) - 1)
    assert smallest_seen(spread, 100.0) == math.inf


def test_exact_comparisons_know_no_chance() -> None:
    assert exact("whole", "meter x", 0.0).score == 0.0
    assert [exact("whole", "meter x", size).score for size in (1e-6, -1.0)] == [math.inf, -math.inf]


def test_hall_is_increasing_and_leaves_a_symmetric_sum_alone() -> None:
    places = np.linspace(-9, 9, 2001)
    assert [hall(score, 0.0) for score in (-3.0, 0.0, 4.5)] == [-3.0, 0.0, 4.5]
    for skewness in (-0.2, 0.07, 0.2):
        assert (np.diff([hall(score, skewness) for score in places]) > 0).all()


def test_limit_is_two_sided_and_shared_by_all_comparisons() -> None:
    assert limit(0.05, 1) == pytest.approx(1.959964)
    assert limit(0.05, 100) == pytest.approx(3.480756)


def test_needed_grows_where_units_are_few() -> None:
    assert needed(4.5, 10**9) == pytest.approx(4.5 + 1.2816, abs=1e-3)
    assert needed(4.5, 30) > needed(4.5, 300) > 4.5 + 1.2816
    assert needed(4.5, 20) == math.inf


SUMS, TERMS, BOUND = 100_000, 600, 3.5
"""Exponential terms: their sum has the skewness up to which comparisons are judged."""


def tail(*, corrected: bool) -> float:
    """Return how much more often than a normal score one of exponential terms lies beyond the heavier bound."""
    rng, low, high = np.random.default_rng(3), 0, 0
    for _ in range(SUMS // 5_000):
        terms = rng.exponential(size=(5_000, TERMS)) - 1
        root = np.sqrt((terms**2).sum(axis=1))
        score, skewness = terms.sum(axis=1) / root, (terms * terms * terms).sum(axis=1) / root**3
        if corrected:
            score = np.array([hall(*each) for each in zip(score, skewness, strict=True)])
        low, high = low + int((score < -BOUND).sum()), high + int((score > BOUND).sum())
    return max(low, high) / (SUMS * math.erfc(BOUND / math.sqrt(2)) / 2)


@pytest.mark.slow
def test_scores_of_skewed_sums_have_normal_tails_and_would_not_without_the_correction() -> None:
    assert pytest.approx(2 / math.sqrt(TERMS), rel=0.05) == MOST_SKEWNESS
    assert tail(corrected=True) < 1.7 < tail(corrected=False)

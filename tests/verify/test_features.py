"""Comparisons by hand, and the property that makes the exchange of engines exact: names exchanged, signs turned."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from simulator.verify.features import Feature, features, residuals
from simulator.verify.pairs import Pair
from tests.verify.test_pairs import side_by_side


def pair(ledger: Any, atlas: Any, expected: Any, name: str = "x") -> Pair:
    drawn, other, centre = (np.array(each, dtype=float) for each in (ledger, atlas, expected))
    return Pair(name, "invoice", name, drawn, other, centre, other, centre, True)


def of(found: list[Feature], what: str, level: float = 0.0) -> Feature:
    return next(each for each in found if each.what == what and each.level == level)


def test_features_mean_by_hand() -> None:
    mean = of(features([pair([[12, 8], [10, 9]], [[10, 10], [7, 14]], [[10, 10], [10, 10]])]), "mean")
    assert mean.differences.tolist() == [0, -2]
    assert mean.difference == pytest.approx(-2 / 40)
    assert mean.error == pytest.approx(2 / 40)
    assert mean.score == pytest.approx(-1)


def test_features_spread_by_hand() -> None:
    spread = of(features([pair([[14, 10], [10, 8]], [[10, 10], [12, 10]], [[4, 10], [10, 4]])]), "spread")
    squares = (10**2 / 4, 4**2 / 4, 6**2 / 4, 2**2 / 10, 6**2 / 4)
    ledger, atlas = squares[0] + squares[1], squares[2] + squares[3] + squares[4]
    assert spread.difference == pytest.approx((ledger - atlas) / (ledger + atlas))


def test_features_spread_reads_as_a_share_of_the_standard_deviation() -> None:
    noise = np.random.default_rng(1).standard_normal((4000, 6))
    spread = of(features([pair(100 + 1.04 * noise[:2000], 100 + noise[2000:], np.full((2000, 6), 100.0))]), "spread")
    assert spread.difference == pytest.approx(0.04, abs=3 * spread.error)
    assert spread.error == pytest.approx(1 / np.sqrt(12_000), rel=0.05)


def test_features_distribution_by_hand_counts_ties_below() -> None:
    found = features([pair([[1], [1], [2], [5]], [[1], [2], [2], [2]], [[1], [1], [1], [1]])])
    half = of(found, "distribution", 0.5)
    assert half.differences.tolist() == [0, 0, 0, -1]
    assert half.difference == -0.25
    assert of(found, "distribution", 0.25).differences.tolist() == [0, 1, 0, 0]
    assert of(found, "total", 0.5).differences.tolist() == [0, 0, 0, -1]
    assert [each for each in found if each.level == 0.9] == [], "nothing lies above the largest of both"


def test_features_total_compares_the_sums_over_the_months() -> None:
    found = features([pair([[1, 9], [5, 6]], [[9, 1], [6, 5]], [[5, 5], [5, 5]])])
    assert [each for each in found if each.what == "total"] == [], "equal totals leave nothing to compare"
    assert [each for each in found if each.what == "mean"] == []


def test_features_correlation_by_hand_at_the_limits() -> None:
    together = np.array([[1.0], [-1.0], [1.0], [-1.0]])
    apart = np.array([[1.0], [-1.0], [-1.0], [1.0]])
    first = pair(together + 5, together + 5, np.full((4, 1), 5.0), "u")
    second = pair(together + 5, apart + 5, np.full((4, 1), 5.0), "v")
    feature = of(features([first, second]), "correlation")
    assert (feature.pair, feature.other) == ("invoice u", "invoice v")
    assert feature.difference == pytest.approx(1.0)


def test_features_of_equal_invoices_have_no_correlation_to_compare() -> None:
    noise = np.random.default_rng(2).standard_normal((50, 2)) + 9
    same = [pair(noise, noise[::-1], np.full((50, 2), 9.0), name) for name in ("u", "v")]
    assert [each for each in features(same) if each.what == "correlation"] == []


def test_features_rounding_is_no_noise() -> None:
    base = np.full((5, 2), 1e6)
    found = features([pair(base * (1 + 1e-13), base, base)])
    assert found == []
    assert residuals(pair(base * (1 + 1e-13), base, base))[0].tolist() == np.zeros((5, 2)).tolist()


def test_features_totals_that_differ_by_rounding_only_have_no_bias() -> None:
    drawn = pair([[100.1, 199.9 + 1e-10]], [[100.3, 199.7]], [[100.2, 199.8]])
    assert {each.what for each in features([drawn])} == {"spread", "distribution"}


def test_features_months_without_expectation_are_compared() -> None:
    found = features([pair([[0, 3]], [[0, 0]], [[0, 0]])])
    assert of(found, "mean").difference == pytest.approx(2.0), "3 against 0, over their mean"
    assert np.isfinite([each.score for each in found]).all()


def exchanged(of: Pair, futures: np.ndarray) -> Pair:
    """Exchange the engines' names in some futures."""
    swap = futures[:, None]
    return replace(of, ledger=np.where(swap, of.atlas, of.ledger), atlas=np.where(swap, of.ledger, of.atlas))


def test_features_turn_their_sign_where_the_engines_exchange_names() -> None:
    pairs = list(side_by_side().pairs)
    futures = np.random.default_rng(3).random(120) < 0.5
    before, after = features(pairs), features([exchanged(each, futures) for each in pairs])
    assert len(before) == len(after) > 100
    for first, second in zip(before, after, strict=True):
        expected = np.where(futures, -1, 1) * first.differences
        assert second.differences == pytest.approx(expected, rel=1e-9, abs=1e-9), (first.pair, first.what)
        assert second.scale == pytest.approx(first.scale)
    assert any(first.score != pytest.approx(second.score) for first, second in zip(before, after, strict=True))

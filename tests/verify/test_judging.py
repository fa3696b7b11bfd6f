"""Comparisons by hand, and what is compared of a sample only where it is near enough."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from simulator.verify.comparisons import Comparison
from simulator.verify.judging import comparisons
from simulator.verify.quantities import ComparedQuantity, Noise

Array = np.ndarray
RNG = np.random.default_rng


def noise(residuals: Any, occurs: int = 1_000) -> Noise:
    values = np.array(residuals, dtype=float)
    return Noise(values, values, occurs)


def of(quantity: ComparedQuantity, what: str, share: float = 0.25) -> list[Comparison]:
    found = comparisons([quantity], np.full(quantity.expected.shape, share))
    return [each for each in found if each.what == what]


def meter(
    ledger: Any, sampled: Any, expected: Any, name: str = "rows", occurs: tuple[int, int] = (1_000, 1_000)
) -> ComparedQuantity:
    first, second = noise(ledger, occurs[0]), noise(sampled, occurs[1])
    return ComparedQuantity(name, "meter", name, np.array(expected, dtype=float), first, second)


def bills(ledger: Array, sampled: Array, expected: Array) -> ComparedQuantity:
    return ComparedQuantity("x", "invoice", "x", expected, None, noise(0 * expected), (ledger, sampled))


def test_spread_by_hand() -> None:
    found = of(meter([[10, 0], [0, -2]], [[6, 0], [2, 6]], [[4, 10], [10, 4]]), "spread")[0]
    ledger, sampled = 10**2 / 4 + 2**2 / 4, 6**2 / 4 + 2**2 / 10 + 6**2 / 4
    assert found.difference == pytest.approx((ledger - sampled) / (ledger + sampled))


def test_expected_takes_months_of_meters_and_futures_of_invoices_as_units() -> None:
    drawn = [[3.0, -1.0], [1.0, 1.0]]
    month = of(meter(drawn, drawn, [[5, 5], [5, 5]]), "expected")[0]
    year = of(ComparedQuantity("x", "invoice", "x", np.full((2, 2), 5.0), noise(drawn), None), "expected")[0]
    assert (month.units, month.difference, month.error) == (4, pytest.approx(0.2), pytest.approx(math.sqrt(12) / 20))
    assert (year.units, year.difference, year.error) == (2, pytest.approx(0.2), pytest.approx(math.sqrt(8) / 20))


def test_correlation_by_hand_at_the_limits() -> None:
    together, apart = [[1.0], [-1.0], [1.0], [-1.0]], [[1.0], [-1.0], [-1.0], [1.0]]
    first = meter(together, together, np.full((4, 1), 5.0), "cases")
    second = meter(together, apart, np.full((4, 1), 5.0), "human_minutes")
    found = [each for each in comparisons([first, second], np.full((4, 1), 0.5)) if each.what == "correlation"]
    assert [(each.key, each.other) for each in found] == [("meter cases", "meter human_minutes")]
    assert found[0].difference == pytest.approx(1.0)


def test_what_is_drawn_without_being_expected_is_wrong_for_sure() -> None:
    quantity = meter([[0, 3]], [[0, 0]], [[4, 0]])
    assert [each.score for each in of(quantity, "never")] == [math.inf]
    assert of(meter([[0, 3]], [[0, 0]], [[4, 1]]), "never") == []


@pytest.mark.parametrize(
    ("expected", "ledger", "sampled", "what"),
    [
        (60_000.0, 0, 0, "never"),  # many units are expected
        (1.0, 0, 200, "never"),  # the other engine has some
        (1.0, 500, 0, "sampled"),  # a quarter of the cases is drawn
        (1.0, 300, 0, ""),
        (1.0, 0, 0, ""),
    ],
)  # fmt: skip
def test_what_is_never_drawn(expected: float, ledger: int, sampled: int, what: str) -> None:
    centre = np.full((1, 2), expected / 2)
    quantity = meter(-centre, -centre / 2, centre, occurs=(ledger, sampled))
    found = [each for each in comparisons([quantity], np.full((1, 2), 0.25)) if each.exact]
    assert [(each.what, each.score) for each in found] == ([(what, -math.inf)] if what else [])


def test_what_is_rare_is_not_judged() -> None:
    drawn = RNG(1).standard_normal((300, 2))
    rare = meter(drawn, drawn[::-1], np.full((300, 2), 9.0), occurs=(99, 99))
    assert not any(each.judged for each in comparisons([rare], np.full((300, 2), 0.5)))
    assert all(each.judged for each in of(meter(drawn, drawn[::-1], np.full((300, 2), 9.0)), "expected"))


def test_squares_of_amounts_are_judged_only_where_the_sample_is_no_small_share() -> None:
    """Amounts of a lognormal law: a small sample has none of the largest, and its noise looks narrower than it is."""
    rng = RNG(6)
    cases = rng.lognormal(0, 2.5, (400, 4_000))
    ledger = cases.sum(axis=1, keepdims=True)
    expected = np.full_like(ledger, 4_000 * math.exp(2.5**2 / 2))
    sampled = (rng.lognormal(0, 2.5, (400, 16)).sum(axis=1, keepdims=True) - expected * 0.004) / math.sqrt(0.004)
    quantity = replace(meter(ledger - expected, sampled, expected), counts=False)
    small, large = of(quantity, "spread", 0.004)[0], of(quantity, "spread", 0.25)[0]
    assert not small.judged and small.difference > 0.4
    assert (large.difference, large.score) == (small.difference, small.score)
    drawn = RNG(1).standard_normal((300, 2))
    tame = meter(drawn, drawn[::-1], np.full((300, 2), 9.0))
    for share in (0.004, 0.25):
        assert of(tame, "spread", share)[0].judged, "counts always are"
        assert of(replace(tame, counts=False), "spread", share)[0].judged is (share == 0.25)


def edges(noise_sd: float, skewed: bool) -> list[float]:
    """Return the edges that are judged where futures have an sd of 1."""
    rng = RNG(4)
    futures = 100 + rng.standard_normal((4_000, 1))
    ledger = futures + noise_sd * rng.standard_normal((4_000, 1))
    drawn = rng.exponential(size=(4_000, 1)) - 1 if skewed else rng.standard_normal((4_000, 1))
    found = of(bills(ledger, futures + noise_sd * drawn, futures), "edge")
    assert all(abs(each.score) < 4 for each in found)
    return [each.level for each in found if each.judged]


def test_edges_are_judged_where_noise_is_a_small_part_of_the_spread() -> None:
    assert edges(0.1, skewed=False) == edges(0.1, skewed=True) != []
    assert edges(0.5, skewed=False) == edges(0.5, skewed=True) == []


def test_edges_are_not_judged_where_skewness_would_be_seen() -> None:
    assert edges(0.3, skewed=False) == [0.1, 0.5, 0.9, 0.95, 0.99]
    assert edges(0.3, skewed=True) == []


def test_a_shifted_edge_is_seen() -> None:
    rng = RNG(5)
    futures = 100 + rng.standard_normal((4_000, 1))
    ledger, sampled = (futures + 0.1 * rng.standard_normal((4_000, 1)) + shift for shift in (0.0, 0.05))
    scores = {each.level: each.score for each in of(bills(ledger, sampled, futures), "edge")}
    assert scores[0.5] > 4 and of(bills(ledger, sampled, futures), "total")[0].score < -10


def test_totals_that_differ_by_rounding_only_are_equal() -> None:
    expected = np.array([[100.2, 199.8]])
    drawn = bills(np.array([[100.1, 199.9 + 1e-10]]), np.array([[100.3, 199.7]]), expected)
    assert of(drawn, "total") == []

"""What a change is worth: by hand, exactly nothing where nothing changes, and withheld where futures are too few."""

from __future__ import annotations

import numpy as np
import pytest

from simulator import risk
from simulator.decisions.worth import Estimate, estimate, estimate_of_mean, worth
from simulator.futures.nets import nets_of


def test_a_change_that_changes_nothing_is_worth_exactly_nothing() -> None:
    cost = np.random.default_rng(1).lognormal(size=256)
    found = worth(cost, cost.copy(), nets_of(256))
    assert (found.mean, found.p90, found.tail) == (Estimate(0.0, 0.0, 0.0),) * 3
    assert not found.mean.told


def test_a_constant_on_top_is_worth_itself_everywhere() -> None:
    """5 above in every future: at the mean, at P90 and in the tail, without any doubt."""
    cost = np.arange(8_000.0)
    found = worth(cost + 5, cost, nets_of(8_000))
    assert [each.value for each in (found.mean, found.p90, found.tail)] == pytest.approx([5.0, 5.0, 5.0])
    assert found.mean.told
    assert (found.mean.low, found.mean.high) == pytest.approx((5.0, 5.0))


def test_a_price_that_doubles_by_hand() -> None:
    """0 to 7,999 doubled: the mean is 3,999.5, P90 the 7,200th of 8,000, the mean of the last 400 7,799.5."""
    cost = np.arange(8_000.0)
    found = worth(2 * cost, cost, nets_of(8_000))
    assert (found.mean.value, found.p90.value, found.tail.value) == pytest.approx((3_999.5, 7_199.0, 7_799.5))
    low, high = found.p90.low, found.p90.high
    assert low is not None and high is not None and low <= 7_199 <= high


def test_few_futures_have_a_figure_without_an_interval() -> None:
    cost = np.arange(200.0)
    found = worth(2 * cost, cost, nets_of(200))
    assert found.tail.low is found.tail.high is None and not found.tail.told
    assert found.mean.low is not None


def test_an_interval_around_nothing_is_not_told_from_chance() -> None:
    noise = np.random.default_rng(7).normal(size=4_096)
    assert not estimate_of_mean(noise - noise.mean(), None).told
    assert estimate_of_mean(noise - noise.mean() + 1, None).told, "the check sees what is there"


def test_an_incomplete_interval_is_no_interval() -> None:
    few = risk.quantile_interval(np.arange(12.0), 0.9)
    assert not few.complete
    assert estimate(3.0, few) == Estimate(3.0)

"""The tornado by hand, its noise floor, and inputs that do nothing."""

from __future__ import annotations

import numpy as np
import pytest

from simulator import risk
from simulator.decisions.sensitivity import FLOOR_LEVEL, LEAST_FUTURES, TENTHS, noise_floor, tornado

N = 2_000
RNG = np.random.default_rng(11)
STRONG, WEAK, NOTHING = RNG.standard_normal((3, N))
COST = 100 + 10 * STRONG - 4 * WEAK


def test_bars_are_quantiles_of_the_first_and_last_tenth() -> None:
    found = tornado({"strong": STRONG}, COST)
    assert found is not None
    order = np.argsort(STRONG)
    assert found.quantile == risk.quantile(COST, 0.9)
    assert found.bars[0].at_low == risk.quantile(COST[order[: N // 10]], 0.9)
    assert found.bars[0].at_high == risk.quantile(COST[order[-N // 10 :]], 0.9)


def test_bars_are_in_the_order_of_their_width_and_keep_the_sign() -> None:
    found = tornado({"weak": WEAK, "nothing": NOTHING, "strong": STRONG, "fixed": np.ones(N)}, COST)
    assert found is not None
    assert [bar.name for bar in found.bars] == ["strong", "weak", "nothing"]
    strong, weak, nothing = found.bars
    assert strong.at_low < found.quantile < strong.at_high
    assert weak.at_high < weak.at_low, "more of it costs less"
    assert strong.visible and weak.visible and not nothing.visible


def test_noise_floor_holds_the_quantile_of_a_random_tenth_as_often_as_it_says() -> None:
    """4,000 random tenths; at 5 standard errors the share inside stays above its level less 0.6 %."""
    floor, rng = noise_floor(COST, 0.9), np.random.default_rng(3)
    tenths = [risk.quantile(rng.choice(COST, N // TENTHS, replace=False), 0.9) for _ in range(4_000)]
    inside = np.mean([floor.low <= each <= floor.high for each in tenths])
    assert inside >= FLOOR_LEVEL - 0.006
    half = (floor.high - floor.low) / 4
    narrow = np.mean([abs(each - risk.quantile(COST, 0.9)) <= half for each in tenths])
    assert narrow < FLOOR_LEVEL - 0.006, "half the floor would not do: the check can fail"


@pytest.mark.parametrize(("futures", "some"), [(LEAST_FUTURES - 1, False), (LEAST_FUTURES, True)])
def test_few_futures_have_no_tornado(futures: int, some: bool) -> None:
    assert (tornado({"strong": STRONG[:futures]}, COST[:futures]) is not None) is some

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given

from simulator.law.levels import level_chances, tails
from tests.law.numbers import ODDS, WEIGHTS


def test_tails_by_hand() -> None:
    assert tails([1.0, 2.0, 1.0]) == [0.75, 0.25]
    assert tails([3.0, 1.0]) == [0.25]
    assert tails([1.0, 3.0]) != [0.25]


def test_levels_with_odds_on_their_tails_by_hand() -> None:
    # odds 3 and 1/3 become 6 and 2/3: tails 6/7 and 2/5
    assert level_chances([0.75, 0.25], 2.0) == pytest.approx([1 / 7, 6 / 7 - 2 / 5, 2 / 5], rel=1e-14)
    assert level_chances([0.25], 3.0) == pytest.approx([0.5, 0.5], rel=1e-15)
    assert level_chances([0.25], 3.001) != pytest.approx([0.5, 0.5], rel=1e-9)


def test_one_level_is_sure() -> None:
    assert tails([0.3]) == []
    assert level_chances([], 5.0) == [1.0]


@given(WEIGHTS, ODDS)
def test_level_chances_sum_to_1_and_none_is_negative(weights: list[float], odds: float) -> None:
    chances = level_chances(tails(weights), odds)
    assert len(chances) == len(weights)
    assert math.fsum(chances) == pytest.approx(1.0, rel=1e-13)
    assert min(chances) >= 0
    assert [chance for chance, weight in zip(chances, weights, strict=True) if weight == 0 and chance != 0] == []


@given(WEIGHTS)
def test_without_odds_levels_have_their_shares(weights: list[float]) -> None:
    chances = level_chances(tails(weights), 1.0)
    assert chances == pytest.approx([weight / math.fsum(weights) for weight in weights], rel=1e-9, abs=1e-15)


@given(WEIGHTS)
def test_tails_fall_and_stay_chances(weights: list[float]) -> None:
    found = [1.0, *tails(weights), 0.0]
    assert all(one >= other for one, other in pairwise(found))


def test_weights_of_the_last_level_alone_are_exactly_sure() -> None:
    """In floats 0.1 + 0.2 + 0.3 = 0.6000000000000001 and 0.6: a tail that is 1 must not miss it by the last digit."""
    assert tails([0.0, 0.1, 0.2, 0.3])[0] == 1.0
    assert level_chances(tails([0.0, 0.1, 0.2, 0.3]), 7.0)[0] == 0.0
    assert tails([1e-9, 0.1, 0.2, 0.3])[0] < 1.0

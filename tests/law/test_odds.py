from __future__ import annotations

import math

import pytest
from hypothesis import given

from simulator.law.odds import mean_over, shares, shifted
from tests.law.numbers import CHANCE, ODDS, WEIGHTS


def test_odds_on_a_chance_by_hand() -> None:
    assert shifted(0.2, 2.0) == pytest.approx(1 / 3, rel=1e-15)  # odds 1/4 become 1/2
    assert shifted(0.75, 1 / 3) == pytest.approx(0.5, rel=1e-15)  # odds 3 become 1
    assert shifted(0.2, 2.001) != pytest.approx(1 / 3, rel=1e-9)


@given(ODDS)
def test_exactly_0_and_1_stay_under_any_odds(odds: float) -> None:
    assert (shifted(0.0, odds), shifted(1.0, odds)) == (0.0, 1.0)
    assert shifted(0.5, odds) == pytest.approx(odds / (1 + odds), rel=1e-12)  # other chances do not


@given(CHANCE)
def test_odds_1_change_nothing(chance: float) -> None:
    assert shifted(chance, 1.0) == pytest.approx(chance, rel=1e-15)


@given(CHANCE, ODDS)
def test_odds_are_added_on_the_logit(chance: float, odds: float) -> None:
    found = shifted(chance, odds)
    assert 0.0 <= found <= 1.0
    if 0 < chance < 1 - 1e-9 and found < 1 - 1e-9:
        logit = math.log(found) - math.log1p(-found)
        assert logit == pytest.approx(math.log(chance) - math.log1p(-chance) + math.log(odds), abs=1e-6)


@given(CHANCE, ODDS, ODDS)
def test_odds_one_after_the_other_are_their_product(chance: float, one: float, other: float) -> None:
    assert shifted(shifted(chance, one), other) == pytest.approx(shifted(chance, one * other), rel=1e-9, abs=1e-9)


def test_shares_by_hand() -> None:
    assert shares([1.0, 3.0]) == [0.25, 0.75]
    assert shares([0.0, 5.0, 0.0]) == [0.0, 1.0, 0.0]
    assert shares([1.0, 3.1]) != [0.25, 0.75]


@given(WEIGHTS)
def test_shares_sum_to_1(weights: list[float]) -> None:
    assert math.fsum(shares(weights)) == pytest.approx(1.0, rel=1e-14)


def test_a_mean_over_chances_by_hand() -> None:
    assert mean_over([0.25, 0.75], [2.0, 4.0]) == 3.5
    assert mean_over([1.0], [7.0]) == 7.0
    assert mean_over([0.75, 0.25], [2.0, 4.0]) != 3.5

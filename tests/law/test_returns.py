from __future__ import annotations

import math

import pytest
from hypothesis import given

from simulator.law.outcomes import EndChances, ends
from simulator.law.returns import coming_back, contacts, conversations_by_end, per_case, return_chances
from tests.law.numbers import CHANCE, MOST, ODDS, SIX

NONE, SURE = (0.0,) * 6, (1.0,) * 6
FIRST = (0.15, 0.15, 0.30, 0.15, 0.10, 0.15)
LATER = (0.10, 0.10, 0.20, 0.10, 0.20, 0.30)
BACK = (0.0, 0.0, 0.5, 0.5, 0.0, 0.2)
STRAIGHT = (0.0, 0.0, 0.0, 0.0, 0.0, 0.5)
DOUBLED = (0.0, 0.0, 0.0, 0.0, 0.0, 0.1)


def test_chances_of_coming_back_by_hand() -> None:
    assert return_chances((0.0, 0.2, 0.5, 0.5, 1.0, 0.25), 2.0) == pytest.approx(
        [0.0, 1 / 3, 2 / 3, 2 / 3, 1.0, 0.4], rel=1e-14
    )
    assert return_chances(BACK, 1.0) == pytest.approx(BACK, rel=1e-15)
    assert return_chances(BACK, 1.001) != pytest.approx(BACK, rel=1e-6)


def test_who_comes_back_by_hand() -> None:
    # 0.30 x 0.5 + 0.15 x 0.5 + 0.15 x 0.2 = 0.255, of which 0.015 straight
    assert coming_back(FIRST, BACK, STRAIGHT) == pytest.approx((0.255, 0.015), rel=1e-14)
    # 0.20 x 0.5 + 0.10 x 0.5 + 0.30 x 0.2 = 0.21, of which 0.03
    assert coming_back(LATER, BACK, STRAIGHT) == pytest.approx((0.21, 0.03), rel=1e-14)
    assert coming_back(LATER, BACK, NONE) != pytest.approx((0.21, 0.03), rel=1e-9)


def test_contacts_by_hand() -> None:
    assert contacts(0.255, 0.015, 0.21, 0.03, 1) == pytest.approx((0.0, 0.255, 0.255), rel=1e-14)
    assert contacts(0.255, 0.015, 0.21, 0.03, 2) == pytest.approx((0.24, 0.255 + 0.24 * 0.21, 0.015 + 0.24 * 0.21))
    # the third contact is reached with 0.24 x 0.18
    third = 0.24 * 0.18
    straight = 0.015 + 0.24 * 0.03 + third * 0.21
    assert contacts(0.255, 0.015, 0.21, 0.03, 3) == pytest.approx(
        (0.24 + third, 0.255 + (0.24 + third) * 0.21, straight)
    )
    assert contacts(0.255, 0.015, 0.21, 0.03, 3)[0] != pytest.approx(0.24, rel=1e-3)


def test_who_surely_comes_back_has_all_contacts() -> None:
    assert contacts(1.0, 0.0, 1.0, 0.0, 7) == (6.0, 7.0, 1.0)
    assert contacts(1.0, 1.0, 1.0, 1.0, 7) == (0.0, 1.0, 1.0)
    assert contacts(0.0, 0.0, 0.5, 0.1, 7) == (0.0, 0.0, 0.0)


@given(CHANCE, CHANCE, CHANCE, CHANCE, MOST)
def test_contacts_are_the_sum_of_the_chances_of_reaching_each(
    first: float, first_straight: float, later: float, later_straight: float, most: int
) -> None:
    away, later_away = first * first_straight, later * later_straight
    found, returns, straight = contacts(first, away, later, later_away, most)
    reached = [(first - away) * (later - later_away) ** number for number in range(most - 1)]
    assert found == pytest.approx(math.fsum(reached), rel=1e-12, abs=1e-300)
    assert returns == pytest.approx(found + straight, rel=1e-12, abs=1e-300)  # to the AI or to a person
    assert 0 <= straight <= 1 + 1e-12  # after which the case ends


def test_a_case_by_hand() -> None:
    # by hand as in tests/implied/test_implied_figures.py, with duplicates of 0.015 a first and 0.03 a later contact
    assert per_case(FIRST, LATER, BACK, STRAIGHT, DOUBLED, 2) == pytest.approx(
        (1.015, 0.24 * 1.03, 0.255 + 0.24 * 0.21, 0.015 + 0.24 * 0.21, 0.015 + 0.24 * 0.03), rel=1e-14
    )
    assert per_case(FIRST, LATER, BACK, STRAIGHT, NONE, 1) == pytest.approx((1.0, 0.0, 0.255, 0.255, 0.0), rel=1e-14)
    assert per_case(FIRST, FIRST, BACK, STRAIGHT, DOUBLED, 2)[2] != pytest.approx(0.255 + 0.24 * 0.21, rel=1e-3)


@given(CHANCE, CHANCE, CHANCE, SIX, SIX, SIX, MOST)
def test_conversations_are_contacts_and_duplicates(
    escalate: float, later_escalate: float, solve: float,
    back: tuple[float, ...], straight: tuple[float, ...], doubled: tuple[float, ...], most: int,
) -> None:  # fmt: skip
    first = ends(1.0, EndChances(escalate, 0.3, 0.1, solve, 0.4))
    later = ends(1.0, EndChances(later_escalate, 0.3, 0.1, solve, 0.4))
    firsts, laters, returns, to_people, duplicates = per_case(first, later, back, straight, doubled, most)
    contacts_of_a_case = 1 + returns - to_people
    assert firsts + laters == pytest.approx(contacts_of_a_case + duplicates, rel=1e-12)
    by_end = conversations_by_end(firsts, laters, first, later)
    assert math.fsum(by_end) == pytest.approx(firsts + laters, rel=1e-12)


@given(SIX, ODDS, MOST)
def test_without_returns_there_is_one_contact(doubled: tuple[float, ...], odds: float, most: int) -> None:
    found = per_case(FIRST, LATER, return_chances(NONE, odds), SURE, doubled, most)
    assert found[1:4] == (0.0, 0.0, 0.0)


def test_conversations_by_end_by_hand() -> None:
    found = conversations_by_end(1.015, 0.24, FIRST, LATER)
    assert found == pytest.approx([1.015 * one + 0.24 * other for one, other in zip(FIRST, LATER, strict=True)])
    assert conversations_by_end(1.0, 0.0, FIRST, LATER) == FIRST
    assert conversations_by_end(1.0, 0.1, FIRST, LATER) != FIRST

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.law.people import handoff_minutes, review_minutes
from tests.law.numbers import CHANCE, SIX

ENDS = (0.15, 0.15, 0.30, 0.15, 0.10, 0.20)


def test_minutes_of_handoffs_by_hand() -> None:
    assert handoff_minutes(ENDS, 0.05, 12.0, 0.5, 1.5) == pytest.approx(18 * (0.20 + 0.05 + 0.05), rel=1e-14)
    assert handoff_minutes(ENDS, 0.0, 10.0, 1.0, 1.0) == pytest.approx(3.0, rel=1e-14)
    assert handoff_minutes(ENDS, 0.0, 10.0, 0.9, 1.0) != pytest.approx(3.0, rel=1e-3)


def test_minutes_of_reviews_by_hand() -> None:
    assert review_minutes(ENDS, 0.25, 4.0, 1.0) == pytest.approx(0.6, rel=1e-14)
    assert review_minutes((0.0, 0.0, 0.0, 0.3, 0.3, 0.4), 1.0, 4.0, 2.0) == 0.0
    assert review_minutes(ENDS, 0.25, 4.0, 1.1) != pytest.approx(0.6, rel=1e-3)


@given(SIX, CHANCE, st.floats(0, 1e4), st.floats(0, 1e3))
def test_minutes_are_not_negative_and_proportional(
    ends: tuple[float, ...], share: float, mean: float, factor: float
) -> None:
    found = handoff_minutes(ends, share, mean, factor, 1.2), review_minutes(ends, share, mean, 1.2)
    assert min(found) >= 0
    twice = [2 * each for each in ends]
    assert handoff_minutes(twice, 2 * share, mean, factor, 1.2) == pytest.approx(2 * found[0], rel=1e-12)
    assert review_minutes(twice, share, mean, 1.2) == pytest.approx(2 * found[1], rel=1e-12)
    assert handoff_minutes(ends, share, 0.0, factor, 1.2) == review_minutes(ends, 0.0, mean, 1.2) == 0.0

from __future__ import annotations

import pytest
from hypothesis import given

from simulator.law.duplicates import spawned
from simulator.law.outcomes import EndChances, ends
from tests.law.numbers import CHANCE, SIX

ENDS_BY_HAND = (0.15, 0.15, 0.30, 0.15, 0.10, 0.15)


def test_duplicates_by_hand() -> None:
    assert spawned(ENDS_BY_HAND, (0.0, 0.0, 0.0, 0.0, 0.0, 0.1)) == pytest.approx(0.015, rel=1e-15)
    assert spawned(ENDS_BY_HAND, (0.2, 0.0, 0.1, 0.0, 0.5, 0.0)) == pytest.approx(0.03 + 0.03 + 0.05, rel=1e-15)
    assert spawned(ENDS_BY_HAND, (0.0, 0.0, 0.0, 0.0, 0.1, 0.0)) != pytest.approx(0.015, rel=1e-3)


@given(CHANCE, CHANCE, SIX)
def test_none_or_one_for_each_conversation_at_most(escalate: float, solve: float, chances: tuple[float, ...]) -> None:
    found = ends(1.0, EndChances(escalate, 0.3, 0.1, solve, 0.4))
    assert spawned(found, [0.0] * 6) == 0.0
    assert spawned(found, [1.0] * 6) == pytest.approx(1.0, rel=1e-13)
    assert 0.0 <= spawned(found, chances) <= 1.0 + 1e-13

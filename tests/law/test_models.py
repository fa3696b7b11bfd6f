from __future__ import annotations

import math

import pytest
from hypothesis import given

from simulator.law.models import model_chances
from tests.law.numbers import CHANCE, WEIGHTS


def test_models_by_hand() -> None:
    assert model_chances([1.0, 3.0], 0.0, 0) == [0.25, 0.75]
    # a fifth of all conversations goes to the first: 0.8 x 0.25 + 0.2 and 0.8 x 0.75
    assert model_chances([1.0, 3.0], 0.2, 0) == pytest.approx([0.4, 0.6], rel=1e-15)
    assert model_chances([1.0, 3.0], 0.2, 1) != pytest.approx([0.4, 0.6], rel=1e-9)


def test_the_lever_at_1_leaves_one_model_even_if_it_has_no_weight() -> None:
    assert model_chances([1.0, 0.0, 2.0], 1.0, 1) == [0.0, 1.0, 0.0]
    assert model_chances([5.0], 0.3, 0) == pytest.approx([1.0], rel=1e-15)


@given(WEIGHTS, CHANCE)
def test_model_chances_sum_to_1_and_others_keep_their_ratios(weights: list[float], moved: float) -> None:
    found = model_chances(weights, moved, len(weights) - 1)
    assert math.fsum(found) == pytest.approx(1.0, rel=1e-14)
    total = math.fsum(weights)
    assert found[:-1] == pytest.approx([(1 - moved) * weight / total for weight in weights[:-1]], rel=1e-13)

"""Shapley values against games whose shares are known."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.decisions.clause_prices.shapley import Subset, shapley, subsets


def glove(of: Subset) -> float:
    """Terms 0 and 1 are left gloves, 2 is a right one: a pair is worth 1 (Shapley: 1/6, 1/6, 2/3)."""
    return float(2 in of and len(of) > 1)


def test_gloves_have_their_textbook_shares() -> None:
    assert [float(each) for each in shapley(3, glove)] == pytest.approx([1 / 6, 1 / 6, 2 / 3], rel=1e-12)


def test_shares_sum_to_the_whole_and_equals_share_equally() -> None:
    worths = {of: float(np.sqrt(sum((3.0, 3.0, 1.0, 7.0, 2.0)[each] for each in of))) for of in subsets(5)}
    shares = [float(each) for each in shapley(5, lambda of: worths[of])]
    assert sum(shares) == pytest.approx(worths[frozenset(range(5))], rel=1e-12)
    assert shares[0] == pytest.approx(shares[1], rel=1e-12) and shares[0] != pytest.approx(shares[2], rel=1e-3)


def test_what_adds_up_keeps_its_own_and_what_does_nothing_has_nothing() -> None:
    own = (4.0, 0.0, -1.5)
    assert [float(each) for each in shapley(3, lambda of: sum(own[each] for each in of))] == pytest.approx(own)


def test_arrays_are_shared_out_place_by_place() -> None:
    shares = shapley(3, lambda of: np.array([glove(of), 2 * glove(of)]))
    assert np.allclose(np.stack(shares), [[1 / 6, 1 / 3], [1 / 6, 1 / 3], [2 / 3, 4 / 3]])


def test_sets_come_smaller_first_and_are_all_there() -> None:
    found = list(subsets(4))
    assert found[0] == frozenset() and len(set(found)) == 16
    assert [len(of) for of in found] == sorted(len(of) for of in found)

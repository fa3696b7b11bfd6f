"""Normal quantiles to the last digits, and sizes looked up in a table of quantiles."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

from simulator.law.counters import WORD
from simulator.law.quantiles import END_BITS, END_PARTS, MIDDLE, NODES, levels, normal_quantile, tabulated

CHANCES = np.concatenate(
    [np.linspace(0.001, 0.999, 997), 10.0 ** -np.arange(1, 301, 7), 1 - 10.0 ** -np.arange(1, 16), [2.0**-53]]
)


def test_normal_quantiles_are_those_of_scipy() -> None:
    found = np.array([normal_quantile(float(chance)) for chance in CHANCES])
    assert found == pytest.approx(special.ndtri(CHANCES), rel=2e-14, abs=1e-15)
    assert found != pytest.approx(special.ndtri(CHANCES * (1 + 1e-12)), rel=2e-14, abs=1e-15)


@given(st.floats(2.0**-1000, 0.5))
def test_normal_quantiles_are_those_of_scipy_anywhere(chance: float) -> None:
    assert normal_quantile(chance) == pytest.approx(float(special.ndtri(chance)), rel=2e-14, abs=1e-15)
    if chance > 1e-9:
        assert normal_quantile(1 - chance) == pytest.approx(-normal_quantile(1 - (1 - chance)), rel=1e-13, abs=1e-15)


def test_the_middle_chance_is_the_middle() -> None:
    assert normal_quantile(0.5) == 0.0 and normal_quantile(0.5 + 1e-12) > 0


def exponential() -> list[float]:
    """Return the quantiles of an exponential size; those of the upper end by the chance of a larger one."""
    at = levels()
    low = MIDDLE + 1 + END_PARTS + 1
    return [-math.log1p(-chance) for chance in at[:low]] + [-math.log(chance) for chance in at[low:]]


def exact(word: int) -> float:
    rest = WORD - word
    return -math.log((rest + 0.5) * 2.0**-32) if rest < word else -math.log1p(-(word + 0.5) * 2.0**-32)


def test_a_table_has_as_many_quantiles_as_levels() -> None:
    assert len(levels()) == NODES == len(exponential())
    low = levels()[MIDDLE + 1 : MIDDLE + 1 + END_PARTS + 1]
    assert all(one < other for one, other in pairwise(low))


@given(st.one_of(st.integers(0, WORD), st.integers(0, 1 << END_BITS), st.integers(WORD - (1 << END_BITS), WORD)))
def test_sizes_are_the_quantiles_at_any_word(word: int) -> None:
    found = tabulated(word, [7.0, *TABLE], 1)
    assert found == pytest.approx(exact(word), rel=5e-4, abs=0)
    assert found != pytest.approx(1.002 * exact(word), rel=5e-4, abs=0)


@pytest.mark.parametrize("edge", [0, 1, (1 << END_BITS) - 1, 1 << END_BITS, WORD - (1 << END_BITS), WORD - 1, WORD])
def test_sizes_are_right_where_the_table_changes_its_steps(edge: int) -> None:
    assert tabulated(edge, TABLE, 0) == pytest.approx(exact(edge), rel=5e-4, abs=0)


def test_larger_words_have_larger_sizes() -> None:
    some = sorted({*np.random.default_rng(1).integers(0, WORD, 2_000).tolist(), 0, 1, 2, WORD - 1, WORD})
    assert all(tabulated(one, TABLE, 0) < tabulated(other, TABLE, 0) for one, other in pairwise(some))


TABLE = exponential()

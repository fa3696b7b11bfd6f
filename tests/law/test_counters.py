"""Counters: the published words of Philox4x32 with seven rounds, plain and compiled; uniform numbers."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.law.counters import WORD, at_contact, fine_uniform, philox, uniform, uniforms, words
from simulator.streams import key_of
from tests.engine.compiling.compiled_parts import part
from tests.statistics import covariance_is, follows, mean_is, variance_is

ONES = (WORD,) * 6
PI = (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344, 0xA4093822, 0x299F31D0)
VECTORS = [
    ((0,) * 6, (0x5F6FB709, 0x0D893F64, 0x4F121F81, 0x4F730A48)),
    (ONES, (0x5207DDC2, 0x45165E59, 0x4D8EE751, 0x8C52F662)),
    (PI, (0x4DFCCABA, 0x190A87F0, 0xC47362BA, 0xB6B5242A)),
]
"""Counter and key, and the words, of Random123's known answers (kat_vectors, philox4x32 7)."""
WORDS = st.integers(0, WORD)
COUNT = 20_000


@pytest.mark.parametrize(("given", "published"), VECTORS)
def test_words_are_the_published_ones(given: tuple[int, ...], published: tuple[int, ...]) -> None:
    assert philox(*given) == published
    assert tuple(part("philox")(*given)) == published
    assert philox(*given[:5], given[5] ^ 1) != published


@given(st.tuples(*[WORDS] * 6))
def test_plain_and_compiled_words_are_the_same(counter: tuple[int, ...]) -> None:
    found = philox(*counter)
    assert tuple(part("philox")(*counter)) == found
    assert all(0 <= word <= WORD for word in found) and len(set(found)) > 1


@given(WORDS, WORDS)
def test_uniform_numbers_lie_between_0_and_1(high: int, low: int) -> None:
    for found in (uniform(high), fine_uniform(high, low)):
        assert 0.0 < found < 1.0
    assert uniform(0) == 2.0**-33 and uniform(WORD) == 1 - 2.0**-33
    assert fine_uniform(0, 0) == 2.0**-53 and fine_uniform(WORD, WORD) == 1 - 2.0**-53


def drawn() -> np.ndarray:
    """Return the four uniforms of many cases, shape (case, 4)."""
    key = key_of(7, "refund")
    return np.array([uniforms((*key, case, 3), at_contact(1, 1, 0), 2, 0) for case in range(COUNT)])


def test_uniforms_are_uniform_and_independent_of_one_another_and_of_the_case_before() -> None:
    found = drawn()
    for place in range(4):
        mine = found[:, place]
        for verdict in (
            mean_is(mine, 0.5),
            variance_is(mine, 1 / 12),
            follows(mine, lambda x: np.clip(x, 0, 1)),
            covariance_is((mine[1:], mine[:-1]), 0.0),
            covariance_is((mine, found[:, (place + 1) % 4]), 0.0),
        ):
            assert verdict, verdict
        assert not mean_is(0.97 * mine, 0.5) and not follows(mine**1.1, lambda x: np.clip(x, 0, 1))
    assert not covariance_is((found[:, 0], found[:, 0] + found[:, 1]), 0.0)


def test_neighbours_in_any_part_of_a_place_draw_other_words() -> None:
    key = key_of(7, "refund")
    base = (*key, 5, 3, at_contact(2, 1, 0), 4, 0)
    others = [tuple(each + (number == at) for number, each in enumerate(base)) for at in range(7)]
    others += [(*key, 5, 3, at, 4, 0) for at in (at_contact(2, 2, 0), at_contact(2, 1, 2), at_contact(3, 1, 0))]
    found = [words(each[:4], *each[4:]) for each in (base, *others)]
    assert len({word for each in found for word in each}) == 4 * len(found)
    assert words(base[:4], *base[4:]) == found[0]


def test_keys_tell_seeds_and_names_apart() -> None:
    keys = [key_of(seed, name) for seed in (0, 1, 11, 2**63 - 1) for name in ("a", "b", "1|a", "")]
    assert len(set(keys)) == len(keys) and all(0 <= word <= WORD for key in keys for word in key)
    sums = sorted(sum(key) for key in keys)
    assert all(one < other for one, other in pairwise(sums)) and not math.isclose(sums[0], sums[-1])

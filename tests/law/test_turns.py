from __future__ import annotations

import math
from decimal import Decimal, localcontext

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.law.turns import (
    calls_of,
    decided,
    decided_by_turns,
    expected_decided,
    mean_turns,
    turn_chances,
)

MEAN = st.one_of(st.just(1.0), st.floats(0.01, 50))
SIZE = st.one_of(st.just(1e6), st.floats(0.05, 100))
CALLS = st.one_of(st.just(1.0), st.floats(0.01, 20))


def test_mean_turns_by_hand() -> None:
    assert mean_turns(5.0, 0.5, 1.2) == pytest.approx(3.0, rel=1e-15)
    assert mean_turns(4.0, 1.0, 1.0) == 4.0
    assert mean_turns(4.0, 1.0, 1.01) != 4.0


def test_chances_of_turns_by_hand() -> None:
    # size 1 is geometric: of mean 2, chances 1/3, 2/9, 4/27 ...
    assert turn_chances(3.0, 1.0, 3) == pytest.approx([1 / 3, 2 / 9, 4 / 9], rel=1e-14)
    # size 2, mean 2: (1/2)^2 = 1/4, 1/4 x 2 x 1/2 = 1/4, the rest
    assert turn_chances(3.0, 2.0, 3) == pytest.approx([1 / 4, 1 / 4, 1 / 2], rel=1e-14)
    assert turn_chances(3.01, 2.0, 3) != pytest.approx([1 / 4, 1 / 4, 1 / 2], rel=1e-6)


@pytest.mark.parametrize("mean", [1.0, 0.3, 0.0])
def test_a_mean_of_one_turn_or_less_gives_one_turn(mean: float) -> None:
    assert turn_chances(mean, 4.9, 4) == [1.0, 0.0, 0.0, 0.0]
    assert turn_chances(1.001, 4.9, 4)[1] > 0


def test_one_turn_at_most_is_sure() -> None:
    assert turn_chances(6.0, 3.0, 1) == [1.0]


def poisson(mean: float, most: int) -> list[float]:
    found = [math.exp(-mean) * mean**number / math.factorial(number) for number in range(most - 1)]
    return [*found, 1 - math.fsum(found)]


def test_a_large_size_gives_poisson_turns() -> None:
    found = turn_chances(3.0, 1e6, 8)
    assert found == pytest.approx(poisson(2.0, 8), abs=2e-6)
    assert found != pytest.approx(poisson(2.0, 8), abs=1e-9)
    assert turn_chances(3.0, 1e3, 8) != pytest.approx(poisson(2.0, 8), abs=2e-6)


def exact(mean: float, size: float, most: int) -> list[Decimal]:
    """Return the chances with 60 digits, by powers."""
    excess, of = Decimal(mean) - 1, Decimal(size)
    found = [(of / (of + excess)) ** of]
    for number in range(1, most - 1):
        found.append(found[-1] * (number - 1 + of) / number * excess / (of + excess))
    return [*found, 1 - sum(found)]


@pytest.mark.parametrize(
    ("mean", "size", "most"), [(4.6, 4.9, 40), (4.6, 1e6, 200), (120.0, 1e6, 200), (3.0, 0.01, 40)]
)
def test_mean_turns_are_right_to_the_last_digits_at_any_size(mean: float, size: float, most: int) -> None:
    """A power, (size / (size + e))^size, misses the mean by 1e-9 of it at a size of a million and a mean of 4.6."""
    with localcontext() as context:
        context.prec = 60
        right = float(sum(turns * chance for turns, chance in enumerate(exact(mean, size, most), 1)))
    given = decided_by_turns(most, 1.0)
    assert expected_decided(mean, size, given)[0] == pytest.approx(right, rel=2e-14)
    assert expected_decided(mean * (1 + 1e-9), size, given)[0] != pytest.approx(right, rel=2e-14)


@given(MEAN, SIZE, st.integers(1, 200))
def test_chances_of_turns_sum_to_1(mean: float, size: float, most: int) -> None:
    found = turn_chances(mean, size, most)
    assert len(found) == most and min(found) >= 0
    assert math.fsum(found) == pytest.approx(1.0, rel=1e-12)


def test_calls_by_hand() -> None:
    assert [calls_of(turns, 1.5) for turns in (1, 2, 3, 4)] == [2, 3, 5, 6]  # 1.5 and 4.5 are rounded up
    assert [calls_of(turns, 0.4) for turns in (1, 2, 3, 4)] == [1, 1, 1, 2]  # at least one
    assert calls_of(3, 1.49) == 4


def test_what_turns_decide_by_hand() -> None:
    # three turns, five calls in turns 1 2 2 3 3: 11 messages before them, 0 + 1 + 2 + 3 + 4 calls before them
    assert decided(3, 1.6) == (3.0, 5.0, 11.0, 10.0, 1.0)
    # four turns, two calls, in turns 2 and 4
    assert decided(4, 0.5) == (4.0, 2.0, 6.0, 1.0, 2.0)
    assert decided(1, 1.0) == (1.0, 1.0, 1.0, 0.0, 1.0)
    assert decided(4, 0.5) != decided(4, 0.7)


@given(st.integers(1, 200), CALLS)
def test_messages_before_the_calls_are_what_a_count_of_each_call_gives(turns: int, calls_per_turn: float) -> None:
    """Of 2 turns and 3 calls, call j has seen ceil(2 j / 3) = 1, 2, 2 messages: 5 in all."""
    _, calls, so_far, before, first = decided(turns, calls_per_turn)
    number = round(calls)
    seen = [-(-call * turns // number) for call in range(1, number + 1)]
    assert (so_far, before, first) == (sum(seen), sum(range(number)), seen[0])
    assert sum(seen[1:]) != so_far


def test_what_turns_decide_on_average_by_hand() -> None:
    # turns 1, 2, 3 with 1/4, 1/4, 1/2; with 1.5 calls a turn these have 2, 3 and 5 calls
    found = expected_decided(3.0, 2.0, decided_by_turns(3, 1.5))
    assert found == pytest.approx((2.25, 3.75, (2 + 5) / 4 + 11 / 2, (1 + 3) / 4 + 10 / 2, 1.0), rel=1e-14)
    assert expected_decided(6.0, 3.0, decided_by_turns(1, 1.0)) == (1.0, 1.0, 1.0, 0.0, 1.0)
    assert expected_decided(3.0, 2.1, decided_by_turns(3, 1.5))[0] != pytest.approx(2.25, rel=1e-3)


@given(MEAN, SIZE, st.integers(1, 40))
def test_mean_turns_of_an_uncut_law_are_its_mean(mean: float, size: float, most: int) -> None:
    turns = expected_decided(mean, size, decided_by_turns(most, 1.0))[0]
    assert turns * (1 + 1e-12) >= 1.0 and turns <= max(mean, 1.0) * (1 + 1e-12)
    far = expected_decided(min(mean, 3.0), max(size, 2.0), decided_by_turns(200, 1.0))[0]
    assert far == pytest.approx(max(min(mean, 3.0), 1.0), rel=1e-12)


def test_means_are_those_of_drawn_turns() -> None:
    generator = np.random.default_rng(5)
    size, mean, most, calls_per_turn = 3.0, 6.0, 12, 1.6
    turns = np.minimum(most, 1 + generator.negative_binomial(size, size / (size + mean - 1), 400_000))
    calls = np.maximum(1, np.floor(turns * calls_per_turn + 0.5)).astype(int)
    found = expected_decided(mean, size, decided_by_turns(most, calls_per_turn))
    so_far = {
        t: sum(math.ceil(j * t / n) for j in range(1, n + 1))
        for t, n in set(zip(turns.tolist(), calls.tolist(), strict=True))
    }
    drawn = np.array([so_far[t] for t in turns.tolist()])
    for value, sample in zip(found, (turns, calls, drawn, calls * (calls - 1) / 2), strict=False):
        error = sample.std() / math.sqrt(len(sample))
        assert abs(value - sample.mean()) < 5 * error  # false alarm: about 2 in a million
        assert abs(1.02 * value - sample.mean()) > 5 * error  # the check would see 2 %

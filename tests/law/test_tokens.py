from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.law.tokens import (
    CacheUse,
    CallNumbers,
    TotalNumbers,
    cached_tokens,
    call_tokens,
    mean_lengths,
    output_tokens,
    prompt_tokens,
    total_tokens,
)
from simulator.law.turns import decided
from tests.law.numbers import CHANCE
from tests.reference.textbook import textbook
from tests.reference.tokens import COUNTED, TokenLaw
from tests.reference.unknowns import trial_values

TOKENS = st.floats(0, 1e4)
LENGTHS = (10.0, 20.0, 5.0, 7.0, 30.0)
"""A customer's message; answer, tool results, reasoning and retrieved passages of a call."""


def test_mean_lengths_by_hand() -> None:
    assert mean_lengths(LENGTHS, 1.0, 1.0, 1.0, 1.0, 1.0) == LENGTHS
    found = mean_lengths(LENGTHS, 2.0, 1.5, 0.5, 4.0, 0.1)
    assert found == pytest.approx((20.0, 60.0, 10.0, 28.0, 6.0), rel=1e-14)
    assert found != pytest.approx(mean_lengths(LENGTHS, 2.0, 0.5, 1.5, 4.0, 0.1), rel=1e-3)


def test_prompts_by_hand() -> None:
    # three turns, five calls in turns 1 2 2 3 3; 150 fixed, messages 10, kept 25, retrieved 30: 190 225 250 285 310
    found = prompt_tokens(1.0, decided(3, 1.6), 150.0, LENGTHS, 1.0)
    assert found == pytest.approx((1260.0, 190.0), rel=1e-14)
    # compression by half leaves 80 97.5 110 127.5 140 and the 30, each twice at a model with this factor
    halved = prompt_tokens(1.0, decided(3, 1.6), 2 * 150.0, mean_lengths(LENGTHS, 2.0, 1.0, 1.0, 1.0, 1.0), 0.5)
    assert halved == pytest.approx((2 * (555.0 + 150.0), 2 * 110.0), rel=1e-14)
    assert halved != pytest.approx(found, rel=1e-3)


def test_of_one_turn_and_one_call_all_is_in_the_first_prompt() -> None:
    whole, first = prompt_tokens(1.0, decided(1, 1.0), 150.0, LENGTHS, 1.0)
    assert whole == first == 190.0
    assert prompt_tokens(1.0, decided(2, 1.0), 150.0, LENGTHS, 1.0)[0] > first


@given(st.integers(1, 50), TOKENS, TOKENS, TOKENS, TOKENS, CHANCE)
def test_prompts_of_several_conversations_are_their_sum(
    turns: int, fixed: float, customer: float, answer: float, retrieved: float, share: float
) -> None:
    lengths = fixed, (customer, answer, 5.0, 7.0, retrieved), share
    one, other = decided(turns, 1.7), decided(turns + 3, 0.6)
    sums = one[0] + other[0], one[1] + other[1], one[2] + other[2], one[3] + other[3], one[4] + other[4]
    apart = [prompt_tokens(1.0, each, *lengths) for each in (one, other)]
    together = prompt_tokens(2.0, sums, *lengths)
    assert together == pytest.approx([first + second for first, second in zip(*apart, strict=True)], rel=1e-12)
    assert together[1] <= together[0] * (1 + 1e-12)


def test_cache_by_hand() -> None:
    # 100 of 400 in the first call, which surely misses; of the others a quarter: 100 + 75 missed
    assert cached_tokens(400.0, 100.0, CacheUse(0.5, 0.8, 0.25, 1.0)) == pytest.approx((112.5, 140.0), rel=1e-14)
    # the lever avoids half of the misses
    assert cached_tokens(400.0, 100.0, CacheUse(0.5, 0.8, 0.125, 0.5)) == pytest.approx((156.25, 70.0), rel=1e-14)
    assert cached_tokens(400.0, 100.0, CacheUse(0.5, 0.8, 0.26, 1.0)) != pytest.approx((112.5, 140.0), rel=1e-3)


@given(TOKENS, CHANCE, CHANCE, CHANCE, CHANCE, CHANCE)
def test_cached_and_written_tokens_stay_inside_the_prompt(
    prompt: float, part: float, share: float, miss: float, miss_first: float, write_share: float
) -> None:
    first = part * prompt
    cached, written = cached_tokens(prompt, first, CacheUse(share, write_share, miss, miss_first))
    assert cached + 1e-9 >= 0 and written >= 0 and cached + written <= prompt * (1 + 1e-12)
    assert cached_tokens(prompt, first, CacheUse(share, write_share, 0.0, 0.0)) == (share * prompt, 0.0)
    never = cached_tokens(prompt, first, CacheUse(share, write_share, 1.0, 1.0))
    assert never == pytest.approx((0.0, write_share * prompt), rel=1e-12, abs=1e-9)


def test_output_by_hand() -> None:
    assert output_tokens(5.0, LENGTHS) == 135.0
    assert output_tokens(1.5, (0.0, 20.0, 0.0, 0.0, 0.0)) == 30.0
    assert output_tokens(1.5, (0.0, 20.0, 0.0, 0.1, 0.0)) != 30.0


def test_direct_by_hand() -> None:
    found = total_tokens(2.0, TotalNumbers(1500.0, 150.0, 0.6, 0.5, 0.1))
    assert found == pytest.approx((3000.0, 1800.0, 600.0, 300.0, 30.0), rel=1e-14)
    assert total_tokens(1.0, TotalNumbers(1000.0, 100.0, 1.0, 1.0, 0.0)) == (1000.0, 1000.0, 0.0, 100.0, 0.0)
    assert total_tokens(1.0, TotalNumbers(1000.0, 100.0, 0.9, 1.0, 0.0)) != (1000.0, 1000.0, 0.0, 100.0, 0.0)


# --- against the reference, which goes through the calls one by one; lengths are constant and the cache is sure


def in_reference(changes: dict[str, Any], turns: int, calls: int) -> dict[str, float]:
    values = trial_values(textbook(changes), Random(0), "center")
    amounts = TokenLaw(values, "only", 1.3, None, Random(1)).draw(turns, calls)
    return dict(zip(COUNTED, amounts, strict=False))


@pytest.mark.parametrize(("miss", "miss_first"), [(0, 1), (1, 0), (0, 0), (1, 1)])
@pytest.mark.parametrize(("turns", "calls_per_turn"), [(1, 1.0), (3, 1.6), (7, 0.4), (12, 2.5)])
def test_structural_tokens_are_those_of_the_reference(
    turns: int, calls_per_turn: float, miss: int, miss_first: int
) -> None:
    sums = decided(turns, calls_per_turn)
    tokens = {
        "system": 100, "tools": 50, "factor": 2, "customer": {"mean": 10}, "answer": {"mean": 20},
        "tool_result": {"mean": 5}, "reasoning": {"mean": 7}, "retrieved": {"mean": 30},
        "cache": {"share": 0.7, "miss": miss, "miss_first": miss_first, "write_share": 0.6},
    }  # fmt: skip
    changes = {
        "tokens": tokens,
        "models": {"only": {"tokens_factor": 1.5, "answer_factor": 1.2, "reasoning_factor": 0.9}},
        "levers": {"compression": {"setting": 0.4}, "retrieval": {"setting": 0.5}, "reasoning": {"setting": 2}},
    }
    found = in_reference(changes, turns, round(sums[1]))
    lengths = mean_lengths(LENGTHS, 1.3 * 2 * 1.5, 1.2, 0.9, 2.0, 0.5)
    numbers = CallNumbers(lengths, 1.5 * 150.0, 0.6, CacheUse(0.7, 0.6, miss, miss_first), 1e9)
    prompt, cached, written, output, _ = call_tokens(1.0, sums, numbers)
    assert [prompt, cached, written, output] == pytest.approx([found[name] for name in COUNTED[:4]], rel=1e-12)
    more = in_reference(changes, turns, round(sums[1]) + 1)
    assert prompt != pytest.approx(more["input_tokens"], rel=1e-3)


def test_direct_tokens_are_those_of_the_reference() -> None:
    direct = {"input": {"mean": 1000}, "output": {"mean": 100}, "cached_share": 0.6, "write_share": 0.5}
    changes = {
        "tokens": {"form": "direct", "factor": 2.0, "direct": direct},
        "models": {"only": {"tokens_factor": 1.5}},
    }
    found = in_reference(changes, 3, 5)
    scale = 1.3 * 2 * 1.5
    mine = total_tokens(1.0, TotalNumbers(1000.0 * scale, 100.0 * scale, 0.6, 0.5, 0.0))[:4]
    assert mine == pytest.approx([found[name] for name in COUNTED[:4]], rel=1e-12)
    assert total_tokens(1.0, TotalNumbers(1000.0 * scale, 100.0 * scale, 0.6, 0.4, 0.0))[:4] != pytest.approx(
        mine, rel=1e-3
    )

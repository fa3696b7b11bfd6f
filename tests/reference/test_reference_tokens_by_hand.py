"""Tokens of one conversation against sums written out by hand."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from tests.reference.law import simulate_trial
from tests.reference.textbook import textbook
from tests.reference.tokens import COUNTED, TokenLaw
from tests.reference.unknowns import trial_values
from tests.statistics import covariance_is, mean_is, variance_is

LENGTHS: dict[str, Any] = {
    "system": 100, "tools": 50, "customer": {"mean": 10}, "answer": {"mean": 20}, "tool_result": {"mean": 5},
    "reasoning": {"mean": 7}, "retrieved": {"mean": 30},
}  # fmt: skip
PROMPTS = (190, 225, 250, 285, 310)
"""T = 3, J = 5: calls belong to turns 1 2 2 3 3, so kept is 160 195 220 255 280, and 30 retrieved."""


def totals(
    changes: dict[str, Any], turns: int = 3, calls: int = 5, driver: float = 1.0, threshold: float | None = None
) -> dict[str, float]:
    values = trial_values(textbook(changes), Random(0), "center")
    amounts = TokenLaw(values, "only", driver, threshold, Random(1)).draw(turns, calls)
    return dict(zip([*COUNTED, *(f"long_{name}" for name in COUNTED)], amounts, strict=True))


def test_tokens_of_five_calls_in_three_turns_are_the_written_out_sums() -> None:
    found = totals({"tokens": LENGTHS})
    assert found["input_tokens"] == pytest.approx(sum(PROMPTS)) == 1260
    assert found["output_tokens"] == pytest.approx(5 * 27)
    assert found["reasoning_tokens"] == pytest.approx(35)
    assert found["cached_input_tokens"] == found["cache_write_tokens"] == 0


def test_plain_numbers_are_constant_lengths() -> None:
    plain = {name: each["mean"] if isinstance(each, dict) else each for name, each in LENGTHS.items()}
    assert plain["answer"] == 20
    assert totals({"tokens": plain}) == totals({"tokens": LENGTHS})
    assert totals({"tokens": {**plain, "answer": 21}}) != totals({"tokens": LENGTHS})


def test_tokens_of_fewer_calls_than_turns_read_the_messages_up_to_their_turn() -> None:
    # T = 3, J = 2: turns 2 and 3; prompts 150 + 20 + 30 and 150 + 30 + 25 + 30
    assert totals({"tokens": LENGTHS}, calls=2)["input_tokens"] == pytest.approx(200 + 235)


def test_token_factors_act_on_what_they_should() -> None:
    changes = {
        "tokens": {**LENGTHS, "factor": 1.5},
        "models": {"only": {"tokens_factor": 1.1, "answer_factor": 3.0, "reasoning_factor": 0.5}},
        "levers": {"compression": {"setting": 0.2}, "retrieval": {"setting": 0.5}, "reasoning": {"setting": 4.0}},
    }
    found = totals(changes, turns=2, calls=2, driver=2.0)
    # F = 3: customer 30, answer 180, tool 15, reasoning 42, retrieved 45
    first, second = 0.8 * (150 + 30) + 45, 0.8 * (150 + 60 + 195) + 45
    assert found["input_tokens"] == pytest.approx(1.1 * (first + second))
    assert found["output_tokens"] == pytest.approx(1.1 * 2 * (180 + 42))
    assert found["reasoning_tokens"] == pytest.approx(1.1 * 2 * 42)


def test_cache_hits_read_and_misses_write() -> None:
    cache = {"share": 0.8, "write_share": 0.25}
    hit = totals({"tokens": {**LENGTHS, "cache": cache}})
    assert hit["cached_input_tokens"] == pytest.approx(0.8 * 1260)
    assert hit["cache_write_tokens"] == 0
    missed = totals({"tokens": {**LENGTHS, "cache": {**cache, "miss_first": 1.0}}})
    assert missed["cached_input_tokens"] == pytest.approx(0.8 * (1260 - 190))
    assert missed["cache_write_tokens"] == pytest.approx(0.25 * 190)
    later = totals({"tokens": {**LENGTHS, "cache": {**cache, "miss": 1.0}}})
    assert later["cached_input_tokens"] == pytest.approx(0.8 * 190)
    saved = {"tokens": {**LENGTHS, "cache": {**cache, "miss": 1.0}}, "levers": {"cache": {"setting": 1.0}}}
    assert totals(saved)["cached_input_tokens"] == pytest.approx(0.8 * 1260)


def test_cache_misses_come_with_their_probability() -> None:
    tokens = {"system": 1, "cache": {"share": 1.0, "miss": 0.5, "miss_first": 0.25}}
    changes = {"tokens": tokens, "levels": {"only": {"turns": 0.5}}, "levers": {"cache": {"setting": 0.4}}}
    found = list(simulate_trial(textbook({**changes, "volume": {"per_month": 4_000}}), Random(41)).rows())
    assert {row["calls"] for row in found} == {2}
    assert mean_is([row["cached_input_tokens"] for row in found], (1 - 0.6 * 0.25) + (1 - 0.6 * 0.5))


def test_long_prompts_are_those_above_the_threshold() -> None:
    found = totals({"tokens": {**LENGTHS, "cache": {"share": 0.5}}}, threshold=250)
    assert found["long_input_tokens"] == pytest.approx(285 + 310)  # 250 itself is not above
    assert found["long_cached_input_tokens"] == pytest.approx(0.5 * 595)
    assert found["long_output_tokens"] == pytest.approx(2 * 27)
    assert found["long_reasoning_tokens"] == pytest.approx(2 * 7)


def test_random_lengths_sum_with_the_history() -> None:
    spread = {"mean": 10.0, "cv": 0.5, "family": "gamma"}
    tokens = {"customer": spread, "answer": {"mean": 4.0, "cv": 1.0}}
    values = trial_values(textbook({"tokens": tokens}), Random(0), "center")
    tokens_law = TokenLaw(values, "only", 1.0, None, Random(43))
    drawn = [tokens_law.draw(2, 2) for _ in range(20_000)]
    # input = 2 c1 + c2 + a1, output = a1 + a2
    assert mean_is([one[0] for one in drawn], 34.0)
    assert variance_is([one[0] for one in drawn], 5 * 25 + 16)
    assert covariance_is(([one[0] for one in drawn], [one[3] for one in drawn]), 16.0)


def test_direct_tokens_are_split_by_their_shares() -> None:
    direct = {
        "input": {"mean": 1000},
        "output": {"mean": 100},
        "cached_share": 0.6,
        "write_share": 0.5,
        "reasoning_share": 0.3,
    }
    changes = {
        "tokens": {"form": "direct", "factor": 2.0, "direct": direct},
        "models": {"only": {"tokens_factor": 1.5, "answer_factor": 9.0}},
        "levers": {"compression": {"setting": 0.5}},
    }
    found = totals(changes, driver=1.1, threshold=10)
    assert [found[name] for name in COUNTED] == pytest.approx([3300, 1980, 660, 330, 99])
    assert found["long_input_tokens"] == 0

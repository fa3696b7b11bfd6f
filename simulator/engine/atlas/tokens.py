"""Means and covariances of the tokens of many conversations, exactly, from moments of their lengths.

docs/model.md sections 4.8 and 4.9. Everything is a polynomial in F, the month's factor on lengths. Written for sums
over conversations: `sums` are sums of the moments of lengths (engine.atlas.lengths) over all conversations of a model.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.engine.atlas.drawn_tokens import TokenLaw

Array = NDArray[np.float64]
Sum = Callable[[str], Array]
"""The sum over conversations of a moment of lengths, by name, shape (month, trial)."""
Pair = Callable[[str, str], Array]
"""The sum over conversations of a covariance of lengths, by two names."""

TOKENS = ("input", "missed", "answer", "reasoning")
"""What is drawn for a model: prompts, prompts of calls that missed the cache, answers, reasoning."""


@dataclass(frozen=True, slots=True)
class CallLaw:
    """What one call of a model costs in a month; arrays (month, trial) or (1, trial).

    Attributes:
        start: mean prompt of a call before any history: system, tools and what was retrieved.
        per_turn, per_call: what each customer message and each earlier call adds to a prompt, mean.
        answer, reasoning: mean tokens a call.
        per_turn_variance ... reasoning_variance: variances of the same.
        per_turn_third ... reasoning_third: third central moments of the same.
        kept: share of the history that compression leaves.
        miss, miss_first: chance that a call, and the first one, misses the cache.
    """

    start: Array
    per_turn: Array
    per_call: Array
    per_turn_variance: Array
    per_call_variance: Array
    retrieved_variance: Array
    answer: Array
    answer_variance: Array
    reasoning: Array
    reasoning_variance: Array
    per_turn_third: Array
    per_call_third: Array
    retrieved_third: Array
    answer_third: Array
    reasoning_third: Array
    kept: Array
    miss: Array
    miss_first: Array


def call_law(law: TokenLaw, model: int, month_factor: Array) -> CallLaw:
    """Return the law of one model's calls.

    Args:
        law: token parameters of a block of trials.
        model: place of the model.
        month_factor: the months' factor on lengths, shape (month, trial).
    """
    own = law.tokens_factor[:, model]
    scale = law.factor * month_factor * own
    kept = law.kept_share[None]

    def mean(name: str, factor: Array | float = 1.0) -> Array:
        return np.asarray(law.lengths[name].mean * factor * scale)

    def variance(name: str, factor: Array | float = 1.0) -> Array:
        return np.asarray((law.lengths[name].mean * law.lengths[name].cv * factor * scale) ** 2)

    def third(name: str, factor: Array | float = 1.0) -> Array:
        length = law.lengths[name]
        slant = 2 * length.cv**4 if length.gamma else length.cv**4 * (3 + length.cv**2)
        return np.asarray((length.mean * factor * scale) ** 3 * slant)

    answer, reasoning = law.answer_factor[:, model], law.reasoning_factor[:, model]
    return CallLaw(
        start=kept * (law.fixed * own)[None] + mean("retrieved"),
        per_turn=kept * mean("customer"),
        per_call=kept * (mean("answer", answer) + mean("tool_result")),
        per_turn_variance=kept**2 * variance("customer"),
        per_call_variance=kept**2 * (variance("answer", answer) + variance("tool_result")),
        retrieved_variance=variance("retrieved"),
        answer=mean("answer", answer),
        answer_variance=variance("answer", answer),
        reasoning=mean("reasoning", reasoning),
        reasoning_variance=variance("reasoning", reasoning),
        per_turn_third=kept**3 * third("customer"),
        per_call_third=kept**3 * (third("answer", answer) + third("tool_result")),
        retrieved_third=third("retrieved"),
        answer_third=third("answer", answer),
        reasoning_third=third("reasoning", reasoning),
        kept=kept,
        miss=law.cache[:, 1][None],
        miss_first=law.cache[:, 2][None],
    )


def mean_terms(call: CallLaw) -> dict[str, dict[str, Array]]:
    """Return the mean tokens of a conversation as weights on its lengths."""
    prompt = {"calls": call.start, "said": call.per_turn, "answered": call.per_call}
    extra = call.miss_first - call.miss
    missed = {name: call.miss * weight for name, weight in prompt.items()}
    return {
        "input": prompt,
        "missed": {**missed, "one": extra * call.start, "opening": extra * call.per_turn},
        "answer": {"calls": call.answer},
        "reasoning": {"calls": call.reasoning},
    }


def mean_tokens(call: CallLaw, sums: Sum) -> dict[str, Array]:
    """Return the expected tokens of many conversations by kind."""
    return {
        kind: np.asarray(sum(weight * sums(name) for name, weight in weights.items()))
        for kind, weights in mean_terms(call).items()
    }


def between(call: CallLaw, pair: Pair, first: str, second: str) -> Array:
    """Return the covariance of two kinds of tokens, or of a length and a kind, that comes from the lengths alone."""
    terms = mean_terms(call)

    def weights(name: str) -> Mapping[str, Array | float]:
        found = terms.get(name, {name: 1.0})
        return {length: weight for length, weight in found.items() if length != "one"}

    total: Array | float = 0.0
    for a, weight_a in weights(first).items():
        for b, weight_b in weights(second).items():
            total = total + weight_a * weight_b * pair(a, b)
    return np.asarray(total)


def within(call: CallLaw, sums: Sum) -> dict[tuple[str, str], Array]:
    """Return the covariances of the tokens given the lengths; pairs that are not named have 0."""
    prompt = (
        call.per_turn_variance * sums("heard")
        + call.per_call_variance * sums("kept")
        + call.retrieved_variance * sums("calls")
    )
    answers = call.kept * call.answer_variance * sums("answered")
    extra = call.miss_first - call.miss
    with_first = call.per_turn_variance * sums("opened") + call.retrieved_variance * sums("one")
    first = call.per_turn_variance * sums("opening") + call.retrieved_variance * sums("one")
    missed = call.miss**2 * prompt + 2 * call.miss * extra * with_first + extra**2 * first
    return {
        ("input", "input"): prompt,
        ("input", "missed"): call.miss * prompt + extra * with_first,
        ("missed", "missed"): missed + _missing(call, sums),
        ("input", "answer"): answers,
        ("missed", "answer"): call.miss * answers,
        ("answer", "answer"): call.answer_variance * sums("calls"),
        ("reasoning", "reasoning"): call.reasoning_variance * sums("calls"),
    }


def _missing(call: CallLaw, sums: Sum) -> Array:
    """Return the variance that comes from whether calls miss the cache: sum of h (1 - h) E[prompt^2]."""
    a, b, c = call.start, call.per_turn, call.per_call
    square = (
        a * a * sums("calls")
        + b * b * sums("said_twice")
        + c * c * sums("answered_twice")
        + 2 * (a * b * sums("said") + a * c * sums("answered") + b * c * sums("said_answered"))
        + call.per_turn_variance * sums("said")
        + call.per_call_variance * sums("answered")
        + call.retrieved_variance * sums("calls")
    )
    first = (
        a * a * sums("one")
        + 2 * a * b * sums("opening")
        + b * b * sums("opening_twice")
        + call.per_turn_variance * sums("opening")
        + call.retrieved_variance * sums("one")
    )
    spread, spread_first = call.miss * (1 - call.miss), call.miss_first * (1 - call.miss_first)
    return np.asarray(spread * square + (spread_first - spread) * first)


def direct_moments(law: TokenLaw, model: int, month_factor: Array) -> dict[str, tuple[Array, Array, Array]]:
    """Return mean, variance and third central moment of a conversation's tokens that are drawn directly, by kind.

    What was written to the cache and the reasoning are shares of prompt and output, so that nothing is left to draw.
    """
    scale = law.factor * month_factor * law.tokens_factor[:, model]
    zero = np.zeros(scale.shape)
    found = dict.fromkeys(TOKENS, (zero, zero, zero))
    for kind, name in (("input", "input"), ("answer", "output")):
        length = law.lengths[name]
        mean = length.mean * scale
        slant = 2 * length.cv**4 if length.gamma else length.cv**4 * (3 + length.cv**2)
        found[kind] = (mean, (mean * length.cv) ** 2, mean**3 * slant)
    return found

"""Expected tokens of conversations, and how the laws of their lengths differ. docs/model.md sections 4.8 and 4.9.

What a parameter of these sections changes in expected values is told here and in `simulator/law/tokens.py`: the
expectations ask, and know no parameter.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from simulator.arrays import Array
from simulator.futures.law_numbers import Numbers
from simulator.law.slots import ANSWER, CUSTOMER, INPUT, OUTPUT, REASONING, RETRIEVED, TOOL_RESULT
from simulator.law.tokens import cached_tokens, direct_tokens, mean_lengths, output_tokens, prompt_tokens
from simulator.law.turns import Decided

Tokens = tuple[Any, Any, Any, Any, Any]
"""Prompt, cached, written, output and reasoning tokens, shape (g, m) each."""


def expected_tokens(numbers: Numbers, model: int, month_factor: Array, conversations: Any, decided: Decided) -> Tokens:
    """Return the tokens of a model's conversations.

    Args:
        month_factor: the tokens driver, shape (g, m).
        conversations: how many, an array (g, m) in the place of a float.
        decided: what their turns decide, summed over them; arrays (g, m) stand for the floats.
    """
    law, mean = numbers.tokens, np.moveaxis(numbers.sizes.mean, 1, 0)

    def of(values: Array) -> Any:  # an array stands for a float of the law
        return values[:, None]

    factor, own = of(law.factor) * month_factor, of(law.model_factor[:, model])
    if law.direct:
        prompt, cached, written, output = direct_tokens(
            conversations, of(mean[INPUT]), of(mean[OUTPUT]), factor * own, of(law.cached_share), of(law.written_share)
        )
        return prompt, cached, written, output, of(law.reasoning_share) * output
    lengths = mean_lengths(
        tuple(of(mean[place]) for place in (CUSTOMER, ANSWER, TOOL_RESULT, REASONING, RETRIEVED)),
        factor,
        of(law.answer_factor[:, model]),
        of(law.reasoning_factor[:, model]),
        of(law.reasoning),
        of(law.retrieval),
    )
    prompt, first = prompt_tokens(conversations, decided, of(law.fixed), lengths, of(law.kept), own)
    cached, written = cached_tokens(
        prompt, first, of(law.cached), of(law.missed), of(law.missed_first), of(law.written), 0.0
    )
    _, calls, *_ = decided
    return prompt, cached, written, output_tokens(calls, lengths, own), own * calls * lengths[3]


def length_kinds(numbers: Numbers) -> Iterator[tuple[Array, Array]]:
    """Yield the kinds of conversation that differ by a factor on all their lengths: share and factor, shape (g,) each.

    What is not linear in a length (layers, prompts above a threshold) is worked out once a kind. All conversations of
    a future are of one kind.
    """
    one = np.ones(len(numbers.tokens.factor))
    yield one, one

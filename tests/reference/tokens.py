"""Sections 4.8 and 4.9 of the law: the tokens of one conversation, call by call or directly."""

from __future__ import annotations

from random import Random
from types import SimpleNamespace
from typing import Final

from tests.reference.chance import length

COUNTED: Final = (
    "input_tokens",
    "cached_input_tokens",
    "cache_write_tokens",
    "output_tokens",
    "reasoning_tokens",
)
"""Token columns of the record; each has a sibling with the prefix `long_`, the part in calls with a long prompt."""


class TokenLaw:
    """The token lengths of one model in one month of one trial."""

    def __init__(
        self,
        values: SimpleNamespace,
        model: str,
        driver: float,
        threshold: float | None,
        rng: Random,
    ) -> None:
        tokens, who, levers = values.tokens, values.models[model], values.levers
        moved = driver * tokens.factor
        self.values, self.rng, self.direct = values, rng, tokens.direct
        self.model_factor = who.tokens_factor
        self.threshold = float("inf") if threshold is None else threshold
        self.fixed_prompt = tokens.system + tokens.tools
        self.kept_share = 1.0 - levers.compression.setting
        self.miss_first = tokens.cache.miss_first * (1.0 - levers.cache.setting)
        self.miss_later = tokens.cache.miss * (1.0 - levers.cache.setting)
        self.customer = self._length(tokens.customer, moved)
        self.answer = self._length(tokens.answer, moved * who.answer_factor)
        self.tool_result = self._length(tokens.tool_result, moved)
        self.reasoning = self._length(tokens.reasoning, moved * who.reasoning_factor * levers.reasoning.setting)
        self.retrieved = self._length(tokens.retrieved, moved * levers.retrieval.setting)
        if self.direct is not None:
            self.direct_input = self._length(self.direct.input, moved * who.tokens_factor)
            self.direct_output = self._length(self.direct.output, moved * who.tokens_factor)

    def _length(self, table: SimpleNamespace, factor: float):  # type: ignore[no-untyped-def]
        return length(self.rng, table.mean * factor, table.cv, table.family, table.alpha)

    def draw(self, turns: int, calls: int) -> list[float]:
        """Return the totals of COUNTED, then the same five sums over calls with a long prompt only."""
        return self._direct() if self.direct is not None else self._structural(turns, calls)

    def _direct(self) -> list[float]:
        whole, output = self.direct_input(), self.direct_output()
        cached = self.direct.cached_share * whole
        written = self.direct.write_share * (whole - cached)
        return [whole, cached, written, output, self.direct.reasoning_share * output, 0.0, 0.0, 0.0, 0.0, 0.0]

    def _structural(self, turns: int, calls: int) -> list[float]:
        f, cache, random = self.model_factor, self.values.tokens.cache, self.rng.random
        totals, long = [0.0] * 5, [0.0] * 5
        history, heard = 0.0, 0
        for call in range(1, calls + 1):
            turn = -(-call * turns // calls)
            while heard < turn:
                history += self.customer()
                heard += 1
            prompt = f * (self.kept_share * (self.fixed_prompt + history) + self.retrieved())
            answer, reasoning = self.answer(), self.reasoning()
            missed = random() < (self.miss_first if call == 1 else self.miss_later)
            cached = 0.0 if missed else cache.share * prompt
            written = cache.write_share * prompt if missed else 0.0
            output = f * (answer + reasoning)
            totals[0] += prompt
            totals[1] += cached
            totals[2] += written
            totals[3] += output
            totals[4] += f * reasoning
            if prompt > self.threshold:
                for place, amount in enumerate((prompt, cached, written, output, f * reasoning)):
                    long[place] += amount
            history += answer + self.tool_result()
        return totals + long

"""Tokens of conversations: call by call with a growing history, or directly. docs/model.md sections 4.8 and 4.9."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from simulator.engine.atlas.normals import standard_normals
from simulator.model.unknowns import Unknowns
from simulator.scenario.schema import Scenario
from simulator.scenario.tokens import Direct, Length

Array = NDArray[np.float64]
Draws = Callable[[str], np.random.Generator]
"""The generator of a quantity by its name."""
Single = NDArray[np.float32]
Index = NDArray[np.int64]

KEPT: Final = ("customer", "answer", "tool_result")
"""Lengths that stay in the history."""


LEAST_CV: Final = 1e-6
"""A gamma length with a smaller cv counts as having this one."""


@dataclass(frozen=True, slots=True)
class LengthLaw:
    """Law of one length: mean and cv by trial, shape (trial,)."""

    mean: Array
    cv: Array
    gamma: bool

    def scale(self) -> Array:
        """Return what a standard draw is multiplied by, shape (trial,)."""
        if self.gamma:
            return np.asarray(self.mean * np.maximum(self.cv, LEAST_CV) ** 2)
        return np.asarray(self.mean / np.sqrt(1 + self.cv**2))


@dataclass(frozen=True, slots=True)
class TokenLaw:
    """Token parameters of a group of trials; the trial is the first axis.

    Attributes:
        factor: trial-level factor on variable lengths.
        fixed: system prompt and tools of a call.
        kept_share: share of fixed part and history that compression leaves.
        cache: share, miss of later calls, miss of the first call, written share, shape (trial, 4); levers moved.
        tokens_factor, answer_factor, reasoning_factor: by model, shape (trial, model); the reasoning lever is inside.
        threshold: prompt length above which a call is priced long, by model, shape (model,); infinite without one.
        direct: input, output, shape (trial, 3) of cached, written and reasoning shares; None for the structural form.
    """

    factor: Array
    fixed: Array
    kept_share: Array
    cache: Array
    lengths: dict[str, LengthLaw]
    tokens_factor: Array
    answer_factor: Array
    reasoning_factor: Array
    threshold: Array
    direct: Array | None


@dataclass(frozen=True, slots=True)
class Tokens:
    """Tokens of each conversation, shape (conversation,).

    Attributes:
        input: prompt tokens, cached and written ones inside.
        output: tokens written by the model, reasoning inside.
        long: input, cached, written and output of the calls priced long, shape (4, conversation); None without any.
    """

    input: Array
    cached: Array
    written: Array
    output: Array
    reasoning: Array
    long: Array | None


def token_law(scenario: Scenario, unknowns: Unknowns, thresholds: Array) -> TokenLaw:
    """Return the token parameters of a group of trials."""
    tokens, levers, models = scenario.tokens, scenario.levers, scenario.models.values()
    avoided = 1 - unknowns(levers.cache.setting)
    cache = tokens.cache
    names: list[tuple[str, Length]] = [(name, getattr(tokens, name)) for name in (*KEPT, "retrieved", "reasoning")]
    if tokens.direct is not None:
        names = [("input", tokens.direct.input), ("output", tokens.direct.output)]
    lengths = {name: _length(length, unknowns) for name, length in names}
    if "retrieved" in lengths:
        plain = lengths["retrieved"]
        lengths["retrieved"] = LengthLaw(plain.mean * unknowns(levers.retrieval.setting), plain.cv, plain.gamma)
    effort = unknowns(levers.reasoning.setting)[:, None]
    return TokenLaw(
        factor=unknowns(tokens.factor),
        fixed=unknowns(tokens.system) + unknowns(tokens.tools),
        kept_share=1 - unknowns(levers.compression.setting),
        cache=np.stack(
            [
                unknowns(cache.share),
                unknowns(cache.miss) * avoided,
                unknowns(cache.miss_first) * avoided,
                unknowns(cache.write_share),
            ],
            axis=1,
        ),
        lengths=lengths,
        tokens_factor=unknowns.stack(model.tokens_factor for model in models),
        answer_factor=unknowns.stack(model.answer_factor for model in models),
        reasoning_factor=unknowns.stack(model.reasoning_factor for model in models) * effort,
        threshold=thresholds,
        direct=_direct_shares(tokens.direct, unknowns) if tokens.direct is not None else None,
    )


def _length(length: Length, unknowns: Unknowns) -> LengthLaw:
    return LengthLaw(unknowns(length.mean), unknowns(length.cv), length.family == "gamma")


def _direct_shares(direct: Direct, unknowns: Unknowns) -> Array:
    return unknowns.stack((direct.cached_share, direct.write_share, direct.reasoning_share))


def draw_tokens(
    law: TokenLaw, month_factor: Array, draws: Draws, trial: Index, model: Index, turns: Index, calls: Index
) -> Tokens:
    """Draw the tokens of conversations, all arguments but the laws one entry a conversation.

    Args:
        month_factor: the month's factor on variable lengths, shape (trial,).
    """
    factor = (law.factor * month_factor)[trial]
    if law.direct is not None:
        return _direct(law, law.direct, draws, trial, factor * law.tokens_factor[trial, model])
    order = np.argsort(-calls.astype(np.int16), kind="stable")
    walk = _Walk(law, draws, trial[order], model[order], factor[order])
    totals = walk.run(turns[order].astype(np.float32), calls[order])
    totals = totals if totals[5:].any() else totals[:5]
    unsorted = np.empty(totals.shape)
    for row, total in enumerate(totals):
        unsorted[row, order] = total
    prompt, cached, written, output, reasoning = unsorted[:5]
    return Tokens(prompt, cached, written, output, reasoning, long=unsorted[5:] if len(unsorted) > 5 else None)


def _direct(law: TokenLaw, portions: Array, draws: Draws, trial: Index, factor: Array) -> Tokens:
    """Draw totals per conversation."""
    totals = []
    for name in ("input", "output"):
        sampler = _Sampler(law.lengths[name], draws(f"tokens.{name}"), trial, factor, np.float64)
        totals.append(sampler.draw(len(trial)))
    cached = portions[trial, 0] * totals[0]
    written = portions[trial, 1] * (totals[0] - cached)
    return Tokens(totals[0], cached, written, totals[1], portions[trial, 2] * totals[1], long=None)


class _Sampler:
    """Draws one kind of length for the first n of a fixed list of conversations, any number of times."""

    def __init__(self, law: LengthLaw, draws: np.random.Generator, trial: Index, factor: Array, dtype: Any) -> None:
        self.draws, self.dtype, self.gamma = draws, dtype, law.gamma
        self.absent = not law.mean.any()
        self.constant = not law.cv.any()
        self.scale: NDArray[Any] = ((law.mean if self.constant else law.scale())[trial] * factor).astype(dtype)
        spread = 1 / np.maximum(law.cv, LEAST_CV) ** 2 if law.gamma else np.sqrt(np.log1p(law.cv**2))
        self.spread = _by_row(spread.astype(dtype), trial)

    def draw(self, count: int) -> NDArray[Any]:
        """Return one length for each of the first `count` conversations."""
        if self.constant:
            return self.scale[:count]
        spread = _first(self.spread, count)
        if self.gamma:
            sampled = self.draws.standard_gamma(spread, count, dtype=self.dtype)
            sampled *= self.scale[:count]
            return np.asarray(sampled)
        sampled = self._scores(count)
        np.multiply(sampled, spread, out=sampled)
        np.exp(sampled, out=sampled)
        sampled *= self.scale[:count]
        return np.asarray(sampled)

    def _scores(self, count: int) -> NDArray[Any]:
        """Return standard normal scores."""
        return standard_normals(self.draws, count) if self.dtype is np.float32 else self.draws.standard_normal(count)


class _Walk:
    """Walks through the calls of conversations that are sorted by falling number of calls, in single precision.

    All lengths are in tokens of the conversation's own model: each is drawn with the model's factor on it. Call j
    concerns a prefix of the list, so that every step is a plain array operation.
    """

    def __init__(self, law: TokenLaw, draws: Draws, trial: Index, model: Index, factor: Array) -> None:
        by_model = law.tokens_factor[trial, model]
        scales = dict.fromkeys(law.lengths, factor * by_model)
        scales["answer"] = scales["answer"] * law.answer_factor[trial, model]
        scales["reasoning"] = scales["reasoning"] * law.reasoning_factor[trial, model]
        self.samplers = {
            name: _Sampler(length, draws(f"tokens.{name}"), trial, scales[name], np.float32)
            for name, length in law.lengths.items()
        }
        self.hits = draws("tokens.cache")
        self.kept_share = _by_row(law.kept_share.astype(np.float32), trial)
        self.cache = [_by_row(column.astype(np.float32), trial) for column in law.cache.T]
        self.history = (law.fixed[trial] * by_model).astype(np.float32)
        threshold = law.threshold[model].astype(np.float32)
        self.threshold = threshold if np.isfinite(threshold).any() else None
        self.least_threshold = law.threshold.min()

    def run(self, turns: Single, calls: Index) -> Single:
        """Return input, cached, written, output, reasoning, and the first four of long calls, by row."""
        totals = np.zeros((5 if self.threshold is None else 9, len(calls)), dtype=np.float32)
        ratio_calls = calls.astype(np.float32)
        before = np.zeros(len(calls), dtype=np.float32)
        for call, count in _prefixes(calls):
            turn = np.ceil(np.float32(call) * turns[:count] / ratio_calls[:count])
            self._customer_speaks(turn - before[:count], count)
            before[:count] = turn
            prompt = _first(self.kept_share, count) * self.history[:count]
            if not self.samplers["retrieved"].absent:
                prompt += self.samplers["retrieved"].draw(count)
            self._model_answers(prompt, count, call, totals)
        return totals

    def _customer_speaks(self, new_messages: Single, count: int) -> None:
        """Add the customer's messages since the last call to the history."""
        sampler = self.samplers["customer"]
        if sampler.absent:
            return
        for message in range(int(new_messages.max())):
            self.history[:count] += sampler.draw(count) * (new_messages > message)

    def _model_answers(self, prompt: Single, count: int, call: int, totals: Single) -> None:
        """Add one call's tokens to the totals and its answer and tool results to the history."""
        answer, reasoning = self.samplers["answer"].draw(count), self.samplers["reasoning"].draw(count)
        cached, written = self._cache(prompt, count, call)
        parts = (prompt, cached, written, answer + reasoning, reasoning)
        for row, part in enumerate(parts):
            totals[row, :count] += part
        if self.threshold is not None and prompt.max() > self.least_threshold:
            long = prompt > self.threshold[:count]
            for row, part in enumerate(parts[:4]):
                totals[5 + row, :count] += part * long
        self.history[:count] += answer
        if not self.samplers["tool_result"].absent:
            self.history[:count] += self.samplers["tool_result"].draw(count)

    def _cache(self, prompt: Single, count: int, call: int) -> tuple[Single, Single | np.float32]:
        """Return what one call reads from the cache and writes to it."""
        share, later, first, write = (_first(column, count) for column in self.cache)
        missed = self.hits.random(count, dtype=np.float32) < (first if call == 1 else later)
        written = prompt * (write * missed) if write.any() else np.float32(0)
        return prompt * (share * ~missed), written


def _by_row(by_trial: NDArray[Any], trial: Index) -> NDArray[Any]:
    """Return a trial's constant for each conversation, or a single number where all trials have the same."""
    if (by_trial == by_trial[0]).all():
        return np.asarray(by_trial[0])
    return np.asarray(by_trial[trial])


def _first(by_row: NDArray[Any], count: int) -> NDArray[Any]:
    """Return a constant for the first conversations."""
    return by_row if by_row.ndim == 0 else by_row[:count]


def _prefixes(calls: Index) -> Iterator[tuple[int, int]]:
    """Yield each call number with how many conversations have at least that many calls."""
    if not len(calls):
        return
    at_least = np.cumsum(np.bincount(calls)[::-1])[::-1]
    for call in range(1, len(at_least)):
        yield call, int(at_least[call])

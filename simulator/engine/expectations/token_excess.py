"""Layers of tokens, and tokens of long prompts: what sums of lengths have beyond a border. docs/model.md section 4.8.

Given its turns, a conversation's tokens are a constant and F, the month's factor on lengths, times a sum of independent
lengths. So one table of sums serves all months, and all futures whose lengths have the same laws.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from simulator.arrays import Array, Index
from simulator.contracts.metering import meters as names
from simulator.engine.expectations.expected_values import ExpectedValues, groups, rows_of
from simulator.engine.expectations.length_sums import SummedLength, Total
from simulator.engine.expectations.meters_by_key import by_model
from simulator.engine.expectations.requested import TOKENS, Requested
from simulator.futures.law_arrays import Numbers
from simulator.futures.unknowns import Unknowns
from simulator.law.sizes import GAMMA, LOGNORMAL, LOMAX, mean_beyond
from simulator.law.slots import ANSWER, CUSTOMER, INPUT, OUTPUT, REASONING, RETRIEVED, SIZES, TOOL_RESULT
from simulator.law.turns import calls_of, turn_of_call
from simulator.scenario.schema import Scenario
from simulator.scenario.schema.token_tables import Length as Stated

_FAMILIES: Final = {"lognormal": LOGNORMAL, "gamma": GAMMA, "lomax": LOMAX}
_WRITTEN: Final = (ANSWER, REASONING)


@dataclass(frozen=True, slots=True)
class Lengths:
    """Laws of the lengths of one model in futures that share them; lists by size as slots.SIZES.

    Attributes:
        family, cv, mean: the mean with the model's factor on answers and reasoning, and with the levers.
        kept: share of the history that compression leaves.
        calls_per_turn: of a conversation.
    """

    family: tuple[int, ...]
    cv: tuple[float, ...]
    mean: tuple[float, ...]
    kept: float
    calls_per_turn: float

    def of(self, size: int, weight: float, count: int) -> SummedLength:
        """Return lengths of a size in a sum."""
        return SummedLength(self.family[size], self.cv[size], self.mean[size] * weight, count)

    def written(self, calls: int) -> Total:
        """Return the output of a conversation with so many calls."""
        return Total([self.of(size, 1.0, calls) for size in _WRITTEN])

    def read(self, turns: int) -> Total:
        """Return the prompts of all calls of a conversation, the system prompt and tools left out."""
        calls = calls_of(turns, self.calls_per_turn)
        seen: dict[int, int] = {}
        for message in range(1, turns + 1):
            number = sum(turn_of_call(call, turns, calls) >= message for call in range(1, calls + 1))
            seen[number] = seen.get(number, 0) + 1
        found = [self.of(CUSTOMER, self.kept * number, count) for number, count in sorted(seen.items())]
        for later in range(1, calls):
            found += [self.of(size, self.kept * later, 1) for size in (ANSWER, TOOL_RESULT)]
        return Total([*found, self.of(RETRIEVED, 1.0, calls)])

    def prompt(self, turn: int, call: int) -> Total:
        """Return the prompt of a call, the system prompt and tools left out."""
        before = [self.of(size, self.kept, call - 1) for size in (ANSWER, TOOL_RESULT)]
        return Total([self.of(CUSTOMER, self.kept, turn), *before, self.of(RETRIEVED, 1.0, 1)])


@dataclass(frozen=True, slots=True)
class TokenExcess:
    """Layers of tokens and tokens of long prompts of some futures.

    Attributes:
        families: of each size.
        cv: coefficients of variation, shape (g, size); alpha of a Lomax.
        layers: asked of input and output tokens.
    """

    scenario: Scenario
    families: tuple[int, ...]
    cv: Array
    layers: tuple[names.Layer, ...]

    def meters(
        self, numbers: Numbers, found: ExpectedValues, month_factor: Array, share: int, plain: Mapping[str, Array]
    ) -> dict[str, Array]:
        """Return the layers and the tokens of long prompts of a share by their keys, shape (g, m).

        Args:
            month_factor: the tokens driver, shape (g, m).
            plain: the share's other meters.
        """
        assert found.turns is not None, "whoever asks for layers counts conversations by turns"
        of_models = by_model(numbers, found.turns[share])
        edges = {(layer.base, edge) for layer in self.layers for edge in _edges(layer)}
        beyond = {key: np.zeros_like(month_factor) for key in edges}
        meters: dict[str, Array] = {}
        for model, (name, counts) in enumerate(zip(self.scenario.models, of_models, strict=True)):
            long = np.zeros((4, *month_factor.shape))
            for futures, lengths in self._laws(numbers, model):
                here = ModelMonths(numbers, model, lengths, futures, counts[:, futures], month_factor[futures])
                for base, edge in edges:
                    beyond[base, edge][futures] += here.tokens_beyond(base, edge)
                if not numbers.tokens.direct and np.isfinite(numbers.tokens.threshold[model]):
                    long[:, futures] += here.long()
            if np.isfinite(numbers.tokens.threshold).any():
                meters |= {names.tokens_long(name, kind): long[at] for at, kind in enumerate(names.TOKEN_CLASSES)}
        return meters | dict(self._layers(plain, beyond))

    def _laws(self, numbers: Numbers, model: int) -> Iterator[tuple[Index, Lengths]]:
        """Yield the futures that share the laws of a model's lengths, with these."""
        law, mean = numbers.tokens, numbers.sizes.mean.copy()
        mean[:, ANSWER] *= law.answer_factor[:, model]
        mean[:, REASONING] *= law.reasoning_factor[:, model] * law.reasoning
        mean[:, RETRIEVED] *= law.retrieval
        for futures in groups(rows_of([mean, self.cv, law.kept, numbers.turns.calls_per_turn])):
            first = futures[0]
            spread, means = (tuple(each[first].tolist()) for each in (self.cv, mean))
            kept, calls = float(law.kept[first]), float(numbers.turns.calls_per_turn[first])
            yield futures, Lengths(self.families, spread, means, kept, calls)

    def _layers(
        self, plain: Mapping[str, Array], beyond: Mapping[tuple[str, float], Array]
    ) -> Iterator[tuple[str, Array]]:
        """Yield the layers: what is beyond the allowance less what is beyond the cap."""
        for layer in self.layers:
            whole = plain[layer.base]
            above = np.minimum(beyond[layer.base, layer.included], whole) if layer.included else whole
            if layer.cap is not None:
                above = np.maximum(above - beyond[layer.base, layer.included + layer.cap], 0.0)
            yield layer.key, above


def _edges(layer: names.Layer) -> list[float]:
    """Return the borders above 0 of a layer."""
    ends = [layer.included] + ([] if layer.cap is None else [layer.included + layer.cap])
    return [edge for edge in ends if edge > 0]


@dataclass(frozen=True, slots=True)
class ModelMonths:
    """A model's conversations in the months of futures that share the laws of its lengths.

    Attributes:
        futures: their places.
        counts: conversations by turns, shape (turns, future, month).
        month_factor: the tokens driver, shape (future, month).
    """

    numbers: Numbers
    model: int
    lengths: Lengths
    futures: Index
    counts: Array
    month_factor: Array

    def _of(self, values: Array) -> Array:
        return values[self.futures, None]

    @property
    def own(self) -> Array:
        """The model's factor on tokens, shape (future, 1)."""
        return self._of(self.numbers.tokens.model_factor[:, self.model])

    @property
    def factor(self) -> Array:
        """F, shape (future, month)."""
        return self._of(self.numbers.tokens.factor) * self.month_factor

    @property
    def start(self) -> Array:
        """What system prompt and tools add to each prompt, before the model's factor, shape (future, 1)."""
        return self._of(self.numbers.tokens.kept * self.numbers.tokens.fixed)

    def tokens_beyond(self, base: str, edge: float) -> Array:
        """Return the sum of what conversations have beyond an edge, shape (future, month)."""
        scale = np.maximum(self.own * self.factor, np.finfo(float).tiny)
        if self.numbers.tokens.direct:
            size = INPUT if base == names.INPUT_TOKENS else OUTPUT
            amount = Total([self.lengths.of(size, 1.0, 1)])
            return np.asarray(self.counts.sum(axis=0) * scale * _alone(self.lengths, size, edge / scale, amount))
        total = np.zeros_like(self.month_factor)
        for turns in range(1, len(self.counts) + 1):
            calls = calls_of(turns, self.lengths.calls_per_turn)
            if base == names.INPUT_TOKENS:
                found, border = self.lengths.read(turns), (edge - self.own * self.start * calls) / scale
            else:
                found, border = self.lengths.written(calls), edge / scale
            total += self.counts[turns - 1] * scale * found.beyond(border)[0]
        return total

    def long(self) -> Array:
        """Return input without cached and written, cached, written and output tokens of long calls, shape (4, ...)."""
        law = self.numbers.tokens
        threshold = float(law.threshold[self.model])
        scale = np.maximum(self.own * self.factor, np.finfo(float).tiny)
        border = (threshold - self.own * self.start) / scale
        written = sum(self.lengths.mean[size] for size in _WRITTEN)
        found = np.zeros((4, *self.month_factor.shape))
        for (turn, call), number in self._calls().items():
            beyond, reached = self.lengths.prompt(turn, call).beyond(border)
            prompt = number * (scale * beyond + threshold * reached)
            missed = self._of(law.missed_first if call == 1 else law.missed)
            cached, stored = self._of(law.cached) * (1.0 - missed) * prompt, self._of(law.written) * missed * prompt
            output = number * reached * scale * written
            found += np.stack([np.maximum(prompt - cached - stored, 0.0), cached, stored, output])
        return found

    def _calls(self) -> dict[tuple[int, int], Array]:
        """Return how many calls there are by turn and number of the call."""
        found: dict[tuple[int, int], Array] = {}
        for turns, number in enumerate(self.counts, start=1):
            calls = calls_of(turns, self.lengths.calls_per_turn)
            for call in range(1, calls + 1):
                key = (turn_of_call(call, turns, calls), call)
                found[key] = found[key] + number if key in found else number
        return found


def _alone(lengths: Lengths, size: int, border: Array, amount: Total) -> Array:
    """Return E[max(x - border, 0)] of a single length."""
    if not amount.lengths:
        return amount.beyond(border)[0]
    mean = lengths.mean[size]
    return mean * mean_beyond(lengths.family[size], lengths.cv[size], border / mean)


def make_beyond(scenario: Scenario, asked: Requested, unknowns: Unknowns, numbers: Numbers) -> TokenExcess | None:
    """Return layers of tokens and tokens of long prompts, None where there are neither."""
    layers = tuple(layer for layer in asked.keys.layers if layer.base in TOKENS)
    if not layers and not np.isfinite(numbers.tokens.threshold).any():
        return None
    tokens, nothing = scenario.tokens, Stated()
    lengths = [getattr(tokens, name) for name in SIZES[:INPUT]]
    lengths += [nothing, nothing] if tokens.direct is None else [tokens.direct.input, tokens.direct.output]
    families = tuple(_FAMILIES[each.family] for each in lengths)
    cv = np.zeros_like(numbers.sizes.mean)
    cv[:, : len(lengths)] = unknowns.stack(each.cv if each.alpha is None else each.alpha for each in lengths)
    return TokenExcess(scenario, families, cv, layers)

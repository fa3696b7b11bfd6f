"""From what the loops find to meters by their keys."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from simulator.arrays import Array
from simulator.contracts.metering import meters as names
from simulator.engine.expectations.expected_values import ExpectedValues, models_end_alike
from simulator.engine.expectations.lengths import (
    ACTIONS,
    BEFORE,
    CALLS,
    COUNTED,
    OF_ACTIONS,
    OPENING,
    PLAIN_SIZES,
    SAID,
    TURNS_MADE,
    billed_size,
)
from simulator.engine.expectations.requested import PLAIN, Requested
from simulator.futures.law_arrays import Numbers
from simulator.law.delays import mean_delay
from simulator.law.slots import ANSWER, CUSTOMER, INPUT, OUTPUT, REASONING, RETRIEVED, TOOL_RESULT
from simulator.law.tokens import CacheUse, CallNumbers, TotalNumbers, call_tokens, mean_lengths, total_tokens
from simulator.scenario.schema import Scenario


def column_meters(asked: Requested, found: ExpectedValues) -> Iterator[tuple[str, Array]]:
    """Yield what the readers of the table of kinds count by its key, shape (g, m)."""
    for name, column in asked.column_of.items():
        copies = asked.copy_of.get(name)
        yield name, found.columns[column] + (0.0 if copies is None else found.copies[copies])
    for name, column in asked.path_of.items():
        yield name, found.paths[column]


def kind_meters(
    scenario: Scenario, asked: Requested, numbers: Numbers, found: ExpectedValues
) -> Iterator[tuple[str, Array]]:
    """Yield all that is not made of lengths by its key, shape (g, m)."""
    yield from column_meters(asked, found)
    yield from zip(asked.contacts, found.contacts, strict=True)
    made, channels = found.made, numbers.cases.channels
    yield "cases_solved", made.solved[..., 0]
    yield "cases_solved_by_ai", made.solved[..., 1]
    yield "straight_returns", made.fates[..., 2].sum(axis=2)
    returns = made.fates[..., 1] + made.fates[..., 2]
    yield "return_hours", _over_intents(returns, (channels * _delay(numbers)[:, None]).sum(axis=2))
    rows = made.fates[..., 0] + returns
    for place, name in enumerate(scenario.intents):
        yield f"intent:{name}", rows[..., place]
    for place, name in enumerate(scenario.channels):
        yield f"channel:{name}", _over_intents(rows, channels[:, :, place])
    handoff, review, straight, today = np.moveaxis(made.minutes, 2, 0)
    yield "handoff_minutes", handoff
    yield "review_minutes", review
    yield "human_minutes", handoff + review + straight
    if scenario.today is not None:
        yield "today_minutes", today


def _over_intents(numbers: Array, weights: Array) -> Array:
    """Return the sum over intents; numbers have shape (g, m, i), weights (g, i)."""
    return np.asarray((numbers * weights[:, None]).sum(axis=2))


def _delay(numbers: Numbers) -> Array:
    """Return the mean hours until a return, shape (g, c)."""
    law = numbers.returns.delay
    pairs = zip(law.scale.tolist(), law.spread.tolist(), strict=True)
    means = np.array([mean_delay(law.weibull, scale, spread) for scale, spread in pairs])
    return np.asarray(numbers.returns.channel_delay * means[:, None])


def by_model(numbers: Numbers, values: Array) -> list[Array]:
    """Return sums over levels by model, shape (..., g, m) each.

    Args:
        values: shape (k, l, ..., g, m); one model where all end conversations alike.
    """
    models = numbers.endings.models
    if not models_end_alike(numbers):
        return [each.sum(axis=0) for each in values]
    found = []
    for model in range(models.shape[2]):
        parts = [of_level * models[:, level, model, None] for level, of_level in enumerate(values[0])]
        found.append(np.asarray(sum(parts[1:], start=parts[0])))
    return found


def length_meters(
    scenario: Scenario, asked: Requested, numbers: Numbers, month_factor: Array, found: ExpectedValues, share: int
) -> Iterator[tuple[str, Array]]:
    """Yield what is made of lengths and tokens of a share by its key, shape (g, m).

    Args:
        month_factor: the tokens driver, shape (g, m).
    """
    models = by_model(numbers, found.sizes[share])
    levels = found.sizes[share].sum(axis=0)
    sizes, idle = levels.sum(axis=0), found.idle[share].sum(axis=(0, 1, 2))
    sizes[ACTIONS] += idle
    for size in np.flatnonzero(asked.sizes.base == OF_ACTIONS):
        block, included, cap = (each[size] for each in asked.sizes[1:])
        sizes[PLAIN_SIZES + size] += idle * billed_size(1.0, block, included, cap)
    for name, summed in PLAIN.items():
        yield name, np.asarray(sum(sizes[each] for each in summed))
    for key, place in asked.size_names.items():
        yield key, sizes[place]
    for place, name in enumerate(scenario.levels):
        yield f"level:{name}", levels[place, COUNTED]
    tokens = [model_tokens(numbers, place, month_factor, sums) for place, sums in enumerate(models)]
    for name, sums, (prompt, cached, written, output, _) in zip(scenario.models, models, tokens, strict=True):
        yield f"model:{name}", sums[COUNTED]
        plain = np.maximum(prompt - cached - written, 0.0)
        for kind, amount in zip(names.TOKEN_CLASSES, (plain, cached, written, output), strict=True):
            yield names.tokens(name, kind), amount
    for name, place in ((names.INPUT_TOKENS, 0), (names.OUTPUT_TOKENS, 3), ("reasoning_tokens", 4)):
        yield name, np.asarray(sum(each[place] for each in tokens))


def model_tokens(numbers: Numbers, model: int, month_factor: Array, sums: Array) -> Any:
    """Return prompt, cached, written, output and reasoning tokens of a model's conversations, shape (g, m) each.

    Args:
        month_factor: the tokens driver, shape (g, m).
        sums: of sizes, shape (size, g, m).
    """
    law, mean = numbers.tokens, np.moveaxis(numbers.sizes.mean, 1, 0)

    def of(values: Array) -> Any:  # an array stands for a float of the law
        return values[:, None]

    own = of(law.model_factor[:, model])
    factor = of(law.factor) * month_factor * own
    if law.direct:
        shares = (of(law.cached_share), of(law.written_share), of(law.reasoning_share))
        totals = TotalNumbers(factor * of(mean[INPUT]), factor * of(mean[OUTPUT]), *shares)
        return total_tokens(sums[COUNTED], totals)
    stated: Any = tuple(of(mean[place]) for place in (CUSTOMER, ANSWER, TOOL_RESULT, REASONING, RETRIEVED))
    of_model = (of(law.answer_factor[:, model]), of(law.reasoning_factor[:, model]))
    lengths = mean_lengths(stated, factor, *of_model, of(law.reasoning), of(law.retrieval))
    cache = CacheUse(of(law.cached), of(law.written), of(law.missed), of(law.missed_first))
    calls = CallNumbers(lengths, own * of(law.fixed), of(law.kept), cache, law.threshold[model])
    decided: Any = tuple(sums[each] for each in (TURNS_MADE, CALLS, SAID, BEFORE, OPENING))
    return call_tokens(sums[COUNTED], decided, calls)

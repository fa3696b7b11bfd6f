"""The law's numbers of a future in one row, for loops that draw: where each stands, and how many there are.

A compiled loop that hands on a hundred arrays is slow, so it hands on one row and the places of the numbers in it.
"""

from __future__ import annotations

import math
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulator.engine.compiled import loop
from simulator.engine.numbers import Numbers

Array = NDArray[np.float64]
Index = NDArray[np.int64]

NO_FURTHER_TURN, NO_ACTION = "chance of one turn", "logarithm of the chance that a call has no action"
NAMES: Final = (
    "cases.tails", "cases.complexity", "cases.channels",
    "endings.models", "endings.escalate", "endings.escalate_odds", "endings.model_escalate_odds", "endings.later_odds",
    "endings.partial", "endings.abandon", "endings.solve", "endings.solve_odds", "endings.model_solve_odds",
    "endings.confirm",
    "attributes.classes", "attributes.planned", "attributes.review", "attributes.action", "attributes.judged",
    "attributes.response", "attributes.scores",
    "returns.back", "returns.level_odds", "returns.intent_odds", "returns.straight", "returns.delay.scale",
    "returns.delay.spread", "returns.duplicated", "returns.same_channel", "returns.duplicate_delay.scale",
    "returns.duplicate_delay.spread", "returns.channel_delay",
    "turns.level", "turns.end", "turns.channel", "turns.size", "turns.calls_per_turn", "turns.actions_per_call",
    "turns.actions_size", "turns.seconds",
    "people.handoff", "people.review", "people.partial_factor", "people.channel", "people.solve",
    "tokens.factor", "tokens.fixed", "tokens.kept", "tokens.retrieval", "tokens.reasoning", "tokens.cached",
    "tokens.written", "tokens.missed", "tokens.missed_first", "tokens.model_factor", "tokens.answer_factor",
    "tokens.reasoning_factor", "tokens.cached_share", "tokens.written_share", "tokens.reasoning_share",
    "sizes.mean", NO_FURTHER_TURN, NO_ACTION,
)  # fmt: skip
"""Where the numbers come from (engine.numbers), in the order of the slots; the last two are worked out from them."""
(
    LAW_TAILS, LAW_COMPLEXITY, LAW_CHANNELS,
    LAW_MODELS, LAW_ESCALATE, LAW_ESCALATE_ODDS, LAW_MODEL_ESCALATE_ODDS, LAW_LATER_ODDS,
    LAW_PARTIAL_SHARE, LAW_ABANDON, LAW_SOLVE, LAW_SOLVE_ODDS, LAW_MODEL_SOLVE_ODDS,
    LAW_CONFIRM,
    LAW_CLASSES_OF, LAW_PLANNED, LAW_REVIEWED, LAW_ACTION, LAW_JUDGE,
    LAW_RESPONSE, LAW_SCORES,
    LAW_BACK, LAW_LEVEL_RETURN, LAW_INTENT_RETURN, LAW_STRAIGHT_SHARE, LAW_DELAY_SCALE,
    LAW_DELAY_SPREAD, LAW_DUPLICATED, LAW_SAME_CHANNEL, LAW_COPY_SCALE,
    LAW_COPY_SPREAD, LAW_CHANNEL_DELAY,
    LAW_LEVEL_TURNS, LAW_END_TURNS, LAW_CHANNEL_TURNS, LAW_TURNS_SIZE, LAW_CALLS_PER_TURN, LAW_ACTIONS_PER_CALL,
    LAW_ACTIONS_SIZE, LAW_SECONDS,
    LAW_HANDOFF_MEAN, LAW_REVIEW_MEAN, LAW_PARTIAL_FACTOR, LAW_CHANNEL_MINUTES, LAW_PERSON_SOLVES,
    LAW_TOKEN_FACTOR, LAW_FIXED, LAW_KEPT, LAW_RETRIEVAL, LAW_EFFORT, LAW_CACHED,
    LAW_WRITTEN, LAW_MISSED, LAW_MISSED_FIRST, LAW_MODEL_FACTOR, LAW_ANSWER_FACTOR,
    LAW_REASONING_FACTOR, LAW_CACHED_SHARE, LAW_WRITTEN_SHARE, LAW_REASONING_SHARE,
    LAW_SIZE_MEAN, LAW_ONE_TURN, LAW_LOG_NO_ACTION,
) = range(len(NAMES))  # fmt: skip
(
    LAW_LEVEL_COUNT,
    LAW_CHANNEL_COUNT,
    LAW_MODEL_COUNT,
    LAW_MOST_CONTACTS,
    LAW_MOST_TURNS,
    LAW_WEIBULL,
    LAW_COPY_WEIBULL,
    LAW_DIRECT_FORM,
) = range(len(NAMES), len(NAMES) + 8)
"""Places in `where` behind those of the slots: how many there are of each, and which law is meant."""


class Packed(NamedTuple):
    """The law's numbers of some futures, a row a future.

    Attributes:
        rows: shape (g, number).
        where: of each slot the place in a row at which it begins; then the counts.
        table: places of the sizes' quantiles in `tables`, shape (g, size).
        tables: see sizes.Sizes.
        threshold: prompt length above which a call is priced long, shape (k,).
    """

    rows: Array
    where: Index
    table: Index
    tables: Array
    threshold: Array


def packed(numbers: Numbers) -> Packed:
    """Return the law's numbers a row a future."""
    fields = [_field(numbers, name).reshape(len(numbers.sizes.mean), -1) for name in NAMES[:LAW_ONE_TURN]]
    fields += _of_lengths(numbers)
    starts = np.cumsum([0, *(each.shape[1] for each in fields)])[:-1]
    counts = (
        numbers.endings.escalate.shape[1],
        numbers.cases.channels.shape[2],
        numbers.endings.models.shape[2],
        numbers.returns.most,
        numbers.turns.most,
        numbers.returns.delay.weibull,
        numbers.returns.duplicate_delay.weibull,
        numbers.tokens.direct,
    )
    return Packed(
        rows=np.concatenate(fields, axis=1),
        where=np.array([*starts, *counts], dtype=np.int64),
        table=numbers.sizes.table,
        tables=numbers.sizes.tables,
        threshold=numbers.tokens.threshold,
    )


def _of_lengths(numbers: Numbers) -> list[Array]:
    """Return the chance of one turn by level, end and channel, and the logarithm of that of no action of a call."""
    turns = numbers.turns
    shape = turns.level.shape[1], turns.end.shape[1], turns.channel.shape[1]
    one, none = np.empty((len(turns.size), math.prod(shape))), np.empty((len(turns.size), 1))
    loop("begin_lengths")(
        turns.level, turns.end, turns.channel, turns.size, turns.actions_per_call, turns.actions_size, one, none
    )
    return [one, none]


def _field(numbers: Numbers, name: str) -> Array:
    found = numbers
    for each in name.split("."):
        found = getattr(found, each)
    return np.asarray(found)

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
    TAILS, COMPLEXITY, CHANNELS,
    MODELS, ESCALATE, ESCALATE_ODDS, MODEL_ESCALATE_ODDS, LATER_ODDS,
    PARTIAL_SHARE, ABANDON, SOLVE, SOLVE_ODDS, MODEL_SOLVE_ODDS,
    CONFIRM,
    CLASSES_OF, PLANNED, REVIEWED, ACTION, JUDGE,
    RESPONSE, SCORES,
    BACK, LEVEL_RETURN, INTENT_RETURN, STRAIGHT_SHARE, DELAY_SCALE,
    DELAY_SPREAD, DUPLICATED, SAME_CHANNEL, COPY_SCALE,
    COPY_SPREAD, CHANNEL_DELAY,
    LEVEL_TURNS, END_TURNS, CHANNEL_TURNS, TURNS_SIZE, CALLS_PER_TURN, ACTIONS_PER_CALL,
    ACTIONS_SIZE, SECONDS,
    HANDOFF_MEAN, REVIEW_MEAN, PARTIAL_FACTOR, CHANNEL_MINUTES, PERSON_SOLVES,
    TOKEN_FACTOR, FIXED, KEPT, RETRIEVAL, EFFORT, CACHED,
    WRITTEN, MISSED, MISSED_FIRST, MODEL_FACTOR, ANSWER_FACTOR,
    REASONING_FACTOR, CACHED_SHARE, WRITTEN_SHARE, REASONING_SHARE,
    SIZE_MEAN, ONE_TURN, LOG_NO_ACTION,
) = range(len(NAMES))  # fmt: skip
LEVEL_COUNT, CHANNEL_COUNT, MODEL_COUNT, MOST_CONTACTS, MOST_TURNS, WEIBULL, COPY_WEIBULL, DIRECT_FORM = range(
    len(NAMES), len(NAMES) + 8
)
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
    fields = [_field(numbers, name).reshape(len(numbers.sizes.mean), -1) for name in NAMES[:ONE_TURN]]
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

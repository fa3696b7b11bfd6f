"""Where the numbers of the law stand in the row of a future, for what draws: see simulator.engine.draws.law_rows.

A compiled function that hands on a hundred arrays is slow, so the drawing functions hand on one row and the places of
the numbers in it: `law[where[LAW_SOLVE] + level]`.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from simulator.law import Matrix, Row

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
"""Where the numbers come from (law_arrays.Numbers), in the order of the slots; the last two are made of them."""
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

SIZES: Final = (
    "customer", "answer", "tool_result", "reasoning", "retrieved", "input", "output", "handoff", "review",
)  # fmt: skip
"""All sizes, in the order of their numbers; those a scenario does not have are constants of mean 0."""
CUSTOMER, ANSWER, TOOL_RESULT, REASONING, RETRIEVED, INPUT, OUTPUT, HANDOFF, REVIEW = range(len(SIZES))
MOVED_COMPLEXITY, MOVED_ESCALATE, MOVED_SOLVE, MOVED_RETURN, MOVED_TOKENS = range(5)
"""What the month's drivers move, for one intent: odds on the tails, of escalating, solving and returning; F."""


class LawRows(NamedTuple):
    """The law's numbers of some futures, a row a future.

    Attributes:
        rows: shape (g, number).
        where: of each slot the place in a row at which it begins; then the counts.
        table: places of the sizes' quantiles in `tables`, shape (g, size).
        tables: see size_laws.Sizes.
        threshold: prompt length above which a call is priced long, shape (k,).
    """

    rows: Matrix
    where: Row
    table: Matrix
    tables: Row
    threshold: Row


class FutureLaw(NamedTuple):
    """What draws the conversations of a future, a month and an intent.

    Attributes:
        law, where: the row of the future's numbers, and the places in it.
        table, tables: of each size the place where its quantiles begin, and all quantiles (law.quantiles).
        threshold: prompt length above which a call is priced long, by model.
        moved: what the drivers of the month move, in the order of MOVED_COMPLEXITY and those after it.
    """

    law: Row
    where: Row
    table: Row
    tables: Row
    threshold: Row
    moved: Row

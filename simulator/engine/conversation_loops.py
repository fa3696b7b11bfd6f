"""One conversation, drawn by the law's own functions: loops that are compiled.

In all functions `law` is a future's row of engine.slots, `where` says where its numbers stand, `table` and `tables` are
the quantiles of sizes; `whole` and `real` are the columns of engine.columns, `cases` those of cases.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

# isort: off
# fmt: off
from simulator.engine.columns import (
    CASE_FUTURE, CASE_INTENT, CASE_LEVEL, ROW_ACTION, ROW_ACTIONS, ROW_CALLS, ROW_CASE, ROW_CHANNEL, ROW_CLASS,
    ROW_CONTACT, ROW_DELAY, ROW_END, ROW_FUTURE, ROW_HANDOFF, ROW_HOURS, ROW_HUMAN_SOLVED, ROW_INPUT, ROW_INTENT,
    ROW_JUDGED, ROW_LEVEL, ROW_MODEL, ROW_ORIGIN, ROW_PLANNED, ROW_REVIEW, ROW_REVIEWING, ROW_SCORE, ROW_SECONDS,
    ROW_STRAIGHT, ROW_STRAIGHT_MINUTES, ROW_TURNS,
)
from simulator.engine.sizes import ANSWER, CUSTOMER, HANDOFF, INPUT, OUTPUT, REASONING, RETRIEVED, REVIEW, TOOL_RESULT
from simulator.engine.slots import (
    ABANDON, ACTION, ACTIONS_PER_CALL, ACTIONS_SIZE, ANSWER_FACTOR, CACHED, CACHED_SHARE, CALLS_PER_TURN,
    CHANNEL_COUNT, CHANNEL_MINUTES, CHANNEL_TURNS, CLASSES_OF, CONFIRM, DIRECT_FORM, EFFORT, END_TURNS, ESCALATE,
    FIXED, HANDOFF_MEAN, JUDGE, KEPT, LATER_ODDS, LEVEL_TURNS, LOG_NO_ACTION, MISSED, MISSED_FIRST, MODELS,
    MODEL_COUNT, MODEL_ESCALATE_ODDS, MODEL_FACTOR, MODEL_SOLVE_ODDS, MOST_TURNS, ONE_TURN, PARTIAL_FACTOR,
    PARTIAL_SHARE, PERSON_SOLVES, PLANNED, REASONING_FACTOR, REASONING_SHARE, RESPONSE, RETRIEVAL, REVIEWED,
    REVIEW_MEAN, SCORES, SECONDS, SIZE_MEAN, SOLVE, TURNS_SIZE, WRITTEN, WRITTEN_SHARE,
)
from simulator.law import ENDS, PARTIAL
from simulator.law.attributes import (
    action_chance, class_of, judged_chance, planned_chance, response_chance, review_chance, score_of,
)
from simulator.law.calls import calls_drawn, size_of, totals_drawn
from simulator.law.counters import AFTER, ENDING, JUDGED, PEOPLE, WORK, uniform, uniforms, words
from simulator.law.odds import number_of, shifted
from simulator.law.outcomes import end_of
from simulator.law.tokens import mean_lengths
from simulator.law.turns import actions_of, calls_of, mean_turns, none_chance, turns_of
# fmt: on
# isort: on

Array = NDArray[np.float64]
Index = NDArray[np.int64]

MOVED_COMPLEXITY, MOVED_ESCALATE, MOVED_SOLVE, MOVED_RETURN, MOVED_TOKENS = range(5)
"""What the month's drivers move, for one intent: odds on the tails, of escalating, solving and returning; F."""


class Place(NamedTuple):
    """Where a case stands: words of the key, number among its intent's cases, future of the run, month."""

    key: int
    other_key: int
    case: int
    future: int
    month: int


def begin(
    cases: Index, case: int, channel: int, contact: int, origin: int, hours: float, whole: Index, real: Array, row: int
) -> None:
    """Write where a conversation stands, and that nobody comes back after it."""
    whole[ROW_CASE, row] = case
    whole[ROW_FUTURE, row] = cases[case, CASE_FUTURE]
    whole[ROW_INTENT, row] = cases[case, CASE_INTENT]
    whole[ROW_LEVEL, row] = cases[case, CASE_LEVEL]
    whole[ROW_CHANNEL, row] = channel
    whole[ROW_CONTACT, row] = contact
    whole[ROW_ORIGIN, row] = origin
    whole[ROW_STRAIGHT, row] = 0
    real[ROW_HOURS, row] = hours
    real[ROW_DELAY, row] = math.nan
    real[ROW_STRAIGHT_MINUTES, row] = 0.0


def converse(
    law: Array,
    where: Index,
    table: Index,
    tables: Array,
    threshold: Array,
    moved: Array,
    place: Place,
    at: int,
    whole: Index,
    real: Array,
    row: int,
) -> tuple[float, float]:
    """Draw the model, the end, what is recorded, the turns and the tokens of a conversation.

    Returns:
        Uniform numbers that say whether the customer comes back, and whether the conversation has a duplicate: drawn
        with the turns, because most conversations need no more of either.
    """
    intent, level, models = whole[ROW_INTENT, row], whole[ROW_LEVEL, row], where[MODEL_COUNT]
    of_model, escalates, leaves, solves = uniforms(place.key, place.other_key, place.case, place.future, at, ENDING, 0)
    is_partial, confirms, of_class, acts = uniforms(place.key, place.other_key, place.case, place.future, at, AFTER, 0)
    model = number_of(of_model, law, where[MODELS] + level * models, models)
    odds = moved[MOVED_ESCALATE] * law[where[MODEL_ESCALATE_ODDS] + model]
    if whole[ROW_CONTACT, row] > 1:
        odds = odds * law[where[LATER_ODDS]]
    end = end_of(
        escalates,
        is_partial,
        leaves,
        solves,
        confirms,
        shifted(law[where[ESCALATE] + level], odds),
        law[where[PARTIAL_SHARE] + level],
        law[where[ABANDON] + intent],
        shifted(law[where[SOLVE] + level], moved[MOVED_SOLVE] * law[where[MODEL_SOLVE_ODDS] + model]),
        law[where[CONFIRM] + intent],
    )
    whole[ROW_MODEL, row] = model
    whole[ROW_END, row] = end
    whole[ROW_CLASS, row] = class_of(of_class, law, where[CLASSES_OF] + 3 * intent)
    whole[ROW_ACTION, row] = acts < action_chance(end, law[where[ACTION] + intent])
    judge(law, where, place, at, whole, row)
    returns, spawns = lengthen(law, where, place, at, whole, real, row)
    spend(law, where, table, tables, threshold, moved, place, at, whole, real, row)
    return returns, spawns


def judge(law: Array, where: Index, place: Place, at: int, whole: Index, row: int) -> None:
    """Draw what is recorded of how a conversation ended: section 4.3."""
    end, intent = whole[ROW_END, row], whole[ROW_INTENT, row]
    judges, responds, scores, touched = uniforms(place.key, place.other_key, place.case, place.future, at, JUDGED, 0)
    whole[ROW_PLANNED, row] = touched < planned_chance(end, law[where[PLANNED] + intent])
    whole[ROW_REVIEW, row] = touched < review_chance(end, law[where[REVIEWED] + intent])
    whole[ROW_JUDGED, row] = judges < judged_chance(end, law[where[JUDGE]], law[where[JUDGE] + 1])
    answers = responds < response_chance(end, law[where[RESPONSE]])
    whole[ROW_SCORE, row] = score_of(scores, end, law, where[SCORES]) if answers else 0


def lengthen(
    law: Array, where: Index, place: Place, at: int, whole: Index, real: Array, row: int
) -> tuple[float, float]:
    """Draw turns, calls and actions of a conversation: section 4.7; return as `converse`."""
    of_turns, of_actions, returns, spawns = uniforms(place.key, place.other_key, place.case, place.future, at, WORK, 0)
    level, end, channel = whole[ROW_LEVEL, row], whole[ROW_END, row], whole[ROW_CHANNEL, row]
    mean = mean_turns(law[where[LEVEL_TURNS] + level], law[where[END_TURNS] + end], law[where[CHANNEL_TURNS] + channel])
    one = law[where[ONE_TURN] + (level * len(ENDS) + end) * where[CHANNEL_COUNT] + channel]
    turns = turns_of(of_turns, mean, law[where[TURNS_SIZE]], one, where[MOST_TURNS])
    calls = calls_of(turns, law[where[CALLS_PER_TURN]])
    whole[ROW_TURNS, row] = turns
    whole[ROW_CALLS, row] = calls
    whole[ROW_ACTIONS, row] = actions_of(
        of_actions,
        calls,
        law[where[ACTIONS_PER_CALL]],
        law[where[ACTIONS_SIZE]],
        law[where[LOG_NO_ACTION]],
        whole[ROW_ACTION, row] == 1,
    )
    real[ROW_SECONDS, row] = turns * law[where[SECONDS] + channel]
    return returns, spawns


def spend(
    law: Array, where: Index, table: Index, tables: Array, threshold: Array, moved: Array, place: Place, at: int,
    whole: Index, real: Array, row: int,
) -> None:  # fmt: skip
    """Draw the tokens of a conversation: sections 4.8 and 4.9."""
    model, means = whole[ROW_MODEL, row], where[SIZE_MEAN]
    own = law[where[MODEL_FACTOR] + model]
    factor = moved[MOVED_TOKENS] * own
    if where[DIRECT_FORM]:
        drawn = totals_drawn(
            place.key,
            place.other_key,
            place.case,
            place.future,
            at,
            factor * law[means + INPUT],
            factor * law[means + OUTPUT],
            (table[INPUT], table[OUTPUT]),
            tables,
            law[where[CACHED_SHARE]],
            law[where[WRITTEN_SHARE]],
            law[where[REASONING_SHARE]],
        )
    else:
        drawn = calls_drawn(
            place.key,
            place.other_key,
            place.case,
            place.future,
            at,
            whole[ROW_TURNS, row],
            whole[ROW_CALLS, row],
            mean_lengths(
                (
                    law[means + CUSTOMER],
                    law[means + ANSWER],
                    law[means + TOOL_RESULT],
                    law[means + REASONING],
                    law[means + RETRIEVED],
                ),
                factor,
                law[where[ANSWER_FACTOR] + model],
                law[where[REASONING_FACTOR] + model],
                law[where[EFFORT]],
                law[where[RETRIEVAL]],
            ),
            (table[CUSTOMER], table[ANSWER], table[TOOL_RESULT], table[REASONING], table[RETRIEVED]),
            tables,
            own * law[where[FIXED]],
            law[where[KEPT]],
            law[where[CACHED]],
            law[where[WRITTEN]],
            law[where[MISSED]],
            law[where[MISSED_FIRST]],
            threshold[model],
        )
    for number in range(9):
        real[ROW_INPUT + number, row] = drawn[number]


def work(
    law: Array, where: Index, table: Index, tables: Array, place: Place, at: int, whole: Index, real: Array, row: int
) -> None:
    """Draw what people do after a conversation, and whether they solve the problem: section 4.6."""
    real[ROW_HANDOFF, row] = 0.0
    real[ROW_REVIEWING, row] = 0.0
    whole[ROW_HUMAN_SOLVED, row] = 0
    if whole[ROW_END, row] < PARTIAL and not whole[ROW_REVIEW, row] and not whole[ROW_STRAIGHT, row]:
        return
    level, end = whole[ROW_LEVEL, row], whole[ROW_END, row]
    own, after, solves, solves_after = words(place.key, place.other_key, place.case, place.future, at, PEOPLE, 0)
    factor = law[where[CHANNEL_MINUTES] + whole[ROW_CHANNEL, row]]
    mean = factor * law[where[HANDOFF_MEAN] + level]
    handed = end >= PARTIAL
    if handed:
        share = law[where[PARTIAL_FACTOR]] if end == PARTIAL else 1.0
        real[ROW_HANDOFF, row] = share * mean * size_of(own, table[HANDOFF], tables)
    if whole[ROW_REVIEW, row]:
        reviewing = factor * law[where[REVIEW_MEAN] + level]
        real[ROW_REVIEWING, row] = reviewing * size_of(own, table[REVIEW], tables)
    person = law[where[PERSON_SOLVES]]
    solved = handed and uniform(solves) < person
    if whole[ROW_STRAIGHT, row]:
        real[ROW_STRAIGHT_MINUTES, row] = mean * size_of(after, table[HANDOFF], tables)
        solved = solved or uniform(solves_after) < person
    whole[ROW_HUMAN_SOLVED, row] = solved


def begin_lengths(
    level: Array,
    end: Array,
    channel: Array,
    size: Array,
    per_call: Array,
    actions_size: Array,
    one: Array,
    none: Array,
) -> None:
    """Work out what the draws of turns and actions begin with; arguments are those of numbers.TurnLaw.

    Args:
        one: filled in with the chance of one turn, by level, end and channel one after the other, shape (g, number).
        none: filled in with the logarithm of the chance that a call has no action, shape (g, 1).
    """
    for future in range(len(size)):
        place = 0
        for of_level in level[future]:
            for of_end in end[future]:
                for of_channel in channel[future]:
                    excess = max(mean_turns(of_level, of_end, of_channel) - 1.0, 0.0)
                    one[future, place] = none_chance(excess, size[future])
                    place = place + 1
        none[future, 0] = math.log(none_chance(per_call[future], actions_size[future]))

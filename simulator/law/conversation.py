"""One conversation, drawn. docs/model.md sections 4.1 to 4.9.

In all functions `law` is a future's row of numbers and `where` says where they stand (law.slots); `table` and `tables`
are the quantiles of sizes (law.quantiles); `moved` is what the month's drivers move; `whole`, `real` and `cases` are
the columns of law.drawn_columns.
"""

from __future__ import annotations

import math

# isort: off
# fmt: off
from simulator.law import ENDS, PARTIAL, Matrix, Row
from simulator.law.attributes import (
    action_chance, class_of, judged_chance, planned_chance, response_chance, review_chance, score_of,
)
from simulator.law.calls import calls_drawn, size_of, totals_drawn
from simulator.law.drawn_columns import (
    CASE_FUTURE, CASE_INTENT, CASE_LEVEL, COPY, ROW_ACTION, ROW_ACTIONS, ROW_CALLS, ROW_CASE, ROW_CHANNEL,
    ROW_CLASS, ROW_CONTACT, ROW_DELAY, ROW_END, ROW_FUTURE, ROW_HANDOFF, ROW_HOURS, ROW_HUMAN_SOLVED, ROW_INPUT,
    ROW_INTENT, ROW_JUDGED, ROW_LEVEL, ROW_MODEL, ROW_ORIGIN, ROW_PLANNED, ROW_REVIEW, ROW_REVIEWING, ROW_SCORE,
    ROW_SECONDS, ROW_STRAIGHT, ROW_STRAIGHT_MINUTES, ROW_TURNS,
)
from simulator.law.counters import (
    AFTER, DUPLICATE, ENDING, JUDGED, PEOPLE, RETURN, WORK, CasePlace, fine_uniform, uniform, uniforms, words,
)
from simulator.law.delays import delay_hours
from simulator.law.odds import number_of, shifted
from simulator.law.outcomes import end_of
from simulator.law.slots import (
    ANSWER, CUSTOMER, HANDOFF, INPUT, LAW_ABANDON, LAW_ACTION, LAW_ACTIONS_PER_CALL, LAW_ACTIONS_SIZE,
    LAW_ANSWER_FACTOR, LAW_BACK, LAW_CACHED, LAW_CACHED_SHARE, LAW_CALLS_PER_TURN, LAW_CHANNELS, LAW_CHANNEL_COUNT,
    LAW_CHANNEL_DELAY, LAW_CHANNEL_MINUTES, LAW_CHANNEL_TURNS, LAW_CLASSES_OF, LAW_CONFIRM, LAW_COPY_SCALE,
    LAW_COPY_SPREAD, LAW_COPY_WEIBULL, LAW_DELAY_SCALE, LAW_DELAY_SPREAD, LAW_DIRECT_FORM, LAW_DUPLICATED,
    LAW_EFFORT, LAW_END_TURNS, LAW_ESCALATE, LAW_FIXED, LAW_HANDOFF_MEAN, LAW_JUDGE, LAW_KEPT, LAW_LATER_ODDS,
    LAW_LEVEL_RETURN, LAW_LEVEL_TURNS, LAW_LOG_NO_ACTION, LAW_MISSED, LAW_MISSED_FIRST, LAW_MODELS, LAW_MODEL_COUNT,
    LAW_MODEL_ESCALATE_ODDS, LAW_MODEL_FACTOR, LAW_MODEL_SOLVE_ODDS, LAW_MOST_CONTACTS, LAW_MOST_TURNS,
    LAW_ONE_TURN, LAW_PARTIAL_FACTOR, LAW_PARTIAL_SHARE, LAW_PERSON_SOLVES, LAW_PLANNED, LAW_REASONING_FACTOR,
    LAW_REASONING_SHARE, LAW_RESPONSE, LAW_RETRIEVAL, LAW_REVIEWED, LAW_REVIEW_MEAN, LAW_SAME_CHANNEL, LAW_SCORES,
    LAW_SECONDS, LAW_SIZE_MEAN, LAW_SOLVE, LAW_STRAIGHT_SHARE, LAW_TURNS_SIZE, LAW_WEIBULL, LAW_WRITTEN,
    LAW_WRITTEN_SHARE, MOVED_ESCALATE, MOVED_RETURN, MOVED_SOLVE, MOVED_TOKENS, OUTPUT, REASONING, RETRIEVED,
    REVIEW, TOOL_RESULT,
)
from simulator.law.tokens import mean_lengths
from simulator.law.turns import actions_of, calls_of, mean_turns, turns_of
# fmt: on
# isort: on


def begin(
    cases: Matrix,
    case: int,
    channel: int,
    contact: int,
    origin: int,
    hours: float,
    whole: Matrix,
    real: Matrix,
    row: int,
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
    law: Row,
    where: Row,
    table: Row,
    tables: Row,
    threshold: Row,
    moved: Row,
    place: CasePlace,
    at: int,
    whole: Matrix,
    real: Matrix,
    row: int,
) -> tuple[float, float]:
    """Draw the model, the end, what is recorded, the turns and the tokens of a conversation.

    Returns:
        Uniform numbers that say whether the customer comes back, and whether the conversation has a duplicate: drawn
        with the turns, because most conversations need no more of either.
    """
    intent, level, models = whole[ROW_INTENT, row], whole[ROW_LEVEL, row], where[LAW_MODEL_COUNT]
    of_model, escalates, leaves, solves = uniforms(place, at, ENDING, 0)
    is_partial, confirms, of_class, acts = uniforms(place, at, AFTER, 0)
    model = number_of(of_model, law, where[LAW_MODELS] + level * models, models)
    odds = moved[MOVED_ESCALATE] * law[where[LAW_MODEL_ESCALATE_ODDS] + model]
    if whole[ROW_CONTACT, row] > 1:
        odds = odds * law[where[LAW_LATER_ODDS]]
    end = end_of(
        escalates,
        is_partial,
        leaves,
        solves,
        confirms,
        shifted(law[where[LAW_ESCALATE] + level], odds),
        law[where[LAW_PARTIAL_SHARE] + level],
        law[where[LAW_ABANDON] + intent],
        shifted(law[where[LAW_SOLVE] + level], moved[MOVED_SOLVE] * law[where[LAW_MODEL_SOLVE_ODDS] + model]),
        law[where[LAW_CONFIRM] + intent],
    )
    whole[ROW_MODEL, row] = model
    whole[ROW_END, row] = end
    whole[ROW_CLASS, row] = class_of(of_class, law, where[LAW_CLASSES_OF] + 3 * intent)
    whole[ROW_ACTION, row] = acts < action_chance(end, law[where[LAW_ACTION] + intent])
    judge(law, where, place, at, whole, row)
    returns, spawns = lengthen(law, where, place, at, whole, real, row)
    spend(law, where, table, tables, threshold, moved, place, at, whole, real, row)
    return returns, spawns


def judge(law: Row, where: Row, place: CasePlace, at: int, whole: Matrix, row: int) -> None:
    """Draw what is recorded of how a conversation ended: section 4.3."""
    end, intent = whole[ROW_END, row], whole[ROW_INTENT, row]
    judges, responds, scores, touched = uniforms(place, at, JUDGED, 0)
    whole[ROW_PLANNED, row] = touched < planned_chance(end, law[where[LAW_PLANNED] + intent])
    whole[ROW_REVIEW, row] = touched < review_chance(end, law[where[LAW_REVIEWED] + intent])
    whole[ROW_JUDGED, row] = judges < judged_chance(end, law[where[LAW_JUDGE]], law[where[LAW_JUDGE] + 1])
    answers = responds < response_chance(end, law[where[LAW_RESPONSE]])
    whole[ROW_SCORE, row] = score_of(scores, end, law, where[LAW_SCORES]) if answers else 0


def lengthen(
    law: Row, where: Row, place: CasePlace, at: int, whole: Matrix, real: Matrix, row: int
) -> tuple[float, float]:
    """Draw turns, calls and actions of a conversation: section 4.7; return as `converse`."""
    of_turns, of_actions, returns, spawns = uniforms(place, at, WORK, 0)
    level, end, channel = whole[ROW_LEVEL, row], whole[ROW_END, row], whole[ROW_CHANNEL, row]
    mean = mean_turns(
        law[where[LAW_LEVEL_TURNS] + level], law[where[LAW_END_TURNS] + end], law[where[LAW_CHANNEL_TURNS] + channel]
    )
    one = law[where[LAW_ONE_TURN] + (level * len(ENDS) + end) * where[LAW_CHANNEL_COUNT] + channel]
    turns = turns_of(of_turns, mean, law[where[LAW_TURNS_SIZE]], one, where[LAW_MOST_TURNS])
    calls = calls_of(turns, law[where[LAW_CALLS_PER_TURN]])
    whole[ROW_TURNS, row] = turns
    whole[ROW_CALLS, row] = calls
    whole[ROW_ACTIONS, row] = actions_of(
        of_actions,
        calls,
        law[where[LAW_ACTIONS_PER_CALL]],
        law[where[LAW_ACTIONS_SIZE]],
        law[where[LAW_LOG_NO_ACTION]],
        whole[ROW_ACTION, row] == 1,
    )
    real[ROW_SECONDS, row] = turns * law[where[LAW_SECONDS] + channel]
    return returns, spawns


def spend(
    law: Row, where: Row, table: Row, tables: Row, threshold: Row, moved: Row, place: CasePlace, at: int,
    whole: Matrix, real: Matrix, row: int,
) -> None:  # fmt: skip
    """Draw the tokens of a conversation: sections 4.8 and 4.9."""
    model, means = whole[ROW_MODEL, row], where[LAW_SIZE_MEAN]
    own = law[where[LAW_MODEL_FACTOR] + model]
    factor = moved[MOVED_TOKENS] * own
    if where[LAW_DIRECT_FORM]:
        drawn = totals_drawn(
            place,
            at,
            factor * law[means + INPUT],
            factor * law[means + OUTPUT],
            (table[INPUT], table[OUTPUT]),
            tables,
            law[where[LAW_CACHED_SHARE]],
            law[where[LAW_WRITTEN_SHARE]],
            law[where[LAW_REASONING_SHARE]],
        )
    else:
        drawn = calls_drawn(
            place,
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
                law[where[LAW_ANSWER_FACTOR] + model],
                law[where[LAW_REASONING_FACTOR] + model],
                law[where[LAW_EFFORT]],
                law[where[LAW_RETRIEVAL]],
            ),
            (table[CUSTOMER], table[ANSWER], table[TOOL_RESULT], table[REASONING], table[RETRIEVED]),
            tables,
            own * law[where[LAW_FIXED]],
            law[where[LAW_KEPT]],
            law[where[LAW_CACHED]],
            law[where[LAW_WRITTEN]],
            law[where[LAW_MISSED]],
            law[where[LAW_MISSED_FIRST]],
            threshold[model],
        )
    for number in range(9):
        real[ROW_INPUT + number, row] = drawn[number]


def come_back(
    law: Row,
    where: Row,
    moved: Row,
    place: CasePlace,
    at: int,
    returns: float,
    whole: Matrix,
    real: Matrix,
    row: int,
) -> None:
    """Draw whether the customer comes back, when, and whether straight to a person: section 4.4.

    Args:
        returns: uniform, see `converse`.
    """
    end = whole[ROW_END, row]
    odds = moved[MOVED_RETURN] * law[where[LAW_LEVEL_RETURN] + whole[ROW_LEVEL, row]]
    if returns >= shifted(law[where[LAW_BACK] + end], odds):
        return
    of_straight, _, high, low = words(place, at, RETURN, 0)
    real[ROW_DELAY, row] = delay_hours(
        fine_uniform(high, low),
        where[LAW_WEIBULL] == 1,
        law[where[LAW_DELAY_SCALE]] * law[where[LAW_CHANNEL_DELAY] + whole[ROW_CHANNEL, row]],
        law[where[LAW_DELAY_SPREAD]],
    )
    last = whole[ROW_CONTACT, row] == where[LAW_MOST_CONTACTS]
    whole[ROW_STRAIGHT, row] = last or uniform(of_straight) < law[where[LAW_STRAIGHT_SHARE] + end]


def work(
    law: Row,
    where: Row,
    table: Row,
    tables: Row,
    place: CasePlace,
    at: int,
    whole: Matrix,
    real: Matrix,
    row: int,
) -> None:
    """Draw what people do after a conversation, and whether they solve the problem: section 4.6."""
    real[ROW_HANDOFF, row] = 0.0
    real[ROW_REVIEWING, row] = 0.0
    whole[ROW_HUMAN_SOLVED, row] = 0
    if whole[ROW_END, row] < PARTIAL and not whole[ROW_REVIEW, row] and not whole[ROW_STRAIGHT, row]:
        return
    level, end = whole[ROW_LEVEL, row], whole[ROW_END, row]
    own, after, solves, solves_after = words(place, at, PEOPLE, 0)
    factor = law[where[LAW_CHANNEL_MINUTES] + whole[ROW_CHANNEL, row]]
    mean = factor * law[where[LAW_HANDOFF_MEAN] + level]
    handed = end >= PARTIAL
    if handed:
        share = law[where[LAW_PARTIAL_FACTOR]] if end == PARTIAL else 1.0
        real[ROW_HANDOFF, row] = share * mean * size_of(own, table[HANDOFF], tables)
    if whole[ROW_REVIEW, row]:
        reviewing = factor * law[where[LAW_REVIEW_MEAN] + level]
        real[ROW_REVIEWING, row] = reviewing * size_of(own, table[REVIEW], tables)
    person = law[where[LAW_PERSON_SOLVES]]
    solved = handed and uniform(solves) < person
    if whole[ROW_STRAIGHT, row]:
        real[ROW_STRAIGHT_MINUTES, row] = mean * size_of(after, table[HANDOFF], tables)
        solved = solved or uniform(solves_after) < person
    whole[ROW_HUMAN_SOLVED, row] = solved


def duplicate(
    law: Row,
    where: Row,
    place: CasePlace,
    at: int,
    spawns: float,
    cases: Matrix,
    case: int,
    whole: Matrix,
    real: Matrix,
    row: int,
) -> bool:
    """Draw whether a conversation has a duplicate, and write where that stands to the next row: section 4.5.

    Args:
        spawns: uniform, see `converse`.
    """
    if spawns >= law[where[LAW_DUPLICATED] + whole[ROW_END, row]]:
        return False
    channel, channels = whole[ROW_CHANNEL, row], where[LAW_CHANNEL_COUNT]
    same, of_channel, high, low = words(place, at, DUPLICATE, 0)
    if uniform(same) >= law[where[LAW_SAME_CHANNEL]]:
        channel = number_of(uniform(of_channel), law, where[LAW_CHANNELS] + whole[ROW_INTENT, row] * channels, channels)
    delay = delay_hours(
        fine_uniform(high, low),
        where[LAW_COPY_WEIBULL] == 1,
        law[where[LAW_COPY_SCALE]] * law[where[LAW_CHANNEL_DELAY] + channel],
        law[where[LAW_COPY_SPREAD]],
    )
    begin(cases, case, channel, whole[ROW_CONTACT, row], COPY, real[ROW_HOURS, row] + delay, whole, real, row + 1)
    return True

"""The cases of a month, one after the other, with all their conversations: loops that are compiled.

Called by `simulator.engine.drawing`. Each conversation is written to the next row of the columns; those of a case stand
together: a contact, its duplicate if it has one, the next contact. The arguments `law`, `where`, `table`, `tables`,
`whole` and `real` are those of engine.conversation_loops; `cases` are the columns of cases.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

# isort: off
# fmt: off
from simulator.engine.columns import (
    CASE_CHANNEL, CASE_FUTURE, CASE_INTENT, CASE_LEVEL, CASE_NUMBER, COPY, NEW, RETURNED, ROW_CHANNEL,
    ROW_CONTACT, ROW_DELAY, ROW_END, ROW_HOURS, ROW_INTENT, ROW_LEVEL, ROW_STRAIGHT,
)
from simulator.engine.conversation_loops import (
    MOVED_COMPLEXITY, MOVED_ESCALATE, MOVED_RETURN, MOVED_SOLVE, MOVED_TOKENS, CasePlace, begin, converse, work,
)
from simulator.engine.slots import (
    LAW_BACK, LAW_CHANNELS, LAW_CHANNEL_COUNT, LAW_CHANNEL_DELAY, LAW_COMPLEXITY, LAW_COPY_SCALE, LAW_COPY_SPREAD,
    LAW_COPY_WEIBULL, LAW_DELAY_SCALE, LAW_DELAY_SPREAD, LAW_DUPLICATED, LAW_ESCALATE_ODDS, LAW_INTENT_RETURN,
    LAW_LEVEL_COUNT, LAW_LEVEL_RETURN, LAW_MOST_CONTACTS, LAW_SAME_CHANNEL, LAW_SOLVE_ODDS, LAW_STRAIGHT_SHARE,
    LAW_TAILS, LAW_TOKEN_FACTOR, LAW_WEIBULL,
)
from simulator.law.arrivals import arrivals_before, opened
from simulator.law.counters import (
    CASE, DUPLICATE, RETURN, fine_uniform, place_of, uniform, uniforms, words,
)
from simulator.law.delays import delay_hours
from simulator.law.levels import level_of
from simulator.law.odds import number_of, shifted
# fmt: on
# isort: on

Array = NDArray[np.float64]
Index = NDArray[np.int64]


def cases_before(keys: Index, expected: Array, first: int, month: int, counts: Index) -> None:
    """Count the cases of a month, by intent.

    Args:
        keys: two words for each intent, shape (i, 2).
        expected: expected cases, shape (g, i).
        first: number of the first future.
        counts: filled in, shape (g, i).
    """
    place = place_of(month, 0, NEW)
    for future in range(expected.shape[0]):
        for intent in range(expected.shape[1]):
            key, other_key = keys[intent, 0], keys[intent, 1]
            counts[future, intent] = arrivals_before(key, other_key, first + future, place, expected[future, intent])


def draw_cases(
    rows: Array,
    where: Index,
    table: Index,
    tables: Array,
    threshold: Array,
    moves: Array,
    keys: Index,
    counts: Index,
    first: int,
    month: int,
    cell: int,
    number: int,
    cases: Index,
    whole: Index,
    real: Array,
) -> tuple[int, int, int, int]:
    """Draw cases and their conversations until all are drawn or the columns are full.

    Args:
        rows, where, table, tables, threshold: see slots.Packed.
        moves: what the drivers of the month move, shape (g, 5).
        keys: two words for each intent, shape (i, 2).
        counts: cases of the month, shape (g, i).
        first: number of the first future.
        cell, number: where to begin: place of (future, intent) in `counts`, and number of the case there.
        cases: filled in from its first row, shape (case, 5), see columns.OF_CASE.
        whole, real: filled in from their first row, shape (column, conversation).

    Returns:
        Cases and conversations that were filled in; the cell and the number to go on with, beyond the last at the end.
    """
    intents = counts.shape[1]
    room = whole.shape[1] - 2 * where[LAW_MOST_CONTACTS]
    moved = np.empty(5)
    case = row = 0
    while cell < counts.size:
        future, intent = cell // intents, cell % intents
        law = rows[future]
        move(law, where, moves[future], intent, moved)
        while number < counts[future, intent]:
            if row > room or case == len(cases):
                return case, row, cell, number
            place = CasePlace(keys[intent, 0], keys[intent, 1], number, first + future, month)
            cases[case, CASE_FUTURE] = future
            open_case(law, where, place, intent, moved, cases, case)
            row = draw_case(law, where, table[future], tables, threshold, moved, place, cases, case, whole, real, row)
            case = case + 1
            number = number + 1
        cell = cell + 1
        number = 0
    return case, row, cell, number


def move(law: Array, where: Index, moves: Array, intent: int, moved: Array) -> None:
    """Fill in what the drivers of a month move, for an intent."""
    moved[MOVED_COMPLEXITY] = law[where[LAW_COMPLEXITY]] * moves[MOVED_COMPLEXITY]
    moved[MOVED_ESCALATE] = law[where[LAW_ESCALATE_ODDS] + intent] * moves[MOVED_ESCALATE]
    moved[MOVED_SOLVE] = law[where[LAW_SOLVE_ODDS] + intent] * moves[MOVED_SOLVE]
    moved[MOVED_RETURN] = law[where[LAW_INTENT_RETURN] + intent] * moves[MOVED_RETURN]
    moved[MOVED_TOKENS] = law[where[LAW_TOKEN_FACTOR]] * moves[MOVED_TOKENS]


def open_case(law: Array, where: Index, place: CasePlace, intent: int, moved: Array, cases: Index, case: int) -> None:
    """Draw the level and the channel of a case: section 4."""
    levels, channels = where[LAW_LEVEL_COUNT], where[LAW_CHANNEL_COUNT]
    at = place_of(place.month, 0, NEW)
    of_level, of_channel, _, _ = uniforms(place.key, place.other_key, place.case, place.future, at, CASE, 0)
    tails = where[LAW_TAILS] + intent * (levels - 1)
    cases[case, CASE_NUMBER] = place.case
    cases[case, CASE_INTENT] = intent
    cases[case, CASE_LEVEL] = level_of(of_level, law, tails, levels - 1, moved[MOVED_COMPLEXITY])
    cases[case, CASE_CHANNEL] = number_of(of_channel, law, where[LAW_CHANNELS] + intent * channels, channels)


def open_cases(keys: Index, first: int, month: int, cases: Index, found: Array) -> None:
    """Fill in the share of the month after which each case opens, shape (case,); `cases` as of draw_cases."""
    for case in range(len(cases)):
        intent = cases[case, CASE_INTENT]
        number, future = cases[case, CASE_NUMBER], first + cases[case, CASE_FUTURE]
        found[case] = opened(keys[intent, 0], keys[intent, 1], number, future, month)


def draw_case(
    law: Array,
    where: Index,
    table: Index,
    tables: Array,
    threshold: Array,
    moved: Array,
    place: CasePlace,
    cases: Index,
    case: int,
    whole: Index,
    real: Array,
    row: int,
) -> int:
    """Draw the conversations of a case and return the next free row: sections 4.4 and 4.5."""
    hours = 0.0
    contact = 1
    while True:
        origin = NEW if contact == 1 else RETURNED
        at = place_of(place.month, contact, origin)
        begin(cases, case, cases[case, CASE_CHANNEL], contact, origin, hours, whole, real, row)
        returns, spawns = converse(law, where, table, tables, threshold, moved, place, at, whole, real, row)
        come_back(law, where, moved, place, at, returns, whole, real, row)
        work(law, where, table, tables, place, at, whole, real, row)
        original = row
        row = row + 1
        if duplicate(law, where, place, at, spawns, cases, case, whole, real, original):
            there = place_of(place.month, contact, COPY)
            converse(law, where, table, tables, threshold, moved, place, there, whole, real, row)
            work(law, where, table, tables, place, there, whole, real, row)
            row = row + 1
        if whole[ROW_STRAIGHT, original] or math.isnan(real[ROW_DELAY, original]):
            return row
        hours = hours + real[ROW_DELAY, original]
        contact = contact + 1


def come_back(
    law: Array,
    where: Index,
    moved: Array,
    place: CasePlace,
    at: int,
    returns: float,
    whole: Index,
    real: Array,
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
    of_straight, _, high, low = words(place.key, place.other_key, place.case, place.future, at, RETURN, 0)
    real[ROW_DELAY, row] = delay_hours(
        fine_uniform(high, low),
        where[LAW_WEIBULL] == 1,
        law[where[LAW_DELAY_SCALE]] * law[where[LAW_CHANNEL_DELAY] + whole[ROW_CHANNEL, row]],
        law[where[LAW_DELAY_SPREAD]],
    )
    last = whole[ROW_CONTACT, row] == where[LAW_MOST_CONTACTS]
    whole[ROW_STRAIGHT, row] = last or uniform(of_straight) < law[where[LAW_STRAIGHT_SHARE] + end]


def duplicate(
    law: Array,
    where: Index,
    place: CasePlace,
    at: int,
    spawns: float,
    cases: Index,
    case: int,
    whole: Index,
    real: Array,
    row: int,
) -> bool:
    """Draw whether a conversation has a duplicate, and write where that stands to the next row: section 4.5.

    Args:
        spawns: uniform, see `converse`.
    """
    if spawns >= law[where[LAW_DUPLICATED] + whole[ROW_END, row]]:
        return False
    channel, channels = whole[ROW_CHANNEL, row], where[LAW_CHANNEL_COUNT]
    same, of_channel, high, low = words(place.key, place.other_key, place.case, place.future, at, DUPLICATE, 0)
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

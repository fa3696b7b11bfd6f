"""The cases of a month, future after future: loops that are compiled, called by `simulator.engine.draws.drawing`.

Each conversation is written to the next row of the columns; those of a case stand together: a contact, its duplicate if
it has one, the next contact.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from simulator.arrays import Array, Index

# isort: off
# fmt: off
from simulator.futures.law_arrays import TurnLaw
from simulator.law.arrivals import arrivals_before, opened
from simulator.law.drawn_columns import CASE_FUTURE, CASE_INTENT, CASE_NUMBER, DrawnColumns
from simulator.law.slots import LAW_MOST_CONTACTS, FutureLaw, LawRows
from simulator.law.turns import mean_turns, none_chance
from simulator.law.case import draw_case, move, open_case
# fmt: on
# isort: on


class Opened(NamedTuple):
    """The cases that open in a month.

    Attributes:
        keys: two words for each intent, shape (i, 2).
        counts: cases, shape (g, i).
        first: number of the first future.
        month: its number.
    """

    keys: Index
    counts: Index
    first: int
    month: int


def begin_lengths(law: TurnLaw, one: Array, none: Array) -> None:
    """Work out what the draws of turns and actions begin with.

    Args:
        one: filled in with the chance of one turn, by level, end and channel one after the other, shape (g, number).
        none: filled in with the logarithm of the chance that a call has no action, shape (g, 1).
    """
    size = law.size
    for future in range(len(size)):
        place = 0
        for of_level in law.level[future]:
            for of_end in law.end[future]:
                for of_channel in law.channel[future]:
                    excess = max(mean_turns(of_level, of_end, of_channel) - 1.0, 0.0)
                    one[future, place] = none_chance(excess, size[future])
                    place = place + 1
        none[future, 0] = math.log(none_chance(law.actions_per_call[future], law.actions_size[future]))


def cases_before(keys: Index, expected: Array, first: int, month: int, counts: Index) -> None:
    """Count the cases of a month, by intent.

    Args:
        keys: two words for each intent, shape (i, 2).
        expected: expected cases, shape (g, i).
        first: number of the first future.
        counts: filled in, shape (g, i).
    """
    for future in range(expected.shape[0]):
        for intent in range(expected.shape[1]):
            key, other_key = keys[intent, 0], keys[intent, 1]
            counts[future, intent] = arrivals_before(key, other_key, first + future, month, expected[future, intent])


def draw_cases(
    numbers: LawRows, effects: Array, month: Opened, cell: int, number: int, columns: DrawnColumns
) -> tuple[int, int, int, int]:
    """Draw cases and their conversations until all are drawn or the columns are full.

    Args:
        month: its cases.
        effects: what the drivers of the month move, shape (g, 5).
        cell, number: where to begin: place of (future, intent) in `counts`, and number of the case there.
        columns: filled in from their first row.

    Returns:
        Cases and conversations that were filled in; the cell and the number to go on with, beyond the last at the end.
    """
    where, cases, keys, counts = numbers.where, columns.cases, month.keys, month.counts
    intents = counts.shape[1]
    room = columns.whole.shape[1] - 2 * where[LAW_MOST_CONTACTS]
    moved = np.empty(5)
    case = row = 0
    while cell < counts.size:
        future, intent = cell // intents, cell % intents
        law = numbers.rows[future]
        move(law, where, effects[future], intent, moved)
        of = FutureLaw(law, where, numbers.table[future], numbers.tables, numbers.threshold, moved)
        while number < counts[future, intent]:
            if row > room or case == len(cases):
                return case, row, cell, number
            place = (keys[intent, 0], keys[intent, 1], number, month.first + future)
            cases[case, CASE_FUTURE] = future
            open_case(of, place, month.month, intent, cases, case)
            row = draw_case(of, place, month.month, columns, case, row)
            case = case + 1
            number = number + 1
        cell = cell + 1
        number = 0
    return case, row, cell, number


def open_cases(keys: Index, first: int, month: int, cases: Index, found: Array) -> None:
    """Fill in the share of the month after which each case opens, shape (case,); `cases` as of draw_cases."""
    for case in range(len(cases)):
        intent = cases[case, CASE_INTENT]
        number, future = cases[case, CASE_NUMBER], first + cases[case, CASE_FUTURE]
        found[case] = opened((keys[intent, 0], keys[intent, 1], number, future), month)

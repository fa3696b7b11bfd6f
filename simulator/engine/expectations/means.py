"""Loops over the table of kinds: means over what is recorded of a conversation, given how it ends and what follows.

A *column* of what is asked is a reader of the table (conversation_kinds), for all conversations or for those that are
solved, in the whole or in a part. Its mean goes by intent, end and fate; where a definition merges duplicates, what it
leaves out goes by the ends of both. Readers that look at the contact, the level or the turns, and definitions that
remember more, are in `case_history`.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from simulator.arrays import Array, Index
from simulator.futures.law_arrays import AttributeLaw
from simulator.law import SILENT_SOLVED
from simulator.law.attributes import action_chance, judged_chance, planned_chance, response_chance, review_chance
from simulator.law.people import solved_chance

(
    AT_END,
    AT_PLANNED,
    AT_REVIEWED,
    AT_ACTED,
    AT_JUDGED_RIGHT,
    AT_CLASS,
    AT_SCORE,
    AT_DELAY,
    AT_CONTACT,
    AT_ORIGIN,
    AT_INTENT,
    AT_CHANNEL,
    AT_LEVEL,
    AT_TURNS,
) = range(14)
AT_PREVIOUS, AT_BASE, AT_BILLED_BEFORE, AT_ORIGINAL_BASE = range(14, 18)
"""Places of the coordinates in conversation_kinds.COORDINATES."""
ALL, SOLVED, SOLVED_BY_AI = range(3)
"""Which conversations a column takes."""
FIRST_ATTRIBUTE: Final = AT_PLANNED
"""Coordinates from here to AT_SCORE are drawn for each conversation."""

CODES: Final = (2, 2, 2, 2, 4, 6)
"""How many codes each of them has."""
MOST_KINDS: Final = 384
"""Product of `CODES`."""


class ReaderColumns(NamedTuple):
    """What is asked of readers, in order of the readers.

    Attributes:
        reader: row of the table of kinds, shape (reader,).
        first: where the columns of each reader begin, and where the last one's end, shape (reader + 1,).
        which: ALL, SOLVED or SOLVED_BY_AI, shape (column,).
        part: row of `Readers.parts`, shape (column,).
    """

    reader: Index
    first: Index
    which: Index
    part: Index


class Merged(NamedTuple):
    """Columns of duplicates whose original's base holds, of readers that count these otherwise than all else.

    Attributes:
        reader: place in `ReaderColumns.reader`, shape (reader,).
        weight: what such a duplicate counts for, less the 1 of all else, shape (reader,).
        ends: those with which the base of any of them may hold, shape (x,).
        first, which, part: see `ReaderColumns`.
    """

    reader: Index
    weight: Array
    ends: Index
    first: Index
    which: Index
    part: Index


class Readers(NamedTuple):
    """The table of kinds, see conversation_kinds.Tables, and the parts.

    Attributes:
        parts: 1 for each intent and channel of a part, else 0, shape (part, intent, channel); part 0 is the whole.
    """

    values: Array
    offset: Index
    stride: Index
    parts: Array


class FutureConstants(NamedTuple):
    """What a future has.

    Attributes:
        person: chance that a person solves.
        same_channel: chance that a duplicate keeps its original's channel.
        duplicated: chance of a duplicate by end, shape (e,).
        channels: shares, shape (i, c).
        within: chance of a delay below the end of each interval of hours, shape (c, interval).
        masses: chance of each number of turns from 1, shape (c, l, e, turns).
    """

    person: float
    same_channel: float
    duplicated: Array
    channels: Array
    within: Array
    masses: Array


class Mixture(NamedTuple):
    """The kinds of conversation that a reader tells apart by what is recorded: how many, places and chances of them."""

    number: int
    steps: Index
    shares: Array


class KindColumns(NamedTuple):
    """What is asked of kinds of conversation: columns of all, and those of duplicates."""

    columns: ReaderColumns
    merged: Merged


class KindMeans(NamedTuple):
    """Means to be filled: of columns, shape (i, e, f, column); of those of duplicates, shape (i, x, x, 2, column)."""

    columns: Array
    copied: Array


def fill_attributes(law: AttributeLaw, future: int, intent: int, end: int, chances: Array) -> None:
    """Fill in the chances of each code of what is recorded of a conversation.

    Args:
        chances: by coordinate from FIRST_ATTRIBUTE to AT_SCORE and code, shape (6, 6).
    """
    flags = (
        planned_chance(end, law.planned[future, intent]),
        review_chance(end, law.review[future, intent]),
        action_chance(end, law.action[future, intent]),
        judged_chance(end, law.judged[future, 0], law.judged[future, 1]),
    )
    for number in range(4):
        chances[number, 0], chances[number, 1] = 1.0 - flags[number], flags[number]
    of_class, of_score = chances[AT_CLASS - FIRST_ATTRIBUTE], chances[AT_SCORE - FIRST_ATTRIBUTE]
    of_class[0] = 1.0
    for number in range(3):
        of_class[number + 1] = law.classes[future, intent, number]
        of_class[0] -= law.classes[future, intent, number]
    of_class[0] = max(of_class[0], 0.0)
    response = response_chance(end, law.response[future])
    of_score[0] = 1.0 - response
    for number in range(5):
        of_score[number + 1] = response * law.scores[future, 1 if end <= SILENT_SOLVED else 0, number]


def fill_mixture(stride: Index, chances: Array, steps: Index, shares: Array) -> int:
    """Fill in the kinds of conversation that a reader tells apart by what is recorded, and return how many.

    Args:
        stride: of the reader.
        chances: see `fill_attributes`.
        steps, shares: places of the kinds in the reader's values, and their chances, shape (MOST_KINDS,).
    """
    number = 1
    steps[0], shares[0] = 0, 1.0
    for place in range(6):
        step = stride[FIRST_ATTRIBUTE + place]
        before = number
        for code in range(1, CODES[place] if step > 0 else 0):
            for kind in range(before if chances[place, code] > 0.0 else 0):
                steps[number], shares[number] = steps[kind] + code * step, shares[kind] * chances[place, code]
                number += 1
        for kind in range(before if step > 0 else 0):
            shares[kind] = shares[kind] * chances[place, 0]
    return number


def kind_mean(values: Array, start: int, number: int, steps: Index, shares: Array) -> float:
    """Return the mean of a reader over the kinds that it tells apart, see `fill_mixture`; `start` is their place."""
    total = 0.0
    for kind in range(number):
        total += shares[kind] * values[start + steps[kind]]
    return total


def mean_over_delays(within: Array, values: Array) -> float:
    """Return the mean of what goes by the interval of hours in which a delay lies.

    Neighbours that are alike are one interval, so that a border at which another reader looks moves no digit.

    Args:
        within: chance of a delay below the end of each interval, the last of which is 1.
        values: by interval.
    """
    total = below = 0.0
    for cell in range(len(within)):
        if cell == len(within) - 1 or values[cell + 1] != values[cell]:
            total += values[cell] * (within[cell] - below)
            below = within[cell]
    return total


def share_taken(which: int, end: int, straight: bool, person: float) -> float:
    """Return the share of conversations with an end and a fate that a column takes."""
    if which == ALL:
        return 1.0
    return solved_chance(end, straight, person if which == SOLVED else 0.0)


def fill_columns(
    law: AttributeLaw, future: int, given: FutureConstants, readers: Readers, wanted: KindColumns, filled: KindMeans
) -> None:
    """Fill in the means of the columns."""
    person, channels, within, asked, means = given.person, given.channels, given.within, wanted.columns, filled.columns
    chances, cells, bases = np.zeros((6, 6)), np.zeros(1 + within.shape[1]), np.zeros((len(asked.reader), 6, 2))
    steps, shares, own = np.zeros(MOST_KINDS, dtype=np.int64), np.zeros(MOST_KINDS), np.zeros((len(channels[0]), 2))
    for intent in range(means.shape[0]):
        for end in range(6):
            fill_attributes(law, future, intent, end, chances)
            for number in range(len(asked.reader)):
                reader = asked.reader[number]
                stride = readers.stride[reader]
                kinds, told_apart = fill_mixture(stride, chances, steps, shares), stride[AT_DELAY] > 0
                start = readers.offset[reader] + end * stride[AT_END] + intent * stride[AT_INTENT]
                bases[number, end, 0] = bases[number, end, 1] = 0.0
                for channel in range(len(own)):
                    at, share = start + channel * stride[AT_CHANNEL], channels[intent, channel]
                    for cell in range((len(cells) if told_apart else 1) if channel == 0 or at > start else 0):
                        cells[cell] = kind_mean(readers.values, at + cell * stride[AT_DELAY], kinds, steps, shares)
                    own[channel, 0] = own[channel, 1] = share * cells[0]
                    if told_apart:
                        own[channel, 1] = share * mean_over_delays(within[channel], cells[1:])
                    bases[number, end, 0] += own[channel, 0]
                    bases[number, end, 1] += own[channel, 1]
                for column in range(asked.first[number], asked.first[number + 1]):
                    stays = back = 0.0
                    for channel in range(len(own)):
                        stays += readers.parts[asked.part[column], intent, channel] * own[channel, 0]
                        back += readers.parts[asked.part[column], intent, channel] * own[channel, 1]
                    for fate in range(3):
                        taken = share_taken(asked.which[column], end, fate == 2, person)
                        means[intent, end, fate, column] = taken * (stays if fate == 0 else back)
        fill_copied(intent, person, readers.parts, wanted.merged, bases, filled.copied)


def fill_copied(intent: int, person: float, parts: Array, merged: Merged, bases: Array, copied: Array) -> None:
    """Fill in the means of the columns of an intent's duplicates, see `fill_columns`; no part goes by channel.

    Args:
        bases: means of the readers without and with a return, shape (reader, e, 2).
    """
    for number in range(len(merged.reader)):
        reader = merged.reader[number]
        for column in range(merged.first[number], merged.first[number + 1]):
            share = merged.weight[number] * parts[merged.part[column], intent, 0]
            for place in range(len(merged.ends)):
                own = merged.ends[place]
                taken = share * share_taken(merged.which[column], own, False, person) * bases[reader, own, 0]
                for original in range(len(merged.ends)):
                    for back in range(2):
                        base = bases[reader, merged.ends[original], back]
                        copied[intent, original, place, back, column] = taken * base


def add_columns(numbers: Array, futures: Index, means: Array, totals: Array) -> None:
    """Add up the columns of all months of some futures, two rows at a time for all months: sums are read less often.

    Rows come in pairs that stay together whatever else is asked, so that no other column moves a digit.

    Args:
        numbers: of conversations, contacts or duplicates, shape (g, m, row), an even number of rows.
        futures: those with these means.
        means: shape (row, column).
        totals: filled in, shape (column, g, m).
    """
    months = numbers.shape[1]
    found = np.zeros((months, len(totals)))
    for future in futures:
        found[:] = 0.0
        for row in range(0, len(means), 2):
            one, two = means[row], means[row + 1]
            for month in range(months):
                first, second, sums = numbers[future, month, row], numbers[future, month, row + 1], found[month]
                for column in range(len(totals)):
                    sums[column] += first * one[column] + second * two[column]
        for column in range(len(totals)):
            for month in range(months):
                totals[column, future, month] = found[month, column]

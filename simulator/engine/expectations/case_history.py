"""Loops over readers that look at more than how one conversation ends: at what came before in its case, at the contact,
the level or the turns. Readers that remember nothing but a duplicate's original are in `means`.

Whether a definition's condition, its *base*, holds does not depend on what came before. Its unit counts the base with a
weight that does: on whether an earlier base held, on the hours since the contact before, and for a duplicate on its
original's base. So a case is followed over its contacts by two numbers: cases with an earlier base, and the weight that
the next contact's base will have.

A *stage* is a contact of the case, then the duplicates; stages are told apart as far as the reader looks at the contact
number, and channels and levels as far as it needs them. Axes: r reader, s stage, i intent, c channel, l level, e end, f
fate.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from simulator.arrays import Array, Index
from simulator.engine.expectations.contact_chain import ChainLaw, Chances, copy_row, fill_chances
from simulator.engine.expectations.means import (
    AT_BASE,
    AT_BILLED_BEFORE,
    AT_CHANNEL,
    AT_CONTACT,
    AT_DELAY,
    AT_END,
    AT_INTENT,
    AT_LEVEL,
    AT_ORIGIN,
    AT_ORIGINAL_BASE,
    AT_PREVIOUS,
    AT_TURNS,
    MOST_KINDS,
    FutureConstants,
    Mixture,
    Readers,
    fill_attributes,
    fill_mixture,
    kind_mean,
    mean_over_delays,
    share_taken,
)
from simulator.futures.law_arrays import AttributeLaw
from simulator.law.returns import fates

NEW_CASE, RETURNED, DUPLICATED = range(3)
"""Places of the origins in records.ORIGINS."""
MET, WEIGHED, COPIED, COPIED_BACK = range(4)
"""Rates of a case's way, by end, each of a conversation: its base and a return to the AI; the weight of the base after
that; the weight of its duplicate's base where no return follows, and where one does."""
RATES: Final = 4
"""How many rates these are."""


Place = tuple[int, int, int, int, int, int]
"""Reader, stage, intent, channel, level and end."""


class CasePaths(NamedTuple):
    """The readers that are followed over the contacts of a case.

    Attributes:
        base, unit: rows of the table of kinds, shape (r,); unit -1 where nothing is remembered.
        most: contacts with the AI.
        contacts, copies: stages of contacts and of duplicates, shape (r,).
        channels, levels: how many are told apart, 1 or all, shape (r,).
        first: where the columns of each reader begin, and where the last one's end, shape (r + 1,).
        which, part: of each column, see `means.Columns`.
    """

    most: int
    base: Index
    unit: Index
    contacts: Index
    copies: Index
    channels: Index
    levels: Index
    first: Index
    which: Index
    part: Index


class Workspace(NamedTuple):
    """What is constant for a future, and the numbers of a month.

    Attributes:
        means: of each reader's columns, shape (r, s, i, c, l, e, f, column).
        rates: see `RATES`, shape (r, s, i, c, l, e, rate).
        after: weight of the base of a return after an earlier base, shape (r, c).
        fresh: weight of the base of a first contact; of a duplicate where the original's base does not hold, and where
            it does, shape (r, 3).
        numbers: weighed conversations of a month, shape (r, s, i, c, l, e, f).
        chances: room for those of a month.
    """

    means: Array
    rates: Array
    after: Array
    fresh: Array
    numbers: Array
    chances: Chances


def unit_weight(readers: Readers, unit: int, origin: int, billed: int, previous: int, original: int) -> float:
    """Return the weight with which a unit counts a base; arguments after `unit` are codes of the table of kinds."""
    if unit < 0:
        return 1.0
    stride = readers.stride[unit]
    at = readers.offset[unit] + stride[AT_BASE] + origin * stride[AT_ORIGIN] + billed * stride[AT_BILLED_BEFORE]
    weight: float = readers.values[at + previous * stride[AT_PREVIOUS] + original * stride[AT_ORIGINAL_BASE]]
    return weight


def fill_bases(
    readers: Readers, at: tuple[int, int], masses: Array, mixture: Mixture, returns: bool, bases: Array
) -> None:
    """Fill in the mean of a reader without a return, and with one in each interval of hours.

    Args:
        at: the reader, and the place of all coordinates but the delay, the turns and what is recorded.
        masses: chance of each number of turns from 1.
        returns: whether there are returns.
        bases: shape (1 + interval,).
    """
    reader, start = at
    stride = readers.stride[reader]
    told_apart = returns and stride[AT_DELAY] > 0
    for cell in range(len(bases)):
        if cell > 0 and not told_apart:
            bases[cell] = bases[0]
            continue
        bases[cell] = 0.0
        for turns in range(len(masses) if stride[AT_TURNS] > 0 else 1):
            place = start + cell * stride[AT_DELAY] + turns * stride[AT_TURNS]
            chance = masses[turns] if stride[AT_TURNS] > 0 else 1.0
            bases[cell] += chance * kind_mean(readers.values, place, mixture.number, mixture.steps, mixture.shares)


def fill_weights(readers: Readers, paths: CasePaths, within: Array, room: Workspace) -> None:
    """Fill in `after` and `fresh`; `within` as in `FutureConstants`."""
    weights = np.zeros(within.shape[1])
    for number in range(len(paths.base)):
        unit = paths.unit[number]
        room.fresh[number, 0] = unit_weight(readers, unit, NEW_CASE, 0, 0, 0)
        room.fresh[number, 1] = unit_weight(readers, unit, DUPLICATED, 0, 0, 0)
        room.fresh[number, 2] = unit_weight(readers, unit, DUPLICATED, 0, 0, 1)
        for cell in range(len(weights)):
            weights[cell] = unit_weight(readers, unit, RETURNED, 1, 1 + cell, 0)
        for channel in range(len(within)):
            room.after[number, channel] = mean_over_delays(within[channel], weights)


def fill_paths(
    law: AttributeLaw, future: int, given: FutureConstants, readers: Readers, paths: CasePaths, room: Workspace
) -> None:
    """Fill in what is constant for a future."""
    chances, bases = np.zeros((6, 6)), np.zeros((2, given.within.shape[1] + 1))
    steps, shares = np.zeros(MOST_KINDS, dtype=np.int64), np.zeros(MOST_KINDS)
    fill_weights(readers, paths, given.within, room)
    room.means[:] = 0.0
    for intent in range(room.means.shape[2]):
        for end in range(6):
            fill_attributes(law, future, intent, end, chances)
            for number in range(len(paths.base)):
                reader = paths.base[number]
                stride = readers.stride[reader]
                kinds = fill_mixture(stride, chances, steps, shares)
                by_stage = stride[AT_CONTACT] > 0 or stride[AT_ORIGIN] > 0
                by_channel = stride[AT_CHANNEL] > 0 or stride[AT_TURNS] > 0
                for level in range(paths.levels[number]):
                    for channel in range(len(given.within)):
                        for stage in range(paths.contacts[number] + paths.copies[number]):
                            place = (number, stage, intent, channel, level, end)
                            if by_stage or (stage == 0 and (channel == 0 or by_channel)):
                                start = start_of(readers, paths, place)
                                masses, returns = given.masses[channel, level, end], stage < paths.contacts[number]
                                mixture = Mixture(kinds, steps, shares)
                                fill_bases(readers, (reader, start), masses, mixture, returns, bases[0])
                            fill_place(given, readers, paths, room, bases, place)


def start_of(readers: Readers, paths: CasePaths, place: Place) -> int:
    """Return where a reader's values of a place begin in the table of kinds."""
    number, stage, intent, channel, level, end = place
    reader, contacts = paths.base[number], paths.contacts[number]
    stride = readers.stride[reader]
    contact = stage if stage < contacts else stage - contacts
    origin = DUPLICATED if stage >= contacts else NEW_CASE if stage == 0 else RETURNED
    start = readers.offset[reader] + contact * stride[AT_CONTACT] + origin * stride[AT_ORIGIN]
    start += intent * stride[AT_INTENT] + channel * stride[AT_CHANNEL] + level * stride[AT_LEVEL]
    return int(start + end * stride[AT_END])


def fill_place(
    given: FutureConstants, readers: Readers, paths: CasePaths, room: Workspace, bases: Array, place: Place
) -> None:
    """Fill in rates and means of one place, given its bases, see `fill_bases`; the second row is room.

    What a duplicate counts for belongs to the channels that its original may have.
    """
    number, stage, intent, channel, level, end = place
    unit, within = paths.unit[number], given.within[channel]
    stays, comes = bases[0, 0], mean_over_delays(within, bases[0, 1:])
    for cell in range(1, bases.shape[1] if unit >= 0 else 1):
        after = unit_weight(readers, unit, RETURNED, 1, cell, 0)
        before = unit_weight(readers, unit, RETURNED, 0, cell, 0)
        bases[1, cell] = bases[0, cell] * after + (1.0 - bases[0, cell]) * before
    weighed = mean_over_delays(within, bases[1, 1:]) if unit >= 0 else 1.0
    if stage < paths.contacts[number]:
        rates, doubled = room.rates[number, stage, intent, channel, level, end], given.duplicated[end]
        without, more = room.fresh[number, 1], room.fresh[number, 2] - room.fresh[number, 1]
        remembers = 1.0 if unit >= 0 else 0.0
        rates[MET], rates[WEIGHED] = remembers * comes, weighed
        rates[COPIED] = doubled * (without + remembers * more * stays)
        rates[COPIED_BACK] = doubled * (without + remembers * more * comes)
    for into in range(paths.channels[number]):
        share = 1.0 if into == channel else 0.0
        if stage >= paths.contacts[number] and paths.channels[number] > 1:
            share = given.same_channel * share + (1.0 - given.same_channel) * given.channels[intent, channel]
        found = room.means[number, stage, intent, into, level, end]
        for column in range(paths.first[number] if share > 0.0 else paths.first[number + 1], paths.first[number + 1]):
            amount = share * readers.parts[paths.part[column], intent, channel]
            for fate in range(3):
                taken = amount * share_taken(paths.which[column], end, fate == 2, given.person)
                found[fate, column - paths.first[number]] += taken * (stays if fate == 0 else comes)


def follow_paths(cases: Array, channels: Array, straight: Array, paths: CasePaths, room: Workspace) -> None:
    """Fill in the weighed conversations of a month.

    Args:
        cases: expected, shape (i,).
        channels: shares, shape (i, c).
        straight: by end.
    """
    chances = room.chances
    room.numbers[:] = 0.0
    for number in range(len(paths.base)):
        told_apart = paths.unit[number] >= 0 or paths.channels[number] > 1
        for intent in range(len(cases)):
            for level in range(chances.level.shape[1]):
                opened = cases[intent] * chances.level[intent, level]
                copy_row(chances.ends[0], intent, level, chances.first)
                copy_row(chances.ends[1], intent, level, chances.later)
                copy_row(chances.back, intent, level, chances.again)
                for channel in range(channels.shape[1] if told_apart else 1):
                    place = (number, intent, channel, min(level, paths.levels[number] - 1))
                    case = opened * channels[intent, channel] if told_apart else opened
                    follow_path(place, case, straight, paths, room)


def follow_path(
    place: tuple[int, int, int, int], number: float, straight: Array, paths: CasePaths, room: Workspace
) -> None:
    """Follow the cases of one place over their contacts; the chances of the intent and level are the room's rows.

    Args:
        place: reader, intent, channel and level.
        number: of cases.
        straight: by end.
    """
    now, most = room.chances, paths.most
    reader, intent, channel, level = place
    before, weight = 0.0, number * room.fresh[reader, 0]
    contacts, into = paths.contacts[reader], min(channel, paths.channels[reader] - 1)
    for contact in range(most):
        stage, ends = min(contact, contacts - 1), now.first if contact == 0 else now.later
        found = room.numbers[reader, stage, intent, into, level]
        of_stage = room.rates[reader, stage, intent, channel, level]
        on = met = weighed = doubled = 0.0
        for end in range(6):
            returning = ends[end] * now.again[end]
            to_ai = returning - returning * straight[end]
            on += to_ai
            met += to_ai * of_stage[end, MET]
            weighed += to_ai * of_stage[end, WEIGHED]
            doubled += (ends[end] - returning) * of_stage[end, COPIED] + returning * of_stage[end, COPIED_BACK]
            never, again, away = fates(ends[end], now.again[end], 1.0 if contact == most - 1 else straight[end])
            found[end, 0] += weight * never
            found[end, 1] += weight * again
            found[end, 2] += weight * away
        copies = room.numbers[reader, contacts + min(contact, paths.copies[reader] - 1), intent, into, level]
        for end in range(6):
            copies[end, 0] += number * doubled * ends[end]
        weight = before * on * room.after[reader, channel] + (number - before) * weighed
        before = before * on + (number - before) * met
        number = number * on


def add_paths(paths: CasePaths, room: Workspace, totals: Array) -> None:
    """Add up the columns of a month, shape (column,)."""
    totals[:] = 0.0
    for number in range(len(paths.base)):
        first, width = paths.first[number], paths.first[number + 1] - paths.first[number]
        for stage in range(paths.contacts[number] + paths.copies[number]):
            for intent in range(room.means.shape[2]):
                for channel in range(paths.channels[number]):
                    for level in range(paths.levels[number]):
                        found = room.numbers[number, stage, intent, channel, level]
                        means = room.means[number, stage, intent, channel, level]
                        for end in range(6):
                            for fate in range(3):
                                many = found[end, fate]
                                if many > 0.0:
                                    for column in range(width):
                                        totals[first + column] += many * means[end, fate, column]


def expect_paths(cases: Array, law: ChainLaw, futures: Index, paths: CasePaths, room: Workspace, totals: Array) -> None:
    """Fill in the columns of all months of some futures.

    Args:
        futures: those whose constants `room` holds.
        totals: shape (column, g, m).
    """
    found = np.zeros(len(totals))
    for future in futures:
        channels, straight = law.cases.channels[future], law.coming.straight[future]
        for month in range(cases.shape[1]):
            fill_chances(future, month, law, room.chances)
            follow_paths(cases[future, month], channels, straight, paths, room)
            add_paths(paths, room, found)
            for column in range(len(found)):
                totals[column, future, month] = found[column]

"""The loop over futures and months: expected values of all that is asked, see `Asked`.

What is constant for a future is worked out where it differs from that of the future before, in the given order. No
number of a future depends on any other future.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from simulator.engine.expectations.cases import (
    Chances,
    Month,
    fill_back,
    fill_ends,
    fill_levels,
    fill_solved,
    follow_cases,
    models_alike,
    people_minutes,
    room_for_chances,
    room_for_month,
)
from simulator.engine.expectations.lengths import (
    PLAIN_SIZES,
    TOKEN_SUMS,
    AskedSizes,
    Shares,
    add_sizes,
    add_turns,
    fill_by_actions,
    fill_by_turns,
    fill_idle,
    fill_sizes,
    model_tokens,
    place_conversations,
)
from simulator.engine.expectations.means import Columns, Readers, add_columns, fill_columns, fill_delays
from simulator.engine.expectations.remembered import Room, Ways, add_ways, fill_ways, follow_ways, room_for_ways
from simulator.engine.numbers import Array, Moves, Numbers
from simulator.engine.sizes import Index
from simulator.law.delays import mean_delay
from simulator.law.turns import calls_of

OF_CASES, OF_COPIES, OF_COPY_HOURS, OF_SESSIONS = range(4)
"""What a column of contacts counts."""


class ContactColumns(NamedTuple):
    """What is asked of numbers of contacts and duplicates alone.

    Attributes:
        kind: OF_CASES and so on, shape (column,).
        part: see `means.Readers`.
        window: of sessions, row of `Asked.opening`.
    """

    kind: Index
    part: Index
    window: Index


class Asked(NamedTuple):
    """All that is asked.

    Attributes:
        opening: chance that a contact from the second opens a session, shape (window, g, c, contact from the second).
        turns: whether numbers of conversations by turns are asked.
    """

    readers: Readers
    columns: Columns
    ways: Ways
    contacts: ContactColumns
    sizes: AskedSizes
    shares: Shares
    opening: Array
    turns: bool


class Found(NamedTuple):
    """Expected values, future and month last, (g, m).

    Attributes:
        columns, ways, contacts: shape (column, g, m) each.
        intents, channels, levels, models: conversations, shape (name, g, m).
        others: cases solved by anyone, and by the AI; straight returns, hours until returns, shape (4, g, m).
        minutes: see `cases.people_minutes`, shape (4, g, m).
        sizes: shape (share, size, g, m).
        tokens: shape (share, k, TOKEN_SUMS, g, m).
        turns: conversations by number of turns, shape (share, k, turns, g, m); empty where not asked.
    """

    columns: Array
    ways: Array
    contacts: Array
    intents: Array
    channels: Array
    levels: Array
    models: Array
    others: Array
    minutes: Array
    sizes: Array
    tokens: Array
    turns: Array


class Constants(NamedTuple):
    """What is constant for a future: see the functions that fill it in.

    Attributes:
        fated: means of columns, shape (i, e, f, column).
        contacts: means of columns of contacts, shape (i, 2 contacts, column).
        sizes, idle: means of sizes, shape (c, l, e, size).
        masses: chances of turns, shape (c, l, e, turns).
    """

    fated: Array
    contacts: Array
    sizes: Array
    idle: Array
    masses: Array


def fill_contacts(numbers: Numbers, future: int, asked: Asked, means: Array) -> None:
    """Fill in what each contact and each duplicate adds to columns of contacts, shape (i, 2 contacts, column)."""
    law, channels = numbers.returns, numbers.cases.channels[future]
    most = law.most
    own = mean_delay(law.delay.weibull, law.delay.scale[future], law.delay.spread[future])
    copied = law.duplicate_delay
    of_copy = mean_delay(copied.weibull, copied.scale[future], copied.spread[future])
    means[:] = 0.0
    for column in range(means.shape[2]):
        kind, part = asked.contacts.kind[column], asked.readers.parts[asked.contacts.part[column]]
        for intent in range(means.shape[0]):
            for channel in range(channels.shape[1]):
                share = channels[intent, channel] * part[intent, channel]
                factor = law.channel_delay[future, channel]
                elsewhere = (1.0 - law.same_channel[future]) * (1.0 - channels[intent, channel])
                for contact in range(most):
                    original, copy = 0.0, 0.0
                    if kind == OF_CASES:
                        original = 1.0 if contact == 0 else 0.0
                    elif kind == OF_COPIES:
                        copy = 1.0
                    elif kind == OF_COPY_HOURS:
                        copy = factor * (contact * own + of_copy)
                    else:
                        copy = elsewhere
                        original = 1.0
                        if contact > 0:
                            original = asked.opening[asked.contacts.window[column], future, channel, contact - 1]
                    means[intent, contact, column] += share * original
                    means[intent, most + contact, column] += share * copy


def mean_return_hours(numbers: Numbers, future: int, fated: Array) -> float:
    """Return the hours until the returns of a month, see `cases.Month.fated`."""
    law, channels, total = numbers.returns, numbers.cases.channels[future], 0.0
    for intent in range(fated.shape[0]):
        factor = returns = 0.0
        for channel in range(channels.shape[1]):
            factor += channels[intent, channel] * law.channel_delay[future, channel]
        for end in range(6):
            returns += fated[intent, end, 1] + fated[intent, end, 2]
        total += factor * returns
    return total * mean_delay(law.delay.weibull, law.delay.scale[future], law.delay.spread[future])


def room_for_constants(numbers: Numbers, asked: Asked) -> Constants:
    """Return room for what is constant for a future."""
    intents, channels = numbers.cases.channels.shape[1:]
    levels, sizes = numbers.endings.escalate.shape[1], PLAIN_SIZES + len(asked.sizes.base)
    return Constants(
        np.zeros((intents, 6, 3, len(asked.columns.which))),
        np.zeros((intents, 2 * numbers.returns.most, len(asked.contacts.kind))),
        np.zeros((channels, levels, 6, sizes)),
        np.zeros((channels, levels, 6, sizes)),
        np.zeros((channels, levels, 6, numbers.turns.most)),
    )


def fill_lengths(numbers: Numbers, future: int, asked: Asked, constants: Constants) -> None:
    """Fill in what lengths are on average."""
    law = numbers.turns
    calls = calls_of(law.most, law.calls_per_turn[future])
    of_calls, idle = np.zeros((calls + 1, 1 + len(asked.sizes.base))), np.zeros(calls + 1)
    by_turns = np.zeros((constants.sizes.shape[0], 2, law.most, constants.sizes.shape[3]))
    fill_by_actions(law, future, asked.sizes, of_calls, idle)
    fill_by_turns(law, future, asked.sizes, of_calls, by_turns)
    fill_sizes(law, future, by_turns, constants.masses, constants.sizes)
    fill_idle(law, future, asked.sizes, idle, constants.masses, constants.idle)


def fill_kinds(numbers: Numbers, future: int, asked: Asked, constants: Constants, room: Room) -> None:
    """Fill in the means of all readers, and of contacts."""
    channels = numbers.cases.channels.shape[2]
    delays, chances = np.zeros((channels, len(asked.readers.borders) + 1)), np.zeros((6, 6))
    fill_delays(numbers, future, asked.readers.borders, delays)
    fill_columns(numbers, future, asked.readers, asked.columns, delays, constants.fated, chances)
    fill_ways(numbers, future, asked.readers, asked.ways, delays, constants.masses, room, chances)
    fill_contacts(numbers, future, asked, constants.contacts)


def add_kinds(
    numbers: Numbers, future: int, month: int, asked: Asked, constants: Constants, chances: Chances, made: Month, found: Found
) -> None:
    """Add up what is asked of kinds and contacts in a month."""
    totals = np.zeros(len(asked.columns.which))
    fated = made.fated.reshape(-1)
    add_columns(fated, constants.fated.reshape((len(fated), len(totals))), totals)
    found.columns[:, future, month] = totals
    by_contact, totals = made.by_contact.reshape(-1), np.zeros(len(asked.contacts.kind))
    add_columns(by_contact, constants.contacts.reshape((len(by_contact), len(totals))), totals)
    found.contacts[:, future, month] = totals
    minutes = found.minutes[:, future, month]
    people_minutes(numbers, future, chances, made, minutes)
    found.others[0, future, month], found.others[1, future, month] = made.solved[0], made.solved[1]
    found.others[2, future, month] = made.fated[:, :, 2].sum()
    found.others[3, future, month] = mean_return_hours(numbers, future, made.fated)
    for intent in range(made.fated.shape[0]):
        rows = made.fated[intent].sum()
        found.intents[intent, future, month] = rows
        for channel in range(len(found.channels)):
            found.channels[channel, future, month] += rows * numbers.cases.channels[future, intent, channel]


def add_lengths(
    numbers: Numbers, future: int, month: int, asked: Asked, constants: Constants, placed: Array, acted: Array, alike: bool, factor: float, found: Found
) -> None:
    """Add up sizes, tokens, levels and models of a month.

    Args:
        placed, acted: conversations, shape (k, s, c, l, e); where models are alike only the first is filled in.
        factor: of the month, on tokens.
    """
    models = numbers.endings.models[future]
    ones, whole = np.ones(models.shape[0]), np.zeros((models.shape[0], models.shape[1]))
    sums, tokens = np.zeros(constants.sizes.shape[3]), np.zeros(TOKEN_SUMS)
    for share in range(len(asked.shares.of_set)):
        place, chosen = asked.shares.of_set[share], asked.shares.channels[share]
        for model in range(models.shape[1]):
            here = placed[0 if alike else model, place]
            weights = np.ascontiguousarray(models[:, model]) if alike else ones
            sums[:] = 0.0
            add_sizes(here, weights, constants.sizes, chosen, sums)
            for size in range(len(sums)):
                found.sizes[share, size, future, month] += sums[size]
            model_tokens(numbers, future, model, factor, sums, tokens)
            for kind in range(TOKEN_SUMS):
                found.tokens[share, model, kind, future, month] = tokens[kind]
            if asked.turns:
                counts = np.zeros(constants.masses.shape[3])
                add_turns(here, weights, constants.masses, chosen, counts)
                found.turns[share, model, :, future, month] = counts
            if share == 0:
                for level in range(models.shape[0]):
                    whole[level, model] = weights[level] * here[:, level].sum()
        for model in range(1 if alike else models.shape[1]):
            sums[:] = 0.0
            add_sizes(acted[model, place], ones, constants.idle, chosen, sums)
            for size in range(len(sums)):
                found.sizes[share, size, future, month] += sums[size]
    for level in range(models.shape[0]):
        for model in range(models.shape[1]):
            found.levels[level, future, month] += whole[level, model]
            found.models[model, future, month] += whole[level, model]


def expect_month(
    numbers: Numbers, moves: Moves, cases: Array, future: int, month: int, alike: bool, chances: Chances, made: Month
) -> None:
    """Work out the chances and the numbers of a month.

    Args:
        cases: expected, shape (i,).
    """
    law, most = numbers.returns, numbers.returns.most
    fill_levels(numbers.cases.tails[future], numbers.cases.complexity[future] * moves.complexity[future, month], chances.level)
    returning = moves.returning[future, month]
    fill_back(law.back[future], law.level_odds[future], law.intent_odds[future], returning, chances.back)
    escalating, solving = moves.escalation[future, month], moves.solving[future, month]
    fill_ends(numbers, future, escalating, solving, alike, chances.ends, chances.by_model)
    straight, duplicated = law.straight[future], law.duplicated[future]
    follow_cases(cases, chances, straight, duplicated, most, made)
    fill_solved(chances, straight, duplicated, numbers.people.solve[future], most, made)


def expect_months(
    numbers: Numbers, moves: Moves, cases: Array, asked: Asked, order: Index, of_kinds: Index, of_lengths: Index, found: Found
) -> None:
    """Fill in expected values.

    Args:
        cases: expected, shape (g, m, i).
        order: futures in the order in which they are worked out, shape (g,).
        of_kinds, of_lengths: equal for futures with the same constants of kinds, and of lengths, shape (g,).
        found: to be filled, all 0.
    """
    chances, made = room_for_chances(numbers), room_for_month(numbers)
    constants = room_for_constants(numbers, asked)
    intents, channels = numbers.cases.channels.shape[1:]
    room = room_for_ways(asked.ways, intents, channels)
    levels, models = numbers.endings.models.shape[1:]
    placed = np.zeros((models, len(asked.shares.sets), channels, levels, 6))
    acted = np.zeros((models, len(asked.shares.sets), channels, levels, 6))
    kinds = lengths = -1
    for future in order:
        if of_lengths[future] != lengths:
            fill_lengths(numbers, future, asked, constants)
        if of_kinds[future] != kinds:
            fill_kinds(numbers, future, asked, constants, room)
        kinds, lengths = of_kinds[future], of_lengths[future]
        alike = models_alike(numbers.endings.model_escalate_odds[future], numbers.endings.model_solve_odds[future])
        share, action = numbers.cases.channels[future], numbers.attributes.action[future]
        for month in range(cases.shape[1]):
            opened = cases[future, month]
            expect_month(numbers, moves, opened, future, month, alike, chances, made)
            for model in range(1 if alike else models):
                ends = chances.ends if alike else chances.by_model[model]
                place_conversations(made.like, ends, share, action, asked.shares.sets, placed[model], acted[model])
            add_kinds(numbers, future, month, asked, constants, chances, made, found)
            factor = moves.tokens[future, month]
            add_lengths(numbers, future, month, asked, constants, placed, acted, alike, factor, found)
            if len(asked.ways.base) > 0:
                straight, most = numbers.returns.straight[future], numbers.returns.most
                follow_ways(asked.ways, room, chances.level, chances.ends, chances.back, opened, share, straight, most)
                totals = np.zeros(len(asked.ways.which))
                add_ways(asked.ways, room, totals)
                found.ways[:, future, month] = totals

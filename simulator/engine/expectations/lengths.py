"""Loops over the lengths of conversations: what turns, calls and actions are on average.

docs/model.md section 4.7. A *size* is one amount of each conversation, a function of its turns or its actions:
those of `SIZES` and what contracts ask beside, blocks and layers. A *share* is a part of the conversations whose sizes
and tokens are asked, by a set of intents and some channels; share 0 is the whole.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from simulator.arrays import Array, Index
from simulator.futures.law_arrays import TurnLaw
from simulator.law import ABANDONED, Row
from simulator.law.turns import (
    MOST_ACTIONS,
    calls_of,
    decided,
    fill_action_chances,
    fill_turn_chances,
    mean_turns,
)

COUNTED, CALLS, SAID, BEFORE, OPENING, TURNS_MADE, REPLIES, SECONDS, ACTIONS, IDLE = range(10)
PLAIN_SIZES: Final = 10
"""Sizes that are always counted: conversations, what turns decide (turns.Decided), AI replies, seconds, actions, and
whether there is no action: where one was completed all the same, it counts as one."""
OF_MESSAGES, OF_REPLIES, OF_ACTIONS, OF_MINUTES = range(4)
"""What blocks and layers are made of."""
NEAR: Final = 1e-9
"""Relative distance to a whole number of blocks that counts as none, as in contracts.metering.meters."""


class RequestedSizes(NamedTuple):
    """Sizes that are asked beside the plain ones: blocks where `block` is above 0, else a layer.

    Attributes:
        base: OF_MESSAGES and so on, shape (size,).
        block: units in a block, shape (size,).
        included, cap: units a conversation that are free, and most that count after them; infinite without a cap.
    """

    base: Index
    block: Array
    included: Array
    cap: Array


class AskedShares(NamedTuple):
    """Parts of the conversations whose sizes and tokens are asked.

    Attributes:
        sets: 1 for each intent of a set, else 0, shape (set, intent); set 0 is all.
        of_set: the set of each share, shape (share,).
        channels: 1 for each of its channels, else 0, shape (share, channel).
    """

    sets: Array
    of_set: Index
    channels: Array


def billed_size(amount: float, block: float, included: float, cap: float) -> float:
    """Return the blocks that an amount has begun, or what it has in a layer; see `RequestedSizes`."""
    if block > 0.0:
        begun = amount / block
        whole = float(np.rint(begun))
        return whole if abs(begun - whole) <= NEAR * max(whole, 1.0) else float(np.ceil(begun))
    return min(max(amount - included, 0.0), cap)


def fill_by_actions(law: TurnLaw, future: int, asked: RequestedSizes, of_calls: Array) -> None:
    """Fill in what goes by the number of calls.

    Args:
        of_calls: chance of no action, mean of the actions, then of each asked size, shape (calls from 0, 2 + size).
    """
    chances: Row = np.zeros(MOST_ACTIONS + 1)
    for calls in range(1, len(of_calls)):
        fill_action_chances(calls, law.actions_per_call[future], law.actions_size[future], chances)
        of_calls[calls] = 0.0
        of_calls[calls, 0] = chances[0]
        for number in range(1, len(chances)):
            of_calls[calls, 1] += chances[number] * number
            for size in range(len(asked.base)):
                if asked.base[size] == OF_ACTIONS:
                    billed = billed_size(float(number), asked.block[size], asked.included[size], asked.cap[size])
                    of_calls[calls, 2 + size] += chances[number] * billed


def fill_by_turns(law: TurnLaw, future: int, asked: RequestedSizes, of_calls: Array, by_turns: Array) -> None:
    """Fill in the sizes given the number of turns.

    Args:
        of_calls: see `fill_by_actions`.
        by_turns: shape (channel, 2, turns from 1, size); of the two the second is of abandoned conversations.
    """
    for turns in range(1, law.most + 1):
        made = decided(turns, law.calls_per_turn[future])
        given = of_calls[int(made[1])]
        for channel in range(by_turns.shape[0]):
            seconds = turns * law.seconds[future, channel]
            for left in range(2):
                found, replies = by_turns[channel, left, turns - 1], 0.0 if left == 1 else float(turns)
                found[COUNTED], found[TURNS_MADE], found[CALLS], found[SAID] = 1.0, made[0], made[1], made[2]
                found[BEFORE], found[OPENING], found[REPLIES], found[SECONDS] = made[3], made[4], replies, seconds
                found[IDLE], found[ACTIONS] = given[0], given[1]
                for size in range(len(asked.base)):
                    base = asked.base[size]
                    amount = turns + replies if base == OF_MESSAGES else replies
                    amount = seconds / 60.0 if base == OF_MINUTES else amount
                    billed = billed_size(amount, asked.block[size], asked.included[size], asked.cap[size])
                    found[PLAIN_SIZES + size] = given[2 + size] if base == OF_ACTIONS else billed


def fill_sizes(law: TurnLaw, future: int, by_turns: Array, masses: Array, means: Array) -> None:
    """Fill in the chances of each number of turns, and the means of the sizes.

    Args:
        by_turns: see `fill_by_turns`.
        masses: shape (channel, level, end, turns from 1).
        means: shape (channel, level, end, size).
    """
    means[:] = 0.0
    for channel in range(means.shape[0]):
        for level in range(means.shape[1]):
            for end in range(6):
                mean = mean_turns(law.level[future, level], law.end[future, end], law.channel[future, channel])
                found, chances = means[channel, level, end], masses[channel, level, end]
                fill_turn_chances(mean, law.size[future], chances)
                for turns in range(law.most):
                    given = by_turns[channel, 1 if end == ABANDONED else 0, turns]
                    for size in range(len(found)):
                        found[size] += chances[turns] * given[size]


def fill_lengths(law: TurnLaw, future: int, asked: RequestedSizes, masses: Array, means: Array) -> None:
    """Fill in what lengths are on average, see `fill_sizes`."""
    of_calls = np.zeros((calls_of(law.most, law.calls_per_turn[future]) + 1, 2 + len(asked.base)))
    by_turns = np.zeros((means.shape[0], 2, law.most, means.shape[3]))
    fill_by_actions(law, future, asked, of_calls)
    fill_by_turns(law, future, asked, of_calls, by_turns)
    fill_sizes(law, future, by_turns, masses, means)


def add_lengths(placed: Array, first: int, futures: Index, means: Array, shares: AskedShares, totals: Array) -> None:
    """Add up sizes, or numbers by turns, of all months of some futures.

    Args:
        placed: see `contact_chain.Made`.
        first: of its models, as many as `totals` has.
        futures: those with these means.
        means: shape (c, l, e, size).
        totals: filled in, shape (share, k, l, size, g, m).
    """
    found, of_set, channels = np.zeros(means.shape[3]), shares.of_set, shares.channels
    for future in futures:
        for month in range(placed.shape[1]):
            for share in range(len(of_set)):
                for model in range(totals.shape[1]):
                    for level in range(means.shape[1]):
                        found[:] = 0.0
                        for channel in range(len(means)):
                            here = placed[future, month, first + model, of_set[share], channel, level]
                            for end in range(6):
                                number = channels[share, channel] * here[end]
                                if number > 0.0:
                                    for size in range(len(found)):
                                        found[size] += number * means[channel, level, end, size]
                        for size in range(len(found)):
                            totals[share, model, level, size, future, month] = found[size]

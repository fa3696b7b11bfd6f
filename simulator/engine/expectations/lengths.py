"""Loops over the lengths of conversations: what turns, calls and actions are on average, and the tokens of a month.

docs/model.md sections 4.7 to 4.9. A *size* is one amount of each conversation, a function of its turns or its actions:
those of `SIZES` and what contracts ask beside, blocks and layers. A *share* is a part of the conversations whose sizes
and tokens are asked, by a set of intents and some channels; share 0 is the whole.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from simulator.engine.numbers import Array, Numbers, TurnLaw
from simulator.engine.sizes import (
    ANSWER,
    CUSTOMER,
    INPUT,
    OUTPUT,
    REASONING,
    RETRIEVED,
    TOOL_RESULT,
    Index,
)
from simulator.law import ABANDONED
from simulator.law.attributes import action_chance
from simulator.law.tokens import cached_tokens, direct_tokens, mean_lengths, output_tokens, prompt_tokens
from simulator.law.turns import action_chances, decided, mean_turns, turn_chances

ONE, CALLS, SAID, BEFORE, OPENING, TURNS_MADE, REPLIES, SECONDS, ACTIONS = range(9)
PLAIN_SIZES: Final = 9
"""Sizes that are always counted: conversations, what turns decide (turns.Decided), AI replies, seconds, actions."""
OF_MESSAGES, OF_REPLIES, OF_ACTIONS, OF_MINUTES = range(4)
"""What blocks and layers are made of."""
NEAR: Final = 1e-9
"""Relative distance to a whole number of blocks that counts as none, as in contracts.meters."""
TOKEN_SUMS: Final = 5
"""Sums of tokens of a model: input without cached and written, cached, written, output, reasoning."""


class AskedSizes(NamedTuple):
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


class Shares(NamedTuple):
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
    """Return the blocks that an amount has begun, or what it has in a layer; see `AskedSizes`."""
    if block > 0.0:
        begun = amount / block
        whole = float(np.rint(begun))
        return whole if abs(begun - whole) <= NEAR * max(whole, 1.0) else float(np.ceil(begun))
    return min(max(amount - included, 0.0), cap)


def fill_by_actions(law: TurnLaw, future: int, asked: AskedSizes, of_calls: Array, idle: Array) -> None:
    """Fill in mean actions, and sizes made of them, by number of calls.

    Args:
        of_calls: mean of the actions, then of each asked size, shape (calls from 0, 1 + size).
        idle: chance of no action by calls.
    """
    for calls in range(1, len(idle)):
        chances = action_chances(calls, law.actions_per_call[future], law.actions_size[future])
        of_calls[calls] = 0.0
        idle[calls] = chances[0]
        for number in range(1, len(chances)):
            of_calls[calls, 0] += chances[number] * number
        for size in range(len(asked.base)):
            if asked.base[size] == OF_ACTIONS:
                for number in range(1, len(chances)):
                    billed = billed_size(float(number), asked.block[size], asked.included[size], asked.cap[size])
                    of_calls[calls, 1 + size] += chances[number] * billed


def fill_by_turns(law: TurnLaw, future: int, asked: AskedSizes, of_calls: Array, by_turns: Array) -> None:
    """Fill in the sizes given the number of turns.

    Args:
        of_calls: see `fill_by_actions`.
        by_turns: shape (channel, 2, turns from 1, size); of the two the second is of abandoned conversations.
    """
    for turns in range(1, law.most + 1):
        made = decided(turns, law.calls_per_turn[future])
        for channel in range(by_turns.shape[0]):
            seconds = turns * law.seconds[future, channel]
            for left in range(2):
                found, replies = by_turns[channel, left, turns - 1], 0.0 if left == 1 else float(turns)
                found[ONE], found[TURNS_MADE], found[CALLS], found[SAID], found[BEFORE] = 1.0, *made[:4]
                found[OPENING], found[REPLIES], found[SECONDS] = made[4], replies, seconds
                found[ACTIONS] = of_calls[int(made[1]), 0]
                for size in range(len(asked.base)):
                    base = asked.base[size]
                    if base == OF_ACTIONS:
                        found[PLAIN_SIZES + size] = of_calls[int(made[1]), 1 + size]
                        continue
                    amount = turns + replies if base == OF_MESSAGES else replies
                    amount = seconds / 60.0 if base == OF_MINUTES else amount
                    billed = billed_size(amount, asked.block[size], asked.included[size], asked.cap[size])
                    found[PLAIN_SIZES + size] = billed


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
                chances = turn_chances(mean, law.size[future], law.most)
                found = means[channel, level, end]
                for turns in range(law.most):
                    given = by_turns[channel, 1 if end == ABANDONED else 0, turns]
                    masses[channel, level, end, turns] = chances[turns]
                    for size in range(len(found)):
                        found[size] += chances[turns] * given[size]


def fill_idle(law: TurnLaw, future: int, asked: AskedSizes, idle: Array, masses: Array, means: Array) -> None:
    """Fill in what conversations add that completed an action without a call that made one: they count one action.

    Args:
        idle: see `fill_by_actions`.
        masses: see `fill_sizes`.
        means: shape (channel, level, end, size).
    """
    means[:] = 0.0
    for channel in range(means.shape[0]):
        for level in range(means.shape[1]):
            for end in range(6):
                chance = 0.0
                for turns in range(1, law.most + 1):
                    calls = int(decided(turns, law.calls_per_turn[future])[1])
                    chance += masses[channel, level, end, turns - 1] * idle[calls]
                means[channel, level, end, ACTIONS] = chance
                for size in range(len(asked.base)):
                    if asked.base[size] == OF_ACTIONS:
                        billed = billed_size(1.0, asked.block[size], asked.included[size], asked.cap[size])
                        means[channel, level, end, PLAIN_SIZES + size] = chance * billed


def place_conversations(
    like: Array, ends: Array, channels: Array, action: Array, sets: Array, placed: Array, acted: Array
) -> None:
    """Add up the conversations of each set by channel, level and end.

    Args:
        like: see `cases.Month`.
        ends: chances, of one model or of all, shape (2, intent, level, end).
        channels: shares, shape (intent, channel).
        action: chance of a completed action, shape (intent,).
        sets: see `Shares`.
        placed: to be filled, shape (set, channel, level, end).
        acted: those of them with a completed action, likewise.
    """
    placed[:] = 0.0
    acted[:] = 0.0
    for intent in range(len(action)):
        for level in range(ends.shape[2]):
            for end in range(6):
                number = like[0, intent, level] * ends[0, intent, level, end]
                number += like[1, intent, level] * ends[1, intent, level, end]
                worked = number * action_chance(end, action[intent])
                for place in range(len(sets)):
                    if sets[place, intent] > 0.0:
                        for channel in range(channels.shape[1]):
                            placed[place, channel, level, end] += channels[intent, channel] * number
                            acted[place, channel, level, end] += channels[intent, channel] * worked


def add_sizes(placed: Array, models: Array, means: Array, chosen: Array, sums: Array) -> None:
    """Add up the sizes of some channels.

    Args:
        placed: conversations of a set, shape (channel, level, end).
        models: share of them that one model answers, by level.
        means: see `fill_sizes`.
        chosen: 1 for each channel that counts, else 0.
        sums: to be added to, shape (size,).
    """
    for channel in range(placed.shape[0]):
        for level in range(placed.shape[1]):
            weight = chosen[channel] * models[level]
            for end in range(6):
                number = weight * placed[channel, level, end]
                if number > 0.0:
                    for size in range(len(sums)):
                        sums[size] += number * means[channel, level, end, size]


def add_turns(placed: Array, models: Array, masses: Array, chosen: Array, counts: Array) -> None:
    """Add up conversations by number of turns, shape (turns,); arguments as `add_sizes`."""
    for channel in range(placed.shape[0]):
        for level in range(placed.shape[1]):
            weight = chosen[channel] * models[level]
            for end in range(6):
                number = weight * placed[channel, level, end]
                if number > 0.0:
                    for turns in range(len(counts)):
                        counts[turns] += number * masses[channel, level, end, turns]


def model_tokens(numbers: Numbers, future: int, model: int, month_factor: float, sums: Array, found: Array) -> None:
    """Fill in the tokens of a model's conversations, see TOKEN_SUMS.

    Args:
        month_factor: of the tokens driver.
        sums: of the sizes.
    """
    law, mean = numbers.tokens, numbers.sizes.mean[future]
    factor, own = law.factor[future] * month_factor, law.model_factor[future, model]
    if law.direct:
        prompt, cached, written, output = direct_tokens(
            sums[ONE], mean[INPUT], mean[OUTPUT], factor * own, law.cached_share[future], law.written_share[future]
        )
        reasoning = law.reasoning_share[future] * output
    else:
        lengths = mean_lengths(
            (mean[CUSTOMER], mean[ANSWER], mean[TOOL_RESULT], mean[REASONING], mean[RETRIEVED]),
            factor,
            law.answer_factor[future, model],
            law.reasoning_factor[future, model],
            law.reasoning[future],
            law.retrieval[future],
        )
        made = (sums[TURNS_MADE], sums[CALLS], sums[SAID], sums[BEFORE], sums[OPENING])
        prompt, first = prompt_tokens(sums[ONE], made, law.fixed[future], lengths, law.kept[future], own)
        cached, written = cached_tokens(
            prompt,
            first,
            law.cached[future],
            law.missed[future],
            law.missed_first[future],
            law.written[future],
            0.0,
        )
        output = output_tokens(sums[CALLS], lengths, own)
        reasoning = own * sums[CALLS] * lengths[3]
    found[0] = max(prompt - cached - written, 0.0)
    found[1], found[2], found[3], found[4] = cached, written, output, reasoning

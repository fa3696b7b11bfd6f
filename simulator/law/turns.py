"""Turns, model calls, and what the number of turns decides. docs/model.md section 4.7."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from simulator.law import ENDS, Row
from simulator.law.counters import WORK, CasePlace, uniforms
from simulator.law.drawn_columns import (
    ROW_ACTION,
    ROW_ACTIONS,
    ROW_CALLS,
    ROW_CHANNEL,
    ROW_END,
    ROW_LEVEL,
    ROW_SECONDS,
    ROW_TURNS,
    DrawnColumns,
)
from simulator.law.slots import (
    LAW_ACTIONS_PER_CALL,
    LAW_ACTIONS_SIZE,
    LAW_CALLS_PER_TURN,
    LAW_CHANNEL_COUNT,
    LAW_CHANNEL_TURNS,
    LAW_END_TURNS,
    LAW_LEVEL_TURNS,
    LAW_LOG_NO_ACTION,
    LAW_MOST_TURNS,
    LAW_ONE_TURN,
    LAW_SECONDS,
    LAW_TURNS_SIZE,
    FutureLaw,
)

MOST_ACTIONS: Final = 100
"""Completed tool calls at which a conversation is cut."""
Decided = tuple[float, float, float, float, float]
"""What the number of turns decides, and their means or sums: given T, all expected tokens are linear in these.

Turns T; calls J; customer messages before each call, t(j) = ceil(j T / J), summed over the calls j; calls before each
call, J (J - 1) / 2 in all; customer messages before the first call, t(1).
"""


def mean_turns(level: float, end: float, channel: float) -> float:
    """Return mu, the mean turns before they are cut: `turns` of the level times the factors of end and channel."""
    return level * end * channel


def none_chance(mean: float, size: float) -> float:
    """Return the chance that a negative binomial number is 0; see `turn_chances` for the law.

    Args:
        mean: 0 or more.
        size: above 0; the variance is mean + mean^2 / size.
    """
    return math.exp(-size * math.log1p(mean / size))


def count_of(uniform: float, none: float, ratio: float, size: float, most: int) -> int:
    """Return a negative binomial number, at most `most`, drawn by inversion.

    Args:
        none: the chance of 0, see `none_chance`.
        ratio: mean / (size + mean).
    """
    chance = none
    below = chance
    number = 0
    while number < most and uniform >= below:
        chance = chance * (number + size) / (number + 1) * ratio
        below = below + chance
        number = number + 1
    return number


def turns_of(uniform: float, mean: float, size: float, none: float, most: int) -> int:
    """Return the turns of a conversation, drawn.

    Args:
        mean, size, most: see `turn_chances`.
        none: the chance that one turn is all.
    """
    excess = max(mean - 1.0, 0.0)
    return 1 + count_of(uniform, none, excess / (size + excess), size, most - 1)


def actions_of(uniform: float, calls: int, per_call: float, size: float, none: float, completed: bool) -> int:
    """Return the actions of a conversation, drawn: the sum over its calls, at least 1 where a write was completed.

    Args:
        per_call, size: mean and size of a call's negative binomial law; the sum's are as many times larger as there
            are calls.
        none: logarithm of the chance that a call has none.
    """
    number = count_of(uniform, math.exp(calls * none), per_call / (size + per_call), calls * size, MOST_ACTIONS)
    return max(number, 1) if completed else number


def fill_count_chances(mean: float, size: float, found: Row) -> None:
    """Fill in the chances of 0, 1 .. of a negative binomial count that is cut at the last of them.

    It has the mean e and the variance e + e^2 / size: P(0) = (1 + e / size)^-size, and
    P(n) / P(n - 1) = (n - 1 + size) / n e / (size + e) (Johnson, Kemp and Kotz, Univariate Discrete Distributions,
    chapter 5). A power of a number near 1 would lose ten digits at a size of a million, so that P(0) is exp(-size
    ln(1 + e / size)).

    Args:
        mean: e before the cut, 0 or more.
        size: above 0; the larger, the nearer to a Poisson law.
    """
    ratio = mean / (size + mean)
    chance = none_chance(mean, size)
    left = 1.0
    for count in range(1, len(found)):
        found[count - 1] = chance
        left -= chance
        chance *= (count - 1 + size) / count * ratio
    found[len(found) - 1] = max(left, 0.0)


def fill_turn_chances(mean: float, size: float, found: Row) -> None:
    """Fill in the chances of 1, 2 .. turns, T = min(most, 1 + NB), NB negative binomial with the mean mu - 1.

    Args:
        mean: mu, the mean turns before they are cut; up to 1 it gives one turn.
        size: see `fill_count_chances`.
    """
    fill_count_chances(max(mean - 1.0, 0.0), size, found)


def turn_chances(mean: float, size: float, most: int) -> list[float]:
    """Return the chances of 1, 2 .. `most` turns; arguments as `fill_turn_chances`."""
    found = [0.0 for _ in range(most)]
    fill_turn_chances(mean, size, found)
    return found


def fill_action_chances(calls: int, per_call: float, size: float, found: Row) -> None:
    """Fill in the chances of 0, 1 .. MOST_ACTIONS actions of a conversation, before one is at least completed.

    Args:
        calls: J, 1 or more.
        per_call, size: `actions_per_call` and `actions_size`; sums of independent calls have J times both.
    """
    fill_count_chances(calls * per_call, calls * size, found)


def calls_of(turns: int, calls_per_turn: float) -> int:
    """Return the model calls of a conversation, J = max(1, floor(T c + 1/2))."""
    return max(1, math.floor(turns * calls_per_turn + 0.5))


def turn_of_call(call: int, turns: int, calls: int) -> int:
    """Return the turn to which a call belongs, t(j) = ceil(j T / J)."""
    return (call * turns + calls - 1) // calls


def decided(turns: int, calls_per_turn: float) -> Decided:
    """Return what the number of turns decides.

    The sum of ceil(j T / J) over j = 1 .. J is (J T + J + T - gcd(J, T)) / 2: those of j and J - j add up to T + 1, or
    to T where both are whole. It is not summed call by call, since a scenario may ask for thousands of calls.
    """
    calls = calls_of(turns, calls_per_turn)
    so_far = (calls * turns + calls + turns - math.gcd(calls, turns)) // 2
    first = turn_of_call(1, turns, calls)
    return float(turns), float(calls), float(so_far), calls * (calls - 1) / 2, float(first)


def decided_by_turns(most: int, calls_per_turn: float) -> list[Decided]:
    """Return what 1, 2 .. `most` turns decide."""
    return [decided(turns, calls_per_turn) for turns in range(1, most + 1)]


def expected_decided(mean: float, size: float, given: Sequence[Decided]) -> Decided:
    """Return the means of what the number of turns decides.

    Args:
        mean, size: of T, see `turn_chances`.
        given: what 1, 2 .. `most` turns decide.
    """
    chances = turn_chances(mean, size, len(given))
    turns = calls = so_far = before = first = 0.0
    for number in range(len(given)):
        chance = chances[number]
        of = given[number]
        turns += chance * of[0]
        calls += chance * of[1]
        so_far += chance * of[2]
        before += chance * of[3]
        first += chance * of[4]
    return turns, calls, so_far, before, first


def draw_turns(of: FutureLaw, place: CasePlace, at: int, columns: DrawnColumns, row: int) -> tuple[float, float]:
    """Draw turns, calls and actions of a conversation.

    Returns:
        Uniform numbers that say whether the customer comes back, and whether the conversation has a duplicate: drawn
        here, because most conversations need no more of either.
    """
    law, where, whole, real = of.law, of.where, columns.whole, columns.real
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

"""Moments of turns, calls and actions of one conversation, by channel, kind of end and level, exactly.

The law of the turns is tabulated (atlas.length_tables); every sum that tokens need is a function of the number of turns
alone, so that all moments are sums over the table. Symbols as in docs/model.md sections 4.7 and 4.8: T turns, J calls,
t(j) the turn of call j.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simulator.engine.atlas.expected import ACTED_ENDS
from simulator.engine.atlas.inverse import CountTable
from simulator.engine.atlas.law import HandlingLaw
from simulator.engine.atlas.length_tables import LengthTables, length_tables
from simulator.law import ABANDONED
from simulator.law.turns import MOST_ACTIONS

Array = NDArray[np.float64]

LINEAR: Final = ("turns", "calls", "said", "answered", "opening")
"""Sums that mean tokens are linear in: T, J, sum t(j), sum (j - 1), t(1)."""
SQUARE: Final = (
    "heard",
    "kept",
    "opened",
    "said_twice",
    "said_answered",
    "answered_twice",
    "opening_twice",
    "heard_thrice",
    "kept_thrice",
)
"""Sums that variances need: sum over customer messages of (calls that see them)^2; sum (J - j)^2; t(1) J; sum t(j)^2;
sum t(j) (j - 1); sum (j - 1)^2; t(1)^2; and the first two with the third power."""
ACTIONS: Final = ("actions", "actions_twice", "idle")
"""Mean of the completed tool calls, mean of their square, chance of none."""


@dataclass(frozen=True, slots=True)
class LengthMoments:
    """Moments by law; a law is a (level, end, channel), in this order, flattened. The trial axis has length 1 where all
    trials have the same law.

    Attributes:
        tables: the tabulated laws, for drawing conversations singly.
        abandoned: which laws are those of abandoned conversations, shape (law,).
        masses: chance of each number of turns from 1, shape (trial, law, turns).
        sums: LINEAR, SQUARE and ACTIONS for each number of turns from 1, shape (trial, turns, sum).
        mean: E of LINEAR, SQUARE and ACTIONS, shape (trial, law, sum).
        covariance: of LINEAR and the actions, upper triangle (PAIRS), shape (trial, law, pair).
    """

    tables: LengthTables
    abandoned: NDArray[np.bool_]
    masses: Array
    sums: Array
    mean: Array
    covariance: Array


NAMES: Final = (*LINEAR, *SQUARE, *ACTIONS)
PLACE: Final = {name: place for place, name in enumerate(NAMES)}
_PAIRED: Final = (*LINEAR, "actions")
PAIRS: Final = tuple((a, b) for place, a in enumerate(_PAIRED) for b in _PAIRED[place:])
"""Pairs whose covariance is kept; that of the actions with themselves is their variance, the turns drawn too."""
PAIR_PLACE: Final = {pair: place for place, pair in enumerate(PAIRS)}


def length_moments(law: HandlingLaw, most_turns: int) -> LengthMoments:
    """Return the moments of a block of trials."""
    if _same_for_all(law):
        law = _one_trial(law)
    tables = length_tables(law, most_turns)
    masses = _masses(tables.turns).reshape(law.turns.shape[0], -1, most_turns)
    sums = np.stack([_sums(calls, most_turns) for calls in tables.calls])
    sums = np.concatenate([sums, _actions(tables)], axis=2)
    mean = masses @ sums
    paired = [PLACE[name] for name in _PAIRED]
    products = np.stack([sums[:, :, paired[i]] * sums[:, :, paired[j]] for i, j in _pair_places()], axis=2)
    centers = mean[:, :, paired]
    outer = np.stack([centers[:, :, i] * centers[:, :, j] for i, j in _pair_places()], axis=2)
    covariance = masses @ products - outer
    covariance[:, :, PAIR_PLACE["actions", "actions"]] = (
        mean[:, :, PLACE["actions_twice"]] - mean[:, :, PLACE["actions"]] ** 2
    )
    places = np.indices(law.turns.shape[1:])[1].ravel()
    return LengthMoments(tables, places == ABANDONED, masses, sums, mean, covariance)


def _pair_places() -> list[tuple[int, int]]:
    return [(_PAIRED.index(a), _PAIRED.index(b)) for a, b in PAIRS]


def _same_for_all(law: HandlingLaw) -> bool:
    parts = (law.turns, law.turns_size, law.calls_per_turn, law.actions_per_call, law.actions_size)
    return all(bool(np.all(part == part[:1])) for part in parts)


def _one_trial(law: HandlingLaw) -> HandlingLaw:
    return HandlingLaw(*(getattr(law, name)[:1] for name in HandlingLaw.__slots__))


def _masses(table: CountTable) -> Array:
    """Return the chance of each count, shape (law, most + 1)."""
    cumulative = table.cumulative.reshape(-1, table.width).copy()
    cumulative[:, -1] = 1.0
    return np.diff(cumulative, axis=1, prepend=0.0)


def _sums(calls_of: NDArray[np.int64], most_turns: int) -> Array:
    """Return LINEAR and SQUARE for T = 1 .. most_turns, shape (turns, sum)."""
    rows = []
    for turns in range(1, most_turns + 1):
        calls = int(calls_of[turns])
        number = np.arange(1, calls + 1)
        turn = np.ceil(np.float32(number) * np.float32(turns) / np.float32(calls)).astype(np.float64)
        seen = (turn[:, None] >= np.arange(1, turns + 1)).sum(axis=0).astype(np.float64)
        earlier = number - 1.0
        rows.append(
            [
                turns,
                calls,
                turn.sum(),
                earlier.sum(),
                turn[0],
                (seen**2).sum(),
                (earlier**2).sum(),
                turn[0] * calls,
                (turn**2).sum(),
                (turn * earlier).sum(),
                (earlier**2).sum(),
                turn[0] ** 2,
                (seen**3).sum(),
                (earlier**3).sum(),
            ]
        )
    return np.array(rows, dtype=np.float64)


def action_masses(tables: LengthTables) -> Array:
    """Return the chance of each number of actions by trial and number of calls, shape (trial, calls + 1, count)."""
    return _masses(tables.actions).reshape(tables.calls.shape[0], tables.most_calls + 1, MOST_ACTIONS + 1)


def _actions(tables: LengthTables) -> Array:
    """Return ACTIONS for each number of turns, shape (trial, turns, 3)."""
    masses = action_masses(tables)
    count = np.arange(MOST_ACTIONS + 1.0)
    by_calls = np.stack([masses @ count, masses @ count**2, masses[:, :, 0]], axis=2)
    trials = np.arange(len(tables.calls))[:, None]
    return np.asarray(by_calls[trials, tables.calls[:, 1:]])


def by_law_of(lengths: LengthMoments, by_channel: Array, name: str) -> Array:
    """Return a moment of each law, shape (level, end, channel, 1, trial).

    Args:
        by_channel: any numbers by law, shape (level, end, channel, month, trial).
    """
    return lengths.mean[:, :, PLACE[name]].T.reshape(*by_channel.shape[:3], 1, -1)


def idle_chance(lengths: LengthMoments, by_channel: Array) -> Array:
    """Return the chance that a conversation makes no tool call, by end with an action and level.

    Args:
        by_channel: conversations, shape (level, end, channel, month, trial).

    Returns:
        Shape (branch with an action, level, month, trial).
    """
    numbers = by_channel[:, ACTED_ENDS]
    total = numbers.sum(axis=2, keepdims=True)
    shares = np.divide(numbers, total, out=np.zeros_like(numbers), where=total > 0)
    return np.asarray((shares * by_law_of(lengths, by_channel, "idle")[:, ACTED_ENDS]).sum(axis=2).swapaxes(0, 1))

"""Turns, model calls, replies and actions of conversations. docs/model.md section 4.7."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.model.inverse import CountTable, negative_binomial_table
from simulator.model.law import ABANDONED, HandlingLaw
from simulator.model.month import look_up
from simulator.model.outcomes import Attributes, Draws, Outcomes, Subjects

Index = NDArray[np.int64]

MOST_ACTIONS = 100
"""Completed tool calls at which a conversation is cut."""


@dataclass(frozen=True, slots=True)
class LengthTables:
    """Counts tabulated for a group of trials.

    Attributes:
        turns: T - 1 by (trial, level, end, channel).
        calls: model calls by (trial, turns), shape (trial, most + 1).
        actions: by (trial, calls); `most_calls` + 1 laws a trial.
    """

    turns: CountTable
    turns_shape: tuple[int, ...]
    calls: Index
    actions: CountTable
    most_calls: int


@dataclass(frozen=True, slots=True)
class Lengths:
    """Length of each conversation in messages, calls and actions."""

    turns: Index
    calls: Index
    ai_replies: Index
    actions: Index


def length_tables(law: HandlingLaw, most_turns: int) -> LengthTables:
    """Tabulate the laws of turns and actions of a group of trials."""
    means = law.turns - 1
    size = np.broadcast_to(law.turns_size[:, None, None, None], means.shape)
    turns = np.arange(most_turns + 1)
    calls = np.maximum(1, np.floor(turns * law.calls_per_turn[:, None] + 0.5)).astype(np.int64)
    most_calls = int(calls.max())
    number = np.arange(most_calls + 1)[None, :]
    return LengthTables(
        turns=negative_binomial_table(means.ravel(), size.ravel(), most_turns - 1),
        turns_shape=means.shape,
        calls=calls,
        actions=negative_binomial_table(
            (number * law.actions_per_call[:, None]).ravel(),
            (np.maximum(number, 1) * law.actions_size[:, None]).ravel(),
            MOST_ACTIONS,
        ),
        most_calls=most_calls,
    )


def draw_lengths(
    tables: LengthTables, draws: Draws, who: Subjects, outcomes: Outcomes, attributes: Attributes
) -> Lengths:
    """Draw the lengths of conversations, one uniform for the turns and one for the actions."""
    _, levels, ends, channels = tables.turns_shape
    row = ((who.trial * levels + who.level) * ends + outcomes.end) * channels + who.channel
    turns = 1 + tables.turns.draw(row, draws("length.turns").random(len(who)))
    calls = look_up(tables.calls, who.trial, turns)
    law = who.trial * (tables.most_calls + 1) + calls
    actions = tables.actions.draw(law, draws("length.actions").random(len(who)))
    return Lengths(
        turns=turns,
        calls=calls,
        ai_replies=np.where(outcomes.end == ABANDONED, 0, turns),
        actions=np.where(attributes.action, np.maximum(actions, 1), actions),
    )

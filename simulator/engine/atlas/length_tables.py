"""Laws of turns and actions in tables. docs/model.md section 4.7."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.engine.atlas.inverse import CountTable, negative_binomial_table
from simulator.engine.atlas.law import HandlingLaw
from simulator.law.turns import MOST_ACTIONS

Index = NDArray[np.int64]


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

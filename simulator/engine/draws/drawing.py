"""Draws the cases of a month and all their conversations, a slice at a time, by the compiled loops."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from simulator.arrays import Array, Index
from simulator.engine.compiling.compiled import loop
from simulator.engine.draws.drawing_loops import Opened
from simulator.engine.draws.rows import Rows
from simulator.futures.law_arrays import DriverEffects
from simulator.law.drawn_columns import OF_CASE, REAL, WHOLE, DrawnColumns
from simulator.law.slots import LAW_MOST_CONTACTS, LawRows
from simulator.streams import key_of

SLICE_ROWS: Final = 64_000
"""Conversations drawn together at most: so many that what a slice costs beside them does not count."""


@dataclass(frozen=True, slots=True)
class ConversationDrawing:
    """What draws the conversations of some consecutive futures.

    Attributes:
        first: number of the first future in the run.
        keys: two words for each intent, shape (intent, 2).
        law: the numbers of the law, a row a future.
        effects: what the months' drivers move.
    """

    first: int
    keys: Index
    law: LawRows
    effects: DriverEffects


def keys_of(seed: int, intents: Sequence[str]) -> Index:
    """Return the words under which the cases of each intent draw, shape (intent, 2)."""
    return np.array([key_of(seed, intent) for intent in intents], dtype=np.int64)


def count_cases(keys: Index, expected: Array, first: int) -> Index:
    """Draw how many cases open: arrivals of a stream of rate 1, shape (future, month, intent).

    Args:
        expected: cases that reach the AI, shape (future, month, intent).
        first: number of the first future in the run.
    """
    counts = np.zeros(expected.shape, dtype=np.int64)
    count = loop("cases_before")
    for month in range(expected.shape[1]):
        found = np.zeros((expected.shape[0], expected.shape[2]), dtype=np.int64)
        count(keys, np.ascontiguousarray(expected[:, month]), first, month, found)
        counts[:, month] = found
    return counts


def draw_slices(drawing: ConversationDrawing, counts: Index, month: int) -> Iterator[Rows]:
    """Yield the conversations of a month, a slice of whole cases at a time; at least one slice.

    Args:
        counts: cases of the month, shape (future, intent).
    """
    effects = np.stack([each[:, month] for each in drawing.effects], axis=1)
    mine, draw = np.ascontiguousarray(counts), loop("draw_cases")
    most = 2 * int(drawing.law.where[LAW_MOST_CONTACTS])
    cell = number = 0
    while True:
        rows = min(SLICE_ROWS, int(mine.sum()) * most) + most
        of_case = np.empty((rows, len(OF_CASE)), dtype=np.int64)
        whole, real = np.empty((len(WHOLE), rows), dtype=np.int64), np.empty((len(REAL), rows))
        opened, columns = Opened(drawing.keys, mine, drawing.first, month), DrawnColumns(of_case, whole, real)
        cases, filled, cell, number = draw(drawing.law, effects, opened, cell, number, columns)
        yield Rows(of_case[:cases], whole[:, :filled], real[:, :filled])
        if cell >= mine.size:
            return


def openings(drawing: ConversationDrawing, rows: Rows, month: int) -> Array:
    """Return the share of the month after which each case of a slice opens, shape (case,)."""
    found = np.empty(len(rows.of_case))
    loop("open_cases")(drawing.keys, drawing.first, month, rows.of_case, found)
    return found

"""Loops that bill conversations by the table of kinds; compiled by `compiled`, and plain Python otherwise."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from simulator.engine.columns import Columns
from simulator.engine.kinds import COORDINATES, Tables

Array = NDArray[np.float64]
Index = NDArray[np.int64]
Flags = NDArray[np.uint8]

(
    AT_END, AT_PLANNED, AT_REVIEW, AT_ACTION, AT_JUDGED, AT_CLASS, AT_SCORE, AT_DELAY, AT_CONTACT,
    AT_ORIGIN, AT_INTENT, AT_CHANNEL, AT_LEVEL, AT_TURNS,
    AT_PREVIOUS, AT_BASE, AT_BILLED_BEFORE, AT_ORIGINAL_BASE,
) = range(len(COORDINATES))  # fmt: skip
"""Places of the coordinates in `kinds.COORDINATES`."""
OF_ROWS: Final = AT_BASE
"""Number of coordinates that do not hang on the definition; they come first."""
AS_NEW, AS_RETURN, AS_DUPLICATE = range(3)
"""Codes of the origin."""
STRETCH: Final = 1024
"""Conversations whose codes are held together."""


def cell_of(borders: Array, hours: float) -> int:
    """Return the code of a delay: 0 for NaN, else 1 and the number of sorted borders at or below it."""
    if hours != hours:  # NaN
        return 0
    cell = 1
    for border in range(len(borders)):
        if hours >= borders[border]:
            cell += 1
    return cell


def bill_by_kind(columns: Columns, tables: Tables, units: Flags, amounts: Array) -> None:
    """Fill in units, shape (definition, conversation), 0 or 1, and amounts of own meters, shape (meter, conversation).

    Args:
        columns: of whole cases, each conversation's duplicate behind it.
    """
    count = len(columns.case)
    codes = np.zeros((OF_ROWS, STRETCH), np.int32)
    index = np.zeros(STRETCH, np.int32)
    before = 0
    for start in range(0, count, STRETCH):
        stop = min(start + STRETCH, count)
        before = _fill_codes(columns, tables.borders, start, stop, before, codes)
        for definition in range(len(tables.base)):
            _look_up(tables, tables.base[definition], codes, index, start, stop, units[definition])
        for meter in range(len(tables.amount)):
            _look_up(tables, tables.amount[meter], codes, index, start, stop, amounts[meter])
    for definition in range(len(tables.base)):
        if tables.unit[definition] >= 0:
            _remember(columns, tables, tables.unit[definition], units[definition])


def _fill_codes(columns: Columns, borders: Array, start: int, stop: int, before: int, codes: NDArray[np.int32]) -> int:
    """Fill in the codes of some conversations, shape (coordinate, conversation), and return the last delay's.

    Args:
        before: code of the delay of the last conversation before them that is no duplicate.
    """
    count = stop - start
    for place in range(count):
        row = start + place
        codes[AT_END, place] = columns.end[row]
        codes[AT_PLANNED, place] = columns.planned[row]
        codes[AT_REVIEW, place] = columns.review[row]
        codes[AT_ACTION, place] = columns.action[row]
        codes[AT_JUDGED, place] = columns.judged[row]
        codes[AT_CLASS, place] = columns.service_class[row]
        codes[AT_SCORE, place] = columns.score[row]
    for place in range(count):
        row = start + place
        codes[AT_CONTACT, place] = columns.contact[row] - 1
        codes[AT_ORIGIN, place] = columns.origin[row]
        codes[AT_INTENT, place] = columns.intent[row]
        codes[AT_CHANNEL, place] = columns.channel[row]
        codes[AT_LEVEL, place] = columns.level[row]
        codes[AT_TURNS, place] = columns.turns[row] - 1
    for place in range(count):
        row = start + place
        cell = cell_of(borders, columns.delay_hours[row])
        codes[AT_DELAY, place] = cell
        codes[AT_PREVIOUS, place] = before if columns.origin[row] == AS_RETURN else 0
        if columns.origin[row] != AS_DUPLICATE:
            before = cell
    return before


def _look_up(
    tables: Tables,
    reader: int,
    codes: NDArray[np.int32],
    index: NDArray[np.int32],
    start: int,
    stop: int,
    found: Array | Flags,
) -> None:
    """Fill in what a reader says of some conversations."""
    count = stop - start
    for place in range(count):
        index[place] = 0
    for coordinate in range(OF_ROWS):
        stride = tables.stride[reader, coordinate]
        if stride > 0:
            for place in range(count):
                index[place] += np.int32(stride) * codes[coordinate, place]
    offset = tables.offset[reader]
    for place in range(count):
        found[start + place] = tables.values[offset + index[place]]


def _remember(columns: Columns, tables: Tables, reader: int, units: Flags) -> None:
    """Turn a definition's bases into its units: what came before in the case decides."""
    offset, stride = tables.offset[reader], tables.stride[reader]
    billed = original = before = 0
    for row in range(len(units)):
        origin, base = columns.origin[row], units[row]
        at = offset + stride[AT_BASE] * base + stride[AT_ORIGIN] * origin
        if origin == AS_DUPLICATE:
            at += stride[AT_ORIGINAL_BASE] * original
        else:
            if origin == AS_NEW:
                billed, before = 0, 0
            at += stride[AT_BILLED_BEFORE] * billed + stride[AT_PREVIOUS] * before
            billed, original = max(billed, base), base
            before = cell_of(tables.borders, columns.delay_hours[row])
        units[row] = tables.values[at]

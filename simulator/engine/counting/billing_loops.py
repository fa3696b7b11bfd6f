"""Loops that bill conversations by the table of kinds; compiled by `compiled`, and plain Python otherwise."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from simulator.arrays import Array, Index
from simulator.engine.counting.conversation_kinds import COORDINATES
from simulator.records import ORIGINS

Bits = NDArray[np.int8]
Codes = NDArray[np.int32]

AT_DELAY, AT_ORIGIN, AT_PREVIOUS, AT_BASE, AT_BILLED_BEFORE, AT_ORIGINAL_BASE = (
    COORDINATES.index(name) for name in ("delay", "origin", "previous", "base", "billed_before", "original_base")
)
AS_NEW, AS_RETURN, AS_DUPLICATE = (ORIGINS.index(name) for name in ("new", "return", "duplicate"))
OF_ROWS: Final = AT_BASE
"""Number of coordinates that do not hang on the definition; they come first."""
STRETCH: Final = 1024
"""Conversations whose places in a table are held together."""


def fill_delays(hours: Array, borders: Array, codes: Codes) -> None:
    """Fill in the codes of delays: 0 for NaN, else 1 and the number of sorted borders at or below it.

    Args:
        hours: to the return, NaN without one, shape (conversation,).
        codes: shape (coordinate, conversation), the origin's filled in; each conversation's duplicate stands behind it.
    """
    before = 0
    for row in range(len(hours)):
        cell = 0
        if hours[row] == hours[row]:  # no NaN
            cell = 1
            for border in borders:
                if hours[row] >= border:
                    cell += 1
        origin = codes[AT_ORIGIN, row]
        codes[AT_DELAY, row] = cell
        codes[AT_PREVIOUS, row] = before if origin == AS_RETURN else 0
        if origin != AS_DUPLICATE:
            before = cell


def look_up(values: Array, offset: int, stride: Index, codes: Codes, found: Array | Bits) -> None:
    """Fill in what a reader says of each conversation.

    Args:
        values: of all readers.
        offset, stride: of this one.
        codes: shape (coordinate, conversation).
    """
    index = np.zeros(STRETCH, np.int32)
    for start in range(0, len(found), STRETCH):
        told = found[start : start + STRETCH]
        for place in range(len(told)):
            index[place] = 0
        for coordinate in range(OF_ROWS):
            step = np.int32(stride[coordinate])
            if step > 0:
                code = codes[coordinate, start : start + STRETCH]
                for place in range(len(told)):
                    index[place] += step * code[place]
        for place in range(len(told)):
            told[place] = values[offset + index[place]]


def remember(values: Array, offset: int, stride: Index, codes: Codes, units: Bits) -> None:
    """Turn a definition's bases into its units: what came before in the case decides.

    Args:
        values: of all readers.
        offset, stride: of the definition's unit.
        codes: shape (coordinate, conversation).
        units: bases on the way in.
    """
    billed = original = 0
    for row in range(len(units)):
        origin, previous, base = codes[AT_ORIGIN, row], codes[AT_PREVIOUS, row], int(units[row])
        at = offset + stride[AT_BASE] * base + stride[AT_ORIGIN] * origin + stride[AT_PREVIOUS] * previous
        if origin == AS_DUPLICATE:
            at += stride[AT_ORIGINAL_BASE] * original
        else:
            if origin == AS_NEW:
                billed = 0
            at += stride[AT_BILLED_BEFORE] * billed
            billed, original = billed | base, base
        units[row] = values[at]

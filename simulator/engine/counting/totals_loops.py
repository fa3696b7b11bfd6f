"""Loops that follow cases, and that sum conversations by trial; compiled by `compiled`, and plain Python otherwise.

`starts` says where the conversations of each trial begin, and where those of the last one end, shape (trial + 1,).
Flags are 0 or 1. A sum does not depend on what else is summed.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.arrays import Array, Index
from simulator.engine.counting.billing_loops import AS_DUPLICATE, AS_NEW

Bits = NDArray[np.int8]


def mark_cases(origin: Index, solved: Bits, opens: Bits) -> None:
    """Set a flag on the first conversation of each case of which any conversation has it.

    Args:
        solved: flags of conversations.
        opens: zeros, to be set.
    """
    first = 0
    for row in range(len(origin)):
        if origin[row] == AS_NEW:
            first = row
        opens[first] |= solved[row]


def mark_sessions(
    origin: Index, channel: Index, delay: Array, from_start: bool, window_hours: float, opens: Bits
) -> None:
    """Mark the conversations that open a session. docs/model.md section 5.

    The first of a case does. A return does if the session's start, or the conversation before it, started the
    window's hours ago or more. A duplicate does on another channel than its original's; on the same one it joins its
    original's session.

    Args:
        delay: hours to the return.
        from_start: whether the window runs from the start of the session, else anew from each conversation.
    """
    since, gap, own = 0.0, np.inf, 0
    for row in range(len(origin)):
        if origin[row] == AS_DUPLICATE:
            opens[row] = channel[row] != own
            continue
        if origin[row] == AS_NEW:
            since, gap, own = 0.0, np.inf, channel[row]
        reached = since + gap
        opened = not reached < window_hours
        opens[row] = opened
        since = 0.0 if opened or not from_start else reached
        gap = delay[row]


def fill_plain(prompt: Array, cached: Array, written: Array, plain: Array) -> None:
    """Fill in the prompt tokens that are neither read from the cache nor written to it."""
    for row in range(len(plain)):
        left = prompt[row] - cached[row] - written[row]
        plain[row] = left if left > 0.0 else 0.0


def count_where(starts: Index, flags: Bits, totals: Array) -> None:
    """Count the conversations with a flag, shape (trial,)."""
    for trial in range(len(totals)):
        own = flags[starts[trial] : starts[trial + 1]]
        number = 0
        for row in range(len(own)):
            number += int(own[row])
        totals[trial] = number


def sum_all(starts: Index, values: Array, totals: Array) -> None:
    """Sum the values of all conversations, shape (trial,), in four strands that run at a time."""
    for trial in range(len(totals)):
        own = values[starts[trial] : starts[trial + 1]]
        one = two = three = four = 0.0
        whole = len(own) - len(own) % 4
        for row in range(0, whole, 4):
            one += own[row]
            two += own[row + 1]
            three += own[row + 2]
            four += own[row + 3]
        for row in range(whole, len(own)):
            one += own[row]
        totals[trial] = (one + two) + (three + four)


def sum_where(starts: Index, values: Array, flags: Bits, totals: Array) -> None:
    """Sum the values of the conversations with a flag, shape (trial,), likewise; other values may be NaN."""
    for trial in range(len(totals)):
        own, wanted = values[starts[trial] : starts[trial + 1]], flags[starts[trial] : starts[trial + 1]]
        one = two = three = four = 0.0
        whole = len(own) - len(own) % 4
        for row in range(0, whole, 4):
            one += own[row] if wanted[row] else 0.0
            two += own[row + 1] if wanted[row + 1] else 0.0
            three += own[row + 2] if wanted[row + 2] else 0.0
            four += own[row + 3] if wanted[row + 3] else 0.0
        for row in range(whole, len(own)):
            one += own[row] if wanted[row] else 0.0
        totals[trial] = (one + two) + (three + four)


def count_by(starts: Index, codes: Index, totals: Array) -> None:
    """Count the conversations of each code, shape (code, trial)."""
    strands = np.zeros((4, len(totals)), np.int64)
    for trial in range(totals.shape[1]):
        own = codes[starts[trial] : starts[trial + 1]]
        whole = len(own) - len(own) % 4
        for row in range(0, whole, 4):
            strands[0, own[row]] += 1
            strands[1, own[row + 1]] += 1
            strands[2, own[row + 2]] += 1
            strands[3, own[row + 3]] += 1
        for row in range(whole, len(own)):
            strands[0, own[row]] += 1
        for code in range(len(totals)):
            totals[code, trial] = strands[0, code] + strands[1, code] + strands[2, code] + strands[3, code]
            for strand in range(4):
                strands[strand, code] = 0


def sum_by(starts: Index, codes: Index, values: Array, totals: Array) -> None:
    """Sum the values of the conversations of each code, shape (code, trial)."""
    strands = np.zeros((4, len(totals)))
    for trial in range(totals.shape[1]):
        own, sizes = codes[starts[trial] : starts[trial + 1]], values[starts[trial] : starts[trial + 1]]
        whole = len(own) - len(own) % 4
        for row in range(0, whole, 4):
            strands[0, own[row]] += sizes[row]
            strands[1, own[row + 1]] += sizes[row + 1]
            strands[2, own[row + 2]] += sizes[row + 2]
            strands[3, own[row + 3]] += sizes[row + 3]
        for row in range(whole, len(own)):
            strands[0, own[row]] += sizes[row]
        for code in range(len(totals)):
            totals[code, trial] = (strands[0, code] + strands[1, code]) + (strands[2, code] + strands[3, code])
            for strand in range(4):
                strands[strand, code] = 0.0

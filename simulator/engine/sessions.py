"""Which conversations open a session: case by case, contact after contact. docs/model.md section 5."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.contracts.meters import Sessions
from simulator.engine.columns import COPY
from simulator.engine.rows import Rows

Flags = NDArray[np.bool_]


def opening(rows: Rows, window: Sessions) -> Flags:
    """Return whether each conversation opens a session, one entry a conversation.

    The first of a case does. A return does if the session's start (anchor "start") or the conversation before it
    (anchor "inactivity") started the window's hours ago or more. A duplicate does on another channel than its
    original's; on the same one it joins its original's session.
    """
    found = rows.who.channel != rows.cases.channel[rows.who.case]
    since, gap = np.zeros(len(rows.cases)), np.full(len(rows.cases), np.inf)
    originals = rows.origin != COPY
    for contact in range(1, int(rows.contact.max(initial=0)) + 1):
        now = np.flatnonzero(originals & (rows.contact == contact))
        case = rows.who.case[now]
        reached = since[case] + gap[case]
        found[now] = ~(reached < window.hours)
        since[case] = np.where(found[now] | (window.anchor == "inactivity"), 0.0, reached)
        gap[case] = rows.delay_hours[now]
    return np.asarray(found)

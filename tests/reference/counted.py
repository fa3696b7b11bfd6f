"""Meters that contracts may read beside the usual ones, counted conversation by conversation in plain loops.

Written from docs/model.md section 5.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

Row = Mapping[str, Any]


def blocks(row: Row, base: str, size: float) -> int:
    """Return the blocks that one conversation has begun, in exact fractions of the numbers as they are written."""
    amount = minutes(row) if base == "minutes" else Fraction(row[base])
    return math.ceil(amount / Fraction(str(size)))


def minutes(row: Row) -> Fraction:
    """Return the minutes that one conversation lasts."""
    return Fraction(str(row["duration_seconds"])) / 60


def sessions(rows: Sequence[Row], anchor: str, hours: float) -> list[bool]:
    """Return which conversations of one case open a session.

    `rows` are in any order; each has contact, origin, channel and returned_after_hours.
    """
    originals = {row["contact"]: row for row in rows if row["origin"] != "duplicate"}
    opens: dict[int, bool] = {}
    started = passed = 0.0
    for contact in sorted(originals):
        if contact == 1:
            opens[contact] = True
        else:
            passed += originals[contact - 1]["returned_after_hours"]
            opens[contact] = passed - started >= hours
        if opens[contact] or anchor == "inactivity":
            started = passed = 0.0
    found = []
    for row in rows:
        if row["origin"] == "duplicate":
            found.append(row["channel"] != originals[row["contact"]]["channel"])
        else:
            found.append(opens[row["contact"]])
    return found

"""Minutes of people. docs/model.md section 4.6."""

from __future__ import annotations

from simulator.law import CONFIRMED, ESCALATED, PARTIAL, SILENT_SOLVED, SILENT_UNSOLVED, Row


def handoff_minutes(ends: Row, straight: float, mean: float, partial_factor: float, channel: float) -> float:
    """Return the mean minutes on handoffs and on returns straight to a person.

    Args:
        ends: conversations by end.
        straight: returns straight to a person, each with the minutes of an escalated handoff.
        mean: `handoff_minutes` of the level.
        partial_factor: minutes of a partial handoff over those of an escalated one.
        channel: factor on minutes, or its mean over the channels.
    """
    return float(channel * mean * (ends[ESCALATED] + partial_factor * ends[PARTIAL] + straight))


def review_minutes(ends: Row, review: float, mean: float, channel: float) -> float:
    """Return the mean minutes on reviews.

    Args:
        ends: conversations by end; confirmed and silent ones are reviewed.
        review: chance of a review.
        mean: `review_minutes` of the level.
        channel: factor on minutes, or its mean over the channels.
    """
    return float(channel * mean * review * (ends[CONFIRMED] + ends[SILENT_SOLVED] + ends[SILENT_UNSOLVED]))

"""What else is recorded of a conversation. docs/model.md section 4.3."""

from __future__ import annotations

from simulator.law import ESCALATED, PARTIAL, SILENT_SOLVED, SILENT_UNSOLVED, Row
from simulator.law.counters import JUDGED, CasePlace, uniforms
from simulator.law.drawn_columns import (
    ROW_END,
    ROW_INTENT,
    ROW_JUDGED,
    ROW_PLANNED,
    ROW_REVIEW,
    ROW_SCORE,
    DrawnColumns,
)
from simulator.law.odds import number_of
from simulator.law.slots import LAW_JUDGE, LAW_PLANNED, LAW_RESPONSE, LAW_REVIEWED, LAW_SCORES, FutureLaw


def ends_with_answer(end: int) -> bool:
    """Return whether a conversation had a substantive answer of the AI: confirmed, silent, partial."""
    return end <= SILENT_UNSOLVED or end == PARTIAL


def planned_chance(end: int, planned: float) -> float:
    """Return the chance of a handoff designed by procedure: escalated conversations only."""
    return planned if end == ESCALATED else 0.0


def review_chance(end: int, review: float) -> float:
    """Return the chance of a review by a person: confirmed and silent conversations only."""
    return review if end <= SILENT_UNSOLVED else 0.0


def action_chance(end: int, action: float) -> float:
    """Return the chance of a completed write: where solved, or handed over after useful work."""
    return action if end <= SILENT_SOLVED or end == PARTIAL else 0.0


def judged_chance(end: int, unsolved: float, solved: float) -> float:
    """Return the chance that an automatic judge says resolved: confirmed and silent conversations only.

    Args:
        unsolved, solved: the chance where it is not so, 1 - `specificity`, and where it is, `sensitivity`.
    """
    if end > SILENT_UNSOLVED:
        return 0.0
    return solved if end <= SILENT_SOLVED else unsolved


def response_chance(end: int, response: float) -> float:
    """Return the chance of a score of satisfaction: answered conversations only."""
    return response if ends_with_answer(end) else 0.0


def class_of(uniform: float, classes: Row, first: int) -> int:
    """Return the class of a conversation, as a place in records.CLASSES, where service is 0.

    Args:
        classes: has the chances of a greeting, spam and a test from place `first` on.
    """
    below = 0.0
    for number in range(3):
        below = below + classes[first + number]
        if uniform < below:
            return number + 1
    return 0


def score_of(uniform: float, end: int, scores: Row, first: int) -> int:
    """Return a score of satisfaction from 1 to 5.

    Args:
        scores: has the chances of the five where unsolved, and then where solved, from place `first` on.
    """
    return 1 + number_of(uniform, scores, first + 5 if end <= SILENT_SOLVED else first, 5)


def draw_judged(of: FutureLaw, place: CasePlace, at: int, columns: DrawnColumns, row: int) -> None:
    """Draw what is recorded of how a conversation ended: a planned handoff, a review, the judge's verdict, a score."""
    law, where, whole = of.law, of.where, columns.whole
    end, intent = whole[ROW_END, row], whole[ROW_INTENT, row]
    judges, responds, scores, touched = uniforms(place, at, JUDGED, 0)
    whole[ROW_PLANNED, row] = touched < planned_chance(end, law[where[LAW_PLANNED] + intent])
    whole[ROW_REVIEW, row] = touched < review_chance(end, law[where[LAW_REVIEWED] + intent])
    whole[ROW_JUDGED, row] = judges < judged_chance(end, law[where[LAW_JUDGE]], law[where[LAW_JUDGE] + 1])
    answers = responds < response_chance(end, law[where[LAW_RESPONSE]])
    whole[ROW_SCORE, row] = score_of(scores, end, law, where[LAW_SCORES]) if answers else 0

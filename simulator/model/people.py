"""Human work on handoffs, reviews and returns straight to a person. docs/model.md section 4.6."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.model.law import ESCALATED, PARTIAL
from simulator.model.month import MonthLaw, look_up
from simulator.model.outcomes import Attributes, Draws, Outcomes, Subjects
from simulator.model.returns import Returns

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]

FULL, SHORTER, REVIEW = range(3)
"""Kinds of human work: a handoff (or a straight return), a partial handoff, a review."""


@dataclass(frozen=True, slots=True)
class Work:
    """Minutes of people on each conversation, and whether they solved the problem."""

    handoff_minutes: Array
    review_minutes: Array
    straight_minutes: Array
    human_solved: Flags


def draw_work(
    month: MonthLaw, draws: Draws, who: Subjects, outcomes: Outcomes, attributes: Attributes, returns: Returns
) -> Work:
    """Draw what people do after each conversation."""
    own = draws("people.minutes").standard_normal(len(who))
    escalated, partial = outcomes.end == ESCALATED, outcomes.end == PARTIAL
    handoff = np.zeros(len(who))
    for kind, chosen in ((FULL, escalated), (SHORTER, partial)):
        rows = np.flatnonzero(chosen)
        handoff[rows] = _minutes(month, who.chosen(rows), kind, own[rows])
    review = np.zeros(len(who))
    rows = np.flatnonzero(attributes.review)
    review[rows] = _minutes(month, who.chosen(rows), REVIEW, own[rows])
    straight = np.zeros(len(who))
    rows = np.flatnonzero(returns.straight)
    after = draws("people.straight_minutes").standard_normal(len(who))
    straight[rows] = _minutes(month, who.chosen(rows), FULL, after[rows])
    return Work(handoff, review, straight, _human_solved(month, draws, who, outcomes, returns))


def _minutes(month: MonthLaw, who: Subjects, kind: int, score: Array) -> Array:
    """Return lognormal minutes with the mean of the kind of work, at given normal scores."""
    law = month.law.handling
    sigma = law.minutes_sigma[who.trial, kind]
    mean = look_up(np.ascontiguousarray(law.minutes[:, kind]), who.trial, who.level, who.channel)
    return np.asarray(mean * np.exp(sigma * score - sigma**2 / 2))


def _human_solved(month: MonthLaw, draws: Draws, who: Subjects, outcomes: Outcomes, returns: Returns) -> Flags:
    chance = month.law.handling.human_solve[who.trial]
    own = outcomes.handed_over & (draws("people.solve").random(len(who)) < chance)
    after = returns.straight & (draws("people.straight_solve").random(len(who)) < chance)
    return np.asarray(own | after)

"""How conversations end and what is recorded of them. docs/model.md sections 4.1 to 4.3."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.model.law import ABANDONED, CONFIRMED, ESCALATED, PARTIAL, SILENT_SOLVED, SILENT_UNSOLVED
from simulator.model.month import MonthLaw, category, look_up

Index = NDArray[np.int64]
Flags = NDArray[np.bool_]
Draws = Callable[[str], np.random.Generator]
"""The generator of a quantity, by its name, at the place where the conversations are drawn."""


@dataclass(frozen=True, slots=True)
class Subjects:
    """The conversations to draw: where each stands in the law, one entry a conversation.

    Attributes:
        case: position of the case in its slice.
        trial: trial within the group.
    """

    case: Index
    trial: Index
    intent: Index
    level: Index
    channel: Index

    def __len__(self) -> int:
        return len(self.case)

    def chosen(self, rows: Index) -> Subjects:
        """Return some of the conversations."""
        return Subjects(*(getattr(self, name)[rows] for name in self.__slots__))


@dataclass(frozen=True, slots=True)
class Outcomes:
    """How conversations end: model that answered and kind of end (codes of model.law.ENDS)."""

    model: Index
    end: Index

    @property
    def solved(self) -> Flags:
        """Whether the AI in truth solved the problem."""
        return self.end <= SILENT_SOLVED

    @property
    def silent_or_confirmed(self) -> Flags:
        """Whether the AI's answer was the last word."""
        return self.end <= SILENT_UNSOLVED

    @property
    def handed_over(self) -> Flags:
        """Whether a person took over."""
        return self.end >= PARTIAL

    @property
    def answered(self) -> Flags:
        """Whether a substantive answer of the AI was given."""
        return np.asarray(self.silent_or_confirmed | (self.end == PARTIAL))


@dataclass(frozen=True, slots=True)
class Attributes:
    """What else is recorded: class (codes of records.CLASSES), flags, satisfaction (0 without a response)."""

    service_class: Index
    planned: Flags
    review: Flags
    action: Flags
    judged: Flags
    score: Index


def draw_outcomes(month: MonthLaw, draws: Draws, who: Subjects, contact: int) -> Outcomes:
    """Draw the model and the kind of end of each conversation of one contact number."""
    law, count = month.law.outcomes, len(who)
    model = category(law.routing, draws("outcome.model").random(count), who.trial, who.level)
    later = 0 if contact == 1 else 1
    chance = look_up(month.escalate[later], who.trial, who.intent, who.level, model)
    escalated = draws("outcome.escalate").random(count) < chance
    partial = draws("outcome.partial").random(count) < look_up(law.partial, who.trial, who.level)
    left = draws("outcome.abandon").random(count) < look_up(law.abandon, who.trial, who.intent)
    solves = draws("outcome.solve").random(count) < look_up(month.solve, who.trial, who.intent, who.level, model)
    confirms = draws("outcome.confirm").random(count) < look_up(law.confirm, who.trial, who.intent)
    end = np.where(solves, np.where(confirms, CONFIRMED, SILENT_SOLVED), SILENT_UNSOLVED)
    end[left] = ABANDONED
    return Outcomes(model, np.where(escalated, np.where(partial, PARTIAL, ESCALATED), end))


def draw_attributes(month: MonthLaw, draws: Draws, who: Subjects, outcomes: Outcomes) -> Attributes:
    """Draw the class, the flags and the satisfaction of each conversation."""
    law, count = month.law.attributes, len(who)

    def happens(name: str, chance: NDArray[np.float64], possible: Flags) -> Flags:
        return np.asarray(possible & (draws(name).random(count) < chance))

    solved = outcomes.solved.astype(np.int64)
    surveyed = happens("csat.response", law.response[who.trial], outcomes.answered)
    score = 1 + category(law.scores, draws("csat.score").random(count), who.trial, solved)
    final = outcomes.silent_or_confirmed
    worked = outcomes.solved | (outcomes.end == PARTIAL)
    return Attributes(
        service_class=_service_class(month, draws, who),
        planned=happens("handoff.planned", look_up(law.planned, who.trial, who.intent), outcomes.end == ESCALATED),
        review=happens("review", look_up(law.review, who.trial, who.intent), final),
        action=happens("action", look_up(law.action, who.trial, who.intent), worked),
        judged=happens("judge", look_up(law.judged, who.trial, solved), final),
        score=np.where(surveyed, score, 0),
    )


def _service_class(month: MonthLaw, draws: Draws, who: Subjects) -> Index:
    """Return 1 greeting, 2 spam, 3 test, or 0 for all others: service."""
    classes = month.law.attributes.classes
    passed = np.zeros(len(who), dtype=np.int64)
    u = draws("class").random(len(who))
    for k in range(classes.shape[2]):
        passed += u >= look_up(np.ascontiguousarray(classes[:, :, k]), who.trial, who.intent)
    return np.where(passed == classes.shape[2], 0, passed + 1)

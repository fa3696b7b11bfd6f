"""Conversations of one slice of a month as columns: every part of the law put side by side."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.model.contacts import ContactDraws, Contacts, draw_cases, draw_contacts
from simulator.model.law import PARTIAL, SILENT_UNSOLVED
from simulator.model.lengths import LengthTables, draw_lengths
from simulator.model.month import MonthLaw, look_up
from simulator.model.outcomes import Subjects
from simulator.model.tokens import TokenLaw, Tokens, draw_tokens

Array = NDArray[np.float64]
Index = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Rows:
    """The conversations of a slice; every array has one entry a conversation.

    Attributes:
        cases: the slice's cases, one entry a case.
        who: case, trial of the group, intent, level and channel.
        contact, origin: number of the contact and code of its origin (new, return, duplicate).
        hours: hours from the opening of the case to the start of the conversation.
        end: kind of end, codes of model.law.ENDS.
        service_class: code of records.CLASSES.
        score: satisfaction 1 to 5, 0 without a response.
        delay_hours: hours to the return, NaN without one.
        straight: the return goes straight to a person.
    """

    cases: Subjects
    who: Subjects
    contact: Index
    origin: Index
    hours: Array
    model: Index
    end: Index
    service_class: Index
    planned: Flags
    review: Flags
    action: Flags
    judged: Flags
    score: Index
    delay_hours: Array
    straight: Flags
    human_solved: Flags
    handoff_minutes: Array
    review_minutes: Array
    straight_minutes: Array
    turns: Index
    calls: Index
    ai_replies: Index
    actions: Index
    duration_seconds: Array
    tokens: Tokens

    def __len__(self) -> int:
        return len(self.contact)

    @property
    def solved(self) -> Flags:
        """Whether the AI in truth solved the problem."""
        return np.asarray(self.end < SILENT_UNSOLVED)

    @property
    def answered(self) -> Flags:
        """Whether a substantive answer of the AI was given."""
        return np.asarray((self.end <= SILENT_UNSOLVED) | (self.end == PARTIAL))

    @property
    def handed_over(self) -> Flags:
        """Whether a person took over."""
        return np.asarray(self.end >= PARTIAL)

    @property
    def human_minutes(self) -> Array:
        """Minutes of people: handoff, review and a straight return."""
        return self.handoff_minutes + self.review_minutes + self.straight_minutes


def draw_rows(
    month: MonthLaw,
    tables: LengthTables,
    token_law: TokenLaw,
    draws: ContactDraws,
    trial: Index,
    intent: Index,
    max_contacts: int,
) -> Rows:
    """Draw all conversations of some cases.

    Args:
        draws: generator by contact number, origin and name of the quantity.
        trial, intent: of each case, ordered.
        max_contacts: conversations a case can have with the AI.
    """
    cases = draw_cases(month, partial(draws, 0, 0), trial, intent)
    contacts = draw_contacts(month, draws, cases, max_contacts)
    lengths = [
        draw_lengths(tables, partial(draws, c.contact, c.origin), c.who, c.outcomes, c.attributes) for c in contacts
    ]
    who = Subjects(*(np.concatenate([getattr(c.who, name) for c in contacts]) for name in Subjects.__slots__))
    model = np.concatenate([c.outcomes.model for c in contacts])
    turns, calls, ai_replies, actions = (
        np.concatenate([getattr(length, name) for length in lengths])
        for name in ("turns", "calls", "ai_replies", "actions")
    )
    seconds = look_up(month.law.handling.seconds_per_turn, who.trial, who.channel)
    return Rows(
        cases=cases,
        who=who,
        contact=np.concatenate([np.full(len(c.who), c.contact) for c in contacts]),
        origin=np.concatenate([np.full(len(c.who), c.origin) for c in contacts]),
        hours=np.concatenate([c.hours for c in contacts]),
        model=model,
        turns=turns,
        calls=calls,
        ai_replies=ai_replies,
        actions=actions,
        duration_seconds=turns * seconds,
        tokens=draw_tokens(token_law, month.tokens, partial(draws, 0, 0), who.trial, model, turns, calls),
        **_joined(contacts),
    )


def _joined(contacts: list[Contacts]) -> dict[str, Any]:
    """Return the columns that the parts of a contact hold, joined over the contacts."""
    parts = {
        "outcomes": ("end",),
        "attributes": ("service_class", "planned", "review", "action", "judged", "score"),
        "returns": ("delay_hours", "straight"),
        "work": ("human_solved", "handoff_minutes", "review_minutes", "straight_minutes"),
    }
    return {
        name: np.concatenate([getattr(getattr(contact, part), name) for contact in contacts])
        for part, names in parts.items()
        for name in names
    }

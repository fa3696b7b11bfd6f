"""Worked cases: the edge cases that a vendor should answer in writing, every attribute said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from simulator.law import ABANDONED, CONFIRMED, ESCALATED, PARTIAL, SILENT_SOLVED, SILENT_UNSOLVED


@dataclass(frozen=True, slots=True)
class WorkedContact:
    """One conversation of a worked case.

    Attributes:
        end: kind of end, a code of law.ENDS.
        back_after_hours: hours until the customer comes back, None for never.
        straight: the return goes straight to a person.
        duplicate: a second ticket on the conversation before it.
        judged: verdict of the vendor's judge; that of a perfect judge by default.
        score: satisfaction 1 to 5, 0 without an answer.
        turns: messages of the customer, as a multiple of the usual number.
    """

    end: int
    back_after_hours: float | None = None
    straight: bool = False
    duplicate: bool = False
    review: bool = False
    planned: bool = False
    action: bool = False
    judged: bool | None = None
    score: int = 0
    service_class: str = "service"
    turns: float = 1.0


@dataclass(frozen=True, slots=True)
class WorkedCase:
    """A case whose course is known: its key, what happened in words, and its conversations in order.

    Attributes:
        number: on the sheet for the vendor; it stays when cases are added or leave, so that old sheets can be read.
    """

    number: int
    key: str
    words: str
    steps: tuple[WorkedContact, ...]


WORKED_CASES: Final = (
    WorkedCase(1, "confirmed", "The AI answers, the customer says thanks, solved", (WorkedContact(CONFIRMED),)),
    WorkedCase(
        2, "action", "The AI makes the refund in the system of record; customer says yes",
        (WorkedContact(CONFIRMED, action=True),),
    ),
    WorkedCase(3, "silent", "The AI answers rightly, the customer says nothing more", (WorkedContact(SILENT_SOLVED),)),
    WorkedCase(
        4, "gave_up", "Wrong answer, the customer gives up; the judge is not fooled",
        (WorkedContact(SILENT_UNSOLVED),),
    ),
    WorkedCase(
        5, "judge_fooled", "Wrong answer, the customer gives up; the judge finds it resolved",
        (WorkedContact(SILENT_UNSOLVED, judged=True),),
    ),
    WorkedCase(
        6, "back_soon", "Wrong answer, silent; back after 3 h, then solved and confirmed",
        (WorkedContact(SILENT_UNSOLVED, back_after_hours=3), WorkedContact(CONFIRMED)),
    ),
    WorkedCase(
        7, "back_after_30_h", "Wrong answer, silent; back after 30 h, then solved and confirmed",
        (WorkedContact(SILENT_UNSOLVED, back_after_hours=30), WorkedContact(CONFIRMED)),
    ),
    WorkedCase(
        8, "confirmed_and_back", "Confirmed, back after 5 days with the same, then solved and silent",
        (WorkedContact(CONFIRMED, back_after_hours=120), WorkedContact(SILENT_SOLVED)),
    ),
    WorkedCase(
        9, "reopened_and_escalated", "Wrong answer, silent; back after 30 h, then handed to a person",
        (WorkedContact(SILENT_UNSOLVED, back_after_hours=30), WorkedContact(ESCALATED)),
    ),
    WorkedCase(
        10, "back_to_a_person", "Wrong answer, silent; after 30 h the customer calls a person",
        (WorkedContact(SILENT_UNSOLVED, back_after_hours=30, straight=True),),
    ),
    WorkedCase(
        11, "three_contacts", "Silent, back after 10 h, silent, back after 20 h more, confirmed",
        (
            WorkedContact(SILENT_UNSOLVED, back_after_hours=10),
            WorkedContact(SILENT_UNSOLVED, back_after_hours=20),
            WorkedContact(CONFIRMED),
        ),
    ),
    WorkedCase(12, "partial", "The AI does part of the work, a person finishes it", (WorkedContact(PARTIAL),)),
    WorkedCase(13, "escalated", "Handed to a person at once", (WorkedContact(ESCALATED),)),
    WorkedCase(
        14, "planned_handoff", "Handed to a person because a procedure says so",
        (WorkedContact(ESCALATED, planned=True),),
    ),
    WorkedCase(15, "abandoned", "The customer leaves before an answer", (WorkedContact(ABANDONED),)),
    WorkedCase(
        16, "reviewed", "The AI answers, compliance reviews it, the customer stays silent",
        (WorkedContact(SILENT_SOLVED, review=True),),
    ),
    WorkedCase(
        17, "duplicate", "A second ticket on the same; the AI answers both, both stay silent",
        (WorkedContact(SILENT_SOLVED), WorkedContact(SILENT_SOLVED, duplicate=True)),
    ),
    WorkedCase(
        18, "duplicate_of_escalated", "Handed to a person; the AI answers a second ticket, then silence",
        (WorkedContact(ESCALATED), WorkedContact(SILENT_SOLVED, duplicate=True)),
    ),
    WorkedCase(
        19, "low_score", "The AI answers, the customer stays silent and gives 1 of 5",
        (WorkedContact(SILENT_SOLVED, score=1),),
    ),
    WorkedCase(
        20, "long", "Long, four times the usual messages, solved and confirmed", (WorkedContact(CONFIRMED, turns=4),)
    ),
    WorkedCase(
        21, "greeting", "Only a greeting; the customer leaves",
        (WorkedContact(ABANDONED, service_class="greeting", turns=0.0),),
    ),
    WorkedCase(
        22, "spam", "Spam that the AI answers",
        (WorkedContact(SILENT_UNSOLVED, service_class="spam", turns=0.0),),
    ),
)  # fmt: skip
"""The worked cases, each a question that a vendor should answer in writing."""

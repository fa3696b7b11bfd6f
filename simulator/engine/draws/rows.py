"""Conversations of one slice of a month as columns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.arrays import Array, Flags, Index
from simulator.law import ABANDONED, PARTIAL, SILENT_UNSOLVED, drawn_columns


@dataclass(frozen=True, slots=True)
class Subjects:
    """Where cases or conversations stand in the law, one entry each.

    Attributes:
        case: position of the case in its slice.
        trial: future within the group.
    """

    case: Index
    trial: Index
    intent: Index
    level: Index
    channel: Index

    def __len__(self) -> int:
        return len(self.case)


@dataclass(frozen=True, slots=True)
class RowTokens:
    """Tokens of each conversation, shape (conversation,).

    Attributes:
        input: prompt tokens, cached and written ones inside.
        output: tokens written by the model, reasoning inside.
        long: input, cached, written and output of the calls priced long, shape (4, conversation).
    """

    input: Array
    cached: Array
    written: Array
    output: Array
    reasoning: Array
    long: Array


@dataclass(frozen=True, slots=True)
class Rows:
    """The conversations of a slice, in the order of their cases: a contact, its duplicate if any, the next contact.

    Attributes:
        of_case: the slice's cases, shape (case, 5), see drawn_columns.OF_CASE.
        whole: columns of whole numbers, shape (column, conversation), see drawn_columns.WHOLE; flags are 0 or 1.
        real: columns of real numbers, shape (column, conversation), see drawn_columns.REAL.
    """

    of_case: Index
    whole: Index
    real: Array

    def __len__(self) -> int:
        return len(self.whole[0])

    @property
    def cases(self) -> Subjects:
        """The cases."""
        future, _, intent, level, channel = self.of_case.T
        return Subjects(np.arange(len(self.of_case)), future, intent, level, channel)

    @property
    def who(self) -> Subjects:
        """Case, future of the group, intent, level and channel of each conversation."""
        first = drawn_columns.ROW_CASE
        return Subjects(*self.whole[first : first + 5])

    def _whole(self, column: int) -> Index:
        return np.asarray(self.whole[column])

    def _flag(self, column: int) -> Flags:
        return np.asarray(self.whole[column] != 0)

    def _real(self, column: int) -> Array:
        return np.asarray(self.real[column])

    @property
    def contact(self) -> Index:
        """Number of the contact, from 1; a duplicate has its original's."""
        return self._whole(drawn_columns.ROW_CONTACT)

    @property
    def origin(self) -> Index:
        """Code of the origin: new, return, duplicate."""
        return self._whole(drawn_columns.ROW_ORIGIN)

    @property
    def model(self) -> Index:
        """Number of the model that answered."""
        return self._whole(drawn_columns.ROW_MODEL)

    @property
    def end(self) -> Index:
        """Kind of end, as its place in simulator.law.ENDS."""
        return self._whole(drawn_columns.ROW_END)

    @property
    def service_class(self) -> Index:
        """Class, as its place in records.CLASSES."""
        return self._whole(drawn_columns.ROW_CLASS)

    @property
    def planned(self) -> Flags:
        """Whether a handoff was designed by procedure."""
        return self._flag(drawn_columns.ROW_PLANNED)

    @property
    def review(self) -> Flags:
        """Whether a person reviewed the conversation."""
        return self._flag(drawn_columns.ROW_REVIEW)

    @property
    def action(self) -> Flags:
        """Whether a write was completed."""
        return self._flag(drawn_columns.ROW_ACTION)

    @property
    def judged(self) -> Flags:
        """Whether the judge says resolved."""
        return self._flag(drawn_columns.ROW_JUDGED)

    @property
    def score(self) -> Index:
        """Satisfaction from 1 to 5, 0 without a response."""
        return self._whole(drawn_columns.ROW_SCORE)

    @property
    def straight(self) -> Flags:
        """Whether the return after it goes straight to a person."""
        return self._flag(drawn_columns.ROW_STRAIGHT)

    @property
    def human_solved(self) -> Flags:
        """Whether a person solved the problem after it."""
        return self._flag(drawn_columns.ROW_HUMAN_SOLVED)

    @property
    def turns(self) -> Index:
        """Messages of the customer."""
        return self._whole(drawn_columns.ROW_TURNS)

    @property
    def calls(self) -> Index:
        """Calls of the model."""
        return self._whole(drawn_columns.ROW_CALLS)

    @property
    def actions(self) -> Index:
        """Completed tool calls."""
        return self._whole(drawn_columns.ROW_ACTIONS)

    @property
    def ai_replies(self) -> Index:
        """Messages of the AI: one a turn, none where the customer left."""
        return np.where(self.end == ABANDONED, 0, self.turns)

    @property
    def hours(self) -> Array:
        """Hours from the opening of the case to the start of the conversation."""
        return self._real(drawn_columns.ROW_HOURS)

    @property
    def delay_hours(self) -> Array:
        """Hours to the return, NaN without one."""
        return self._real(drawn_columns.ROW_DELAY)

    @property
    def handoff_minutes(self) -> Array:
        """Minutes of a person who took over."""
        return self._real(drawn_columns.ROW_HANDOFF)

    @property
    def review_minutes(self) -> Array:
        """Minutes of a review."""
        return self._real(drawn_columns.ROW_REVIEWING)

    @property
    def straight_minutes(self) -> Array:
        """Minutes on a return straight to a person."""
        return self._real(drawn_columns.ROW_STRAIGHT_MINUTES)

    @property
    def duration_seconds(self) -> Array:
        """Length of the conversation."""
        return self._real(drawn_columns.ROW_SECONDS)

    @property
    def tokens(self) -> RowTokens:
        """Tokens of each conversation."""
        first = drawn_columns.ROW_INPUT
        prompt, cached, written, output, reasoning = self.real[first : first + 5]
        return RowTokens(prompt, cached, written, output, reasoning, self.real[first + 5 : first + 9])

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

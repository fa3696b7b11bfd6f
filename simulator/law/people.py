"""What people do: their minutes, and which cases are solved. docs/model.md section 4.6.

A case is solved if any of its conversations is, duplicates included: by the AI, by the person of a handoff, or by the
person to whom a return went straight. With a person's chance of 0 what is told is of the AI alone.
"""

from __future__ import annotations

from collections.abc import Sequence

from simulator.law import CONFIRMED, ESCALATED, PARTIAL, SILENT_SOLVED, SILENT_UNSOLVED, Row
from simulator.law.counters import PEOPLE, CasePlace, uniform, words
from simulator.law.drawn_columns import (
    ROW_CHANNEL,
    ROW_END,
    ROW_HANDOFF,
    ROW_HUMAN_SOLVED,
    ROW_LEVEL,
    ROW_REVIEW,
    ROW_REVIEWING,
    ROW_STRAIGHT,
    ROW_STRAIGHT_MINUTES,
    DrawnColumns,
)
from simulator.law.quantiles import size_of
from simulator.law.slots import (
    HANDOFF,
    LAW_CHANNEL_MINUTES,
    LAW_HANDOFF_MEAN,
    LAW_PARTIAL_FACTOR,
    LAW_PERSON_SOLVES,
    LAW_REVIEW_MEAN,
    REVIEW,
    FutureLaw,
)

Unsolved = tuple[float, float, float]
"""Chances that a contact solves nothing and the case goes on with the AI; that and the case ends here; and that it
ends unsolved where this is the last contact with the AI."""


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


def solved_chance(end: int, straight: bool, person: float) -> float:
    """Return the chance that a conversation is solved, by the AI or by a person.

    Args:
        straight: whether the customer came back straight to a person.
        person: chance that a person solves what he is given, on a handoff and once more on a return.
    """
    if end <= SILENT_SOLVED:
        return 1.0
    missed = 1.0 - person if end >= PARTIAL else 1.0
    return 1.0 - (missed * (1.0 - person) if straight else missed)


def unsolved(
    ends: Sequence[float],
    back: Sequence[float],
    straight: Sequence[float],
    duplicated: Sequence[float],
    person: float,
) -> tuple[Unsolved, Unsolved]:
    """Return the chances that neither a contact nor its duplicate is solved, by anyone, and by the AI.

    Args:
        ends: chances of the six ends, of the contact and of its duplicate.
        back, straight, duplicated: by end, see `returns.per_case`.
        person: chance that a person solves what he is given.
    """
    by_ai = ends[0] + ends[1]
    by_anyone, missed = by_ai + person * (ends[4] + ends[5]), 1.0 - person
    on = stop = last = on_ai = stop_ai = last_ai = 0.0
    for end in range(SILENT_SOLVED + 1, 6):
        to_ai = back[end] - back[end] * straight[end]
        stays, away = 1.0 - back[end], back[end] * straight[end]
        alone = ends[end] - ends[end] * duplicated[end] * by_ai
        on_ai = on_ai + alone * to_ai
        stop_ai = stop_ai + alone * (stays + away)
        last_ai = last_ai + alone
        spared = ends[end] - ends[end] * duplicated[end] * by_anyone
        if end >= PARTIAL:
            spared = spared * missed
        on = on + spared * to_ai
        stop = stop + spared * (stays + away * missed)
        last = last + spared * (stays + back[end] * missed)
    return (on, stop, last), (on_ai, stop_ai, last_ai)


def never_solved(first: Unsolved, later: Unsolved, most: int) -> float:
    """Return the chance that nothing ever solves a case.

    Args:
        first, later: of the first contact and of every later one.
        most: `max_contacts`, 1 or more.
    """
    if most == 1:
        return first[2]
    never = later[2]
    for _ in range(most - 2):
        never = later[0] * never + later[1]
    return first[0] * never + first[1]


def draw_work(of: FutureLaw, place: CasePlace, at: int, columns: DrawnColumns, row: int) -> None:
    """Draw what people do after a conversation, and whether they solve the problem."""
    law, where, table, tables, whole, real = of.law, of.where, of.table, of.tables, columns.whole, columns.real
    real[ROW_HANDOFF, row] = 0.0
    real[ROW_REVIEWING, row] = 0.0
    whole[ROW_HUMAN_SOLVED, row] = 0
    if whole[ROW_END, row] < PARTIAL and not whole[ROW_REVIEW, row] and not whole[ROW_STRAIGHT, row]:
        return
    level, end = whole[ROW_LEVEL, row], whole[ROW_END, row]
    own, after, solves, solves_after = words(place, at, PEOPLE, 0)
    factor = law[where[LAW_CHANNEL_MINUTES] + whole[ROW_CHANNEL, row]]
    mean = factor * law[where[LAW_HANDOFF_MEAN] + level]
    handed = end >= PARTIAL
    if handed:
        share = law[where[LAW_PARTIAL_FACTOR]] if end == PARTIAL else 1.0
        real[ROW_HANDOFF, row] = share * mean * size_of(own, table[HANDOFF], tables)
    if whole[ROW_REVIEW, row]:
        reviewing = factor * law[where[LAW_REVIEW_MEAN] + level]
        real[ROW_REVIEWING, row] = reviewing * size_of(own, table[REVIEW], tables)
    person = law[where[LAW_PERSON_SOLVES]]
    solved = handed and uniform(solves) < person
    if whole[ROW_STRAIGHT, row]:
        real[ROW_STRAIGHT_MINUTES, row] = mean * size_of(after, table[HANDOFF], tables)
        solved = solved or uniform(solves_after) < person
    whole[ROW_HUMAN_SOLVED, row] = solved

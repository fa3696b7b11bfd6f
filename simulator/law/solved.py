"""Which cases are solved, and by whom. docs/model.md sections 4.6 and 4.5.

A case is solved if any of its conversations is, duplicates included: by the AI, by the person of a handoff, or by the
person to whom a return went straight. With a person's chance of 0 what is told is of the AI alone.
"""

from __future__ import annotations

from collections.abc import Sequence

from simulator.law import PARTIAL, SILENT_SOLVED

Unsolved = tuple[float, float, float]
"""Chances that a contact solves nothing and the case goes on with the AI; that and the case ends here; and that it
ends unsolved where this is the last contact with the AI."""


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

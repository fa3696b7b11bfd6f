"""Who comes back, and what a case comes to over all its contacts. docs/model.md sections 4.4 and 4."""

from __future__ import annotations

from collections.abc import Sequence

from simulator.law.counters import RETURN, CasePlace, fine_uniform, uniform, words
from simulator.law.delays import delay_hours
from simulator.law.drawn_columns import (
    ROW_CHANNEL,
    ROW_CONTACT,
    ROW_DELAY,
    ROW_END,
    ROW_LEVEL,
    ROW_STRAIGHT,
    DrawnColumns,
)
from simulator.law.duplicates import spawned
from simulator.law.odds import shifted
from simulator.law.outcomes import Ends
from simulator.law.slots import (
    LAW_BACK,
    LAW_CHANNEL_DELAY,
    LAW_DELAY_SCALE,
    LAW_DELAY_SPREAD,
    LAW_LEVEL_RETURN,
    LAW_MOST_CONTACTS,
    LAW_STRAIGHT_SHARE,
    LAW_WEIBULL,
    MOVED_RETURN,
    FutureLaw,
)


def return_chances(probability: Sequence[float], odds: float) -> list[float]:
    """Return the chance of coming back after each of the six ends.

    Args:
        probability: `returns.probability` by end.
        odds: `return_odds` of the level times that of the intent times exp(`returns.log_odds` + h_returning).
    """
    return [shifted(each, odds) for each in probability]


def fates(number: float, back: float, straight: float) -> tuple[float, float, float]:
    """Return how many of some conversations with one end have no return, one to the AI, and one to a person.

    Args:
        back, straight: chances of coming back, and that this goes straight to a person.
    """
    returning = number * back
    away = returning * straight
    return number - returning, returning - away, away


def coming_back(ends: Sequence[float], back: Sequence[float], straight: Sequence[float]) -> tuple[float, float]:
    """Return the chances that a customer comes back after a contact, and that this goes straight to a person.

    Args:
        ends: chances of the six ends.
        back: chances of coming back by end.
        straight: `straight_to_human` by end, the share of these that goes straight to a person.
    """
    again = away = 0.0
    for end in range(6):
        returning = ends[end] * back[end]
        again = again + returning
        away = away + returning * straight[end]
    return again, away


def contacts(
    first_again: float, first_away: float, later_again: float, later_away: float, most: int
) -> tuple[float, float, float]:
    """Return per case: contacts with the AI after the first, returns, and returns straight to a person.

    The chain of docs/model.md section 4.4: after contact `most` every return goes straight to a person.

    Args:
        first_again, first_away: chances of coming back after the first contact, and of coming back to a person.
        later_again, later_away: the same after any later one.
        most: `max_contacts`, 1 or more.
    """
    later = 0.0
    returns, straight, reach = first_again, first_away, first_again - first_away
    for _ in range(most - 1):
        later = later + reach
        returns = returns + reach * later_again
        straight = straight + reach * later_away
        reach = reach * (later_again - later_away)
    return later, returns, straight + reach


def per_case(
    first: Sequence[float],
    later: Sequence[float],
    back: Sequence[float],
    straight: Sequence[float],
    duplicated: Sequence[float],
    most: int,
) -> tuple[float, float, float, float, float]:
    """Return what a case comes to.

    That is: conversations that end as a first contact does, and as a later one does, with their duplicates (the two sum
    to a case's conversations, a of docs/model.md section 3); returns; those straight to a person (b - a); duplicates.

    Args:
        first, later: chances of the six ends of a first and of a later contact.
        back, straight: by end, see `coming_back`.
        duplicated: `duplicates.probability` by end.
        most: `max_contacts`.
    """
    first_again, first_away = coming_back(first, back, straight)
    later_again, later_away = coming_back(later, back, straight)
    contacts_later, returns, to_people = contacts(first_again, first_away, later_again, later_away, most)
    first_doubled = spawned(first, duplicated)
    later_doubled = contacts_later * spawned(later, duplicated)
    duplicates = first_doubled + later_doubled
    return 1.0 + first_doubled, contacts_later + later_doubled, returns, to_people, duplicates


def conversations_by_end(firsts: float, laters: float, first: Ends, later: Ends) -> Ends:
    """Return the conversations of a case by end, of one model or of all.

    Args:
        firsts, laters: conversations that end as a first and as a later contact does, see `per_case`.
        first, later: chances of the six ends of a first and of a later contact.
    """
    return (
        firsts * first[0] + laters * later[0],
        firsts * first[1] + laters * later[1],
        firsts * first[2] + laters * later[2],
        firsts * first[3] + laters * later[3],
        firsts * first[4] + laters * later[4],
        firsts * first[5] + laters * later[5],
    )


def draw_return(of: FutureLaw, place: CasePlace, at: int, returns: float, columns: DrawnColumns, row: int) -> None:
    """Draw whether the customer comes back, when, and whether straight to a person.

    Args:
        returns: uniform, see `turns.draw_turns`.
    """
    law, where, moved, whole, real = of.law, of.where, of.moved, columns.whole, columns.real
    end = whole[ROW_END, row]
    odds = moved[MOVED_RETURN] * law[where[LAW_LEVEL_RETURN] + whole[ROW_LEVEL, row]]
    if returns >= shifted(law[where[LAW_BACK] + end], odds):
        return
    of_straight, _, high, low = words(place, at, RETURN, 0)
    real[ROW_DELAY, row] = delay_hours(
        fine_uniform(high, low),
        where[LAW_WEIBULL] == 1,
        law[where[LAW_DELAY_SCALE]] * law[where[LAW_CHANNEL_DELAY] + whole[ROW_CHANNEL, row]],
        law[where[LAW_DELAY_SPREAD]],
    )
    last = whole[ROW_CONTACT, row] == where[LAW_MOST_CONTACTS]
    whole[ROW_STRAIGHT, row] = last or uniform(of_straight) < law[where[LAW_STRAIGHT_SHARE] + end]

"""Cases and all their conversations, vectorised over the cases of one slice of a month. docs/model.md section 4.

Every quantity has a stream of its own, keyed by its name, the place and the contact, so that a change of one rate
leaves the draws of the others alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from simulator.model.month import MonthLaw, category, look_up
from simulator.model.outcomes import Attributes, Draws, Outcomes, Subjects, draw_attributes, draw_outcomes
from simulator.model.people import Work, draw_work
from simulator.model.returns import Returns, draw_duplicates, draw_returns, no_returns

Array = NDArray[np.float64]
Index = NDArray[np.int64]

NEW, RETURN, DUPLICATE = range(3)
"""Codes of the column `origin`."""

ContactDraws = Callable[[int, int, str], np.random.Generator]
"""The generator of a quantity by contact number, origin and name."""


@dataclass(frozen=True, slots=True)
class Contacts:
    """The conversations of one contact number and origin.

    Attributes:
        hours: hours from the opening of the case to the start of the conversation.
    """

    contact: int
    origin: int
    who: Subjects
    hours: Array
    outcomes: Outcomes
    attributes: Attributes
    returns: Returns
    work: Work


def draw_cases(month: MonthLaw, draws: Draws, trial: Index, intent: Index) -> Subjects:
    """Draw the level and the channel of each case; one entry a case."""
    u = draws("case.level").random(len(trial))
    level = np.zeros(len(trial), dtype=np.int64)
    for k in range(month.level_tails.shape[2]):
        level += u < look_up(np.ascontiguousarray(month.level_tails[:, :, k]), trial, intent)
    channel = category(month.law.channels, draws("case.channel").random(len(trial)), trial, intent)
    return Subjects(np.arange(len(trial)), trial, intent, level, channel)


def draw_contacts(month: MonthLaw, draws: ContactDraws, cases: Subjects, max_contacts: int) -> list[Contacts]:
    """Draw every conversation of the cases: first contacts, returns, and the duplicates of each."""
    found: list[Contacts] = []
    who, hours = cases, np.zeros(len(cases))
    for contact in range(1, max_contacts + 1):
        origin = NEW if contact == 1 else RETURN
        here = partial(draws, contact, origin)
        outcomes = draw_outcomes(month, here, who, contact)
        returns = draw_returns(month, here, who, outcomes, last=contact == max_contacts)
        found.append(_complete(month, here, contact, origin, who, hours, outcomes, returns))
        found.append(_duplicates(month, partial(draws, contact, DUPLICATE), found[-1]))
        back = returns.to_the_ai
        who, hours = who.chosen(back), hours[back] + returns.delay_hours[back]
    return found


def _duplicates(month: MonthLaw, draws: Draws, originals: Contacts) -> Contacts:
    spawning, who, delay = draw_duplicates(month, draws, originals.who, originals.outcomes)
    outcomes = draw_outcomes(month, draws, who, originals.contact)
    hours = originals.hours[spawning] + delay
    return _complete(month, draws, originals.contact, DUPLICATE, who, hours, outcomes, no_returns(len(who)))


def _complete(
    month: MonthLaw,
    draws: Draws,
    contact: int,
    origin: int,
    who: Subjects,
    hours: Array,
    outcomes: Outcomes,
    returns: Returns,
) -> Contacts:
    attributes = draw_attributes(month, draws, who, outcomes)
    work = draw_work(month, draws, who, outcomes, attributes, returns)
    return Contacts(contact, origin, who, hours, outcomes, attributes, returns, work)

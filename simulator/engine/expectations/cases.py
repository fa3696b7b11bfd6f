"""Loops over the cases of one month of one future: how conversations end, who comes back, what is solved.

Arrays are those of one future or one month. Axes: i intent, l level, k model, e kind of end, c contact from 0, and f
fate: no return, a return to the AI, a return straight to a person. Place 0 of an axis of two is the first contact, 1
every later one. docs/model.md sections 4.1 to 4.6.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from simulator.engine.numbers import Array, Numbers
from simulator.law.levels import level_chance
from simulator.law.odds import shifted
from simulator.law.outcomes import ends_of_model
from simulator.law.people import handoff_minutes, review_minutes
from simulator.law.returns import conversations_by_end, fates
from simulator.law.solved import never_solved, unsolved


class Chances(NamedTuple):
    """Chances of one month.

    Attributes:
        level: shape (i, l).
        ends: by any model, shape (2, i, l, e).
        by_model: where models differ in their odds, shape (k, 2, i, l, e).
        back: of coming back, shape (i, l, e).
    """

    level: Array
    ends: Array
    by_model: Array
    back: Array


class Month(NamedTuple):
    """Expected numbers of one month.

    Attributes:
        reach: cases at each contact, shape (i, l, c).
        copies: their duplicates, likewise.
        like: conversations that end as a first contact does, and as a later one, duplicates inside, shape (2, i, l).
        fated: conversations by end and fate, shape (i, e, f); duplicates have no return.
        by_contact: cases at each contact, then duplicates of each, shape (i, 2 c).
        straight: returns straight to a person, shape (i, l).
        solved: cases solved by anyone, and by the AI, shape (2,).
    """

    reach: Array
    copies: Array
    like: Array
    fated: Array
    by_contact: Array
    straight: Array
    solved: Array


def room_for_chances(numbers: Numbers) -> Chances:
    """Return room for the chances of a month."""
    _, levels, models = numbers.endings.models.shape
    intents = numbers.endings.abandon.shape[1]
    return Chances(
        np.zeros((intents, levels)),
        np.zeros((2, intents, levels, 6)),
        np.zeros((models, 2, intents, levels, 6)),
        np.zeros((intents, levels, 6)),
    )


def room_for_month(numbers: Numbers) -> Month:
    """Return room for the numbers of a month."""
    intents, levels = numbers.endings.abandon.shape[1], numbers.endings.escalate.shape[1]
    most = numbers.returns.most
    return Month(
        np.zeros((intents, levels, most)),
        np.zeros((intents, levels, most)),
        np.zeros((2, intents, levels)),
        np.zeros((intents, 6, 3)),
        np.zeros((intents, 2 * most)),
        np.zeros((intents, levels)),
        np.zeros(2),
    )


def models_alike(escalate_odds: Array, solve_odds: Array) -> bool:
    """Return whether all models of a future end conversations alike."""
    for model in range(1, len(escalate_odds)):
        if escalate_odds[model] != escalate_odds[0] or solve_odds[model] != solve_odds[0]:
            return False
    return True


def fill_levels(tails: Array, odds: float, level: Array) -> None:
    """Fill in the chances of the levels.

    Args:
        tails: shape (i, l - 1).
        odds: of the future and the month.
    """
    for intent in range(len(level)):
        before = 1.0
        for number in range(tails.shape[1]):
            level[intent, number], before = level_chance(before, tails[intent, number], odds)
        level[intent, tails.shape[1]] = before


def fill_back(probability: Array, level_odds: Array, intent_odds: Array, odds: float, back: Array) -> None:
    """Fill in the chances of coming back; odds are those of the month."""
    for intent in range(back.shape[0]):
        for level in range(back.shape[1]):
            whole = level_odds[level] * intent_odds[intent] * odds
            for end in range(6):
                back[intent, level, end] = shifted(probability[end], whole)


def fill_ends(
    numbers: Numbers, future: int, escalating: float, solving: float, alike: bool, ends: Array, by_model: Array
) -> None:
    """Fill in the chances of the ends, see `Chances`.

    Args:
        escalating, solving: odds of the month.
        alike: whether models end conversations alike.
    """
    law = numbers.endings
    models, escalate, solve, partial = law.models[future], law.escalate[future], law.solve[future], law.partial[future]
    on_escalate, on_solve = law.model_escalate_odds[future], law.model_solve_odds[future]
    abandon, confirm = law.abandon[future], law.confirm[future]
    for stage in range(2):
        for intent in range(ends.shape[1]):
            handing = law.escalate_odds[future, intent] * escalating
            if stage == 1:
                handing = handing * law.later_odds[future]
            right = law.solve_odds[future, intent] * solving
            for level in range(ends.shape[2]):
                found = ends[stage, intent, level]
                found[:] = 0.0
                for model in range(1 if alike else models.shape[1]):
                    own = ends_of_model(
                        1.0 if alike else models[level, model],
                        escalate[level],
                        handing * on_escalate[model],
                        partial[level],
                        abandon[intent],
                        solve[level],
                        right * on_solve[model],
                        confirm[intent],
                    )
                    for end in range(6):
                        found[end] += own[end]
                        if not alike:
                            by_model[model, stage, intent, level, end] = own[end]


def follow_cases(cases: Array, chances: Chances, straight: Array, duplicated: Array, most: int, month: Month) -> None:
    """Follow the cases through their contacts: `reach`, `copies`, `like`, `by_contact`, `fated` and `straight`.

    Args:
        cases: expected, shape (i,).
        straight, duplicated: by end.
    """
    month.by_contact[:] = 0.0
    month.fated[:] = 0.0
    for intent in range(len(cases)):
        for level in range(chances.level.shape[1]):
            back = chances.back[intent, level]
            reach, copies = month.reach[intent, level], month.copies[intent, level]
            number, later, doubled = cases[intent] * chances.level[intent, level], 0.0, 0.0
            for contact in range(most):
                ends = chances.ends[min(contact, 1), intent, level]
                spawned = on = 0.0
                for end in range(6):
                    spawned += ends[end] * duplicated[end]
                    returning = ends[end] * back[end]
                    on += returning - returning * straight[end]
                reach[contact], copies[contact] = number, number * spawned
                month.by_contact[intent, contact] += number
                month.by_contact[intent, most + contact] += number * spawned
                if contact > 0:
                    later += number
                    doubled += number * spawned
                number = number * on
            month.like[0, intent, level], month.like[1, intent, level] = reach[0] + copies[0], later + doubled
            month.straight[intent, level] = 0.0
            last = reach[most - 1]
            for end in range(6):
                first, again = chances.ends[0, intent, level, end], chances.ends[1, intent, level, end]
                if most > 1:
                    open_ended, closing = reach[0] * first + (later - last) * again, last * again
                else:
                    open_ended, closing = 0.0, last * first
                never, to_ai, away = fates(open_ended, back[end], straight[end])
                no_more, _, sent = fates(closing, back[end], 1.0)
                fated = month.fated[intent, end]
                fated[0] += never + no_more + copies[0] * first + doubled * again
                fated[1] += to_ai
                fated[2] += away + sent
                month.straight[intent, level] += away + sent


def fill_solved(chances: Chances, straight: Array, duplicated: Array, person: float, most: int, month: Month) -> None:
    """Fill in the cases that are solved."""
    month.solved[:] = 0.0
    for intent in range(chances.level.shape[0]):
        for level in range(chances.level.shape[1]):
            first, later = chances.ends[0, intent, level], chances.ends[1, intent, level]
            back, cases = chances.back[intent, level], month.reach[intent, level, 0]
            for who in range(2):
                able = person if who == 0 else 0.0
                at_first = unsolved(first, back, straight, duplicated, able)
                at_later = unsolved(later, back, straight, duplicated, able)
                month.solved[who] += cases * (1.0 - never_solved(at_first, at_later, most))


def people_minutes(numbers: Numbers, future: int, chances: Chances, month: Month, minutes: Array) -> None:
    """Fill in mean minutes: of handoffs, reviews, straight returns, and of all cases if each were a handoff.

    Args:
        minutes: shape (4,).
    """
    law, channels = numbers.people, numbers.cases.channels[future]
    partial_factor = law.partial_factor[future]
    minutes[:] = 0.0
    for intent in range(chances.level.shape[0]):
        factor = 0.0
        for channel in range(channels.shape[1]):
            factor += channels[intent, channel] * law.channel[future, channel]
        review = numbers.attributes.review[future, intent]
        for level in range(chances.level.shape[1]):
            first, later = chances.ends[0, intent, level], chances.ends[1, intent, level]
            ends = conversations_by_end(month.like[0, intent, level], month.like[1, intent, level], first, later)
            mean = law.handoff[future, level]
            minutes[0] += handoff_minutes(ends, 0.0, mean, partial_factor, factor)
            minutes[1] += review_minutes(ends, review, law.review[future, level], factor)
            minutes[2] += mean * factor * month.straight[intent, level]
            minutes[3] += mean * factor * month.reach[intent, level, 0]

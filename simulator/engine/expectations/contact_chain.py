"""Loops over the cases of each month: how conversations end, who comes back, what is solved.

Axes: g future, m month, i intent, l level, k model, c channel, e kind of end, n contact from 0, s set of intents, x one
of some ends, and f fate: no return, a return to the AI, a return straight to a person. Of an axis of two, place 0 is
the first contact and 1 every later one. docs/model.md sections 4.1 to 4.6.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from simulator.arrays import Array, Index
from simulator.futures.law_arrays import CaseLaw, DriverEffects, EndingLaw
from simulator.law import Row
from simulator.law.attributes import action_chance
from simulator.law.levels import level_chance
from simulator.law.odds import shifted
from simulator.law.outcomes import EndChances, EndOdds, contact_odds, ends, moved_chances
from simulator.law.people import handoff_minutes, never_solved, review_minutes, unsolved
from simulator.law.returns import fates


class Chances(NamedTuple):
    """Chances of one month.

    Attributes:
        level: shape (i, l).
        ends: by any model, shape (2, i, l, e).
        by_model: shape (k, 2, i, l, e); without models where all end conversations alike.
        back: of coming back, shape (i, l, e).
        first, later, again: of the ends of a first and of a later contact, and of coming back, of one intent and level,
            shape (e,): a loop is slow where it cuts rows out of arrays again and again.
    """

    level: Array
    ends: Array
    by_model: Array
    back: Array
    first: Row
    later: Row
    again: Row


class Coming(NamedTuple):
    """What decides who comes back (law_arrays.ReturnLaw), with the chance that a person solves, and the ends by which
    duplicates are told apart, shape (x,)."""

    back: Array
    level_odds: Array
    intent_odds: Array
    straight: Array
    duplicated: Array
    person: Array
    ends: Index


class ChainLaw(NamedTuple):
    """What the chances of a month are made of."""

    effects: DriverEffects
    cases: CaseLaw
    endings: EndingLaw
    coming: Coming


class ChainCounts(NamedTuple):
    """What is counted beside conversations.

    Attributes:
        handoff, review: mean minutes by level, shape (g, l).
        partial_factor: minutes of a partial handoff over those of a whole one, shape (g,).
        channels, reviewed: the channels' factor and the chance of a review by intent, shape (g, i).
        action: chance of a completed action, shape (g, i).
        sets: 1 for each intent of a set, else 0, shape (s, i).
    """

    handoff: Array
    review: Array
    partial_factor: Array
    channels: Array
    reviewed: Array
    action: Array
    sets: Array


class CaseChain(NamedTuple):
    """What the contacts of the cases of an intent and a level hang on, by end, shape (e,).

    Attributes:
        first, later, again: see `Chances`.
        straight, duplicated: that a return goes straight to a person, and that a conversation has a duplicate.
        person: chance that a person solves.
        ends: those by which duplicates are told apart, shape (x,).
    """

    first: Row
    later: Row
    again: Row
    straight: Row
    duplicated: Row
    person: float
    ends: Index


class MonthSums(NamedTuple):
    """What the contacts of a month are added to, see `Made`."""

    contacts: Array
    copies: Array
    fated: Array


class Spread(NamedTuple):
    """How conversations of an intent are spread: shares of its channels, shape (i, c); sets as in `ChainCounts`."""

    channels: Array
    sets: Array


class Made(NamedTuple):
    """Expected numbers.

    Attributes:
        fated: conversations by end and fate, duplicates without a return inside, shape (g, m, i, e, f).
        fates: the same of all ends, shape (g, m, i, f).
        contacts: cases at each contact, then the duplicates of each, shape (g, m, i, 2 n).
        copies: duplicates by their original's end, their own end, and whether a return follows the original, shape
            (g, m, i, x, x, 2).
        placed: conversations of each set, by model and last those of any model with a completed action, shape
            (g, m, k + 1, s, c, l, e); one model stands for all where they end conversations alike.
        solved: cases solved by anyone, and by the AI, shape (g, m, 2).
        minutes: of handoffs, reviews, straight returns, and of all cases if each were a handoff, shape (g, m, 4).
    """

    fated: Array
    fates: Array
    contacts: Array
    copies: Array
    placed: Array
    solved: Array
    minutes: Array


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
    """Fill in the chances of coming back; `odds` are those of the month."""
    for intent in range(back.shape[0]):
        for level in range(back.shape[1]):
            whole = level_odds[level] * intent_odds[intent] * odds
            for end in range(6):
                back[intent, level, end] = shifted(probability[end], whole)


def fill_ends(law: EndingLaw, future: int, escalating: float, solving: float, found: Array, by_model: Array) -> None:
    """Fill in the chances of the ends, see `Chances.ends`; `escalating` and `solving` are odds of the month."""
    models, on_escalate, on_solve = law.models[future], law.model_escalate_odds[future], law.model_solve_odds[future]
    for stage in range(2):
        for intent in range(found.shape[1]):
            of_intent = EndOdds(
                law.escalate_odds[future, intent] * escalating, law.solve_odds[future, intent] * solving
            )
            for level in range(found.shape[2]):
                stated = EndChances(
                    law.escalate[future, level],
                    law.partial[future, level],
                    law.abandon[future, intent],
                    law.solve[future, level],
                    law.confirm[future, intent],
                )
                for end in range(6):
                    found[stage, intent, level, end] = 0.0
                for model in range(max(len(by_model), 1)):
                    of_model = EndOdds(on_escalate[model], on_solve[model])
                    odds = contact_odds(of_intent, of_model, law.later_odds[future], stage + 1)
                    share = models[level, model] if len(by_model) > 0 else 1.0
                    own = ends(share, moved_chances(stated, odds))
                    for end in range(6):
                        found[stage, intent, level, end] += own[end]
                        if len(by_model) > 0:
                            by_model[model, stage, intent, level, end] = own[end]


def follow_case(number: float, chain: CaseChain, intent: int, month: MonthSums) -> tuple[float, float, float]:
    """Follow the cases of an intent and a level through their contacts.

    Returns conversations that end as a first contact does, and as a later one, duplicates inside; and returns straight
    to a person.

    Args:
        number: of cases.
        month: added to.
    """
    first, later, again, straight, duplicated = chain.first, chain.later, chain.again, chain.straight, chain.duplicated
    contacts, fated = month.contacts, month.fated
    most, opened = contacts.shape[1] // 2, number
    spawned = spawned_later = on = on_later = 0.0
    for end in range(6):
        stays = again[end] - again[end] * straight[end]
        spawned += first[end] * duplicated[end]
        spawned_later += later[end] * duplicated[end]
        on += first[end] * stays
        on_later += later[end] * stays
    contacts[intent, 0] += number
    contacts[intent, most] += number * spawned
    copied, at_later, last, number = number * spawned, 0.0, number, number * on
    for contact in range(1, most):
        contacts[intent, contact] += number
        contacts[intent, most + contact] += number * spawned_later
        at_later += number
        last, number = number, number * on_later
    doubled = at_later * spawned_later
    add_copies(opened, first, chain, intent, month.copies)
    add_copies(at_later, later, chain, intent, month.copies)
    to_people = 0.0
    for end in range(6):
        going, closing = opened * first[end] + (at_later - last) * later[end], last * later[end]
        if most == 1:
            going, closing = 0.0, opened * first[end]
        never, to_ai, away = fates(going, again[end], straight[end])
        no_more, _, sent = fates(closing, again[end], 1.0)
        fated[intent, end, 0] += never + no_more + copied * first[end] + doubled * later[end]
        fated[intent, end, 1] += to_ai
        fated[intent, end, 2] += away + sent
        to_people += away + sent
    return opened + copied, at_later + doubled, to_people


def add_copies(number: float, chances: Row, chain: CaseChain, intent: int, copies: Array) -> None:
    """Add the duplicates of some contacts by their original's end and their own, see `Made`.

    Args:
        number: of contacts.
        chances: of their ends.
    """
    ends, again, duplicated = chain.ends, chain.again, chain.duplicated
    for place in range(len(ends)):
        end = ends[place]
        doubled = number * duplicated[end] * chances[end]
        returning = doubled * again[end]
        for own in range(len(ends)):
            copies[intent, place, own, 0] += (doubled - returning) * chances[ends[own]]
            copies[intent, place, own, 1] += returning * chances[ends[own]]


def copy_row(values: Array, intent: int, level: int, row: Row) -> None:
    """Copy what goes by end of an intent and a level, shape (e,)."""
    for end in range(6):
        row[end] = values[intent, level, end]


def solved_of_case(chain: CaseChain, most: int) -> tuple[float, float]:
    """Return the chances that a case is solved by anyone, and by the AI; `most` contacts are with the AI."""
    at_first, first_ai = unsolved(chain.first, chain.again, chain.straight, chain.duplicated, chain.person)
    at_later, later_ai = unsolved(chain.later, chain.again, chain.straight, chain.duplicated, chain.person)
    return 1.0 - never_solved(at_first, at_later, most), 1.0 - never_solved(first_ai, later_ai, most)


def place_level(
    numbers: tuple[float, float], first: Row, later: Row, spread: Spread, place: tuple[int, int, int], placed: Array
) -> None:
    """Add conversations of an intent, a level and a model to their sets.

    Args:
        numbers: conversations that end as a first contact does, and as a later one.
        first, later: chances of the ends, or of the ends and of what else is asked of them.
        place: intent, level and model.
        placed: of the month, see `Made`.
    """
    (firsts, laters), (intent, level, model), channels = numbers, place, spread.channels
    for into in range(len(spread.sets)):
        if spread.sets[into, intent] > 0.0:
            for channel in range(channels.shape[1]):
                one, more = channels[intent, channel] * firsts, channels[intent, channel] * laters
                for end in range(6):
                    placed[model, into, channel, level, end] += one * first[end] + more * later[end]


def add_fates(fated: Array, fates: Array) -> None:
    """Add up the fates of all ends, see `Made`."""
    for intent in range(len(fates)):
        for end in range(6):
            for fate in range(3):
                fates[intent, fate] += fated[intent, end, fate]


def expect_month(
    cases: Array, chances: Chances, law: ChainLaw, counted: ChainCounts, at: tuple[int, int], made: Made
) -> None:
    """Fill in the numbers of a month.

    Args:
        cases: expected, shape (i,).
        at: future and month.
    """
    (future, month), coming = at, law.coming
    fated, contacts, placed = made.fated[future, month], made.contacts[future, month], made.placed[future, month]
    level_chance, ends, by_model, back = chances.level, chances.ends, chances.by_model, chances.back
    first, later, again, at_first, at_later = chances.first, chances.later, chances.again, ends[0], ends[1]
    straight, duplicated, person = coming.straight[future], coming.duplicated[future], coming.person[future]
    chain = CaseChain(first, later, again, straight, duplicated, person, coming.ends)
    sums, rows = MonthSums(contacts, made.copies[future, month], fated), np.zeros(6)
    handoff, review, partial_factor = counted.handoff[future], counted.review[future], counted.partial_factor[future]
    action, spread = counted.action[future], Spread(law.cases.channels[future], counted.sets)
    most, models, by_anyone, by_ai = contacts.shape[1] // 2, len(placed) - 1, 0.0, 0.0
    handed = reviewed = away = compared = 0.0
    for intent in range(len(cases)):
        factor, review_chance, acts = counted.channels[future, intent], counted.reviewed[future, intent], action[intent]
        for level in range(level_chance.shape[1]):
            number = cases[intent] * level_chance[intent, level]
            copy_row(at_first, intent, level, first)
            copy_row(at_later, intent, level, later)
            copy_row(back, intent, level, again)
            firsts, laters, to_people = follow_case(number, chain, intent, sums)
            anyone, ai = solved_of_case(chain, most)
            by_anyone, by_ai = by_anyone + number * anyone, by_ai + number * ai
            for end in range(6):
                rows[end] = firsts * first[end] + laters * later[end]
            handed += handoff_minutes(rows, 0.0, handoff[level], partial_factor, factor)
            reviewed += review_minutes(rows, review_chance, review[level], factor)
            away += factor * handoff[level] * to_people
            compared += factor * handoff[level] * number
            for model in range(models + 1 if acts > 0.0 else models):
                for end in range(6 if model == models or len(by_model) > 0 else 0):
                    if model == models:
                        worked = action_chance(end, acts)
                        first[end] = at_first[intent, level, end] * worked
                        later[end] = at_later[intent, level, end] * worked
                    else:
                        first[end] = by_model[model, 0, intent, level, end]
                        later[end] = by_model[model, 1, intent, level, end]
                place_level((firsts, laters), first, later, spread, (intent, level, model), placed)
    add_fates(fated, made.fates[future, month])
    made.solved[future, month, 0], made.solved[future, month, 1] = by_anyone, by_ai
    made.minutes[future, month, 0], made.minutes[future, month, 1] = handed, reviewed
    made.minutes[future, month, 2], made.minutes[future, month, 3] = away, compared


def fill_chances(future: int, month: int, law: ChainLaw, chances: Chances) -> None:
    """Fill in the chances of a month."""
    effects, coming = law.effects, law.coming
    fill_levels(
        law.cases.tails[future], law.cases.complexity[future] * effects.complexity[future, month], chances.level
    )
    odds = effects.returning[future, month]
    fill_back(coming.back[future], coming.level_odds[future], coming.intent_odds[future], odds, chances.back)
    escalating, solving = effects.escalation[future, month], effects.solving[future, month]
    fill_ends(law.endings, future, escalating, solving, chances.ends, chances.by_model)


def expect_cases(cases: Array, law: ChainLaw, counted: ChainCounts, chances: Chances, made: Made) -> None:
    """Fill in the expected numbers of all months.

    Args:
        cases: expected, shape (g, m, i).
        chances: room for those of a month.
        made: to be filled, all 0.
    """
    for future in range(cases.shape[0]):
        for month in range(cases.shape[1]):
            fill_chances(future, month, law, chances)
            expect_month(cases[future, month], chances, law, counted, (future, month), made)

"""How a conversation ends. docs/model.md section 4.2; the order of the six ends is that of `simulator.law.ENDS`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from simulator.law import ABANDONED, CONFIRMED, ESCALATED, PARTIAL, SILENT_SOLVED, SILENT_UNSOLVED
from simulator.law.odds import shifted

Ends = tuple[float, float, float, float, float, float]
"""Chances or numbers of conversations by end."""


def lever_odds(settings: Sequence[float], odds: Sequence[float]) -> float:
    """Return the levers' factor on the odds of solving or escalating, exp(B_s) or exp(B_e).

    Args:
        settings: x of routing, compression and cache, shares; then of retrieval and reasoning, factors above 0.
        odds: `solve_odds` or `escalate_odds` of the same levers: at setting 1 of a share, per doubling of a factor.
    """
    found = 1.0
    for number in range(3):
        found = found * odds[number] ** settings[number]
    for number in range(3, 5):
        found = found * odds[number] ** math.log2(settings[number])
    return found


class EndChances(NamedTuple):
    """The chances that decide how a conversation ends; uniform numbers, each below its chance where that happens.

    Attributes:
        escalate: of a handover to a person.
        partial: share of handovers after useful work of the AI.
        abandon: of leaving, where not escalated.
        solve: of a solution, where answered.
        confirm: that the customer says so, where solved.
    """

    escalate: float
    partial: float
    abandon: float
    solve: float
    confirm: float


class EndOdds(NamedTuple):
    """Factors on the odds of escalating and of solving.

    Attributes:
        escalate: `escalate_odds` of the intent times exp(`escalate_log_odds` + h_escalation) times the levers' factor;
            on a return times `later_contact_escalate_odds`; at a model times its own.
        solve: `solve_odds` of the intent times exp(`solve_log_odds` + h_solving) times the levers' factor; at a model
            times its own.
    """

    escalate: float
    solve: float


def contact_odds(of_intent: EndOdds, of_model: EndOdds, later_odds: float, contact: int) -> EndOdds:
    """Return all odds on a conversation: those of its intent in the month, of its model, and of a later contact.

    With `moved_chances` it is the only place where they meet the stated chances; docs/model.md, 4.2. What stands in
    `of_intent` already is multiplied in scenario/stated/law_numbers.py (levers, log odds) and by the month's driver.

    Args:
        later_odds: `later_contact_escalate_odds`, more on escalating at a return.
        contact: 1 for the first.
    """
    escalate = of_intent.escalate * of_model.escalate
    return EndOdds(escalate * later_odds if contact > 1 else escalate, of_intent.solve * of_model.solve)


def moved_chances(stated: EndChances, odds: EndOdds) -> EndChances:
    """Return the chances at which a conversation ends: those of escalating and of solving with the odds on them."""
    return EndChances(
        shifted(stated.escalate, odds.escalate),
        stated.partial,
        stated.abandon,
        shifted(stated.solve, odds.solve),
        stated.confirm,
    )


def ends(share: float, chances: EndChances) -> Ends:
    """Return the chances of the six ends, which sum to `share`.

    Args:
        share: chance that what is told here happens at all, as that of a model.
    """
    handed = share * chances.escalate
    kept = share * (1.0 - chances.escalate)
    answered = kept * (1.0 - chances.abandon)
    solved = answered * chances.solve
    return (
        solved * chances.confirm,
        solved * (1.0 - chances.confirm),
        answered * (1.0 - chances.solve),
        kept * chances.abandon,
        handed * chances.partial,
        handed * (1.0 - chances.partial),
    )


def ends_by_model(models: Sequence[float], stated: EndChances, odds: Sequence[EndOdds]) -> list[Ends]:
    """Return the chances of the six ends at each model, which sum to the model's chance.

    Args:
        models: chances of the models.
        stated: of the level and the intent.
        odds: all odds at each model, see `contact_odds`.
    """
    return [ends(models[number], moved_chances(stated, odds[number])) for number in range(len(models))]


def ends_of_any_model(by_model: Sequence[Ends]) -> Ends:
    """Return the chances of the six ends whichever model answers."""
    confirmed, silent_solved, silent_unsolved, abandoned, partial, escalated = by_model[0]
    for number in range(1, len(by_model)):
        at = by_model[number]
        confirmed = confirmed + at[0]
        silent_solved = silent_solved + at[1]
        silent_unsolved = silent_unsolved + at[2]
        abandoned = abandoned + at[3]
        partial = partial + at[4]
        escalated = escalated + at[5]
    return confirmed, silent_solved, silent_unsolved, abandoned, partial, escalated


def end_of(drawn: EndChances, chances: EndChances) -> int:
    """Return the end of a conversation, drawn.

    Args:
        drawn: uniform numbers, each below its chance where it happens.
    """
    if drawn.escalate < chances.escalate:
        return PARTIAL if drawn.partial < chances.partial else ESCALATED
    if drawn.abandon < chances.abandon:
        return ABANDONED
    if drawn.solve >= chances.solve:
        return SILENT_UNSOLVED
    return CONFIRMED if drawn.confirm < chances.confirm else SILENT_SOLVED

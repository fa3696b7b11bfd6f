"""How a conversation ends. docs/model.md section 4.2; the order of the six ends is that of `simulator.law.ENDS`."""

from __future__ import annotations

import math
from collections.abc import Sequence

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


def ends(share: float, escalate: float, partial: float, abandon: float, solve: float, confirm: float) -> Ends:
    """Return the chances of the six ends, which sum to `share`.

    Args:
        share: chance that what is told here happens at all, as that of a model.
        escalate: chance of a handover to a person.
        partial: share of handovers after useful work of the AI.
        abandon: chance of leaving, where not escalated.
        solve: chance of a solution, where answered.
        confirm: chance that the customer says so, where solved.
    """
    handed = share * escalate
    kept = share * (1.0 - escalate)
    answered = kept * (1.0 - abandon)
    solved = answered * solve
    return (
        solved * confirm,
        solved * (1.0 - confirm),
        answered * (1.0 - solve),
        kept * abandon,
        handed * partial,
        handed * (1.0 - partial),
    )


def ends_of_model(
    share: float,
    escalate: float,
    escalate_odds: float,
    partial: float,
    abandon: float,
    solve: float,
    solve_odds: float,
    confirm: float,
) -> Ends:
    """Return the chances of the six ends at one model, which sum to `share`.

    Args:
        share: chance of the model.
        escalate, solve: of the level.
        escalate_odds, solve_odds: those of `ends_by_model` times the model's own.
    """
    return ends(share, shifted(escalate, escalate_odds), partial, abandon, shifted(solve, solve_odds), confirm)


def ends_by_model(
    models: Sequence[float],
    escalate: float,
    escalate_odds: float,
    model_escalate_odds: Sequence[float],
    partial: float,
    abandon: float,
    solve: float,
    solve_odds: float,
    model_solve_odds: Sequence[float],
    confirm: float,
) -> list[Ends]:
    """Return the chances of the six ends at each model, which sum to the model's chance.

    Args:
        models: chances of the models.
        escalate, solve: of the level.
        escalate_odds: `escalate_odds` of the intent times exp(`escalate_log_odds` + h_escalation) times the levers'
            factor; on a return times `later_contact_escalate_odds`.
        solve_odds: `solve_odds` of the intent times exp(`solve_log_odds` + h_solving) times the levers' factor.
        model_escalate_odds, model_solve_odds: the models' own.
    """
    return [
        ends_of_model(
            models[number],
            escalate,
            escalate_odds * model_escalate_odds[number],
            partial,
            abandon,
            solve,
            solve_odds * model_solve_odds[number],
            confirm,
        )
        for number in range(len(models))
    ]


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


def end_of(
    escalates: float,
    is_partial: float,
    leaves: float,
    solves: float,
    confirms: float,
    escalate: float,
    partial: float,
    abandon: float,
    solve: float,
    confirm: float,
) -> int:
    """Return the end of a conversation, drawn.

    Args:
        escalates, is_partial, leaves, solves, confirms: uniform numbers, each below its chance where it happens.
        escalate, partial, abandon, solve, confirm: the chances, see `ends`.
    """
    if escalates < escalate:
        return PARTIAL if is_partial < partial else ESCALATED
    if leaves < abandon:
        return ABANDONED
    if solves >= solve:
        return SILENT_UNSOLVED
    return CONFIRMED if confirms < confirm else SILENT_SOLVED

"""What one conversation does to a case, per case that reaches it: fates, duplicates, and whether it stays unsolved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simulator.engine.atlas.chances import Chances, IntentChances
from simulator.engine.atlas.kinds import STRAIGHT, TO_AI
from simulator.model.law import ABANDONED, CONFIRMED, ESCALATED, PARTIAL, SILENT_SOLVED, SILENT_UNSOLVED

Array = NDArray[np.float64]

FIRST, LATER, LAST, ONLY = range(4)
"""Steps: the first contact, one in between, the last one, and the first where it is the last."""
_ALONE: Final = slice(SILENT_UNSOLVED, ABANDONED + 1)
_HANDED: Final = slice(PARTIAL, ESCALATED + 1)


@dataclass(frozen=True, slots=True)
class Steps:
    """Rates of one intent, by step, per case that reaches it; axes end with (level, month, trial).

    Attributes:
        fates: by fate and end, (fate, end, level, month, trial); without TO_AI at the last contact.
        spawning: duplicates, (level, month, trial).
        unsolved_end, unsolved_on: chance that the conversation solves nothing and the case ends, or goes on with the
            AI, by anyone and by the AI alone, (2, level, month, trial).
        spared_end, spared_on: the same where its duplicate solves nothing either.
    """

    fates: dict[int, Array]
    spawning: dict[int, Array]
    unsolved_end: dict[int, Array]
    unsolved_on: dict[int, Array]
    spared_end: dict[int, Array]
    spared_on: dict[int, Array]


def step_of(contact: int, max_contacts: int) -> int:
    """Return which step a contact is; contacts count from 0."""
    if max_contacts == 1:
        return ONLY
    return FIRST if contact == 0 else LAST if contact == max_contacts - 1 else LATER


def case_steps(chances: Chances, law: IntentChances, max_contacts: int) -> Steps:
    """Return the rates of one intent for the steps that its cases can take."""
    found = Steps({}, {}, {}, {}, {}, {})
    for step in sorted({step_of(contact, max_contacts) for contact in range(max_contacts)}):
        ends = law.first_ends if step in (FIRST, ONLY) else law.later_ends
        if step == LAST and LATER in found.fates:
            fates = _closed(found.fates[LATER])
            found.spawning[step] = found.spawning[LATER]
        else:
            fates = _fates(ends, chances, law, last=step in (LAST, ONLY))
            found.spawning[step] = _weighted(ends, chances.duplicate) if chances.any_duplicates else np.zeros(1)
        found.fates[step] = fates
        _add_unsolved(found, step, chances, ends, fates)
    return found


def _closed(fates: Array) -> Array:
    """Return the fates after the last contact, where all who come back go straight to a person."""
    closed = np.empty((2, *fates.shape[1:]))
    closed[0] = fates[0]
    np.add(fates[TO_AI], fates[STRAIGHT], out=closed[1])
    return closed


def _add_unsolved(found: Steps, step: int, chances: Chances, ends: Array, fates: Array) -> None:
    """Add the chances that a conversation, alone or with its duplicate, solves nothing."""
    alone = fates[:, SILENT_UNSOLVED] + fates[:, ABANDONED]
    handed = fates[:, PARTIAL] + fates[:, ESCALATED]
    found.unsolved_end[step], found.unsolved_on[step] = _unsolved([alone, alone], [handed, handed], chances.person)
    if not chances.any_duplicates:
        found.spared_end[step], found.spared_on[step] = found.unsolved_end[step], found.unsolved_on[step]
        return
    by_ai = ends[CONFIRMED] + ends[SILENT_SOLVED]
    spoiled_alone = _weighted(fates.swapaxes(0, 1)[_ALONE], chances.duplicate[_ALONE])
    spoiled_handed = _weighted(fates.swapaxes(0, 1)[_HANDED], chances.duplicate[_HANDED])
    solved = by_ai + (ends[PARTIAL] + ends[ESCALATED]) * chances.person, by_ai
    found.spared_end[step], found.spared_on[step] = _unsolved(
        [alone - chance * spoiled_alone for chance in solved],
        [handed - chance * spoiled_handed for chance in solved],
        chances.person,
    )


def _weighted(numbers: Array, weights: Array) -> Array:
    """Return the sum over the first axis of numbers times weights (end, 1, 1, trial)."""
    total: Array = numbers[0] * weights[0]
    for number, weight in zip(numbers[1:], weights[1:], strict=True):
        total += number * weight
    return total


def _fates(ends: Array, chances: Chances, law: IntentChances, *, last: bool) -> Array:
    """Return the chance of fate and end, shape (fate, end, level, month, trial)."""
    fates = np.empty((2 if last else 3, *ends.shape))
    back = np.multiply(ends, law.returning, out=fates[-1])
    np.subtract(ends, back, out=fates[0])
    if not last:
        np.multiply(back, chances.to_the_ai, out=fates[TO_AI])
        back -= fates[TO_AI]
    return fates


def _unsolved(alone: Sequence[Array], handed: Sequence[Array], person: Array) -> tuple[Array, Array]:
    """Return the chances that nothing is solved and the case ends, or goes on; for anyone and for the AI alone.

    Args:
        alone: chance of fates after conversations without a person that solve nothing, shape (fate, level, month,
            trial), for both.
        handed: the same after those handed to a person, before that person's work.
    """
    shape = (2, *alone[0].shape[1:])
    ending, going_on = np.empty(shape), np.zeros(shape)
    keeps = 1 - person
    for who, (by_ai, by_person) in enumerate(zip(alone, handed, strict=True)):
        left = by_ai + (by_person if who else by_person * keeps)
        np.add(left[0], left[-1] if who else left[-1] * keeps, out=ending[who])
        if len(left) > STRAIGHT:
            going_on[who] = left[TO_AI]
    return ending, going_on


def solved_cases(steps: Sequence[Steps], reaching: Array, max_contacts: int) -> Array:
    """Return the expected cases solved by anything, duplicates included, and by the AI alone, shape (2, month, trial).

    Args:
        reaching: cases, shape (intent, level, month, trial).
    """
    total = np.zeros((2, *reaching.shape[2:]))
    for of_intent, cases in zip(steps, reaching, strict=True):
        never = np.zeros((2, 1, 1, 1))
        for contact in reversed(range(max_contacts)):
            step = step_of(contact, max_contacts)
            never = of_intent.spared_end[step] + of_intent.spared_on[step] * never
        total += (cases * (1 - never)).sum(axis=1)
    return total

"""What one conversation does to a case, per case that reaches it: fates, duplicates, and whether it stays unsolved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.engine.atlas.chances import Chances, Rates
from simulator.law import ABANDONED, CONFIRMED, ESCALATED, PARTIAL, SILENT_SOLVED, SILENT_UNSOLVED

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Unsolved:
    """Chances that a conversation solves nothing and the case ends, or goes on with the AI.

    Attributes:
        end, on: by anyone, and by the AI alone, shape (2, intent, level, month, trial).
        last_end: that of the case's end where this is its last conversation with the AI.
    """

    end: Array
    on: Array
    last_end: Array


@dataclass(frozen=True, slots=True)
class Step:
    """Rates of first contacts, or of later ones, per case that reaches them.

    Attributes:
        ends: chance of each end, shape (end, intent, level, month, trial).
        returns, on: chance of a return, and of one that goes to the AI, shape (intent, level, month, trial).
        spawning: duplicates, likewise; None where there are none.
        unsolved: the conversation solves nothing.
        spared: its duplicate solves nothing either.
    """

    ends: Array
    returns: Array
    on: Array
    spawning: Array | None
    unsolved: Unsolved
    spared: Unsolved


class _Flow:
    """Chances of some ends, of these and a return, and of these and a return to the AI; added up end by end."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        self.ends, self.back, self.on = np.zeros((3, *shape))

    def add(self, ends: Array, back: Array, on: Array) -> None:
        """Add those of one more end."""
        self.ends += ends
        self.back += back
        self.on += on


def make_step(chances: Chances, ends: Array, returning: Array) -> Step:
    """Return the rates of a step.

    Args:
        ends: chance of each end, shape (end, intent, level, month, trial).
        returning: chance of a return by end, likewise.
    """
    shape = ends.shape[1:]
    solved, alone, handed = (_Flow(shape) for _ in range(3))
    doubled_alone, doubled_handed = _Flow(shape), _Flow(shape)
    spawning = np.zeros(shape) if chances.any_duplicates else None
    back, on, doubled = np.empty((3, *shape))
    for end, flow, copied in (
        *((end, solved, None) for end in (CONFIRMED, SILENT_SOLVED)),
        *((end, alone, doubled_alone) for end in (SILENT_UNSOLVED, ABANDONED)),
        *((end, handed, doubled_handed) for end in (PARTIAL, ESCALATED)),
    ):
        np.multiply(ends[end], returning[end], out=back)
        np.multiply(back, chances.to_the_ai[end], out=on)
        flow.add(ends[end], back, on)
        if spawning is not None:
            rate = chances.duplicate[end]
            spawning += np.multiply(ends[end], rate, out=doubled)
            if copied is not None:
                back *= rate
                on *= rate
                copied.add(doubled, back, on)
    unsolved = spared = _unsolved(alone, handed, chances.person)
    if spawning is not None:
        with_it = _unsolved(doubled_alone, doubled_handed, chances.person)
        spared = _spared(unsolved, with_it, [solved.ends + handed.ends * chances.person, solved.ends])
    returns, goes_on = alone.back, alone.on
    for flow in (solved, handed):
        returns += flow.back
        goes_on += flow.on
    return Step(ends, returns, goes_on, spawning, unsolved, spared)


def fates(step: Step, chances: Chances, rates: Rates, intent: int, *, last: bool) -> Array:
    """Return the chance of fate and end of one intent, shape (fate, end, level, month, trial); no TO_AI if last."""
    ends = step.ends[:, intent]
    back = ends * rates.returning[:, intent]
    if last:
        return np.stack([ends - back, back])
    again = back * chances.to_the_ai[:, None]
    return np.stack([ends - back, again, back - again])


def _unsolved(alone: _Flow, handed: _Flow, person: Array) -> Unsolved:
    """Return the chances that nothing is solved.

    Args:
        alone: conversations without a person that solve nothing.
        handed: those handed to a person, before that person's work.
        person: chance that a person solves the problem, on a handoff and on a return straight to a person.
    """
    shape = (2, *alone.ends.shape)
    end, on, last = np.empty(shape), np.empty(shape), np.empty(shape)
    keeps = 1 - person
    np.multiply(handed.on, keeps, out=on[0])
    on[0] += alone.on
    np.add(handed.on, alone.on, out=on[1])
    left = handed.ends * keeps
    left += alone.ends
    straight = handed.back * keeps
    straight += alone.back
    straight *= person
    np.subtract(left, straight, out=last[0])
    np.subtract(last[0], on[0] * keeps, out=end[0])
    np.add(alone.ends, handed.ends, out=last[1])
    np.subtract(last[1], on[1], out=end[1])
    return Unsolved(end, on, last)


def _spared(unsolved: Unsolved, doubled: Unsolved, solved: Sequence[Array]) -> Unsolved:
    """Return the chances that neither a conversation nor its duplicate solves anything.

    Args:
        doubled: the chances that a conversation solves nothing and has a duplicate.
        solved: chance that a duplicate solves it: by anyone, and by the AI alone.
    """
    found = []
    for name in Unsolved.__slots__:
        both = np.array(getattr(doubled, name))
        for by, chance in zip(both, solved, strict=True):
            by *= chance
        found.append(np.subtract(getattr(unsolved, name), both, out=both))
    return Unsolved(*found)


def make_steps(chances: Chances, rates: Rates) -> tuple[Step, Step]:
    """Return the rates of first contacts, and of later ones."""
    return tuple(make_step(chances, ends, rates.returning) for ends in (rates.first, rates.later))  # type: ignore[return-value]


def solved_cases(steps: Sequence[Step], reaching: Array) -> Array:
    """Return the expected cases solved by anything, duplicates included, and by the AI alone, shape (2, month, trial).

    Args:
        steps: of the contacts that a case can have.
        reaching: cases, shape (intent, level, month, trial).
    """
    never = steps[-1].spared.last_end
    for step in reversed(steps[:-1]):
        never = step.spared.on * never
        never += step.spared.end
    return np.asarray((reaching * (1 - never)).sum(axis=(1, 2)))

"""Expected counts given the unknowns and the drivers of some trials, exactly, for every contact of a case.

docs/model.md section 4, summed over intents, with the level kept. Axes: the last two of every array are (month, trial);
before them what the attribute says. Where a number does not change by month its month axis has length 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simulator.engine.atlas.chances import Chances, Rates
from simulator.engine.atlas.kinds import BRANCHES, CELLS_OF_END, END_OF, FATES, MARKED_CELLS, NO_RETURN, STRAIGHT, TO_AI
from simulator.engine.atlas.mixtures import Mixtures
from simulator.engine.atlas.steps import Step, make_steps, solved_cases
from simulator.law import ENDS, SILENT_UNSOLVED

Array = NDArray[np.float64]

ACTED = np.array([place for place, (_, action) in enumerate(BRANCHES) if action])
ACTED_ENDS = np.array(END_OF)[ACTED]
_BRANCHES_OF_END: Final = tuple(
    slice(END_OF.index(end), END_OF.index(end) + END_OF.count(end)) for end in range(len(ENDS))
)
"""With an action and without one, where an end has both."""
_CELLS_OF_END: Final = tuple(slice(places[0], places[-1] + 1) for places in CELLS_OF_END)


@dataclass(slots=True)
class Contact:
    """Expected conversations of one contact number, or the duplicates of all.

    Attributes:
        base: shape (fate, branch, level, month, trial).
        cells: by branch, class and mark (MARKED_CELLS), shape (2, cell, month, trial): without a return, and with one;
            those who return to the AI and those who return to a person are alike in these.
        sooner: of those who return, below each border of hours, shape (border, cell, month, trial).
    """

    base: Array
    cells: Array
    sooner: Array


@dataclass(slots=True)
class Expected:
    """Expected counts of some trials.

    Attributes:
        contacts: by contact number, from 1.
        duplicates: of all contacts, with fate NO_RETURN only.
        cases: by channel and level, shape (channel, level, month, trial).
        rows: conversations and duplicates by group of models, channel, end and level, shape (group, channel, end,
            level, month, trial); one group where the odds of all models are the same.
        straight, reviews: returns straight to a person, reviewed conversations, shape (channel, level, month, trial).
        intents: conversations by intent, shape (intent, month, trial).
        classes: greetings, spam, tests, shape (3, month, trial).
        first_solved: cases first solved by the original conversation of a contact or the person after it, and by the AI
            alone, shape (2, contact, month, trial).
        still_unsolved: cases that reach a contact with all before unsolved, likewise.
        solved: cases solved by anything, duplicates included, shape (2, month, trial).
        return_hours, duplicate_hours: sums of hours to returns, and from a case's opening to its duplicates, shape
            (month, trial).
    """

    contacts: list[Contact]
    duplicates: Contact
    cases: Array
    rows: Array
    straight: Array
    reviews: Array
    intents: Array
    classes: Array
    first_solved: Array
    still_unsolved: Array
    solved: Array
    return_hours: Array
    duplicate_hours: Array


def expect(chances: Chances, mixtures: Mixtures, rates: Rates, cases: Array, found: Expected) -> None:
    """Work out the expected counts of some months of some trials.

    Args:
        chances, mixtures: of the trials.
        rates: of the months.
        cases: expected cases, shape (intent, month, trial).
        found: of these months and trials, all 0; filled in.
    """
    first, later = make_steps(chances, rates)
    steps = [first, *[later] * (len(found.contacts) - 1)]
    reaching = [cases[:, None] * rates.level]
    for step in steps[:-1]:
        reaching.append(reaching[-1] * step.on)
    found.cases[...] = mixtures.channels.mix(reaching[0])
    spawned = _spawned(steps, reaching)
    rows, final = np.zeros_like(reaching[0]), np.zeros_like(reaching[0])
    for end in range(len(ENDS)):
        at_end = _add_end(found, chances, mixtures, end, rates.returning[end], steps, reaching, spawned)
        rows += at_end
        if end <= SILENT_UNSOLVED:
            final += at_end
        if chances.groups == 1:
            found.rows[0, :, end] = mixtures.channels.mix(at_end)
    _add_rows_by_group(found, rates, mixtures, reaching, spawned)
    found.reviews[...] = mixtures.reviews.mix(final)
    by_intent = rows.sum(axis=1)
    found.intents[...] = by_intent
    found.classes[...] = mixtures.classes.mix(by_intent)
    _add_returns(found, mixtures, steps, reaching, spawned)
    _follow_unsolved(found, steps, reaching[0])
    found.solved[...] = solved_cases(steps, reaching[0])


def _spawned(steps: Sequence[Step], reaching: Sequence[Array]) -> list[Array]:
    """Return the duplicates of each contact, shape (intent, level, month, trial); nothing where there are none."""
    return [n * step.spawning for step, n in zip(steps, reaching, strict=True) if step.spawning is not None]


def _add_end(
    found: Expected,
    chances: Chances,
    mixtures: Mixtures,
    end: int,
    returning: Array,
    steps: Sequence[Step],
    reaching: Sequence[Array],
    spawned: Sequence[Array],
) -> Array:
    """Add the conversations that end in one way and return them, shape (intent, level, month, trial)."""
    total = np.zeros_like(reaching[0])
    both = np.empty((2, *total.shape))
    for contact, (means, step, number) in enumerate(zip(found.contacts, steps, reaching, strict=True)):
        np.multiply(number, step.ends[end], out=both[0])
        np.multiply(both[0], returning, out=both[1])
        total += both[0]
        last = contact == len(steps) - 1
        _add_base(means, end, _by_branch(mixtures, end, both), None if last else chances.to_the_ai[end])
        _add_cells(means, mixtures, end, both.sum(axis=2))
    if spawned:
        copies = np.multiply(spawned[0], steps[0].ends[end], out=both[0])
        if len(spawned) > 1:
            copies += np.add.reduce(spawned[1:]) * steps[-1].ends[end]
        total += copies
        found.duplicates.base[0, _BRANCHES_OF_END[end]] = _by_branch(mixtures, end, both[:1])[:, 0]
        pooled = copies.sum(axis=1)
        found.duplicates.cells[0, _CELLS_OF_END[end]] = mixtures.ends[end].mix(pooled)
    return total


def _by_branch(mixtures: Mixtures, end: int, numbers: Array) -> Array:
    """Sum over the intents, with and without an action where an end has both, (branch, several, level, month, trial).

    Args:
        numbers: shape (several, intent, level, month, trial).
    """
    if END_OF.count(end) == 1:
        return np.asarray(numbers.sum(axis=1)[None])
    mixed = mixtures.actions.mix_each(numbers)
    mixed[:, 0] -= mixed[:, 1]
    return mixed.swapaxes(0, 1)[::-1]


def _add_base(means: Contact, end: int, by_branch: Array, to_the_ai: Array | None) -> None:
    """Fill in the branches of one end.

    Args:
        by_branch: all conversations and those who return, shape (branch, 2, level, month, trial).
        to_the_ai: chance that a return goes to the AI; None after the last contact.
    """
    branches = _BRANCHES_OF_END[end]
    everyone, back = by_branch[:, 0], by_branch[:, 1]
    means.base[NO_RETURN, branches] = everyone - back
    if to_the_ai is None:
        means.base[STRAIGHT, branches] = back
        return
    again = back * to_the_ai
    means.base[TO_AI, branches] = again
    means.base[STRAIGHT, branches] = back - again


def _add_cells(means: Contact, mixtures: Mixtures, end: int, pooled: Array) -> None:
    """Fill in the cells of one end, and those that return soon.

    Args:
        pooled: all conversations and those who return, shape (2, intent, month, trial).
    """
    cells = _CELLS_OF_END[end]
    everyone, back = mixtures.ends[end].mix_each(pooled)
    np.subtract(everyone, back, out=means.cells[0, cells])
    means.cells[1, cells] = back
    for border, weights in enumerate(mixtures.sooner):
        means.sooner[border, cells] = weights[end].mix(pooled[1])


def _add_rows_by_group(
    found: Expected, rates: Rates, mixtures: Mixtures, reaching: Sequence[Array], spawned: Sequence[Array]
) -> None:
    """Sum all conversations by group of models, channel, end and level, where models have odds of their own."""
    if len(found.rows) == 1:
        return
    first, later = reaching[0], np.zeros_like(reaching[0])
    later += sum(reaching[1:])
    if spawned:
        first, later = first + spawned[0], later + sum(spawned[1:])
    for place, (at_first, at_later) in enumerate(zip(rates.first_by_group, rates.later_by_group, strict=True)):
        for end in range(len(ENDS)):
            found.rows[place, :, end] = mixtures.channels.mix(first * at_first[end] + later * at_later[end])


def _add_returns(
    found: Expected, mixtures: Mixtures, steps: Sequence[Step], reaching: Sequence[Array], spawned: Sequence[Array]
) -> None:
    """Add returns straight to a person, and the hours to returns and duplicates."""
    returns = np.add.reduce([number * step.returns for number, step in zip(reaching, steps, strict=True)])
    straight = returns - sum(reaching[1:])
    found.straight[...] = mixtures.channels.mix(straight)
    found.return_hours[...] = mixtures.delay_hours.mix(returns.sum(axis=1))[0]
    if spawned:
        by_contact = [each.sum(axis=1) for each in spawned]
        before = np.add.reduce([contact * each for contact, each in enumerate(by_contact)])
        found.duplicate_hours[...] = mixtures.delay_hours.mix(before)[0]
        found.duplicate_hours += mixtures.duplicate_hours.mix(np.add.reduce(by_contact))[0]


def _follow_unsolved(found: Expected, steps: Sequence[Step], reaching: Array) -> None:
    """Follow the cases that are unsolved, by anyone and by the AI alone, through all contacts."""
    unsolved = np.stack([reaching, reaching])
    for contact, step in enumerate(steps):
        here = unsolved.sum(axis=(1, 2))
        found.still_unsolved[:, contact] = here
        if contact == len(steps) - 1:
            stays = unsolved * step.unsolved.last_end
            found.first_solved[:, contact] = here - stays.sum(axis=(1, 2))
            return
        stays = unsolved * step.unsolved.end
        unsolved *= step.unsolved.on
        found.first_solved[:, contact] = here - stays.sum(axis=(1, 2)) - unsolved.sum(axis=(1, 2))


def part(whole: Expected, months: slice, trials: slice) -> Expected:
    """Return some months and trials of expected counts; they share their memory."""

    def cut(array: Array) -> Array:
        return array[..., months, trials]

    def contact(means: Contact) -> Contact:
        return Contact(*(cut(getattr(means, each.name)) for each in fields(Contact)))

    rest = {
        each.name: cut(getattr(whole, each.name))
        for each in fields(Expected)
        if each.name not in ("contacts", "duplicates")
    }
    return Expected(contacts=list(map(contact, whole.contacts)), duplicates=contact(whole.duplicates), **rest)


def remaining(whole: Expected, parts: Sequence[Expected], intents: NDArray[np.intp]) -> Expected:
    """Return what parts leave of the whole: what is expected of all intents that they do not have.

    Args:
        intents: places of these intents in the whole.
    """

    def left(of: Array, without: Sequence[Array]) -> Array:
        return np.maximum(of - np.add.reduce(without), 0.0) if without else of

    def contact(of: Contact, without: Sequence[Contact]) -> Contact:
        return Contact(*(left(getattr(of, each.name), [getattr(w, each.name) for w in without]) for each in fields(of)))

    rest = {
        each.name: left(getattr(whole, each.name), [getattr(part, each.name) for part in parts])
        for each in fields(Expected)
        if each.name not in ("contacts", "duplicates", "intents")
    }
    return Expected(
        contacts=[contact(own, [part.contacts[at] for part in parts]) for at, own in enumerate(whole.contacts)],
        duplicates=contact(whole.duplicates, [part.duplicates for part in parts]),
        intents=whole.intents[intents],
        **rest,
    )


def nothing(chances: Chances, shape: tuple[int, int], max_contacts: int) -> Expected:
    """Return expected counts of 0 to be filled in.

    Args:
        chances: of some trials, for the numbers of intents, levels, channels, groups and borders.
        shape: months and trials.
        max_contacts: conversations a case can have with the AI.
    """
    intents, channels = chances.channels.shape[:2]
    levels, groups = chances.levels, chances.groups

    def zeros(*size: int) -> Array:
        return np.zeros((*size, *shape))

    def contact(fates: int) -> Contact:
        return Contact(
            base=zeros(fates, len(BRANCHES), levels),
            cells=zeros(2, len(MARKED_CELLS)),
            sooner=zeros(len(chances.borders), len(MARKED_CELLS)),
        )

    return Expected(
        contacts=[contact(FATES) for _ in range(max_contacts)],
        duplicates=contact(1),
        cases=zeros(channels, levels),
        rows=zeros(groups, channels, len(ENDS), levels),
        straight=zeros(channels, levels),
        reviews=zeros(channels, levels),
        intents=zeros(intents),
        classes=zeros(3),
        first_solved=zeros(2, max_contacts),
        still_unsolved=zeros(2, max_contacts),
        solved=zeros(2),
        return_hours=zeros(),
        duplicate_hours=zeros(),
    )

"""Expected counts given the unknowns and the drivers of some trials, exactly, for every contact of a case.

docs/model.md section 4, summed over intents, with the level kept. Axes: the last two of every array are (month, trial);
before them what the attribute says. Where a number does not change by month its month axis has length 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from simulator.engine.atlas.chances import Chances, IntentChances, intent_chances
from simulator.engine.atlas.kinds import BRANCHES, CELLS_OF_END, END_OF, FATES, MARKED_CELLS, NO_RETURN, STRAIGHT, TO_AI
from simulator.engine.atlas.mixtures import Mixtures, make_mixtures, mix
from simulator.engine.atlas.steps import Steps, case_steps, solved_cases, step_of
from simulator.model.law import ENDS, SILENT_UNSOLVED

Array = NDArray[np.float64]

ACTED = np.array([place for place, (_, action) in enumerate(BRANCHES) if action])
UNACTED = np.array([place for place, (_, action) in enumerate(BRANCHES) if not action])
ACTED_ENDS, UNACTED_ENDS = np.array(END_OF)[ACTED], np.array(END_OF)[UNACTED]
TWICE = np.flatnonzero(np.isin(UNACTED_ENDS, ACTED_ENDS))
"""Places in UNACTED of the ends that also come with an action."""


@dataclass(slots=True)
class Contact:
    """Expected conversations of one contact number, or the duplicates of all.

    Attributes:
        base: shape (fate, branch, level, month, trial).
        cells: by branch, class and mark (MARKED_CELLS), shape (fate, cell, month, trial).
        sooner: of those who return, below each border of hours, shape (border, fate TO_AI and STRAIGHT, cell, month,
            trial).
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


def expect(chances: Chances, cases: Array, max_contacts: int) -> Expected:
    """Return the expected counts of some trials.

    Args:
        chances: of the trials and their months.
        cases: expected cases, shape (intent, month, trial).
        max_contacts: conversations a case can have with the AI.
    """
    laws = [intent_chances(chances, intent) for intent in range(len(cases))]
    mixtures = make_mixtures(laws)
    steps = [case_steps(chances, law, max_contacts) for law in laws]
    reaching = np.stack([number * law.level for number, law in zip(cases, laws, strict=True)])
    found = _nothing(chances, cases.shape[1:], len(cases), max_contacts)
    found.cases = mix(mixtures.channels, reaching)
    _follow_cases(found, chances, mixtures, steps, laws, reaching, max_contacts)
    found.solved = solved_cases(steps, reaching, max_contacts)
    return found


def _follow_cases(
    found: Expected,
    chances: Chances,
    mixtures: Mixtures,
    steps: Sequence[Steps],
    laws: Sequence[IntentChances],
    reaching: Array,
    max_contacts: int,
) -> None:
    """Add up the conversations of all contacts, and their duplicates."""
    first, later, straight = reaching, np.zeros_like(reaching), np.zeros_like(reaching)
    unsolved = np.stack([reaching, reaching])
    early = late = np.zeros_like(reaching)
    returns, hours_before = np.zeros_like(reaching[:, 0]), np.zeros_like(reaching[:, 0])
    for contact in range(max_contacts):
        step = step_of(contact, max_contacts)
        fates = (NO_RETURN, STRAIGHT) if contact == max_contacts - 1 else (NO_RETURN, TO_AI, STRAIGHT)
        conversations = np.empty((len(steps), *steps[0].fates[step].shape))
        for place, own in enumerate(steps):
            np.multiply(own.fates[step], reaching[place], out=conversations[place])
        _add_contact(found.contacts[contact], conversations, fates, mixtures)
        gone_straight = conversations[:, -1].sum(axis=1)
        straight += gone_straight
        if chances.any_duplicates:
            spawned = np.stack([n * s.spawning[step] for s, n in zip(steps, reaching, strict=True)])
            hours_before += contact * spawned.sum(axis=1)
            early, late = (spawned, late) if contact == 0 else (early, late + spawned)
        unsolved = _follow_unsolved(found, steps, contact, step, unsolved)
        later = later + reaching if contact else later
        reaching = conversations[:, TO_AI].sum(axis=1) if len(fates) == FATES else np.zeros_like(reaching)
        returns += gone_straight.sum(axis=1) + reaching.sum(axis=1)
    if chances.any_duplicates:
        spawn = [a * law.first_ends + b * law.later_ends for a, b, law in zip(early, late, laws, strict=True)]
        _add_contact(found.duplicates, np.stack(spawn)[:, None], (NO_RETURN,), mixtures)
    _add_rows(found, mixtures, laws, first + early, later + late)
    found.straight = mix(mixtures.channels, straight)
    found.return_hours = mix(mixtures.delay_hours, returns)[0]
    spawned_in_all = (early + late).sum(axis=1)
    found.duplicate_hours = mix(mixtures.delay_hours, hours_before)[0]
    found.duplicate_hours += mix(mixtures.duplicate_hours, spawned_in_all)[0]


def _add_contact(contact: Contact, conversations: Array, fates: tuple[int, ...], mixtures: Mixtures) -> None:
    """Sum the conversations of a contact over the intents.

    Args:
        conversations: shape (intent, fate, end, level, month, trial).
        fates: which fates these are.
    """
    every, acted = mix(mixtures.actions, conversations)
    pooled = conversations.sum(axis=3)
    for place, fate in enumerate(fates):
        contact.base[fate, ACTED] = acted[place, ACTED_ENDS]
        contact.base[fate, UNACTED] = every[place, UNACTED_ENDS]
        contact.base[fate, UNACTED[TWICE]] -= acted[place, ACTED_ENDS]
    back = [place for place, fate in enumerate(fates) if fate != NO_RETURN]
    returned = [fates[place] - TO_AI for place in back]
    for end, cells in enumerate(CELLS_OF_END):
        mixed = mix(mixtures.ends[end], np.ascontiguousarray(pooled[:, :, end]))
        by_border = mixed.reshape(-1, len(cells), *mixed.shape[1:]).swapaxes(1, 2)
        contact.cells[np.ix_(fates, cells)] = by_border[0]
        if back:
            for border, sooner in enumerate(contact.sooner):
                sooner[np.ix_(returned, cells)] = by_border[1 + border, back]


def _add_rows(found: Expected, mixtures: Mixtures, laws: Sequence[IntentChances], first: Array, later: Array) -> None:
    """Sum all conversations by group of models, channel, end and level; and by intent, class and review."""
    rows = np.stack(
        [n * law.first_by_group + more * law.later_by_group for n, more, law in zip(first, later, laws, strict=True)]
    )
    found.rows = mix(mixtures.channels, rows).swapaxes(0, 1)
    total = rows.sum(axis=1)
    found.reviews = mix(mixtures.reviews, total[:, : SILENT_UNSOLVED + 1].sum(axis=1))
    found.intents = total.sum(axis=(1, 2))
    found.classes = mix(mixtures.classes, total.sum(axis=(1, 2)))


def _follow_unsolved(found: Expected, steps: Sequence[Steps], contact: int, step: int, unsolved: Array) -> Array:
    """Follow the cases unsolved so far (who, intent, level, month, trial) through one contact: anyone, the AI alone."""
    stays = np.stack([s.unsolved_end[step] for s in steps], axis=1)
    goes_on = np.stack([s.unsolved_on[step] for s in steps], axis=1)
    following = unsolved * goes_on
    found.still_unsolved[:, contact] = unsolved.sum(axis=(1, 2))
    found.first_solved[:, contact] = (unsolved - unsolved * stays - following).sum(axis=(1, 2))
    return following


def joined(parts: Sequence[Expected]) -> Expected:
    """Put the trials of several parts one after another."""

    def join(arrays: Sequence[Array]) -> Array:
        return np.concatenate(arrays, axis=-1)

    def contact(pieces: Sequence[Contact]) -> Contact:
        return Contact(*(join([getattr(piece, each.name) for piece in pieces]) for each in fields(Contact)))

    if len(parts) == 1:
        return parts[0]
    rest = {
        each.name: join([getattr(part, each.name) for part in parts])
        for each in fields(Expected)
        if each.name not in ("contacts", "duplicates")
    }
    contacts = [contact(pieces) for pieces in zip(*(part.contacts for part in parts), strict=True)]
    return Expected(contacts=contacts, duplicates=contact([part.duplicates for part in parts]), **rest)


def _nothing(chances: Chances, shape: tuple[int, ...], intents: int, max_contacts: int) -> Expected:
    levels, channels, groups = chances.levels, chances.channels, chances.groups

    def zeros(*size: int) -> Array:
        return np.zeros((*size, *shape))

    def contact(fates: int) -> Contact:
        return Contact(
            base=zeros(fates, len(BRANCHES), levels),
            cells=zeros(fates, len(MARKED_CELLS)),
            sooner=zeros(len(chances.borders), 2, len(MARKED_CELLS)),
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

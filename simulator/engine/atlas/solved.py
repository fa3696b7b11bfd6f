"""Cases solved, given counts of kinds: a case is solved once, by whichever of its conversations came first."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from simulator.engine.atlas.counts import Chance, Counts, divided
from simulator.engine.atlas.expected import Expected
from simulator.engine.atlas.kinds import END_OF, STRAIGHT, TO_AI, Leaf
from simulator.law import CONFIRMED, ESCALATED, PARTIAL, SILENT_SOLVED

Array = NDArray[np.float64]
WHO = ("cases_solved", "cases_solved_by_ai")


def solved_meters(
    chance: Chance, contacts: Sequence[Counts], duplicates: Counts, expected: Expected, person: Array
) -> dict[str, Array]:
    """Return the cases solved by anyone and by the AI, shape (month, trial) each.

    Args:
        person: chance that a person solves the problem, shape (trial,).

    The conversations of a contact that solve something are shared out at random over cases that are solved already and
    those that are not, with the odds that make the expectation exact; then duplicates solve some of the rest.
    """
    if not chance.draws:
        return dict(zip(WHO, expected.solved, strict=True))
    found = {}
    for who, name in enumerate(WHO):
        chances = person * (who == 0)
        solved = _number(contacts[0], who)
        unsolved = _number(contacts[0], who, solves=False, fate=TO_AI)
        for contact in range(1, len(contacts)):
            newly, unsolved = _later(chance, name, contact, contacts[contact], unsolved, expected, chances)
            solved = solved + newly
        able = _number(duplicates, who)
        by_duplicates = expected.solved[who] - expected.first_solved[who].sum(axis=0)
        share = divided(by_duplicates, _solving(expected.duplicates.base, chances).sum(axis=0))
        more = chance.binomial(f"{name}.duplicates", 0, able[None], np.clip(share, 0, 1)[None])[0]
        found[name] = np.minimum(solved + more, contacts[0].leaves.sum(axis=0))
    found[WHO[0]] = np.maximum(found[WHO[0]], found[WHO[1]])
    return found


def _number(counts: Counts, who: int, *, solves: bool = True, fate: int | None = None) -> Array:
    return np.asarray(counts.leaves[_chosen(counts.of, who, solves, fate)].sum(axis=0))


@cache
def _chosen(leaves: tuple[Leaf, ...], who: int, solves: bool, fate: int | None) -> list[int]:
    return [place for place, leaf in enumerate(leaves) if _solves(leaf, who) == solves and fate in (None, leaf.fate)]


def _solves(leaf: Leaf, who: int) -> bool:
    return leaf.solved or (who == 0 and leaf.human)


def _later(
    chance: Chance, name: str, contact: int, counts: Counts, unsolved: Array, expected: Expected, person: Array
) -> tuple[Array, Array]:
    """Return the cases first solved at a later contact, and those that go on from it unsolved."""
    who = WHO.index(name)
    reach = counts.leaves.sum(axis=0)
    base = expected.contacts[contact].base
    solving = _solving(base, person)
    whole, here = base.sum(axis=(0, 1, 2)), expected.still_unsolved[who, contact]

    def overlap(part: str, number: Array, both: Array, able: Array) -> Array:
        neither = whole - here - able + both
        odds = divided(both * neither, (here - both) * (able - both))
        usual = np.where((odds > 0) & np.isfinite(odds), odds, 1.0)
        drawn = chance.overlap(f"{name}.{part}", contact, reach[None], unsolved[None], number[None], usual[None])
        return np.asarray(drawn[0])

    newly = overlap("solved", _number(counts, who), expected.first_solved[who, contact], solving.sum(axis=0))
    if contact + 1 == len(expected.contacts):
        return newly, np.zeros_like(newly)
    going = _number(counts, who, solves=False, fate=TO_AI)
    able = base[TO_AI].sum(axis=(0, 1)) - solving[TO_AI]
    on = overlap("on", going, expected.still_unsolved[who, contact + 1], able)
    return newly, np.minimum(on, unsolved - newly)


def _solving(base: Array, person: Array) -> Array:
    """Return the expected conversations that solve something, by fate, shape (fate, month, trial).

    Args:
        person: chance that a person does, shape (trial,); 0 where only the AI counts.
    """
    pooled = base.sum(axis=2)
    alone = pooled[:, [place for place, end in enumerate(END_OF) if end in (CONFIRMED, SILENT_SOLVED)]].sum(axis=1)
    handed = pooled[:, [place for place, end in enumerate(END_OF) if end in (PARTIAL, ESCALATED)]].sum(axis=1)
    others = pooled.sum(axis=1) - alone - handed
    found = alone + handed * person
    if len(base) > STRAIGHT:
        found[STRAIGHT] += others[STRAIGHT] * person + handed[STRAIGHT] * (1 - person) * person
    return np.asarray(found)

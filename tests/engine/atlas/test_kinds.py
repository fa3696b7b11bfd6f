"""The kinds of conversation and their tree: each possible kind once, and nothing that the law does not have."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from simulator.engine.atlas.bills import fates_of
from simulator.engine.atlas.kinds import (
    BRANCHES,
    END_OF,
    MARKED_CELLS,
    NO_RETURN,
    STRAIGHT,
    TO_AI,
    Leaf,
    leaves_of,
    roots,
    tree,
)
from simulator.law import ENDS
from simulator.records import CLASSES

FATES = [(NO_RETURN,), (NO_RETURN, STRAIGHT), (NO_RETURN, TO_AI, STRAIGHT)]
HANDED = ("partial", "escalated")
GOOD = ("confirmed", "silent_solved")
FINAL = (*GOOD, "silent_unsolved")


def possible(fates: tuple[int, ...]) -> set[tuple[int, str, bool, bool, bool, bool, bool]]:
    """Return (fate, end, action, other class, mark, judged, human) by the words of docs/model.md, section 4."""
    found = set()
    for fate, end, *flags in product(fates, ENDS, *[(False, True)] * 5):
        action, other, mark, judged, human = flags
        allowed = (
            (not action or end in (*GOOD, "partial"))
            and (not mark or end in (*FINAL, "escalated"))
            and (not judged or end in FINAL)
            and (not human or (end not in GOOD and (end in HANDED or fate == STRAIGHT)))
        )
        if allowed:
            found.add((fate, end, action, other, mark, judged, human))
    return found


def told(leaf: Leaf) -> tuple[int, str, bool, bool, bool, bool, bool]:
    return leaf.fate, ENDS[leaf.end], leaf.action, leaf.other, leaf.mark, leaf.judged, leaf.human


@pytest.mark.parametrize("fates", FATES)
def test_leaves_are_the_possible_kinds_each_once(fates: tuple[int, ...]) -> None:
    leaves = [told(leaf) for leaf in leaves_of(fates)]
    assert set(leaves) == possible(fates) and len(leaves) == len(set(leaves))


@pytest.mark.parametrize("fates", FATES)
def test_each_step_keeps_some_kinds_and_cuts_the_others_in_two(fates: tuple[int, ...]) -> None:
    leaves = roots(fates)
    for step in tree(fates):
        assert sorted((*step.kept, *step.cut)) == list(range(len(leaves)))
        kept, cut = [leaves[place] for place in step.kept], [leaves[place] for place in step.cut]
        assert list(step.leaves) == [*kept, *cut, *(replace(leaf, **{step.name: True}) for leaf in cut)]
        assert not any(getattr(leaf, step.name) for leaf in leaves)
        leaves = step.leaves
    assert [step.name for step in tree(fates)] == ["other", "mark", "judged", "human"]
    assert leaves == leaves_of(fates)


def test_properties_of_a_kind_are_those_of_its_end() -> None:
    for leaf in leaves_of(FATES[2]):
        end = ENDS[leaf.end]
        assert leaf.solved == (end in GOOD)
        assert leaf.may_respond == (end in (*FINAL, "partial"))
        assert (END_OF[leaf.branch], leaf.action) == BRANCHES[leaf.branch]
        assert leaf.mark <= leaf.may_be_marked and leaf.judged <= leaf.may_be_judged
        assert leaf.human <= leaf.may_be_solved_by_a_person


def test_cells_are_branch_class_and_mark_each_once() -> None:
    assert len(set(MARKED_CELLS)) == len(MARKED_CELLS)
    expected = {
        (branch, service_class, mark)
        for branch, end in enumerate(END_OF)
        for service_class in range(len(CLASSES))
        for mark in (False, True)
        if not mark or ENDS[end] in (*FINAL, "escalated")
    }
    assert set(MARKED_CELLS) == expected


@pytest.mark.parametrize(
    ("contact", "contacts", "fates"),
    [
        (0, 1, (NO_RETURN, STRAIGHT)),
        (0, 3, (NO_RETURN, TO_AI, STRAIGHT)),
        (1, 3, (NO_RETURN, TO_AI, STRAIGHT)),
        (2, 3, (NO_RETURN, STRAIGHT)),
        (3, 3, (NO_RETURN,)),
        (1, 1, (NO_RETURN,)),
    ],
)
def test_the_last_contact_never_returns_to_the_ai_and_duplicates_never_return(
    contact: int, contacts: int, fates: tuple[int, ...]
) -> None:
    assert fates_of(contact, contacts) == fates

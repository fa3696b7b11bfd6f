"""The kinds of conversation: what a contract can see of one, and in which order counts are split into kinds.

A kind is physical and fixed; it does not depend on which contracts are asked. A conversation of a contact ends in a
*branch* (kind of end, with or without a completed action) and has a *fate* (no return, a return to the AI, a return
straight to a person). Counts of branch and fate by level are drawn first; then each is split in the order of a fixed
tree: by class (service or other), by mark (review, or a planned handoff), by the judge's verdict, and by whether a
person solved the problem. Hours to the return, other classes and scores are split below, only where a definition looks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

from simulator.law import ABANDONED, CONFIRMED, ENDS, ESCALATED, PARTIAL, SILENT_SOLVED, SILENT_UNSOLVED
from simulator.records import CLASSES

NO_RETURN, TO_AI, STRAIGHT = range(3)
"""Fates of a conversation."""
FATES: Final = 3

BRANCHES: Final = (
    (CONFIRMED, True),
    (CONFIRMED, False),
    (SILENT_SOLVED, True),
    (SILENT_SOLVED, False),
    (SILENT_UNSOLVED, False),
    (ABANDONED, False),
    (PARTIAL, True),
    (PARTIAL, False),
    (ESCALATED, False),
)
"""Kind of end, and whether an action was completed."""
END_OF: Final = tuple(end for end, _ in BRANCHES)
REVIEWED: Final = (CONFIRMED, SILENT_SOLVED, SILENT_UNSOLVED)
"""Ends whose conversations may be reviewed and judged."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One kind of conversation of a contact, as far as it is always told apart.

    Attributes:
        fate: what the customer does next.
        branch: place in BRANCHES.
        other: a class other than service.
        mark: reviewed (confirmed and silent ends) or handed over by plan (escalated ones).
        judged: the judge finds it resolved.
        human: a person solved the problem, on the handoff or on a return straight to a person.
    """

    fate: int
    branch: int
    other: bool = False
    mark: bool = False
    judged: bool = False
    human: bool = False

    @property
    def end(self) -> int:
        """Kind of end, a code of law.ENDS."""
        return END_OF[self.branch]

    @property
    def action(self) -> bool:
        """Whether an action was completed."""
        return BRANCHES[self.branch][1]

    @property
    def solved(self) -> bool:
        """Whether the AI in truth solved the problem."""
        return self.end in (CONFIRMED, SILENT_SOLVED)

    @property
    def may_respond(self) -> bool:
        """Whether the customer can be asked how satisfied he is."""
        return self.end not in (ABANDONED, ESCALATED)

    @property
    def may_be_marked(self) -> bool:
        """Whether such conversations can be reviewed, or handed over by plan."""
        return self.end in (*REVIEWED, ESCALATED)

    @property
    def may_be_judged(self) -> bool:
        """Whether the judge looks at such conversations."""
        return self.end in REVIEWED

    @property
    def may_be_solved_by_a_person(self) -> bool:
        """Whether a person may have solved it where the AI did not."""
        return not self.solved and (self.end in (PARTIAL, ESCALATED) or self.fate == STRAIGHT)


SOLVED: Final[Mapping[str, Callable[[Leaf], bool]]] = {
    "": lambda leaf: True,
    "|solved": lambda leaf: leaf.solved or leaf.human,
    "|solved_by_ai": lambda leaf: leaf.solved,
}
"""Parts of a meter of conversations, by the end of its name: all, those solved, those solved by the AI."""

MARKED_CELLS: Final = tuple(
    (branch, service_class, mark)
    for branch, end in enumerate(END_OF)
    for service_class in range(len(CLASSES))
    for mark in ((False, True) if end in (*REVIEWED, ESCALATED) else (False,))
)
"""Branch, class (a code of records.CLASSES) and mark: what depends on the intent, so that it is summed over intents."""


CELLS_OF_END: Final = tuple(
    [place for place, cell in enumerate(MARKED_CELLS) if END_OF[cell[0]] == end] for end in range(len(ENDS))
)
"""Cells of each kind of end."""


@dataclass(frozen=True, slots=True)
class Split:
    """One step of the tree: some kinds become two, in the order (untouched, no, yes).

    Attributes:
        name: what is told apart, a field of Leaf.
        kept, cut: places of the kinds before the step that stay, and that are cut.
        leaves: the kinds after the step.
    """

    name: str
    kept: tuple[int, ...]
    cut: tuple[int, ...]
    leaves: tuple[Leaf, ...]


def roots(fates: tuple[int, ...]) -> tuple[Leaf, ...]:
    """Return the kinds before the first split: fate and branch."""
    return tuple(Leaf(fate, branch) for fate in fates for branch in range(len(BRANCHES)))


@cache
def tree(fates: tuple[int, ...]) -> tuple[Split, ...]:
    """Return the steps of the tree for conversations with these fates."""
    steps = []
    leaves = roots(fates)
    for name in ("other", "mark", "judged", "human"):
        possible = [_can_be(leaf, name) for leaf in leaves]
        kept = tuple(place for place, cut in enumerate(possible) if not cut)
        cut = tuple(place for place, cut in enumerate(possible) if cut)
        no = tuple(leaves[place] for place in cut)
        yes = tuple(replace(leaf, **{name: True}) for leaf in no)
        leaves = (*(leaves[place] for place in kept), *no, *yes)
        steps.append(Split(name, kept, cut, leaves))
    return tuple(steps)


def leaves_of(fates: tuple[int, ...]) -> tuple[Leaf, ...]:
    """Return the kinds at the end of the tree."""
    return tree(fates)[-1].leaves


def _can_be(leaf: Leaf, name: str) -> bool:
    return {
        "other": True,
        "mark": leaf.may_be_marked,
        "judged": leaf.may_be_judged,
        "human": leaf.may_be_solved_by_a_person,
    }[name]

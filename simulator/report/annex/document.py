"""A text of numbered clauses with schedules: its parts, before anybody writes them as Markdown or on paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Clause:
    """A numbered sentence or two, with points (a), (b) ... below it."""

    text: str
    points: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Grid:
    """A table.

    Attributes:
        shares: of the width of the paper that its columns take.
        right: columns of numbers, whose texts end at the right.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    shares: tuple[float, ...]
    right: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Code:
    """A text that is kept letter by letter."""

    text: str


Block: TypeAlias = Clause | Grid | Code


@dataclass(frozen=True, slots=True)
class Part:
    """A section or a schedule; its clauses are numbered behind its mark, as 3.1 in section 3 and S2.1 in schedule 2."""

    mark: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """The whole text.

    Attributes:
        lead: paragraphs before the first clause, without numbers.
        sections, schedules: in their order.
        signatures: lines to sign on, one a party.
        blanks: what the parties fill in before they sign, in the order of its numbers.
    """

    title: str
    lead: tuple[str, ...]
    sections: tuple[Part, ...]
    schedules: tuple[Part, ...]
    signatures: tuple[str, ...]
    blanks: tuple[str, ...]


@dataclass(slots=True)
class Blanks:
    """What is left for the parties to fill in, numbered as it is asked for; what is asked twice has one number."""

    asked: list[str] = field(default_factory=list)

    def of(self, what: str) -> str:
        """Return what stands in the text in the place of something that only the parties know."""
        if what not in self.asked:
            self.asked.append(what)
        return f"[BLANK {self.asked.index(what) + 1}: {what}]"


def numbered(part: Part) -> list[tuple[str, Block]]:
    """Return the blocks of a part, its clauses with their numbers and all else with none."""
    found, number = [], 0
    for block in part.blocks:
        number += isinstance(block, Clause)
        found.append((f"{part.mark}.{number}" if isinstance(block, Clause) else "", block))
    return found


def listed(parts: Sequence[str], word: str = "and") -> str:
    """Return names as a sentence has them: "a", "a and b", "a, b and c"."""
    *others, last = parts
    return f"{', '.join(others)} {word} {last}" if others else last

"""An annex as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator

from simulator.report.annex.document import Block, Clause, Code, Document, Grid, Part, numbered
from simulator.report.questions_text import plain, table


def markdown(document: Document) -> str:
    """Return an annex as Markdown: clauses as paragraphs with their numbers, statements as fenced code."""
    parts = [f"# {plain(document.title)}", *map(plain, document.lead)]
    for section in document.sections:
        parts += [f"## {section.mark}. {plain(section.title)}", *_blocks(section)]
    parts.append("## Signatures")
    parts += [f"{plain(line)}:" for line in document.signatures]
    for schedule in document.schedules:
        parts += [f"## Schedule {schedule.mark[1:]}: {plain(schedule.title)}", *_blocks(schedule)]
    parts.append("## Blanks to fill in before signature")
    if document.blanks:
        parts.append("\n".join(f"{place}. {plain(what)}" for place, what in enumerate(document.blanks, start=1)))
    return "\n\n".join(parts) + "\n"


def _blocks(part: Part) -> Iterator[str]:
    for number, block in numbered(part):
        yield _block(number, block)


def _block(number: str, block: Block) -> str:
    if isinstance(block, Code):
        return _fenced(block.text)
    if isinstance(block, Grid):
        rows = [tuple(map(plain, row)) for row in block.rows]
        return table(tuple(map(plain, block.columns)), rows, right=block.right)
    return _clause(number, block)


def _clause(number: str, clause: Clause) -> str:
    points = "\n".join(f"- ({letter(place)}) {plain(point)}" for place, point in enumerate(clause.points))
    return f"**{number}** {plain(clause.text)}" + (f"\n\n{points}" if points else "")


def letter(place: int) -> str:
    """Return a, b ... z, aa, ab ... for a place from 0."""
    return (letter(place // 26 - 1) if place >= 26 else "") + chr(ord("a") + place % 26)


def _fenced(text: str) -> str:
    """Return a text as code, in a fence that is longer than any in it."""
    longest = max((len(found) for found in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}sql\n{text.rstrip()}\n{fence}"

"""An annex on paper: A4, numbered clauses with their numbers beside them, statements in letters of one width.

Nothing is cut: texts and tables go on over pages, and a line of a statement that is too long goes on below itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from simulator.report.annex.document import Block, Clause, Code, Document, Grid, Part, numbered
from simulator.report.annex.markdown import letter
from simulator.report.brief.paper import ASIDE, INSIDE, SMALL, Face, Line, Paper, Row, widths_of
from simulator.report.style import look, wrapped
from simulator.report.words.terminal_text import printable

TITLE: Final = Face(14, bold=True)
HEAD: Final = Face(10, bold=True)
TEXT: Final = Face(8.5)
CODE: Final = Face(6.8, fixed=True)
NUMBER: Final = 0.45
"""Inches for the number of a clause, left of its text."""
POINT: Final = 0.25
BELOW: Final = 0.06
"""Inches between clauses."""
TOGETHER: Final = 30
"""Lines of a statement that stand on one page, where it has so many."""
LETTERS: Final = 118
"""Letters of a statement in a line of the paper."""
CONTINUED: Final = "    "
_SIGNED: Final = 1.1
"""Inches of the lines to sign on, which stand on the page of the last clause."""
_NO_LIMIT: Final = 100_000
"""Lines that a text may take."""


def pages(document: Document) -> bytes:
    """Return an annex as PDF; the same bytes for the same text."""
    with look():
        return on_paper(document).file(printable(document.title))


def on_paper(document: Document) -> Paper:
    """Return an annex as pages. Call it inside `look()`."""
    paper = Paper()
    _text(paper, document.title, TITLE)
    paper.space(BELOW)
    for text in document.lead:
        _text(paper, text, TEXT)
        paper.space(BELOW)
    for section in document.sections:
        last = section is document.sections[-1]
        _part(paper, section, f"{section.mark}. {section.title}", _SIGNED if last else 0.0)
    _signatures(paper, document)
    paper.turn()
    for schedule in document.schedules:
        _part(paper, schedule, f"Schedule {schedule.mark[1:]}: {schedule.title}")
    _blanks(paper, document)
    paper.footers(printable(document.title))
    return paper


def _text(paper: Paper, text: str, face: Face, indent: float = 0.0) -> None:
    paper.lines(_lines(text, face, INSIDE - indent), face, indent)


def _lines(text: str, face: Face, width: float) -> list[str]:
    return wrapped(printable(text), width, face.size, bold=face.bold, most=_NO_LIMIT)


def _part(paper: Paper, part: Part, title: str, after: float = 0.0) -> None:
    """Write a part.

    Args:
        after: inches of what follows on the page of its last block.
    """
    paper.space(0.1)
    paper.need(HEAD.step + BELOW + 3 * TEXT.step)
    _text(paper, title, HEAD)
    paper.space(BELOW)
    blocks = numbered(part)
    for place, (number, block) in enumerate(blocks):
        follows = blocks[place + 1][1] if place + 1 < len(blocks) else None
        if isinstance(block, Clause):
            paper.need(_height(block) + BELOW + (after if follows is None else _beginning(follows)))
        _block(paper, number, block)
        paper.space(BELOW)


def _height(clause: Clause) -> float:
    """Return the inches of a clause without its points."""
    return len(_lines(clause.text, TEXT, INSIDE - NUMBER)) * TEXT.step


def _beginning(block: Block) -> float:
    """Return how much of a block stands on the page of the clause before it: of a statement as much as is together."""
    if isinstance(block, Code):
        return min(len(list(code_lines(block.text))), TOGETHER) * CODE.step
    return 3 * SMALL.step if isinstance(block, Grid) else 0.0


def _block(paper: Paper, number: str, block: Block) -> None:
    if isinstance(block, Grid):
        paper.rows(list(_rows(block)), _head(block))
    elif isinstance(block, Code):
        found = list(code_lines(block.text))
        paper.need(min(len(found), TOGETHER) * CODE.step)
        paper.lines(found, CODE)
    else:
        _clause(paper, number, block)


def _clause(paper: Paper, number: str, clause: Clause) -> None:
    _beside(paper, number, clause.text, 0.0, NUMBER)
    for place, point in enumerate(clause.points):
        _beside(paper, f"({letter(place)})", point, NUMBER, POINT)


def _beside(paper: Paper, mark: str, text: str, indent: float, room: float) -> None:
    """Write a text with its mark left of its first line."""
    found = _lines(text, TEXT, INSIDE - indent - room)
    paper.need(min(2, len(found)) * TEXT.step)
    top = paper.top
    paper.lines([mark], TEXT, indent)
    paper.top = top
    paper.lines(found, TEXT, indent + room)


def _rows(grid: Grid) -> Iterator[Row]:
    for cells in grid.rows:
        yield _row(grid, cells, SMALL, 0.3)


def _head(grid: Grid) -> Row:
    return _row(grid, grid.columns, SMALL._replace(bold=True), 0.8)


def _row(grid: Grid, cells: tuple[str, ...], face: Face, rule: float) -> Row:
    widths = widths_of(grid.shares)
    broken = tuple(_lines(cell, face, width) for cell, width in zip(cells, widths, strict=True))
    left = tuple(place for place in range(len(cells)) if place not in grid.right)
    return Row(broken, tuple(widths), face, rule, left)


def code_lines(text: str) -> Iterator[str]:
    """Yield the lines of a statement, none longer than the paper; what is broken goes on below, moved to the right."""
    for line in text.rstrip().split("\n"):
        rest = printable(line)
        moved = rest[: len(rest) - len(rest.lstrip())][: LETTERS // 2]
        rest = rest.lstrip()
        while len(moved + rest) > LETTERS:
            room = LETTERS - len(moved)
            space = rest.rfind(" ", 0, room + 1)
            cut = space if space > room // 2 else room
            yield moved + rest[:cut].rstrip()
            rest = rest[cut:].lstrip()
            moved = (
                moved if moved.endswith(CONTINUED) and len(moved) > LETTERS // 2 else moved[: LETTERS // 2] + CONTINUED
            )
        yield moved + rest


def _signatures(paper: Paper, document: Document) -> None:
    """Write the lines to sign on beside one another."""
    paper.space(0.1)
    paper.need(_SIGNED)
    if document.signatures:
        _text(paper, "Signatures", HEAD)
        paper.space(0.5)
        paper.rules(len(document.signatures))
        paper.columns([[Line(line, ASIDE)] for line in document.signatures])


def _blanks(paper: Paper, document: Document) -> None:
    if document.blanks:
        paper.space(0.1)
        paper.need(HEAD.step + 2 * TEXT.step)
        _text(paper, "Blanks to fill in before signature", HEAD)
        for place, what in enumerate(document.blanks, start=1):
            _beside(paper, f"{place}.", what, 0.0, NUMBER)

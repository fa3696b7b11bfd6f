"""Columns of a table of plain text: names at the left, which are cut in the middle, and cells under their headings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from simulator.report.words.terminal_text import cut_middle, padded, width_of

GAP: Final = 2
"""Blanks between columns."""
LEAST_NAME: Final = 10
"""Columns that a name keeps even where cells leave it less; the lines are then wider than the terminal."""
MARK: Final = "* "
"""Stands before the recommended contract."""


@dataclass(frozen=True, slots=True)
class TextColumn:
    """A column of a table.

    Attributes:
        key: by which columns that have no room are left out.
        heading: two lines.
        cells: one for each row.
        left: whether cells stand at the left, as texts do, and not at the right, as numbers do.
    """

    key: str
    heading: tuple[str, str]
    cells: tuple[str, ...]
    left: bool = False

    @property
    def width(self) -> int:
        """Columns of the terminal that it takes."""
        return max(width_of(text) for text in (*self.heading, *self.cells))

    def placed(self, text: str) -> str:
        """Return a text of it as wide as the column."""
        return padded(text, self.width) if self.left else " " * (self.width - width_of(text)) + text


def joined(first: str, parts: Sequence[TextColumn]) -> TextColumn:
    """Return columns as one under a common first line of heading."""
    gap = " " * GAP
    seconds = gap.join(part.placed(part.heading[1]) for part in parts)
    rows = zip(*([part.placed(cell) for cell in part.cells] for part in parts), strict=True)
    return TextColumn(parts[0].key, (first, seconds), tuple(gap.join(cells) for cells in rows))


def room_for_names(columns: Sequence[TextColumn], width: int) -> int:
    """Return the columns of the terminal that are left for names."""
    return width - len(MARK) - sum(column.width + GAP for column in columns)


def set_table(names: Sequence[str], marked: int | None, columns: Sequence[TextColumn], width: int) -> list[str]:
    """Return the lines of a table, two of them headings.

    Args:
        marked: the row that has a mark; None for none.
        width: columns of the terminal; names get what the cells leave, and are cut in the middle.
    """
    size = min(max(map(width_of, names)), max(room_for_names(columns, width), LEAST_NAME))
    heads = [("", "", [column.heading[line] for column in columns]) for line in (0, 1)]
    rows = [
        (MARK if row == marked else "", cut_middle(name, size), [column.cells[row] for column in columns])
        for row, name in enumerate(names)
    ]
    gap = " " * GAP
    return [
        f"{mark:<{len(MARK)}}{padded(name, size)}"
        f"{''.join(gap + column.placed(cell) for column, cell in zip(columns, cells, strict=True))}".rstrip()
        for mark, name, cells in [*heads, *rows]
    ]

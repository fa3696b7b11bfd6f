"""Text for a terminal: nothing a user wrote moves the cursor, wide letters count as two columns."""

from __future__ import annotations

import unicodedata
from typing import Final

WIDTH: Final = 100
INDENT: Final = 2
"""Columns by which every line after the first is moved."""
_NO_BREAK: Final = "\u00a0"
_UNPRINTABLE: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def printable(text: str) -> str:
    """Return a text without control, format and surrogate characters or line breaks: each becomes U+FFFD."""
    return "".join("\ufffd" if unicodedata.category(letter) in _UNPRINTABLE else letter for letter in text)


def width_of(text: str) -> int:
    """Return how many columns a text takes: two for a wide letter, none for a combining mark."""
    from rich.cells import cell_len

    return cell_len(text)


def padded(text: str, width: int) -> str:
    """Return a text with blanks up to a number of columns."""
    return text + " " * (width - width_of(text))


def cut(text: str, width: int) -> str:
    """Return a text of at most `width` columns, with an ellipsis where it was cut."""
    from rich.cells import set_cell_size

    return text if width_of(text) <= width else set_cell_size(text, width - 1).rstrip() + "…"


def cut_middle(text: str, width: int) -> str:
    """Return a text of at most `width` columns, cut in the middle where it is longer: both ends of a name tell it.

    "Per resolution, assumed 24 h" in 20 columns is "Per resoluti…ed 24 h".
    """
    from rich.cells import set_cell_size

    if width_of(text) <= width:
        return text
    back = (width - 1) * 2 // 5
    end = text
    while width_of(end) > back:
        end = end[1:]
    return f"{set_cell_size(text, width - 1 - back).rstrip()}…{end.lstrip()}"


def in_lines(text: str, width: int, most: int | None = None, indent: int = INDENT) -> list[str]:
    """Return a text in lines of at most `width` columns, broken between words, all but the first indented.

    Args:
        most: lines at most; the last one is cut where the text is longer.
        indent: columns by which the others are moved.
    """
    first, rest = _broken(text, width)
    lines = [first]
    while rest:
        last = most is not None and len(lines) == most - 1
        line, rest = (cut(rest, width - indent), "") if last else _broken(rest, width - indent)
        lines.append(" " * indent + line)
    return lines


def _broken(text: str, width: int) -> tuple[str, str]:
    """Return what fits into a line, and the rest; a word is broken only where it is wider than the line."""
    from rich.cells import chop_cells

    words, line = text.replace(" %", f"{_NO_BREAK}%").split(" "), ""
    while words and width_of(f"{line} {words[0]}".strip()) <= width:
        line = f"{line} {words.pop(0)}".strip()
    if words and not line:
        line = chop_cells(words[0], width)[0]
        words[0] = words[0].removeprefix(line)
    return line.replace(_NO_BREAK, " "), " ".join(words).replace(_NO_BREAK, " ")

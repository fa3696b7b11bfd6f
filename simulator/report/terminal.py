"""Text for a terminal: nothing a user wrote moves the cursor, wide letters count as two columns."""

from __future__ import annotations

import unicodedata
from typing import Final

WIDTH: Final = 100
INDENT: Final = 2
"""Columns by which every line after the first is moved."""
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


def in_two_lines(text: str, width: int) -> list[str]:
    """Return a name in one line of the width, or in two of which the second has room for its indent."""
    first, rest = _broken(text, width)
    return [first, cut(rest, width - INDENT)] if rest else [first]


def wrapped(text: str) -> list[str]:
    """Return a text in lines of at most `WIDTH` columns, broken between words, all but the first indented."""
    first, rest = _broken(text, WIDTH)
    lines = [first]
    while rest:
        line, rest = _broken(rest, WIDTH - INDENT)
        lines.append(" " * INDENT + line)
    return lines


def _broken(text: str, width: int) -> tuple[str, str]:
    """Return what fits into a line, and the rest; a word is broken only where it is wider than the line."""
    from rich.cells import chop_cells

    words, line = text.split(), ""
    while words and width_of(f"{line} {words[0]}".strip()) <= width:
        line = f"{line} {words.pop(0)}".strip()
    if words and not line:
        line = chop_cells(words[0], width)[0]
        words[0] = words[0].removeprefix(line)
    return line, " ".join(words)

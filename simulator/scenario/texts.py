"""Texts of a scenario: titles, notes and sources, which people read in terminals, pages, tables and charts."""

from __future__ import annotations

import re
from typing import Any, Final

_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
"""Characters that a terminal obeys and that no file may hold: all control characters but the tab and the line break."""
_SHOWN: Final = "\ufffd"


def without_controls(value: Any) -> Any:
    """Return values with U+FFFD for each control character of a text, a table's names as they are.

    They are marks of a terminal (colours, a cleared screen) that came along with a copied text, and mean nothing. A chart
    that held one would be no valid SVG. Names with one are refused by their own rule.
    """
    if isinstance(value, str):
        return _CONTROL.sub(_SHOWN, value.replace("\r\n", "\n"))
    if isinstance(value, dict):
        return {key: without_controls(inner) for key, inner in value.items()}
    return [without_controls(inner) for inner in value] if isinstance(value, list) else value


def printable(text: str) -> str:
    """Return text in which no character can move the cursor or hide the rest."""
    return "".join(c if c.isprintable() else " " if c in "\t\n" else f"\\x{ord(c):02x}" for c in text)


def printable_lines(text: str) -> str:
    """Return text of several lines in which no character can move the cursor or hide the rest."""
    return "\n".join(map(printable, text.split("\n")))

"""How many columns the terminal has."""

from __future__ import annotations

import os
import sys
from typing import Final

NARROWEST: Final = 80
WIDEST: Final = 200
PIPED: Final = 100
"""Columns where nobody says how many there are."""


def terminal_width() -> int:
    """Return the columns of the terminal, from 80 to 200: what COLUMNS says, the terminal itself, or 100 in a pipe."""
    stated = os.environ.get("COLUMNS", "")
    columns = int(stated) if stated.isdecimal() and len(stated) < 6 else _of_stdout()
    return min(max(columns, NARROWEST), WIDEST)


def _of_stdout() -> int:
    if sys.stdout is None or not sys.stdout.isatty():
        return PIPED
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or PIPED
    except (OSError, ValueError):
        return PIPED

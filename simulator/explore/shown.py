"""How objects show themselves: a few lines of text, and a small table of HTML with every text escaped."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from simulator.report.words.coded import coded
from simulator.report.words.terminal_text import printable

if TYPE_CHECKING:
    import pandas as pd

WIDTH: Final = 100
MOST_ROWS: Final = 20
WHOLE_FROM: Final = 100
MOST_LINES: Final = 18


def lines_of(paragraphs: Iterable[str], most: int = MOST_LINES) -> list[str]:
    """Return paragraphs in lines of a readable width, cut after so many lines."""
    lines = [
        line
        for each in paragraphs
        for line in textwrap.wrap(printable(each), WIDTH, subsequent_indent="  ", break_on_hyphens=False) or [""]
    ]
    return lines if len(lines) <= most else [*lines[: most - 1], "..."]


def columns_of(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return rows as lines of text, the first column to the left and the others to the right."""
    rows = [[printable(text) for text in row] for row in rows]
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    return [
        "  ".join(
            [row[0].ljust(widths[0]), *(text.rjust(width) for text, width in zip(row[1:], widths[1:], strict=True))]
        )
        for row in rows
    ]


def readable(number: float) -> str:
    """Return a number as a table shows it: above 100 whole, below it with four digits.

    For all tables of a notebook: `pd.options.display.float_format = cx.readable`.

    >>> import simulator as cx
    >>> cx.readable(490470.135117), cx.readable(0.138691), cx.readable(0.99)
    ('490,470', '0.1387', '0.99')
    """
    return f"{number:,.0f}" if abs(number) >= WHOLE_FROM else f"{number:.4g}"


def page(*parts: str | Markup) -> str:
    """Return the parts one below the other; text becomes a paragraph, in which nothing but backticks has a meaning."""
    made = (
        part if isinstance(part, Markup) else Markup("<p>{}</p>").format(coded(printable(part)))
        for part in parts
        if part
    )
    return str(Markup("\n").join(made))


def table_html(table: pd.DataFrame, caption: str = "", most: int = MOST_ROWS) -> Markup:
    """Return a table as HTML, its first rows; numbers with four digits, every text escaped."""
    if not len(table):
        return Markup("")
    more = "" if len(table) <= most else f", the first {most} of {len(table):,} rows"
    shown = table.head(most).to_html(float_format=readable, border=0, max_cols=20)
    head = Markup("<p><strong>{}</strong>{}</p>\n").format(caption, more) if caption else Markup("")
    return head + Markup(shown)  # pandas escapes every text of a table

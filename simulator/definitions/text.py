"""Pieces of SQL text: conditions with the columns they read, numbers, quoted words, nearest names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, slots=True)
class SqlCondition:
    """A boolean SQL expression that is never NULL.

    Attributes:
        sql: the text, safe as an operand of NOT; of AND too unless it was joined by OR without parentheses.
        columns: names of the columns it reads, of the record and of memory.
    """

    sql: str
    columns: frozenset[str]


def all_of(conditions: Iterable[SqlCondition]) -> SqlCondition:
    """Join conditions by AND, one a line; TRUE if there are none."""
    parts = tuple(conditions)
    columns = frozenset().union(*(part.columns for part in parts))
    return SqlCondition("\nAND ".join(part.sql for part in parts) or "TRUE", columns)


def negated(condition: SqlCondition) -> SqlCondition:
    """Return NOT (condition)."""
    return SqlCondition(f"NOT ({condition.sql})", condition.columns)


def holds(comparison: str, *columns: str) -> SqlCondition:
    """Return a comparison that is FALSE where a column is empty: COALESCE(comparison, FALSE)."""
    return SqlCondition(f"COALESCE({comparison}, FALSE)", frozenset(columns))


def one_of(column: str, values: Iterable[str]) -> SqlCondition:
    """Return `column` is one of the words."""
    words = tuple(values)
    if len(words) == 1:
        return holds(f"{column} = {quoted(words[0])}", column)
    return holds(f"{column} IN ({', '.join(quoted(word) for word in words)})", column)


def quoted(word: str) -> str:
    """Return a word as a SQL string literal."""
    return "'" + word.replace("'", "''") + "'"


def number(value: float) -> str:
    """Return the shortest SQL literal that reads back as the same number.

    More than 15 digits would be read as a DECIMAL and rounded on its way to DOUBLE, hence the exponent.
    """
    text = repr(float(value)).removesuffix(".0")
    digits = sum(character.isdigit() for character in text)
    return text if digits <= 15 or "e" in text else f"{text}e0"


def nearest(name: str, known: Iterable[str]) -> str:
    """Return a suggestion for a mistyped name: the closest known one, or all of them if few."""
    names = sorted(known)
    close = get_close_matches(name.lower(), names, n=1, cutoff=0.6)
    if close:
        return f"did you mean {close[0]!r}?"
    return f"known are {', '.join(names)}"


def indented(text: str, by: int = 2) -> str:
    """Return the text with every line moved to the right."""
    return "\n".join(" " * by + line for line in text.splitlines())

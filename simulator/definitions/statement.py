"""The statement that counts what a definition bills: what `simulate sql`, the annex and the recount have."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Final

from simulator.definitions.compile import Definition
from simulator.definitions.dialects import DIALECTS, DUCKDB, in_dialect
from simulator.definitions.text import indented
from simulator.definitions.view import RECORD, SESSION_HOURS, unit_over_view, view_steps, with_steps
from simulator.records import SOURCE

WIDTH: Final = 98
WHOLE_TABLE: Final = (
    "It counts the whole table with all of its months, and an invoice bills one: part B of `simulate annex` and "
    "count.sql of `simulate recount` have the bounds of a month."
)
"""What stands above a statement without the bounds of a month."""
LISTED: Final = f"{SOURCE.name}, conversation_id, opened_at"
"""What is listed of each conversation that counts."""


def statement(definition: Definition, table: str, dialect: str = DUCKDB, *, quote: bool = False) -> str:
    """Return the statement that counts the units of a definition in a table of the record, with its words above.

    Args:
        table: name of a table or view that has the record's columns.
        dialect: key of DIALECTS.
        quote: all names in quotes.
    """
    said = (*remarks(definition, dialect), WHOLE_TABLE)
    lines = [f"-- {line}" for words in said for line in textwrap.wrap(words, WIDTH)]
    return "\n".join([*lines, in_dialect(counting(definition, table), dialect, quote=quote), ";"]) + "\n"


def counting(definition: Definition, table: str, only: str = "", session_hours: float = SESSION_HOURS) -> str:
    """Return the query without words, in the text that `in_dialect` reads.

    Args:
        only: a further condition on a unit's own columns; cases are looked at whole all the same.
        session_hours: length of a session from its start, where the definition asks for it.
    """
    return _over_units(definition, table, "COUNT(*) AS units", only, session_hours)


def listing(definition: Definition, table: str, only: str, session_hours: float = SESSION_HOURS) -> str:
    """Return the query of the conversations that are units, in the text that `in_dialect` reads.

    Args:
        only: as of `counting`, such as the month in which a unit opened.
        session_hours: as of `counting`.
    """
    chosen = _over_units(definition, table, LISTED, only, session_hours)
    return f"{chosen}\nORDER BY opened_at, conversation_id"


def _over_units(definition: Definition, table: str, chosen: str, only: str, session_hours: float) -> str:
    steps = view_steps([definition], table, session_hours=session_hours)
    source = RECORD
    if len(steps) == 1:
        steps, source = [], table
    unit = indented(unit_over_view(definition, [definition]))
    if only:
        unit = f"  (\n{indented(unit)}\n  )\n{indented(f'AND {only}')}"
    return f"{with_steps(steps)}SELECT {chosen}\nFROM {source}\nWHERE\n{unit}"


def remarks(definition: Definition | None, dialect: str) -> Iterator[str]:
    """Yield what stands above a statement: the words of its definition, and what is known of the dialect."""
    of = DIALECTS[dialect]
    if definition is not None:
        yield " ".join(f"{definition.name}: {definition.words}".split())
        yield f"Who can count it: {definition.verifiability.sentence}."
    if dialect == DUCKDB:
        return
    how = "Statements for it are run on it by this project's tests." if of.run else (
        "Written for it and not run there: this project's tests read it back and run it on DuckDB."
    )  # fmt: skip
    yield f"{of.title}. {how}{f' {of.remark}' if of.remark else ''}"

"""Checks of a log: each a condition in SQL, told with its value, count, first rows and how to mend it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from simulator.errors import DataError
from simulator.scenario.texts import printable

FIRST_ROWS: Final = 5
MOST_UNREAD: Final = 0.005
"""Share of rows with something that cannot be read, above which a log is refused; up to it the rows are dropped."""
MOST_BACKWARD: Final = 0.001
"""The same of conversations that close before they open."""
_MOST_VALUES: Final = 10
_LONGEST: Final = 60
_FILES: Final = "read_files"


@dataclass(frozen=True, slots=True)
class Check:
    """Something that must not hold of a row.

    Attributes:
        reason: what is wrong, in a few words; under it dropped rows are counted.
        condition: SQL over the table that is checked.
        shown: SQL of the value that is shown; NULL is shown as empty.
        fix: what to do.
        allowed: share of rows up to which those that fail are dropped instead.
        by_value: whether the message counts each value by itself.
    """

    reason: str
    condition: str
    shown: str
    fix: str
    allowed: float = 0.0
    by_value: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """A check that some rows fail, and how many."""

    check: Check
    rows: int


def name_files(connection: Any, names: Sequence[str]) -> None:
    """Give the files that were read their names, by which messages say where a row stands; numbers are from 1."""
    connection.execute(f"CREATE TABLE {_FILES} (number SMALLINT, name VARCHAR)")
    if names:
        connection.executemany(f"INSERT INTO {_FILES} VALUES (?, ?)", list(enumerate(names, 1)))


def run_checks(connection: Any, table: str, checks: Sequence[Check]) -> list[Found]:
    """Return the checks that some rows of a table fail, all within what is allowed.

    Raises:
        DataError: with every check that fails beyond it.
    """
    counts = _counts(connection, table, checks)
    total = connection.execute(f'SELECT COUNT(*) FROM "{table}"').fetchall()[0][0]
    found = [Found(check, rows) for check, rows in zip(checks, counts, strict=True) if rows]
    beyond = [each for each in found if each.rows > each.check.allowed * total]
    if beyond:
        raise DataError("\n\n".join(_told(connection, table, each, total) for each in beyond))
    return found


def _counts(connection: Any, table: str, checks: Sequence[Check]) -> Sequence[int]:
    if not checks:
        return []
    listed = ", ".join(f"COUNT(*) FILTER (WHERE {check.condition})" for check in checks)
    row: Sequence[int] = connection.execute(f'SELECT {listed} FROM "{table}"').fetchall()[0]
    return row


def _told(connection: Any, table: str, found: Found, total: int) -> str:
    check = found.check
    where = f'FROM "{table}" WHERE {check.condition}'
    text = f"CAST({check.shown} AS VARCHAR)"
    lines = [f"{check.reason}: {counted(found.rows)} of {total:,}"]
    if check.by_value:
        values = connection.execute(
            f"SELECT {text} AS value, COUNT(*) AS count {where} GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {_MOST_VALUES}"
        ).fetchall()
        lines += [f"  {shown_value(value)} ({counted(count)})" for value, count in values]
    rows = connection.execute(
        f'SELECT "file", "row", {text} {where} ORDER BY "file", "row" LIMIT {FIRST_ROWS}'
    ).fetchall()
    names = dict(connection.execute(f"FROM {_FILES}").fetchall())
    lines += [f"  {printable(names[file])}, row {row:,}: {shown_value(value)}" for file, row, value in rows]
    if check.allowed:
        lines.append(f"  up to {100 * check.allowed:g} % of the rows would be dropped and counted")
    return "\n".join([*lines, f"  fix: {check.fix}"])


def shown_value(value: str | None) -> str:
    """Return a value of an export as messages show it."""
    if value is None:
        return "(empty)"
    text = printable(value)
    return f'"{text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "..."}"'


def counted(rows: int, one: str = "row", many: str = "rows") -> str:
    """Return a number with its word."""
    return f"{rows:,} {one if rows == 1 else many}"

"""The dialects in which a definition is counted: one text, written by sqlglot for each, and times apart by hand.

What differs between databases is the difference of two times, above all where a session of the database is not in UTC:
a generated cast to a time without zone is wrong by an hour over a change of the clocks. So the text has
HOURS_APART(from, to), and each dialect says what it is there, on times with and without a zone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

HOURS_APART: Final = "HOURS_APART"
"""Name of the function of two times that stands for the hours between them, until a dialect is chosen."""
_CALL: Final = re.compile(rf"{HOURS_APART}\(([\w.]+), ([\w.]+)\)")


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a database is written for.

    Attributes:
        title: what it calls itself.
        hours_apart: hours from {start} to {end}.
        run: whether the project's tests run statements on the database itself; else they are written, parsed, written
            back and run on DuckDB.
        remark: what its user has to know.
        also: other names under which it is asked for.
    """

    title: str
    hours_apart: str
    run: bool = False
    remark: str = ""
    also: tuple[str, ...] = ()


DUCKDB: Final = "duckdb"
DIALECTS: Final[Mapping[str, Dialect]] = MappingProxyType(
    {
        DUCKDB: Dialect("DuckDB", "DATE_DIFF('microsecond', {start}, {end}) / 3.6e9", run=True),
        "postgres": Dialect(
            "PostgreSQL", "CAST(EXTRACT(EPOCH FROM {end} - {start}) AS DOUBLE PRECISION) / 3600", run=True,
            also=("postgresql", "pg", "psql", "aurora", "cockroachdb"),
        ),
        "snowflake": Dialect(
            "Snowflake",
            "TIMESTAMPDIFF(MICROSECOND, {start}, {end}) / 3.6e9",
            remark="Names without quotes are read in capitals; --quote for a table that was loaded with quoted names.",
        ),
        "bigquery": Dialect("BigQuery", "TIMESTAMP_DIFF({end}, {start}, MICROSECOND) / 3.6e9", also=("bq", "google")),
        "databricks": Dialect(
            "Databricks",
            "TIMESTAMPDIFF(MICROSECOND, {start}, {end}) / 3.6e9",
            remark="A statement with WITH RECURSIVE needs runtime 17 or later.",
            also=("spark", "delta"),
        ),
        "redshift": Dialect("Redshift", "DATEDIFF(MICROSECOND, {start}, {end}) / 3.6e9"),
    }
)  # fmt: skip
"""By the name that sqlglot knows, the one first in which the text is written."""


def dialect_meant(written: str) -> str | None:
    """Return the dialect that another name of a database stands for, as postgres for PostgreSQL 16; None without."""
    words = re.findall(r"[a-z]+", written.casefold())
    return next((key for key, each in DIALECTS.items() if {key, *each.also} & set(words)), None)


def type_in(sql: str, dialect: str) -> str:
    """Return a column's type of DuckDB as a database calls it, as DOUBLE PRECISION for DOUBLE."""
    from sqlglot import exp

    if dialect == DUCKDB:
        return sql
    made: str = exp.DataType.build(sql, dialect=DUCKDB).sql(dialect=dialect)
    return made


def in_duckdb(text: str) -> str:
    """Return a text as DuckDB reads it, laid out as it is."""
    hours = DIALECTS[DUCKDB].hours_apart
    return _CALL.sub(lambda found: hours.format(start=found.group(1), end=found.group(2)), text)


def in_dialect(text: str, dialect: str, *, quote: bool = False) -> str:
    """Return a text as a database reads it.

    Args:
        dialect: key of DIALECTS.
        quote: all names in quotes, for tables whose names keep their letters.

    Raises:
        KeyError: for an unknown dialect.
    """
    chosen = DIALECTS[dialect]
    if dialect == DUCKDB and not quote:
        return in_duckdb(text)
    import sqlglot
    from sqlglot import exp

    def written(node: Any) -> Any:
        if not (isinstance(node, exp.Anonymous) and node.name.upper() == HOURS_APART):
            return node
        start, end = (each.sql(dialect=dialect) for each in node.expressions)
        return sqlglot.parse_one(chosen.hours_apart.format(start=start, end=end), read=dialect)

    tree = sqlglot.parse_one(text, read=DUCKDB).transform(written)
    made: str = tree.sql(dialect=dialect, pretty=True, identify=quote, comments=False)
    return made

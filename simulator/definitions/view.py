"""The view that adds memory to the record: what came before a conversation in its case.

Written once per set of definitions and with nothing that none of them reads. Only cases with more than one
conversation have memory, so that all work is done on these alone: a case has more than one if some row of it is not
contact 1 or is a duplicate, as contacts are numbered from 1 and (case_id, contact, origin) is unique and never empty.
All joins are plain equalities of these keys: databases that know no hash join on "not distinct" would compare every
row with every other.

The text is DuckDB's but for HOURS_APART(from, to), which each dialect writes in its own way (dialects.py).

billed_before is "later than the first conversation of the case whose base holds", which is the same as "some earlier
one satisfies base" and takes one grouping for all definitions instead of one window for each.

Sessions last 24 hours from their start: a conversation 23.9 hours after it joins, one at exactly 24 opens another.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from simulator.definitions.compile import ORIGINAL_BASE, Definition, unit_condition
from simulator.definitions.dialects import HOURS_APART, in_duckdb
from simulator.definitions.text import SqlCondition, indented, number

KEY: Final = ("case_id", "contact", "origin")
RECORD: Final = "record"
"""Name of the table that the view ends with."""
SESSION_HOURS: Final = 24.0
"""Length of a session where nothing else is said."""
_SHORTEST_HOURS: Final = "1 / 3.6e9"


@dataclass(frozen=True, slots=True)
class Step:
    """A table of the view.

    Attributes:
        columns: their names, of a table that reads itself: some databases ask for them.
    """

    name: str
    sql: str
    columns: tuple[str, ...] = ()


def view_sql(
    definitions: Sequence[Definition],
    relation: str = "conversations",
    key: Sequence[str] = KEY,
    session_hours: float = SESSION_HOURS,
) -> str:
    """Return a SELECT of the record with the columns of memory that the definitions read, as DuckDB reads it.

    Arguments are those of `view_steps`.
    """
    *before, last = view_steps(definitions, relation, key, session_hours)
    return in_duckdb(f"{with_steps(before)}{last.sql}")


def view_steps(
    definitions: Sequence[Definition],
    relation: str = "conversations",
    key: Sequence[str] = KEY,
    session_hours: float = SESSION_HOURS,
) -> list[Step]:
    """Return the tables that lead to the record with the columns of memory that the definitions read, it the last.

    With one definition the columns are `billed_before` and `original_base`; with several each carries the name of its
    definition, as in `billed_before_assumed_24h`.

    Args:
        definitions: all definitions that are billed in the same query.
        relation: name of a table or view with the record's columns.
        key: columns that tell one row from another.
        session_hours: length of a session from its start.
    """
    memory = frozenset().union(*(definition.memory for definition in definitions))
    if not memory:
        return [Step(RECORD, f"SELECT * FROM {relation}")]
    steps = [Step("repeated", _repeated(definitions, relation, key)), Step("placed", _PLACED)]
    if "hours_since_session_start" in memory:
        steps += [Step("sessions", _sessions(session_hours), _SESSION), Step("joined", _JOINED)]
    source = steps[-1].name
    if "billed_before" in memory:
        steps.append(Step("first_bases", _first_bases(definitions, source)))
    if ORIGINAL_BASE in memory:
        steps.append(Step("original_bases", _original_bases(definitions, source)))
    steps.append(Step("memory", _memory(definitions, memory, key, source)))
    return [*steps, Step(RECORD, _remembered(definitions, memory, relation, key))]


def with_steps(steps: Sequence[Step]) -> str:
    """Return tables as the start of a statement; it stands there in every dialect, as some allow it nowhere else."""
    if not steps:
        return ""
    recursive = "RECURSIVE " if any(step.columns for step in steps) else ""
    tables = ",\n".join(f"{_named_table(step)} AS (\n{indented(step.sql)}\n)" for step in steps)
    return f"WITH {recursive}{tables}\n"


def _named_table(step: Step) -> str:
    return f"{step.name} ({', '.join(step.columns)})" if step.columns else step.name


def units_sql(
    definitions: Sequence[Definition], relation: str, key: str, amounts: Mapping[str, str] | None = None
) -> str:
    """Return a SELECT of the key, of 0 or 1 per definition, and of amounts, one row a conversation, in any order.

    Args:
        amounts: expressions over one conversation of the record, by the name of their column.
    """
    columns = [
        f"  CAST(\n{indented(unit_over_view(definition, definitions), 4)}\n  AS TINYINT) AS {definition.name}"
        for definition in definitions
    ]
    columns += [f"  {sql} AS {name}" for name, sql in (amounts or {}).items()]
    listed = ",\n".join(columns)
    steps = view_steps(definitions, relation, (key,))
    return in_duckdb(f"{with_steps(steps)}SELECT {key},\n{listed}\nFROM {RECORD}")


def unit_over_view(definition: Definition, definitions: Sequence[Definition]) -> str:
    """Return a definition's unit expression over the view of a set of definitions; unit_sql if it is alone."""
    return unit_condition(
        definition.spec,
        SqlCondition(definition.base_sql, frozenset()),
        _named("billed_before", definition, definitions),
        _named(ORIGINAL_BASE, definition, definitions),
    ).sql


def _named(column: str, definition: Definition, definitions: Sequence[Definition]) -> str:
    return column if len(definitions) == 1 else f"{column}_{definition.name}"


def _repeated(definitions: Iterable[Definition], relation: str, key: Sequence[str]) -> str:
    columns = set(key).union(*(definition.columns for definition in definitions)) | set(KEY)
    listed = ", ".join(sorted(columns))
    return (
        f"SELECT {listed}, origin = 'duplicate' AS is_duplicate\nFROM {relation}\n"
        f"WHERE case_id IN (\n  SELECT case_id FROM {relation}\n"
        "  WHERE contact <> 1 OR origin = 'duplicate'\n)"
    )


_PLACED: Final = """SELECT *, ROW_NUMBER() OVER case_order AS place,
  CASE WHEN is_duplicate THEN NULL ELSE LAG(returned_after_hours) OVER case_order END AS hours_since_previous
FROM repeated
WINDOW case_order AS (PARTITION BY case_id, is_duplicate ORDER BY contact)"""
_SESSION: Final = ("case_id", "contact", "channel", "opened_at", "place", "hours_since_session_start")
_JOINED: Final = f"""SELECT repeated.*,
  CASE WHEN NOT repeated.is_duplicate THEN original.hours_since_session_start
    WHEN repeated.channel = original.channel
    THEN original.hours_since_session_start
      + GREATEST({HOURS_APART}(original.opened_at, repeated.opened_at), {_SHORTEST_HOURS})
    ELSE 0 END AS hours_since_session_start
FROM placed AS repeated
LEFT JOIN sessions AS original
  ON original.case_id = repeated.case_id AND original.contact = repeated.contact"""
"""A duplicate on its original's channel joins the session; at least a microsecond, for 0 means that it opens one."""


def _sessions(hours: float) -> str:
    """Return the hours since the start of the session: joined if that start is less than so many hours ago, else 0."""
    return f"""SELECT case_id, contact, channel, opened_at, place,
  CAST(0 AS DOUBLE) AS hours_since_session_start
FROM placed
WHERE place = 1 AND NOT is_duplicate
UNION ALL
SELECT placed.case_id, placed.contact, placed.channel, placed.opened_at, placed.place,
  CASE WHEN sessions.hours_since_session_start + placed.hours_since_previous < {number(hours)}
    THEN sessions.hours_since_session_start + placed.hours_since_previous ELSE 0 END
FROM sessions
JOIN placed ON placed.case_id = sessions.case_id AND placed.place = sessions.place + 1 AND NOT placed.is_duplicate"""


def _first_bases(definitions: Sequence[Definition], source: str) -> str:
    """Return per case the place of the first conversation that meets each definition's base."""
    firsts = [
        f"MIN(CASE WHEN\n{indented(definition.base_sql, 4)}\n  THEN place END) AS first_{definition.name}"
        for definition in definitions
        if "billed_before" in definition.memory
    ]
    columns = ",\n  ".join(firsts)
    return f"SELECT case_id,\n  {columns}\nFROM {source}\nWHERE NOT is_duplicate\nGROUP BY case_id"


def _original_bases(definitions: Sequence[Definition], source: str) -> str:
    """Return per contact whether its original meets each definition's base."""
    bases = [
        f"BOOL_OR(\n{indented(definition.base_sql, 4)}\n  ) AS base_{definition.name}"
        for definition in definitions
        if ORIGINAL_BASE in definition.memory
    ]
    columns = (",\n  ").join(bases)
    return f"SELECT case_id, contact,\n  {columns}\nFROM {source}\nWHERE NOT is_duplicate\nGROUP BY case_id, contact"


def _memory(definitions: Sequence[Definition], memory: frozenset[str], key: Sequence[str], source: str) -> str:
    columns = [f"{source}.{column}" for column in key]
    columns += [name for name in ("hours_since_previous", "hours_since_session_start") if name in memory]
    for definition in definitions:
        if "billed_before" in definition.memory:
            name = _named("billed_before", definition, definitions)
            columns.append(f"NOT is_duplicate AND COALESCE(place > first_{definition.name}, FALSE) AS {name}")
        if ORIGINAL_BASE in definition.memory:
            name = _named(ORIGINAL_BASE, definition, definitions)
            columns.append(f"is_duplicate AND COALESCE(base_{definition.name}, FALSE) AS {name}")
    sql = "SELECT " + ",\n  ".join(columns) + f"\nFROM {source}"
    if "billed_before" in memory:
        sql += f"\nLEFT JOIN first_bases ON first_bases.case_id = {source}.case_id"
    if ORIGINAL_BASE in memory:
        sql += (
            f"\nLEFT JOIN original_bases ON original_bases.case_id = {source}.case_id"
            f"\n  AND original_bases.contact = {source}.contact"
        )
    return sql


def _remembered(definitions: Sequence[Definition], memory: frozenset[str], relation: str, key: Sequence[str]) -> str:
    columns = ["kept.*"]
    if "hours_since_previous" in memory:
        columns.append("memory.hours_since_previous")
    if "hours_since_session_start" in memory:
        columns.append("COALESCE(memory.hours_since_session_start, 0) AS hours_since_session_start")
    for definition in definitions:
        for column in ("billed_before", ORIGINAL_BASE):
            if column in definition.memory:
                name = _named(column, definition, definitions)
                columns.append(f"COALESCE(memory.{name}, FALSE) AS {name}")
    same = " AND ".join(f"memory.{column} = kept.{column}" for column in key)
    return f"SELECT {', '.join(columns)}\nFROM {relation} AS kept\nLEFT JOIN memory ON {same}"

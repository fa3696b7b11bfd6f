"""A log read to the record in DuckDB: load, last versions, joins, types with their checks, cases, tokens, the table."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from simulator.audit.log.called_tokens import filled_by, sum_tokens
from simulator.audit.log.cases import make_contacts
from simulator.audit.log.checks import Check, Found, run_checks
from simulator.audit.log.columns import Columns, columns_of, is_number_id
from simulator.audit.log.log_map import LogMap
from simulator.audit.log.log_record import make_record
from simulator.audit.log.log_rows import MAIN, Counted, join_all, keep_last, keep_wanted, load_all
from simulator.audit.log.map_expressions import Expression
from simulator.audit.log.partial_months import check_months
from simulator.definitions.text import quoted
from simulator.errors import DataError

MEMORY: Final = "1400MB"
"""Most memory of the database: what is beyond goes to a file that is removed at the end."""


@dataclass(frozen=True, slots=True)
class ReadLog:
    """A log that was read; its record is a table of the connection while that is open.

    Attributes:
        counted: files, rows and what was left out.
        extracted_at: end of observation, UTC; the last time in the log where the map says none.
        salt: of the hashes; empty where ids are kept.
    """

    connection: Any
    log: LogMap
    counted: Counted
    extracted_at: datetime
    salt: str


@contextmanager
def read_log(log: LogMap, salt: str) -> Iterator[ReadLog]:
    """Read a log to the table `record` of a database in memory.

    Args:
        salt: before each id in what is hashed; empty keeps ids.

    Raises:
        ScenarioError: the map reads columns that a file does not have.
        DataError: rows that are not what the map says.
    """
    import duckdb

    with tempfile.TemporaryDirectory(prefix="simulate-log-") as folder, duckdb.connect() as connection:
        connection.execute(f"SET memory_limit = '{MEMORY}'")
        connection.execute(f"SET temp_directory = {quoted(str(Path(folder)))}")
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute("SET autoinstall_known_extensions = false")
        connection.execute("SET autoload_known_extensions = false")
        counted = Counted()
        load_all(connection, log, counted)
        _prepare(connection, log, counted)
        extracted_at = _type(connection, log, counted)
        if log.tokens is not None:
            sum_tokens(connection, log.tokens, counted)
            _unmatched_calls(connection, counted)
        make_contacts(connection, log, counted)
        make_record(connection, log, salt)
        yield ReadLog(connection, log, counted, extracted_at, salt)


def _prepare(connection: Any, log: LogMap, counted: Counted) -> None:
    keep_last(connection, log.keep_last_by, counted)
    keep_wanted(connection, log.where, counted)
    join_all(connection, log, counted)


def _type(connection: Any, log: LogMap, counted: Counted) -> datetime:
    """Make the table typed, one row a conversation with n from 1 by opened_at, and return the end of observation."""
    columns = columns_of(connection, MAIN, log)
    extracted_at = _extracted_at(connection, log, columns, counted)
    future = [
        Check(
            f"{name} is after the end of observation, {extracted_at:%Y-%m-%d %H:%M} UTC",
            f"({columns.sql[name]} > TIMESTAMP '{extracted_at}')",
            columns.sql[name],
            "extracted_at says when the export was made; or its times are in another zone",
        )
        for name in ("opened_at", "closed_at")
        if name in columns.sql
    ]
    failed = run_checks(connection, MAIN, [*columns.checks, *future, *_duplicate_keys(log, columns)])
    for each in failed:
        counted.drop(each.check.reason, _left_out(connection, each))
    connection.execute(
        f"CREATE TABLE typed AS SELECT ROW_NUMBER() OVER () AS n, * FROM "
        f'(SELECT "file", "row", {_listed(log, columns)} FROM {MAIN} ORDER BY opened_at, "file", "row")'
    )
    if not connection.execute("SELECT COUNT(*) FROM typed").fetchall()[0][0]:
        raise DataError("no row is left\n  fix: look up `where` of the map, and the file that it reads")
    connection.execute(f"DROP TABLE {MAIN}")
    check_months(connection, log, extracted_at)
    return extracted_at


def _left_out(connection: Any, failed: Found) -> int:
    before = connection.execute(f"SELECT COUNT(*) FROM {MAIN}").fetchall()[0][0]
    connection.execute(f"DELETE FROM {MAIN} WHERE {failed.check.condition}")
    return int(before - connection.execute(f"SELECT COUNT(*) FROM {MAIN}").fetchall()[0][0])


def _duplicate_keys(log: LogMap, columns: Columns) -> list[Check]:
    key = columns.sql["conversation_id"]
    fix = 'keep the last version: keep_last_by = { key = "...", order = "..." }; or map another id'
    several = f"({_repeated(key)} AND NOT {is_number_id(key)})"  # what a spreadsheet made equal is told by itself
    checks = [Check("conversation_id stands in several rows", several, key, fix)]
    if log.tokens is not None and log.tokens.on.sql != key:
        on = log.tokens.on.sql
        fix = "calls would be counted for each: map what names one conversation"
        checks.append(Check("`on` of [log.tokens] stands in several rows", _repeated(on), on, fix))
    return checks


def _repeated(sql: str) -> str:
    return f"({sql} IN (SELECT {sql} FROM {MAIN} WHERE {sql} IS NOT NULL GROUP BY 1 HAVING COUNT(*) > 1))"


def _extracted_at(connection: Any, log: LogMap, columns: Columns, counted: Counted) -> datetime:
    if log.extracted_at is not None:
        return log.extracted_at
    times = [columns.sql[name] for name in ("opened_at", "closed_at") if name in columns.sql]
    listed = ", ".join(f"MAX({each})" for each in times)
    row = connection.execute(f"SELECT {listed} FROM {MAIN}").fetchall()[0]
    last: datetime = max((each for each in row if each is not None), default=datetime(1970, 1, 1))
    counted.remarks.append(
        f"the map has no extracted_at: the last time of the log, {last:%Y-%m-%d %H:%M} UTC, is taken as the end"
    )
    return last


def _listed(log: LogMap, columns: Columns) -> str:
    parts = [f"{columns.sql['conversation_id']} AS conversation_key"]
    parts += [f"{sql} AS {name}" for name, sql in columns.sql.items() if name not in ("conversation_id", "customer_id")]
    customer = columns.sql.get("customer_id")
    parts.append(f"{customer or 'CAST(NULL AS VARCHAR)'} AS customer_key")
    case = log.cases.column or log.cases.link
    parts += [
        f"{_or(case, 'NULL')} AS case_key",
        f"COALESCE({_or(log.duplicates.when, 'FALSE')}, FALSE) AS is_duplicate",
    ]
    parts.append(f"{_or(log.duplicates.merged, 'NULL')} AS merged")
    reopened = log.cases.reopened
    if reopened is not None:
        join = next(each for each in log.joins if each.name == reopened.join)
        parts.append(f"{join.on.sql} AS thread_key")
    if log.tokens is not None:
        parts.append(f"{log.tokens.on.sql} AS tokens_key")
    return ", ".join(parts)


def _or(expression: Expression | None, otherwise: str) -> str:
    return (
        f"({expression.sql})"
        if expression is not None
        else f"CAST({otherwise} AS {'BOOLEAN' if otherwise == 'FALSE' else 'VARCHAR'})"
    )


def _unmatched_calls(connection: Any, counted: Counted) -> None:
    lost, without = connection.execute(
        "SELECT (SELECT COUNT(*) FROM read_calls WHERE call_key IS NULL OR call_key NOT IN "
        "(SELECT tokens_key FROM typed WHERE tokens_key IS NOT NULL)), "
        "(SELECT COUNT(*) FROM typed WHERE tokens_key IS NULL OR tokens_key NOT IN (SELECT call_key FROM call_sums))"
    ).fetchall()[0]
    if lost:
        counted.remarks.append(f"{lost:,} of the calls belong to no conversation of the log, and are left out")
    if without:
        counted.remarks.append(
            f"{without:,} conversations have no call: their tokens are 0, which may be a gap of the gateway's log"
        )


def filled_columns(log: LogMap) -> tuple[str, ...]:
    """Return the columns of the record that the map fills from its files."""
    return (*log.columns, *(filled_by(log.tokens) if log.tokens is not None else ()))

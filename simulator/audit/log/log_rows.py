"""From loaded exports to one row a conversation: last versions, the wanted rows, what is joined to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from simulator.audit.log.checks import Check, name_files, run_checks
from simulator.audit.log.export_files import ReadFile, Unknown, load
from simulator.audit.log.log_map import Join, LastBy, LogMap
from simulator.audit.log.map_expressions import Expression, column_sql
from simulator.audit.log.postgres import load_postgres
from simulator.errors import DataError, Problem, ScenarioError
from simulator.scenario.meant.near_names import suggest
from simulator.scenario.reading.file_text import read_text
from simulator.scenario.reading.positions import scan
from simulator.scenario.reading.problems import placed

MAIN = "main_rows"
CALLS = "calls"


@dataclass(slots=True)
class Counted:
    """What was read and what was left out, by reason; remarks are said on the page."""

    files: list[ReadFile] = field(default_factory=list)
    rows_in: int = 0
    dropped: dict[str, int] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)

    def drop(self, reason: str, rows: int) -> None:
        """Count rows that are left out."""
        if rows:
            self.dropped[reason] = self.dropped.get(reason, 0) + rows


def load_all(connection: Any, log: LogMap, counted: Counted) -> None:
    """Load the main file, the joined ones and the calls, each with the columns that the map reads.

    Raises:
        ScenarioError: the map reads columns that a file does not have.
        DataError: a file cannot be read.
    """
    read: dict[str, dict[str, Expression]] = {"": {}, **{join.name: {} for join in log.joins}, CALLS: {}}
    for expression in log.expressions():
        _note(read, "", expression)
    for join in log.joins:
        for expression in (join.key, *join.counts.values()):
            _note(read, join.name, expression, own=True)
    if log.cases.reopened is not None:
        for expression in (log.cases.reopened.when, log.cases.reopened.at.expression):
            _note(read, log.cases.reopened.join, expression, own=True)
    if log.tokens is not None:
        for expression in _of_tokens(log):
            _note(read, CALLS, expression, own=True)
    for join in log.joins:  # the counts of a joined file are no columns of it
        for name in join.counts:
            read[join.name].pop(name, None)
    sources = [(MAIN, log.source, read[""])] + [
        (f"join_{join.name}", join.source, read[join.name]) for join in log.joins
    ]
    sources += [] if log.tokens is None else [(CALLS, log.tokens.source, read[CALLS])]
    problems: list[Problem] = []
    for table, source, columns in sources:
        read_from = load_postgres if source.kind == "postgres" else load
        files, unknown = read_from(connection, table, source, columns, len(counted.files))
        counted.files += files
        problems += [_unknown(each, columns[each.column]) for each in unknown]
    name_files(connection, [each.file for each in counted.files])
    if problems:
        text = read_text(log.path)
        raise ScenarioError(str(log.path), placed(problems, text, scan(text), {}))


def _of_tokens(log: LogMap) -> list[Expression]:
    tokens = log.tokens
    assert tokens is not None
    given = [tokens.key, tokens.input, tokens.output, tokens.cached, tokens.written, tokens.reasoning, tokens.total]
    given += [tokens.model, tokens.where]
    if not isinstance(tokens.convention, str):
        given.append(tokens.convention.expression)
    return [each for each in given if each is not None]


def _note(read: dict[str, dict[str, Expression]], name: str, expression: Expression, *, own: bool = False) -> None:
    for table, column in expression.columns:
        if own and table:
            raise DataError(
                f"'{table}.{column}' in {expression.text:.60}: here columns of '{name}' stand without its name"
            )
        if table and table not in read:
            raise DataError(f"no joined file is called '{table}', as in {expression.text:.60}")
        read[name if own else table].setdefault(column, expression)


def _unknown(each: Unknown, expression: Expression) -> Problem:
    help_text = suggest(each.column, each.known, f"{each.file} has", most=30)
    return Problem(expression.key, f"{each.file} has no column '{each.column}'", help_text)


def keep_last(connection: Any, last: LastBy | None, counted: Counted) -> None:
    """Keep the last version of each row; without an order the last one of the last file.

    Raises:
        DataError: the order is neither numbers nor times.
    """
    counted.rows_in = _count(connection, MAIN)
    if last is None:
        return
    order = '"file" DESC, "row" DESC'
    if last.order is not None:
        order = f"{_sorted(connection, last.order)} DESC NULLS LAST, {order}"
    key = last.key.sql
    connection.execute(
        f"DELETE FROM {MAIN} WHERE rowid IN (SELECT rowid FROM {MAIN} "
        f"WHERE {key} IN (SELECT {key} FROM {MAIN} WHERE {key} IS NOT NULL GROUP BY 1 HAVING COUNT(*) > 1) "
        f"QUALIFY ROW_NUMBER() OVER (PARTITION BY {key} ORDER BY {order}) > 1)"
    )
    counted.drop("an earlier version of a row", counted.rows_in - _count(connection, MAIN))


def _sorted(connection: Any, order: Expression) -> str:
    """Return SQL by which versions are sorted: numbers if all are numbers, else times if all are times."""
    for cast in ("DOUBLE", "TIMESTAMPTZ"):
        sql = f"TRY_CAST({order.sql} AS {cast})"
        wrong = connection.execute(f"SELECT COUNT(*) FROM {MAIN} WHERE {order.sql} IS NOT NULL AND {sql} IS NULL")
        if wrong.fetchall()[0][0] == 0:
            return sql
    check = Check(
        "the order of keep_last_by is neither a number nor a time",
        f"({order.sql} IS NOT NULL AND {sql} IS NULL)",
        order.sql,
        "take the column in which the system writes when a row changed",
    )
    run_checks(connection, MAIN, [check])
    raise AssertionError("the check fails where the loop has found a wrong row")


def keep_wanted(connection: Any, where: Expression | None, counted: Counted) -> None:
    """Leave out the rows for which the map's condition does not hold."""
    if where is None:
        return
    before = _count(connection, MAIN)
    connection.execute(f"DELETE FROM {MAIN} WHERE COALESCE(NOT ({where.sql}), TRUE)")
    counted.drop("`where` of the map does not hold", before - _count(connection, MAIN))


def join_all(connection: Any, log: LogMap, counted: Counted) -> None:
    """Join the columns and counts of other files that the map reads to the rows.

    Raises:
        DataError: a file with one row a conversation has several.
    """
    wanted: Mapping[str, set[str]] = {join.name: set() for join in log.joins}
    for expression in log.expressions():
        for table, column in expression.columns:
            if table:
                wanted[table].add(column)
    for join in log.joins:
        if wanted[join.name]:
            _join(connection, join, sorted(wanted[join.name]), counted)


def _join(connection: Any, join: Join, columns: list[str], counted: Counted) -> None:
    table, key = f"join_{join.name}", join.key.sql
    if join.many:
        listed = [(f"COUNT(*) FILTER (WHERE {join.counts[name].sql})", name) for name in columns]
    else:
        twice = Check(
            f"'{join.name}' has several rows for one key",
            f"{key} IN (SELECT {key} FROM {table} GROUP BY 1 HAVING COUNT(*) > 1)",
            key,
            "write many = true and counts, or give a file with one row each",
        )
        run_checks(connection, table, [twice])
        listed = [(f"ANY_VALUE({column_sql('', name)})", name) for name in columns]
    chosen = ", ".join(f"CAST({sql} AS VARCHAR) AS {column_sql(join.name, name)}" for sql, name in listed)
    empty = "'0'" if join.many else "NULL"
    given = [column_sql(join.name, name) for name in columns]
    names = ", ".join(f"COALESCE(other.{each}, {empty}) AS {each}" for each in given)
    connection.execute(
        f"CREATE TABLE with_join AS SELECT mine.*, {names} FROM {MAIN} AS mine "
        f"LEFT JOIN (SELECT {key} AS joined_key, {chosen} FROM {table} WHERE {key} IS NOT NULL GROUP BY 1) AS other "
        f"ON other.joined_key = ({join.on.sql})"
    )
    missing = connection.execute(
        f"SELECT COUNT(*) FROM {table} WHERE {key} IS NULL OR {key} NOT IN "
        f"(SELECT {join.on.sql} FROM {MAIN} WHERE {join.on.sql} IS NOT NULL)"
    ).fetchall()[0][0]
    if missing:
        counted.remarks.append(f"{missing:,} rows of '{join.name}' belong to no conversation that is read")
    connection.execute(f"DROP TABLE {MAIN}; ALTER TABLE with_join RENAME TO {MAIN}")


def _count(connection: Any, table: str) -> int:
    return int(connection.execute(f'SELECT COUNT(*) FROM "{table}"').fetchall()[0][0])

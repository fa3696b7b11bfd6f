"""SQL of each column of the record over the rows of an export, and what must not hold of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from simulator.audit.log.checks import MOST_BACKWARD, MOST_UNREAD, Check
from simulator.audit.log.log_map import Amount, LogMap, Time, Values
from simulator.audit.log.map_expressions import Expression, column_sql
from simulator.audit.log.private_columns import LONGEST_WORD
from simulator.audit.log.times import Clock, time_sql
from simulator.definitions.text import quoted
from simulator.records import BY_NAME, Column

_FLOAT_ID: Final = r"^[0-9]+(\.[0-9]+)?[eE]\+?[0-9]+$|^[0-9]{16,}\.0+$"
_POINT_ID: Final = r"^[0-9]{1,15}\.0+$"
"""Ids that were read as numbers: with digits that are lost, and with all of them, as a number has 15 for certain."""
MOST_COUNTED: Final = 1e9
"""Most messages or actions of a conversation."""
_MAY_BE_EMPTY: Final = ("closed_at", "duration_seconds", "customer_id")
"""Columns that stay empty where a conversation is still open, or nobody knows the customer."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The mapped columns of a record.

    Attributes:
        sql: by name, over the joined rows of the export; ids as texts.
        checks: what must not hold of a row.
    """

    sql: dict[str, str]
    checks: tuple[Check, ...]


def columns_of(connection: Any, table: str, log: LogMap) -> Columns:
    """Return the mapped columns over a table of joined rows."""
    sql: dict[str, str] = {}
    checks: list[Check] = []
    clock = Clock(log.time_zone, log.ambiguous)
    for name, given in log.columns.items():
        if isinstance(given, Time):
            time = time_sql(connection, table, name, given, clock)
            sql[name] = time.sql
            checks += time.checks
        elif isinstance(given, Values):
            sql[name], more = _values(name, given)
            checks += more
        elif isinstance(given, Amount):
            sql[name], more = _amount(BY_NAME[name], given)
            checks += more
        else:
            sql[name], more = _plain(BY_NAME[name], given)
            checks += more
        checks += _empty(BY_NAME[name], sql[name], given)
    if "closed_at" in sql:
        checks.append(_backward(sql))
    return Columns(sql, tuple(checks))


def _first_column(expression: Expression) -> str:
    columns = sorted(expression.columns)
    return column_sql(*columns[0]) if columns else "NULL"


def unread_number(name: str, expression: Expression) -> list[Check]:
    """Return the check that texts which should be numbers are."""
    return _unread(name, expression, "number")


def _unread(name: str, expression: Expression, wanted: str) -> list[Check]:
    if expression.unread == "FALSE":
        return []
    fix = f"mend the export, or write what {wanted} is meant: {expression.text:.80}"
    condition = f"({expression.unread})"
    return [Check(f"{name} is no {wanted}", condition, _first_column(expression), fix, MOST_UNREAD)]


def _plain(column: Column, expression: Expression) -> tuple[str, list[Check]]:
    name, sql = column.name, expression.sql
    if column.kind == "boolean":
        return sql, _unread(name, expression, "truth value")
    if column.kind == "id":
        return sql, _as_numbers(name, expression)
    if column.categories:
        listed = ", ".join(map(quoted, column.categories))
        fix = (
            f"the expression gives one of {', '.join(column.categories)}; or list the values under [log.values.{name}]"
        )
        return sql, [Check(f"{name} is not one of its values", f"{sql} NOT IN ({listed})", sql, fix, by_value=True)]
    text = f"(LENGTH({sql}) > {LONGEST_WORD} OR CONTAINS({sql}, CHR(10)))"
    fix = "a category is a short word: map another column, or list the values under [log.values]"
    return sql, [Check(f"{name} looks like what people wrote", text, f"'(' || LENGTH({sql}) || ' letters)'", fix)]


def is_number_id(sql: str) -> str:
    """Return the condition that an id was read as a number somewhere, so that different ones may have become equal."""
    return f"REGEXP_MATCHES({sql}, {quoted(f'{_FLOAT_ID}|{_POINT_ID}')})"


def _as_numbers(name: str, expression: Expression) -> list[Check]:
    sql = expression.sql
    lost = "a spreadsheet has changed them and their last digits are lost: export anew, and let the column be text"
    whole = f"no digit is lost: write split_part({expression.text:.60}, '.', 1), or export the column as text"
    reason = f"{name} was read as a number"
    return [
        Check(reason, f"REGEXP_MATCHES({sql}, {quoted(_FLOAT_ID)})", sql, lost),
        Check(f"{reason} and ends in .0", f"REGEXP_MATCHES({sql}, {quoted(_POINT_ID)})", sql, whole),
    ]


def _values(name: str, given: Values) -> tuple[str, list[Check]]:
    text, column = f"COALESCE({given.expression.sql}, '')", BY_NAME[name]
    branches = " ".join(
        f"WHEN {quoted(key)} THEN {'NULL' if value is None else quoted(value)}" for key, value in given.values.items()
    )
    sql = f"(CASE {text} {branches} END)"
    if column.kind == "boolean":
        sql = f"CAST({sql} AS BOOLEAN)"
    listed = ", ".join(map(quoted, given.values))
    fix = (
        f'add each under [log.values.{name}], as in "VALUE" = "{column.categories[0] if column.categories else "..."}"'
    )
    reason = f"{name}: {given.expression.text:.60} has values that are not mapped"
    return sql, [Check(reason, f"{text} NOT IN ({listed})", given.expression.sql, fix, by_value=True)]


def _amount(column: Column, given: Amount) -> tuple[str, list[Check]]:
    name, raw = column.name, given.expression.sql
    value = raw if given.divisor == 1 else f"({raw} / {given.divisor!r})"
    strange = [f"ISNAN({value})", f"ISINF({value})"]
    strange += [] if given.low is None else [f"{value} < {given.low!r}"]
    high = given.high if given.high is not None else MOST_COUNTED if column.sql != "DOUBLE" else None
    strange += [] if high is None else [f"{value} > {high!r}"]
    ends = f"from {given.low:g}" if given.low is not None else "any number"
    ends += f" to {given.high:g}" if given.high is not None else ""
    checks = _unread(name, given.expression, "number")
    fix = f"{name} is {ends}: leave out with nullif(..., ...) what stands for no value, or say low and high"
    checks.append(Check(f"{name} is out of its range", f"({' OR '.join(strange)})", value, fix, by_value=True))
    if column.sql != "DOUBLE":
        whole = f"({value} <> ROUND({value}))"
        checks.append(Check(f"{name} is no whole number", whole, value, "write round(...), or map another column"))
        value = f"CAST(ROUND({value}) AS {column.sql})"
    return f"(CASE WHEN NOT ({' OR '.join(strange)}) THEN {value} END)", checks


def _empty(column: Column, sql: str, given: Any) -> list[Check]:
    """Return the check that a column which every conversation has is not empty; rows without id or time are dropped."""
    name = column.name
    if column.nullable or name in _MAY_BE_EMPTY:
        return []
    expression = given if isinstance(given, Expression) else given.expression
    shown, source = _first_column(expression), expression.sql
    if name in ("conversation_id", "opened_at"):
        return [Check(f"{name} is empty", f"({source} IS NULL)", shown, "the row is of no conversation", MOST_UNREAD)]
    if isinstance(given, Values):
        return []
    condition = f"({source} IS NULL AND NOT ({expression.unread}))"
    otherwise = "false" if column.kind == "boolean" else "'unknown'" if column.kind == "category" else "0"
    fix = f'say what an empty one means: {name} = "coalesce(..., {otherwise})"; or leave the column out'
    return [Check(f"{name} is empty", condition, shown, fix)]


def _backward(sql: dict[str, str]) -> Check:
    condition = f"({sql['closed_at']} < {sql['opened_at']})"
    shown = f"{sql['opened_at']} || ' to ' || {sql['closed_at']}"
    return Check(
        "closed before it opened", condition, shown, "one of the two is another time, or in another zone", MOST_BACKWARD
    )

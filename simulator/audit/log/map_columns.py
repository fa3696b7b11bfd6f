"""[log.columns] and [log.values]: what fills each column of the record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, cast

from simulator.audit.log.log_map import MADE, MAPPED, Amount, Time, TimeForm, Values
from simulator.audit.log.map_expressions import Expression, Kind
from simulator.audit.log.map_tables import Table
from simulator.records import BY_NAME, Column
from simulator.scenario.meant.near_names import suggest

TIME_FORMS: Final[tuple[TimeForm, ...]] = ("iso", "epoch_seconds", "epoch_milliseconds", "format")
_UNITS: Final = {
    "seconds": {"milliseconds": 1e3, "seconds": 1.0, "minutes": 1 / 60, "hours": 1 / 3600},
    "minutes": {"milliseconds": 6e4, "seconds": 60.0, "minutes": 1.0, "hours": 1 / 60},
}
"""What a number in another unit is divided by, by the column's own unit."""
_TEXT_KINDS: Final = ("id", "category")


def read_columns(log: Table) -> dict[str, Expression | Time | Amount | Values]:
    """Return what fills each column, with mistakes noted in the table."""
    columns, values = log.table("columns"), log.table("values")
    found: dict[str, Expression | Time | Amount | Values] = {}
    for table in (each for each in (columns, values) if each is not None):
        for name in table.values:
            if name not in MAPPED:
                table.wrong(name, *_not_mapped(name))
            elif name in found:
                table.wrong(name, f"{name} stands in [log.columns] and in [log.values]", "keep one of the two")
            else:
                given = _values(table, name) if table is values else _column(table, name)
                if given is not None:
                    found[name] = given
    for name in ("conversation_id", "opened_at"):
        if name not in (columns.values if columns else {}):
            log.wrong("columns", f"{name} is missing: without it no row can be read", f'write {name} = "..."')
    return found


def _not_mapped(name: str) -> tuple[str, str]:
    column = BY_NAME.get(name)
    if column is None:
        return f"the record has no column '{name}'", suggest(name, MAPPED, most=40)
    if column.held_by == "nobody":
        return f"{name} is held by nobody, so no log fills it", "leave it out: a fit gives the range it can lie in"
    if name in MADE:
        return f"{name} is made by the rule for cases", "write [log.cases] and [log.duplicates]"
    return f"{name} is a count of tokens", "write [log.tokens], with the convention of its numbers"


def _column(table: Table, name: str) -> Expression | Time | Amount | None:
    column, given = BY_NAME[name], table.values[name]
    if column.kind == "timestamp":
        return read_time(table, name)
    if column.kind in _TEXT_KINDS or column.kind == "boolean":
        kind: Kind = "boolean" if column.kind == "boolean" else "text"
        return table.expression(name, kind)
    if isinstance(given, Mapping):
        return _amount(table.table(name), name, column)
    expression = table.expression(name, "number")
    return None if expression is None else Amount(expression, low=_lowest(column), high=_highest(column))


def _amount(table: Table | None, name: str, column: Column) -> Amount | None:
    assert table is not None
    units = _UNITS.get(column.kind, {})
    table.known(["number", "low", "high", *units])
    forms = [key for key in table.values if key == "number" or key in units]
    if len(forms) != 1:
        table.wrong(
            None, f"{name} needs one of {', '.join(['number', *units])}", f'write {name} = {{ number = "..." }}'
        )
        return None
    expression = table.expression(forms[0], "number")
    low, high = table.number("low", _lowest(column)), table.number("high", _highest(column))
    return None if expression is None else Amount(expression, units.get(forms[0], 1.0), low, high)


def _lowest(column: Column) -> float:
    return 1.0 if column.kind == "score" else 0.0


def _highest(column: Column) -> float | None:
    return 5.0 if column.kind == "score" else None


def read_time(table: Table, name: str) -> Time | None:
    """Return a time: a text in ISO, or a table that says in which form it stands."""
    if not isinstance(table.values.get(name), Mapping):
        expression = table.expression(name, "text", needed=True)
        return None if expression is None else Time("iso", expression)
    inner = table.table(name)
    assert inner is not None
    inner.known([*TIME_FORMS, "column", "whole"])
    forms = [form for form in TIME_FORMS if form in inner.values]
    if len(forms) != 1:
        inner.wrong(None, f"{name} needs one of {', '.join(TIME_FORMS)}", f'write {name} = {{ iso = "..." }}')
        return None
    if forms[0] == "format":
        text, expression = inner.text("format"), inner.expression("column", "text", needed=True)
        return None if text is None or expression is None else Time("format", expression, text)
    expression = inner.expression(forms[0], "text" if forms[0] == "iso" else "number")
    return None if expression is None else Time(forms[0], expression, whole=_whole(inner, forms[0]))


def _whole(inner: Table, form: TimeForm) -> TimeForm | None:
    if "whole" not in inner.values:
        return None
    if form != "iso":
        inner.wrong("whole", "whole is for texts in ISO that are numbers in some rows", "leave it out")
    units = ("epoch_seconds", "epoch_milliseconds")
    return cast(TimeForm, inner.choice("whole", units, units[0]))


def _values(table: Table, name: str) -> Values | None:
    column, inner = BY_NAME[name], table.table(name)
    if inner is None:
        return None
    if column.kind not in ("category", "boolean"):
        inner.wrong(None, f"{name} is no category", "write it in [log.columns]")
        return None
    expression = inner.expression("column", "text", needed=True)
    values = {key: _value(inner, key, column) for key in inner.values if key != "column"}
    if expression is None:
        return None
    return Values(expression, values)


def _value(inner: Table, key: str, column: Column) -> str | None:
    """Return the record's value for a value of the export: a category, true or false, or "" for none."""
    given = inner.values[key]
    if column.kind == "boolean":
        if isinstance(given, bool):
            return str(given).lower()
        if given != "" or not column.nullable:
            inner.wrong(key, f"{column.name} is true or false, not {given!r:.40}")
        return None
    if not isinstance(given, str) or (not given and not column.nullable):
        inner.wrong(key, f"{column.name} cannot be {given!r:.40}", "write a text")
    elif column.categories and given not in column.categories:
        inner.wrong(key, f"{column.name} is never '{given}'", suggest(given, column.categories, "it is one of"))
    return str(given) or None

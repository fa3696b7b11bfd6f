"""Write an own predicate or amount anew, node by node: what these functions do not write themselves is not let through.

Every comparison is written as COALESCE(x op y, FALSE). Arithmetic is in DOUBLE and division by zero is empty, so that
no row can stop a query.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from simulator.definitions.text import SqlCondition, nearest, number, quoted
from simulator.errors import DefinitionError
from simulator.records import COLUMNS, MEMORY, Column

if TYPE_CHECKING:
    from sqlglot import exp

ValueKind = Literal["number", "text", "boolean"]
LARGEST_NUMBER: Final = 1e15
"""Largest literal: whole numbers up to here are exact in DOUBLE."""

_ALL: Final = {column.name: column for column in (*COLUMNS, *MEMORY)}
_READABLE: Final = {
    column.name: column for column in (*COLUMNS, *MEMORY) if column.predicate and column.name != "billed_before"
}
_COMPARISONS: Final = {"EQ": "=", "NEQ": "<>", "LT": "<", "LTE": "<=", "GT": ">", "GTE": ">="}
_ARITHMETIC: Final = {"Add": "+", "Sub": "-", "Mul": "*"}
_LISTED: Final = {"Coalesce": "COALESCE", "Least": "LEAST", "Greatest": "GREATEST"}
_ROUNDING: Final = {"Abs": "ABS", "Floor": "FLOOR", "Ceil": "CEIL", "Round": "ROUND"}
ALLOWED: Final = (
    "and, or, not, = <> < <= > >=, in, between, is null, + - * /, "
    "abs, coalesce, least, greatest, round, floor, ceil, lower, case when"
)


@dataclass(frozen=True, slots=True)
class Value:
    """A scalar expression as it is written.

    Attributes:
        nullable: whether it can be empty.
        column: the record's column if the expression is nothing else.
        literal: the word if the expression is a quoted one and nothing else.
    """

    sql: str
    kind: ValueKind
    columns: frozenset[str] = frozenset()
    nullable: bool = False
    column: Column | None = None
    literal: str | None = None


def write_boolean(node: exp.Expr) -> SqlCondition:
    """Return a condition that is never NULL.

    Raises:
        DefinitionError: a construction, name or type that is not allowed.
    """
    from sqlglot import exp

    name = type(node).__name__
    if isinstance(node, exp.Paren):
        return write_boolean(_only(node))
    if isinstance(node, exp.And | exp.Or):
        return _connected(node)
    if isinstance(node, exp.Not):
        inner = write_boolean(_only(node))
        return SqlCondition(f"NOT ({inner.sql})", inner.columns)
    if name in _COMPARISONS:
        left, right = _pair(node, ordered=name not in ("EQ", "NEQ"))
        return _holds(f"{left.sql} {_COMPARISONS[name]} {right.sql}", left, right)
    if isinstance(node, exp.In):
        return _in_list(node)
    if isinstance(node, exp.Between):
        return _between(node)
    if isinstance(node, exp.Is):
        return _is(node)
    return _plain_boolean(node)


def _plain_boolean(node: exp.Expr) -> SqlCondition:
    value = write_value(node)
    if value.kind != "boolean":
        raise DefinitionError(
            f"{_source(node)} is a {value.kind}, not a condition: compare it with something, as in turns > 1"
        )
    return SqlCondition(value.sql if not value.columns else f"COALESCE({value.sql}, FALSE)", value.columns)


def _connected(node: exp.Expr) -> SqlCondition:
    word = "AND" if type(node).__name__ == "And" else "OR"
    parts = [write_boolean(part) for part in _same_connector(node)]
    return SqlCondition(
        "(" + f" {word} ".join(part.sql for part in parts) + ")",
        frozenset().union(*(part.columns for part in parts)),
    )


def _same_connector(node: exp.Expr) -> Iterator[exp.Expr]:
    """Walk a chain of the same connector from left to right, without a Python call for each link."""
    links = [node]
    while links:
        current = links.pop()
        if type(current) is type(node):
            _refuse_extras(current, "this", "expression")
            links += [current.args["expression"], current.args["this"]]
        else:
            yield current


def _in_list(node: exp.Expr) -> SqlCondition:
    _refuse_extras(node, "this", "expressions")
    subject = write_value(node.args["this"])
    choices = [write_value(choice) for choice in node.args.get("expressions") or ()]
    if not choices:
        raise DefinitionError(
            f"{_source(node)} has no values: write them out, as in outcome in ('confirmed', 'silent')"
        )
    for choice in choices:
        _comparable(subject, choice, node)
    listed = ", ".join(choice.sql for choice in choices)
    return _holds(f"{subject.sql} IN ({listed})", subject, *choices)


def _between(node: exp.Expr) -> SqlCondition:
    _refuse_extras(node, "this", "low", "high")
    subject, low, high = (_number(node.args[key]) for key in ("this", "low", "high"))
    return _holds(f"{subject.sql} BETWEEN {low.sql} AND {high.sql}", subject, low, high)


def _is(node: exp.Expr) -> SqlCondition:
    from sqlglot import exp

    _refuse_extras(node, "this", "expression")
    subject, right = write_value(node.args["this"]), node.args["expression"]
    if isinstance(right, exp.Null):
        return SqlCondition(f"{subject.sql} IS NULL", subject.columns)
    if isinstance(right, exp.Boolean) and subject.kind == "boolean":
        return SqlCondition(f"{subject.sql} IS {right.sql().upper()}", subject.columns)
    raise DefinitionError(f"{_source(node)} is not allowed: after IS stands NULL, TRUE or FALSE")


def write_value(node: exp.Expr) -> Value:
    """Return a scalar expression.

    Raises:
        DefinitionError: a construction, name or type that is not allowed.
    """
    from sqlglot import exp

    name = type(node).__name__
    if isinstance(node, exp.Column):
        return _column(node)
    if isinstance(node, exp.Literal):
        return _literal(node)
    if isinstance(node, exp.Boolean):
        return Value("TRUE" if node.this else "FALSE", "boolean")
    if isinstance(node, exp.Paren):
        return write_value(_only(node))
    if name in _ARITHMETIC or name in ("Div", "Neg"):
        return _arithmetic(node, name)
    if name in _LISTED:
        return _listed(node, _LISTED[name])
    if name in _ROUNDING:
        return _rounded(node, _ROUNDING[name])
    if isinstance(node, exp.Lower):
        return _lower(node)
    if isinstance(node, exp.Case):
        return _case(node)
    raise DefinitionError(f"{_source(node)} is not allowed: allowed are {ALLOWED}")


def _column(node: exp.Expr) -> Value:
    from sqlglot import exp

    _refuse_extras(node, "this")
    identifier = node.args["this"]
    if not isinstance(identifier, exp.Identifier):
        raise DefinitionError(f"{_source(node)} is not allowed: name each column")
    name = str(identifier.this).lower()
    column = _READABLE.get(name)
    if column is None:
        raise DefinitionError(_unreadable(str(identifier.this), name))
    kind: ValueKind = "number"
    if column.kind == "boolean":
        kind = "boolean"
    elif column.kind == "category":
        kind = "text"
    return Value(name, kind, frozenset({name}), column.nullable, column=column)


def _unreadable(written: str, name: str) -> str:
    if name == "billed_before":
        return 'billed_before is made from the predicate itself: use at_most = "case" or returns = "merge" beside it'
    known = _ALL.get(name)
    if known is not None and known.held_by == "nobody":
        return f"{name} is held by nobody, so nobody can bill by it: use judged_resolved, outcome or csat"
    if known is not None:
        return f"{name} is not for predicates: it is an identifier or a date, which do not decide whether a unit counts"
    return f"unknown column {written[:60]!r}: {nearest(written, _READABLE)}"


def _literal(node: exp.Expr) -> Value:
    if node.args["is_string"]:
        word = str(node.this)
        return Value(quoted(word), "text", literal=word)
    try:
        value = float(node.this)
    except ValueError:
        value = math.nan
    if not abs(value) <= LARGEST_NUMBER:
        raise DefinitionError(f"{str(node.this)[:40]} must be a plain number of at most {LARGEST_NUMBER:g}")
    return Value(number(value), "number")


def _arithmetic(node: exp.Expr, name: str) -> Value:
    left = _number(node.args["this"])
    if name == "Neg":
        return Value(f"(-CAST({left.sql} AS DOUBLE))", "number", left.columns, left.nullable)
    right = _number(node.args["expression"])
    columns = left.columns | right.columns
    if name == "Div":
        return Value(f"(CAST({left.sql} AS DOUBLE) / NULLIF({right.sql}, 0))", "number", columns, True)
    sql = f"(CAST({left.sql} AS DOUBLE) {_ARITHMETIC[name]} {right.sql})"
    return Value(sql, "number", columns, left.nullable or right.nullable)


def _listed(node: exp.Expr, function: str) -> Value:
    """Write coalesce, least or greatest; of the last two warehouses treat empty operands differently."""
    _refuse_extras(node, "this", "expressions", "ignore_nulls")
    operands = [write_value(part) for part in (node.args["this"], *(node.args.get("expressions") or ()))]
    for operand in operands[1:]:
        _comparable(operands[0], operand, node)
    if function != "COALESCE" and (nullable := [operand.sql for operand in operands if operand.nullable]):
        raise DefinitionError(
            f"{nullable[0]} can be empty within {function.lower()}: write coalesce({nullable[0]}, ...)"
        )
    if function != "COALESCE":
        _require_number(operands[0], node)
    sql = f"{function}({', '.join(operand.sql for operand in operands)})"
    columns = frozenset().union(*(operand.columns for operand in operands))
    return Value(sql, operands[0].kind, columns, all(operand.nullable for operand in operands))


def _rounded(node: exp.Expr, function: str) -> Value:
    from sqlglot import exp

    _refuse_extras(node, "this", "decimals")
    operand, decimals = _number(node.args["this"]), node.args.get("decimals")
    if decimals is None:
        return Value(f"{function}({operand.sql})", "number", operand.columns, operand.nullable)
    plain = isinstance(decimals, exp.Literal) and not decimals.is_string and str(decimals.this).isdigit()
    if function != "ROUND" or not plain or int(decimals.this) > 10:
        raise DefinitionError(f"{_source(node)} is not allowed: round to 0 to 10 decimals, written as a number")
    sql = f"ROUND(CAST({operand.sql} AS DOUBLE), {int(decimals.this)})"
    return Value(sql, "number", operand.columns, operand.nullable)


def _lower(node: exp.Expr) -> Value:
    _refuse_extras(node, "this")
    operand = write_value(node.args["this"])
    if operand.kind != "text":
        raise DefinitionError(f"{_source(node)} is not allowed: lower takes text, not a {operand.kind}")
    return Value(f"LOWER({operand.sql})", "text", operand.columns, operand.nullable)


def _case(node: exp.Expr) -> Value:
    """Write CASE WHEN condition THEN value ... ELSE value END; without ELSE it is empty where no condition holds."""
    from sqlglot import exp

    branches = node.args.get("ifs") or []
    whole = [part for part in branches if isinstance(part, exp.If)]
    if any(part and key not in ("ifs", "default") for key, part in node.args.items()) or len(whole) != len(branches):
        raise DefinitionError(f"{_source(node)} is not allowed: write case when CONDITION then VALUE else VALUE end")
    values, sql, columns = [], "CASE", frozenset[str]()
    for part in whole:
        condition, value = write_boolean(part.args["this"]), write_value(part.args["true"])
        sql += f" WHEN {condition.sql} THEN {value.sql}"
        columns |= condition.columns | value.columns
        values.append(value)
    default = node.args.get("default")
    if default is not None:
        values.append(write_value(default))
        sql += f" ELSE {values[-1].sql}"
        columns |= values[-1].columns
    for value in values[1:]:
        _comparable(values[0], value, node)
    nullable = default is None or any(value.nullable for value in values)
    return Value(f"({sql} END)", values[0].kind, columns, nullable)


def is_condition(node: exp.Expr) -> bool:
    """Return whether an expression is true or false, rather than a number or text."""
    from sqlglot import exp

    if isinstance(node, exp.Paren):
        return is_condition(_only(node))
    if isinstance(node, exp.Predicate | exp.Connector | exp.Not | exp.Between | exp.In | exp.Is | exp.Boolean):
        return True
    return write_value(node).kind == "boolean"


def write_number(node: exp.Expr) -> Value:
    """Return a scalar expression that is a number.

    Raises:
        DefinitionError: a construction, name or type that is not allowed.
    """
    return _number(node)


def _pair(node: exp.Expr, *, ordered: bool) -> tuple[Value, Value]:
    _refuse_extras(node, "this", "expression")
    left, right = write_value(node.args["this"]), write_value(node.args["expression"])
    if ordered:
        _require_number(left, node)
        _require_number(right, node)
    _comparable(left, right, node)
    return left, right


def _number(node: exp.Expr) -> Value:
    value = write_value(node)
    _require_number(value, node)
    return value


def _require_number(value: Value, node: exp.Expr) -> None:
    if value.kind != "number":
        raise DefinitionError(f"{_source(node)} needs a number, and {value.sql} is a {value.kind}")


def _comparable(left: Value, right: Value, node: exp.Expr) -> None:
    if left.kind != right.kind:
        raise DefinitionError(f"{_source(node)} mixes a {left.kind} and a {right.kind}: use the same on both sides")
    for column, word in ((left.column, right.literal), (right.column, left.literal)):
        if column is not None and word is not None and column.categories and word not in column.categories:
            raise DefinitionError(f"{column.name} is never {word!r}: {nearest(word, column.categories)}")


def _holds(comparison: str, *values: Value) -> SqlCondition:
    return SqlCondition(f"COALESCE({comparison}, FALSE)", frozenset().union(*(value.columns for value in values)))


def _only(node: exp.Expr) -> exp.Expr:
    _refuse_extras(node, "this")
    inner: exp.Expr = node.args["this"]
    return inner


def _refuse_extras(node: exp.Expr, *known: str) -> None:
    """Refuse a node with any part that the writer would drop (a table's name, a window, a modifier)."""
    from sqlglot import exp

    extras = [key for key, part in node.args.items() if part and key not in known]
    missing = [key for key in known if isinstance(node.args.get(key), str)]
    if extras or missing or not isinstance(node.args.get("this"), exp.Expression):
        raise DefinitionError(f"{_source(node)} is not allowed: allowed are {ALLOWED}")


def _source(node: exp.Expr) -> str:
    try:
        text = node.sql(dialect="duckdb")
    except Exception:  # any failure of a foreign printer is only a missing excerpt
        text = type(node).__name__
    return repr(text if len(text) <= 60 else text[:57] + "...")

"""Expressions of a map over the columns of an export, written anew node by node behind an allow-list.

A column of an export is a text, whatever it holds; where a number or a truth value is wanted the text is cast, and what
cannot be cast is remembered, so that the reader can count it. What these functions do not write themselves (another
query, a function that reads a file, a cast) is not let through. Logic is SQL's own with empty values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from simulator.audit.log.private_columns import refuse_message_text
from simulator.definitions.predicate import compiled
from simulator.definitions.text import number, quoted
from simulator.errors import DefinitionError
from simulator.scenario.key_paths import Path as Key

if TYPE_CHECKING:
    from sqlglot import exp

Kind = Literal["text", "number", "boolean", "list", "empty"]
ALLOWED: Final = (
    "and, or, not, = <> < <= > >=, in, between, like, is null, + - * /, ||, case when, coalesce, nullif, least, "
    "greatest, abs, round, floor, ceil, lower, upper, trim, length, contains, starts_with, ends_with, string_split, "
    "split_part, list_contains, json_extract_string, ->>, json_array_length"
)
_COMPARISONS: Final = {"EQ": "=", "NEQ": "<>", "LT": "<", "LTE": "<=", "GT": ">", "GTE": ">="}
_ARITHMETIC: Final = {"Add": "+", "Sub": "-", "Mul": "*"}
_ONE_TEXT: Final = {"Lower": "LOWER", "Upper": "UPPER", "Trim": "TRIM"}
_ONE_NUMBER: Final = {"Abs": "ABS", "Floor": "FLOOR", "Ceil": "CEIL"}
_TWO_TEXTS: Final = {"Contains": "CONTAINS", "StartsWith": "STARTS_WITH", "EndsWith": "ENDS_WITH"}
_MANY: Final = {"Coalesce": "COALESCE", "Least": "LEAST", "Greatest": "GREATEST"}


@dataclass(frozen=True, slots=True)
class Written:
    """A part of an expression as it is written.

    Attributes:
        columns: columns of the export that it reads, as (name of the joined file or "", column).
        casts: conditions that hold where a text should have been a number or a truth value and is not.
    """

    sql: str
    kind: Kind
    columns: frozenset[tuple[str, str]] = frozenset()
    casts: frozenset[str] = frozenset()

    def with_sql(self, sql: str, kind: Kind, *others: Written) -> Written:
        """Return another text that reads what this one and others read."""
        parts = (self, *others)
        columns = frozenset[tuple[str, str]]().union(*(part.columns for part in parts))
        return Written(sql, kind, columns, frozenset[str]().union(*(part.casts for part in parts)))


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression of a map.

    Attributes:
        text: as it stands in the map.
        value: as it is written.
        key: where it stands in the map.
    """

    text: str
    value: Written = field(repr=False)
    key: Key = ()

    @property
    def sql(self) -> str:
        """Return the expression over columns named as `column_sql` names them."""
        return self.value.sql

    @property
    def unread(self) -> str:
        """Return the condition that some text in it is no number, or neither true nor false, as it should be."""
        return " OR ".join(sorted(self.value.casts)) or "FALSE"

    @property
    def columns(self) -> frozenset[tuple[str, str]]:
        """Columns that it reads, as (joined file or "", column)."""
        return self.value.columns


def column_sql(table: str, name: str) -> str:
    """Return a column of an export as it stands in statements; the table's name "" is the main file."""
    return '"' + f"{table}.{name}".replace('"', '""') + '"' if table else '"' + f".{name}".replace('"', '""') + '"'


def read_expression(text: str, kind: Kind, what: str = "the expression", key: Key = ()) -> Expression:
    """Return an expression of a kind over the columns of an export.

    Raises:
        DefinitionError: it cannot be read, says what is not allowed, or reads a column of message text.
    """
    return Expression(text, compiled(text, what, lambda node: _as(kind, _value(node))), key)


def _as(kind: Kind, value: Written) -> Written:
    """Return a value as a kind, a text cast where a number or a truth value is wanted."""
    if value.kind in (kind, "empty"):
        return value
    if kind == "text" and value.kind in ("number", "boolean"):
        return value.with_sql(f"CAST({value.sql} AS VARCHAR)", "text")
    if value.kind == "text" and kind in ("number", "boolean"):
        cast = f"TRY_CAST({value.sql} AS {'DOUBLE' if kind == 'number' else 'BOOLEAN'})"
        failed = f"({value.sql} IS NOT NULL AND {cast} IS NULL)"
        return Written(cast, kind, value.columns, value.casts | {failed})
    if value.kind == "boolean" and kind == "number":
        return value.with_sql(f"CAST({value.sql} AS DOUBLE)", "number")
    raise DefinitionError(f"{value.sql[:60]} is a {value.kind}, and a {kind} is wanted")


def _value(node: exp.Expr) -> Written:
    from sqlglot import exp

    name = type(node).__name__
    if isinstance(node, exp.Column | exp.Dot):
        return _column(node)
    if isinstance(node, exp.Literal):
        return Written(quoted(str(node.this)), "text") if node.args["is_string"] else _number_literal(node)
    if isinstance(node, exp.Boolean):
        return Written("TRUE" if node.this else "FALSE", "boolean")
    if isinstance(node, exp.Null):
        return Written("NULL", "empty")
    if isinstance(node, exp.Paren):
        inner = _value(node.this)
        return inner.with_sql(f"({inner.sql})", inner.kind)
    for names, write in _WRITERS:
        if name in names:
            return write(node, name)
    raise DefinitionError(f"{_source(node)} is not allowed: allowed are {ALLOWED}")


def _column(node: exp.Expr) -> Written:
    parts = _names(node)
    if len(parts) > 2:
        raise DefinitionError(f'{_source(node)} has dots: write "{".".join(parts)}" in double quotes')
    table, name = ("", parts[0]) if len(parts) == 1 else parts
    if not table:  # a count of a joined file has the name that the map gives it
        refuse_message_text(name)
    return Written(column_sql(table, name), "text", frozenset({(table, name)}))


def _names(node: exp.Expr) -> list[str]:
    from sqlglot import exp

    if isinstance(node, exp.Dot):
        return [*_names(node.this), *_names(node.args["expression"])]
    if isinstance(node, exp.Identifier):
        return [str(node.this)]
    if not isinstance(node, exp.Column) or not isinstance(node.args["this"], exp.Identifier):
        raise DefinitionError(f"{_source(node)} is not allowed: name each column")
    given = (node.args.get(key) for key in ("catalog", "db", "table", "this"))
    return [str(part.this) for part in given if part is not None]


def _number_literal(node: exp.Expr) -> Written:
    try:
        value = float(node.this)
    except ValueError:
        value = float("nan")
    if not abs(value) <= 1e15:
        raise DefinitionError(f"{str(node.this)[:40]} must be a plain number of at most 1e15")
    return Written(number(value), "number")


def _both(node: exp.Expr) -> tuple[Written, Written]:
    """Return both sides of a comparison, as numbers where one of them is a number, else as one kind."""
    return _alike([_value(node.args["this"]), _value(node.args["expression"])])  # type: ignore[return-value]


def _alike(values: list[Written]) -> tuple[Written, ...]:
    kinds: set[Kind] = {value.kind for value in values} - {"empty"}
    kind: Kind = "number" if "number" in kinds else "boolean" if "boolean" in kinds else "text"
    if "list" in kinds:
        raise DefinitionError("a list is not allowed here: write list_contains(list, word)")
    return tuple(_as(kind, value) for value in values)


def _comparison(node: exp.Expr, name: str) -> Written:
    left, right = _both(node)
    return left.with_sql(f"({left.sql} {_COMPARISONS[name]} {right.sql})", "boolean", right)


def _arithmetic(node: exp.Expr, name: str) -> Written:
    left = _as("number", _value(node.args["this"]))
    if name == "Neg":
        return left.with_sql(f"(-{left.sql})", "number")
    right = _as("number", _value(node.args["expression"]))
    sql = f"({left.sql} / NULLIF({right.sql}, 0))" if name == "Div" else f"({left.sql} {_ARITHMETIC[name]} {right.sql})"
    return left.with_sql(sql, "number", right)


def _connected(node: exp.Expr, name: str) -> Written:
    left, right = (_as("boolean", _value(node.args[key])) for key in ("this", "expression"))
    return left.with_sql(f"({left.sql} {name.upper()} {right.sql})", "boolean", right)


def _not(node: exp.Expr, name: str) -> Written:
    inner = _as("boolean", _value(node.this))
    return inner.with_sql(f"(NOT {inner.sql})", "boolean")


def _is(node: exp.Expr, name: str) -> Written:
    from sqlglot import exp

    subject, right = _value(node.this), node.args["expression"]
    if not isinstance(right, exp.Null):
        raise DefinitionError(f"{_source(node)} is not allowed: after IS stands NULL or NOT NULL")
    return subject.with_sql(f"({subject.sql} IS NULL)", "boolean")


def _in(node: exp.Expr, name: str) -> Written:
    choices = node.args.get("expressions") or []
    if not choices or node.args.get("query") or node.args.get("unnest"):
        raise DefinitionError(f"{_source(node)} is not allowed: write values out, as in state in ('open', 'closed')")
    subject, *listed = _alike([_value(node.this), *map(_value, choices)])
    return subject.with_sql(f"({subject.sql} IN ({', '.join(each.sql for each in listed)}))", "boolean", *listed)


def _between(node: exp.Expr, name: str) -> Written:
    subject, low, high = (_as("number", _value(node.args[key])) for key in ("this", "low", "high"))
    return subject.with_sql(f"({subject.sql} BETWEEN {low.sql} AND {high.sql})", "boolean", low, high)


def _two_texts(node: exp.Expr, name: str) -> Written:
    left, right = (_as("text", _value(node.args[key])) for key in ("this", "expression"))
    sql = f"({left.sql} LIKE {right.sql})" if name == "Like" else f"{_TWO_TEXTS[name]}({left.sql}, {right.sql})"
    return left.with_sql(sql, "boolean", right)


def _one(node: exp.Expr, name: str) -> Written:
    if name == "Length":
        text = _as("text", _value(node.this))
        return text.with_sql(f"LENGTH({text.sql})", "number")
    if name in _ONE_TEXT:
        if node.args.get("expression") or node.args.get("position"):
            raise DefinitionError(f"{_source(node)} is not allowed: write trim(column)")
        text = _as("text", _value(node.this))
        return text.with_sql(f"{_ONE_TEXT[name]}({text.sql})", "text")
    value = _as("number", _value(node.this))
    return value.with_sql(f"{_ONE_NUMBER[name]}({value.sql})", "number")


def _round(node: exp.Expr, name: str) -> Written:
    value, decimals = _as("number", _value(node.this)), node.args.get("decimals")
    digits = "0" if decimals is None else str(decimals.this)
    if not (digits.isascii() and digits.isdigit() and int(digits) <= 10):
        raise DefinitionError(f"{_source(node)} is not allowed: round to 0 to 10 decimals, written as a number")
    return value.with_sql(f"ROUND({value.sql}, {int(digits)})", "number")


def _many(node: exp.Expr, name: str) -> Written:
    first, *others = _alike([_value(part) for part in (node.this, *(node.args.get("expressions") or ()))])
    kind: Kind = next((each.kind for each in (first, *others) if each.kind != "empty"), "empty")
    sql = f"{_MANY[name]}({', '.join(each.sql for each in (first, *others))})"
    return first.with_sql(sql, kind, *others)


def _nullif(node: exp.Expr, name: str) -> Written:
    left, right = _both(node)
    return left.with_sql(f"NULLIF({left.sql}, {right.sql})", left.kind, right)


def _case(node: exp.Expr, name: str) -> Written:
    if node.args.get("this") is not None:
        raise DefinitionError(f"{_source(node)} is not allowed: write case when CONDITION then VALUE else VALUE end")
    branches = node.args.get("ifs") or []
    conditions = [_as("boolean", _value(part.this)) for part in branches]
    default = node.args.get("default")
    values = [_value(part.args["true"]) for part in branches] + ([] if default is None else [_value(default)])
    alike = _alike(values)
    sql = "CASE" + "".join(f" WHEN {c.sql} THEN {v.sql}" for c, v in zip(conditions, alike, strict=False))
    sql += "" if default is None else f" ELSE {alike[-1].sql}"
    kind: Kind = next((each.kind for each in alike if each.kind != "empty"), "empty")
    return conditions[0].with_sql(f"({sql} END)", kind, *conditions[1:], *alike)


def _joined_text(node: exp.Expr, name: str) -> Written:
    left, right = (_as("text", _value(node.args[key])) for key in ("this", "expression"))
    return left.with_sql(f"({left.sql} || {right.sql})", "text", right)


def _split(node: exp.Expr, name: str) -> Written:
    text = _as("text", _value(node.this))
    if name == "SplitPart":
        separator, part = _text_literal(node, "delimiter"), str(node.args["part_index"].this)
        if not (part.isascii() and part.isdigit()):
            raise DefinitionError(f"{_source(node)} is not allowed: the part is a whole number from 1")
        return text.with_sql(f"NULLIF(SPLIT_PART({text.sql}, {separator}, {part}), '')", "text")
    return text.with_sql(f"STRING_SPLIT({text.sql}, {_text_literal(node, 'expression')})", "list")


def _text_literal(node: exp.Expr, key: str) -> str:
    part = node.args.get(key)
    if part is None or type(part).__name__ != "Literal" or not part.args["is_string"]:
        raise DefinitionError(f"{_source(node)} is not allowed: the {key} is a text in single quotes")
    return quoted(str(part.this))


def _contained(node: exp.Expr, name: str) -> Written:
    """Write list_contains: of a split text, or of a text that holds a JSON list of texts."""
    whole, word = _value(node.this), _as("text", _value(node.args["expression"]))
    if whole.kind == "list":
        return whole.with_sql(f"LIST_CONTAINS({whole.sql}, {word.sql})", "boolean", word)
    listed = f"TRY_CAST(TRY_CAST({_as('text', whole).sql} AS JSON) AS VARCHAR[])"
    return whole.with_sql(f"LIST_CONTAINS({listed}, {word.sql})", "boolean", word)


def _json(node: exp.Expr, name: str) -> Written:
    text, steps = _as("text", _value(node.this)), []
    for part in getattr(node.args["expression"], "expressions", ()):
        step = part.this if hasattr(part, "this") else None
        if type(part).__name__ == "JSONPathKey" and isinstance(step, str) and '"' not in step and "\\" not in step:
            refuse_message_text(step)
            steps.append(f'."{step}"')
        elif type(part).__name__ == "JSONPathSubscript" and isinstance(step, int):
            steps.append(f"[{step}]")
        elif type(part).__name__ != "JSONPathRoot":
            raise DefinitionError(f"{_source(node)} is not allowed: write a path of names and places, as '$.a.b[0]'")
    if not steps:
        raise DefinitionError(f"{_source(node)} is not allowed: write a path of names and places, as '$.a.b[0]'")
    path = quoted("$" + "".join(steps))
    return text.with_sql(f"NULLIF(JSON_EXTRACT_STRING(TRY_CAST({text.sql} AS JSON), {path}), '')", "text")


def _named_function(node: exp.Expr, name: str) -> Written:
    arguments = node.args.get("expressions") or []
    if str(node.this).lower() != "json_array_length" or len(arguments) != 1:
        raise DefinitionError(f"{_source(node)} is not allowed: allowed are {ALLOWED}")
    text = _as("text", _value(arguments[0]))
    return text.with_sql(f"JSON_ARRAY_LENGTH(TRY_CAST({text.sql} AS JSON))", "number")


_WRITERS: Final[tuple[tuple[Iterable[str], Callable[[exp.Expr, str], Written]], ...]] = (
    (frozenset(_COMPARISONS), _comparison),
    (frozenset({*_ARITHMETIC, "Div", "Neg"}), _arithmetic),
    (("And", "Or"), _connected),
    (("Not",), _not),
    (("Is",), _is),
    (("In",), _in),
    (("Between",), _between),
    (frozenset({*_TWO_TEXTS, "Like"}), _two_texts),
    (frozenset({*_ONE_TEXT, *_ONE_NUMBER, "Length"}), _one),
    (("Round",), _round),
    (frozenset(_MANY), _many),
    (("Nullif",), _nullif),
    (("Case",), _case),
    (("DPipe",), _joined_text),
    (("Split", "SplitPart"), _split),
    (("ArrayContains",), _contained),
    (("JSONExtractScalar",), _json),
    (("Anonymous",), _named_function),
)


def _source(node: exp.Expr) -> str:
    try:
        text = node.sql(dialect="duckdb")
    except Exception:  # any failure of a foreign printer is only a missing excerpt
        text = type(node).__name__
    return repr(text if len(text) <= 60 else text[:57] + "...")

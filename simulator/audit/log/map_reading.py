"""A map read from TOML: the shipped map of its system, with the file's keys over it; all mistakes at once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from simulator.audit.log.log_map import (
    CONVENTIONS,
    Ambiguous,
    Cases,
    Convention,
    Duplicates,
    Join,
    LastBy,
    LogMap,
    Reopened,
    Source,
    Tokens,
    Values,
)
from simulator.audit.log.map_columns import read_columns, read_time
from simulator.audit.log.map_expressions import Expression, read_expression
from simulator.audit.log.map_tables import Table
from simulator.audit.log.private_columns import refuse_message_text
from simulator.audit.log.shipped_maps import shipped_map, shipped_names
from simulator.errors import DefinitionError, Problem, ScenarioError
from simulator.records import OUTCOMES
from simulator.scenario.key_paths import dotted
from simulator.scenario.meant.near_names import suggest
from simulator.scenario.reading.file_text import read_text
from simulator.scenario.reading.positions import scan
from simulator.scenario.reading.problems import placed
from simulator.scenario.reading.toml_values import parse

_KEYS: Final = [
    "system",
    "as_of",
    "title",
    "note",
    "read",
    "time_zone",
    "ambiguous",
    "extracted_at",
    "join",
    "keep_last_by",
    "where",
    "columns",
    "values",
    "cases",
    "duplicates",
    "tokens",
    "partial_months",
]
_ENDINGS: Final = {".csv": "csv", ".parquet": "parquet", ".jsonl": "jsonl", ".ndjson": "jsonl"}
_NEW: Final = "`simulate map new my-map.toml --system intercom` writes a map"
_NAME: Final = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_TABLE: Final = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*){0,2}", re.ASCII)
_MONTH: Final = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
_WHOLE: Final = ("columns", "values", "cases", "duplicates", "tokens")
"""Tables of a shipped map that a map's own keys are put over one by one."""


def read_map(path: Path) -> LogMap:
    """Return the map of a file.

    Raises:
        ScenarioError: with every mistake, its line and how to mend it.
    """
    text = read_text(path)
    values, problems, text = parse(text)
    if values is not None:
        found = _read(values, path, problems)
        if not problems and found is not None:
            return found
    raise ScenarioError(str(path), placed(problems, text, scan(text), {}))


def _read(values: dict[str, Any], path: Path, problems: list[Problem]) -> LogMap | None:
    top = Table(values, (), problems)
    if "log" not in values:
        what = ": it is a scenario, and no map of a log" if {"contracts", "intents", "volume"} & set(values) else ""
        top.wrong(None, f"there is no table [log]{what}", _NEW)
        return None
    top.known(["log"])
    log = top.table("log")
    if log is None:
        return None
    log.values = _over_shipped(log)
    log.known(_KEYS)
    source = read_source(log, path.parent)
    columns = read_columns(log)
    identity = columns.get("conversation_id")
    joins = _joins(log, path.parent, identity)
    cases, tokens = _cases(log, columns, joins), _tokens(log, path.parent, identity)
    if problems or source is None:
        return None
    found = LogMap(
        path=path,
        system=str(log.values.get("system", "own")),
        source=source,
        columns=columns,
        cases=cases,
        time_zone=_time_zone(log),
        ambiguous=cast(Ambiguous, log.choice("ambiguous", ("refuse", "earlier", "later"), "refuse")),
        extracted_at=_extracted_at(log),
        keep_last_by=_last_by(log),
        where=log.expression("where", "boolean"),
        joins=joins,
        duplicates=_duplicates(log),
        tokens=tokens,
        partial_months=_months(log),
        note=log.text("note") or "",
    )
    _check_joined(found, problems)
    return found


def _over_shipped(log: Table) -> Mapping[str, Any]:
    """Return the keys of the system's shipped map with the file's own over them."""
    system, own = log.text("system"), dict(log.values)
    if system is None or (system not in shipped_names() and "columns" in own):
        return _with_shipped_tokens(log, own)
    if system not in shipped_names():
        near = suggest(system, shipped_names(), "there are")
        log.wrong("system", f"there is no shipped map '{system}'", f"{near}; or write [log.columns]")
        return own
    shipped = dict(shipped_map(system))
    if "columns" not in shipped:
        log.wrong("system", f"the map '{system}' has tokens only", f'write [log.tokens] system = "{system}"')
        return own
    for name in _WHOLE:
        if isinstance(own.get(name), Mapping) and isinstance(shipped.get(name), Mapping):
            own[name] = _merged(name, shipped[name], own[name])
    for name in set(own.get("columns", {})) & set(shipped.get("values", {})) - set(own.get("values", {})):
        shipped["values"] = {key: value for key, value in shipped["values"].items() if key != name}
    return _with_shipped_tokens(log, {**shipped, **own})


def _merged(name: str, shipped: Mapping[str, Any], own: Mapping[str, Any]) -> Mapping[str, Any]:
    rules = {"column", "link", "window_hours"}
    if name == "cases" and rules & set(own):  # another rule replaces the shipped one, what is beside it stays
        shipped = {key: value for key, value in shipped.items() if key not in {*rules, "same"}}
    if name == "values":
        return {**shipped, **{key: {**shipped.get(key, {}), **value} for key, value in own.items()}}
    return {**shipped, **own}


def _with_shipped_tokens(log: Table, own: dict[str, Any]) -> Mapping[str, Any]:
    tokens = own.get("tokens")
    system = tokens.get("system") if isinstance(tokens, Mapping) else None
    if not isinstance(tokens, Mapping) or system is None:
        return own
    if system not in shipped_names() or "tokens" not in shipped_map(str(system)):
        with_tokens = [name for name in shipped_names() if "tokens" in shipped_map(name)]
        inner = Table(tokens, (*log.key, "tokens"), log.problems)
        inner.wrong("system", f"there is no map of tokens '{system}'", suggest(str(system), with_tokens, "there are"))
        return own
    return {**own, "tokens": {**shipped_map(str(system))["tokens"], **tokens}}


def read_source(table: Table, folder: Path) -> Source | None:
    """Return what `read` of a table names."""
    text = table.text("read", needed=True)
    if text is None:
        return None
    kind, _, rest = text.partition(":")
    if kind in ("duckdb", "postgres") and rest:
        place, _, name = rest.partition("#")
        if not place or not _TABLE.fullmatch(name):
            what = "FILE" if kind == "duckdb" else "VARIABLE"
            table.wrong("read", f"'{text:.80}' names no table", f'write read = "{kind}:{what}#schema.table"')
            return None
        if kind == "postgres" and not _NAME.fullmatch(place):
            where = dotted((*table.key, "read"))
            fix = 'its address does not stand in a map: write read = "postgres:VARIABLE#schema.table"'
            what = "what stands before # is no environment variable"
            table.problems.append(
                Problem((*table.key, "read"), what, fix, text=where)
            )  # an address can hold a password
            return None
        return Source(cast(Any, kind), place, name, folder)
    ending = _ENDINGS.get(Path(text).suffix.lower())
    if ending is None:
        table.wrong(
            "read",
            f"'{text:.80}' cannot be read",
            'the ending is .csv, .jsonl or .parquet, or it is "duckdb:FILE#table" or "postgres:VARIABLE#table"',
        )
        return None
    return Source(cast(Any, ending), text, "", folder)


def _identity(identity: Any) -> Expression:
    return identity if isinstance(identity, Expression) else read_expression("conversation_id", "text")


def _joins(log: Table, folder: Path, identity: Any) -> tuple[Join, ...]:
    given = log.values.get("join", [])
    if not isinstance(given, list) or not all(isinstance(each, Mapping) for each in given):
        log.wrong(
            "join", "join must be a list of tables", 'write join = [{ read = "parts.csv", as = "parts", key = "id" }]'
        )
        return ()
    found: list[Join] = []
    for place, values in enumerate(given):
        table = Table(values, (*log.key, "join", place), log.problems)
        table.known(["read", "as", "key", "on", "many", "counts"])
        name, source = table.text("as", needed=True), read_source(table, folder)
        key, on = table.expression("key", "text", needed=True), table.expression("on", "text")
        counts = table.table("counts")
        conditions = {each: counts.expression(each, "boolean") for each in counts.values} if counts else {}
        if name is not None and (not _NAME.fullmatch(name) or name in [each.name for each in found]):
            table.wrong("as", f"'{name:.40}' cannot be a name here", "write a word of its own for each joined file")
        if counts and not table.flag("many"):
            table.wrong("counts", "counts are of a file with many rows a conversation", "write many = true")
        if name is None or source is None or key is None or None in conditions.values():
            continue
        written = {each: condition for each, condition in conditions.items() if condition is not None}
        found.append(Join(name, source, key, on or _identity(identity), table.flag("many"), written))
    return tuple(found)


def _check_joined(log: LogMap, problems: list[Problem]) -> None:
    """Note every column of a joined file that is unknown, message text, or read too early."""
    names = {join.name: join for join in log.joins}
    early = [each.key for each in log.early_expressions()]
    for expression in log.expressions():
        for table, column in sorted(expression.columns):
            if table:
                message, help_text = _wrong_join(names, table, column, early=expression.key in early)
                if message:
                    problems.append(Problem(expression.key, message, help_text))


def _wrong_join(names: Mapping[str, Join], table: str, column: str, *, early: bool) -> tuple[str, str]:
    if table not in names:
        whole = f"{table}.{column}"
        help_text = f"""a column of the file whose name has a dot stands in double quotes: '"{whole:.80}"'"""
        return f"no joined file is called '{table:.40}'", f"{help_text}; {suggest(table, names, 'joined are')}"
    if early:
        return f"'{table:.40}' is joined later", "read columns of the main file here"
    if names[table].many and column not in names[table].counts:
        message = f"'{table}' has many rows a conversation, and no count '{column:.40}'"
        return message, suggest(column, names[table].counts, "it has")
    if not names[table].many:
        try:
            refuse_message_text(column)
        except DefinitionError as error:
            return str(error), "leave it out"
    return "", ""


def _cases(log: Table, columns: Mapping[str, Any], joins: tuple[Join, ...]) -> Cases:
    table = log.table("cases")
    if table is None:
        log.wrong(
            "cases", "the rule for cases is missing", 'write [log.cases] window_hours = 168, same = ["customer_id"]'
        )
        return Cases()
    table.known(["column", "link", "window_hours", "same", "reopened"])
    rules = [name for name in ("column", "link", "window_hours") if name in table.values]
    if len(rules) != 1 and rules != ["link", "window_hours"]:
        said = " and ".join(rules) or "none"
        message = f"a rule for cases is column, link, window_hours, or link with window_hours, not {said}"
        table.wrong(None, message, "keep one")
    hours, same = table.number("window_hours"), table.texts("same", ("customer_id",))
    if hours is not None and not 0 < hours <= 24 * 366:
        table.wrong("window_hours", f"window_hours must lie between 0 and {24 * 366}, not {hours:g}")
    if "same" in table.values and hours is None:
        table.wrong("same", "same belongs to window_hours", "leave it out")
    for name in same if hours is not None else ():
        if name not in ("customer_id", "intent", "channel") or name not in columns:
            allowed = [each for each in ("customer_id", "intent", "channel") if each in columns]
            table.wrong("same", f"contacts cannot be told by '{name:.40}'", suggest(name, allowed, "mapped are"))
    if hours is not None and "customer_id" not in same:
        table.wrong("same", "without customer_id other customers' problems would be one case", "add it")
    column, link = table.expression("column", "text"), table.expression("link", "text")
    return Cases(column, link, hours, same, _reopened(table, joins))


def _reopened(cases: Table, joins: tuple[Join, ...]) -> Reopened | None:
    table = None if cases.values.get("reopened") is False else cases.table("reopened")
    if table is None:
        return None
    table.known(["from", "when", "at", "outcome"])
    name, when, at = (
        table.text("from", needed=True),
        table.expression("when", "boolean", needed=True),
        read_time(table, "at"),
    )
    known = [join.name for join in joins if join.many]
    if name is not None and name not in known:
        help_text = f"{suggest(name, known, 'there are')}; without one write [log.cases] reopened = false"
        table.wrong("from", f"no joined file with many rows is called '{name:.40}'", help_text)
    outcome = table.choice("outcome", OUTCOMES, "silent")
    return None if name is None or when is None or at is None else Reopened(name, when, at, outcome)


def _duplicates(log: Table) -> Duplicates:
    table = log.table("duplicates")
    if table is None:
        return Duplicates()
    table.known(["when", "merged"])
    return Duplicates(table.expression("when", "boolean"), table.expression("merged", "text"))


def _last_by(log: Table) -> LastBy | None:
    table = log.table("keep_last_by")
    if table is None:
        return None
    table.known(["key", "order"])
    key, order = table.expression("key", "text", needed=True), table.expression("order", "text")
    return None if key is None else LastBy(key, order)


def _tokens(log: Table, folder: Path, identity: Any) -> Tokens | None:
    table = log.table("tokens")
    if table is None:
        return None
    numbers = ("input", "output", "cached", "written", "reasoning", "total")
    table.known(["system", "read", "key", "on", "convention", "model", "where", *numbers])
    if "read" not in table.values:
        table.wrong(None, "the file with the calls is missing", 'write read = "calls.csv"')
        return None
    source, key = read_source(table, folder), table.expression("key", "text", needed=True)
    found = {name: table.expression(name, "number", needed=name in ("input", "output")) for name in numbers}
    convention = _convention(table)
    if source is None or key is None or convention is None or found["input"] is None or found["output"] is None:
        return None
    return Tokens(
        source, key, table.expression("on", "text") or _identity(identity), convention,
        found["input"], found["output"], found["cached"], found["written"], found["reasoning"], found["total"],
        table.expression("model", "text"), table.expression("where", "boolean"),
    )  # fmt: skip


def _convention(table: Table) -> Convention | Values | None:
    inner = table.table("convention") if isinstance(table.values.get("convention"), Mapping) else None
    if inner is None:
        text = table.text("convention", needed=True)
        if text is not None and text not in CONVENTIONS:
            table.wrong("convention", f"there is no convention '{text:.40}'", suggest(text, CONVENTIONS, "there are"))
        return cast("Convention | None", text)
    expression = inner.expression("column", "text", needed=True)
    values: dict[str, str | None] = {key: str(value) for key, value in inner.values.items() if key != "column"}
    for key, value in values.items():
        if value not in CONVENTIONS:
            inner.wrong(key, f"there is no convention '{value:.40}'", suggest(str(value), CONVENTIONS, "there are"))
    return None if expression is None else Values(expression, values)


def _time_zone(log: Table) -> str | None:
    name = log.text("time_zone")
    if name is None:
        return None
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        log.wrong("time_zone", f"there is no time zone '{name:.40}'", 'write it as "UTC" or "Europe/Berlin"')
    return name


def _extracted_at(log: Table) -> datetime | None:
    value = log.values.get("extracted_at")
    if value is None:
        return None
    if not isinstance(value, datetime) or value.tzinfo is None:
        log.wrong("extracted_at", "extracted_at must be a time with its zone", "write 2026-11-10T06:00:00Z")
        return None
    return value.astimezone(UTC).replace(tzinfo=None)


def _months(log: Table) -> tuple[str, ...]:
    months = log.texts("partial_months")
    for month in months:
        if not _MONTH.fullmatch(month):
            log.wrong("partial_months", f"'{month:.40}' is no month", 'write it as "2026-11"')
    return months

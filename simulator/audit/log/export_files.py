"""Exports loaded as tables of texts: only the columns that a map reads, each row with its file and place."""

from __future__ import annotations

import glob
import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

from simulator.audit.log.log_map import Source
from simulator.audit.log.map_expressions import column_sql
from simulator.definitions.text import quoted
from simulator.errors import DataError

SAMPLED_ROWS: Final = 1_000
"""Rows of a JSON file from which its keys are known before all is read."""


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file or table that was read: its name, the hash of its bytes (empty for a server's table), its rows."""

    file: str
    sha256: str
    rows: int


@dataclass(frozen=True, slots=True)
class Unknown:
    """A column that a map reads and a file does not have, with those that it has."""

    file: str
    column: str
    known: tuple[str, ...]


def load(
    connection: Any, table: str, source: Source, columns: Iterable[str], before: int
) -> tuple[list[ReadFile], list[Unknown]]:
    """Make a table with columns file, row and the wanted ones as texts, an empty text being NULL.

    Files are numbered in the order of their names, rows from 1 in the order of a file. Nothing is loaded where a column
    is not there.

    Args:
        before: files that were read before; the next one has the number after it.

    Raises:
        DataError: a file is missing or cannot be read.
    """
    wanted = make_table(connection, table, columns)
    read: list[ReadFile] = []
    for number, path in enumerate(_paths(source), before + 1):
        try:
            unknown = _load_file(connection, table, source, path, number, wanted)
        except DataError:
            raise
        except Exception as error:  # whatever a reader of foreign files says
            raise DataError(f"{path} cannot be read as {source.kind}: {_first_line(error)}") from error
        if unknown:
            return read, unknown
        rows = connection.execute(f'SELECT COUNT(*) FROM "{table}" WHERE "file" = {number}').fetchall()[0][0]
        read.append(ReadFile(_named(path, source.folder), _sha256(path), rows))
    return read, []


def make_table(connection: Any, table: str, columns: Iterable[str]) -> list[str]:
    """Make an empty table with columns file, row and the wanted ones as texts; return these in their order."""
    wanted = sorted(set(columns))
    listed = "".join(f", {column_sql('', name)} VARCHAR" for name in wanted)
    connection.execute(f'CREATE TABLE "{table}" ("file" SMALLINT, "row" BIGINT{listed})')
    return wanted


def _paths(source: Source) -> list[Path]:
    place = source.folder / source.place
    if any(mark in source.place for mark in "*?"):
        found = sorted(Path(each) for each in glob.glob(str(place), recursive=True))
        if not found:
            raise DataError(f"no file is called {place}: `read` is taken from the folder of the map")
        return found
    if not place.is_file():
        raise DataError(f"there is no file {place}: `read` is taken from the folder of the map")
    return [place]


def _named(path: Path, folder: Path) -> str:
    """Return a file's name from the folder of the map, so that a record does not tell where it was read."""
    return str(path.relative_to(folder)) if path.is_relative_to(folder) else path.name


def _first_line(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return "; ".join(lines[:3])[:400]


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _load_file(
    connection: Any, table: str, source: Source, path: Path, number: int, wanted: list[str]
) -> list[Unknown]:
    if source.kind == "duckdb":
        connection.execute(f"ATTACH {quoted(str(path))} AS attached (READ_ONLY)")
        try:
            return _load_typed(connection, table, f"attached.{_quoted_table(source.table)}", path, number, wanted)
        finally:
            connection.execute("DETACH attached")
    if source.kind == "parquet":
        return _load_typed(connection, table, f"read_parquet({quoted(str(path))})", path, number, wanted)
    if source.kind == "jsonl":
        return _load_json(connection, table, path, number, wanted)
    relation = f"read_csv({quoted(str(path))}, header = true, all_varchar = true)"
    return _load_typed(connection, table, relation, path, number, wanted)


def _quoted_table(name: str) -> str:
    return ".".join(f'"{part}"' for part in name.split("."))


def _load_typed(
    connection: Any, table: str, relation: str, path: Path, number: int, wanted: list[str]
) -> list[Unknown]:
    """Load from a relation whose columns have names and types."""
    types = {row[0]: row[1] for row in connection.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()}
    texts, unknown = [], []
    for name in wanted:
        holder = next((each for each in _prefixes(name) if each in types), None)
        nested = holder is not None and types[holder].startswith(("STRUCT", "MAP", "JSON"))
        if name in types:
            texts.append(_as_text(name, types[name]))
        elif holder is not None and nested:
            path_sql = quoted(json_path(name[len(holder) + 1 :]))
            texts.append(f"JSON_EXTRACT_STRING(TO_JSON({_name(holder)}), {path_sql})")
        else:
            unknown.append(Unknown(path.name, name, tuple(types)))
    if unknown:
        return unknown
    connection.execute(_insert(table, number, texts, relation))
    return []


def _insert(table: str, number: int, texts: list[str], relation: str) -> str:
    listed = "".join(f", NULLIF({text}, '')" for text in texts)
    return f'INSERT INTO "{table}" SELECT {number}, ROW_NUMBER() OVER (){listed} FROM {relation}'


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _prefixes(name: str) -> list[str]:
    parts = name.split(".")
    return [".".join(parts[:length]) for length in range(len(parts) - 1, 0, -1)]


def _as_text(name: str, kind: str) -> str:
    """Return a column as a text: a time with a zone as UTC with Z, a list or a table as JSON."""
    if kind == "VARCHAR":
        return _name(name)
    if kind == "TIMESTAMP WITH TIME ZONE":
        return f"STRFTIME({_name(name)} AT TIME ZONE 'UTC', '%Y-%m-%dT%H:%M:%S.%fZ')"
    if kind.startswith(("STRUCT", "MAP", "JSON")) or kind.endswith("]"):
        return f"CAST(TO_JSON({_name(name)}) AS VARCHAR)"
    return f"CAST({_name(name)} AS VARCHAR)"


def json_path(name: str) -> str:
    """Return the path of a dotted name: numbers are places in a list."""
    return "$" + "".join(f"[{part}]" if part.isdigit() else f'."{part}"' for part in name.split("."))


def _load_json(connection: Any, table: str, path: Path, number: int, wanted: list[str]) -> list[Unknown]:
    """Load from JSON lines; what no row has is unknown, what some row has is NULL in the others."""
    with path.open(encoding="utf-8-sig") as file:
        sample = [
            _object(line, place, path) for place, line in enumerate(islice(file, SAMPLED_ROWS), 1) if line.strip()
        ]
    whole = {key for row in sample for key in row}
    paths = [f'$."{name}"' if name in whole else json_path(name) for name in wanted]
    relation = f"read_ndjson_objects({quoted(str(path))})"
    listed = ", ".join(quoted(each) for each in paths)
    texts = [f"values[{place}]" for place in range(1, len(paths) + 1)]
    inner = f"(SELECT JSON_EXTRACT_STRING(json, [{listed}]) AS values FROM {relation})"
    connection.execute(_insert(table, number, texts, inner))
    empty = [
        (name, place)
        for name, place in zip(wanted, paths, strict=True)
        if not any(_has(row, name) for row in sample) and not _anywhere(connection, relation, place)
    ]
    known = tuple(dict.fromkeys(name for row in sample for name in _dotted("", row)))
    return [Unknown(path.name, name, known) for name, _ in empty]


def _object(line: str, place: int, path: Path) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise DataError(f"{path}, line {place}: this is no JSON: {error}") from error
    if not isinstance(row, dict):
        raise DataError(f"{path}, line {place}: this is no row; each line of the file must be a JSON object")
    return row


def _has(row: Any, name: str) -> bool:
    if isinstance(row, dict) and name in row:
        return True
    for part in name.split("."):
        if isinstance(row, list) and part.isdigit() and int(part) < len(row):
            row = row[int(part)]
        elif isinstance(row, dict) and part in row:
            row = row[part]
        else:
            return False
    return True


def _anywhere(connection: Any, relation: str, path: str) -> bool:
    found = connection.execute(f"SELECT BOOL_OR(JSON_EXISTS(json, {quoted(path)})) FROM {relation}").fetchall()[0]
    return bool(found and found[0])


def _dotted(before: str, value: Any) -> Iterable[str]:
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from _dotted(f"{before}.{key}" if before else str(key), inner)
    elif before:
        yield before


def environment(name: str) -> str:
    """Return the address that an environment variable holds.

    Raises:
        DataError: it is not set.
    """
    address = os.environ.get(name, "")
    if not address:
        raise DataError(
            f"the environment variable {name} is not set: it holds the address, postgresql://USER@HOST/NAME"
        )
    return address

"""Small logs of one's own for tests: rows and a map in a folder, read to the record's rows as dictionaries."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from simulator.audit.log.log_reading import read_log
from simulator.audit.log.map_reading import read_map

EXPORTS = Path(__file__).parents[1] / "exports"
PLAIN = """[log]
read = "rows.csv"
{keys}
[log.columns]
conversation_id = "id"
customer_id = "customer"
opened_at = "opened"
{columns}
[log.cases]
{cases}
{tables}
"""


def plain_map(*, keys: str = "", columns: str = "", cases: str = "window_hours = 168", tables: str = "") -> str:
    """Return a map over rows.csv with columns id, customer and opened."""
    return PLAIN.format(keys=keys, columns=columns, cases=cases, tables=tables)


def write_csv(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write rows of the same columns; None is an empty cell."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows({key: "" if value is None else value for key, value in row.items()} for row in rows)


def row(number: int, opened: str, customer: str | None = None, **more: Any) -> dict[str, Any]:
    """Return a row of rows.csv."""
    return {"id": f"c{number}", "customer": customer or f"u{number}", "opened": opened, **more}


def read_folder(folder: Path, text: str, rows: Sequence[Mapping[str, Any]] = ()) -> list[dict[str, Any]]:
    """Write a map (and rows.csv), read the log and return its record in the order of opened_at, ids kept."""
    return read_all(folder, text, rows)[0]


def read_all(
    folder: Path, text: str, rows: Sequence[Mapping[str, Any]] = ()
) -> tuple[list[dict[str, Any]], dict[str, int], list[str]]:
    """Return the record, the rows that were left out by reason, and the remarks."""
    if rows:
        write_csv(folder / "rows.csv", rows)
    path = folder / "map.toml"
    path.write_text(text, encoding="utf-8")
    with read_log(read_map(path), "") as read:
        names = [each[0] for each in read.connection.execute("DESCRIBE record").fetchall()]
        found = read.connection.execute("SELECT * FROM record ORDER BY opened_at, conversation_id").fetchall()
        return [dict(zip(names, each, strict=True)) for each in found], read.counted.dropped, read.counted.remarks

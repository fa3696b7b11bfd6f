"""The record of the sample exports as `simulate log` reads them, and records of one's own rows in its columns."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import parquet

from simulator.records import COLUMNS
from tests.audit.commands import run

EXPORTS = Path(__file__).parent / "exports"
CASES = {"rule": "window", "window_hours": 168.0, "same": ["customer_id", "intent"]}
"""The rule of the shipped map, as the record's description has it."""
TYPES = {
    "BIGINT": pa.int64(), "INTEGER": pa.int32(), "SMALLINT": pa.int16(), "TINYINT": pa.int8(), "DOUBLE": pa.float64(),
    "BOOLEAN": pa.bool_(), "VARCHAR": pa.string(), "TIMESTAMP": pa.timestamp("us"),
}  # fmt: skip


def read(name: str) -> list[dict[str, str]]:
    with (EXPORTS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(path: Path, *, hashed: bool = False) -> Path:
    """Write the record and what stands beside it with `simulate log`, and return its path."""
    run("log", EXPORTS / "my-map.toml", "-o", path, "--force", *([] if hashed else ["--keep-ids"]))
    beside = path.with_suffix(".json")
    facts = {"cases": CASES} | json.loads(beside.read_text())
    beside.write_text(json.dumps(facts))
    return path


def rows(folder: Path) -> list[dict[str, Any]]:
    """Return the rows of the record, ids kept."""
    made: list[dict[str, Any]] = parquet.read_table(write(folder / "rows.parquet")).to_pylist()
    return made


def table(made: list[dict[str, Any]]) -> pa.Table:
    """Return rows as a record."""
    columns = {column.name: pa.array([row.get(column.name) for row in made], TYPES[column.sql]) for column in COLUMNS}
    columns["source_id"] = pa.array([row["source_id"] for row in made], pa.string())
    return pa.table(columns)

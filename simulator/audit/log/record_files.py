"""The files of a record: Parquet with the rows, and JSON with where they come from and what was left out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from simulator.audit.log.log_reading import ReadLog, filled_columns
from simulator.audit.log.page import derived_columns, empty_columns
from simulator.audit.log.partial_months import month_counts
from simulator.definitions.text import quoted


def write_rows(read: ReadLog, path: Path) -> int:
    """Write the record to a Parquet file, in the order of opened_at, and return its rows."""
    read.connection.execute(
        f"COPY (SELECT * FROM record ORDER BY opened_at, conversation_id) TO {quoted(str(path))} "
        "(FORMAT parquet, COMPRESSION zstd)"
    )
    rows: int = read.connection.execute("SELECT COUNT(*) FROM record").fetchall()[0][0]
    return rows


def description(read: ReadLog) -> dict[str, Any]:
    """Return what stands beside the rows: sources with their hashes, rows in and out, columns, months."""
    counted = read.counted
    filled = set(filled_columns(read.log))
    return {
        "system": read.log.system,
        "map": read.log.path.name,
        "extracted_at": f"{read.extracted_at.isoformat()}Z",
        "time_zone": read.log.time_zone or "UTC",
        "salt": read.salt,
        "cases": read.log.cases.told,
        "sources": [{"file": each.file, "sha256": each.sha256, "rows": each.rows} for each in counted.files],
        "rows": {
            "in": counted.rows_in,
            "out": read.connection.execute("SELECT COUNT(*) FROM record").fetchall()[0][0],
            "source_ids": read.connection.execute("SELECT COUNT(DISTINCT source_id) FROM record").fetchall()[0][0],
            "dropped": counted.dropped,
        },
        "columns": {
            "filled": [name for name in _names(read) if name in filled],
            "derived": derived_columns(read),
            "empty": empty_columns(read),
        },
        "months": list(month_counts(read.connection, "record")),
        "remarks": counted.remarks,
    }


def _names(read: ReadLog) -> list[str]:
    return [row[0] for row in read.connection.execute("DESCRIBE record").fetchall()]


def write_description(read: ReadLog, path: Path) -> None:
    """Write what stands beside the rows as JSON."""
    path.write_text(json.dumps(description(read), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")

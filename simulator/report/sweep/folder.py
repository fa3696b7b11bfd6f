"""The folder of a sweep, outputs/<scenario>/sweep-<date>-<hash>/: whole or not at all, the same bytes wherever it ran.

`sweep.parquet` has a row for each combination and contract. The whole summaries stand in a file of their own,
`summaries.parquet`, a row for each combination: they are large, and who reads numbers need not load them.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from simulator.report.files.folder import (
    MANIFEST,
    OUTPUTS,
    encodable,
    folder_name,
    hashes,
    new_folder,
    short_hash,
    to_json,
    versions,
    without_place,
)
from simulator.report.files.tables import plain_texts
from simulator.report.sweep.found import Sweep
from simulator.report.sweep.sweep_columns import COLUMNS, OF_ALL, OVER, RANKED, Kind, rows_of

if TYPE_CHECKING:
    import pyarrow as pa

FILES: Final = (
    ("sweep.csv", "the table above for a spreadsheet"),
    ("sweep.parquet", "a row for each combination and contract: all percentiles and chances"),
    ("summaries.parquet", "the whole summary.json of each combination"),
    ("sweep.json", "the grid and the table, for programs"),
    ("manifest.json", "scenarios, command, versions: how to repeat it"),
)
OF_TABLE: Final = (
    "recommended",
    "recommended_title",
    "currency",
    "ranked_by",
    "expected",
    "p90",
    "budget",
    "chance_of_budgets",
    "next",
    "next_title",
    "to_next",
    "too_close_to_call",
)
"""What `sweep.csv` has beside the values of a combination."""


def block(sweep: Sweep) -> dict[str, Any]:
    """Return `sweep.json`: what was varied, and the row of each combination."""
    return {
        "command": encodable(without_place(sweep.command)),
        "scenarios": [encodable(path.as_posix()) for path in sweep.paths],
        "over": {key: list(values) for key, values in sweep.over.items()},
        "overrides": list(sweep.changes),
        "contracts": list(sweep.contracts),
        "engine": sweep.engine,
        "combinations": [{**row, "scenario": encodable(row["scenario"])} for row in sweep.rows],
    }


def write_sweep(sweep: Sweep, *, out: Path | None, today: datetime.date) -> Path:
    """Write a sweep into a new folder and return it.

    Args:
        out: the new folder itself; it must not exist, or be empty.
        today: date for the folder's name and the manifest.

    Raises:
        OutputError: if the folder cannot be written, saying where and why.
    """

    def write(folder: Path) -> None:
        from pyarrow import csv, parquet

        (folder / "sweep.json").write_bytes(to_json(block(sweep)).encode())
        csv.write_csv(plain_texts(_table(sweep)), folder / "sweep.csv")
        parquet.write_table(_contracts(sweep), folder / "sweep.parquet", compression="zstd")
        _write_summaries(sweep, folder / "summaries.parquet")
        about = {**manifest(sweep, today), "files": hashes(folder)}
        (folder / MANIFEST).write_bytes(to_json(about).encode())

    name = f"sweep-{today.isoformat()}-{_hash(sweep)}"
    return new_folder(OUTPUTS / folder_name(sweep.paths[0]), name, out, write, latest=False)


def manifest(sweep: Sweep, today: datetime.date) -> dict[str, Any]:
    """Return what is needed to repeat a sweep."""
    return {
        "written": today.isoformat(),
        "sweep": {key: list(values) for key, values in sweep.over.items()},
        "command": encodable(without_place(sweep.command)),
        "overrides": [encodable(change) for change in sweep.changes],
        "contracts": list(sweep.contracts),
        "engine": sweep.engine,
        "versions": versions(),
        "scenarios": [
            {
                "path": encodable(path.as_posix()),
                "sha256": hashlib.sha256(text.encode()).hexdigest(),
                "text": text,
            }
            for path, text in zip(sweep.paths, sweep.texts, strict=True)
        ],
    }


def _hash(sweep: Sweep) -> str:
    sizes = [(row["seed"], row["trials"], row["sample"]) for row in sweep.rows]
    of = [list(sweep.texts), dict(sweep.over), list(sweep.changes), list(sweep.contracts), sweep.engine]
    return short_hash([*of, sizes, versions()])


def _varied(sweep: Sweep, counts: Sequence[int]) -> dict[str, pa.Array]:
    """Return the columns that say which combination a row is of.

    Args:
        counts: rows of each combination.
    """
    import pyarrow as pa

    def repeated(values: Sequence[Any]) -> list[Any]:
        return [value for value, count in zip(values, counts, strict=True) for _ in range(count)]

    columns = {
        "combination": pa.array(repeated(range(1, len(counts) + 1)), pa.int32()),
        "scenario": _texts(repeated([encodable(each.scenario.as_posix()) for each in sweep.found])),
    }
    for key in sweep.over:
        values = repeated(sweep.typed(key))
        columns[f"{OVER}{key}"] = _texts(values) if isinstance(values[0], str) else pa.array(values)
    return columns


def _texts(values: Sequence[str | None]) -> pa.Array:
    import pyarrow as pa

    return pa.array(values, pa.string()).dictionary_encode()


def _column(values: Sequence[Any], kind: Kind) -> pa.Array:
    import pyarrow as pa

    if kind == "text":
        return _texts(values)
    types = {"number": pa.float64(), "count": pa.int64(), "flag": pa.bool_()}
    return pa.array(values, types[kind])


def _table(sweep: Sweep) -> pa.Table:
    """Return the table, a row for each combination; amounts with all their digits."""
    import pyarrow as pa

    counts = [1] * len(sweep.found)
    kinds: Mapping[str, Kind] = {
        **dict.fromkeys(("expected", "p90", "budget", "chance_of_budgets", "to_next"), "number"),
        "too_close_to_call": "flag",
    }
    rest = {name: _column([row[name] for row in sweep.rows], kinds.get(name, "text")) for name in OF_TABLE}
    return pa.table({**_varied(sweep, counts), **rest})


def _contracts(sweep: Sweep) -> pa.Table:
    """Return the numbers, a row for each combination and contract."""
    import pyarrow as pa

    found = [rows_of(each.summary) for each in sweep.found]
    rows = [row for each in found for row in each]
    kinds: dict[str, Kind] = {"contract": "text"}
    kinds |= {column.name: column.kind for column in (*RANKED, *OF_ALL, *COLUMNS)}
    rest = {name: _column([row[name] for row in rows], kind) for name, kind in kinds.items()}
    return pa.table({**_varied(sweep, [len(each) for each in found]), **rest})


def _write_summaries(sweep: Sweep, path: Path) -> None:
    """Write the summary of each combination; one after the other, as all together would be large in memory."""
    import pyarrow as pa
    from pyarrow import parquet

    varied = pa.table(_varied(sweep, [1] * len(sweep.found)))
    recommended = pa.array([row["recommended"] for row in sweep.rows], pa.string())
    table = varied.append_column("recommended", recommended)
    schema = table.schema.append(pa.field("summary", pa.string()))
    with parquet.ParquetWriter(path, schema, compression="zstd", use_dictionary=False) as writer:
        for place, each in enumerate(sweep.found):
            writer.write_table(table.slice(place, 1).append_column("summary", pa.array([each.text], pa.string())))

"""Large tables to one file, Parquet or CSV, streamed, and whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from simulator.errors import OutputError, reason
from simulator.report.files.partial import Partial
from simulator.runtime.interrupts import finish

if TYPE_CHECKING:
    import pyarrow as pa

FORMATS: Final = (".parquet", ".csv")


def write_table(tables: Iterator[pa.Table], path: Path, *, replace: bool = False) -> int:
    """Write tables of one schema one after another to a file and return the number of rows.

    The file appears under its name only when it is whole. In CSV a text that a spreadsheet would run as a formula is
    written with a leading apostrophe.

    Raises:
        OutputError: for an unknown ending, a file that exists (without `replace`), or a place that cannot be written.
    """
    if path.suffix.lower() not in FORMATS:
        raise OutputError(
            f"cannot write {path}: the ending must be {' or '.join(FORMATS)}, not {path.suffix or 'none'}"
        )
    if path.is_dir() or (path.exists() and not replace):
        what = "a folder of that name" if path.is_dir() else "a file of that name"
        raise OutputError(f"cannot write {path}: there is {what}; choose another name or use --force")
    try:
        with Partial.file(path) as partial:
            count = _write(tables, partial, csv=path.suffix.lower() == ".csv")
            finish()
            _name(partial, path, replace=replace)
    except FileExistsError as error:
        raise OutputError(f"cannot write {path}: another run wrote it meanwhile; choose another name") from error
    except OSError as error:
        raise OutputError(f"cannot write {path}: {reason(error)}") from error
    return count


def _name(partial: Path, path: Path, *, replace: bool) -> None:
    """Give a whole file its name; without `replace` only if nothing has it."""
    if replace:
        os.replace(partial, path)
    else:
        os.link(partial, path)


def _write(tables: Iterator[pa.Table], path: Path, *, csv: bool) -> int:
    from pyarrow import csv as csv_files
    from pyarrow import parquet

    count, writer = 0, None
    try:
        for table in tables:
            table = plain_texts(table) if csv else table
            if writer is None:
                make = csv_files.CSVWriter if csv else parquet.ParquetWriter
                writer = make(path, table.schema)
            writer.write_table(table)
            count += table.num_rows
    finally:
        if writer is not None:
            writer.close()
    return count


def plain_texts(table: pa.Table) -> pa.Table:
    """Return a table whose categories are texts that no spreadsheet runs as a formula."""
    import pyarrow as pa
    import pyarrow.compute as pc

    for position, field in enumerate(table.schema):
        if pa.types.is_dictionary(field.type):
            text = pc.cast(table.column(position), pa.string())
            risky = pc.match_substring_regex(text, r"^[=+\-@\t\r]")
            safe = pc.if_else(risky, pc.binary_join_element_wise("'", text, ""), text)
            table = table.set_column(position, field.name, safe)
    return table

"""The record in a file: a log that was read into the record's columns, or a synthetic ledger.

The file has the columns of records.py and, from a log, `source_id`: the system's own id of a conversation, which may
stand in several rows (a customer who comes back in the same thread). Beside FILE.parquet stands FILE.json with where
the rows came from; a ledger has none. Everything in both is checked before it is used.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from simulator.audit.record_facts import RecordFacts, facts_beside
from simulator.definitions.text import nearest
from simulator.errors import DataError, reason
from simulator.records import COLUMNS, SOURCE, Column

if TYPE_CHECKING:
    import pyarrow as pa

SOURCE_ID: Final = SOURCE.name
HASH_DIGITS: Final = 16
KEY: Final = ("case_id", "contact", "origin")
NEVER_EMPTY: Final = (*KEY, "conversation_id", "class", "opened_at")
_TRIAL: Final = "trial"
_MOST_WRONG_ENDS: Final = 0.001
_SHOWN: Final = 5
_MAGIC: Final = b"PAR1"
"""With which every Parquet file begins."""


@dataclass(frozen=True, slots=True)
class Record:
    """A record that was read.

    Attributes:
        table: the columns of records.py in their order and types, times in UTC without a zone, then `source_id` as
            text: where the file has none, the number of the conversation.
        empty: columns in which no row has a value.
        threads: whether the file has ids of its own, so that rows of one thread can be told.
    """

    path: Path
    table: pa.Table
    facts: RecordFacts
    empty: frozenset[str]
    threads: bool

    @property
    def undescribed(self) -> bool:
        """Whether it is of a log and nothing says where it came from: neither zone, nor moment, nor salt."""
        return self.threads and not self.facts.raw

    def hashed(self, source_id: str) -> str:
        """Return an id of the system as the record has it."""
        return hashed(source_id, self.facts.salt)


def hashed(source_id: str, salt: str) -> str:
    """Return the first 16 hex digits of sha256(salt + id); the id itself without a salt."""
    if not salt:
        return source_id
    return hashlib.sha256((salt + source_id).encode()).hexdigest()[:HASH_DIGITS]


def read_record(path: Path) -> Record:
    """Return a record with its facts.

    Raises:
        DataError: it cannot be read, lacks a column, has values of another type or outside their list, empty or
            repeated keys, or several futures of a ledger.
    """
    table = _read(path)
    _refuse_futures(table, path)
    columns = {column.name: _typed(table, column, path) for column in COLUMNS}
    threads = SOURCE_ID in table.column_names
    columns[SOURCE_ID] = _ids(table, columns, path, threads=threads)
    made = _table(columns)
    _check(made, path)
    empty = frozenset(name for name in made.column_names if made.column(name).null_count == made.num_rows)
    return Record(path, made, facts_beside(path), empty, threads)


def is_parquet(path: Path) -> bool:
    """Return whether a file begins as Parquet files do; not where it cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(len(_MAGIC)) == _MAGIC
    except OSError:
        return False


def _table(columns: Mapping[str, Any]) -> pa.Table:
    import pyarrow as pa

    return pa.table(dict(columns))


def _read(path: Path) -> pa.Table:
    import pyarrow as pa
    from pyarrow import parquet

    wanted = [*(column.name for column in COLUMNS), SOURCE_ID, _TRIAL]
    try:
        file = parquet.ParquetFile(path)
        there = file.schema_arrow.names
        missing = [column.name for column in COLUMNS if column.name not in there]
        if missing:
            raise DataError(
                f"{path} is no record: it has no column {missing[0]!r}"
                f"{f' and {len(missing) - 1} more of the record' if missing[1:] else ''}; "
                f"{nearest(missing[0], there[:60])}; `simulate log` and `simulate ledger` write one"
            )
        return file.read(columns=[name for name in wanted if name in there])
    except pa.ArrowException as error:
        if not is_parquet(path):
            raise DataError(
                f"{path} is no Parquet file, and so no record: read an export or a map with `simulate log` first, "
                "which writes one"
            ) from None
        raise DataError(f"{path} is no whole Parquet file: {str(error).splitlines()[0][:120]}") from None
    except OSError as error:
        raise DataError(f"cannot read {path}: {reason(error)}") from None


def _refuse_futures(table: pa.Table, path: Path) -> None:
    import pyarrow.compute as pc

    if _TRIAL in table.column_names and pc.count_distinct(table.column(_TRIAL)).as_py() > 1:
        raise DataError(f"{path} has several futures of a scenario: write one, with `simulate ledger --trials 1`")


def _typed(table: pa.Table, column: Column, path: Path) -> pa.ChunkedArray:
    """Return a column in the type of the record; a time with a zone is that moment in UTC."""
    import pyarrow as pa

    values, wanted = table.column(column.name), _types()[column.sql]
    held = values.type
    if pa.types.is_dictionary(held):
        held = held.value_type
    same = pa.types.is_null(held) or any(
        test(held) and test(wanted)
        for test in (pa.types.is_integer, pa.types.is_boolean, _is_text, pa.types.is_timestamp, _is_number)
    )
    if not same:
        raise DataError(f"{path}: column {column.name!r} is {held}, and the record has {column.sql} there")
    try:
        return values.cast(wanted)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise DataError(f"{path}: column {column.name!r} does not fit {column.sql}: {str(error)[:120]}") from None


def _is_text(kind: pa.DataType) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _is_number(kind: pa.DataType) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_floating(kind))


def _types() -> Mapping[str, pa.DataType]:
    import pyarrow as pa

    return {
        "BIGINT": pa.int64(), "INTEGER": pa.int32(), "SMALLINT": pa.int16(), "TINYINT": pa.int8(),
        "DOUBLE": pa.float64(), "BOOLEAN": pa.bool_(), "VARCHAR": pa.string(), "TIMESTAMP": pa.timestamp("us"),
    }  # fmt: skip


def _ids(table: pa.Table, columns: Mapping[str, Any], path: Path, *, threads: bool) -> pa.ChunkedArray:
    import pyarrow as pa

    if not threads:
        return columns["conversation_id"].cast(pa.string())
    held = table.column(SOURCE_ID)
    if held.null_count:
        raise DataError(
            f"{path}: column {SOURCE_ID!r} is empty in {held.null_count:,} rows, and lists are joined by it"
        )
    if not _is_text(held.type):
        raise DataError(f"{path}: column {SOURCE_ID!r} is {held.type}, and ids are text")
    return held.cast(pa.string())


def _check(table: pa.Table, path: Path) -> None:
    """Refuse empty and repeated keys, categories outside their list, NaN, and ends before starts."""
    import pyarrow as pa
    import pyarrow.compute as pc

    for name in NEVER_EMPTY:
        if empty := table.column(name).null_count:
            raise DataError(f"{path}: column {name!r} is empty in {empty:,} rows, and every conversation has one")
    for column in COLUMNS:
        values = table.column(column.name)
        if column.categories:
            _check_categories(values, column, path)
        if pa.types.is_floating(values.type) and (wrong := pc.sum(pc.is_nan(values)).as_py()):
            raise DataError(f"{path}: column {column.name!r} has NaN in {wrong:,} rows; an empty value is NULL")
    if table.num_rows and (least := pc.min(table.column("contact")).as_py()) < 1:
        raise DataError(f"{path}: contacts of a case are numbered from 1, and the least is {least}")
    _check_keys(table, path)
    late = pc.sum(pc.less(table.column("closed_at"), table.column("opened_at"))).as_py() or 0
    if late > _MOST_WRONG_ENDS * table.num_rows:
        raise DataError(f"{path}: {late:,} conversations end before they begin; are the times of one zone?")


def _check_categories(values: pa.ChunkedArray, column: Column, path: Path) -> None:
    counted = {each["values"]: each["counts"] for each in values.value_counts().to_pylist()}
    wrong = {value: count for value, count in counted.items() if value is not None and value not in column.categories}
    if wrong:
        value, count = max(wrong.items(), key=lambda each: each[1])
        raise DataError(
            f"{path}: column {column.name!r} has {value[:60]!r} in {count:,} rows; "
            f"the record knows {', '.join(column.categories)}: map it to one of them"
        )


def _check_keys(table: pa.Table, path: Path) -> None:
    import pyarrow.compute as pc

    grouped = table.select(list(KEY)).group_by(list(KEY)).aggregate([([], "count_all")])
    again = grouped.filter(pc.greater(grouped.column("count_all"), 1))
    if again.num_rows:
        shown = "; ".join(
            ", ".join(f"{name} {row[name]}" for name in KEY) for row in again.slice(0, _SHOWN).to_pylist()
        )
        raise DataError(f"{path}: {again.num_rows:,} keys stand in more than one row, as {shown}")

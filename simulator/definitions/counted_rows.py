"""Run definitions on rows of the record: one DuckDB SELECT for all of them."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from simulator.arrow import column
from simulator.definitions.compile import Definition
from simulator.definitions.dialects import in_duckdb
from simulator.definitions.own import OwnMeter
from simulator.definitions.text import nearest
from simulator.definitions.view import KEY, units_sql
from simulator.errors import DefinitionError
from simulator.records import BY_NAME

if TYPE_CHECKING:
    import duckdb
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from simulator.arrays import Array, Index

_ROWS: Final = "conversations"
_ROW_NUMBER: Final = "row_number_"
_CONFIG: Final[dict[str, str | bool | int | float | list[str]]] = {
    "enable_external_access": "false",
    "python_enable_replacements": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "threads": "1",
    "lock_configuration": "true",
}
"""No files, no network, no look into Python's variables, and no way to change that."""


class _Rows:
    """The rows that the prepared statement reads, through Arrow's stream protocol.

    A registered table would be bound when the statement is prepared, and every later execution would silently read
    that first one again; a stream is asked for anew by each scan.
    """

    def __init__(self, table: pa.Table | None) -> None:
        self.table = table

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        assert self.table is not None
        return self.table.__arrow_c_stream__(requested_schema)

    def __arrow_c_schema__(self) -> object:
        assert self.table is not None
        return self.table.schema.__arrow_c_schema__()


@dataclass(frozen=True, slots=True)
class CountedRows:
    """What rows of the record count for.

    Attributes:
        units: 0 or 1 per row, by definition.
        amounts: what each row adds to each own meter, at least 0.
    """

    units: Mapping[str, NDArray[np.int8]]
    amounts: Mapping[str, Array]


class Biller:
    """Bills rows of the record under several definitions and own meters at once.

    The connection opens at first use and once per process: an instance can be pickled and survives a fork. It must not
    be used by two threads at a time. The statement is prepared once per schema of the rows; planning it costs more
    than a thousand rows do, so hand over many rows at a time.
    """

    def __init__(self, definitions: Mapping[str, Definition], meters: Mapping[str, OwnMeter] | None = None) -> None:
        self.definitions, self.meters = dict(definitions), dict(meters or {})
        self._inherited: list[duckdb.DuckDBPyConnection] = []
        self._reset()

    def __getstate__(self) -> tuple[dict[str, Definition], dict[str, OwnMeter]]:
        return self.definitions, self.meters

    def __setstate__(self, state: tuple[dict[str, Definition], dict[str, OwnMeter]]) -> None:
        self.definitions, self.meters = state
        self._inherited = []
        self._reset()

    def _reset(self) -> None:
        self._connection: duckdb.DuckDBPyConnection | None = None
        self._process = 0
        self._rows = _Rows(None)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the record that rows must have, in the record's order."""
        readers: list[Definition | OwnMeter] = [*self.definitions.values(), *self.meters.values()]
        needed = {name for reader in readers for name in reader.columns}
        return tuple(name for name in BY_NAME if name in needed | set(KEY))

    @property
    def sql(self) -> str:
        """The one SELECT that bills all of them, over a table `conversations` whose rows are numbered."""
        amounts = {_amount_column(name): meter.sql for name, meter in self.meters.items()}
        return units_sql([*self.definitions.values()], _ROWS, _ROW_NUMBER, amounts)

    def units(self, rows: pa.Table) -> dict[str, NDArray[np.int8]]:
        """Return 0 or 1 per row and definition, int8 of shape (rows,), in the order of the rows.

        Args:
            rows: the record's columns that the definitions read, with (case_id, contact, origin) unique; a case must
                be whole. Categories may be strings or Arrow dictionaries. Rows may be in any order.

        Raises:
            DefinitionError: a column is missing, hours have NaN (an empty value is NULL), or a key is empty.
        """
        return dict(self.bill(rows).units)

    def bill(self, rows: pa.Table) -> CountedRows:
        """Return what rows count for, in the order of the rows.

        Args:
            rows: as of `units`, with the columns that own meters read.

        Raises:
            DefinitionError: as `units`, or an own meter is too large for a number.
        """
        import numpy as np

        count = rows.num_rows
        if count == 0 or not (self.definitions or self.meters):
            units = {name: np.zeros(count, dtype=np.int8) for name in self.definitions}
            return CountedRows(units, {name: np.zeros(count) for name in self.meters})
        answer = self._run(_checked(rows, self.columns))
        order = answer.pop(_ROW_NUMBER)
        units = {name: _ordered(answer[each.name], order, np.int8) for name, each in self.definitions.items()}
        amounts = {name: _ordered(answer[_amount_column(name)], order, np.float64) for name in self.meters}
        for name, values in amounts.items():
            if not np.isfinite(values).all():
                raise DefinitionError(
                    f"meter {name!r} is not a finite number for some conversation: write smaller numbers"
                )
        return CountedRows(units, amounts)

    def _run(self, rows: pa.Table) -> dict[str, Any]:
        numbered = _numbered(rows)
        connection = self._open()
        if self._rows.table is None or not numbered.schema.equals(self._rows.table.schema):
            self._rows = _Rows(numbered)
            connection.register(_ROWS, self._rows)
            connection.execute(f"PREPARE units AS {self.sql}")
        self._rows.table = numbered
        try:
            answer: dict[str, Any] = connection.execute("EXECUTE units").fetchnumpy()
        finally:
            self._rows.table = numbered.slice(0, 0)
        return answer

    def _open(self) -> duckdb.DuckDBPyConnection:
        if self._connection is None or self._process != os.getpid():
            import duckdb

            if self._connection is not None:  # a parent's: closing it in a forked child crashes or hangs
                self._inherited.append(self._connection)
            self._reset()
            self._connection = duckdb.connect(":memory:", config=_CONFIG)
            self._process = os.getpid()
        return self._connection


def evaluated(rows: pa.Table, asked: Sequence[str]) -> list[Array]:
    """Return SQL expressions over a table as numbers, each in the order of the table's rows; TRUE is 1.

    Args:
        asked: expressions over its columns that are never NULL.
    """
    import numpy as np

    told = ", ".join(f"CAST(({sql}) AS DOUBLE) AS value_{at}" for at, sql in enumerate(asked))
    connection = _connection()
    connection.register(_ROWS, _Rows(_numbered(rows)))
    try:
        answer: dict[str, Any] = connection.execute(f"SELECT {_ROW_NUMBER}, {told} FROM {_ROWS}").fetchnumpy()
    finally:
        connection.unregister(_ROWS)
    return [_ordered(answer[f"value_{at}"], answer[_ROW_NUMBER], np.float64) for at in range(len(asked))]


def selected(rows: pa.Table, query: str) -> dict[str, NDArray[Any]]:
    """Return the columns of a query over a table `conversations`, which is in the text that `in_dialect` reads."""
    connection = _connection()
    connection.register(_ROWS, _Rows(rows))
    try:
        answer: dict[str, Any] = connection.execute(in_duckdb(query)).fetchnumpy()
    finally:
        connection.unregister(_ROWS)
    return answer


_kept: Final = threading.local()


def _connection() -> duckdb.DuckDBPyConnection:
    """Return the connection of this process and thread; opening one takes longer than most answers."""
    import duckdb

    if getattr(_kept, "process", None) != os.getpid():
        _kept.connection, _kept.process = duckdb.connect(":memory:", config=_CONFIG), os.getpid()
    connection: duckdb.DuckDBPyConnection = _kept.connection
    return connection


def _numbered(rows: pa.Table) -> pa.Table:
    import numpy as np

    return rows.append_column(_ROW_NUMBER, column(np.arange(rows.num_rows)))


def _amount_column(name: str) -> str:
    """Return the column of an own meter: no definition may be named like it, as names begin with a letter."""
    return f"_own_{name}"


def _ordered(values: NDArray[Any], order: Index, kind: type[Any]) -> NDArray[Any]:
    """Return an answer's column in the order of the rows."""
    import numpy as np

    found = np.empty(len(order), dtype=kind)
    found[order] = values
    return found


def bill(rows: pa.Table, definitions: Mapping[str, Definition]) -> dict[str, NDArray[np.int8]]:
    """Bill rows once; keep a Biller to bill more than once. Arguments, result and errors are those of Biller.units."""
    return Biller(definitions).units(rows)


def _checked(rows: pa.Table, columns: tuple[str, ...]) -> pa.Table:
    import pyarrow as pa
    import pyarrow.compute as pc

    for name in columns:
        if name not in rows.column_names:
            raise DefinitionError(
                f"rows have no column {name!r}, which a definition reads: {nearest(name, rows.column_names)}"
            )
        values = rows.column(name)
        if pa.types.is_floating(values.type) and pc.any(pc.is_nan(values)).as_py():
            raise DefinitionError(f"column {name!r} has NaN: an empty value must be NULL")
        if name in KEY and values.null_count:
            raise DefinitionError(
                f"column {name!r} is empty in {values.null_count:,} rows: {', '.join(KEY)} tell one conversation from "
                "another"
            )
    return rows.select(list(columns))

"""What a checker needs of every trial, contract and month, as one Parquet file: anybody can check a percentile."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from simulator.forecast import Forecast
from simulator.money import currency
from simulator.priced import Priced
from simulator.scenario.months import months_of

if TYPE_CHECKING:
    import pyarrow as pa

Numbers = NDArray[np.generic]

REPEATING: Final = ["contract", "month"]
"""Columns of few values; a dictionary of amounts would take longer and more room than the amounts."""
ENCODINGS: Final = {
    "trial": "DELTA_BINARY_PACKED",
    "invoice_minor_units": "DELTA_BINARY_PACKED",
    "cost_to_serve_minor_units": "DELTA_BINARY_PACKED",
    "units": "BYTE_STREAM_SPLIT",
}
ROWS: Final = 1 << 20
"""Rows that are made and written at once, at most."""


def write_trials(forecast: Forecast, path: Path) -> None:
    """Write one row per contract, trial (from 0) and month, in this order.

    Columns: contract, trial, month; invoice_minor_units and cost_to_serve_minor_units (invoice and people's work) as
    whole minor units of the scenario's currency, cents of most, each month rounded by itself; and units, those that the
    contract bills, as numbers of 7 digits. The file's metadata has the currency and how many digits its minor units
    are.

    Raises:
        OSError: if the file cannot be written.
    """
    import pyarrow.parquet as pq

    writer = None
    try:
        for table in _tables(forecast):
            writer = writer or pq.ParquetWriter(
                path, table.schema, compression="zstd", compression_level=9, use_dictionary=REPEATING,
                column_encoding=ENCODINGS, write_statistics=False,
            )  # fmt: skip
            writer.write_table(table)
    finally:
        if writer is not None:
            writer.close()


def _tables(forecast: Forecast) -> Iterator[pa.Table]:
    """Yield tables contract by contract, of some trials each."""
    of = currency(forecast.scenario.currency)
    about = {"currency": of.code, "minor_unit_digits": str(of.minor_units)}
    months, names = months_of(forecast.scenario), list(forecast.contracts)
    size = max(ROWS // len(months), 1)
    for place, priced in enumerate(forecast.contracts.values()):
        amounts = _amounts(priced, 10.0**of.minor_units)
        for first in range(0, forecast.results.trials, size):
            some = {name: each[first : first + size] for name, each in amounts.items()}
            yield _table(some, first, place, names, months).replace_schema_metadata(about)


def _table(some: Mapping[str, Numbers], first: int, place: int, names: list[str], months: list[str]) -> pa.Table:
    """Return the rows of a contract and some trials."""
    import pyarrow as pa

    trials = len(some["units"])
    rows, each = trials * len(months), np.arange(first, first + trials, dtype=np.int32)
    return pa.table(
        {
            "contract": pa.DictionaryArray.from_arrays(np.full(rows, place, dtype=np.int16), names),
            "trial": pa.array(np.repeat(each, len(months))),
            "month": pa.DictionaryArray.from_arrays(np.tile(np.arange(len(months), dtype=np.int16), trials), months),
            **{name: pa.array(np.ascontiguousarray(values).ravel()) for name, values in some.items()},
        }
    )


def _amounts(priced: Priced, minor: float) -> dict[str, Numbers]:
    """Return amounts as whole minor units and units, (trial, month) each."""
    cost = priced.invoice
    return {
        "invoice_minor_units": np.rint(cost * minor).astype(np.int64),
        "cost_to_serve_minor_units": np.rint((cost + priced.human_work) * minor).astype(np.int64),
        "units": priced.units.astype(np.float32),
    }

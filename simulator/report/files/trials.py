"""What a checker needs of every trial, contract and month, as one Parquet file: anybody can check a percentile."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from simulator.arrow import column, words
from simulator.engine.results import METERS
from simulator.forecast.forecast import Forecast
from simulator.forecast.priced import Priced
from simulator.money import currency
from simulator.scenario.stated.months import months_of

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


def write_meters(forecast: Forecast, path: Path) -> None:
    """Write one row per trial (from 0) and month, in this order, with a column for every meter that is kept of each.

    Raises:
        OSError: if the file cannot be written.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    months, names = months_of(forecast.scenario), list(forecast.results.meters)
    trials, size = forecast.results.trials, max(ROWS // (len(months) * len(names)), 1) * 16
    places = pa.schema([("trial", pa.int32()), ("month", pa.dictionary(pa.int16(), pa.string()))])
    schema = pa.schema([*places, *((name, pa.float64()) for name in names)])
    with pq.ParquetWriter(path, schema, compression="zstd", use_dictionary=["month"], write_statistics=False) as writer:
        for first in range(0, trials, size):
            count = min(size, trials - first)
            meters = (column(forecast.columns.some(f"{METERS}{name}", first, count).ravel()) for name in names)
            writer.write_table(pa.table([*_places(first, count, months), *meters], schema=schema))


def _tables(forecast: Forecast) -> Iterator[pa.Table]:
    """Yield tables contract by contract, of some trials each."""
    of, trials = currency(forecast.scenario.currency), forecast.results.trials
    about = {"currency": of.code, "minor_unit_digits": str(of.minor_units)}
    months, names = months_of(forecast.scenario), list(forecast.contracts)
    size = max(ROWS // len(months), 1)
    for place, priced in enumerate(forecast.contracts.values()):
        for first in range(0, trials, size):
            some = _amounts(priced, first, min(size, trials - first), 10.0**of.minor_units)
            yield _table(some, first, place, names, months).replace_schema_metadata(about)


def _table(some: Mapping[str, Numbers], first: int, place: int, names: list[str], months: list[str]) -> pa.Table:
    """Return the rows of a contract and some trials."""
    import pyarrow as pa

    count = len(some["units"])
    trial, month = _places(first, count, months)
    return pa.table(
        {
            "contract": words(np.full(count * len(months), place), names),
            "trial": trial,
            "month": month,
            **{name: column(np.ascontiguousarray(values).ravel()) for name, values in some.items()},
        }
    )


def _places(first: int, count: int, months: list[str]) -> tuple[pa.Array, pa.Array]:
    """Return trial and month of the rows of some trials."""
    trial = np.repeat(np.arange(first, first + count, dtype=np.int32), len(months))
    return column(trial), words(np.tile(np.arange(len(months)), count), months)


def _amounts(priced: Priced, first: int, count: int, minor: float) -> dict[str, Numbers]:
    """Return amounts of some trials as whole minor units, and units, (trial, month) each."""
    invoice, human_work, units = (priced.some(name, first, count) for name in ("invoice", "human_work", "units"))
    return {
        "invoice_minor_units": np.rint(invoice * minor).astype(np.int64),
        "cost_to_serve_minor_units": np.rint((invoice + human_work) * minor).astype(np.int64),
        "units": units.astype(np.float32),
    }

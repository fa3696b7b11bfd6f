"""Every trial of every contract in every month as one Parquet file, so that anybody can check a percentile."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from simulator.arrow import column, words
from simulator.contracts.meters import CONVERSATIONS
from simulator.forecast import Forecast, Priced
from simulator.scenario.months import months_of

if TYPE_CHECKING:
    import pyarrow as pa

Array = NDArray[np.float64]

REPEATING: Final = ["contract", "trial", "month"]
"""Columns of few values; a dictionary of amounts would take longer and more room than the amounts."""


def write_trials(forecast: Forecast, path: Path) -> None:
    """Write one row per contract, trial (from 0) and month, in this order; amounts in the scenario's currency.

    Columns: contract, trial, month, invoice, cost_to_serve, human_work, model_cost, units, units_solved,
    units_solved_by_ai (empty where the unit cannot be solved), conversations, cases, cases_solved.

    Raises:
        OSError: if the file cannot be written.
    """
    import pyarrow.parquet as pq

    writer = None
    try:
        for table in _tables(forecast):
            writer = writer or pq.ParquetWriter(path, table.schema, compression="zstd", use_dictionary=REPEATING)
            writer.write_table(table)
    finally:
        if writer is not None:
            writer.close()


def _tables(forecast: Forecast) -> Iterator[pa.Table]:
    """Yield one table per contract."""
    import pyarrow as pa

    trials, months = forecast.results.trials, forecast.results.months
    names = list(forecast.contracts)
    month = np.tile(np.arange(months, dtype=np.int16), trials)
    for place, priced in enumerate(forecast.contracts.values()):
        contract = np.full(trials * months, place, dtype=np.int16)
        yield pa.table(
            {
                "contract": words(contract, names),
                "trial": column(np.repeat(np.arange(trials, dtype=np.int32), months)),
                "month": words(month, months_of(forecast.scenario)),
                **{name: _column(values, trials * months) for name, values in _amounts(forecast, priced).items()},
            }
        )


def _amounts(forecast: Forecast, priced: Priced) -> dict[str, Array | None]:
    meters, units = forecast.results.meters, priced.units
    return {
        "invoice": priced.invoice.total,
        "cost_to_serve": priced.cost_to_serve,
        "human_work": priced.human_work,
        "model_cost": priced.model_cost,
        "units": units.billed,
        "units_solved": units.solved,
        "units_solved_by_ai": units.solved_by_ai,
        "conversations": meters[CONVERSATIONS],
        "cases": meters["cases"],
        "cases_solved": priced.cases_solved,
    }


def _column(values: Array | None, rows: int) -> pa.Array:
    import pyarrow as pa

    return (
        pa.nulls(rows, pa.float64())
        if values is None
        else column(np.ascontiguousarray(values, dtype=np.float64).ravel())
    )

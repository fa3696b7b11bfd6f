"""The amounts that settlement bills in single months, of every contract that has any."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.forecast.forecast import Forecast
from simulator.report.summary.true_ups import TrueUp
from simulator.scenario.stated.months import months_of


def true_ups(forecast: Forecast) -> tuple[TrueUp, ...]:
    """Return what is billed beside use and monthly fees, by contract in the scenario's order, month and line."""
    return tuple(_of_contracts(forecast))


def _of_contracts(forecast: Forecast) -> Iterator[TrueUp]:
    months = months_of(forecast.scenario)
    for name, priced in forecast.contracts.items():
        for lump in priced.lumps:
            yield TrueUp(name, months[lump.month - 1], lump.line, lump.share, lump.mean, lump.mean / lump.share)

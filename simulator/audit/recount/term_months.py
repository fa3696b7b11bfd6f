"""The months of a record in the term of a contract: units of each, and the contract as it prices one of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from simulator.audit.recount.billing_period import BillingPeriod
from simulator.audit.recount.recount_money import PricedContract
from simulator.audit.recount.unit_counts import UnitCounts
from simulator.contracts.contract import Contract
from simulator.contracts.exact.decimals import ZERO
from simulator.contracts.prices.seats import HUMAN_MINUTES

if TYPE_CHECKING:
    from simulator.arrays import Array, Flags

_MONTHS: Final = 12


@dataclass(frozen=True)
class TermMonths:
    """The months of a record under a contract.

    Attributes:
        code: currency of the contract.
        start: first month of its term, as 2027-01.
    """

    counts: UnitCounts
    period: BillingPeriod | None
    contract: Contract
    code: str
    start: str

    @cached_property
    def units(self) -> Mapping[str, int]:
        """Units by calendar month."""
        return units_by_month(self.counts, self.period)

    @cached_property
    def _billed(self) -> Contract:
        """The contract without settlement by another definition: credits for it are told apart, as late returns."""
        settlement = replace(self.contract.settlement, clawback=None, guarantee=None)
        return replace(self.contract, settlement=settlement)

    def priced(self, month: str, rows: Flags) -> PricedContract:
        """Return the contract at a month: so many months into its term, with the units of the months before.

        Args:
            rows: conversations of the month, whose human minutes seats may need.
        """
        first, meters = _number(self.start), {*self.contract.meters, self.contract.unit}
        place = max(0, _number(month) - first)
        earlier: dict[str, list[Decimal]] = {key: [ZERO] * place for key in meters}
        earlier[self.contract.unit] = [Decimal(self.units.get(_name(first + each), 0)) for each in range(place)]
        other: dict[str, Decimal] = {}
        if HUMAN_MINUTES in meters and HUMAN_MINUTES not in self.counts.record.empty:
            other[HUMAN_MINUTES] = Decimal(repr(float(self._minutes[rows].sum())))
        return PricedContract(self._billed, self.code, earlier, other)

    @cached_property
    def _minutes(self) -> Array:
        column = self.counts.record.table.column(HUMAN_MINUTES)
        return np.nan_to_num(np.array(column.to_pylist(), dtype=np.float64))

    def of_all_months(self) -> Decimal:
        """Return what the units of all months cost, each month for itself."""
        names = self.counts.opened.astype("datetime64[us]").astype("datetime64[M]").astype(str)
        parts = (self.priced(month, names == month).of_units(units) for month, units in self.units.items())
        return sum(parts, ZERO)


def units_by_month(counts: UnitCounts, period: BillingPeriod | None) -> dict[str, int]:
    """Return units by calendar month: of the vendor's zone and rule where there is a period, else of opening in UTC."""
    moments = counts.opened if period is None else period.at(counts.opened, period.basis)
    counted = moments[counts.own > 0]
    if period is not None and period.zone.key != "UTC":
        import pyarrow as pa
        import pyarrow.compute as pc

        local = pc.local_timestamp(
            pa.array(counted, pa.timestamp("us", tz="UTC")).cast(pa.timestamp("us", tz=period.zone.key))
        )
        counted = np.array(local.cast(pa.int64()).to_pylist(), dtype=np.int64)
    found = Counter(counted.astype("datetime64[us]").astype("datetime64[M]").astype(str).tolist())
    return dict(sorted(found.items()))


def _number(month: str) -> int:
    return int(month[:4]) * _MONTHS + int(month[5:7]) - 1


def _name(number: int) -> str:
    return f"{number // _MONTHS:04d}-{number % _MONTHS + 1:02d}"

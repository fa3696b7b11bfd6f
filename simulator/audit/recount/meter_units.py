"""Units of a record for each meter of a contract, by the statement that its annex prints, and when they opened."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from simulator.audit.record_file import Record
from simulator.audit.recount.billing_period import BillingPeriod, months_of_moments
from simulator.audit.unit_statements import UnitStatement, unit_statement, why_uncounted
from simulator.contracts.exact.decimals import exact
from simulator.definitions import selected
from simulator.records import BY_NAME, Holder
from simulator.scenario.stated.compiled_terms import Terms

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from simulator.arrays import Array, Flags

HELD: Final[Mapping[Holder, str]] = {
    "buyer": "you hold it: map it in your log", "both": "you hold it, and so does the vendor: map it in your log",
    "vendor": "the vendor holds it: ask for it, or recount by another definition",
    "vendor_or_logs": "the vendor's logs hold it", "nobody": "nobody holds it",
}  # fmt: skip
EVERY: Final = "TRUE"


@dataclass(frozen=True, slots=True)
class OpenedUnits:
    """Units of one meter, one entry a conversation that has any.

    Attributes:
        opened: microseconds since 1970, UTC, (conversation,).
        units: what each adds, (conversation,).
    """

    opened: NDArray[np.int64]
    units: Array

    def within(self, period: BillingPeriod | None) -> Decimal:
        """Return the units of a period, or of the whole record."""
        return self._sum(self.units if period is None else self.units[period.holds(self.opened)])

    def by_month(self, period: BillingPeriod | None) -> dict[str, Decimal]:
        """Return units by calendar month: by the zone and rule of a period, without one of opening in UTC."""
        months = months_of_moments(self.opened, period)
        return {str(month): self._sum(self.units[_are(months, month)]) for month in sorted(set(months.tolist()))}

    @staticmethod
    def _sum(units: Array) -> Decimal:
        total = float(units.sum())
        return Decimal(int(total)) if total.is_integer() else exact(total)


def _are(months: NDArray[np.str_], month: str) -> Flags:
    found: Flags = months == month
    return found


def units_of(record: Record, meters: Iterable[str], terms: Terms) -> tuple[dict[str, OpenedUnits], dict[str, str]]:
    """Return the units of the meters that a record tells, and of each other why it does not."""
    found, unknown = {}, {}
    for meter in meters:
        counted = unit_statement(meter, terms)
        why = why_uncounted(meter) if counted is None else missing(record, counted.columns)
        if counted is None or why:
            unknown[meter] = why
        else:
            found[meter] = _counted(record, counted)
    return found, unknown


def statements_of(meters: Iterable[str], terms: Terms) -> tuple[UnitStatement, ...]:
    """Return the statements of meters, where there are any, in their order."""
    made = (unit_statement(meter, terms) for meter in meters)
    return tuple(each for each in made if each is not None)


def missing(record: Record, columns: Iterable[str]) -> str:
    """Return which column is empty where it may not be, in how many rows and who holds it; "" where none is."""
    for name in columns:
        column, empty = BY_NAME[name], record.table.column(name).null_count
        if empty and not column.nullable:
            return (
                f"the record is empty in {name!r} ({column.meaning}) in {empty:,} of {record.table.num_rows:,} rows; "
                f"{HELD[column.held_by]}"
            )
    return ""


def _counted(record: Record, counted: UnitStatement) -> OpenedUnits:
    import numpy as np

    found = selected(record.table, counted.within(EVERY))
    opened = found["opened_at"].astype("datetime64[us]").astype(np.int64)
    units = found.get("units")
    return OpenedUnits(opened, np.ones(len(opened)) if units is None else np.asarray(units, np.float64))

"""Lines of a vendor's invoice from a CSV file: in columns of our own, or in those of FOCUS.

FOCUS is the FinOps Open Cost and Usage Specification: BilledCost, ChargeDescription, ChargePeriodStart and so on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import MAXYEAR, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Final, TypeAlias

from simulator.audit.recount.billed_list import ID_NAMES
from simulator.audit.recount.csv_rows import CsvRow, read_rows
from simulator.errors import DataError

Edge: TypeAlias = date | datetime
"""Start or end of a period: a day in the vendor's zone, or a moment with a zone."""
OWN: Final[Mapping[str, str]] = MappingProxyType(
    {name: name for name in ("description", "amount", "quantity", "unit_price", "currency", "period_start",
                             "period_end", "invoice_id", "category")}
)  # fmt: skip
FOCUS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "description": "ChargeDescription",
        "amount": "BilledCost",
        "quantity": "PricingQuantity",
        "unit_price": "ContractedUnitPrice",
        "currency": "BillingCurrency",
        "period_start": "ChargePeriodStart",
        "period_end": "ChargePeriodEnd",
        "invoice_id": "InvoiceId",
        "category": "ChargeCategory",
    }
)
LIST_PRICE: Final = "ListUnitPrice"
LONGER_THAN_ROWS: Final = timedelta(days=7)
"""A longer period that ends on the last day of a month has that day in it; rows of days and weeks do not."""
_NEEDED: Final = ("description", "amount", "currency", "period_start", "period_end")


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """A line of an invoice.

    Attributes:
        line: of the file.
        quantity, unit_price: None where the line has none.
        amount: money, negative for what is taken off.
        start, end: of its period, half open.
        category: as FOCUS names it (Usage, Purchase, Tax, Credit, Adjustment); empty where nobody says.
        last_day: the end as it was written where that is the last day of a month, which `end` is after; else None.
    """

    line: int
    invoice_id: str
    description: str
    quantity: Decimal | None
    unit_price: Decimal | None
    amount: Decimal
    currency: str
    start: Edge
    end: Edge
    category: str = ""
    last_day: date | None = None


def read_invoice(path: Path) -> tuple[InvoiceLine, ...]:
    """Return the lines of an invoice.

    Raises:
        DataError: it lacks a column, or a cell has no number, day or currency in it; several currencies.
    """
    rows = read_rows(path)
    focus = FOCUS["amount"] in rows[0].cells
    names = dict(FOCUS if focus else OWN)
    if focus and names["unit_price"] not in rows[0].cells:
        names["unit_price"] = LIST_PRICE
    missing = [names[each] for each in _NEEDED if names[each] not in rows[0].cells]
    if missing and not focus and OWN["amount"] in missing and any(each in rows[0].cells for each in ID_NAMES):
        raise DataError(f"{path} is a list of ids and no invoice: are --invoice and --list swapped?")
    if missing:
        raise DataError(
            f"{path} has no column {missing[0]!r}; an invoice has {', '.join(OWN[each] for each in _NEEDED)}, "
            f"or in FOCUS {', '.join(FOCUS[each] for each in _NEEDED)}"
        )
    lines = tuple(_line(row, names) for row in rows)
    currencies = sorted({line.currency for line in lines})
    if len(currencies) > 1:
        raise DataError(f"{path} has lines in {' and '.join(currencies)}; give the lines of one currency")
    return lines


def _line(row: CsvRow, names: Mapping[str, str]) -> InvoiceLine:
    def optional(what: str) -> Decimal | None:
        return row.number(names[what]) if row.cells.get(names[what]) else None

    start, end = _edge(row, names["period_start"]), _edge(row, names["period_end"])
    if isinstance(start, datetime) is not isinstance(end, datetime) or start >= end:
        raise row.refused(names["period_end"], f"it must be after {names['period_start']}, both days or both moments")
    last_day = _last_day(start, end)
    code = row.cells[names["currency"]].upper()
    if not (len(code) == 3 and code.isascii() and code.isalpha()):
        raise row.refused(names["currency"], "write a code of ISO 4217, as USD")
    return InvoiceLine(
        line=row.line,
        invoice_id=row.cells.get(names["invoice_id"], ""),
        description=row.cells[names["description"]],
        quantity=optional("quantity"),
        unit_price=optional("unit_price"),
        amount=row.number(names["amount"]),
        currency=code,
        start=start,
        end=end if last_day is None else end + timedelta(days=1),
        category=row.cells.get(names["category"], ""),
        last_day=last_day,
    )


def _last_day(start: Edge, end: Edge) -> date | None:
    """Return the end of a period where it is written as the last day of a month, and not as the day after it."""
    first, day = (edge.date() if isinstance(edge, datetime) else edge for edge in (start, end))
    at_midnight = not isinstance(end, datetime) or end.time() == time()
    is_last = day.year < MAXYEAR and (day + timedelta(days=1)).day == 1
    return day if at_midnight and is_last and day - first > LONGER_THAN_ROWS else None


def _edge(row: CsvRow, column: str) -> Edge:
    """Return a day, or a moment with its zone; a time without a zone only where it is midnight, which is a day."""
    text = row.cells[column]
    try:
        if len(text) == len("2026-10-01"):
            return date.fromisoformat(text)
        found = datetime.fromisoformat(text)
    except ValueError:
        raise row.refused(column, "write a day as 2026-10-01, or a moment as 2026-10-01T00:00:00Z") from None
    if found.tzinfo is not None:
        return found
    if (found.hour, found.minute, found.second, found.microsecond) != (0, 0, 0, 0):
        raise row.refused(column, "a time of day needs its zone, as 2026-10-01T08:00:00Z")
    return found.date()

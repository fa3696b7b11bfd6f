"""Invoices and what is owed on leaving, for contracts and for changes from one to another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator.contracts.contract import Contract
from simulator.contracts.exit import Owed, owed_after
from simulator.contracts.pricing import Invoice
from simulator.contracts.pricing import invoice as priced
from simulator.contracts.switching import Switch, combined, parts_of

if TYPE_CHECKING:
    from simulator.arrays import Array
    from simulator.contracts.meters import Meters, Values


@dataclass(frozen=True, slots=True)
class ExitRow:
    """Means over trials of `Owed`, for use that stops after a month counted from 1."""

    month: int
    fees: float
    commitment: float
    other: float
    total: float
    prepaid_lost: float


def invoice(contract: Contract, meters: Meters, values: Values) -> Invoice:
    """Return the invoices of a contract, or of a change from one to another.

    Args:
        meters: arrays (trial, month) by meter key; must hold at least one meter, and `contract.meters`.
        values: gives the value of a quantity in each trial, shape (trial,).

    Raises:
        KeyError: if the table lacks a meter of the contract.
    """
    if contract.switch is None:
        return priced(contract, meters, values)
    return _switched(contract.switch, meters, values)


def _switched(switch: Switch, meters: Meters, values: Values) -> Invoice:
    months = next(iter(meters.values())).shape[1]
    old_meters, new_meters = parts_of(switch, meters)
    before = priced(switch.before, old_meters, values)
    after = None if switch.month > months else priced(switch.after, new_meters, values)
    owed = owed_after(before, switch.before, old_meters, values, before.total.shape[1]).total
    parts, lines, served = combined(switch, before, after, owed, months, values)
    return Invoice(lines=lines, served=served, drawn=None, **parts)


def exit_table(bill: Invoice, contract: Contract, meters: Meters, values: Values) -> tuple[ExitRow, ...]:
    """Return what is owed on average if use stops after each month of the horizon."""
    rows = []
    for month, owed in enumerate(owed_by_month(bill, contract, meters, values), 1):
        parts = (owed.fees, owed.commitment, owed.other, owed.total, owed.prepaid_lost)
        rows.append(ExitRow(month, *(float(part.mean()) for part in parts)))
    return tuple(rows)


def owed_by_month(bill: Invoice, contract: Contract, meters: Meters, values: Values) -> Iterator[Owed]:
    """Yield what is owed if use stops after the first month of the horizon, the second, and so on."""
    for month in range(1, bill.total.shape[1] + 1):
        yield _owed(bill, contract, meters, values, month)


def _owed(bill: Invoice, contract: Contract, meters: Meters, values: Values, month: int) -> Owed:
    switch = contract.switch
    if switch is None:
        return owed_after(bill, contract, meters, values, month)
    old_meters, new_meters = parts_of(switch, meters)
    owed = []
    if month <= switch.last_old(bill.total.shape[1]):
        owed.append(owed_after(priced(switch.before, old_meters, values), switch.before, old_meters, values, month))
        owed[0] = _less_billed(owed[0], bill, switch, month)
    if month >= switch.month:
        later = month - switch.month + 1
        owed.append(owed_after(priced(switch.after, new_meters, values), switch.after, new_meters, values, later))
    return owed[0] if len(owed) == 1 else _together(owed)


def _less_billed(owed: Owed, bill: Invoice, switch: Switch, month: int) -> Owed:
    """Return what the old contract asks for, nothing in the month whose invoice has it already."""
    months = bill.total.shape[1]
    if month != switch.last_old(months) or month == months:
        return owed
    nothing: Array = owed.total * 0.0
    return Owed(nothing, nothing, nothing, nothing, owed.prepaid_lost)


def _together(owed: Sequence[Owed]) -> Owed:
    one, two = owed
    return Owed(
        one.fees + two.fees,
        one.commitment + two.commitment,
        one.other + two.other,
        one.total + two.total,
        one.prepaid_lost + two.prepaid_lost,
    )


def owed_if_stopped(table: Sequence[ExitRow], months: Sequence[int] = (6, 12)) -> dict[str, float | None]:
    """Return the mean over trials of what is still owed when use stops after month k, by k.

    Returns:
        Amounts in the scenario's currency; None for a month beyond the horizon, of which nothing was simulated.
    """
    return {str(month): table[month - 1].total if month <= len(table) else None for month in months}

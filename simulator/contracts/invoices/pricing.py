"""Invoices and what is owed on leaving, for contracts and for changes from one to another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator.contracts.contract import Contract
from simulator.contracts.invoices.invoice import Invoice, plain_invoice
from simulator.contracts.invoices.leaving import Owed, owed_after
from simulator.contracts.invoices.switch import owed_with_switch, switched_invoice

if TYPE_CHECKING:
    from simulator.contracts.metering.meters import Meters, Values


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
        return plain_invoice(contract, meters, values)
    return switched_invoice(contract.switch, meters, values)


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
        if contract.switch is None:
            yield owed_after(bill, contract, meters, values, month)
        else:
            yield owed_with_switch(bill, contract.switch, meters, values, month)


def owed_if_stopped(table: Sequence[ExitRow], months: Sequence[int] = (6, 12)) -> dict[str, float | None]:
    """Return the mean over trials of what is still owed when use stops after month k, by k.

    Returns:
        Amounts in the scenario's currency; None for a month beyond the horizon, of which nothing was simulated.
    """
    return {str(month): table[month - 1].total if month <= len(table) else None for month in months}

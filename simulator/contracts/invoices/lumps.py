"""Lines of an invoice that make a single month jump: true-ups, credits bought in advance, fees that are owed once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from simulator.contracts.contract import Contract
from simulator.contracts.invoices.invoice import COMMITMENT, CREDITS_BOUGHT, MONTHLY_MINIMUM, YEARLY_MINIMUM, Invoice
from simulator.contracts.invoices.switch import FEE, NEW, OLD, OWED
from simulator.contracts.prices.fees import OneTimeFee

if TYPE_CHECKING:
    from simulator.arrays import Array

SETTLED: Final = frozenset({MONTHLY_MINIMUM, YEARLY_MINIMUM, COMMITMENT, CREDITS_BOUGHT})
"""Lines of settlement that add an amount in some months and nothing in others."""


def lump_lines(bill: Invoice, contract: Contract) -> Mapping[str, Array]:
    """Return the lines of an invoice that are no use and no monthly fee, by label, (trial, month)."""
    wanted = set(_labels(contract))
    return {label: line for label, line in bill.lines.items() if label in wanted}


def _labels(contract: Contract) -> Iterator[str]:
    if contract.switch is not None:
        yield from (f"{OLD}{label}" for label in _labels(contract.switch.before))
        yield from (f"{NEW}{label}" for label in _labels(contract.switch.after))
        yield from (OWED, FEE)
        return
    yield from SETTLED
    once = [charge.label for charge in contract.charges if isinstance(charge, OneTimeFee)]
    for place, label in enumerate(once):
        seen = once[: place + 1].count(label)
        yield label if seen == 1 else f"{label} ({seen})"

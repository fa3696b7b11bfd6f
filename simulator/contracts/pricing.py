"""From meters to invoices. All arrays have axis order (trial, month)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator.contracts.charges import TokenCharge
from simulator.contracts.contract import Contract
from simulator.contracts.prices import TokenRates
from simulator.contracts.settlement import Settled, Settlement, settle

if TYPE_CHECKING:
    from simulator.contracts.meters import Array, Meters, Values


@dataclass(frozen=True, slots=True)
class Invoice:
    """What the vendor bills, every array (trial, month) in the scenario's currency.

    Attributes:
        lines: what the invoice lists, by label: each charge, then discount, minimums and cap where the contract has
            them. They sum to the total.
        usage: charges for use after discount.
        fees: what is owed whatever is used.
        outside: charges that settlement does not see, such as one-time fees.
        true_up: what monthly and yearly minimums add.
        cap: what the monthly cap takes off, 0 or negative.
        total: usage + fees + outside + true_up + cap.
    """

    lines: Mapping[str, Array]
    usage: Array
    fees: Array
    outside: Array
    true_up: Array
    cap: Array
    total: Array


def invoice(contract: Contract, meters: Meters, values: Values) -> Invoice:
    """Return the invoices of a contract.

    Args:
        meters: arrays (trial, month) by meter key; must hold at least one meter, and `contract.meters`.
        values: gives the value of a quantity in each trial, shape (trial,).

    Raises:
        KeyError: if the table lacks a meter of the contract.
    """
    lines = charge_lines(contract, meters, values)
    charged = _totals(lines, meters)
    settled = settle(charged.usage, charged.fees, contract.settlement, values)
    return Invoice(
        lines={**lines.usage, **lines.fees, **lines.outside, **_settlement_lines(contract.settlement, settled)},
        usage=charged.usage + settled.discount,
        fees=charged.fees,
        outside=charged.outside,
        true_up=settled.monthly_true_up + settled.yearly_true_up,
        cap=settled.cap,
        total=settled.total + charged.outside,
    )


@dataclass(frozen=True, slots=True)
class Charged:
    """What a contract charges before settlement, all (trial, month): usage before discount, fees, and the rest.

    Attributes:
        outside: charges that settlement does not see; they are added to its total.
    """

    usage: Array
    fees: Array
    outside: Array


def charges_before_settlement(contract: Contract, meters: Meters, values: Values) -> Charged:
    """Return what a contract charges before settlement."""
    return _totals(charge_lines(contract, meters, values), meters)


@dataclass(frozen=True, slots=True)
class Lines:
    """Amounts (trial, month) of charges by label: for use, fees, and those that settlement does not see."""

    usage: dict[str, Array]
    fees: dict[str, Array]
    outside: dict[str, Array]


def charge_lines(contract: Contract, meters: Meters, values: Values) -> Lines:
    """Return the amounts of charges by label; a label that recurs is numbered."""
    lines = Lines({}, {}, {})
    seen: dict[str, int] = {}
    for charge in contract.charges:
        seen[charge.label] = seen.get(charge.label, 0) + 1
        label = charge.label if seen[charge.label] == 1 else f"{charge.label} ({seen[charge.label]})"
        amount = charge.amount(meters, values)
        if not charge.settles:
            lines.outside[label] = amount
        elif charge.is_fee:
            lines.fees[label] = amount
        else:
            lines.usage[label] = amount * contract.rate_factor
    return lines


def _totals(lines: Lines, meters: Meters) -> Charged:
    return Charged(_sum(lines.usage, meters), _sum(lines.fees, meters), _sum(lines.outside, meters))


def model_cost(meters: Meters, models: Mapping[str, TokenRates], values: Values) -> Array:
    """Return what the tokens cost the vendor (trial, month): models at their rates, no markup, nothing in batches."""
    return TokenCharge(tuple(models.items())).amount(meters, values)


def _sum(lines: Mapping[str, Array], meters: Meters) -> Array:
    import numpy as np

    total = np.zeros(next(iter(meters.values())).shape)
    for amount in lines.values():
        total = total + amount
    return total


def _settlement_lines(terms: Settlement, settled: Settled) -> dict[str, Array]:
    lines = {}
    if not terms.discount.fixed or terms.discount.center > 0:
        lines["discount"] = settled.discount
    if terms.monthly_minimum is not None:
        lines["monthly minimum, true-up"] = settled.monthly_true_up
    if terms.maximum_per_month is not None:
        lines["above the monthly maximum"] = settled.cap
    if terms.yearly_minimum is not None:
        lines["yearly minimum, true-up"] = settled.yearly_true_up
    return lines

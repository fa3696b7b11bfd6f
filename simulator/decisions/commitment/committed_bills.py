"""What a contract bills at a size of its commitment, and the use that stands against it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from simulator.arrays import Array
from simulator.contracts import Contract
from simulator.contracts.invoices.invoice import (
    charges_before_settlement,
    invoice_of,
    meters_to_price,
    plain_invoice,
)
from simulator.contracts.invoices.leaving import Owed, owed_after
from simulator.contracts.prices.charge import innermost
from simulator.contracts.prices.priced_units import Adjusted
from simulator.decisions.commitment.committed import Size
from simulator.forecast.bills import values_of

if TYPE_CHECKING:
    from simulator.contracts.metering.meters import Meters
    from simulator.engine.results import Results


def meters_at(results: Results, contract: Contract, volume: float) -> Meters:
    """Return the meters that a contract is billed on, (trial, month), at a volume of so many times the scenario's.

    All meters are in proportion to the number of cases, so a volume is a factor on each of them.
    """
    meters = results.priced_meters(contract)
    keys = dict.fromkeys([*contract.meters, contract.unit])
    return {key: meters[key] * volume if volume != 1.0 else meters[key] for key in keys}


def biller(size: Size, results: Results, volume: float = 1.0) -> Callable[[float], Array]:
    """Return the function from a size to the invoice over the horizon, (trial,), in the scenario's currency.

    Args:
        volume: what all meters are multiplied by.
    """
    meters, values = meters_at(results, size.contract, volume), values_of(results)
    if size.kind == "pack":
        return lambda wanted: _horizon(plain_invoice(size.at(wanted), meters, values).total)
    charged = charges_before_settlement(size.contract, meters, values)
    return lambda wanted: _horizon(invoice_of(size.at(wanted), charged, values).total)


def as_offered(contract: Contract, results: Results, volume: float = 1.0) -> Array:
    """Return what a contract bills over the horizon, (trial,), as it is offered, in the scenario's currency."""
    return _horizon(plain_invoice(contract, meters_at(results, contract, volume), values_of(results)).total)


def owed_by_month(contract: Contract, results: Results, months: tuple[int, ...]) -> Mapping[int, Owed]:
    """Return what is still owed if use stops after each of some months."""
    meters, values = meters_at(results, contract, 1.0), values_of(results)
    bill = plain_invoice(contract, meters, values)
    return {month: owed_after(bill, contract, meters, values, month) for month in months}


def use_by_period(size: Size, results: Results) -> Array:
    """Return the use that stands against a commitment, in its own unit, (trial, period).

    A period of which the horizon has a part counts as a whole one at the same rate.
    """
    meters, values = meters_at(results, size.contract, 1.0), values_of(results)
    if size.charge is not None:
        left = meters_to_price(size.contract, meters, values)[1]
        charge = size.charge
        found = charge.units(left, values) if isinstance(charge, Adjusted) else left[innermost(charge).unit_meter]
        return _by_period(found, size.months)
    terms = replace(size.contract.settlement, prepaid=None, commitment=None)
    if size.kind == "yearly_minimum":
        terms = replace(terms, yearly_minimum=None)
    elif size.kind == "monthly_minimum":
        terms = replace(terms, monthly_minimum=None)
    bill = plain_invoice(replace(size.contract, settlement=terms, exchange=None), meters, values)
    found = bill.total - bill.outside if _with_fees(size) else bill.usage
    return _by_period(found, size.months) / _price_of_one(size)


def _with_fees(size: Size) -> bool:
    terms = size.contract.settlement
    if size.kind == "prepaid":
        return terms.prepaid is not None and terms.prepaid.pays == "invoice"
    if size.kind == "assumed":
        return False
    return terms.commitment is None or not size.kind.startswith(("units", "amount")) or terms.commitment.with_fees


def _price_of_one(size: Size) -> float:
    """Return the money of use that one of the size pays for."""
    if size.kind == "units":
        return size.committed
    return size.beyond if size.kind == "assumed" else 1.0


def _by_period(months: Array, length: int) -> Array:
    count = months.shape[1]
    sums = [months[:, first : first + length].sum(axis=1) for first in range(0, count, length)]
    share = [length / min(length, count - first) for first in range(0, count, length)]
    whole: Array = np.stack(sums, axis=1) * np.array(share)
    return whole


def _horizon(months: Array) -> Array:
    total: Array = months.sum(axis=1)
    return total

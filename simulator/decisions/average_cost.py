"""What a worked case costs on average: its part of all that a contract bills over the horizon, on average.

One more session in a month of packages of 100 mostly adds nothing, and the hundred and first adds a package: what one
more adds is not what a session costs. The average is: charges for use over the units that they are for, times the
units of the case, times what the contract bills in all over its charges for use. So fees, minimums, discounts, prepaid
credits and credits of the vendor are in it in proportion; one-time fees are not. With 340 sessions a month in packages
of 100 at 49, four packages are 196 a month, and a session costs 196 / 340 = 0.5765 on average.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from simulator.arrays import Array, Flags
from simulator.contracts import Contract
from simulator.contracts.invoices.invoice import charges_before_settlement, invoice_of
from simulator.contracts.metering.meters import CONVERSATIONS
from simulator.contracts.prices.charge import NOTHING, ONE, Charge, innermost
from simulator.contracts.prices.derived_charges import Highest, PercentOf
from simulator.contracts.prices.seats import SeatCharge
from simulator.contracts.prices.token_charge import TokenCharge
from simulator.contracts.settlement.billable_units import countables, held_by_unit, unit_schedule
from simulator.contracts.settlement.settlement import discounted
from simulator.quantities.distributions import Quantity

_ROUNDING: Final = 1e-9
"""Relative difference of two sums of the same charges that comes from their order."""


@dataclass(frozen=True, slots=True)
class Averages:
    """What cases cost on average, shape (case,).

    Attributes:
        amounts: in the scenario's currency.
        included: whether a case has units that no charge for use costs anything for, as a fee, seats or a minimum pay
            them.
    """

    amounts: Array
    included: Flags


@dataclass(frozen=True, slots=True)
class _Line:
    """A charge for use over some months: what it comes to, and each case's share of it, (case,)."""

    amount: float
    shares: Array


def average_costs(
    contract: Contract,
    cases: Mapping[str, Array],
    average_month: Mapping[str, float],
    horizon: int,
    span: slice,
    owed: float | None = None,
) -> Averages:
    """Return what cases cost on average in a span of months, by what they use at stated prices in average months.

    Of a change of vendor these are the new contract's, over its own months.

    Args:
        cases: each meter's units of the cases, shape (case,).
        average_month: each meter's mean over trials and months.
        span: months of the contract from 0 in which the same units are billed.
        owed: what its units cost together on average over the futures, in the scenario's currency, where that is known:
            average months have no peak that passes an allowance or reaches a cap. What they bill where it is None, and
            of a change of vendor.
    """
    own = contract if contract.switch is None else contract.switch.after
    months = horizon if contract.switch is None else horizon - contract.switch.month + 1
    keys = dict.fromkeys((*own.meters, *own.units, CONVERSATIONS))
    use = {key: np.full((1, months), average_month[key]) for key in keys}
    charged = charges_before_settlement(own, use, _stated)
    bill = invoice_of(replace(own, exchange=None), charged, _stated)
    if charged.served is None and bill.served is not None:  # service stops where credits are gone
        served = {key: units * bill.served for key, units in charged.meters.items()}
        charged = replace(charged.partly_served(bill.served), meters=served)
    rate = 1.0 if contract.currency_of_charges is None else contract.currency_of_charges.rate.center
    billed = float(bill.of_units[0]) if owed is None or contract.switch is not None else owed / rate
    settling = [each for each in own.charges if each.settles and not each.is_fee]
    lines = list(zip(settling, discounted(charged, own.settlement, _stated).values(), strict=True))
    lines = [(charge, line) for charge, line in lines if not isinstance(innermost(charge), SeatCharge)]
    everything = {key: units.sum(axis=1) for key, units in charged.meters.items()}
    whole = sum(float(line.sum() * _shares(charge, charged.meters, everything)[0]) for charge, line in lines)
    found = [_line(charge, float(line[0, span].sum()), charged.meters, cases, span) for charge, line in lines]
    if whole > 0:
        amounts = _sum(found, cases) * billed / whole
    else:
        amounts = billed * _unit_shares(own, charged.meters, cases, months)
    used = [line.shares > 0 for line in found if line.amount == 0]
    used += [
        cases[unit] > 0 for unit, holds in held_by_unit(unit_schedule(own.usage), months).items() if holds[span].any()
    ]
    by_others = billed > whole * (1 + _ROUNDING)
    included = np.any([np.zeros(amounts.shape, dtype=np.bool_), *used], axis=0) & (amounts == 0) & by_others
    cloud = [each for each in own.charges if not each.settles and not each.is_fee]
    paid = [_line(each, float(each.amount(use, _stated)[0, span].sum()), use, cases, span) for each in cloud]
    return Averages((amounts + _sum(paid, cases)) * rate, included)


def _stated(quantity: Quantity) -> Array:
    return np.full(1, quantity.center)


def _sum(lines: Sequence[_Line], cases: Mapping[str, Array]) -> Array:
    nothing = np.zeros(next(iter(cases.values())).shape)
    total: Array = np.add.reduce([nothing, *(line.amount * line.shares for line in lines)])
    return total


def _line(charge: Charge, amount: float, use: Mapping[str, Array], cases: Mapping[str, Array], span: slice) -> _Line:
    return _Line(amount, _shares(charge, {key: units[:, span] for key, units in use.items()}, cases))


def _shares(charge: Charge, use: Mapping[str, Array], cases: Mapping[str, Array]) -> Array:
    """Return each case's share of what a charge comes to, by its units over all of them, (case,).

    A case is spread evenly over the months, so that all are counted at one price where it changes with the months.
    Of the highest of several charges it is the share of the one that is highest over the months; a share of other
    charges goes where they do. Where nothing is used of what a charge counts, nobody has a share, and what it comes to
    (a least package, a minimum of its own) is spread as a fee is.
    """
    inner = innermost(charge)
    if isinstance(inner, Highest | PercentOf):
        amounts = [float(part.amount(use, _stated).sum()) for part in inner.charges]
        if isinstance(inner, Highest):
            return _shares(inner.charges[int(np.argmax(amounts))], use, cases)
        parts = [amount * _shares(part, use, cases) for part, amount in zip(inner.charges, amounts, strict=True)]
        return _divided(np.add.reduce(parts), sum(amounts))
    count, months = _quantity(charge), next(iter(use.values())).shape[1]
    spread = {key: np.repeat(units[:, None] / months, months, axis=1) for key, units in cases.items()}
    return _divided(count(spread).sum(axis=1), float(count(use).sum()))


def _quantity(charge: Charge) -> Callable[[Mapping[str, Array]], Array]:
    """Return what counts a charge's units in meters of two axes: of tokens their price, of a card its credits.

    Started lots of a card count by their parts here, so that cases add up to all use. Seats within another charge go
    by conversations.
    """
    inner = innermost(charge)
    if isinstance(inner, TokenCharge):
        at_list = replace(inner, markup=ONE, batch_share=NOTHING)
        return lambda meters: at_list.amount(meters, _stated)
    entries = [entry for each in countables(charge) for entry in each.entries]
    if not entries:
        return lambda meters: meters[CONVERSATIONS]
    return lambda meters: np.add.reduce([entry.credits / entry.per * meters[entry.meter] for entry in entries])


def _unit_shares(contract: Contract, use: Mapping[str, Array], cases: Mapping[str, Array], months: int) -> Array:
    """Return each case's share of all units that a contract bills by: what a fee pays for, where use costs nothing."""
    held = held_by_unit(unit_schedule(contract.usage), months)
    total = sum(float((use[unit] * holds).sum()) for unit, holds in held.items())
    return _divided(np.add.reduce([cases[unit] for unit in held]), total)


def _divided(parts: Array, whole: float) -> Array:
    return parts / whole if whole > 0 else np.zeros(parts.shape)

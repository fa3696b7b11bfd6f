"""From meters to the invoice of one contract. All arrays have axis order (trial, month)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from simulator.contracts.contract import Contract
from simulator.contracts.prices.charge import families_of
from simulator.contracts.prices.priced_units import after_free_units
from simulator.contracts.prices.seats import HUMAN_MINUTES
from simulator.contracts.settlement.delay import invoiced_units
from simulator.contracts.settlement.drawdown import Drawdown
from simulator.contracts.settlement.limit import served_share, units_against_limit
from simulator.contracts.settlement.settlement import Charged, Settled, settle
from simulator.contracts.settlement.settlement_terms import Settlement

if TYPE_CHECKING:
    from simulator.arrays import Array
    from simulator.contracts.metering.meters import Meters, Values

MONTHLY_MINIMUM: Final = "monthly minimum, true-up"
YEARLY_MINIMUM: Final = "yearly minimum, true-up"
COMMITMENT: Final = "commitment, true-up"
CREDITS_BOUGHT: Final = "prepaid credits bought"
"""How an invoice names what settlement adds."""


@dataclass(frozen=True, slots=True)
class Invoice:
    """What the vendor bills, every array (trial, month) in the scenario's currency.

    Attributes:
        lines: what the invoice lists, by label: each charge, then the parts of settlement that the contract has. They
            sum to the total.
        usage: charges for use after discount, surcharge beyond a commitment included.
        fees: what is owed whatever is used.
        outside: charges that settlement does not see, such as one-time fees.
        true_up: what monthly and yearly minimums and commitments add.
        cap: what the monthly cap takes off, 0 or negative.
        prepaid: packs bought, less what credits paid, and the surcharge beyond them.
        credit_notes: service credits and clawback, 0 or negative.
        total: usage + fees + outside + true_up + cap + prepaid + credit_notes.
        served: share of the conversations that the AI serves; None where it serves all.
        drawn: what became of prepaid credits; None without.
    """

    lines: Mapping[str, Array]
    usage: Array
    fees: Array
    outside: Array
    true_up: Array
    cap: Array
    prepaid: Array
    credit_notes: Array
    total: Array
    served: Array | None = None
    drawn: Drawdown | None = None

    @property
    def of_units(self) -> Array:
        """What its units cost together over the horizon, (trial,): all that it bills but one-time and outside charges.

        Fees, minimums, caps, discounts and credits are in it, so that a unit costs this over the number of units.
        """
        owed: Array = (self.total - self.outside).sum(axis=1)
        return owed


def plain_invoice(contract: Contract, meters: Meters, values: Values) -> Invoice:
    """Return the invoices of a contract.

    Args:
        meters: arrays (trial, month) by meter key; must hold at least one meter, and `contract.meters`.
        values: gives the value of a quantity in each trial, shape (trial,).

    Raises:
        KeyError: if the table lacks a meter of the contract.
    """
    return invoice_of(contract, charges_before_settlement(contract, meters, values), values)


def invoice_of(contract: Contract, charged: Charged, values: Values) -> Invoice:
    """Return the invoices of charges under a contract's settlement, in the scenario's currency."""
    bill = _billed(contract.settlement, charged, values, contract.rate_factor)
    return bill if contract.exchange is None else _converted(bill, contract.exchange.rates(values))


def _converted(bill: Invoice, rates: Array) -> Invoice:
    """Return an invoice with every amount multiplied by exchange rates (trial, 1)."""
    money = ("usage", "fees", "outside", "true_up", "cap", "prepaid", "credit_notes", "total")
    return replace(
        bill,
        lines={label: line * rates for label, line in bill.lines.items()},
        drawn=None if bill.drawn is None else bill.drawn.times(rates),
        **{name: getattr(bill, name) * rates for name in money},
    )


def _billed(terms: Settlement, charged: Charged, values: Values, factor: float) -> Invoice:
    """Return the invoices of charges in the contract's currency; `factor` is that on all prices of usage."""
    settled = settle(charged, terms, values, factor)
    drawn = settled.drawn
    prepaid = settled.fees * 0.0 if drawn is None else drawn.bought + drawn.relief + drawn.surcharge
    stopped = settled.served if charged.served is None else None
    usage = {label: line if stopped is None else line * stopped for label, line in charged.usage.items()}
    return Invoice(
        lines={**usage, **charged.fees, **charged.outside, **_settlement_lines(terms, settled)},
        usage=settled.usage + settled.discount + settled.surcharge,
        fees=settled.fees,
        outside=settled.outside,
        true_up=settled.monthly_true_up + settled.yearly_true_up + settled.commitment_true_up,
        cap=settled.cap,
        prepaid=prepaid,
        credit_notes=settled.service_credit + settled.clawback,
        total=settled.total,
        served=settled.served,
        drawn=drawn,
    )


def charges_before_settlement(contract: Contract, meters: Meters, values: Values) -> Charged:
    """Return the charges of a contract on the units that are served and final in each month, in its own currency."""
    counted, priced, served = meters_to_price(contract, meters, values)
    usage: dict[str, Array] = {}
    fees: dict[str, Array] = {}
    outside: dict[str, Array] = {}
    families: dict[str, frozenset[str]] = {}
    of_unit = set()
    clawed = None if contract.settlement.clawback is None else contract.settlement.clawback.billed
    seen: dict[str, int] = {}
    for charge in contract.charges:
        seen[charge.label] = seen.get(charge.label, 0) + 1
        label = charge.label if seen[charge.label] == 1 else f"{charge.label} ({seen[charge.label]})"
        amount = charge.amount(priced, values)
        if not charge.settles or charge.is_fee:
            (fees if charge.settles else outside)[label] = amount
            continue
        usage[label] = amount * contract.rate_factor
        families[label] = families_of(charge)
        if charge.unit_meter == clawed:
            of_unit.add(label)
    return Charged(usage, fees, counted, families, frozenset(of_unit), served, outside)


def meters_to_price(contract: Contract, meters: Meters, values: Values) -> tuple[Meters, Meters, Array | None]:
    """Return the meters that are served and final, those less what is free, and the share served (None: all).

    First what is served, then what is final, then what is free: only units that were served become final, and only
    final ones use up what is free. The work of people stays as it is: seats by load are those of the load before any
    limit.
    """
    terms = contract.settlement
    served = None
    if terms.limit is not None and terms.limit.units is not None:
        served = served_share(units_against_limit(terms.limit, meters), terms.limit, values)
    if served is None and terms.delay is None and not terms.free_units:
        return meters, meters, None
    changed = {}
    for key in dict.fromkeys([*contract.meters, contract.unit]):
        if key == HUMAN_MINUTES:
            continue
        units = meters[key] if served is None else meters[key] * served
        changed[key] = units if terms.delay is None else invoiced_units(units, terms.delay, values)
    free = dict(changed)
    for each in terms.free_units:
        free[each.meter] = after_free_units(free[each.meter], each, values)
    return {**meters, **changed}, {**meters, **free}, served


def _settlement_lines(terms: Settlement, settled: Settled) -> dict[str, Array]:
    lines = {}
    if not terms.discount.fixed or terms.discount.center > 0 or terms.discounts:
        lines["discount"] = settled.discount
    if terms.commitment is not None and terms.commitment.has_overage:
        lines["above the commitment, surcharge"] = settled.surcharge
    if terms.monthly_minimum is not None:
        lines[MONTHLY_MINIMUM] = settled.monthly_true_up
    if terms.maximum_per_month is not None:
        lines["above the monthly maximum"] = settled.cap
    if terms.yearly_minimum is not None:
        lines[YEARLY_MINIMUM] = settled.yearly_true_up
    if terms.commitment is not None and terms.commitment.true_up != "never":
        lines[COMMITMENT] = settled.commitment_true_up
    if settled.drawn is not None:
        lines[CREDITS_BOUGHT] = settled.drawn.bought
        lines["paid by credits"] = settled.drawn.relief
        lines["above prepaid credits, surcharge"] = settled.drawn.surcharge
    if terms.guarantee is not None:
        lines["service credit, rate missed"] = settled.service_credit
    if terms.clawback is not None:
        lines["credit for units void later"] = settled.clawback
    return lines

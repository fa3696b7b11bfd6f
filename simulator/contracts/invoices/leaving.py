"""What is still owed if the buyer stops."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from simulator.contracts.contract import Contract
from simulator.contracts.invoices.invoice import Invoice, charges_before_settlement, invoice_of
from simulator.contracts.metering.contract_months import YEAR_MONTHS
from simulator.contracts.settlement.clawback import clawed_back
from simulator.contracts.settlement.settlement import Charged, discounted, total_of
from simulator.contracts.settlement.settlement_terms import Settlement

if TYPE_CHECKING:
    from simulator.arrays import Array
    from simulator.contracts.metering.meters import Meters, Values


@dataclass(frozen=True, slots=True)
class Owed:
    """What is owed after a month in which use stops, every array (trial,), on top of the invoices up to that month.

    Attributes:
        fees: fees to the end of the term.
        commitment: what minimums and commitments still ask for, less true-ups already billed.
        other: one-time fees still due, packs still to be bought, an overdraft, what becomes final later.
        total: fees + commitment + other.
        prepaid_lost: what was or will be paid for credits that can no longer be used; not part of the total.
    """

    fees: Array
    commitment: Array
    other: Array
    total: Array
    prepaid_lost: Array


def owed_after(invoice: Invoice, contract: Contract, meters: Meters, values: Values, month: int) -> Owed:
    """Return what is still owed when use stops after a month of the horizon.

    It is what the contract bills from then on at zero use until the buyer is free, on top of the invoices of months 1
    to k: fees, what is missing of minimums and commitments after those, packs that the term still asks for, and what
    becomes final later. The buyer is free at the end of the term; with a yearly minimum or commitment, at the end of
    the contract year in which the term or month k lies. No pack is bought automatically after month k.

    Example: 1,000 a month of platform fee, term of 12 months, stopped after month 6: 6,000. With a yearly minimum of
    24,000 besides and 2,000 billed in each of six months: 12,000 (six fees, and 6,000 of true-up). Stopped after month
    12: 0.
    """
    terms = contract.settlement
    end = max(_free_after(terms, month), month)
    later = _months_later(terms)
    if end == month and not later and (terms.prepaid is None or terms.prepaid.when_gone == "bill"):
        return _nothing_owed(invoice, month)
    idle = _idle_after(contract, meters, month, end + later)
    charged = charges_before_settlement(contract, idle, values)
    whole = invoice_of(replace(contract, settlement=_without_top_up(terms, month)), charged.first(end), values)
    total = whole.total.sum(axis=1) - invoice.total[:, :month].sum(axis=1)
    total = total + _final_later(contract, charged, values, end)
    fees = whole.fees[:, month:].sum(axis=1)
    commitment = whole.true_up.sum(axis=1) - invoice.true_up[:, :month].sum(axis=1)
    lost = total * 0.0
    if whole.drawn is not None:
        lost = whole.drawn.left_paid[:, -1] + whole.drawn.lost[:, month:].sum(axis=1)
    return Owed(fees, commitment, total - fees - commitment, total, lost)


def _free_after(terms: Settlement, month: int) -> int:
    """Return the month after which a buyer who stops after a month is free."""
    by_year = terms.yearly_minimum is not None or (
        terms.commitment is not None and terms.commitment.period == "year" and terms.commitment.true_up != "never"
    )
    year_end = YEAR_MONTHS * math.ceil(month / YEAR_MONTHS) if by_year else 0
    return max(terms.term_months, year_end)


def _months_later(terms: Settlement) -> int:
    """Return how many months after its own a unit may still be billed or credited."""
    later = 0 if terms.delay is None else terms.delay.months
    return later + (0 if terms.clawback is None else terms.clawback.after_months)


def _nothing_owed(invoice: Invoice, month: int) -> Owed:
    import numpy as np

    nothing = np.zeros(invoice.total.shape[0])
    lost = nothing if invoice.drawn is None else invoice.drawn.left_paid[:, month - 1]
    return Owed(nothing, nothing, nothing, nothing, lost)


def _idle_after(contract: Contract, meters: Meters, month: int, until: int) -> Meters:
    """Return the meters of the contract with no use after a month, (trial, until)."""
    import numpy as np

    keys = dict.fromkeys([*contract.meters, contract.unit])
    trials = meters[contract.unit].shape[0]
    idle = np.zeros((trials, until - month))
    return {key: np.concatenate([meters[key][:, :month], idle], axis=1) for key in keys}


def _without_top_up(terms: Settlement, month: int) -> Settlement:
    prepaid = terms.prepaid
    if prepaid is None or prepaid.top_up is None:
        return terms
    return replace(terms, prepaid=replace(prepaid, top_up=replace(prepaid.top_up, last_month=month)))


def _final_later(contract: Contract, charged: Charged, values: Values, end: int) -> Array:
    """Return charges less credits that become final after the buyer is free (trial,)."""
    left = discounted(charged, contract.settlement, values)
    late = total_of(left, charged.shape)
    if contract.settlement.clawback is not None:
        of_unit = {label: line for label, line in left.items() if label in charged.of_unit}
        late = late + clawed_back(total_of(of_unit, charged.shape), contract.settlement.clawback, charged.meters)
    if contract.exchange is not None:
        late = late * contract.exchange.rates(values)
    amount: Array = late[:, end:].sum(axis=1)
    return amount

"""What is still owed if the buyer stops."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from simulator.contracts.charges import NOTHING
from simulator.contracts.contract import Contract
from simulator.contracts.pricing import Charged, Invoice, charges_before_settlement
from simulator.contracts.settlement import YEAR_MONTHS, settle

if TYPE_CHECKING:
    from simulator.contracts.meters import Array, Values


def owed_if_stopped(
    invoice: Invoice, contract: Contract, values: Values, months: Sequence[int] = (6, 12)
) -> dict[str, float | None]:
    """Return the mean over trials of what is still owed when use stops after month k, by k.

    It is what the contract bills from then on at zero use until the buyer is free, on top of the invoices of months 1
    to k: platform fees, one-time fees that fall due until then, monthly minimums, and what is missing of the yearly
    minimum after those. The buyer is free at the end of the term; with a yearly minimum, at the end of the contract
    year in which the term or month k lies.

    Example: 1,000 a month of platform fee, term of 12 months, stopped after month 6: 6,000. With a yearly minimum of
    24,000 besides and 2,000 billed in each of six months: 12,000 (six fees, and 6,000 of true-up). Stopped after
    month 12: 0.

    Returns:
        Amounts in the scenario's currency; None for a month beyond the horizon, of which nothing was simulated.
    """
    horizon = invoice.total.shape[1]
    return {str(month): _owed(invoice, contract, values, month) if month <= horizon else None for month in months}


def _owed(invoice: Invoice, contract: Contract, values: Values, month: int) -> float:
    terms = contract.settlement
    free_after = terms.term_months
    if terms.yearly_minimum is not None:
        free_after = max(free_after, YEAR_MONTHS * math.ceil(month / YEAR_MONTHS))
    if free_after <= month:
        return 0.0
    idle = _without_use(contract, values, free_after)
    usage = _continued(invoice.usage, month, idle.usage * (1.0 - values(terms.discount))[:, None])
    fees = _continued(invoice.fees, month, idle.fees)
    whole_term = settle(usage, fees, replace(terms, discount=NOTHING), values).total
    outside = idle.outside[:, month:].sum(axis=1)
    billed = (invoice.total - invoice.outside)[:, :month].sum(axis=1)
    return float((whole_term.sum(axis=1) - billed + outside).mean())


def _without_use(contract: Contract, values: Values, months: int) -> Charged:
    """Return what the first months of a contract charge where nothing is used, all (trial, months)."""
    import numpy as np

    trials = values(contract.settlement.discount).shape[0]
    keys = contract.meters or (contract.unit,)
    return charges_before_settlement(contract, {key: np.zeros((trials, months)) for key in keys}, values)


def _continued(amounts: Array, month: int, idle: Array) -> Array:
    """Return the first `month` months of amounts followed by the later ones of idle months, same shape as `idle`."""
    import numpy as np

    return np.concatenate([amounts[:, :month], idle[:, month:]], axis=1)

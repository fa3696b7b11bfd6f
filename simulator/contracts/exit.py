"""What is still owed if the buyer stops."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from simulator.contracts.charges import NOTHING
from simulator.contracts.contract import Contract
from simulator.contracts.pricing import Invoice, charges_before_settlement
from simulator.contracts.settlement import YEAR_MONTHS, settle

if TYPE_CHECKING:
    from simulator.contracts.meters import Array, Values


def owed_if_stopped(
    invoice: Invoice, contract: Contract, values: Values, months: Sequence[int] = (6, 12)
) -> dict[str, float | None]:
    """Return the mean over trials of what is still owed when use stops after month k, by k.

    It is what the contract bills from then on at zero use until the buyer is free, on top of the invoices of months 1
    to k: platform fees, monthly minimums, and what is missing of the yearly minimum after those. The buyer is free at
    the end of the term; with a yearly minimum, at the end of the contract year in which the term or month k lies.

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
    idle_usage, idle_fees = _month_at_zero_use(contract, values)
    usage = _continued(invoice.usage, month, idle_usage * (1.0 - values(terms.discount))[:, None], free_after)
    fees = _continued(invoice.fees, month, idle_fees, free_after)
    whole_term = settle(usage, fees, replace(terms, discount=NOTHING), values).total
    owed = whole_term.sum(axis=1) - invoice.total[:, :month].sum(axis=1)
    return float(owed.mean())


def _month_at_zero_use(contract: Contract, values: Values) -> tuple[Array, Array]:
    """Return usage and fees of a month without any use, both (trial, 1)."""
    import numpy as np

    trials = values(contract.settlement.discount).shape[0]
    keys = contract.meters or (contract.unit,)
    return charges_before_settlement(contract, {key: np.zeros((trials, 1)) for key in keys}, values)


def _continued(amounts: Array, month: int, idle: Array, until: int) -> Array:
    """Return the first `month` months of amounts followed by idle months, (trial, until)."""
    import numpy as np

    return np.concatenate([amounts[:, :month], np.repeat(idle, until - month, axis=1)], axis=1)

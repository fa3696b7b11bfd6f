"""Which invoices are a fixed amount and one in proportion to the prices of use."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulator.contracts.contract import Contract


def is_proportional(contract: Contract) -> bool:
    """Return whether each future's invoice is what does not move with prices, and usage times a factor on them all.

    So it is where nothing is settled against an amount: no minimum, cap, commitment, prepaid credits, guarantee or
    clawback, no limit, no discount but a plain share, and no change of vendor. At prices of 1.1 times today's, 400 of
    usage and 100 of fees are 540; with a minimum of 600 they are 600 at either price.
    """
    terms = contract.settlement
    against = (
        terms.monthly_minimum, terms.yearly_minimum, terms.maximum_per_month, terms.limit, terms.commitment,
        terms.prepaid, terms.guarantee, terms.clawback, contract.switch,
    )  # fmt: skip
    return not terms.discounts and all(each is None for each in against)

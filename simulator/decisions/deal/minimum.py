"""Up to which price of use a minimum decides the bill, so that a lower price is worth little."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simulator import risk
from simulator.contracts.invoices.tie import LARGEST_FACTOR

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.arrays import Array
    from simulator.contracts import Contract
    from simulator.decisions.deal.prices import Prices

HALF: Final = 0.5
STEP: Final = 1e-4
"""Of today's prices, by which they are raised to see how much of the use moves the bill."""
CLOSE: Final = 1e-5


def minimum_decides(prices: Prices) -> float | None:
    """Return the factor on all prices of use up to which less than half of the use moves the bill.

    What use charges is billed beyond the minimum alone: of a minimum for a year that is the share of the futures, by
    use, in which use charges more than is owed. With use that is known it is the price at which both are equal: 290,000
    owed over 793,000 conversations are 0.366 each. None without a minimum, a commitment or credits bought in advance,
    and where they never decide.
    """
    contract, use = prices.priced.contract, risk.mean(prices.priced.usage)
    if not _owes(contract) or not use > 0:
        return None
    total = prices.totals()
    high = 1.0
    if _moves(total, use, 0.0) >= HALF:
        return None
    while _moves(total, use, high) < HALF and high < LARGEST_FACTOR:
        high *= 2
    low = 0.0 if high == 1.0 else high / 2
    while high - low > CLOSE * high:
        middle = (low + high) / 2
        low, high = (middle, high) if _moves(total, use, middle) < HALF else (low, middle)
    return high


def _owes(contract: Contract) -> bool:
    terms = contract.settlement
    some = (terms.monthly_minimum, terms.yearly_minimum, terms.commitment, terms.prepaid)
    return any(each is not None for each in some)


def _moves(total: Callable[[float], Array], use: float, factor: float) -> float:
    """Return which share of the use a small rise of its prices is billed for."""
    return (risk.mean(total(factor + STEP)) - risk.mean(total(factor))) / (STEP * use)

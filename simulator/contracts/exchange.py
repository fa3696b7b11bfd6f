"""A contract priced in another currency than the scenario's.

All of its money (prices, fees, minimums, commitments, credits) is in its own currency, and so is its invoice until the
last line; every amount of the invoice is then multiplied by one exchange rate, the same in all months of a future. At
1.10 a euro, use of 900 EUR under a minimum of 1,000 EUR costs 1,100 USD.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator.contracts.names import number
from simulator.distributions import Quantity

if TYPE_CHECKING:
    from simulator.arrays import Array
    from simulator.contracts.meters import Values


def shown_rate(rate: float) -> str:
    """Return a rate with five digits, however small a unit of the one currency is in the other: 1.0954, 0.000061."""
    return number(float(f"{rate:.5g}"))


@dataclass(frozen=True, slots=True)
class Exchange:
    """A currency, and what it is worth.

    Attributes:
        currency: ISO 4217 code of the contract's currency.
        rate: units of the scenario's currency for one of the contract's.
    """

    currency: str
    rate: Quantity

    def rates(self, values: Values) -> Array:
        """Return what amounts are multiplied by, (trial, 1)."""
        return values(self.rate)[:, None]

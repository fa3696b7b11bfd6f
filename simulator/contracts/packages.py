"""Packages: units bought in whole packages of a size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator.contracts.charges import PerUnit
from simulator.contracts.names import number
from simulator.contracts.rounding import Rounding, rounded
from simulator.distributions import Quantity

if TYPE_CHECKING:
    from simulator.arrays import Array
    from simulator.contracts.meters import Values


@dataclass(frozen=True, slots=True)
class Package(PerUnit):
    """Units of a month in whole packages: packages(q) * rate, with packages = q / size rounded.

    With packages of 10 at 15, rounded up: 0 units cost 0, 1 and 10 cost 15, 11 cost 30. Rounded down, an unfinished
    package is free. With `at_least_one` a month of 0 units costs 15.

    Attributes:
        rate: price of a package.
        kept: whether packages once bought are bought again in every later month (an upgrade that stays).
    """

    size: float
    rate: Quantity
    round: Rounding = "up"
    at_least_one: bool = False
    kept: bool = False

    @property
    def unit_rate(self) -> Quantity:
        return self.rate

    def rate_of(self, unit: str) -> str:
        return f"per package of {number(self.size)} ({unit})"

    def price(self, units: Array, values: Values) -> Array:
        return self.packages(units) * values(self.rate)[:, None]

    def packages(self, units: Array) -> Array:
        """Return how many packages a month's units take, same shape."""
        import numpy as np

        found = rounded(units / self.size, self.round)
        least = np.maximum(found, 1.0) if self.at_least_one else found
        return np.maximum.accumulate(least, axis=1) if self.kept else least


@dataclass(frozen=True, slots=True)
class Plan(PerUnit):
    """Units in a monthly fee, and a price for those beyond: fee + price(max(q - included, 0)).

    1,000 units in a fee of 500, the rest at the contracted rate of 0.50: 900 and 1,000 units cost 500, 1,001 cost
    500.50. With packages of 100 at 60 beyond: 1,001 to 1,100 units cost 560.

    Attributes:
        fee: owed every month, used or not.
        beyond: price of the units beyond those included; None for the contracted rate, fee / included.
    """

    included: float
    fee: Quantity
    beyond: PerUnit | None = None

    @property
    def unit_rate(self) -> Quantity | None:
        return None if self.beyond is None else self.beyond.unit_rate

    def rate_of(self, unit: str) -> str:
        if self.beyond is None:
            return "for the usage of a handled conversation"
        return f"{self.beyond.rate_of(unit)} above the included {number(self.included)}"

    def price(self, units: Array, values: Values) -> Array:
        import numpy as np

        fee = values(self.fee)[:, None]
        more = np.maximum(units - self.included, 0.0)
        return fee + (more / self.included * fee if self.beyond is None else self.beyond.price(more, values))

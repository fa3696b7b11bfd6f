"""Packages: units bought in whole packages of a size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator.contracts.charges import PerUnit
from simulator.contracts.names import number
from simulator.contracts.rounding import Rounding, rounded
from simulator.distributions import Quantity

if TYPE_CHECKING:
    from simulator.contracts.meters import Array, Values


@dataclass(frozen=True, slots=True)
class Package(PerUnit):
    """Units of a month in whole packages: packages(q) * rate, with packages = q / size rounded.

    With packages of 10 at 15, rounded up: 0 units cost 0, 1 and 10 cost 15, 11 cost 30. Rounded down, an unfinished
    package is free. With `at_least_one` a month of 0 units costs 15.

    Attributes:
        rate: price of a package.
    """

    size: float
    rate: Quantity
    round: Rounding = "up"
    at_least_one: bool = False

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
        return np.maximum(found, 1.0) if self.at_least_one else found

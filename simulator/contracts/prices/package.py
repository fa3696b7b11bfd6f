"""Package: units of a month in whole packages of a size."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pydantic import ValidationInfo, field_validator

from simulator.contracts.metering.contract_months import Span
from simulator.contracts.metering.rounding import UnitRounding, rounded
from simulator.contracts.prices.charge import Charge, PerUnit
from simulator.contracts.prices.priced_units import MeteredCharge, check_count_over, counted_over
from simulator.contracts.rates.token_rates import TokenRates
from simulator.contracts.wording import number
from simulator.distributions import Quantity
from simulator.parameters import Nonnegative, Table, parameter

if TYPE_CHECKING:
    from simulator.arrays import Array
    from simulator.contracts.metering.meters import Values


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
    round: UnitRounding = "up"
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


class PackageTerms(Table):
    """The size and the price of a package, and how many a month's units take."""

    size: float = parameter("units in a package", unit="units", typical=(10, 100_000), strict=True, gt=0, le=1e12)
    price: Nonnegative = parameter("price of a package", unit="money per package", typical=(1, 5_000))
    round: UnitRounding = parameter("how a started package counts: up, down or nearest", default="up")
    at_least_one: bool = parameter("whether a month without use pays for one package", default=False, strict=True)

    kept: bool = parameter(
        "whether packages once bought are bought again in every later month, as an upgrade that stays",
        default=False,
        strict=True,
    )

    def package(self, meter: str) -> Package:
        """Return the charge for the units of a meter."""
        return Package(meter, self.size, self.price, self.round, self.at_least_one, self.kept)


class PackageSpec(PackageTerms, MeteredCharge):
    """Units of a month in whole packages of a size."""

    kind: Literal["package"]
    count_over: Span | None = counted_over()

    @field_validator("count_over")
    @classmethod
    def _count_over(cls, value: Span | None, info: ValidationInfo) -> Span | None:
        return check_count_over(value, info)

    def priced(self, models: Mapping[str, TokenRates]) -> Charge:
        return self.adjusted(self.package(self.key), span=self.count_over)

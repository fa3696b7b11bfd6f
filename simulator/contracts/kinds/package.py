"""Package: units of a month in whole packages of a size."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import ValidationInfo, field_validator

from simulator.contracts.charges import Charge
from simulator.contracts.kinds.metered import MeteredCharge
from simulator.contracts.kinds.options import check_count_over, counted_over
from simulator.contracts.packages import Package
from simulator.contracts.prices import TokenRates
from simulator.contracts.rounding import Rounding
from simulator.contracts.spans import Span
from simulator.parameters import Nonnegative, Table, parameter


class PackageTerms(Table):
    """The size and the price of a package, and how many a month's units take."""

    size: float = parameter("units in a package", unit="units", typical=(10, 100_000), strict=True, gt=0, le=1e12)
    price: Nonnegative = parameter("price of a package", unit="money per package", typical=(1, 5_000))
    round: Rounding = parameter("how a started package counts: up, down or nearest", default="up")
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

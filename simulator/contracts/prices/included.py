"""Included: the first units of each month free or in a fee, the rest at a rate, in packs or at the contracted rate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pydantic import ValidationInfo, field_validator

from simulator.contracts.metering.contract_months import Span
from simulator.contracts.prices.charge import Charge, PerUnit
from simulator.contracts.prices.flat import Flat
from simulator.contracts.prices.metered import PER_UNIT
from simulator.contracts.prices.package import PackageTerms
from simulator.contracts.prices.priced_units import Free, MeteredCharge, check_count_over, counted_over
from simulator.contracts.rates.token_rates import TokenRates
from simulator.contracts.wording import number
from simulator.quantities.distributions import Quantity
from simulator.quantities.parameters import Nonnegative, Price, known, parameter

if TYPE_CHECKING:
    from simulator.arrays import Array
    from simulator.contracts.metering.meters import Values


@dataclass(frozen=True, slots=True)
class Included(PerUnit):
    """The first units of each month free, the rest at the overage rate; what is not used is lost.

    With 1,000 included at 0.01, a month of 1,000 units costs 0 and one of 1,300 costs 3.
    """

    included: float
    overage_rate: Quantity

    @property
    def unit_rate(self) -> Quantity:
        return self.overage_rate

    def rate_of(self, unit: str) -> str:
        return f"per {unit} above the included {number(self.included)}"

    def price(self, units: Array, values: Values) -> Array:
        import numpy as np

        return np.maximum(units - self.included, 0.0) * values(self.overage_rate)[:, None]


@dataclass(frozen=True, slots=True)
class IncludedUnits(PerUnit):
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


class IncludedSpec(MeteredCharge):
    """The first units of each month free or in a fee, the rest at the overage price."""

    kind: Literal["included"]
    included: float = parameter(
        "units of each month (or of count_over) without further charge; unused ones are lost",
        unit="units per month",
        typical=(50, 50_000),
        strict=True,
        ge=0,
        le=1e12,
    )
    fee: Nonnegative | None = parameter(
        "price of the included units, owed every month; 0 without it",
        unit="money per month",
        typical=(20, 20_000),
        default=None,
    )
    pack: PackageTerms | None = parameter("further units in whole packs, instead of overage_rate", default=None)
    contracted_rate: bool = parameter(
        "whether further units cost what an included one does: fee / included", default=False, strict=True
    )
    overage_rate: Price | None = parameter(
        "price of each further unit", unit=PER_UNIT, typical=(0.001, 5), default=None
    )
    count_over: Span | None = counted_over()

    @field_validator("contracted_rate")
    @classmethod
    def _rate_of_a_fee(cls, value: bool, info: ValidationInfo) -> bool:
        if value and info.data.get("fee", value) is None:
            raise ValueError("contracted_rate is fee / included: give the fee, or an overage_rate")
        if value and info.data.get("included") == 0:
            raise ValueError("contracted_rate is fee / included, and included is 0: give an overage_rate")
        return value

    @field_validator("overage_rate")
    @classmethod
    def _one_overage(cls, value: Quantity | None, info: ValidationInfo) -> Quantity | None:
        if "pack" not in info.data or "contracted_rate" not in info.data:
            return value
        ways = [name for name in ("pack", "contracted_rate") if info.data[name]]
        ways += [] if value is None else [f"overage_rate ({number(value.center)})"]
        if not ways:
            raise ValueError(
                "say what further units cost: overage_rate, pack = { size, price } or contracted_rate = true"
            )
        if len(ways) > 1:
            raise ValueError(f"further units have one price: give {' or '.join(ways)}")
        return value

    @field_validator("count_over")
    @classmethod
    def _count_over(cls, value: Span | None, info: ValidationInfo) -> Span | None:
        if value not in (None, "month") and info.data.get("fee") is not None:
            raise ValueError(f"count_over = {value!r} cannot stand beside a monthly fee; bill the fee as platform_fee")
        if value not in (None, "month") and info.data.get("free") is not None:
            raise ValueError(
                f"count_over = {value!r} cannot stand beside free: both are units that cost nothing; add them up in "
                "included"
            )
        return check_count_over(value, info)

    def priced(self, models: Mapping[str, TokenRates]) -> Charge:
        key, span = self.key, self.count_over or "month"
        if self.fee is None and self.pack is None and span == "month" and self.overage_rate is not None:
            return self.adjusted(Included(key, self.included, self.overage_rate))
        beyond = Flat(key, self.overage_rate) if self.overage_rate is not None else None
        price = self.pack.package(key) if self.pack is not None else beyond
        if span == "month":
            return self.adjusted(IncludedUnits(key, self.included, self.fee or known(0.0, "nonnegative"), price))
        assert price is not None
        return self.adjusted(price, f"{price.unit} above the included", free=Free(self.included, span), span=span)

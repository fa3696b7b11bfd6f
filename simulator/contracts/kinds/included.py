"""Included: the first units of each month free or in a fee, the rest at a rate, in packs or at the contracted rate."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import ValidationInfo, field_validator

from simulator.contracts.charges import Charge, Flat, Included
from simulator.contracts.kinds.metered import PER_UNIT, MeteredCharge
from simulator.contracts.kinds.options import check_count_over, counted_over
from simulator.contracts.kinds.package import PackageTerms
from simulator.contracts.names import number
from simulator.contracts.packages import Plan
from simulator.contracts.prices import TokenRates
from simulator.contracts.spans import Span
from simulator.contracts.units import Free
from simulator.distributions import Quantity
from simulator.parameters import Nonnegative, Price, known, parameter


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
            return self.adjusted(Plan(key, self.included, self.fee or known(0.0, "nonnegative"), price))
        assert price is not None
        return self.adjusted(price, f"{price.unit} above the included", free=Free(self.included, span), span=span)

"""The price per unit that simple contract types share: flat, included, tiers or packages."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import ValidationInfo, field_validator

from simulator.contracts.applies import Applicable
from simulator.contracts.charges import Charge, Flat, Included, PerUnit
from simulator.contracts.kinds.metered import PER_UNIT
from simulator.contracts.kinds.package import PackageTerms
from simulator.contracts.kinds.tiers import Tiering, Tiers, TierSpec, check_flat_fee_at_zero, tiered
from simulator.contracts.names import number
from simulator.contracts.units import Adjusted, CardEntry, Conversion, Free
from simulator.distributions import Quantity
from simulator.parameters import Nonnegative, parameter


class UnitTerms(Applicable):
    """A price per unit of one meter: `price` or `package`, perhaps above what is `included`, or `tiers`."""

    price: Nonnegative | None = parameter("price of a unit", unit=PER_UNIT, typical=(0.05, 5), default=None)
    included: float | None = parameter(
        "units of each month without charge; unused ones are lost",
        unit="units per month",
        typical=(50, 50_000),
        default=None,
        strict=True,
        ge=0,
        le=1e12,
    )
    package: PackageTerms | None = parameter("whole packages of units, instead of price", default=None)
    tiers: Tiers | None = parameter("prices by tier, instead of price", default=None)
    tiering: Tiering | None = parameter(
        "graduated: each unit at the rate of its tier; volume: all units of a month at the rate of the tier that "
        "their total falls in; graduated without it",
        default=None,
    )
    flat_fee_at_zero: bool | None = parameter(
        "whether tier 1's flat fee is owed in a month with 0 units; needed where tier 1 has one",
        default=None,
        strict=True,
    )

    @field_validator("package")
    @classmethod
    def _price_or_package(cls, value: PackageTerms | None, info: ValidationInfo) -> PackageTerms | None:
        price: Quantity | None = info.data.get("price")
        if value is not None and price is not None:
            raise ValueError(f"give price ({number(price.center)}) or package, not both")
        return value

    @field_validator("tiers")
    @classmethod
    def _price_or_tiers(cls, value: tuple[TierSpec, ...] | None, info: ValidationInfo) -> tuple[TierSpec, ...] | None:
        if "price" not in info.data or "package" not in info.data:
            return value
        price, package = info.data["price"], info.data["package"]
        if value is None and price is None and package is None:
            raise ValueError(
                "give a price, or tiers = [ { up_to, rate }, ..., { rate } ], or package = { size, price }"
            )
        if value is not None and (price is not None or package is not None):
            other = "package" if price is None else f"price ({number(price.center)})"
            raise ValueError(f"give {other} or tiers, not both")
        if value is not None and info.data.get("included") is not None:
            raise ValueError(
                f"with tiers, write the {number(info.data['included'])} included units as a first tier with rate 0"
            )
        return value

    @field_validator("tiering")
    @classmethod
    def _tiering_of_tiers(cls, value: Tiering | None, info: ValidationInfo) -> Tiering | None:
        if value is not None and info.data.get("tiers", value) is None:
            raise ValueError(f"tiering = {value!r} says how tiers are priced; give tiers, or remove it")
        return value

    @field_validator("flat_fee_at_zero")
    @classmethod
    def _explicit_at_zero(cls, value: bool | None, info: ValidationInfo) -> bool | None:
        return check_flat_fee_at_zero(value, info.data["tiers"]) if "tiers" in info.data else value

    def charge(
        self, meter: str, unit: str = "", card: Sequence[CardEntry] = (), conversion: Conversion | None = None
    ) -> Charge:
        """Return the charge for the units of a meter, of those to which the price applies.

        Args:
            unit: what one unit of the price is called, where it is not the meter's.
            card, conversion: what becomes of the meter's units before they are priced.
        """
        price = self.unit_price(self.part_of(meter))
        free = None if self.package is None or self.included is None else Free(self.included)
        if not card and conversion is None and free is None:
            return price
        return Adjusted(price, unit or price.unit, card, conversion, free)

    def unit_price(self, meter: str) -> PerUnit:
        """Return the price of the units of a meter; units included before packages are not taken off."""
        if self.tiers is not None:
            return tiered(self.tiering or "graduated", meter, self.tiers, self.flat_fee_at_zero)
        if self.package is not None:
            return self.package.package(meter)
        assert self.price is not None
        return Flat(meter, self.price) if self.included is None else Included(meter, self.included, self.price)

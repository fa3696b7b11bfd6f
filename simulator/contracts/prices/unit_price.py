"""A price per unit, in any of its forms: of the units of simple contract types, and of the credits of a rate card."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from pydantic import ValidationInfo, field_validator

from simulator.contracts.metering.contract_months import Span
from simulator.contracts.metering.segments import Applicable
from simulator.contracts.prices.charge import Charge, PerUnit
from simulator.contracts.prices.charge_terms import ChargeTerms, References
from simulator.contracts.prices.flat import Flat
from simulator.contracts.prices.included import Included
from simulator.contracts.prices.metered import PER_UNIT
from simulator.contracts.prices.package import PackageTerms
from simulator.contracts.prices.plans import PlansTerms
from simulator.contracts.prices.priced_units import (
    Conversion,
    Free,
    UnitOptions,
    check_count_over,
    counted_over,
)
from simulator.contracts.prices.rate_card import Card, CardEntry
from simulator.contracts.prices.tiers import Tiering, Tiers, TierSpec, check_flat_fee_at_zero, tiered
from simulator.contracts.rates.token_rates import TokenRates
from simulator.contracts.wording import number
from simulator.quantities.distributions import Quantity
from simulator.quantities.parameters import Price, parameter


class PriceTerms(UnitOptions, defer_build=True):
    """A price per unit of one meter: `price` or `package`, perhaps above what is `included`, or `tiers`, or `plans`."""

    price: Price | None = parameter("price of a unit", unit=PER_UNIT, typical=(0.05, 5), default=None)
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
    plans: PlansTerms | None = parameter(
        "plans of several sizes, instead of price: the smallest that holds a month's units", default=None
    )
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

    count_over: Span | None = counted_over()

    @field_validator("included")
    @classmethod
    def _included_or_free(cls, value: float | None, info: ValidationInfo) -> float | None:
        if value is not None and info.data.get("free") is not None:
            raise ValueError(f"give included ({number(value)}) or free, not both: both are units that cost nothing")
        return value

    @field_validator("count_over")
    @classmethod
    def _something_fills(cls, value: Span | None, info: ValidationInfo) -> Span | None:
        fills = any(info.data.get(key, True) is not None for key in ("tiers", "package", "included"))
        if value not in (None, "month") and not fills:
            raise ValueError(
                f"count_over = {value!r} says over what tiers, packages and included units fill; give one, or remove it"
            )
        return check_count_over(value, info)

    @field_validator("package")
    @classmethod
    def _price_or_package(cls, value: PackageTerms | None, info: ValidationInfo) -> PackageTerms | None:
        price: Quantity | None = info.data.get("price")
        if value is not None and price is not None:
            raise ValueError(f"give price ({number(price.center)}) or package, not both")
        return value

    @field_validator("plans")
    @classmethod
    def _price_or_plans(cls, value: PlansTerms | None, info: ValidationInfo) -> PlansTerms | None:
        other = next((key for key in ("price", "package", "included") if info.data.get(key) is not None), None)
        if value is not None and other is not None:
            raise ValueError(f"plans hold units and have prices of their own: give {other} or plans, not both")
        return value

    @field_validator("tiers")
    @classmethod
    def _price_or_tiers(cls, value: tuple[TierSpec, ...] | None, info: ValidationInfo) -> tuple[TierSpec, ...] | None:
        if not {"price", "package", "plans"} <= set(info.data):
            return value
        price = info.data["price"]
        others = [key for key in ("price", "package", "plans") if info.data[key] is not None]
        if value is None and not others:
            raise ValueError(
                "give a price, or tiers = [ { up_to, rate }, ..., { rate } ], or package = { size, price }, or "
                "plans = { sizes = [ { units, price } ], overage_rate }"
            )
        if value is not None and others:
            other = others[0] if price is None else f"price ({number(price.center)})"
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

    def unit_charge(
        self, meter: str, unit: str = "", card: Sequence[CardEntry] = (), conversion: Conversion | None = None
    ) -> Charge:
        """Return the charge for the units of a meter.

        Args:
            unit: what one unit of the price is called, where it is not the meter's.
            card, conversion: what becomes of the meter's units before they are priced.
        """
        span = self.count_over or "month"
        off = self.included is not None and (self.package is not None or span != "month")
        free = Free(self.included or 0.0, span) if off else None
        return self.adjusted(self.unit_price(meter), unit, card, conversion, free, span)

    def unit_price(self, meter: str) -> PerUnit:
        """Return the price of the units of a meter; included units are taken off before, except of a flat month."""
        if self.tiers is not None:
            return tiered(self.tiering or "graduated", meter, self.tiers, self.flat_fee_at_zero)
        if self.package is not None:
            return self.package.package(meter)
        if self.plans is not None:
            return self.plans.plans(meter)
        assert self.price is not None
        plain = self.included is None or (self.count_over or "month") != "month"
        return Flat(meter, self.price) if plain else Included(meter, self.included or 0.0, self.price)


class UnitTerms(Applicable, PriceTerms):
    """A price per unit of one meter, of those conversations to which it applies."""

    def charge(
        self, meter: str, unit: str = "", card: Sequence[CardEntry] = (), conversion: Conversion | None = None
    ) -> Charge:
        """Return the charge for the units of a meter; see `PriceTerms.unit_charge`."""
        return self.unit_charge(self.segment_key(meter), unit, card, conversion)


class CreditsSpec(PriceTerms, ChargeTerms):
    """Use in credits by a rate card; price, included, tiers and package count credits."""

    kind: Literal["credits"]
    card: Card = parameter("credits by meter")

    @property
    def references(self) -> References:
        return References.together(each.references.within("card", place) for place, each in enumerate(self.card))

    @property
    def label(self) -> str:
        return self.name or "credits"

    def priced(self, models: Mapping[str, TokenRates]) -> Charge:
        return self.unit_charge(self.card[0].key, unit="credit", card=tuple(each.entry for each in self.card))

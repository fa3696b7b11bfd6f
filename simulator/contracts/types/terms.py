"""Spellings of a price that contract types share: per unit (flat, included, tiers) and per token."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from simulator.contracts.applies import Applicable
from simulator.contracts.charges import NOTHING, Charge, Flat, Included, TokenCharge
from simulator.contracts.names import number
from simulator.contracts.prices import TokenRates
from simulator.contracts.references import References
from simulator.contracts.tiers import Graduated, Tier, Volume, check_bounds
from simulator.parameters import Nonnegative, Share, Table, known, parameter

_PER_UNIT: Final = "money per unit"
Bound = Annotated[float, Field(strict=True, gt=0)]


class TierSpec(Table):
    """One tier: its upper bound, inclusive and counted from the month's first unit, and its prices."""

    up_to: Bound = parameter(
        "last unit of the tier; the last tier has none", unit="units per month", typical=(50, 100_000), default=math.inf
    )
    rate: Nonnegative = parameter("price of each unit in the tier", unit=_PER_UNIT, typical=(0.05, 5))
    flat_fee: Nonnegative | None = parameter(
        "fee owed once in a month: for each tier reached; with volume, for the tier that the total falls in",
        unit="money per month",
        typical=(0, 5_000),
        default=None,
    )

    def tier(self) -> Tier:
        """Return the tier."""
        return Tier(self.up_to, self.rate, NOTHING if self.flat_fee is None else self.flat_fee)


def _bounds_in_order(tiers: tuple[TierSpec, ...]) -> tuple[TierSpec, ...]:
    check_bounds([tier.up_to for tier in tiers])
    return tiers


Tiers = Annotated[tuple[TierSpec, ...], AfterValidator(_bounds_in_order)]


def check_flat_fee_at_zero(value: bool | None, tiers: tuple[TierSpec, ...] | None) -> bool | None:
    """Check that `flat_fee_at_zero` is said exactly where tier 1 has a flat fee: billing engines disagree on it.

    Raises:
        ValueError: if it is missing where it matters, or given where it does not.
    """
    matters = tiers is not None and tiers[0].flat_fee is not None
    if matters and value is None:
        raise ValueError(
            "tier 1 has a flat_fee: say flat_fee_at_zero = true if it is owed in a month with 0 units, false if not"
        )
    if not matters and value is not None:
        raise ValueError(f"flat_fee_at_zero = {str(value).lower()} needs a flat_fee in tier 1; remove it")
    return value


Tiering = Literal["graduated", "volume"]
_CHARGES: Final[Mapping[Tiering, type[Graduated | Volume]]] = MappingProxyType(
    {"graduated": Graduated, "volume": Volume}
)


def tiered(
    tiering: Tiering, meter: str, tiers: tuple[TierSpec, ...], flat_fee_at_zero: bool | None
) -> Graduated | Volume:
    """Return the charge of a tiered price."""
    return _CHARGES[tiering](meter, tuple(tier.tier() for tier in tiers), bool(flat_fee_at_zero))


class UnitTerms(Applicable):
    """A price per unit of one meter: `price`, or `price` above what is `included`, or `tiers`."""

    price: Nonnegative | None = parameter("price of a unit", unit=_PER_UNIT, typical=(0.05, 5), default=None)
    included: float | None = parameter(
        "units of each month without charge; unused ones are lost",
        unit="units per month",
        typical=(50, 50_000),
        default=None,
        strict=True,
        ge=0,
        le=1e12,
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

    @field_validator("tiers")
    @classmethod
    def _price_or_tiers(cls, value: tuple[TierSpec, ...] | None, info: ValidationInfo) -> tuple[TierSpec, ...] | None:
        if "price" not in info.data:
            return value
        if value is None and info.data["price"] is None:
            raise ValueError("give a price, or tiers = [ { up_to, rate }, ..., { rate } ]")
        if value is not None and info.data["price"] is not None:
            raise ValueError(f"give price ({number(info.data['price'].center)}) or tiers, not both")
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

    def charge(self, meter: str) -> Charge:
        """Return the charge for the units of a meter, of those to which the price applies."""
        meter = self.part_of(meter)
        if self.tiers is not None:
            return tiered(self.tiering or "graduated", meter, self.tiers, self.flat_fee_at_zero)
        assert self.price is not None
        return Flat(meter, self.price) if self.included is None else Included(meter, self.included, self.price)


class TokenTerms(Applicable):
    """Tokens at the price of the scenario's models, or at own rates, times a markup."""

    models: dict[str, TokenRates] = parameter(
        "own rates of a model, by its name in the scenario; the scenario's price for the others", default={}
    )
    markup: Nonnegative = parameter(
        "factor on the rates", unit="factor", typical=(1, 3), default=known(1.0, "nonnegative")
    )
    batch_share: Share = parameter(
        "share of tokens that run in discounted batches", unit="share of tokens", typical=(0, 0.3), default=known(0.0)
    )
    batch_discount: Share = parameter(
        "share off the rates in batches", unit="share of rate", typical=(0.25, 0.5), default=known(0.5)
    )

    @property
    def references(self) -> References:
        """The models whose rates it names."""
        return References(rates=tuple((("models", name), name, rates) for name, rates in self.models.items()))

    def charge(self, models: Mapping[str, TokenRates]) -> TokenCharge:
        """Return the charge for the tokens of the scenario's models, in conversations to which the price applies."""
        rates = tuple((name, self.models.get(name, listed)) for name, listed in models.items())
        return TokenCharge(rates, self.markup, self.batch_share, self.batch_discount, self.part)

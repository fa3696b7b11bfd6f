"""Prices by tier: their spelling, for hybrid charges and for the simple contract types."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from simulator.contracts.charges import NOTHING, Charge
from simulator.contracts.kinds.metered import PER_UNIT, MeteredCharge
from simulator.contracts.kinds.options import check_count_over, counted_over
from simulator.contracts.prices import TokenRates
from simulator.contracts.spans import Span
from simulator.contracts.tiers import Graduated, Tier, Volume, check_bounds
from simulator.parameters import Nonnegative, Positive, Price, Table, parameter

Bound = Annotated[float, Field(strict=True, gt=0)]


class TierSpec(Table):
    """One tier: its upper bound, inclusive and counted from the month's first unit, and its prices."""

    up_to: Bound = parameter(
        "last unit of the tier; the last tier has none", unit="units per month", typical=(50, 100_000), default=math.inf
    )
    rate: Price = parameter("price of each unit in the tier", unit=PER_UNIT, typical=(0.05, 5))
    flat_fee: Nonnegative | None = parameter(
        "fee owed once in a month: for each tier reached; with volume, for the tier that the total falls in",
        unit="money per month",
        typical=(0, 5_000),
        default=None,
    )

    package: float | None = parameter(
        "units in a package: the tier bills its started packages, each at the rate",
        unit="units",
        typical=(10, 10_000),
        default=None,
        strict=True,
        gt=0,
        le=1e12,
    )

    maximum: Positive | None = parameter(
        "most that the units in the tier and its flat fee come to in a month, or over what the tiers fill over",
        unit="money",
        typical=(100, 100_000),
        default=None,
    )

    def tier(self) -> Tier:
        """Return the tier."""
        fee = NOTHING if self.flat_fee is None else self.flat_fee
        return Tier(self.up_to, self.rate, fee, self.package, self.maximum)


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


class _TieredCharge(MeteredCharge):
    """A charge whose price depends on the month's units."""

    tiers: Tiers = parameter("prices by tier")
    flat_fee_at_zero: bool | None = parameter(
        "whether tier 1's flat fee is owed in a month with 0 units; needed where tier 1 has one",
        default=None,
        strict=True,
    )
    count_over: Span | None = counted_over()

    @field_validator("flat_fee_at_zero")
    @classmethod
    def _explicit_at_zero(cls, value: bool | None, info: ValidationInfo) -> bool | None:
        return check_flat_fee_at_zero(value, info.data["tiers"]) if "tiers" in info.data else value

    @field_validator("count_over")
    @classmethod
    def _count_over(cls, value: Span | None, info: ValidationInfo) -> Span | None:
        return check_count_over(value, info)


class GraduatedSpec(_TieredCharge):
    """Each unit at the rate of its tier."""

    kind: Literal["graduated"]

    def priced(self, models: Mapping[str, TokenRates]) -> Charge:
        price = tiered(self.kind, self.key, self.tiers, self.flat_fee_at_zero)
        return self.adjusted(price, span=self.count_over)


class VolumeSpec(_TieredCharge):
    """All units of a month at the rate of the tier that their total falls in."""

    kind: Literal["volume"]

    def priced(self, models: Mapping[str, TokenRates]) -> Charge:
        price = tiered(self.kind, self.key, self.tiers, self.flat_fee_at_zero)
        return self.adjusted(price, span=self.count_over)


class StepTerms(Table):
    """One step: its upper bound, inclusive and counted from the month's first unit, and its price."""

    up_to: Bound = parameter(
        "last unit of the step; the last step has none", unit="units per month", typical=(50, 100_000), default=math.inf
    )
    price: Nonnegative = parameter(
        "price of a month whose units fall in the step", unit="money per month", typical=(10, 50_000)
    )


def _steps_in_order(steps: tuple[StepTerms, ...]) -> tuple[StepTerms, ...]:
    check_bounds([step.up_to for step in steps])
    return steps


class StairstepSpec(MeteredCharge):
    """The price of the step that a month's units fall in, whatever the quantity in it."""

    kind: Literal["stairstep"]
    steps: Annotated[tuple[StepTerms, ...], AfterValidator(_steps_in_order)] = parameter("prices by step")
    price_at_zero: bool = parameter("whether a month with 0 units owes the price of the first step", strict=True)
    count_over: Span | None = counted_over()

    @field_validator("count_over")
    @classmethod
    def _count_over(cls, value: Span | None, info: ValidationInfo) -> Span | None:
        return check_count_over(value, info)

    def priced(self, models: Mapping[str, TokenRates]) -> Charge:
        steps = tuple(Tier(step.up_to, NOTHING, step.price) for step in self.steps)
        return self.adjusted(Volume(self.key, steps, self.price_at_zero), span=self.count_over)

"""Tiered charges: a rate, and perhaps a flat fee, for each range of a month's units.

`up_to` is inclusive and counted from the month's first unit: with a first tier up to 100, 100 units lie in tier 1 and
100.5 in tier 2. At 0 units only tier 1's flat fee can be owed, and it is only with `flat_fee_at_zero`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Final, Literal

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from simulator.contracts.metering.contract_months import Span, so_far
from simulator.contracts.metering.meters import label_of
from simulator.contracts.metering.rounding import beyond, rounded
from simulator.contracts.prices.charge import NOTHING, Charge, PerUnit
from simulator.contracts.prices.metered import PER_UNIT
from simulator.contracts.prices.priced_units import MeteredCharge, check_count_over, counted_over
from simulator.contracts.rates.token_rates import TokenRates
from simulator.contracts.wording import number
from simulator.errors import ContractError
from simulator.quantities.distributions import Quantity
from simulator.quantities.parameters import Nonnegative, Positive, Price, Table, parameter

if TYPE_CHECKING:
    from simulator.arrays import Array, Flags
    from simulator.contracts.metering.meters import Values


_ROUNDING: Final = 1e-12
"""Amounts that differ by less, relative to the larger, are the same amount."""


@dataclass(frozen=True, slots=True)
class Tier:
    """One tier of a price.

    Attributes:
        up_to: upper bound of the month's units, inclusive and counted from the first unit; infinite for the last tier.
        flat_fee: graduated: owed once in a month that has at least one unit, or part of one, in the tier; volume: owed
            once in a month whose total falls in the tier.
        package: where given, units in the tier bill in started packages of so many, and the rate is that of a package.
        maximum: most that the units in the tier and its flat fee come to; None without.
    """

    up_to: float
    rate: Quantity
    flat_fee: Quantity
    package: float | None = None
    maximum: Quantity | None = None

    def amount(self, units: Array, fee_owed: Flags, values: Values) -> Array:
        """Return what units in the tier come to, with the flat fee where it is owed: 5 units at 1, at most 3, are 3."""
        import numpy as np

        total: Array = self.billed(units) * values(self.rate)[:, None] + fee_owed * values(self.flat_fee)[:, None]
        return total if self.maximum is None else np.minimum(total, values(self.maximum)[:, None])

    def billed(self, units: Array) -> Array:
        """Return what the rate is multiplied by for units in the tier: the units, or their started packages."""
        return units if self.package is None else rounded(units / self.package, "up")


def check_bounds(bounds: Sequence[float]) -> None:
    """Check the upper bounds of tiers: ascending, no two alike, and only the last one open.

    Raises:
        ContractError: naming the offending bounds.
    """
    if not bounds:
        raise ContractError("a tiered price needs at least one tier")
    if not math.isinf(bounds[-1]):
        raise ContractError(f"the last tier must be open, but ends at {number(bounds[-1])}; remove its up_to")
    for place, (lower, upper) in enumerate(pairwise(bounds), start=1):
        if math.isinf(lower):
            raise ContractError(f"tier {place} has no up_to, but only the last of {len(bounds)} tiers may be open")
        if lower == upper:
            raise ContractError(
                f"tiers {place} and {place + 1} both end at {number(upper)}; each up_to must be above the one before"
            )
        if lower > upper:
            raise ContractError(
                f"tier {place + 1} ends at {number(upper)}, below tier {place} ({number(lower)}); "
                "up_to counts from the first unit, in ascending order"
            )


@dataclass(frozen=True, slots=True)
class Tiered(PerUnit):
    """What graduated and volume prices share.

    Raises:
        ContractError: if the bounds of the tiers are out of order.
    """

    tiers: tuple[Tier, ...]
    flat_fee_at_zero: bool = False

    def __post_init__(self) -> None:
        check_bounds([tier.up_to for tier in self.tiers])

    @property
    def unit_rate(self) -> Quantity | None:
        """The rate of the first tier that is not free; None where only flat fees are billed."""
        return next((tier.rate for tier in self.tiers if tier.rate.center > 0), None)

    def rate_of(self, unit: str) -> str:
        if self.unit_rate is None:
            return "for the usage of a handled conversation"
        return f"per {unit}{'' if len(self.tiers) == 1 else ' in the first paid tier, all tiers in proportion'}"


@dataclass(frozen=True, slots=True)
class Graduated(Tiered):
    """Each unit at the rate of its tier.

    amount = sum over tiers with q > b(i-1) of (min(q, b(i)) - b(i-1)) * rate(i) + flat_fee(i). With tiers up to 10 at 1
    and then 0.5: 10 units cost 10, 10.5 cost 10.25, 11 cost 10.5. A flat fee is owed as soon as the units exceed the
    bound before.
    """

    def price(self, units: Array, values: Values) -> Array:
        import numpy as np

        total = np.zeros(units.shape)
        lower = 0.0
        for place, tier in enumerate(self.tiers):
            reached = beyond(units, lower)
            if place == 0 and self.flat_fee_at_zero:
                reached = np.ones(units.shape, dtype=bool)
            total += tier.amount(np.clip(units - lower, 0.0, tier.up_to - lower), reached, values)
            lower = tier.up_to
        return total


@dataclass(frozen=True, slots=True)
class VolumeTiers(Tiered):
    """All units of a month at the rate of the tier that their total falls in.

    amount = q * rate(k) + flat_fee(k), k the first tier with q <= b(k). With tiers up to 10 at 1 and then 0.5: 10 units
    cost 10, 10.5 cost 5.25, 21 cost 10.5. More units can cost less.
    """

    @property
    def remark(self) -> str:
        """The bound at which the amount falls most at the stated prices; empty where it never falls."""
        edges = [(_stated(low, low.up_to), _stated(high, low.up_to), low.up_to) for low, high in pairwise(self.tiers)]
        at, above, units = max(edges, key=lambda edge: edge[0] - edge[1], default=(0.0, 0.0, 0.0))
        if at - above <= _ROUNDING * at:
            return ""
        return (
            f"more {label_of(self.meter)} can cost less, as the tier of a month's total prices all of them: "
            f"{number(units)} cost {number(at)}, just above that {number(above)}"
        )

    def price(self, units: Array, values: Values) -> Array:
        return self._priced(units, units, values)

    def price_beyond(self, units: Array, allowance: float, values: Values) -> Array:
        """Return what units cost beyond an allowance that shifts every bound: 51 units at 50 free are in tier 1."""
        return self._priced(units, units - allowance, values) * (units > allowance)

    def price_over(self, span: Span, units: Array, values: Values) -> Array:
        """Return what each month's units cost at the tier that the units of the span so far fall in.

        Earlier months are not priced again. With tiers up to 100 at 1 and then 0.5, over the year: months of 80, 40
        and 40 units cost 80, 20 and 20.
        """
        return self._priced(units, so_far(units, span), values)

    def _priced(self, units: Array, place: Array, values: Values) -> Array:
        """Return what units cost at the tier in which `place` falls."""
        import numpy as np

        total = np.zeros(units.shape)
        lower = -math.inf
        for tier in self.tiers:
            inside = beyond(place, lower) & ~beyond(place, tier.up_to)
            owed = inside if self.flat_fee_at_zero else inside & (units > 0)
            total += inside * tier.amount(units, owed, values)
            lower = tier.up_to
        return total


def _stated(tier: Tier, units: float) -> float:
    """Return what a month of these units costs at a tier's stated prices."""
    billed = units if tier.package is None else math.ceil(units / tier.package)
    amount = billed * tier.rate.center + tier.flat_fee.center
    return amount if tier.maximum is None else min(amount, tier.maximum.center)


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
_CHARGES: Final[Mapping[Tiering, type[Graduated | VolumeTiers]]] = MappingProxyType(
    {"graduated": Graduated, "volume": VolumeTiers}
)


def tiered(
    tiering: Tiering, meter: str, tiers: tuple[TierSpec, ...], flat_fee_at_zero: bool | None
) -> Graduated | VolumeTiers:
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
        return self.adjusted(VolumeTiers(self.key, steps, self.price_at_zero), span=self.count_over)

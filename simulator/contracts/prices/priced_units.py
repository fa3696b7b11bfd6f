"""What happens to a month's units before they are priced: a rate card, conversion and rounding, free units.

Order: units of the meters -> credits of the rate card -> conversion -> free units -> price.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pydantic import ValidationInfo, field_validator

from simulator.contracts.metering.contract_months import ALL_MONTHS, DatedTerms, Months, Span, opens, renewed
from simulator.contracts.metering.rounding import UnitRounding, rounded
from simulator.contracts.prices.charge import Charge, ChargeAround, PerUnit
from simulator.contracts.prices.charge_terms import ChargeTerms
from simulator.contracts.prices.metered import CARD_CREDITS, MeteredTerms, known_name
from simulator.contracts.prices.rate_card import CardEntry, card_credits, listed_meters
from simulator.contracts.prices.seats import Seats
from simulator.contracts.wording import number
from simulator.distributions import Quantity
from simulator.parameters import Positive, Table, parameter

if TYPE_CHECKING:
    from simulator.arrays import Array
    from simulator.contracts.metering.meters import Meters, Values


@dataclass(frozen=True, slots=True)
class Conversion:
    """Units of a meter as the units that the price is of: units / divide_by, perhaps rounded.

    7,400 tokens divided by 1,000 and rounded up are 8 units; 7,000 are 7.

    Attributes:
        round: to whole units, at the end of the month; None keeps fractions.
        is_unit: whether a limit and free units of the contract count converted units: minutes, where a meter counts
            steps of 15 seconds.
    """

    divide_by: float
    round: UnitRounding | None = None
    is_unit: bool = False

    def converted(self, units: Array) -> Array:
        """Return the units that are priced, same shape."""
        quotient = units / self.divide_by
        return quotient if self.round is None else rounded(quotient, self.round)


@dataclass(frozen=True, slots=True)
class Free:
    """Units that cost nothing: the first of each month, of each contract year, or of the contract.

    With 5 free units per seat and 3 seats, months of 15 and 16 units bill 0 and 1. With 400 a year, months of 300, 300
    and 300 bill 0, 200 and 300. What is not used when its span ends is lost.

    Attributes:
        units: free units of a span; per seat and month where there are seats.
        all_or_nothing: a month above the free units bills all its units, not only those beyond; see `PerUnit`.
    """

    units: float
    span: Span = "month"
    seats: Seats | None = None
    all_or_nothing: bool = False

    def billed(self, units: Array, meters: Meters, values: Values) -> Array:
        """Return the units left to pay, same shape; free units of seats are given month by month."""
        import numpy as np

        left = np.zeros(units.shape[0])
        billed = np.array(units)
        for month in range(units.shape[1]):
            if opens(self.span, month):
                left = np.full(units.shape[0], self.units if self.seats is None else 0.0)
            if self.seats is not None:
                left = left + self.units * self.seats.count(meters, values)[:, month]
            used = np.minimum(left, units[:, month])
            left = left - used
            billed[:, month] = units[:, month] - used
        return billed


@dataclass(frozen=True, slots=True)
class FreeUnits:
    """Units of a meter that bill nothing, used up in month order.

    With 500 units once, months of 300, 300 and 300 bill 0, 100 and 300; each month anew, 0, 0 and 0; with 400 a year,
    0, 200 and 300.

    Attributes:
        meter: key of the meter.
        span: how often they are given: each month, each contract year, or once.
        size: units of the meter in a free unit: 4 where the meter counts quarters of a minute, and minutes are free.
    """

    meter: str
    units: Quantity
    span: Span = "month"
    months: Months = ALL_MONTHS
    size: float = 1.0


def after_free_units(units: Array, free: FreeUnits, values: Values) -> Array:
    """Return the units (trial, month) that are left to bill."""
    import numpy as np

    given, left = values(free.units) * free.size, np.zeros(units.shape[0])
    billed = np.array(units)
    for month in range(units.shape[1]):
        if not free.months.has(month + 1):
            continue
        if month + 1 == free.months.first or renewed(free.span, month):
            left = given
        used = np.minimum(left, units[:, month])
        left = left - used
        billed[:, month] = units[:, month] - used
    return billed


@dataclass(frozen=True, slots=True)
class Adjusted(ChargeAround[PerUnit]):
    """A price per unit, of units that are made of a meter's before they are priced.

    Attributes:
        unit: what one unit of the price is called.
        card: where given, units are the credits that meters cost by this card.
        span: over what the units that are priced are counted together, as where tiers fill over the year.
        free_credits: credits of the card that bill nothing between two months of the contract, before conversion.
    """

    unit: str
    card: Sequence[CardEntry] = ()
    conversion: Conversion | None = None
    free: Free | None = None
    span: Span = "month"
    free_credits: tuple[FreeUnits, ...] = ()

    @property
    def label(self) -> str:
        return f"credits ({listed_meters(self.card)})" if self.card else self.inner.label

    @property
    def meters(self) -> tuple[str, ...]:
        seats = self.free.seats.meters if self.free is not None and self.free.seats is not None else ()
        return (*(entry.meter for entry in self.card), *(() if self.card else self.inner.meters), *seats)

    @property
    def unit_meter(self) -> str:
        return self.card[0].meter if self.card else self.inner.unit_meter

    @property
    def rate_label(self) -> str:
        return self.inner.rate_of(self.unit)

    def amount(self, meters: Meters, values: Values) -> Array:
        units = self.units(meters, values)
        if self.free is not None and self.free.all_or_nothing:
            return self.inner.price_beyond(units, self.free.units, values)
        if self.span == "month":
            return self.inner.price(units, values)
        return self.inner.price_over(self.span, units, values)

    def units(self, meters: Meters, values: Values) -> Array:
        """Return the units that are priced (trial, month); with an allowance of all or nothing, all of them."""
        units: Array = card_credits(self.card, meters) if self.card else meters[self.inner.meter]
        for given in self.free_credits:
            units = after_free_units(units, given, values)
        if self.conversion is not None:
            units = self.conversion.converted(units)
        if self.free is None or self.free.all_or_nothing:
            return units
        return self.free.billed(units, meters, values)


def with_free_credits(charge: Charge, free: FreeUnits) -> Charge:
    """Return a charge of which credits bill nothing, if it bills credits, else the charge itself."""
    if isinstance(charge, Adjusted) and charge.card:
        return replace(charge, free_credits=(*charge.free_credits, free))
    return replace(charge, inner=with_free_credits(charge.inner, free)) if isinstance(charge, ChargeAround) else charge


class ConvertTerms(Table):
    """Units of the meter as the units that the price is of."""

    divide_by: float = parameter(
        "units of the meter in a unit of the price", unit="units", typical=(10, 1_000_000), strict=True, gt=0, le=1e12
    )
    round: UnitRounding | None = parameter(
        "how the month's quotient is rounded to whole units: up, down or nearest; fractions stay without it",
        default=None,
    )

    @property
    def conversion(self) -> Conversion:
        """The conversion."""
        return Conversion(self.divide_by, self.round)


class FreeTerms(Table):
    """Units that cost nothing; what is not used when its span ends is lost."""

    units: float = parameter("free units", unit="units", typical=(50, 50_000), strict=True, gt=0, le=1e12)
    span: Span = parameter("given anew each month, each contract year, or once", default="month")
    all_or_nothing: bool = parameter(
        "whether a month above the free units bills all of its units, and not only those beyond",
        default=False,
        strict=True,
    )

    @field_validator("all_or_nothing")
    @classmethod
    def _of_a_month(cls, value: bool, info: ValidationInfo) -> bool:
        span = info.data.get("span", "month")
        if value and span != "month":
            raise ValueError(f"all_or_nothing is of a month; remove it, or span = {span!r}")
        return value

    @property
    def free(self) -> Free:
        """The free units."""
        return Free(self.units, self.span, all_or_nothing=self.all_or_nothing)


def counted_over() -> Any:
    """Declare the key `count_over` of a table."""
    return parameter(
        "over what tiers, packages and included units fill: month; year, with monthly invoices; once, over all months; "
        "month without it",
        default=None,
    )


def check_count_over(value: Span | None, info: ValidationInfo) -> Span | None:
    """Check `count_over` of a table against what is of a month by itself.

    Raises:
        ValueError: if a month that is free or not as a whole, or packages that stay, are to be counted over a year.
    """
    free: FreeTerms | None = info.data.get("free")
    if value in (None, "month"):
        return value
    if free is not None and free.all_or_nothing:
        raise ValueError(f"count_over = {value!r} cannot stand beside free units of all_or_nothing; remove one")
    packages = [info.data.get("kept"), *(getattr(info.data.get(key), "kept", False) for key in ("package", "pack"))]
    if any(packages):
        raise ValueError(f"count_over = {value!r} cannot stand beside kept packages; remove one")
    return value


class UnitOptions(Table):
    """What may stand before any price per unit; order: convert, free, price."""

    convert: ConvertTerms | None = parameter("units that the price is of, made of the meter's", default=None)
    free: FreeTerms | None = parameter("units that cost nothing, after conversion", default=None)

    def adjusted(
        self,
        price: PerUnit,
        unit: str = "",
        card: Sequence[CardEntry] = (),
        conversion: Conversion | None = None,
        free: Free | None = None,
        span: Span | None = None,
    ) -> Charge:
        """Return a price of units with what happens to them before.

        Args:
            unit: what one unit of the price is called, where it is not the meter's.
            card, conversion, free: what the kind or type brings along; options that are written stand in their place.
            span: over what the units that are priced are counted together.
        """
        called = unit or price.unit
        if self.convert is not None:
            conversion = self.convert.conversion
            called = f"{number(self.convert.divide_by)} of: {called}"
        if self.free is not None:
            free = self.free.free
        if not card and conversion is None and free is None and span in (None, "month"):
            return price
        return Adjusted(price, called, tuple(card), conversion, free, span or "month")


class MeteredCharge(UnitOptions, MeteredTerms, ChargeTerms):
    """A charge on one meter."""


class FreeUnitsSpec(DatedTerms):
    """Units of a meter that bill nothing, used up in month order."""

    units: Positive = parameter("units that bill nothing", unit="units", typical=(50, 50_000))
    span: Span = parameter("given anew each month, each contract year, or once", default="month")
    meter: str | None = parameter(
        "their meter, or credits for those of a rate card; the one unit that the contract bills without it",
        default=None,
    )

    @field_validator("meter")
    @classmethod
    def _offered(cls, value: str | None) -> str | None:
        return known_name(value, "tokens", CARD_CREDITS)

    def free_units(self, key: str, size: float = 1.0) -> FreeUnits:
        """Return the free units of a meter's key, of which so many are a free unit."""
        return FreeUnits(key, self.units, self.span, self.months, size)

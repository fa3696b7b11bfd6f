"""What may happen to units before they are priced: conversion, free units, and units counted over the year."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import ValidationInfo, field_validator

from simulator.contracts.charges import Charge, PerUnit
from simulator.contracts.names import number
from simulator.contracts.rounding import Rounding
from simulator.contracts.spans import Span
from simulator.contracts.units import Adjusted, CardEntry, Conversion, Free
from simulator.parameters import Table, parameter


class ConvertTerms(Table):
    """Units of the meter as the units that the price is of."""

    divide_by: float = parameter(
        "units of the meter in a unit of the price", unit="units", typical=(10, 1_000_000), strict=True, gt=0, le=1e12
    )
    round: Rounding | None = parameter(
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

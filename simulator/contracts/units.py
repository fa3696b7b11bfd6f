"""What happens to a month's units before they are priced: a rate card, conversion and rounding, free units.

Order: units of the meters -> credits of the rate card -> conversion -> free units -> price.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from simulator.contracts.charges import Charge, PerUnit
from simulator.contracts.discounts import FreeUnits, after_free_units
from simulator.contracts.meters import label_of
from simulator.contracts.rounding import Rounding, rounded
from simulator.contracts.seats import Seats
from simulator.contracts.spans import Span, opens
from simulator.contracts.wrapped import Wrapped

if TYPE_CHECKING:
    from simulator.arrays import Array
    from simulator.contracts.meters import Meters, Values

_SHOWN: Final = 3
"""Meters of a rate card that a line of the invoice names."""


@dataclass(frozen=True, slots=True)
class CardEntry:
    """What use of one meter costs in credits: credits for every `per` units, a started `per` as a whole one.

    13 credits per 100 actions: 100 actions of a month cost 13 credits, 101 cost 26. With `per` = 1 and 20 credits,
    3 actions cost 60.
    """

    meter: str
    credits: float
    per: float = 1.0

    def of(self, units: Array) -> Array:
        """Return the credits of a month's units, same shape."""
        return self.credits * (units if self.per == 1.0 else rounded(units / self.per, "up"))


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
    round: Rounding | None = None
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
class Adjusted(Wrapped[PerUnit]):
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
        return f"credits ({_listed(self.card)})" if self.card else self.inner.label

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
        units: Array = credits_of(self.card, meters) if self.card else meters[self.inner.meter]
        for given in self.free_credits:
            units = after_free_units(units, given, values)
        if self.conversion is not None:
            units = self.conversion.converted(units)
        if self.free is None or self.free.all_or_nothing:
            return units
        return self.free.billed(units, meters, values)


def credits_of(card: Sequence[CardEntry], meters: Meters) -> Array:
    """Return the credits that a month's use costs by a rate card (trial, month)."""
    import numpy as np

    total: Array = np.sum([entry.of(meters[entry.meter]) for entry in card], axis=0)
    return total


def with_free_credits(charge: Charge, free: FreeUnits) -> Charge:
    """Return a charge of which credits bill nothing, if it bills credits, else the charge itself."""
    if isinstance(charge, Adjusted) and charge.card:
        return replace(charge, free_credits=(*charge.free_credits, free))
    return replace(charge, inner=with_free_credits(charge.inner, free)) if isinstance(charge, Wrapped) else charge


def _listed(card: Sequence[CardEntry]) -> str:
    """Return the meters of a card as an invoice names them, at most three."""
    names = list(dict.fromkeys(label_of(entry.meter) for entry in card))
    more = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {more} more" if more > 0 else "")

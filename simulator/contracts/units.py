"""What happens to a month's units before they are priced: a rate card, conversion and rounding, free units.

Order: units of the meters -> credits of the rate card -> conversion -> free units -> price.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator.contracts.charges import PerUnit
from simulator.contracts.rounding import Rounding, rounded
from simulator.contracts.seats import Seats
from simulator.contracts.wrapped import Wrapped

if TYPE_CHECKING:
    from simulator.contracts.meters import Array, Meters, Values


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
    """

    divide_by: float
    round: Rounding | None = None

    def converted(self, units: Array) -> Array:
        """Return the units that are priced, same shape."""
        quotient = units / self.divide_by
        return quotient if self.round is None else rounded(quotient, self.round)


@dataclass(frozen=True, slots=True)
class Free:
    """Units that cost nothing: the first of each month, lost where they are not used.

    With 5 free units per seat and 3 seats, months of 15 and 16 units bill 0 and 1.

    Attributes:
        units: free units; per seat where there are seats.
    """

    units: float
    seats: Seats | None = None

    def billed(self, units: Array, meters: Meters, values: Values) -> Array:
        """Return the units left to pay, same shape."""
        import numpy as np

        allowance = self.units if self.seats is None else self.units * self.seats.count(meters, values)
        return np.maximum(units - allowance, 0.0)


@dataclass(frozen=True, slots=True)
class Adjusted(Wrapped[PerUnit]):
    """A price per unit, of units that are made of a meter's before they are priced.

    Attributes:
        unit: what one unit of the price is called.
        card: where given, units are the credits that meters cost by this card.
    """

    unit: str
    card: Sequence[CardEntry] = ()
    conversion: Conversion | None = None
    free: Free | None = None

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
        return self.inner.price(self.units(meters, values), values)

    def units(self, meters: Meters, values: Values) -> Array:
        """Return the units that are priced (trial, month)."""
        units: Array = self._credits(meters) if self.card else meters[self.inner.meter]
        if self.conversion is not None:
            units = self.conversion.converted(units)
        return units if self.free is None else self.free.billed(units, meters, values)

    def _credits(self, meters: Meters) -> Array:
        import numpy as np

        total: Array = np.sum([entry.of(meters[entry.meter]) for entry in self.card], axis=0)
        return total

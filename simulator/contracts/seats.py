"""Seats: bought in advance, or as many as human work needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from simulator.contracts.meters import CONVERSATIONS
from simulator.contracts.rounding import rounded
from simulator.distributions import Quantity

if TYPE_CHECKING:
    from simulator.arrays import Array
    from simulator.contracts.meters import Meters, Values

HUMAN_MINUTES: Final = "human_minutes"


@dataclass(frozen=True, slots=True)
class Seats:
    """How many seats a month has.

    Bought seats are a number of the contract. Seats by load are ceil(human minutes / 60 / productive hours): with 120
    productive hours a seat, months of 240.0 and 240.1 hours of human work need 2 and 3 seats.

    Attributes:
        bought: seats of every month; None where the load says how many.
        productive_hours: hours of work on cases that a seat gives in a month; None where seats are bought.
        minimum: fewest seats that bill.
    """

    bought: Quantity | None = None
    productive_hours: Quantity | None = None
    minimum: float = 0.0

    @property
    def meters(self) -> tuple[str, ...]:
        """Keys of the meters that say how many there are."""
        return () if self.productive_hours is None else (HUMAN_MINUTES,)

    def count(self, meters: Meters, values: Values) -> Array:
        """Return the seats (trial, month)."""
        import numpy as np

        shape = next(iter(meters.values())).shape
        if self.productive_hours is not None:
            hours = meters[HUMAN_MINUTES] / 60.0
            needed = rounded(hours / values(self.productive_hours)[:, None], "up")
        else:
            assert self.bought is not None
            needed = np.broadcast_to(values(self.bought)[:, None], shape)
        return np.maximum(needed, self.minimum)


@dataclass(frozen=True, slots=True)
class SeatCharge:
    """A price per seat and month: 10 seats at 55 are 550, used or not."""

    seats: Seats
    rate: Quantity
    label: str = "seats"
    is_fee = False
    settles = True
    unit_meter = CONVERSATIONS
    rate_label = "per seat and month"
    remark = ""

    @property
    def meters(self) -> tuple[str, ...]:
        return self.seats.meters

    @property
    def unit_rate(self) -> Quantity:
        return self.rate

    def amount(self, meters: Meters, values: Values) -> Array:
        return self.seats.count(meters, values) * values(self.rate)[:, None]

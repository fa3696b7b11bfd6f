"""Seats: bought in advance, or as many as human work needs, at a price for each seat and month."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from pydantic import ValidationInfo, field_validator

from simulator.contracts.metering.meters import CONVERSATIONS
from simulator.contracts.metering.rounding import rounded
from simulator.contracts.prices.charge import Charge
from simulator.contracts.prices.charge_terms import ChargeTerms
from simulator.contracts.rates.token_rates import TokenRates
from simulator.contracts.wording import number
from simulator.quantities.distributions import Quantity
from simulator.quantities.parameters import MonthHours, Price, SeatCount, Table, parameter

if TYPE_CHECKING:
    from simulator.arrays import Array
    from simulator.contracts.metering.meters import Meters, Values


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


class SeatTerms(Table):
    """How many seats: bought, or as many as the hours of human work need."""

    seats: SeatCount | None = parameter(
        "seats that are bought, used or not", unit="seats", typical=(5, 500), default=None
    )
    productive_hours: MonthHours | None = parameter(
        "hours of work on cases that one seat gives in a month; instead of seats: as many as human work needs",
        unit="hours per seat and month",
        typical=(90, 140),
        default=None,
    )
    minimum_seats: float | None = parameter(
        "fewest seats that bill", unit="seats", typical=(1, 20), default=None, strict=True, ge=0, le=1e9
    )

    @field_validator("productive_hours")
    @classmethod
    def _bought_or_needed(cls, value: Quantity | None, info: ValidationInfo) -> Quantity | None:
        if "seats" not in info.data:
            return value
        bought = info.data["seats"]
        if value is None and bought is None:
            raise ValueError("give seats, or productive_hours for as many seats as human work needs")
        if value is not None and bought is not None:
            raise ValueError(f"give seats ({number(bought.center)}) or productive_hours, not both")
        return value

    @property
    def counted(self) -> Seats:
        """The seats of a month."""
        return Seats(self.seats, self.productive_hours, self.minimum_seats or 0.0)


class SeatsSpec(SeatTerms, ChargeTerms):
    """A price for each seat and month."""

    kind: Literal["seats"]
    rate: Price = parameter("price of a seat", unit="money per seat and month", typical=(19, 180))

    def priced(self, models: Mapping[str, TokenRates]) -> Charge:
        return SeatCharge(self.counted, self.rate)

"""Seats: a price for each seat and month."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import ValidationInfo, field_validator

from simulator.contracts.charges import Charge
from simulator.contracts.kinds.base import ChargeTerms
from simulator.contracts.names import number
from simulator.contracts.prices import TokenRates
from simulator.contracts.seats import SeatCharge, Seats
from simulator.distributions import Quantity
from simulator.parameters import MonthHours, Price, SeatCount, Table, parameter


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

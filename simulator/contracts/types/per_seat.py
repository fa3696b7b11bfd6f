"""Per seat: seats that are bought or that human work needs, with use that they include."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from simulator.contracts.charges import Charge, Flat
from simulator.contracts.kinds.metered import PER_UNIT, MeteredTerms
from simulator.contracts.kinds.seats import SeatTerms
from simulator.contracts.prices import TokenRates
from simulator.contracts.references import References
from simulator.contracts.seats import SeatCharge, Seats
from simulator.contracts.spans import Span
from simulator.contracts.types.base import ContractSpec
from simulator.contracts.units import Adjusted, Free
from simulator.parameters import Price, parameter


class Quota(MeteredTerms):
    """Use that seats include: so many units a seat and month, the rest at a rate."""

    per_seat: float = parameter(
        "units that each seat includes in a month",
        unit="units per seat and month",
        typical=(5, 500),
        strict=True,
        ge=0,
        le=1e12,
    )
    span: Span = parameter(
        "how long unused units stay: month; year, to the end of the contract year; once, for good", default="month"
    )
    overage_rate: Price = parameter("price of each further unit", unit=PER_UNIT, typical=(0.1, 5))

    def charge(self, seats: Seats) -> Charge:
        """Return the charge for what the seats do not include."""
        price = Flat(self.key, self.overage_rate)
        unit = f"{price.unit} above the included {self.per_seat:g} per seat"
        return Adjusted(price, unit, free=Free(self.per_seat, self.span, seats))


class PerSeat(SeatTerms, ContractSpec):
    """A price per seat and month."""

    type: Literal["per_seat"]
    price: Price = parameter("price of a seat", unit="money per seat and month", typical=(19, 180))
    quota: Quota | None = parameter("use that seats include, and the price beyond", default=None)

    @property
    def references(self) -> References:
        return References() if self.quota is None else self.quota.references.within("quota")

    @property
    def default_title(self) -> str:
        return "Per seat" if self.productive_hours is None else "Per seat, by human work"

    def usage_charges(self, models: Mapping[str, TokenRates]) -> tuple[Charge, ...]:
        quota = () if self.quota is None else (self.quota.charge(self.counted),)
        return (SeatCharge(self.counted, self.price), *quota)

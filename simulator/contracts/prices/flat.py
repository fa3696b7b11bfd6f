"""Flat: every unit at one rate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from simulator.contracts.prices.charge import Charge, PerUnit
from simulator.contracts.prices.metered import PER_UNIT
from simulator.contracts.prices.priced_units import MeteredCharge
from simulator.contracts.rates.token_rates import TokenRates
from simulator.quantities.distributions import Quantity
from simulator.quantities.parameters import Price, parameter

if TYPE_CHECKING:
    from simulator.arrays import Array
    from simulator.contracts.metering.meters import Values


@dataclass(frozen=True, slots=True)
class Flat(PerUnit):
    """Every unit at one rate: 100 units at 0.99 are 99."""

    rate: Quantity

    @property
    def unit_rate(self) -> Quantity:
        return self.rate

    def rate_of(self, unit: str) -> str:
        return f"per {unit}"

    def price(self, units: Array, values: Values) -> Array:
        return units * values(self.rate)[:, None]


class FlatSpec(MeteredCharge):
    """Every unit at one rate."""

    kind: Literal["flat"]
    rate: Price = parameter("price of a unit", unit=PER_UNIT, typical=(0.001, 5))

    def priced(self, models: Mapping[str, TokenRates]) -> Charge:
        return self.adjusted(Flat(self.key, self.rate))

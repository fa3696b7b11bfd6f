"""Flat: every unit at one rate."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from simulator.contracts.charges import Charge, Flat
from simulator.contracts.kinds.metered import PER_UNIT, MeteredCharge
from simulator.contracts.prices import TokenRates
from simulator.parameters import Price, parameter


class FlatSpec(MeteredCharge):
    """Every unit at one rate."""

    kind: Literal["flat"]
    rate: Price = parameter("price of a unit", unit=PER_UNIT, typical=(0.001, 5))

    def priced(self, models: Mapping[str, TokenRates]) -> Charge:
        return self.adjusted(Flat(self.key, self.rate))

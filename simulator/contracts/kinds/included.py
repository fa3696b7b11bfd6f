"""Included: the first units of each month free, the rest at the overage rate."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from simulator.contracts.charges import Charge, Included
from simulator.contracts.kinds.metered import PER_UNIT, MeteredCharge
from simulator.contracts.prices import TokenRates
from simulator.parameters import Nonnegative, parameter


class IncludedSpec(MeteredCharge):
    """The first units of each month free, the rest at the overage rate."""

    kind: Literal["included"]
    included: float = parameter(
        "units of each month without charge; unused ones are lost",
        unit="units per month",
        typical=(50, 50_000),
        strict=True,
        ge=0,
        le=1e12,
    )
    overage_rate: Nonnegative = parameter("price of each further unit", unit=PER_UNIT, typical=(0.001, 5))

    def charge(self, models: Mapping[str, TokenRates]) -> Charge:
        return Included(self.key, self.included, self.overage_rate)

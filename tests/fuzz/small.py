"""A scenario with as few cases as a test can pay for: 20 futures, and no month of which more than 300 are expected."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from simulator.arrays import Array
from simulator.quantities.distributions import Law, Quantity
from simulator.scenario.schema import Scenario
from simulator.scenario.schema.demand_tables import Incidents, Volume

FUTURES: Final = 20
MOST_CASES: Final = 300
MOST_CASE_MONTHS: Final = 3_600
"""Cases of a future over all its months: a long horizon has fewer a month."""
_HIGH: Final = np.array([3.0])
"""The score up to which an unknown number counts."""


def small(scenario: Scenario) -> Scenario:
    """Return the scenario with 20 futures and its volume divided so that no month has more than 300 cases or so."""
    incidents = scenario.incidents
    if _most(incidents.factor) > 10:
        incidents = incidents.model_copy(update={"factor": Incidents().factor})
    growth = scenario.volume.growth_per_year
    if _most(growth) > 1:
        growth = Volume.model_fields["growth_per_year"].get_default()
    volume = scenario.volume.model_copy(update={"growth_per_year": growth})
    most = min(MOST_CASES, MOST_CASE_MONTHS / scenario.months)
    times = min(1.0, most / (_peak(volume, scenario.months) * _most(incidents.factor)))
    return scenario.model_copy(update={"trials": FUTURES, "volume": _divided(volume, times), "incidents": incidents})


def _most(quantity: Quantity) -> float:
    return float(quantity.at(_HIGH)[0])


def _peak(volume: Volume, months: int) -> float:
    """Return about the largest month that a volume names."""
    if volume.per_month is None:
        return max(row.high for row in volume.forecast)
    factors = [_most(factor) for factor in volume.season or ()]
    season = max(factors) * len(factors) / max(sum(factors), 1e-300) if factors else 1.0
    grown = (1 + max(_most(volume.growth_per_year), 0.0)) ** (months / 12)
    return _most(volume.per_month) * season * grown


def _divided(volume: Volume, times: float) -> Volume:
    if volume.per_month is not None:
        law = _times(volume.per_month, times)
        return volume.model_copy(update={"per_month": law})
    rows = [
        row.model_copy(update={key: getattr(row, key) * times for key in ("low", "base", "high")})
        for row in volume.forecast
    ]
    return volume.model_copy(update={"forecast": tuple(rows)})


def _times(quantity: Quantity, by: float) -> Quantity:
    """Return a number multiplied, so that what is unknown stays unknown."""
    return replace(quantity, law=Times(quantity.law, by))


@dataclass(frozen=True, slots=True)
class Times:
    """A law whose values are multiplied."""

    law: Law
    by: float

    @property
    def fixed(self) -> bool:
        return self.law.fixed

    @property
    def center(self) -> float:
        return self.law.center * self.by

    def at(self, z: Array) -> Array:
        return self.law.at(z) * self.by

"""The same deployment with more or fewer cases: whatever the scenario says about volume, times a factor."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from simulator.arrays import Array
from simulator.distributions import Law
from simulator.futures.month_level import draw_drivers, expected_demand
from simulator.futures.unknowns import draw_unknowns

if TYPE_CHECKING:
    from simulator.scenario.schema import Scenario


@dataclass(frozen=True, slots=True)
class Scaled:
    """A law times a constant: the number at the same score is the factor times what it was."""

    law: Law
    factor: float

    @property
    def fixed(self) -> bool:
        """Whether the number is known."""
        return self.law.fixed

    @property
    def center(self) -> float:
        """The value at z = 0."""
        return self.factor * self.law.center

    def at(self, z: Array) -> Array:
        """Return the quantile at Phi(z), same shape as z."""
        return self.factor * self.law.at(z)


def cases_per_month(scenario: Scenario) -> float:
    """Return the expected cases of a month that reach the AI, averaged over the first block of trials and all months.

    Unit, growth, season, rollout, the AI's share, incidents and drivers are all inside.
    """
    unknowns = draw_unknowns(scenario, 0)
    demand = expected_demand(scenario, unknowns, draw_drivers(scenario, unknowns, 0), 0)
    return float(demand.cases.sum(axis=2).mean())


def scaled(scenario: Scenario, factor: float) -> Scenario:
    """Return the scenario with its stated volume, `per_month` or every row of a `forecast`, times a factor.

    The expected cases of every trial and month are times the factor, to rounding; unknowns and drivers stay as they
    are, as their draws depend on names only.

    Raises:
        ValueError: if the factor is not positive.
    """
    if not factor > 0:
        raise ValueError(f"a volume is scaled by a factor above 0, not {factor:g}")
    volume = scenario.volume
    rows = tuple(
        row.model_copy(update={key: factor * getattr(row, key) for key in ("low", "base", "high")})
        for row in volume.forecast
    )
    stated = volume.per_month
    if stated is not None:
        stated = replace(stated, law=Scaled(stated.law, factor))
    return scenario.model_copy(update={"volume": volume.model_copy(update={"forecast": rows, "per_month": stated})})


def with_run(scenario: Scenario, *, trials: int, months: int) -> Scenario:
    """Return the scenario with another number of trials and only its first months."""
    return scenario.model_copy(update={"trials": trials, "months": months})

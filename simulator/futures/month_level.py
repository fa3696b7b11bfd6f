"""The month level of futures: drivers and demand of a scenario, in blocks of trials. docs/model.md sections 2 and 3."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from simulator.arrays import Array, Flags
from simulator.futures.scores import AGAIN, flags, innovations
from simulator.futures.unknowns import Unknowns
from simulator.law.demand import (
    Demand,
    forecast_volume,
    grown_volume,
    incident_factors,
    monthly_shares,
    poisson_quantile,
    rollout_of,
    season_of,
    tilted_to_intents,
)
from simulator.law.drivers import (
    DrawnDrivers,
    autoregressive,
    beta_shift,
    correlated_series,
    gamma_factor,
    lognormal_factor,
)
from simulator.law.sizes import log_sd_of
from simulator.scenario.schema import Scenario
from simulator.scenario.schema.demand_tables import DRIVER_ORDER, FactorDriver, RateDriver
from simulator.scenario.stated.stated_cases import contacts_per_case
from simulator.streams import BLOCK_TRIALS, stream

FORECAST_SCORE: Final = "unknown.volume.forecast"
"""Name of the one score of a future that moves all months of a forecast."""


@dataclass(frozen=True, slots=True)
class Scores:
    """Standard normal scores of the drivers of some trials.

    Attributes:
        series: of the six correlated drivers by name, shape (trial, month) each.
        mix: of every intent's own series, shape (trial, month, intent).
        incident: whether the month is an incident, shape (trial, month).
    """

    series: Mapping[str, Array]
    mix: Array
    incident: Flags


def draw_drivers(scenario: Scenario, unknowns: Unknowns, block: int, *, again: bool = False) -> DrawnDrivers:
    """Draw the drivers of one block of trials; once more, independently of the first time, where it is said."""
    return drivers_at(scenario, unknowns, draw_scores(scenario, unknowns, block, AGAIN if again else ""))


def drivers_at(scenario: Scenario, unknowns: Unknowns, scores: Scores) -> DrawnDrivers:
    """Return the drivers at given scores."""
    drivers, z = scenario.drivers, scores.series
    return DrawnDrivers(
        demand=_factor(drivers.demand, unknowns, z["demand"]),
        complexity=unknowns(drivers.complexity.sd)[:, None] * z["complexity"],
        escalation=_shift(drivers.escalation, unknowns, z["escalation"]),
        solving=_shift(drivers.solving, unknowns, z["solving"]),
        returning=_shift(drivers.returning, unknowns, z["returning"]),
        tokens=_factor(drivers.tokens, unknowns, z["tokens"]),
        mix=unknowns(drivers.mix.sd)[:, None, None] * scores.mix,
        incident=scores.incident,
    )


def draw_scores(scenario: Scenario, unknowns: Unknowns, block: int, begin: str = "") -> Scores:
    """Draw the scores of one block of trials: stationary AR(1) series, and incidents independent by month.

    Args:
        begin: begins the names of what is drawn.
    """
    persistence = unknowns(scenario.drivers.mix.persistence)
    centre = scenario.drivers.mix.persistence.center
    own = innovations(
        scenario, [f"{begin}mix.{intent}" for intent in scenario.intents], [centre] * len(scenario.intents), block
    )
    mix = np.stack([autoregressive(draws[:, 0], draws, persistence) for draws in own], axis=2)
    incident = flags(scenario, f"{begin}driver.incident", unknowns(scenario.incidents.probability), block)
    return Scores(_six_series(scenario, unknowns, block, begin), mix, incident)


def _six_series(scenario: Scenario, unknowns: Unknowns, block: int, begin: str) -> dict[str, Array]:
    """Return the six correlated series by name, shape (trial, month) each."""
    persistences = [getattr(scenario.drivers, name).persistence for name in DRIVER_ORDER]
    names = [f"{begin}{name}" for name in DRIVER_ORDER]
    fresh = innovations(scenario, names, [each.center for each in persistences], block)
    found = correlated_series(fresh, correlation_matrix(scenario), unknowns.stack(persistences))
    return dict(zip(DRIVER_ORDER, found, strict=True))


def correlation_matrix(scenario: Scenario) -> Array:
    """Return the correlations of the innovations, shape (driver, driver), in the fixed order of the drivers."""
    matrix = np.eye(len(DRIVER_ORDER))
    for name, others in scenario.drivers.correlation.items():
        for other, rho in others.items():
            row, column = DRIVER_ORDER.index(name), DRIVER_ORDER.index(other)
            matrix[row, column] = matrix[column, row] = rho
    return matrix


def _factor(driver: FactorDriver, unknowns: Unknowns, z: Array) -> Array:
    """Return a factor with mean 1."""
    spread = driver.cv if driver.cv is not None else driver.log_sd
    if spread is None:
        return np.ones_like(z)
    amount = unknowns(spread)[:, None]
    if driver.law == "gamma":
        return gamma_factor(amount, z)
    return lognormal_factor(amount if driver.log_sd is not None else log_sd_of(amount), z)


def _shift(driver: RateDriver, unknowns: Unknowns, z: Array) -> Array:
    """Return the shift of a rate's log odds."""
    sd = unknowns(driver.sd)[:, None]
    if driver.mean is None:
        return np.asarray(sd * z)
    return beta_shift(unknowns(driver.mean)[:, None], sd, z)


def expected_demand(
    scenario: Scenario, unknowns: Unknowns, drivers: DrawnDrivers, block: int, *, again: bool = False
) -> Demand:
    """Return what is expected given the trial's unknowns and the month's drivers.

    Args:
        again: whether the score of a forecast is drawn once more.
    """
    rollout = rollout_of(unknowns.stack(scenario.volume.rollout), scenario.months)
    reach = unknowns(scenario.volume.ai_share)[:, None] * rollout
    conversations, tickets = _per_case(scenario, unknowns, all_seen=bool(np.all(reach == 1)))
    per_case = {"cases": np.ones(unknowns.trials), "conversations": conversations, "tickets": tickets}
    stated = _stated_volume(scenario, unknowns, block, AGAIN if again else "")
    total = stated / per_case[scenario.volume.unit][:, None] * drivers.demand
    incident = incident_factors(drivers.incident, incident_factor(scenario, unknowns))
    share = monthly_shares(unknowns.stack(intent.share for intent in scenario.intents.values()), drivers.mix)
    named = np.isin(list(scenario.intents), scenario.incidents.intents)
    tilted = share * tilted_to_intents(share, incident, named)
    return Demand(
        cases=(total * reach)[:, :, None] * tilted,
        unseen_tickets=total * (1 - reach) * incident * tickets[:, None],
    )


def _per_case(scenario: Scenario, unknowns: Unknowns, *, all_seen: bool) -> tuple[Array, Array]:
    """Return the expected conversations and tickets of a case, shape (trial,).

    Args:
        all_seen: every case reaches the AI; then volumes stated in cases need neither, and 1 stands for both.
    """
    if scenario.volume.unit == "cases" and all_seen:
        return np.ones(unknowns.trials), np.ones(unknowns.trials)
    rows, straight = contacts_per_case(unknowns, scenario)
    return np.broadcast_to(rows, unknowns.trials), np.broadcast_to(rows + straight, unknowns.trials)


def _stated_volume(scenario: Scenario, unknowns: Unknowns, block: int, begin: str) -> Array:
    """Return the stated volume in its own unit, shape (trial, month)."""
    volume, months = scenario.volume, scenario.months
    if volume.forecast:
        score = stream(scenario.seed, f"{begin}{FORECAST_SCORE}", block).standard_normal(BLOCK_TRIALS)
        low, base, high = (np.array([getattr(row, key) for row in volume.forecast]) for key in ("low", "base", "high"))
        return forecast_volume(low, base, high, score)
    assert volume.per_month is not None, "the schema asks for per_month or a forecast"
    season = np.ones((unknowns.trials, months))
    if volume.season is not None:
        season = season_of(unknowns.stack(volume.season), int(scenario.start[5:]), months)
    return grown_volume(unknowns(volume.per_month), unknowns(volume.growth_per_year), season)


def incident_factor(scenario: Scenario, unknowns: Unknowns) -> Array:
    """Return what an incident multiplies demand by, shape (trial,); at least 1 where it is tilted to named intents."""
    factor = unknowns(scenario.incidents.factor)
    return np.maximum(factor, 1.0) if scenario.incidents.intents else factor


def draw_unseen(scenario: Scenario, demand: Demand, block: int, trials: slice) -> Array:
    """Draw the tickets that the AI never sees, shape (trial, month): Poisson by inversion.

    Inversion keeps each count at the same quantile when its expectation moves.

    Args:
        demand: of the whole block.
        trials: the trials of the block to draw for.
    """
    level = stream(scenario.seed, "unseen_tickets", block).random((scenario.months, BLOCK_TRIALS)).T[trials]
    return poisson_quantile(level, demand.unseen_tickets[trials])

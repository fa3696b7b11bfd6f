"""The month level: stationary AR(1) series that move volume, mix, complexity, rates and token lengths.

docs/model.md section 2. Axis order everywhere: (trial, month).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import special

from simulator.arrays import Array, Flags
from simulator.model.points import flags, innovations
from simulator.model.unknowns import Unknowns, cholesky, mix_scores
from simulator.scenario.schema import Scenario
from simulator.scenario.schema.demand_tables import DRIVER_ORDER, FactorDriver, RateDriver

MOST_BETA_SD: Final = 0.99
"""Where a trial's sd of a Beta-shaped rate is too large for its mean, this share of the largest one is taken."""


@dataclass(frozen=True, slots=True)
class Drivers:
    """The drivers of some trials.

    Attributes:
        demand, tokens: factors with mean 1, shape (trial, month).
        complexity, escalation, solving, returning: shifts of log odds, shape (trial, month).
        mix: shift of the log shares, shape (trial, month, intent).
        incident: whether the month is an incident, shape (trial, month).
    """

    demand: Array
    complexity: Array
    escalation: Array
    solving: Array
    returning: Array
    tokens: Array
    mix: Array
    incident: Flags

    def part(self, first: int, count: int) -> Drivers:
        """Return the drivers of trials first .. first + count - 1 of these."""
        return Drivers(*(getattr(self, name)[first : first + count] for name in self.__slots__))


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


def draw_drivers(scenario: Scenario, unknowns: Unknowns, block: int) -> Drivers:
    """Draw the drivers of one block of trials."""
    return drivers_at(scenario, unknowns, draw_scores(scenario, unknowns, block))


def drivers_at(scenario: Scenario, unknowns: Unknowns, scores: Scores) -> Drivers:
    """Return the drivers at given scores."""
    drivers, z = scenario.drivers, scores.series
    return Drivers(
        demand=_factor(drivers.demand, unknowns, z["demand"]),
        complexity=unknowns(drivers.complexity.sd)[:, None] * z["complexity"],
        escalation=_shift(drivers.escalation, unknowns, z["escalation"]),
        solving=_shift(drivers.solving, unknowns, z["solving"]),
        returning=_shift(drivers.returning, unknowns, z["returning"]),
        tokens=_factor(drivers.tokens, unknowns, z["tokens"]),
        mix=unknowns(drivers.mix.sd)[:, None, None] * scores.mix,
        incident=scores.incident,
    )


def draw_scores(scenario: Scenario, unknowns: Unknowns, block: int) -> Scores:
    """Draw the scores of one block of trials: stationary AR(1) series, and incidents independent by month."""
    persistence = unknowns(scenario.drivers.mix.persistence)
    centre = scenario.drivers.mix.persistence.center
    own = innovations(
        scenario, [f"mix.{intent}" for intent in scenario.intents], [centre] * len(scenario.intents), block
    )
    mix = np.stack([autoregressive(draws[:, 0], draws, persistence) for draws in own], axis=2)
    incident = flags(scenario, "driver.incident", unknowns(scenario.incidents.probability), block)
    return Scores(_correlated_series(scenario, unknowns, block), mix, incident)


def _correlated_series(scenario: Scenario, unknowns: Unknowns, block: int) -> dict[str, Array]:
    """Return the six series z, shape (trial, month) each, with the correlation of their innovations."""
    persistences = [getattr(scenario.drivers, name).persistence for name in DRIVER_ORDER]
    fresh = innovations(scenario, DRIVER_ORDER, [each.center for each in persistences], block)
    persistence = unknowns.stack(persistences)
    matrix = correlation_matrix(scenario)
    first = mix_scores(cholesky(stationary_covariance(matrix, persistence)), [e[:, 0] for e in fresh])
    steps = mix_scores(cholesky(matrix), fresh)
    return {name: autoregressive(first[k], steps[k], persistence[:, k]) for k, name in enumerate(DRIVER_ORDER)}


def correlation_matrix(scenario: Scenario) -> Array:
    """Return the correlations of the innovations, shape (driver, driver), in the fixed order of the drivers."""
    matrix = np.eye(len(DRIVER_ORDER))
    for name, others in scenario.drivers.correlation.items():
        for other, rho in others.items():
            row, column = DRIVER_ORDER.index(name), DRIVER_ORDER.index(other)
            matrix[row, column] = matrix[column, row] = rho
    return matrix


def stationary_covariance(matrix: Array, persistence: Array) -> Array:
    """Return the covariance of the series in a month, shape (trial, driver, driver).

    Two AR(1) series of unit variance whose innovations correlate by R have covariance
    R sqrt(1 - a^2) sqrt(1 - b^2) / (1 - a b) (Hamilton, Time Series Analysis, ch. 10).
    """
    step = np.sqrt(1 - persistence**2)
    return np.asarray(
        matrix * step[:, :, None] * step[:, None, :] / (1 - persistence[:, :, None] * persistence[:, None, :])
    )


def autoregressive(first: Array, steps: Array, persistence: Array) -> Array:
    """Return z_m = phi z_(m-1) + sqrt(1 - phi^2) e_m, shape (trial, month); month 1 is given.

    Args:
        first: z of month 1, shape (trial,).
        steps: innovations, shape (trial, month); month 1 is not used.
        persistence: phi, shape (trial,).
    """
    series = np.empty_like(steps)
    series[:, 0] = first
    scale = np.sqrt(1 - persistence**2)
    for month in range(1, steps.shape[1]):
        series[:, month] = persistence * series[:, month - 1] + scale * steps[:, month]
    return series


def _factor(driver: FactorDriver, unknowns: Unknowns, z: Array) -> Array:
    """Return a factor with mean 1."""
    spread = driver.cv if driver.cv is not None else driver.log_sd
    if spread is None:
        return np.ones_like(z)
    amount = unknowns(spread)[:, None]
    if driver.law == "gamma":
        return gamma_factor(amount, z)
    log_sd = amount if driver.log_sd is not None else np.sqrt(np.log1p(amount**2))
    return np.asarray(np.exp(log_sd * z - log_sd**2 / 2))


def gamma_factor(cv: Array, z: Array) -> Array:
    """Return the quantile at Phi(z) of the gamma law with mean 1 and the given cv (1 where cv is 0)."""
    shape = 1 / np.maximum(cv, 1e-9) ** 2
    return np.asarray(np.where(cv > 0, special.gammaincinv(shape, special.ndtr(z)) / shape, 1.0))


def _shift(driver: RateDriver, unknowns: Unknowns, z: Array) -> Array:
    """Return the shift of a rate's log odds."""
    sd = unknowns(driver.sd)[:, None]
    if driver.mean is None:
        return np.asarray(sd * z)
    mean = unknowns(driver.mean)[:, None]
    size = mean * (1 - mean) / np.minimum(sd, MOST_BETA_SD * np.sqrt(mean * (1 - mean))) ** 2 - 1
    rate = special.betaincinv(mean * size, (1 - mean) * size, special.ndtr(z))
    return np.asarray(special.logit(rate) - special.logit(mean))

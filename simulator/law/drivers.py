"""The drivers of a month: stationary AR(1) series that move volume, mix, complexity, rates and token lengths.

docs/model.md section 2. Axis order everywhere: (trial, month).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import special

from simulator.arrays import Array, Flags
from simulator.law.copula import cholesky, mix_scores

MOST_BETA_SD: Final = 0.99
"""Where a trial's sd of a Beta-shaped rate is too large for its mean, this share of the largest one is taken."""


@dataclass(frozen=True, slots=True)
class DrawnDrivers:
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

    def part(self, first: int, count: int) -> DrawnDrivers:
        """Return the drivers of trials first .. first + count - 1 of these."""
        return DrawnDrivers(*(getattr(self, name)[first : first + count] for name in self.__slots__))


def correlated_series(innovations: Sequence[Array], matrix: Array, persistence: Array) -> list[Array]:
    """Return stationary series z, shape (trial, month) each, with the correlation of their innovations.

    Args:
        innovations: independent standard normal, shape (trial, month) each.
        matrix: correlations of the innovations of one month, shape (series, series).
        persistence: phi, shape (trial, series).
    """
    opening = [each[:, 0] for each in innovations]
    first = mix_scores(cholesky(stationary_covariance(matrix, persistence)), opening)
    steps = mix_scores(cholesky(matrix), list(innovations))
    return [autoregressive(first[k], steps[k], persistence[:, k]) for k in range(len(steps))]


def stationary_covariance(matrix: Array, persistence: Array) -> Array:
    """Return the covariance of the series in a month, shape (trial, series, series).

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


def lognormal_factor(log_sd: Array, z: Array) -> Array:
    """Return the lognormal factor with mean 1 at the score z."""
    return np.asarray(np.exp(log_sd * z - log_sd**2 / 2))


def gamma_factor(cv: Array, z: Array) -> Array:
    """Return the quantile at Phi(z) of the gamma law with mean 1 and the given cv (1 where cv is 0)."""
    shape = 1 / np.maximum(cv, 1e-9) ** 2
    return np.asarray(np.where(cv > 0, special.gammaincinv(shape, special.ndtr(z)) / shape, 1.0))


def beta_shift(mean: Array, sd: Array, z: Array) -> Array:
    """Return the shift of a rate's log odds whose value at Phi(z) follows a Beta law, logit(quantile) - logit(mean)."""
    size = mean * (1 - mean) / np.minimum(sd, MOST_BETA_SD * np.sqrt(mean * (1 - mean))) ** 2 - 1
    rate = special.betaincinv(mean * size, (1 - mean) * size, special.ndtr(z))
    return np.asarray(special.logit(rate) - special.logit(mean))

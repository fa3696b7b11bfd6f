"""The level of a monthly series and how far months lie from it: months are the observations, not what they count.

y_m = mu + s z_m + e_m: mu the level, z a stationary series of standard deviation 1 and persistence phi, e the noise of
counting, whose variance is known. On a grid of (s, phi) with mu integrated out: log s normal around what is usual,
phi ~ Beta(3, 2), mu flat. From 12 months phi is its prior in all but name, and so is written as one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from simulator.arrays import Array

USUAL_VOLUME: Final = 0.07
"""Middle of the prior of s for the logarithm of a volume."""
USUAL_RATE: Final = 0.10
"""The same for the log odds of a rate, and for the logarithm of minutes."""
PRIOR_LOG_SD: Final = 0.6
SPREADS: Final = 60
PERSISTENCES: Final = 20
NINETY: Final = (0.05, 0.5, 0.95)


@dataclass(frozen=True, slots=True)
class MonthLevel:
    """What some months tell of a series.

    Attributes:
        months: how many were seen.
        level: P5, P50 and P95 of mu.
        mean_level: the same of mu + s^2 / 2, whose exponential is the mean of a lognormal series.
        spread: the same of s.
        persistence: mean of phi.
        evidence: logarithm of the probability of the months, up to what is the same for any such series.
    """

    months: int
    level: tuple[float, float, float]
    mean_level: tuple[float, float, float]
    spread: tuple[float, float, float]
    persistence: float
    evidence: float


def month_level(values: Sequence[float], variances: Sequence[float], usual: float) -> MonthLevel:
    """Return what some months tell.

    Args:
        values: of the months in order, logarithms or log odds.
        variances: of the noise of counting in each.
        usual: middle of the prior of s.
    """
    y, noise = np.array(values, dtype=np.float64), np.diag(np.array(variances, dtype=np.float64))
    spreads = usual * np.exp(PRIOR_LOG_SD * np.linspace(-3, 3, SPREADS))
    persistences = (np.arange(PERSISTENCES) + 0.5) / PERSISTENCES
    apart = np.abs(np.subtract.outer(np.arange(len(y)), np.arange(len(y))))
    rows = [
        (*_integrated(y, spread**2 * phi**apart + noise), _prior(spread, phi, usual), spread, phi)
        for spread in spreads
        for phi in persistences
    ]
    means, sds, likelihood, prior, s, phi = np.array(rows).T
    log_prior = prior - _log_sum(prior)
    weights = np.exp(likelihood + log_prior - _log_sum(likelihood + log_prior))
    return MonthLevel(
        months=len(y),
        level=_quantiles(means, sds, weights),
        mean_level=_quantiles(means + s**2 / 2, sds, weights),
        spread=_weighted(s, weights),
        persistence=float(weights @ phi),
        evidence=_log_sum(likelihood + log_prior),
    )


def _integrated(y: Array, covariance: Array) -> tuple[float, float, float]:
    """Return mean and standard deviation of mu, and the log likelihood with mu integrated out."""
    lower = np.linalg.cholesky(covariance)
    ones, own = np.linalg.solve(lower, np.ones(len(y))), np.linalg.solve(lower, y)
    precision = float(ones @ ones)
    mean = float(ones @ own) / precision
    rest = own - mean * ones
    log_likelihood = -float(np.log(np.diag(lower)).sum()) - 0.5 * math.log(precision) - 0.5 * float(rest @ rest)
    return mean, precision**-0.5, log_likelihood


def _prior(spread: float, phi: float, usual: float) -> float:
    """Return the log prior, on a grid that is even in log s."""
    return -0.5 * (math.log(spread / usual) / PRIOR_LOG_SD) ** 2 + 2 * math.log(phi) + math.log(1 - phi)


def _log_sum(logs: Array) -> float:
    most = float(logs.max())
    return most + math.log(float(np.exp(logs - most).sum()))


def _quantiles(means: Array, sds: Array, weights: Array) -> tuple[float, float, float]:
    """Return P5, P50 and P95 of a mixture of normal laws, by bisection."""
    from scipy.special import ndtr

    def one(chance: float) -> float:
        low, high = float((means - 8 * sds).min()), float((means + 8 * sds).max())
        for _ in range(80):
            middle = (low + high) / 2
            low, high = (middle, high) if weights @ ndtr((middle - means) / sds) < chance else (low, middle)
        return (low + high) / 2

    return one(NINETY[0]), one(NINETY[1]), one(NINETY[2])


def _weighted(values: Array, weights: Array) -> tuple[float, float, float]:
    order = np.argsort(values)
    total = np.cumsum(weights[order])
    low, middle, high = (float(values[order][np.searchsorted(total, each * total[-1])]) for each in NINETY)
    return low, middle, high

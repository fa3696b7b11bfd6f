"""The level of a monthly series and how far months lie from it: months are the observations, not what they count.

y_m = mu + g t_m + s z_m + e_m: mu the level, g the growth where one is asked for, z a stationary series of standard
deviation 1 and persistence phi, e the noise of counting, whose variance is known. On a grid of (s, phi) with mu and g
integrated out: log s normal around what is usual, phi ~ Beta(3, 2), mu and g flat. From 12 months phi is its prior in
all but name, and so is written as one; a level is told at other values of phi too.
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
PERSISTENCES: Final = tuple((each + 0.5) / 20 for each in range(20))
NINETY: Final = (0.05, 0.5, 0.95)
HELD: Final = (0.3, 0.9)
"""Persistences at which a level is told beside that by the prior."""


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
        growth: P5, P50 and P95 of g; all 0 where none is asked for.
        growth_with_level: correlation of g with mu.
    """

    months: int
    level: tuple[float, float, float]
    mean_level: tuple[float, float, float]
    spread: tuple[float, float, float]
    persistence: float
    evidence: float
    growth: tuple[float, float, float] = (0.0, 0.0, 0.0)
    growth_with_level: float = 0.0


def month_level(
    values: Sequence[float],
    variances: Sequence[float],
    usual: float,
    persistence: float | None = None,
    elapsed: Sequence[float] = (),
) -> MonthLevel:
    """Return what some months tell.

    Args:
        values: of the months in order, logarithms or log odds.
        variances: of the noise of counting in each.
        usual: middle of the prior of s.
        persistence: at which phi is held; None for its prior.
        elapsed: t of each month where g is asked for; mu is the level at t = 0.
    """
    y, noise = np.array(values, dtype=np.float64), np.diag(np.array(variances, dtype=np.float64))
    spreads = usual * np.exp(PRIOR_LOG_SD * np.linspace(-3, 3, SPREADS))
    apart = np.abs(np.subtract.outer(np.arange(len(y)), np.arange(len(y))))
    design = np.column_stack([np.ones(len(y)), *([elapsed] if len(elapsed) else [])])
    rows = [
        (*_integrated(y, design, spread**2 * phi**apart + noise), prior + _of_spread(spread, usual), spread, phi)
        for spread in spreads
        for phi, prior in _persistences(persistence)
    ]
    means, sds, growths, growth_sds, together, likelihood, prior, s, phi = np.array(rows).T
    log_prior = prior - _log_sum(prior)
    weights = np.exp(likelihood + log_prior - _log_sum(likelihood + log_prior))
    return MonthLevel(
        months=len(y),
        level=_quantiles(means, sds, weights),
        mean_level=_quantiles(means + s**2 / 2, sds, weights),
        spread=_weighted(s, weights),
        persistence=float(weights @ phi),
        evidence=_log_sum(likelihood + log_prior),
        growth=_quantiles(growths, growth_sds, weights) if len(elapsed) else (0.0, 0.0, 0.0),
        growth_with_level=float(weights @ together),
    )


def _integrated(y: Array, design: Array, covariance: Array) -> tuple[float, ...]:
    """Return mean and standard deviation of mu and of g, their correlation, and the log likelihood without both."""
    lower = np.linalg.cholesky(covariance)
    columns, own = np.linalg.solve(lower, design), np.linalg.solve(lower, y)
    precision = columns.T @ columns
    found = np.linalg.inv(precision)
    means = found @ columns.T @ own
    rest = own - columns @ means
    likelihood = -float(np.log(np.diag(lower)).sum()) - 0.5 * np.linalg.slogdet(precision)[1] - 0.5 * rest @ rest
    sds = np.sqrt(np.diag(found))
    if len(means) == 1:
        return means[0], sds[0], 0.0, 0.0, 0.0, likelihood
    return means[0], sds[0], means[1], sds[1], found[0, 1] / (sds[0] * sds[1]), likelihood


def _persistences(held: float | None) -> list[tuple[float, float]]:
    """Return values of phi with the logarithm of their prior, or the one that it is held at."""
    if held is not None:
        return [(held, 0.0)]
    return [(phi, 2 * math.log(phi) + math.log(1 - phi)) for phi in PERSISTENCES]


def _of_spread(spread: float, usual: float) -> float:
    """Return the log prior of a spread, on a grid that is even in log s."""
    return -0.5 * (math.log(spread / usual) / PRIOR_LOG_SD) ** 2


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

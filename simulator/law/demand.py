"""How many cases of each intent are expected in a month, and tickets the AI never sees. docs/model.md section 3.

Axis order everywhere: (trial, month, intent).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from simulator.arrays import Array, Flags
from simulator.distributions import Z95


@dataclass(frozen=True, slots=True)
class Demand:
    """Expected numbers of some trials.

    Attributes:
        cases: expected cases that reach the AI, shape (trial, month, intent).
        unseen_tickets: expected tickets that never reach the AI, shape (trial, month).
    """

    cases: Array
    unseen_tickets: Array


def grown_volume(per_month: Array, growth_per_year: Array, season: Array) -> Array:
    """Return the stated volume of each month from that of the first, shape (trial, month).

    Args:
        per_month, growth_per_year: shape (trial,).
        season: of each month, shape (trial, month).
    """
    elapsed = np.arange(season.shape[1]) / 12
    growth = (1 + growth_per_year)[:, None] ** elapsed
    return np.asarray(per_month[:, None] * growth * season)


def season_of(factors: Array, first_month: int, months: int) -> Array:
    """Return the season of each month of the horizon, shape (trial, month): 12 factors, divided by their mean.

    Args:
        factors: from January, shape (trial, 12).
        first_month: that of the calendar, counted from 1.
    """
    calendar = (first_month - 1 + np.arange(months)) % 12
    return np.asarray((factors / factors.mean(axis=1, keepdims=True))[:, calendar])


def forecast_volume(low: Array, base: Array, high: Array, score: Array) -> Array:
    """Return the forecast volume at one score a trial, shape (trial, month).

    Args:
        low, base, high: P5, P50 and P95 of each month, shape (month,).
        score: standard normal, shape (trial,).
    """
    z = score[:, None]
    side = np.where(z >= 0, high / base, base / low)
    return np.asarray(base * side ** (z / Z95))


def rollout_of(ramp: Array, months: int) -> Array:
    """Return the rollout of each month, shape (trial, month): the last stated one for all later months."""
    month = np.minimum(np.arange(months), ramp.shape[1] - 1)
    return np.asarray(ramp[:, month])


def monthly_shares(stated: Array, mix: Array) -> Array:
    """Return the shares of the intents in each month, shape (trial, month, intent).

    Args:
        stated: shares of the trial, in any unit, shape (trial, intent).
        mix: shifts of their logarithms, shape (trial, month, intent).
    """
    weights = stated[:, None, :] * np.exp(mix)
    return np.asarray(weights / weights.sum(axis=-1, keepdims=True))


def incident_factors(happens: Flags, factor: Array) -> Array:
    """Return what each month multiplies demand by, shape (trial, month); `factor` is the incident's, shape (trial,)."""
    return np.where(happens, factor[:, None], 1.0)


def tilted_to_intents(share: Array, incident: Array, named: Flags) -> Array:
    """Return the factor of an incident on each intent, shape (trial, month, intent); the total is the incident's.

    Args:
        share: see `monthly_shares`.
        incident: see `incident_factors`.
        named: which intents an incident brings; where it names none it brings all alike.
    """
    if not named.any():
        return incident[:, :, None]
    joint = share[:, :, named].sum(axis=2, keepdims=True)
    return np.where(named, 1 + (incident[:, :, None] - 1) / joint, 1.0)


def poisson_quantile(level: Array, expected: Array) -> Array:
    """Return the quantiles of Poisson laws, same shape; 0 where the expectation is 0."""
    positive = expected > 0
    mean = np.where(positive, expected, 1.0)
    above = np.maximum(np.ceil(special.pdtrik(level, mean)), 0.0)
    below = np.maximum(above - 1, 0.0)
    return np.where(positive, np.where(special.pdtr(below, mean) >= level, below, above), 0.0)

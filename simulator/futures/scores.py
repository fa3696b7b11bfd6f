"""The scores of a block of futures by name: at Sobol points, or plain random where a scenario says so.

Only what differs from future to future and from month to month comes from here; conversations and unseen tickets are
random in any case.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
from scipy import special

from simulator.arrays import Array, Flags
from simulator.futures.nets import net_points
from simulator.scenario.schema import Scenario
from simulator.streams import BLOCK_TRIALS, stream

AGAIN: Final = "again."
"""Begins the name of a dimension where a number is drawn once more: a dimension of its own, so that both together are
even as points of twice as many dimensions. The same names under another seed are not: the sequences are the same, and
scrambling them by itself leaves their first digits alike or opposite.
"""
YEAR = 12
"""Months whose innovations are turned together; a shorter horizon has the first months of them."""


def normal_scores(scenario: Scenario, names: Sequence[str], block: int) -> Array:
    """Return standard normal scores of some names, shape (name, trial)."""
    if scenario.sampling == "random" or not names:
        drawn = [stream(scenario.seed, name, block).standard_normal(BLOCK_TRIALS) for name in names]
        return np.asarray(drawn).reshape(len(names), BLOCK_TRIALS)
    return np.asarray(special.ndtri(net_points(scenario.seed, names, block)))


def flags(scenario: Scenario, name: str, probability: Array, block: int) -> Flags:
    """Return in which months something happens, independent by month, shape (trial, month).

    At Sobol points the number of a year's months comes first, binomial, and has a dimension of its own; given it, any
    months of the year are as likely as any others.

    Args:
        probability: that it happens in a month, shape (trial,).
    """
    if scenario.sampling == "random":
        drawn = stream(scenario.seed, name, block).random((scenario.months, BLOCK_TRIALS)).T
        return np.asarray(drawn < probability[:, None])
    years = -(-scenario.months // YEAR)
    counts = net_points(scenario.seed, [f"{name}.year.{year}" for year in range(1, years + 1)], block)
    names = [f"{name}.{year}.{place}" for year in range(1, years + 1) for place in range(1, YEAR + 1)]
    places = net_points(scenario.seed, names, block).reshape(years, YEAR, BLOCK_TRIALS)
    number = (counts[:, None] > _binomial(probability)).sum(axis=1)
    found = places.argsort(axis=1).argsort(axis=1) < number[:, None]
    return np.ascontiguousarray(found.reshape(years * YEAR, BLOCK_TRIALS)[: scenario.months].T)


def _binomial(probability: Array) -> Array:
    """Return P(at most k of the months of a year), k = 0 .. YEAR - 1, shape (k, trial)."""
    each = [math.comb(YEAR, k) * probability**k * (1 - probability) ** (YEAR - k) for k in range(YEAR)]
    return np.cumsum(each, axis=0)


def innovations(scenario: Scenario, series: Sequence[str], persistence: Sequence[float], block: int) -> list[Array]:
    """Return the independent standard normal innovations of some series, shape (trial, month) each.

    Args:
        series: their names.
        persistence: of each, at the centre of its range.
    """
    months = scenario.months
    if scenario.sampling == "random":
        size = (months, BLOCK_TRIALS)
        drawn = [stream(scenario.seed, f"driver.{name}", block).standard_normal(size) for name in series]
        return [np.ascontiguousarray(each.T) for each in drawn]
    years = -(-months // YEAR)
    names = [name for each in series for name in _coordinates(each, years)]
    scores = normal_scores(scenario, names, block).reshape(len(series), years, YEAR, BLOCK_TRIALS)
    turned = [
        np.concatenate([_turned(scores[row, year], phi, first=year == 0) for year in range(years)])
        for row, phi in enumerate(persistence)
    ]
    return [np.ascontiguousarray(each[:months].T) for each in turned]


def _coordinates(series: str, years: int) -> list[str]:
    """Return the names of a series' coordinates: of every year its sum, and what its months differ by."""
    return [
        f"driver.{series}.year.{year}" if place == 0 else f"driver.{series}.{year}.{place}"
        for year in range(1, years + 1)
        for place in range(YEAR)
    ]


def _turned(scores: Array, persistence: float, *, first: bool) -> Array:
    """Return the innovations of a year whose sum over the series is the first score, shape (month, trial).

    The sum of z_m = phi z_(m-1) + sqrt(1 - phi^2) e_m over the months is w e. The Householder reflection that swaps
    the first axis and w / |w| is orthogonal, so the innovations are independent standard normal whatever w; at another
    persistence they are so as well, and their sum is near the first score.

    Args:
        scores: shape (month, trial).
        first: whether it is the first year, whose first month is drawn from the stationary law.
    """
    weights = (1 - persistence ** np.arange(YEAR, 0, -1.0)) / (1 - persistence) * math.sqrt(1 - persistence**2)
    if first:
        weights[0] /= math.sqrt(1 - persistence**2)
    axis = weights / math.sqrt(math.fsum(weights**2))
    across = -axis
    across[0] += 1.0
    size = math.fsum(across**2)
    if size == 0.0:
        return scores
    onto = across[0] * scores[0]
    for month in range(1, YEAR):
        onto = onto + across[month] * scores[month]
    return np.asarray(scores - (2 / size) * across[:, None] * onto)

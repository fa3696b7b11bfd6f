"""Risk measures of a sample of futures: their estimates; intervals are in risk.intervals.

Conventions, held everywhere in the product:
- A quantile is the order statistic inf{x : F(x) >= p}: of the amounts 1..10, P90 is 9 and P91 is 10. Nothing is
  interpolated, so that a P90 is an amount that occurred, also on lattices and atoms.
- Ties for the cheapest contract share equally.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from simulator.arrays import Array, Flags

SLACK: Final = 1e-9
"""n p is a whole number up to this, so that 0.7 x 10 is 7; also the relative size of a tie between two costs."""


@dataclass(frozen=True, slots=True)
class Paired:
    """The difference of two costs on the same futures.

    Attributes:
        share_dearer: share of futures in which the first costs strictly more than the second (a tie is not dearer).
    """

    mean: float
    p10: float
    p50: float
    p90: float
    share_dearer: float
    share_cheaper: float


def mean(x: Array) -> float:
    """Return the arithmetic mean of a sample of shape (trials,)."""
    return float(np.mean(x))


def sd(x: Array) -> float | None:
    """Return the standard deviation of a sample (divisor n - 1), or None for a single future."""
    return float(np.std(x, ddof=1)) if len(x) > 1 else None


def quantile(x: Array, p: float) -> float:
    """Return inf{v : F(v) >= p} of the sample, for 0 < p <= 1.

    Raises:
        ValueError: if p is outside (0, 1] or the sample is empty.
    """
    rank = rank_of(len(x), p) - 1
    return float(np.partition(x, rank)[rank])


def quantiles(x: Array, levels: Sequence[float]) -> list[float]:
    """Return `quantile` at several levels with one sort."""
    ordered = np.sort(x)
    return [float(ordered[rank_of(len(x), p) - 1]) for p in levels]


def column_quantiles(x: Array, levels: Sequence[float]) -> Array:
    """Return `quantile` of each column of an array (trial, column), shape (level, column)."""
    ranks = [rank_of(len(x), p) - 1 for p in levels]
    return np.stack([np.sort(x[:, column])[ranks] for column in range(x.shape[1])], axis=1)


def cvar(x: Array, p: float) -> float:
    """Return the mean of the dearest share 1 - p of the futures, for 0 <= p < 1.

    At an atom only the missing part of it counts: CVaR = [(k/n - p) x_(k) + (sum of x over ranks above k) / n] /
    (1 - p), k the rank of the p-quantile. Source: Rockafellar and Uryasev 2002, J. Banking and Finance 26, prop. 8.

    Raises:
        ValueError: if p is outside [0, 1) or the sample is empty.
    """
    if not 0 <= p < 1:
        raise ValueError(f"the level of a CVaR must lie in [0, 1), not {p:g}")
    ordered, n = np.sort(x), len(x)
    rank = rank_of(n, p) if p > 0 else 1
    part = max(rank / n - p, 0.0)
    return float((part * ordered[rank - 1] + ordered[rank:].sum() / n) / (part + (n - rank) / n))


def paired(a: Array, b: Array) -> Paired:
    """Return the difference a - b on the same futures; a difference under 1e-9 of the larger amount is a tie."""
    difference = np.where(_tied(a, b), 0.0, a - b)
    p10, p50, p90 = quantiles(difference, (0.1, 0.5, 0.9))
    return Paired(mean(difference), p10, p50, p90, float(np.mean(difference > 0)), float(np.mean(difference < 0)))


def probability_cheapest(costs: Array) -> Array:
    """Return the chance of each contract to be the cheapest, (contracts,), of costs (contracts, trials).

    Contracts that tie in a future share it equally; the chances sum to 1.
    """
    least = costs.min(axis=0)
    cheapest = np.stack([_tied(each, least) for each in costs])
    together = cheapest.sum(axis=0)
    return np.array([(each / together).mean() for each in cheapest])


def rank_correlation(x: Array, y: Array) -> float | None:
    """Return Spearman's rank correlation (mean ranks at ties), or None where one of the two does not vary."""
    if len(x) < 2 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return None
    return float(np.corrcoef(_ranks(x), _ranks(y))[0, 1])


def _ranks(values: Array) -> Array:
    """Return ranks from 1, the mean rank at ties, same shape (scipy.stats has them, and takes a second to load)."""
    _, place, number = np.unique(values, return_inverse=True, return_counts=True)
    return np.asarray((np.cumsum(number) - (number - 1) / 2)[place])


def rank_of(n: int, p: float) -> int:
    """Return the rank, from 1, of the p-quantile of n futures.

    Raises:
        ValueError: if p is outside (0, 1] or n is 0.
    """
    if n == 0:
        raise ValueError("a quantile needs at least one future")
    if not 0 < p <= 1:
        raise ValueError(f"the level of a quantile must lie in (0, 1], not {p:g}")
    return max(math.ceil(n * p - SLACK), 1)


def _tied(a: Array, b: Array) -> Flags:
    return np.asarray(np.abs(a - b) <= SLACK * np.maximum(np.abs(a), np.abs(b)))

"""What it is worth to learn something in part: from some conversations that are read, or from the first months.

Of n conversations k are counted, binomial with the share of the future. What then costs least on average follows from
the costs at each share, weighed by how likely k is there: the expected value of sample information by Bayes' rule on
the futures at hand (Raiffa and Schlaifer 1961, Applied Statistical Decision Theory). As n grows it comes to what
knowing the share is worth, and never exceeds it but by chance.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from simulator.arrays import Array, Flags, Index
from simulator.decisions.conditional_mean import FOLDS, curves, folds, spline
from simulator.decisions.value.information import Choice, bounded
from simulator.decisions.worth import Estimate

_LEAST_SHARE: Final = 1e-12
_LEAST_CHANCE: Final = 1e-9
"""Chance over all futures below which nothing is said of what is counted."""


def reading(choice: Choice, share: Array, conversations: int) -> Estimate:
    """Return what it is worth to read some conversations and count those that a definition counts.

    Args:
        share: of the conversations that it counts in each future, (trial,), from 0 to 1.
        conversations: how many are read.
    """
    chances, part = _chances(share, conversations), folds(len(share))
    found, weight = curves(spline(share), choice.costs), chances.sum(axis=1)
    saved = np.zeros(len(share))
    for fold in range(FOLDS):
        own = part == fold
        costs, likely = found.at(fold), chances[:, own]
        typical = costs[~own].mean(axis=0)
        costs[own] = 0.0  # what is signed hangs on the other futures alone
        rest = (weight - likely.sum(axis=1))[:, None]
        mean = np.divide(chances @ costs, rest, out=np.tile(typical, (len(chances), 1)), where=rest > _LEAST_CHANCE)
        saved[own] = _saved_in(choice, mean.argmin(axis=1), likely, own)
    return bounded(saved, choice)


def _saved_in(choice: Choice, signed: Index, likely: Array, own: Flags) -> Array:
    """Return what is saved in the futures of a fold, (future,), on average over what may be counted.

    Args:
        signed: place of the contract after each number that is counted, (count,).
        likely: chance of each number in the futures of the fold, (count, future).
        own: true in the fold, (trial,).
    """
    chosen = (signed[:, None] == np.arange(len(choice.names))).astype(np.float64)
    less = choice.costs[own, choice.first][:, None] - choice.costs[own]
    return np.asarray(((chosen.T @ likely).T * less).sum(axis=1))


def _chances(share: Array, conversations: int) -> Array:
    """Return the binomial chances of 0 to n conversations that are counted, (count, trial)."""
    from scipy.special import gammaln

    counted = np.arange(conversations + 1)[:, None]
    inside = np.clip(share, _LEAST_SHARE, 1 - _LEAST_SHARE)
    ways = gammaln(conversations + 1) - gammaln(counted + 1) - gammaln(conversations - counted + 1)
    return np.asarray(np.exp(ways + counted * np.log(inside) + (conversations - counted) * np.log1p(-inside)))

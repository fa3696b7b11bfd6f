"""Sums shared out between groups of conversations, given what all of them add up to.

Independent gamma sums of one scale have shares with a Beta law, whatever their total; independent negative binomial
numbers of one success chance are shared out by a Beta-binomial law. Both laws are taken here with the mean and the
variance that the groups' own moments ask for: given the total S of all, group p has the mean m_p + v_p / v (S - m), and
on average the variance v_p (v - v_p) / v.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv, ndtr

from simulator.engine.atlas.counts import Chance, divided

Array = NDArray[np.float64]

EXPANDED: Final = 8.0
"""Least parameter of a Beta law from which its quantile is expanded about the normal one (error of a distribution
function below 0.002); below, it is inverted."""


def share_amounts(chance: Chance, total: Array, mean: Array, variance: Array, scores: Array) -> Array:
    """Share a sum of amounts out over groups, shape (group, month, trial); the groups' sum is the total.

    Args:
        total: shape (month, trial).
        mean, variance: of each group's own sum, shape (group, month, trial).
        scores: normal scores, shape (group - 1, month, trial).
    """
    if not chance.draws:
        return total * divided(mean, mean.sum(axis=0))
    found = np.empty(mean.shape)
    left = total
    for place, score in enumerate(scores):
        here, rest = mean[place], mean[place + 1 :].sum(axis=0)
        own, other = variance[place], variance[place + 1 :].sum(axis=0)
        middle, spread = _middle(left, here, rest, own, other), here + rest
        even = divided(here * rest, spread**2)
        size = divided(even * (spread**2 + own + other) * (own + other), own * other)
        level = beta_quantile(middle, np.where(own * other > 0, size - 1, np.inf), score)
        found[place] = left * level
        left = left - found[place]
    found[-1] = left
    return found


def share_numbers(chance: Chance, name: str, total: Array, mean: Array, variance: Array, scores: Array) -> Array:
    """Share a whole number out over groups, shape (group, month, trial); the groups' sum is the total.

    Args:
        name: of the streams.
        total, mean, variance, scores: as in share_amounts.
    """
    if not chance.draws:
        return total * divided(mean, mean.sum(axis=0))
    found = np.empty(mean.shape)
    left = total
    for place, score in enumerate(scores):
        here, rest = mean[place], mean[place + 1 :].sum(axis=0)
        own, other = variance[place], variance[place + 1 :].sum(axis=0)
        middle, spread = _middle(left, here, rest, own, other), here + rest
        even = divided(here * rest, spread**2)
        wanted = divided(own * other, own + other)
        pairs = spread**2 + own + other - spread
        alike = np.clip(divided(divided(wanted, even) - spread, pairs), 0.0, 1 - 1e-9)
        level = beta_quantile(middle, np.where(alike > 0, divided(np.ones_like(alike), alike) - 1, np.inf), score)
        found[place] = chance.binomial(name, place, left[None], level[None])[0]
        left = left - found[place]
    found[-1] = left
    return found


def _middle(left: Array, here: Array, rest: Array, own: Array, other: Array) -> Array:
    """Return the mean share of a group in what is left, given how much that is."""
    slope = np.where(own + other > 0, divided(own, own + other), divided(here, here + rest))
    share = divided(here + slope * (left - here - rest), left)
    return np.where(rest <= 0, 1.0, np.where(here <= 0, 0.0, np.clip(share, 0.0, 1.0)))


def beta_quantile(mean: Array, size: Array, score: Array) -> Array:
    """Return the quantile of Beta laws at normal scores, within 0 and 1; the mean where the size is infinite.

    Args:
        mean: of the law.
        size: sum of its two parameters.

    Source: Cornish and Fisher 1938 to third order, from the law's skewness and excess kurtosis.
    """
    found = np.array(mean)
    inner = (mean > 0) & (mean < 1) & np.isfinite(size)
    size = np.where(inner, np.maximum(size, 1e-6), 1.0)
    least = np.minimum(mean, 1 - mean) * size
    far = inner & (least >= EXPANDED)
    found[far] = _expanded(mean[far], size[far], score[far])
    near = inner & (least < EXPANDED)
    found[near] = betaincinv(mean[near] * size[near], (1 - mean[near]) * size[near], ndtr(score[near]))
    return np.asarray(np.clip(found, 0.0, 1.0))


def _expanded(mean: Array, size: Array, score: Array) -> Array:
    product = mean * (1 - mean)
    deviation = np.sqrt(product / (size + 1))
    skew = 2 * (1 - 2 * mean) * np.sqrt(size + 1) / ((size + 2) * np.sqrt(product))
    excess = 6 * ((size + 1) * (1 - 4 * product) - product * (size + 2)) / (product * (size + 2) * (size + 3))
    square = score * score
    bent = skew * (square - 1) / 6 + excess * score * (square - 3) / 24 - skew**2 * score * (2 * square - 5) / 36
    return np.asarray(mean + deviation * (score + bent))

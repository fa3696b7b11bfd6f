"""Overlaps at given normal scores: how many things are in both of two parts, quantiles of hypergeometric laws.

As with other counts (quantiles.py): the Cornish-Fisher expansion on half-integers where the variance is LEAST or more,
with a distribution function off by at most 0.0003 with odds of 1, and with other odds a mean off by a few hundredths;
elsewhere the law is inverted exactly, term by term.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from simulator.engine.atlas.quantiles import LEAST

Array = NDArray[np.float64]
Index = NDArray[np.intp]
Parameters = tuple[Array, ...]
Ratio = Callable[..., Array]
"""P(k + 1) / P(k) of laws: from k and the laws' parameters."""

_MOST_STEPS: Final = 4096
_NEGLIGIBLE: Final = 1e-9
"""Share of a law's mass below which a term no longer matters to levels in single precision."""


def hypergeometric_counts(number: Array, first: Array, second: Array, odds: Array, score: Array) -> Array:
    """Return quantiles of how many of `number` things are both in a first and in a second part of given sizes.

    With odds 1 the two parts are independent (hypergeometric law); with other odds being in one changes the odds
    of being in the other (Fisher's noncentral law).

    Args:
        number, first, second: whole numbers, first and second at most number; broadcast to the shape of the score.
        odds: odds ratio, above 0.
        score: standard normal scores.
    """
    whole, one, other, ratio = (np.ravel(np.broadcast_to(each, score.shape)) for each in (number, first, second, odds))
    return _hypergeometric(whole, one, other, ratio, score.ravel()).reshape(score.shape)


def _expanded(mean: Array, variance: Array, third: Array, fourth: Array, score: Array) -> Array:
    """Return the Cornish-Fisher quantile on half-integers.

    Args:
        third, fourth: third and fourth cumulant divided by the variance.
    """
    least = np.maximum(variance, LEAST / 2)
    inside = least - 1 / 12
    root = np.sqrt(inside)
    square = score * score
    slant = third * (least / inside)
    bend = (fourth * (square - 3) * 3 - slant * slant * (square - 2.5) * 4) / (72 * root)
    return np.asarray(mean + score * (root + bend) + slant * (square - 1) / 6)


def _invert(start: Array, ratio: Ratio, parameters: Parameters, level: Array) -> Array:
    """Return the least k with level < P(count <= k), adding up P(0), P(1) = P(0) ratio(0), ...; stops where P is 0.

    Works on all numbers together while many are still to be found, and then on those alone.
    """
    found = np.zeros(level.shape)
    places: Index = np.arange(len(level))
    mass: Array = start.copy()
    gap: Array = level - start
    here: Array = np.zeros(level.shape)
    for step in range(_MOST_STEPS):
        beyond = gap >= 0
        left = np.count_nonzero(beyond)
        if left * 4 < len(places):
            found[places] = here
            kept = np.flatnonzero(beyond)
            places, mass, gap, here = places[kept], mass[kept], gap[kept], here[kept]
            parameters = tuple(each[kept] for each in parameters)
            beyond = np.ones(left, dtype=np.bool_)
        if not left:
            return found
        here += beyond
        mass *= ratio(step, *parameters)
        gap -= mass
        if step % 8 == 7:
            gap[mass <= 0] = -1.0
    found[places] = here
    return found


def _hypergeometric(number: Array, first: Array, second: Array, odds: Array, score: Array) -> Array:
    """Find the rarest of the four parts into which two parts cut the whole, and from it the overlap."""
    overlap = noncentral_mean(number, first, second, odds)
    only_first, only_second, neither = first - overlap, second - overlap, number - first - second + overlap
    of_first, of_others = np.minimum(overlap, only_first), np.minimum(only_second, neither)
    flip_first = of_others < of_first
    flip_second = np.where(flip_first, neither < only_second, only_first < overlap)
    one_flip = flip_first != flip_second
    rare = _rare_overlap(
        number,
        np.where(flip_first, number - first, first),
        np.where(flip_second, number - second, second),
        np.where(one_flip, 1 / odds, odds),
        np.minimum(of_first, of_others),
        _variance(number, overlap, only_first, only_second, neither),
        np.where(one_flip, -score, score),
    )
    inside = np.where(flip_second, first - rare, rare)
    return np.asarray(np.where(flip_first, second - np.where(flip_second, number - first - rare, rare), inside))


def _variance(number: Array, *cells: Array) -> Array:
    """Return about the variance of an overlap from the means of the four cells; 0 where one of them is empty."""
    with np.errstate(divide="ignore", invalid="ignore"):
        precision = 1 / cells[0] + 1 / cells[1] + 1 / cells[2] + 1 / cells[3]
        variance = number / np.maximum(number - 1, 1) / precision
    one, other, third, fourth = cells
    inner = np.minimum(np.minimum(one, other), np.minimum(third, fourth)) > 0
    return np.where(inner, variance, 0.0)


def _rare_overlap(
    number: Array, first: Array, second: Array, odds: Array, mean: Array, variance: Array, score: Array
) -> Array:
    """Return quantiles of an overlap that is the rarest part, so that 0 is its least value."""
    most = np.minimum(first, second)
    found = np.zeros(score.shape)
    rows = np.flatnonzero(variance >= LEAST)
    if rows.size:
        many = number[rows]
        third = (1 - 2 * first[rows] / many) * (1 - 2 * second[rows] / many)
        expanded = _expanded(mean[rows], variance[rows], third, np.zeros(rows.size), score[rows])
        found[rows] = np.minimum(np.maximum(np.rint(expanded), 0.0), most[rows])
    rows = np.flatnonzero((variance < LEAST) & (most > 0))
    if rows.size:
        laws = odds[rows], first[rows], second[rows], (number - first - second)[rows]
        inverted = _invert(1 / _total_mass(laws), _overlap_ratio, laws, ndtr(score[rows]))
        found[rows] = np.minimum(inverted, most[rows])
    return found


def _overlap_ratio(k: int, odds: Array, first: Array, second: Array, neither: Array) -> Array:
    ways = np.maximum(first - k, 0.0) * np.maximum(second - k, 0.0)
    return np.asarray(odds * ways / ((k + 1) * (neither + k + 1)))


def _total_mass(laws: Parameters) -> Array:
    """Return 1 + ratio(0) + ratio(0) ratio(1) + ..., for each law, up to _NEGLIGIBLE of it.

    The ratios fall with every step, so that beyond the largest term the rest is of the order of the last one. Works
    on all laws together while many are still to be summed, and then on those alone.
    """
    found = np.ones(laws[0].shape)
    places: Index = np.arange(len(found))
    total, mass = found, found.copy()
    for step in range(_MOST_STEPS):
        mass = mass * _overlap_ratio(step, *laws)
        total = total + mass
        more = mass > _NEGLIGIBLE * total
        left = np.count_nonzero(more)
        if left * 4 < 3 * len(places):
            found[places] = total
            kept = np.flatnonzero(more)
            places, mass, total = places[kept], mass[kept], total[kept]
            laws = tuple(each[kept] for each in laws)
        if not left:
            return found
    found[places] = total
    return found


def noncentral_mean(number: Array, first: Array, second: Array, odds: Array) -> Array:
    """Return about the mean of Fisher's noncentral law: where the cross ratio of the four cells equals the odds."""
    with np.errstate(divide="ignore", invalid="ignore"):
        a = odds - 1
        b = number + a * (first + second)
        root = np.sqrt(np.maximum(b * b - 4 * a * odds * first * second, 0.0))
        curved = 2 * odds * first * second / (b + root)
        plain = first * second / np.maximum(number, 1.0)
    return np.asarray(np.where((b + root) > 0, curved, plain))

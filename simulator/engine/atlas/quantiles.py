"""Whole numbers at given levels: quantiles of Poisson and binomial laws.

A count is the quantile of its law at a level between 0 and 1, so every count uses exactly one level and moves smoothly
with its rate. Where at least LEAST things are expected on both sides (chosen and not chosen), the quantile is the
Cornish-Fisher expansion to third order of the law on half-integers, rounded (Johnson, Kemp and Kotz, Univariate
Discrete Distributions, ch. 3 and 4; the lattice takes 1/12 off the variance): its distribution function is off by at
most 0.0002, and by less where more is expected. Elsewhere the law is inverted term by term.

Levels, and what is added to a mean, are in single precision, twice as fast: that moves a distribution function by
about 0.000002 at most. Means are in double precision.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Final

import numpy as np
from numpy.polynomial import Chebyshev, Polynomial
from numpy.typing import NDArray
from scipy.special import ndtri

Array = NDArray[np.float64]
Single = NDArray[np.float32]
Index = NDArray[np.intp]
Flags = NDArray[np.bool_]
Law = Callable[..., tuple[Array, Flags]]

LEAST: Final = 9.0
CHUNK: Final = 16_384
"""Numbers worked on together: few enough for a processor's cache."""
LOWEST: Final = 2.0**-24
"""Least level, and the step between levels: the highest is as far below 1."""
SURE: Final = 1 - 1e-6
"""Where a level and the expectation of what is rare add up to less, there is none of it: P(0) >= 1 - expectation."""
_NEGLIGIBLE: Final = 3e-8
"""A probability beyond which there is no level left."""
_MOST_COUNTED: Final = 120
"""No count that is inverted term by term is larger: fewer than LEAST are expected."""


def draw_levels(draws: np.random.Generator, shape: tuple[int, ...]) -> Single:
    """Draw levels between 0 and 1, neither of them, in single precision."""
    levels = draws.random(shape, dtype=np.float32)
    return np.asarray(np.maximum(levels, np.float32(LOWEST), out=levels))


def poisson_counts(mean: Array, level: Single) -> Array:
    """Return quantiles of Poisson laws, whole numbers as floats, the shape of the level.

    Args:
        mean: means, 0 or more; broadcasts to the shape of the level.
        level: between 0 and 1.
    """
    return _by_chunk(_poisson, _few_poisson, level, mean)


def binomial_counts(number: Array, probability: Array, level: Single) -> Array:
    """Return quantiles of binomial laws, whole numbers as floats, the shape of the level.

    Args:
        number: whole numbers; broadcasts to the shape of the level.
        probability: taken as 0 or 1 where rounding took it outside; broadcasts likewise.
        level: between 0 and 1.
    """
    return _by_chunk(_binomial, _few_binomial, level, number, probability)


def _by_chunk(law: Law, rest: Callable[..., Array], level: Single, *parameters: Array) -> Array:
    """Apply a law to pieces of flat arrays; what it leaves open (its second answer) is inverted by `rest`."""
    flat = [np.ravel(np.broadcast_to(parameter, level.shape)) for parameter in parameters]
    levels = np.ravel(level).astype(np.float32, copy=False)
    found, unknown = np.empty(levels.shape, dtype=np.float64), np.empty(levels.shape, dtype=np.bool_)
    for start in range(0, len(levels), CHUNK):
        piece = slice(start, start + CHUNK)
        found[piece], unknown[piece] = law(*(parameter[piece] for parameter in flat), levels[piece])
    left = np.flatnonzero(unknown)
    for start in range(0, len(left), CHUNK):
        rows = left[start : start + CHUNK]
        found[rows] = rest(*(parameter[rows] for parameter in flat), levels[rows])
    return np.asarray(found.reshape(level.shape))


def _poisson(mean: Array, level: Single) -> tuple[Array, Flags]:
    small = mean < LEAST
    unknown = small & (mean + level > SURE)
    if small.all():
        return np.zeros(mean.shape), unknown
    enough = np.maximum(mean, LEAST)
    around = enough.astype(np.float32)
    found: Array = enough + _beside(around, np.ones_like(around), np.ones_like(around), _scores(level))
    np.maximum(np.rint(found, out=found), 0.0, out=found)
    np.copyto(found, 0.0, where=small)
    return found, unknown


def _few_poisson(mean: Array, level: Single) -> Array:
    ahead = mean.astype(np.float32)
    return _first_beyond(np.exp(-ahead), ahead, None, level).astype(np.float64)


def _binomial(number: Array, probability: Array, level: Single) -> tuple[Array, Flags]:
    chance = np.minimum(np.maximum(probability, 0.0), 1.0)
    mean = number * chance
    least = np.minimum(mean, number - mean)
    small = least < LEAST
    few = np.count_nonzero(small)
    if few == 0:
        return _many_binomial(number, chance, mean, level), small
    flipped = chance > 0.5
    least += np.where(flipped, np.float32(1) - level, level)
    unknown = small & (least > SURE)
    found = np.where(flipped, number, 0.0)
    if few < len(mean):
        np.copyto(found, _many_binomial(number, chance, mean, level), where=~small)
    return found, unknown


def _many_binomial(number: Array, chance: Array, mean: Array, level: Single) -> Array:
    """Expand laws of which many are expected on both sides; where they are not the answer means nothing."""
    left = (1 - chance).astype(np.float32)
    variance = mean.astype(np.float32)
    variance *= left
    np.maximum(variance, np.float32(LEAST / 2), out=variance)
    taken = np.float32(1) - left
    fourth = taken * left
    fourth *= np.float32(-6)
    fourth += np.float32(1)
    found: Array = mean + _beside(variance, np.subtract(left, taken, out=left), fourth, _scores(level))
    np.maximum(np.rint(found, out=found), 0.0, out=found)
    return np.asarray(np.minimum(found, number, out=found))


def _few_binomial(number: Array, probability: Array, level: Single) -> Array:
    """Invert laws of which few are expected on one side, which is the one that is counted."""
    other = 1 - probability
    flipped = probability > 0.5
    rare = np.minimum(probability, other).astype(np.float32)
    common = np.maximum(probability, other).astype(np.float32)
    many = number.astype(np.float32)
    none = _log_of_none(rare, common)
    none *= many
    odds = np.divide(rare, common, out=rare)
    own = np.where(flipped, np.float32(1) - level, level)
    found = _first_beyond(np.exp(none, out=none), many * odds, odds, own).astype(np.float64)
    np.minimum(found, number, out=found)
    return np.where(flipped, number - found, found)


def _log_of_none(rare: Single, common: Single) -> Single:
    """Return log(1 - rare), exactly for the least chance too: -2 artanh(rare / (1 + common))."""
    slope = rare / (common + np.float32(1))
    square = slope * slope
    series = np.full_like(slope, 2 / 13)
    for odd in (11, 9, 7, 5, 3, 1):
        series *= square
        series += np.float32(2 / odd)
    series *= slope
    return np.asarray(np.negative(series, out=series))


def _beside(variance: Single, third: Single, fourth: Single, score: Single) -> Single:
    """Return what the Cornish-Fisher quantile on half-integers adds to the mean.

    Args:
        third, fourth: third and fourth cumulant divided by the variance.
    """
    inside = variance - np.float32(1 / 12)
    root = np.sqrt(inside)
    slant = np.divide(variance, inside, out=inside)
    slant *= third
    square = score * score
    bend = square - np.float32(3)
    bend *= fourth
    bend *= np.float32(3)
    skewed = square - np.float32(2.5)
    skewed *= slant
    skewed *= slant
    skewed *= np.float32(4)
    bend -= skewed
    bend /= root
    bend *= np.float32(1 / 72)
    root += bend
    root *= score
    square -= np.float32(1)
    square *= slant
    square *= np.float32(1 / 6)
    root += square
    return np.asarray(root)


_SERIES_DEGREE: Final = 12


@cache
def _score_series() -> tuple[np.float32, np.float32, tuple[np.float32, ...]]:
    """Return middle, half width and coefficients, the highest first, of normal score / (2 level - 1).

    As a polynomial of sqrt(w + 1/2) with w = -log(4 level (1 - level)), from one half to the least level: interpolated
    at Chebyshev's nodes.
    """
    low, high = np.sqrt(0.5), np.sqrt(0.5 - np.log(4 * LOWEST * (1 - LOWEST)))

    def ratio(root: Array) -> Array:
        away = np.sqrt(-np.expm1(0.5 - root**2))  # 1 - 2 level
        level = np.exp(0.5 - root**2) / (2 * (1 + away))
        return np.asarray(-ndtri(level) / away)

    fitted = Chebyshev.interpolate(ratio, _SERIES_DEGREE, (low, high))
    plain = Chebyshev(fitted.coef).convert(kind=Polynomial).coef[::-1]
    return np.float32((low + high) / 2), np.float32((high - low) / 2), tuple(map(np.float32, plain))


def _scores(level: Single) -> Single:
    """Return the normal scores of levels, to about 0.000003."""
    middle, half, coefficients = _score_series()
    place = np.float32(1) - level
    place *= level
    place *= np.float32(4)
    np.log(place, out=place)
    np.subtract(np.float32(0.5), place, out=place)
    np.sqrt(place, out=place)
    place -= middle
    place /= half
    found = np.full_like(place, coefficients[0])
    for coefficient in coefficients[1:]:
        found *= place
        found += coefficient
    away = level * np.float32(2)
    away -= np.float32(1)
    return np.asarray(np.multiply(found, away, out=found))


def _first_beyond(mass: Single, ahead: Single, loss: Single | None, level: Single) -> NDArray[np.int8]:
    """Return the least k with level < P(count <= k), adding up P(0), P(1), ...; P(k + 1) / P(k) = (a - b k) / (k + 1).

    Works on all numbers together while many are still to be found, and then on those alone.

    Args:
        mass: P(0), used up, as are the others.
        ahead, loss: a and b; None for b = 0.
    """
    found = np.zeros(level.shape, dtype=np.int8)
    here: NDArray[np.int8] = found
    places: Index | None = None
    gap: Single = level - mass
    for step in range(_MOST_COUNTED):
        beyond = gap >= 0
        left = np.count_nonzero(beyond)
        if not left:
            break
        if 4 * left < len(gap):
            kept = np.flatnonzero(beyond)
            if places is not None:
                found[places] = here
            places = kept if places is None else places[kept]
            mass, ahead, gap, loss = mass[kept], ahead[kept], gap[kept], None if loss is None else loss[kept]
            here, beyond = here[kept], beyond[kept]
        here += beyond.view(np.int8)
        mass *= ahead
        mass *= np.float32(1 / (step + 1))
        if loss is not None:
            ahead -= loss
        gap -= mass
        if step % 4 == 3:
            np.copyto(gap, np.float32(-1), where=mass < _NEGLIGIBLE)
    if places is not None:
        found[places] = here
    return found

"""Sums of many lognormal or gamma amounts: exact mean and variance, and a tail that is drawn one amount at a time.

Where the sum's skewness is at most MOST_SKEWNESS it is a shifted gamma law. Beyond, the largest amounts of the month
are drawn singly, about SINGLES of them, and what is left below them is again a sum of little skewness.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammainc, gammaincc, gammainccinv, ndtr, ndtri

from simulator.engine.atlas.counts import Chance, divided
from simulator.engine.atlas.joint import MOST_SKEWNESS, bent

Array = NDArray[np.float64]
Index = NDArray[np.int64]

SINGLES: Final = 64.0
"""Amounts of a month that are drawn singly, about."""


@dataclass(frozen=True, slots=True)
class Severities:
    """How many amounts of which law a month has.

    Attributes:
        number: amounts of each law, shape (law, month, trial).
        mean: of one amount, shape (law, month or 1, trial).
        spread: log sd of a lognormal, cv of a gamma amount, likewise.
        gamma: gamma instead of lognormal.
    """

    number: Array
    mean: Array
    spread: Array
    gamma: bool


@dataclass(frozen=True, slots=True)
class Total:
    """The sum of all amounts, and those of a heavy month that were drawn singly.

    Attributes:
        total: shape (month, trial).
        share: largest share of a month's amounts drawn singly, 0 where none is, shape (month, trial).
        above: how many they are, shape (month, trial).
        tail: their sum, shape (month, trial).
        cell: month times trials plus trial of each of them, shape (amount,).
        sizes: their sizes, likewise.
    """

    total: Array
    share: Array
    above: Array
    tail: Array
    cell: Index
    sizes: Array


def draw_total(chance: Chance, name: str, amounts: Severities) -> Array:
    """Return the sum of all amounts, shape (month, trial)."""
    return draw_parts(chance, name, amounts).total


def draw_parts(chance: Chance, name: str, amounts: Severities) -> Total:
    """Draw the sum of all amounts, with its largest ones where they were drawn singly."""
    number = amounts.number
    center = (number * amounts.mean).sum(axis=0)
    variance, third = _central(amounts, [_moment(amounts, power, None) for power in (1, 2, 3)])
    skewness = divided(third, np.maximum(variance, 0.0) ** 1.5)
    score = chance.scores(name, 0, (1, *center.shape))[0]
    total = center + chance.noise(np.sqrt(np.maximum(variance, 0.0)) * bent(score, skewness))
    heavy = (skewness > MOST_SKEWNESS) & chance.draws
    nothing = (np.zeros(center.shape), np.zeros(center.shape), np.zeros(center.shape))
    if not heavy.any():
        return Total(np.maximum(total, 0.0), *nothing, np.zeros(0, dtype=np.int64), np.zeros(0))
    drawn = _with_singles(chance, name, amounts, heavy, score[heavy])
    for values, found in zip((total, *nothing), (drawn.total, drawn.share, drawn.above, drawn.tail), strict=True):
        values[heavy] = found
    return Total(np.maximum(total, 0.0), *nothing, np.flatnonzero(heavy)[drawn.cell], drawn.sizes)


def _central(amounts: Severities, moments: list[Array]) -> tuple[Array, Array]:
    """Return variance and third central moment of the sum, from raw moments of one amount."""
    first, second, third = moments
    variance = second - first**2
    cubed = third - 3 * first * second + 2 * first**3
    return (amounts.number * variance).sum(axis=0), (amounts.number * cubed).sum(axis=0)


def _moment(amounts: Severities, power: int, share: Array | None) -> Array:
    """Return E[amount^power], or that of the amounts below the quantile of a share of them.

    Lognormal: E[X^k | Z <= z] = m^k exp(k (k - 1) s^2 / 2) Phi(z - k s) / Phi(z). Gamma: the shape moves up by k.
    """
    mean, spread = amounts.mean, amounts.spread
    if amounts.gamma:
        shape = 1 / np.maximum(spread, 1e-6) ** 2
        whole = (mean / shape) ** power * _rising(shape, power)
        if share is None:
            return np.asarray(whole)
        edge = gammainccinv(shape, 1 - share)
        return np.asarray(whole * gammainc(shape + power, edge) / share)
    whole = mean**power * np.exp(power * (power - 1) / 2 * spread**2)
    if share is None:
        return np.asarray(whole)
    return np.asarray(whole * ndtr(ndtri(share) - power * spread) / share)


def _rising(shape: Array, power: int) -> Array:
    product = np.ones_like(shape)
    for step in range(power):
        product = product * (shape + step)
    return product


def _with_singles(chance: Chance, name: str, amounts: Severities, heavy: NDArray[np.bool_], score: Array) -> Total:
    """Return the sums of the months in which the largest amounts are drawn singly; shape (months chosen,) each."""

    def chosen(values: Array) -> Array:
        return np.broadcast_to(values, amounts.number.shape)[:, heavy]

    few = Severities(chosen(amounts.number), chosen(amounts.mean), chosen(amounts.spread), amounts.gamma)
    in_all = few.number.sum(axis=0)
    share = np.minimum(SINGLES / np.maximum(in_all, 1.0), 1.0)
    shape = (*few.number.shape, 1)
    above = chance.binomial(f"{name}.above", 0, few.number[..., None], np.broadcast_to(share[:, None], shape))[..., 0]
    body = Severities(few.number - above, few.mean, few.spread, few.gamma)
    below = np.maximum(1 - share, 1e-300)
    moments = [np.where(share < 1, _moment(few, power, below), 0.0) for power in (1, 2, 3)]
    variance, third = _central(body, moments)
    skewness = divided(third, np.maximum(variance, 0.0) ** 1.5)
    rest = (body.number * moments[0]).sum(axis=0) + np.sqrt(np.maximum(variance, 0.0)) * bent(score, skewness)
    cell, sizes = _singles(chance, name, few, above, share)
    tail = np.bincount(cell, weights=sizes, minlength=len(share)).astype(np.float64)
    return Total(np.maximum(rest, 0.0) + tail, share, above.sum(axis=0), tail, cell, sizes)


def _singles(chance: Chance, name: str, amounts: Severities, above: Array, share: Array) -> tuple[Index, Array]:
    """Return the amounts drawn singly above the quantile: place of the month chosen, and size, of each."""
    numbers = above.T.astype(np.int64)
    month, law = np.divmod(np.repeat(np.arange(numbers.size), numbers.ravel()), above.shape[0])
    level = chance.uniforms(f"{name}.singles", len(month)) * share[month]
    return month, inverse(amounts.mean[law, month], amounts.spread[law, month], level, amounts.gamma)


def inverse(mean: Array, spread: Array, level: Array, gamma: bool) -> Array:
    """Return the amounts that are exceeded with chance `level`; infinite at 0."""
    if gamma:
        shape = 1 / np.maximum(spread, 1e-6) ** 2
        return np.asarray(mean / shape * gammainccinv(shape, level))
    return np.asarray(mean * np.exp(-spread * ndtri(level) - spread**2 / 2))


def excess(amounts: Severities, edge: Array | float) -> Array:
    """Return E[max(amount - edge, 0)], shape (law, month, trial).

    Lognormal: m Phi(a) - d Phi(a - s), a = ln(m / d) / s + s / 2. Gamma: m Q(k + 1, d / theta) - d Q(k, d / theta).
    """
    mean, spread = np.maximum(amounts.mean, 1e-300), np.maximum(amounts.spread, 1e-9)
    if amounts.gamma:
        shape = 1 / np.maximum(spread, 1e-6) ** 2
        ratio = edge * shape / mean
        return np.asarray(mean * gammaincc(shape + 1, ratio) - edge * gammaincc(shape, ratio))
    with np.errstate(divide="ignore"):
        score = np.log(mean / np.asarray(edge)) / spread + spread / 2
    return np.asarray(mean * ndtr(score) - edge * ndtr(score - spread))


def mean_below(amounts: Severities, share: Array) -> Array:
    """Return the mean of the amounts below the quantile of a share, one law, shape (month, trial).

    It is 0 at a share of 1.
    """
    below = 1 - share
    mean = _moment(amounts, 1, np.maximum(below, 1e-300))[0]
    return np.asarray(np.where(share < 1, mean, 0.0))


def mean_beyond(amounts: Severities, edge: float, share: Array) -> Array:
    """Return E[max(amount - edge, 0)] of the amounts below the quantile of a share, one law, shape (month, trial)."""
    singly = share > 0
    top = inverse(amounts.mean, amounts.spread, np.where(singly, share, 0.5), amounts.gamma)
    above = excess(amounts, top) + (top - edge) * share
    under = np.maximum(excess(amounts, edge) - np.where(singly, above, 0.0), 0.0)
    found = np.where(singly & (top <= edge), 0.0, divided(under, np.broadcast_to(1 - share, under.shape)))[0]
    return np.asarray(found)

"""An exact law of a cost: probabilities on a grid of amounts, and the figures that a run is compared with."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from simulator.arrays import Array

Complex = NDArray[np.complex128]
Transform = Callable[[Complex], Complex]
"""E z^K of a whole number K, as a function of z on the unit circle (a probability generating function)."""

SAME: Final = 1e-9
"""Amounts nearer than this, relative to themselves, are one amount: sums of money in floats."""
LEVELS: Final = (0.01, 0.1, 0.5, 0.9, 0.95, 0.99, 0.999)
TAILS: Final = (0.9, 0.95, 0.99)
CAPPED_AT: Final = 0.999
"""Level of the quantile at which amounts are capped for figures that even heavy tails give well."""


@dataclass(frozen=True, slots=True)
class Law:
    """A law on ascending amounts.

    Attributes:
        amounts, probabilities: shape (points,); of a heavy tail the grid may end before the law does.
        mean, sd, skew: of the whole law; skew is None where the third moment says nothing.
        continuous: whether the grid stands for a continuous law.
    """

    amounts: Array
    probabilities: Array
    mean: float
    sd: float
    skew: float | None
    continuous: bool = False

    def cdf(self, amount: float) -> float:
        """Return the chance of at most this amount; between the points of a continuous law, linearly."""
        upto = np.cumsum(self.probabilities)
        if self.continuous:
            return float(np.interp(amount, self.amounts, upto - self.probabilities / 2))
        place = int(np.searchsorted(self.amounts, amount + SAME * abs(amount), side="right"))
        return float(upto[place - 1]) if place else 0.0

    def quantile(self, level: float) -> float:
        """Return the least amount that is not exceeded with at least this chance."""
        upto = np.cumsum(self.probabilities)
        if self.continuous:
            return float(np.interp(level, upto - self.probabilities / 2, self.amounts))
        return float(self.amounts[np.searchsorted(upto, level - 1e-12)])

    def capped(self, cap: float, power: int = 1) -> float:
        """Return E min(S, cap)^power."""
        below = self.amounts <= cap
        inside = self.probabilities[below]
        return float(inside @ self.amounts[below] ** power + cap**power * (1 - inside.sum()))

    def tail_mean(self, level: float) -> float:
        """Return the mean of the dearest share 1 - level; of an atom at the quantile only the missing part counts."""
        at = self.quantile(level)
        return at + (self.mean - self.capped(at)) / (1 - level)

    def excess_sd(self, level: float, cap: float = math.inf) -> float:
        """Return the sd of max(min(S, cap) - quantile, 0): what the tail mean's standard error is made of."""
        at = self.quantile(level)
        below, chance = self.amounts <= at, self.cdf(at)
        inside, chances = self.amounts[below], self.probabilities[below]
        if math.isinf(cap):
            first, second = self.mean, self.sd**2 + self.mean**2
        else:
            first, second = self.capped(cap), self.capped(cap, 2)
        mean = first - float(chances @ inside) - at * (1 - chance)
        square = second - float(chances @ inside**2) - 2 * at * mean - at**2 * (1 - chance)
        return math.sqrt(square - mean**2)

    def priced(self, price: Callable[[Array], Array]) -> Law:
        """Return the law of a function of the amount."""
        amounts, place = np.unique(np.round(price(self.amounts), 9), return_inverse=True)
        return on_grid(amounts, np.bincount(place, weights=self.probabilities))

    def figures(self) -> dict[str, Any]:
        """Return what stands in exact.json."""
        cap = self.quantile(CAPPED_AT)
        capped_mean = self.capped(cap)
        quantiles = {str(level): self.quantile(level) for level in LEVELS}
        return {
            "mean": self.mean,
            "sd": self.sd,
            "skew": self.skew,
            "quantiles": {level: {"at": at, "cdf": self.cdf(at)} for level, at in quantiles.items()},
            "tails": {
                str(level): {
                    "mean": self.tail_mean(level),
                    "excess_sd": self.excess_sd(level),
                    "capped_excess_sd": self.excess_sd(level, cap),
                }
                for level in TAILS
            },
            "capped": {"at": cap, "mean": capped_mean, "sd": math.sqrt(self.capped(cap, 2) - capped_mean**2)},
        }

    def sample(self, size: int, generator: np.random.Generator) -> Array:
        """Draw from the grid by inversion, shape (size,)."""
        places = np.searchsorted(np.cumsum(self.probabilities), generator.random(size))
        return self.amounts[np.minimum(places, len(self.amounts) - 1)]


def on_grid(amounts: Array, probabilities: Array, continuous: bool = False) -> Law:
    """Return the law with the moments of its grid."""
    mean = float(probabilities @ amounts)
    centred = amounts - mean
    sd = math.sqrt(float(probabilities @ centred**2))
    return Law(amounts, probabilities, mean, sd, float(probabilities @ centred**3) / sd**3, continuous)


def counted(transform: Transform, points: int) -> Law:
    """Return the law of a whole number below `points` from its generating function, by the fast Fourier transform."""
    chunk, total = 1 << 14, points // 2 + 1
    found: Complex = np.zeros(total, dtype=np.complex128)
    for start in range(0, total, chunk):
        places = np.arange(start, min(start + chunk, total))
        found[places] = transform(np.exp(-2j * np.pi * places / points))
        if np.abs(found[places]).max() < 1e-18:
            break
    probabilities = np.maximum(np.fft.irfft(found, points), 0.0)
    return on_grid(np.arange(points, dtype=float), probabilities)


def poisson(mean: float) -> Transform:
    """Return the generating function of a Poisson number."""
    return lambda z: np.exp(mean * (z - 1))


def negative_binomial(mean: float, mixing: float) -> Transform:
    """Return the generating function of a Poisson number whose mean is `mean` times a gamma factor of this variance."""
    return lambda z: (1 + mixing * mean * (1 - z)) ** (-1 / mixing)


def thinned(number: Transform, share: float) -> Transform:
    """Return the generating function of those that a coin of this share keeps."""
    return lambda z: number(1 - share + share * z)


def mixed(parts: list[tuple[float, Transform]]) -> Transform:
    """Return the generating function of a mixture: (weight, part)."""

    def transform(z: Complex) -> Complex:
        total: Complex = np.zeros_like(z)
        for weight, part in parts:
            total += weight * part(z)
        return total

    return transform


def normal_nodes(points: int, reach: float = 9.0) -> tuple[Array, Array]:
    """Return scores and weights of the standard normal law (trapezoidal rule, exact for smooth laws)."""
    scores = np.linspace(-reach, reach, points)
    weights = np.exp(-(scores**2) / 2)
    return scores, weights / weights.sum()

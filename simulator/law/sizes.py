"""Laws of sizes, which are lengths in tokens and minutes of people, with mean 1. docs/model.md sections 4.6 and 4.8.

Of each family of laws: the table of its quantiles, by which sizes are drawn (section 7), and what a size has beyond a
border.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

import numpy as np
from scipy import special

from simulator.arrays import Array
from simulator.law.quantiles import END_PARTS, MIDDLE, levels

LOGNORMAL, GAMMA, LOMAX = range(3)
LEAST_CV: Final = 1e-6
"""A gamma size with a smaller cv counts as having this one."""
_LOW: Final = MIDDLE + 1 + END_PARTS + 1
"""Nodes at which a level is the chance of a smaller value; those after it are chances of a larger one."""


def log_sd_of(cv: Any) -> Any:
    """Return the standard deviation of the logarithm of a lognormal law, s^2 = ln(1 + cv^2)."""
    return np.sqrt(np.log1p(cv**2))


@lru_cache(maxsize=256)
def quantile_table(family: int, spread: float) -> Array:
    """Return the quantiles of a standard size, shape (NODES,).

    Args:
        family: LOGNORMAL, GAMMA or LOMAX.
        spread: sigma of the logarithm of a lognormal; coefficient of variation of a gamma; alpha of a Lomax, above 1.
    """
    below, above = _QUANTILES[family]
    level = np.array(levels())
    return np.concatenate([below(level[:_LOW], spread), above(level[_LOW:], spread)])


def _lognormal(level: Array, sigma: float) -> Array:
    return np.asarray(np.exp(sigma * special.ndtri(level) - sigma**2 / 2))


def _lognormal_above(level: Array, sigma: float) -> Array:
    return np.asarray(np.exp(-sigma * special.ndtri(level) - sigma**2 / 2))


def _gamma(level: Array, cv: float) -> Array:
    return np.asarray(special.gammaincinv(cv**-2, level) * cv**2)


def _gamma_above(level: Array, cv: float) -> Array:
    return np.asarray(special.gammainccinv(cv**-2, level) * cv**2)


def _lomax(level: Array, alpha: float) -> Array:
    """Return (alpha - 1) (u^(-1 / alpha) - 1) where u, the chance of a larger size, is 1 - level."""
    return np.asarray((alpha - 1) * np.expm1(-np.log1p(-level) / alpha))


def _lomax_above(level: Array, alpha: float) -> Array:
    """Return the sizes that are exceeded with the chances of a table's upper end, the least of them first.

    Of alpha near 1 much of the mean lies in sizes rarer than one word in 2^32: a thirtieth at 1.2. The largest size,
    which that word alone looks up, is therefore the mean of all sizes beyond: with e = 2^-32 it is
    alpha e^(-1 / alpha) - (alpha - 1).
    """
    sizes = (alpha - 1) * np.expm1(-np.log(level) / alpha)
    sizes[0] = alpha * (2 * level[0]) ** (-1 / alpha) - (alpha - 1)
    return np.asarray(sizes)


_Quantile = Callable[[Array, float], Array]
_QUANTILES: Final[tuple[tuple[_Quantile, _Quantile], ...]] = (
    (_lognormal, _lognormal_above),
    (_gamma, _gamma_above),
    (_lomax, _lomax_above),
)
"""By family: quantiles at the chance of a smaller value, and at that of a larger one."""


def moments_beyond(family: int, cv: float, border: Array) -> tuple[Array, Array]:
    """Return E[max(x - border, 0)] and E[max(x - border, 0)^2] of a length of mean 1.

    Args:
        cv: above 0.
    """
    at = np.maximum(border, 1e-300)
    if family == GAMMA:
        shape = cv**-2
        tails = [special.gammaincc(shape + power, at * shape) for power in range(3)]
    else:
        sigma = log_sd_of(cv)
        tails = [special.ndtr(-np.log(at) / sigma + (power - 0.5) * sigma) for power in range(3)]
    first = tails[1] - at * tails[0]
    second = (1.0 + cv**2) * tails[2] - 2.0 * at * tails[1] + at**2 * tails[0]
    below = border <= 0.0
    return (
        np.where(below, 1.0 - border, np.maximum(first, 0.0)),
        np.where(below, cv**2 + (1.0 - border) ** 2, np.maximum(second, 0.0)),
    )


def mean_beyond(family: int, spread: float, border: Array) -> Array:
    """Return E[max(x - border, 0)] of a length of mean 1.

    Args:
        spread: coefficient of variation; alpha of a Lomax, whose chance beyond x is (1 + x / (alpha - 1))^-alpha.
    """
    if family != LOMAX:
        return moments_beyond(family, spread, border)[0]
    beyond = (1.0 + np.maximum(border, 0.0) / (spread - 1.0)) ** (1.0 - spread)
    return np.where(border <= 0.0, 1.0 - border, beyond)

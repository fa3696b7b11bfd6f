"""Sizes that are drawn: lengths in tokens and minutes of people, as a mean and a table of quantiles of mean 1."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
from scipy import special

from simulator.arrays import Array, Index
from simulator.distributions import Quantity
from simulator.law.calls import CONSTANT
from simulator.law.quantiles import END_PARTS, MIDDLE, NODES, levels
from simulator.law.slots import INPUT, SIZES
from simulator.model.unknowns import Unknowns
from simulator.scenario.schema import Scenario
from simulator.scenario.schema.families import Family
from simulator.scenario.schema.token_tables import Length

LOGNORMAL, GAMMA, LOMAX = range(3)
LEAST_CV: Final = 1e-6
"""A gamma size with a smaller cv counts as having this one."""
_LOW: Final = MIDDLE + 1 + END_PARTS + 1
"""Nodes at which a level is the chance of a smaller value; those after it are chances of a larger one."""


class Sizes(NamedTuple):
    """The laws of all sizes.

    Attributes:
        mean: of the lengths in tokens, shape (g, size); 1 for minutes, whose means go by level.
        table: place in `tables` where its quantiles begin, or CONSTANT, shape (g, size).
        tables: quantiles of mean 1 at law.quantiles.levels, one law after the other.
    """

    mean: Array
    table: Index
    tables: Array


def make_sizes(scenario: Scenario, unknowns: Unknowns) -> Sizes:
    """Return the laws of all sizes of the futures whose unknowns are given."""
    rows: dict[tuple[int, float], int] = {}
    mean, table = np.zeros((unknowns.trials, len(SIZES))), np.full((unknowns.trials, len(SIZES)), CONSTANT)
    for number, (center, family, spread) in enumerate(_laws(scenario, unknowns)):
        mean[:, number] = center
        kinds = [(family, float(each)) for each in spread]
        table[:, number] = [CONSTANT if kind[1] == 0 else rows.setdefault(kind, NODES * len(rows)) for kind in kinds]
    tables = [quantile_table(*kind) for kind in rows] or [np.ones(NODES)]
    return Sizes(mean, table, np.concatenate(tables))


def _laws(scenario: Scenario, unknowns: Unknowns) -> list[tuple[Array, int, Array]]:
    """Return of each size its mean, family and spread, as `quantile_table` takes it."""
    nothing, tokens, people = Length(), scenario.tokens, scenario.people
    lengths = [getattr(tokens, name) for name in SIZES[:INPUT]]
    lengths += [nothing, nothing] if tokens.direct is None else [tokens.direct.input, tokens.direct.output]
    minutes = (
        (people.minutes_family, people.minutes_sigma, people.minutes_cv, people.minutes_alpha),
        (people.review_family, people.review_sigma, people.review_cv, people.review_alpha),
    )
    one = np.ones(unknowns.trials)
    return [_length(each, unknowns) for each in lengths] + [(one, *_minutes(*each, unknowns)) for each in minutes]


def _length(length: Length, unknowns: Unknowns) -> tuple[Array, int, Array]:
    mean = unknowns(length.mean)
    if length.family == "lognormal":
        return mean, LOGNORMAL, np.sqrt(np.log1p(unknowns(length.cv) ** 2))
    return mean, *_heavy_or_gamma(length.family, length.cv, length.alpha, unknowns)


def _minutes(
    family: Family, sigma: Quantity, cv: Quantity | None, alpha: Quantity | None, unknowns: Unknowns
) -> tuple[int, Array]:
    if family == "lognormal":
        return LOGNORMAL, unknowns(sigma)
    return _heavy_or_gamma(family, cv, alpha, unknowns)


def _heavy_or_gamma(
    family: Family, cv: Quantity | None, alpha: Quantity | None, unknowns: Unknowns
) -> tuple[int, Array]:
    """Return family and spread of a law that is no lognormal; the scenario has the spread of its family."""
    if family == "lomax":
        assert alpha is not None
        return LOMAX, unknowns(alpha)
    assert cv is not None
    spread = unknowns(cv)
    return GAMMA, np.where(spread > 0, np.maximum(spread, LEAST_CV), 0.0)


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

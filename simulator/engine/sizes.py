"""Sizes that are drawn: lengths in tokens and minutes of people, as a mean and a table of quantiles of mean 1."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from simulator.law.calls import CONSTANT
from simulator.law.quantiles import END_PARTS, MIDDLE, NODES, levels
from simulator.model.unknowns import Unknowns
from simulator.scenario.schema import Scenario
from simulator.scenario.tokens import Length

Array = NDArray[np.float64]
Index = NDArray[np.int64]

SIZES: Final = (
    "customer", "answer", "tool_result", "reasoning", "retrieved", "input", "output", "handoff", "review",
)  # fmt: skip
"""All sizes, in the order of their numbers; those a scenario does not have are constants of mean 0."""
CUSTOMER, ANSWER, TOOL_RESULT, REASONING, RETRIEVED, INPUT, OUTPUT, HANDOFF, REVIEW = range(len(SIZES))
LOGNORMAL, GAMMA = range(2)
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
    """Return of each size its mean, family and spread: sigma of the logarithm, or the coefficient of variation."""
    nothing, tokens, people = Length(), scenario.tokens, scenario.people
    lengths = [getattr(tokens, name) for name in SIZES[:INPUT]]
    lengths += [nothing, nothing] if tokens.direct is None else [tokens.direct.input, tokens.direct.output]
    one = np.ones(unknowns.trials)
    minutes = [(one, LOGNORMAL, unknowns(sigma)) for sigma in (people.minutes_sigma, people.review_sigma)]
    return [_length(each, unknowns) for each in lengths] + minutes


def _length(length: Length, unknowns: Unknowns) -> tuple[Array, int, Array]:
    cv = unknowns(length.cv)
    if length.family == "gamma":
        return unknowns(length.mean), GAMMA, np.where(cv > 0, np.maximum(cv, LEAST_CV), 0.0)
    return unknowns(length.mean), LOGNORMAL, np.sqrt(np.log1p(cv**2))


@lru_cache(maxsize=256)
def quantile_table(family: int, spread: float) -> Array:
    """Return the quantiles of a standard size, shape (NODES,).

    Args:
        family: LOGNORMAL or GAMMA.
        spread: sigma of the logarithm of a lognormal; coefficient of variation of a gamma.
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


_Quantile = Callable[[Array, float], Array]
_QUANTILES: Final[tuple[tuple[_Quantile, _Quantile], ...]] = (
    (_lognormal, _lognormal_above),
    (_gamma, _gamma_above),
)
"""By family: quantiles at the chance of a smaller value, and at that of a larger one."""

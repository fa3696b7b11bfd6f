"""The laws of a scenario's sizes, handed over to the law: lengths in tokens and minutes of people.

Each is a mean and a table of quantiles of mean 1 (simulator.law.sizes).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from simulator.arrays import Array, Index
from simulator.distributions import Quantity
from simulator.futures.unknowns import Unknowns
from simulator.law.quantiles import CONSTANT, NODES
from simulator.law.sizes import GAMMA, LEAST_CV, LOGNORMAL, LOMAX, log_sd_of, quantile_table
from simulator.law.slots import INPUT, SIZES
from simulator.scenario.schema import Scenario
from simulator.scenario.schema.families import Family
from simulator.scenario.schema.token_tables import Length


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
        return mean, LOGNORMAL, log_sd_of(unknowns(length.cv))
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

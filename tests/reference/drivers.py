"""Section 2 of the law: what moves from month to month."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from types import SimpleNamespace
from typing import Any, Final

from tests.reference.chance import STANDARD, beta_quantile, cholesky, correlated, gamma_quantile, logit

ORDER: Final = ("demand", "complexity", "escalation", "solving", "returning", "tokens")


@dataclass(slots=True)
class Scores:
    """The normal scores of one month: six drivers by name, and the mix by intent; absent means 0."""

    drivers: dict[str, float] = field(default_factory=dict)
    mix: dict[str, float] = field(default_factory=dict)

    def of(self, name: str) -> float:
        return self.drivers.get(name, 0.0)


@dataclass(slots=True)
class Moves:
    """What the scores of one month do.

    Attributes:
        demand, tokens: factors with mean 1.
        complexity: added to the cumulative logits of the levels.
        escalation, solving, returning: added to the log odds of the rates.
        shares: share of each intent, summing to 1.
    """

    demand: float
    tokens: float
    complexity: float
    escalation: float
    solving: float
    returning: float
    shares: dict[str, float]


def correlation_matrix(drivers: Any) -> list[list[float]]:
    """Return the correlations of one month's innovations in the order of ORDER."""
    matrix = [[float(one == other) for other in ORDER] for one in ORDER]
    for one, row in drivers.correlation.items():
        for other, rho in row.items():
            i, j = ORDER.index(one), ORDER.index(other)
            matrix[i][j] = matrix[j][i] = rho
    return matrix


def draw_scores(values: SimpleNamespace, months: int, rng: Random) -> list[Scores]:
    """Draw the scores of all months of a trial."""
    drivers = values.drivers
    matrix = correlation_matrix(drivers)
    phi = [getattr(drivers, name).persistence for name in ORDER]
    fresh = [math.sqrt(1 - p * p) for p in phi]
    size = range(len(ORDER))
    first = [[matrix[a][b] * fresh[a] * fresh[b] / (1 - phi[a] * phi[b]) for b in size] for a in size]
    step, z = cholesky(matrix), correlated(rng, cholesky(first))
    result = [Scores(dict(zip(ORDER, z, strict=True)))]
    for _ in range(months - 1):
        e = correlated(rng, step)
        z = [phi[a] * z[a] + fresh[a] * e[a] for a in size]
        result.append(Scores(dict(zip(ORDER, z, strict=True))))
    for intent in values.intents:
        for month, score in zip(result, _series(drivers.mix.persistence, months, rng), strict=True):
            month.mix[intent] = score
    return result


def _series(phi: float, months: int, rng: Random) -> list[float]:
    """Draw one stationary AR(1) series of variance 1."""
    series = [rng.gauss(0.0, 1.0)]
    while len(series) < months:
        series.append(phi * series[-1] + math.sqrt(1 - phi * phi) * rng.gauss(0.0, 1.0))
    return series


def moves(values: SimpleNamespace, scores: Scores) -> Moves:
    """Return what one month's scores do with this trial's numbers."""
    drivers = values.drivers
    return Moves(
        demand=factor(drivers.demand, scores.of("demand")),
        tokens=factor(drivers.tokens, scores.of("tokens")),
        complexity=drivers.complexity.sd * scores.of("complexity"),
        escalation=rate_shift(drivers.escalation, scores.of("escalation")),
        solving=rate_shift(drivers.solving, scores.of("solving")),
        returning=rate_shift(drivers.returning, scores.of("returning")),
        shares=mixed_shares(values, scores.mix),
    )


def factor(driver: SimpleNamespace, z: float) -> float:
    """Return a factor with mean 1 at score z; 1 where no spread is stated."""
    if driver.cv is None and driver.log_sd is None:
        return 1.0
    if driver.law == "gamma":
        if driver.cv == 0.0:
            return 1.0
        shape = 1.0 / driver.cv**2
        return gamma_quantile(shape, STANDARD.cdf(z)) / shape
    s = driver.log_sd if driver.cv is None else math.sqrt(math.log(1.0 + driver.cv**2))
    return math.exp(s * z - s * s / 2)


def rate_shift(driver: SimpleNamespace, z: float) -> float:
    """Return the shift of the log odds at score z."""
    if driver.shape == "logit":
        return driver.sd * z
    size = driver.mean * (1 - driver.mean) / driver.sd**2 - 1
    rate = beta_quantile(driver.mean * size, (1 - driver.mean) * size, STANDARD.cdf(z))
    return logit(rate) - logit(driver.mean)


def mixed_shares(values: SimpleNamespace, scores: dict[str, float]) -> dict[str, float]:
    """Return the intents' shares of a month."""
    weights = {
        name: intent.share * math.exp(values.drivers.mix.sd * scores.get(name, 0.0))
        for name, intent in values.intents.items()
    }
    total = math.fsum(weights.values())
    return {name: weight / total for name, weight in weights.items()}


def zero_scores(months: int) -> Sequence[Scores]:
    """Return scores of 0 for all drivers and months."""
    return [Scores() for _ in range(months)]

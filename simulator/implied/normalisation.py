"""P5 and P95 of uncertain weights after they are divided by their sum, by a small pure-Python sample."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from simulator.quantities.distributions import Quantity
from simulator.scenario.schema import Scenario
from simulator.scenario.stated.weights import groups

SAMPLES: Final = 2_000


@dataclass(frozen=True, slots=True)
class WeightShare:
    """A weight's share of its group: at the stated values, and its P5 and P95 over the uncertain inputs."""

    group: str
    name: str
    stated: float
    p5: float
    p95: float


def weight_shares(scenario: Scenario) -> Iterator[WeightShare]:
    """Yield the shares of every group in which a weight is uncertain; correlations between them are left out."""
    for path, what, weights in groups(scenario):
        if any(not weight.fixed for weight in weights.values()):
            yield from _weight_shares(what, weights, random.Random(f"{scenario.seed} {path} {what}"))


def _weight_shares(what: str, weights: Mapping[str, Quantity], generator: random.Random) -> Iterator[WeightShare]:
    drawn = {name: _draws(weight, generator) for name, weight in weights.items()}
    total = [math.fsum(values) for values in zip(*drawn.values(), strict=True)]
    stated = math.fsum(weight.center for weight in weights.values())
    for name, weight in weights.items():
        shares = sorted(value / whole for value, whole in zip(drawn[name], total, strict=True) if whole > 0)
        if shares:
            low, high = (shares[round(level * (len(shares) - 1))] for level in (0.05, 0.95))
            yield WeightShare(what, name, weight.center / stated, low, high)


def _draws(weight: Quantity, generator: random.Random) -> list[float]:
    """Return draws of one weight; a known weight needs no array library."""
    if weight.fixed:
        return [weight.center] * SAMPLES
    import numpy as np

    scores = np.array([generator.gauss(0.0, 1.0) for _ in range(SAMPLES)])
    return [float(value) for value in weight.at(scores)]

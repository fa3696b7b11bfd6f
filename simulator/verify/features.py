"""What is compared: numbers of each future that change their sign when the two engines exchange their names.

Given unknowns and drivers, the two engines' months of one future are exchangeable if both simulate the same law; so
every number below has a law symmetric about 0, whatever its shape, and its sign may be flipped future by future
(`simulator.verify.flips`). All scales and edges are of both engines together, which an exchange leaves as they are.

- **mean**: ledger less atlas.
- **spread**: difference of squared residuals, each month's residual divided by the square root of its expectation.
- **distribution**: difference of the shares of months with such a residual at or below an edge.
- **total**: the same of the sums over the horizon.
- **correlation**: difference of the influence u v - r (u^2 + v^2) / 2 of residuals u, v of two invoices, scaled to
  mean square 1, r their common correlation.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from simulator.engine.results import only_describes
from simulator.verify.pairs import ROUNDING, Pair

Array = NDArray[np.float64]
What = Literal["mean", "spread", "distribution", "total", "correlation"]

EDGES: Final = (0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99)
"""Quantiles of both engines together at which the distributions of residuals are compared."""
TOTAL_EDGES: Final = (0.1, 0.5, 0.9, 0.99)
"""Quantiles at which horizon totals are compared."""
MOST_CORRELATED: Final = 25
"""Contracts whose invoices are compared in pairs."""


@dataclass(frozen=True, slots=True)
class Feature:
    """One comparison.

    Attributes:
        pair: key of the quantity.
        level: of the edge, 0 where there is none.
        differences: of each future, (trial,).
        scale: the sum of the differences over this is the difference of the engines, ledger less atlas: relative to
            the mean (mean), to the spread (spread), of probabilities, or of correlations.
        other: key of the second quantity of a correlation.
    """

    pair: str
    what: What
    level: float
    differences: Array
    scale: float
    other: str = ""

    @property
    def difference(self) -> float:
        """Ledger less atlas."""
        return float(self.differences.sum() / self.scale)

    @property
    def error(self) -> float:
        """Standard error of the difference: root of the sum of squares over the futures."""
        return float(np.sqrt(self.differences @ self.differences) / self.scale)

    @property
    def score(self) -> float:
        """The difference in standard errors."""
        return self.difference / self.error


def features(pairs: Sequence[Pair]) -> list[Feature]:
    """Return all comparisons of the quantities; those in which no future differs are left out."""
    found = [feature for pair in pairs for feature in _of_pair(pair)]
    found += _correlations([pair for pair in pairs if pair.kind == "invoice"][:MOST_CORRELATED])
    return [feature for feature in found if feature.scale > 0 and feature.differences.any()]


def residuals(pair: Pair) -> tuple[Array, Array]:
    """Return each month's residual over the root of its expectation, ledger and atlas, (trial, month); 0 for rounding.

    The expectation's size only weighs the months; where it is 0 the residual is left as it is.
    """
    size = np.abs(pair.expected)
    weight = np.where(size > 0, np.sqrt(np.where(size > 0, size, 1.0)), 1.0)
    ledger, atlas = (
        np.where(np.abs(drawn - pair.expected) > ROUNDING * size, drawn - pair.expected, 0.0) / weight
        for drawn in (pair.ledger, pair.atlas)
    )
    return ledger, atlas


def _of_pair(pair: Pair) -> Iterator[Feature]:
    gaps = (pair.ledger - pair.atlas).sum(axis=1)
    size = (np.abs(pair.ledger) + np.abs(pair.atlas)).sum(axis=1)
    gaps = np.where(np.abs(gaps) > ROUNDING * size, gaps, 0.0)
    yield Feature(pair.key, "mean", 0.0, gaps, float(size.sum() / 2))
    if pair.kind == "meter" and only_describes(pair.name):
        return
    ledger, atlas = residuals(pair)
    squares = ledger**2, atlas**2
    together = float(squares[0].sum() + squares[1].sum())
    yield Feature(pair.key, "spread", 0.0, (squares[0] - squares[1]).sum(axis=1), together)
    yield from _edges(pair.key, "distribution", ledger, atlas, EDGES)
    totals = pair.totals("ledger"), pair.totals("atlas")
    yield from _edges(pair.key, "total", totals[0][:, None], totals[1][:, None], TOTAL_EDGES)


def _edges(key: str, what: What, ledger: Array, atlas: Array, levels: Sequence[float]) -> Iterator[Feature]:
    """Yield the differences of two distribution functions at the quantiles of both together."""
    edges = np.quantile(np.concatenate([ledger.ravel(), atlas.ravel()]), levels, method="inverted_cdf")
    for level, edge in zip(levels, edges, strict=True):
        slack = edge + ROUNDING * abs(edge)
        below = (ledger <= slack).sum(axis=1) - (atlas <= slack).sum(axis=1)
        yield Feature(key, what, level, below.astype(np.float64), float(ledger.size))


def _correlations(invoices: Sequence[Pair]) -> Iterator[Feature]:
    """Yield the difference of the correlation of residuals for every two invoices that vary."""
    scaled = {pair.key: _unit(*residuals(pair)) for pair in invoices}
    for first, second in combinations([key for key, each in scaled.items() if each is not None], 2):
        u, v = scaled[first], scaled[second]
        assert u is not None and v is not None
        common = float(np.mean([np.mean(x * y) for x, y in zip(u, v, strict=True)]))
        if 1 - abs(common) < ROUNDING:
            continue
        influence = [(x * y - common * (x * x + y * y) / 2).sum(axis=1) for x, y in zip(u, v, strict=True)]
        yield Feature(first, "correlation", 0.0, influence[0] - influence[1], float(u[0].size), second)


def _unit(ledger: Array, atlas: Array) -> tuple[Array, Array] | None:
    """Return residuals over their common root mean square, or None where there is no noise."""
    size = float(np.sqrt((np.mean(ledger**2) + np.mean(atlas**2)) / 2))
    return (ledger / size, atlas / size) if size > 0 else None

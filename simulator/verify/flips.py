"""How far apart equal engines come by chance: exchange their names in random futures, many times.

The test statistic is the largest score of all comparisons of all parts together, and its law under exchange is drawn
with the same futures exchanged in every comparison, so that the dependence of the comparisons is in it (Westfall and
Young 1993, single-step maxT). If the engines have the same law the chance that any comparison is called a
disagreement is at most `alarm`, exactly and at any number of futures, for any shape of the residuals.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simulator.streams import stream
from simulator.verify.features import Feature

Array = NDArray[np.float64]

FLIPS: Final = 9_999
"""Random exchanges: the smallest p-value is 1 in 10,000."""
SEEN: Final = 1.2816
"""Standard errors beyond the limit at which a difference is seen in 9 of 10 runs: normal quantile of 0.9."""
_TOGETHER: Final = 500


@dataclass(frozen=True, slots=True)
class Chance:
    """The largest score by chance.

    Attributes:
        largest: of each random exchange, ascending, (flips,).
        alarm: chance of a false alarm over all comparisons.
    """

    largest: Array
    alarm: float

    @property
    def limit(self) -> float:
        """The score above which two engines disagree."""
        allowed = math.floor(self.alarm * (len(self.largest) + 1) + 1e-9) - 1
        return float(self.largest[len(self.largest) - 1 - allowed]) if allowed >= 0 else math.inf

    def p_value(self, score: float) -> float:
        """Return the chance that any comparison comes so far apart, (1 + exchanges that do) / (1 + exchanges)."""
        reached = len(self.largest) - int(np.searchsorted(self.largest, abs(score) * (1 - 1e-9), side="left"))
        return (1 + reached) / (1 + len(self.largest))

    def smallest_seen(self, feature: Feature) -> float:
        """Return the difference that a comparison would see in 9 of 10 runs; for spreads of wider or narrower noise.

        A spread's difference d of sums of squares, relative to both together, is a ratio of sqrt((1 + d) / (1 - d)).
        """
        smallest = needed(self.limit, len(feature.differences)) * feature.error
        if feature.what != "spread":
            return smallest
        return math.sqrt((1 + smallest) / (1 - smallest)) - 1 if smallest < 1 else math.inf


def needed(limit: float, units: int) -> float:
    """Return the true difference in standard errors that lies beyond a limit in 9 of 10 runs.

    The sum of squares in a score has the difference itself inside, so that a score of few units grows slowly: a limit c
    on it is one of c / sqrt(1 - c^2 / n) on Student's t, whose own standard error is sqrt(1 + t^2 / 2n).
    """
    if limit**2 >= units:
        return math.inf
    student = limit / math.sqrt(1 - limit**2 / units)
    return student + SEEN * math.sqrt(1 + student**2 / (2 * units))


def chance(parts: Sequence[Sequence[Feature]], *, seed: int, alarm: float, flips: int = FLIPS) -> Chance:
    """Return the law of the largest score under random exchanges.

    Args:
        parts: comparisons of each part; a part's futures are exchanged on their own.
        seed: of the exchanges.
        alarm: chance of a false alarm that is allowed over all comparisons.
    """
    largest = np.zeros(flips)
    for number, comparisons in enumerate(parts):
        if comparisons:
            rng = stream(seed, "verify.exchange", number)
            found = np.concatenate(list(_largest(_unit_columns(comparisons), flips, rng)))
            largest = np.maximum(largest, found)
    return Chance(np.sort(largest), alarm)


def _unit_columns(comparisons: Sequence[Feature]) -> Array:
    """Return the differences, (trial, comparison), each column over the root of its sum of squares."""
    columns = np.stack([feature.differences for feature in comparisons], axis=1)
    return np.asarray(columns / np.sqrt((columns**2).sum(axis=0)))


def _largest(columns: Array, flips: int, rng: np.random.Generator) -> Iterator[Array]:
    for start in range(0, flips, _TOGETHER):
        signs = 1.0 - 2.0 * rng.integers(0, 2, (min(_TOGETHER, flips - start), len(columns)))
        yield np.abs(signs @ columns).max(axis=1)

"""What is told of an amount that differs from future to future."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

LEVELS: Final = (1, 5, 10, 25, 50, 75, 80, 90, 95, 99)
"""Percentiles reported of every cost."""
Ends: TypeAlias = tuple[float, float]
"""Lower and upper end of an interval."""


class Amounts:
    """What a table or a chart picks by name: a mean and percentiles."""

    __slots__ = ()

    def amount(self, name: str) -> float:
        """Return "mean" or a percentile, as "p90"."""
        found: float = getattr(self, name)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class MeanDoubt:
    """Why the futures do not determine a mean.

    Attributes:
        interval: 95 % sampling interval of the mean; None of a single future.
        carried_by_dearest: share of the mean that the dearest futures carry.
    """

    interval: Ends | None
    carried_by_dearest: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution(Amounts):
    """An amount over all futures; percentiles are amounts that occurred.

    Attributes:
        mean: expected amount.
        sd: standard deviation; None of a single future.
        p1: one in a hundred futures does not exceed it; the other percentiles likewise.
        p90: nine in ten simulated futures do not exceed it.
        cvar95: mean of the dearest 5 % of the futures.
        cvar95_interval: its 95 % sampling interval; None where `cvar95_interval_missing` says why.
        p90_interval: 95 % interval of P90, from the number of futures alone.
        p90_interval_complete: whether the futures are enough for an upper end.
        mean_interval: 95 % interval of the mean, from the number of futures alone; None of a single future.
        mean_doubt: why the futures do not determine the mean; None where they do.
    """

    mean: float
    sd: float | None
    p1: float
    p5: float
    p10: float
    p25: float
    p50: float
    p75: float
    p80: float
    p90: float
    p95: float
    p99: float
    cvar95: float
    cvar95_interval: Ends | None
    cvar95_interval_missing: str | None
    p90_interval: Ends
    p90_interval_complete: bool
    mean_interval: Ends | None
    mean_doubt: MeanDoubt | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief(Amounts):
    """An amount over all futures in three numbers."""

    mean: float
    p10: float
    p90: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference(Amounts):
    """One amount less another in the same future.

    Attributes:
        share_dearer: share of the futures in which the first is larger.
        share_cheaper: share of the futures in which it is smaller.
    """

    mean: float
    p10: float
    p50: float
    p90: float
    share_dearer: float
    share_cheaper: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthAmount(Amounts):
    """An amount of one month over all futures.

    Attributes:
        month: its name, as in "2027-01".
    """

    month: str
    mean: float
    p10: float
    p50: float
    p90: float

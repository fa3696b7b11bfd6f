"""The costs along the months, of what contracts are ranked by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from simulator.forecast.priced import Measure
from simulator.report.summary.distribution import Amounts, Brief

Crosses: TypeAlias = Mapping[str, int | None]
"""By percentile the number of the first month, from 1, after which it lies above the budget; None where never."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fan:
    """Mean and percentiles by month."""

    mean: tuple[float, ...]
    p5: tuple[float, ...]
    p10: tuple[float, ...]
    p25: tuple[float, ...]
    p50: tuple[float, ...]
    p75: tuple[float, ...]
    p80: tuple[float, ...]
    p90: tuple[float, ...]
    p95: tuple[float, ...]

    def path(self, name: str) -> tuple[float, ...]:
        """Return the amounts by month of "mean" or of a percentile, as in "p90"."""
        found: tuple[float, ...] = getattr(self, name)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class CumulativeFan(Fan):
    """What has been billed from the first month to each month."""

    crosses: Crosses


@dataclass(frozen=True, slots=True, kw_only=True)
class Monthly:
    """Costs of single months.

    Attributes:
        of: which cost.
        months: their names.
        contracts: by name of the contract.
        neighbours: by name of the contract, the correlation of a month's cost with that of the next, the mean over the
            months; None where no two neighbouring months vary.
    """

    of: Measure
    months: tuple[str, ...]
    contracts: Mapping[str, Fan]
    neighbours: Mapping[str, float | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cumulative:
    """Costs from the first month to each month.

    Attributes:
        budget: of the horizon; None without one.
        contracts: by name of the contract.
    """

    of: Measure
    months: tuple[str, ...]
    budget: float | None
    contracts: Mapping[str, CumulativeFan]


@dataclass(frozen=True, slots=True, kw_only=True)
class YearOfContract(Amounts):
    """The sum of a contract's cost over the months of a fiscal year in the horizon.

    Attributes:
        probability_over: share of the futures over the year's budget; None without one.
        crosses: numbers of months within the year's part of the horizon.
    """

    mean: float
    p5: float
    p10: float
    p25: float
    p50: float
    p75: float
    p80: float
    p90: float
    p95: float
    probability_over: float | None
    crosses: Crosses


@dataclass(frozen=True, slots=True, kw_only=True)
class FiscalYearNumbers:
    """A fiscal year that the horizon touches.

    Attributes:
        name: as in "FY2027".
        first: name of its first month in the horizon.
        last: name of its last month in the horizon.
        months: of it in the horizon, 12 for a whole one.
        budget: None unless given by fiscal year.
        contracts: by name of the contract.
    """

    name: str
    first: str
    last: str
    months: int
    budget: float | None
    contracts: Mapping[str, YearOfContract]


@dataclass(frozen=True, slots=True, kw_only=True)
class Discounting:
    """How present values of invoices are made.

    Attributes:
        rate_per_year: as a share.
        paid: when invoices are taken as paid, in words.
        shown: whether the horizon is long enough for present values.
    """

    rate_per_year: Brief
    paid: str
    shown: bool

"""The uncertain inputs, and which of them carry the spread of a cost."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """A number given as a range, as it was drawn.

    Attributes:
        name: its dotted path in the scenario.
        kind: of its source, as in "measured".
        source: what stands behind it, as written.
        as_of: date of the source, as written.
        owner: who answers for it, as written.
    """

    name: str
    p10: float
    p50: float
    p90: float
    kind: str
    source: str
    as_of: str
    owner: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Correlation:
    """A stated correlation.

    Attributes:
        between: names of the numbers or drivers.
        rho: from -1 to 1.
        kind: of its source.
        source: as written.
        as_of: as written.
        owner: as written.
    """

    between: tuple[str, ...]
    rho: float
    kind: str
    source: str
    as_of: str
    owner: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SpreadAssumption:
    """An assumption that moves together with a cost.

    Attributes:
        name: its dotted path, or the name of a driver.
        label: what it is called in words.
        kind: of its source.
        rank_correlation: with the cost, from -1 to 1.
        squared: its square; the squares of several do not sum to 1.
    """

    name: str
    label: str
    kind: str
    rank_correlation: float
    squared: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Which assumptions move together with the cost of the recommended contract, strongest first.

    Attributes:
        candidates: how many assumptions vary at all.
        noise_floor: squared rank correlation that 1 in 20 assumptions without any effect would pass.
        assumptions: those above it.
    """

    candidates: int
    noise_floor: float
    assumptions: tuple[SpreadAssumption, ...]

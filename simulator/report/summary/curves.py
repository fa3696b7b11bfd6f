"""The numbers that only charts and the report need, of the recommended contract and of what contracts are ranked by."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.report.summary.distribution import Ends


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """The S-curve of a cost.

    Attributes:
        steps: into how many parts the futures are split.
        amounts: the least amount, and then the quantiles, one for each part.
    """

    steps: int
    amounts: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TornadoBar:
    """What an assumption moves P90 by.

    Attributes:
        name: its dotted path, or the name of a driver.
        label: what it is called in words.
        at_low: P90 in the tenth of the futures in which it is lowest.
        at_high: P90 in the tenth in which it is highest.
        visible: whether that is more than chance moves.
    """

    name: str
    label: str
    at_low: float
    at_high: float
    visible: bool

    def at(self, end: str) -> float:
        """Return P90 "at_low" or "at_high"."""
        return self.at_low if end == "at_low" else self.at_high


@dataclass(frozen=True, slots=True, kw_only=True)
class TornadoNumbers:
    """What moves P90, the strongest first.

    Attributes:
        p90: of all futures.
        floor: within which P90 of a tenth of the futures lies by chance.
        floor_level: how often it does, as a share.
    """

    p90: float
    floor: Ends
    floor_level: float
    bars: tuple[TornadoBar, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConvergencePoint:
    """P90 from the first futures alone.

    Attributes:
        interval: 95 %, from the number of futures alone.
        complete: whether the futures are enough for an upper end.
    """

    futures: int
    p90: float
    interval: Ends
    complete: bool

"""How well P90 is known, and how many futures are simulated until it is known as well as asked for.

What is measured is half the 95 % interval of P90 as a share of it, the largest of the contracts that are asked about.
Twice as many futures are simulated until it is small enough: those that are there already stay as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from simulator import risk
from simulator.arrays import Array
from simulator.forecast.verdict import NINE_OF_TEN
from simulator.risk import LEAST_FOR_NETS

if TYPE_CHECKING:
    from simulator.forecast.verdict import Verdict

MOST_FUTURES: Final = 1 << 20
"""Futures beyond which no more are simulated for a precision: 1,048,576."""
RECOMMENDED, ALL = "recommended", "all"
"""Names of what a precision can be asked of, beside the name of a contract."""


@dataclass(frozen=True, slots=True)
class Asked:
    """How well P90 is to be known.

    Attributes:
        share: half its 95 % interval as a share of it.
        of: "recommended" for the recommended contract and its first rival, "all", or the name of a contract.
    """

    share: float
    of: str = RECOMMENDED


@dataclass(frozen=True, slots=True)
class Reached:
    """How well P90 is known.

    Attributes:
        share: the largest of the contracts' half 95 % intervals as shares of their P90s; None where a P90 has no
            interval, or is 0.
        of: name of the contract whose share that is.
        names: of the contracts that were asked about.
    """

    asked: Asked
    share: float | None
    of: str
    names: tuple[str, ...]

    @property
    def enough(self) -> bool:
        """Whether it is as well known as asked."""
        return self.share is not None and self.share <= self.asked.share


def names_of(asked: Asked, verdict: Verdict) -> tuple[str, ...]:
    """Return the names of the contracts that a precision is asked of.

    The first rival is the one that the verdict names first; where it names none, the next of the ranking.
    """
    if asked.of == ALL:
        return verdict.ranking
    if asked.of != RECOMMENDED:
        return (asked.of,)
    rivals = [rival.name for rival in verdict.rivals] or list(verdict.ranking[1:2])
    return (verdict.recommended, *rivals[:1])


def reached(asked: Asked, verdict: Verdict, costs: Mapping[str, Array], net: risk.Net) -> Reached:
    """Return how well P90 is known.

    Args:
        costs: of the contracts by name, of what they are ranked by, over the horizon, (trial,) each.
        net: of each future; None where they are random.
    """
    names = names_of(asked, verdict)
    shares = {name: half_width(costs[name], net) for name in names}
    missing = [name for name, share in shares.items() if share is None]
    of = missing[0] if missing else max(names, key=lambda name: shares[name] or 0.0)
    return Reached(asked, shares[of], of, names)


def half_width(cost: Array, net: risk.Net) -> float | None:
    """Return half the 95 % interval of P90 as a share of it; None where the futures give no interval, or P90 is 0."""
    p90, found = risk.quantile(cost, NINE_OF_TEN), risk.quantile_interval(cost, NINE_OF_TEN, net=net)
    if found.high == found.low:
        return 0.0
    return (found.high - found.low) / 2 / abs(p90) if found.complete and p90 else None


def numbers_of_futures(trials: int) -> tuple[int, ...]:
    """Return how many futures are simulated, one after another, until P90 is known well enough.

    The first is the power of two, 1,024 or more, that is not below `trials`, as nets are most even there; each is twice
    the one before. Where `trials` is more than `MOST_FUTURES`, it is the only one.
    """
    found = [each for power in range(MOST_FUTURES.bit_length()) if (each := 1 << power) >= max(trials, LEAST_FOR_NETS)]
    return tuple(found) or (trials,)

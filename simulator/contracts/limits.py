"""What happens to meters before they are priced: units that become final later, and service that stops at a limit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator.contracts.discounts import Span, renewed
from simulator.contracts.in_force import held_from
from simulator.contracts.units import CardEntry
from simulator.distributions import Quantity

if TYPE_CHECKING:
    from simulator.arrays import Array
    from simulator.contracts.meters import Meters, Values


@dataclass(frozen=True, slots=True)
class Delay:
    """A share of each month's units becomes final, and is invoiced, some months later.

    With a share of 0.1 and one month, months of 100 and 200 units invoice 90 and 190. What is final after the horizon
    is not in it.
    """

    share: Quantity
    months: int = 1


@dataclass(frozen=True, slots=True)
class Limit:
    """Where the AI stops and people take over.

    Conversations are served in month order until the limit; what lies above it goes to people, bills nothing and costs
    human minutes. At 1,000 units a month and a share of 1.25, months of 1,000, 1,250 and 2,500 units are served whole,
    whole and by half.

    Credits of a rate card are counted by that card: at 25,000 credits, a share of 1.25, replies at 2 and actions at 5,
    a month of 50,000 replies and 5,000 actions wants 125,000 credits, of which 31,250, a quarter, are served.

    Attributes:
        units: units a span; None where the limit is that of the prepaid credits.
        span: how often they are given.
        at_share: share of the units, or of the credits at hand, at which service stops.
        counted: what counts against the units from a month of the contract on, counted from 1, until the next entry: a
            meter at one for each of its units, or the rate card of credits; nothing where nothing bills.
    """

    units: Quantity | None
    span: Span = "month"
    at_share: float = 1.0
    counted: tuple[tuple[int, tuple[CardEntry, ...]], ...] = ()

    @property
    def meters(self) -> tuple[str, ...]:
        """Keys of the meters that count against it."""
        return tuple(dict.fromkeys(entry.meter for _, entries in self.counted for entry in entries))


def delayed(units: Array, terms: Delay, values: Values) -> Array:
    """Return the units invoiced in each month (trial, month)."""
    import numpy as np

    later = units * values(terms.share)[:, None]
    arrived = np.zeros(units.shape)
    arrived[:, terms.months :] = later[:, : units.shape[1] - terms.months]
    return units - later + arrived


def limited_units(terms: Limit, meters: Meters) -> Array:
    """Return the units that count against a limit in each month (trial, month)."""
    import numpy as np

    trials, months = next(iter(meters.values())).shape
    total = np.zeros((trials, months))
    for held, entries in held_from(terms.counted, months):
        for entry in entries:
            total += entry.of(meters[entry.meter]) * held
    return total


def served_share(units: Array, terms: Limit, values: Values) -> Array:
    """Return the share of each month's units that is served under a limit of units (trial, month)."""
    import numpy as np

    assert terms.units is not None
    most = values(terms.units) * terms.at_share
    left = most
    share = np.ones(units.shape)
    for month in range(units.shape[1]):
        if renewed(terms.span, month):
            left = most
        wanted = units[:, month]
        share[:, month] = np.divide(left, wanted, out=np.ones(wanted.shape), where=wanted > left)
        left = np.maximum(left - wanted, 0.0)
    return share

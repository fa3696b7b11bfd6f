"""What happens to meters before they are priced: units that become final later, and service that stops at a limit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator.contracts.discounts import Span, renewed
from simulator.distributions import Quantity

if TYPE_CHECKING:
    from simulator.contracts.meters import Array, Values


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

    Attributes:
        units: units of the contract's unit a span; None where the limit is that of the prepaid credits.
        span: how often they are given.
        at_share: share of the units, or of the credits at hand, at which service stops.
    """

    units: Quantity | None
    span: Span = "month"
    at_share: float = 1.0


def delayed(units: Array, terms: Delay, values: Values) -> Array:
    """Return the units invoiced in each month (trial, month)."""
    import numpy as np

    later = units * values(terms.share)[:, None]
    arrived = np.zeros(units.shape)
    arrived[:, terms.months :] = later[:, : units.shape[1] - terms.months]
    return units - later + arrived


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

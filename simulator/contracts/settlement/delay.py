"""Units that become final, and are invoiced, some months later."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator.contracts.metering.contract_months import COUNT_OF_MONTHS
from simulator.quantities.distributions import Quantity
from simulator.quantities.parameters import Share, Table, parameter

if TYPE_CHECKING:
    from simulator.arrays import Array
    from simulator.contracts.metering.meters import Values


@dataclass(frozen=True, slots=True)
class Delay:
    """A share of each month's units becomes final, and is invoiced, some months later.

    With a share of 0.1 and one month, months of 100 and 200 units invoice 90 and 190. What is final after the horizon
    is not in it.
    """

    share: Quantity
    months: int = 1


def invoiced_units(units: Array, terms: Delay, values: Values) -> Array:
    """Return the units invoiced in each month (trial, month)."""
    import numpy as np

    later = units * values(terms.share)[:, None]
    arrived = np.zeros(units.shape)
    arrived[:, terms.months :] = later[:, : units.shape[1] - terms.months]
    return units - later + arrived


class DelaySpec(Table):
    """A share of each month's units is final, and invoiced, some months later."""

    share: Share = parameter(
        "share of a month's units that is final later; a window of 72 hours holds 0.1 of a month's",
        unit="share of units",
        typical=(0.01, 0.5),
    )
    months: int = parameter("how many months later", unit="months", typical=(1, 3), default=1, **COUNT_OF_MONTHS)

    def delay(self) -> Delay:
        """Return the delay."""
        return Delay(self.share, self.months)

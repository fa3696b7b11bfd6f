"""Fees: owed every month whatever is used, or owed once, such as set-up, migration or training."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from simulator.contracts.metering.meters import CONVERSATIONS
from simulator.quantities.distributions import Quantity
from simulator.quantities.parameters import Nonnegative, Table, numbered_month, parameter

if TYPE_CHECKING:
    from simulator.arrays import Array
    from simulator.contracts.metering.meters import Meters, Values


PLATFORM_FEE: Final = "platform fee"
"""How an invoice calls the fee that is owed every month."""


@dataclass(frozen=True, slots=True)
class Fee:
    """An amount a month whatever is used."""

    per_month: Quantity
    label: str = PLATFORM_FEE
    is_fee = True
    settles = True
    meters = ()
    unit_meter = CONVERSATIONS
    unit_rate = None
    rate_label = "per month"
    remark = ""

    def amount(self, meters: Meters, values: Values) -> Array:
        import numpy as np

        shape = next(iter(meters.values())).shape
        return np.array(np.broadcast_to(values(self.per_month)[:, None], shape))


@dataclass(frozen=True, slots=True)
class OneTimeFee:
    """An amount owed in one month, such as set-up in month 1; no minimum counts it and no maximum cuts it.

    Attributes:
        month: month of the contract, counted from 1; one beyond the months that are priced bills nothing in them.
    """

    once: Quantity
    month: int
    label: str = "set-up"
    is_fee = True
    meters = ()
    unit_meter = CONVERSATIONS
    unit_rate = None
    rate_label = "once"
    remark = ""
    settles = False

    def amount(self, meters: Meters, values: Values) -> Array:
        import numpy as np

        _, months = next(iter(meters.values())).shape
        due: Array = values(self.once)[:, None] * (np.arange(1, months + 1) == self.month)
        return due


class OneTimeFeeTerms(Table):
    """A fee that is owed once, in a month of the contract."""

    name: str = parameter("how the invoice names it", default="set-up", min_length=1, max_length=60)
    amount: Nonnegative = parameter("the fee", unit="money", typical=(500, 100_000))
    month: int = numbered_month("month of the contract in which it is owed, counted from 1", typical=(1, 3), default=1)

    def fee(self) -> OneTimeFee:
        """Return the charge."""
        return OneTimeFee(self.amount, self.month, self.name)

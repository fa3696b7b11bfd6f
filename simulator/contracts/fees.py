"""Fees that are owed once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator.contracts.meters import CONVERSATIONS
from simulator.distributions import Quantity

if TYPE_CHECKING:
    from simulator.arrays import Array
    from simulator.contracts.meters import Meters, Values


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

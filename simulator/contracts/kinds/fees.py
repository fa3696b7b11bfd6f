"""Fees that are owed once: set-up, migration, training."""

from __future__ import annotations

from simulator.contracts.fees import OneTimeFee
from simulator.parameters import Nonnegative, Table, numbered_month, parameter


class OneTimeFeeTerms(Table):
    """A fee that is owed once, in a month of the contract."""

    name: str = parameter("how the invoice names it", default="set-up", min_length=1, max_length=60)
    amount: Nonnegative = parameter("the fee", unit="money", typical=(500, 100_000))
    month: int = numbered_month("month of the contract in which it is owed, counted from 1", typical=(1, 3), default=1)

    def fee(self) -> OneTimeFee:
        """Return the charge."""
        return OneTimeFee(self.amount, self.month, self.name)

"""A line of an invoice."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an invoice.

    Attributes:
        label: what is billed.
        amount: money; negative for what is taken off.
        quantity: billed units; None where the line has none.
        rate: price of a unit, never rounded; None where the line has none.
        tier: which units of the month it is for, as in "101 to 500"; empty where the price has no tiers.
        per: what the rate is a price of, as in "per handled conversation".
    """

    label: str
    amount: Decimal
    quantity: Decimal | None = None
    rate: Decimal | None = None
    tier: str = ""
    per: str = ""

    def times(self, factor: Decimal) -> Line:
        """Return the line with another price."""
        return replace(self, amount=self.amount * factor, rate=None if self.rate is None else self.rate * factor)

    def part(self, share: Decimal) -> Line:
        """Return the line for a share of its units."""
        quantity = None if self.quantity is None else self.quantity * share
        return replace(self, amount=self.amount * share, quantity=quantity)


def total(lines: list[Line]) -> Decimal:
    """Return the sum of amounts."""
    return sum((line.amount for line in lines), Decimal(0))

"""Lines of an exact invoice, and an amount spread over several of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from simulator.contracts.exact.decimals import ZERO, Money


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


def allocated(amount: Decimal, over: Sequence[Decimal], money: Money) -> list[Decimal]:
    """Return an amount spread in proportion over others, no more of each than it holds.

    Where money is rounded, shares are cut to the smallest amount and what is left goes to those that lost most by it
    (the earlier one of equals): 1,000 over 6,000 and 4,000 is 600 and 400; 1.00 over 5, 5 and 5 is 0.34, 0.33 and 0.33.
    """
    whole = sum(over, ZERO)
    taken = min(amount, whole)
    if whole <= 0:
        return [ZERO for _ in over]
    shares = [taken * each / whole for each in over]
    if money.rounding is None:
        return shares
    unit = Decimal(1).scaleb(-money.rounding.decimals)
    cut = [share // unit * unit for share in shares]
    left = int((taken - sum(cut, ZERO)) / unit)
    order = sorted(range(len(over)), key=lambda place: (cut[place] - shares[place], place))
    for place in order[:left]:
        cut[place] += unit
    return cut

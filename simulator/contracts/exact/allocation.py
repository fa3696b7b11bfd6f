"""An amount spread over several others."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from simulator.contracts.exact.numbers import ZERO, Money


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

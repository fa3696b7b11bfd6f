"""Discounts: units free of charge, amounts off, shares off, each between two months of the contract.

Order: free units come off the meter before the price; then all amounts come off, then all shares, one after another on
what is left. 100 less 10, less 20 %, less 5 % is (100 - 10) * 0.8 * 0.95 = 68.4. No discount makes use negative: what
an amount exceeds is lost. Fees take none. Months count from 1, both ends included.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from simulator.contracts.meters import base_of, own, own_of
from simulator.distributions import Quantity

if TYPE_CHECKING:
    from simulator.arrays import Array
    from simulator.contracts.charges import Charge
    from simulator.contracts.meters import Values

Span = Literal["month", "year", "once"]
YEAR_MONTHS: Final = 12


def family_of(meter: str) -> str:
    """Return the name of the meter that a key counts or is a part of, as in "resolutions", "messages" or "own:NAME"."""
    name = own_of(meter)
    return base_of(meter).partition(":")[0] if name is None else own(name)


def families_of(charge: Charge) -> frozenset[str]:
    """Return the offered names of the meters that a charge reads."""
    return frozenset(family_of(meter) for meter in charge.meters)


@dataclass(frozen=True, slots=True)
class Between:
    """Months of the contract, counted from 1.

    Attributes:
        first: the first of them.
        last: the last of them; None without an end.
    """

    first: int = 1
    last: int | None = None

    def has(self, month: int) -> bool:
        """Return whether a month lies between: with first = 2 and last = 3, months 2 and 3 do, 1 and 4 do not."""
        return self.first <= month and (self.last is None or month <= self.last)

    def holds(self, months: int) -> Array:
        """Return 1 for the months between, else 0, shape (months,)."""
        import numpy as np

        return np.array([float(self.has(month)) for month in range(1, months + 1)])


@dataclass(frozen=True, slots=True)
class Discount:
    """An amount off a month's charges for use, or a share of them.

    Attributes:
        amount: money off a month; None for a share.
        share: share off; None for an amount.
        meter: name of the meter whose charges it is off; None for all charges for use.
    """

    amount: Quantity | None = None
    share: Quantity | None = None
    meter: str | None = None
    between: Between = Between()


@dataclass(frozen=True, slots=True)
class FreeUnits:
    """Units of a meter that bill nothing, used up in month order.

    With 500 units once, months of 300, 300 and 300 bill 0, 100 and 300; each month anew, 0, 0 and 0; with 400 a year,
    0, 200 and 300.

    Attributes:
        meter: key of the meter.
        span: how often they are given: each month, each contract year, or once.
        size: units of the meter in a free unit: 4 where the meter counts quarters of a minute, and minutes are free.
    """

    meter: str
    units: Quantity
    span: Span = "month"
    between: Between = Between()
    size: float = 1.0


def after_free_units(units: Array, free: FreeUnits, values: Values) -> Array:
    """Return the units (trial, month) that are left to bill."""
    import numpy as np

    given, left = values(free.units) * free.size, np.zeros(units.shape[0])
    billed = np.array(units)
    for month in range(units.shape[1]):
        if not free.between.has(month + 1):
            continue
        if month + 1 == free.between.first or renewed(free.span, month):
            left = given
        used = np.minimum(left, units[:, month])
        left = left - used
        billed[:, month] = units[:, month] - used
    return billed


def renewed(span: Span, month: int) -> bool:
    """Return whether units of a span are given anew in a month counted from 0."""
    return span == "month" or (span == "year" and month % YEAR_MONTHS == 0)


def after_discounts(
    lines: Mapping[str, Array],
    families: Mapping[str, frozenset[str]],
    discounts: Sequence[Discount],
    values: Values,
) -> dict[str, Array]:
    """Return what is left of each charge for use (trial, month) after amounts, then shares.

    Args:
        lines: charges for use by label.
        families: names of the meters of each line.
    """
    left = dict(lines)
    for each in sorted(discounts, key=lambda discount: discount.amount is None):
        chosen = [label for label in left if each.meter is None or each.meter in families[label]]
        if chosen:
            left |= _less(each, {label: left[label] for label in chosen}, values)
    return left


def _less(discount: Discount, lines: Mapping[str, Array], values: Values) -> dict[str, Array]:
    """Return lines after one discount; an amount is spread over them in proportion."""
    import numpy as np

    months = next(iter(lines.values())).shape[1]
    if discount.share is not None:
        kept = 1.0 - values(discount.share)[:, None] * discount.between.holds(months)
    else:
        assert discount.amount is not None
        whole = np.sum(list(lines.values()), axis=0)
        off = np.minimum(values(discount.amount)[:, None] * discount.between.holds(months), whole)
        kept = 1.0 - np.divide(off, whole, out=np.zeros(whole.shape), where=whole > 0)
    return {label: line * kept for label, line in lines.items()}

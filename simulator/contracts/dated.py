"""What changes with the months of a contract: charges for some months only, and changes of prices.

Months are months of the contract, counted from 1, both ends included.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from simulator.contracts.charges import Charge
from simulator.contracts.wrapped import Wrapped
from simulator.distributions import Quantity

if TYPE_CHECKING:
    from simulator.arrays import Array
    from simulator.contracts.meters import Meters, Values


@dataclass(frozen=True, slots=True)
class Months:
    """Months first to last of a contract, without an end where last is None."""

    first: int = 1
    last: int | None = None

    def has(self, month: int) -> bool:
        """Return whether a month is among them: with first = 2 and last = 3, months 2 and 3 are, 1 and 4 are not."""
        return self.first <= month and (self.last is None or month <= self.last)

    def hold(self, months: int) -> Array:
        """Return 1 for each of the first months that is among them, else 0, shape (months,)."""
        import numpy as np

        number = np.arange(1, months + 1)
        return ((number >= self.first) & (number <= (months if self.last is None else self.last))).astype(np.float64)


@dataclass(frozen=True, slots=True)
class During(Wrapped[Charge]):
    """A charge of some months: nothing is owed outside of them, and what is used there is not counted.

    Attributes:
        counts_outside: whether it counts use outside of its months all the same, as a share of other charges does.
    """

    months: Months
    counts_outside: bool = False

    def amount(self, meters: Meters, values: Values) -> Array:
        holds = self.months.hold(next(iter(meters.values())).shape[1])
        if self.counts_outside:
            return self.inner.amount(meters, values) * holds
        return self.inner.amount({key: meters[key] * holds for key in _read(self.inner, meters)}, values) * holds


def _read(charge: Charge, meters: Meters) -> tuple[str, ...]:
    """Return the meters that a charge reads, or any one for its shape where it reads none."""
    return charge.meters or (next(iter(meters)),)


class Change(Protocol):
    """A change of a price over the months."""

    def factor(self, months: int, values: Values) -> Array:
        """Return what the price is multiplied by, (trial, month)."""
        ...


@dataclass(frozen=True, slots=True)
class Step:
    """A factor between two months: a promotion of months 1 to 3 at 0.5, an increase from month 13 by 1.07."""

    by: Quantity
    months: Months

    def factor(self, months: int, values: Values) -> Array:
        import numpy as np

        factor: Array = np.where(self.months.hold(months) > 0, values(self.by)[:, None], 1.0)
        return factor


@dataclass(frozen=True, slots=True)
class Escalator:
    """A growth of the price every so many months, compounding: (1 + growth)^k after k periods.

    With a growth of 0.05 every 12 months, months 12 and 13 pay 1 and 1.05, month 25 pays 1.1025. An index of 0.08
    with a cap of 0.05 is 0.05: renewal at min(cap, index).

    Attributes:
        growth: of a period; an index that is not known today is an interval.
        cap, floor: most and least growth of a period; None without.
    """

    growth: Quantity
    every_months: int = 12
    cap: float | None = None
    floor: float | None = None

    def factor(self, months: int, values: Values) -> Array:
        import numpy as np

        growth = np.clip(values(self.growth), self.floor, self.cap)
        periods = np.arange(months) // self.every_months
        factor: Array = (1.0 + growth)[:, None] ** periods
        return factor


@dataclass(frozen=True, slots=True)
class Changing(Wrapped[Charge]):
    """A charge whose price changes: its amount of each month times the factors of the month.

    A price that counts units over a year multiplies what each month adds to it.
    """

    changes: tuple[Change, ...]

    def amount(self, meters: Meters, values: Values) -> Array:
        amount = self.inner.amount(meters, values)
        for change in self.changes:
            amount = amount * change.factor(amount.shape[1], values)
        return amount

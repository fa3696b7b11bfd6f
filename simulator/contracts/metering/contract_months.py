"""The months of a contract: which of them something holds in, and over which of them units are counted together.

Months are counted from 1, both ends included. Month 1 of the horizon is month 1 of the contract; contract years end in
months 12, 24, ... A span is a month, a contract year, or once for all months.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, zip_longest
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol, TypeVar

from pydantic import ValidationInfo, field_validator

from simulator.parameters import Table, numbered_month

if TYPE_CHECKING:
    from simulator.arrays import Array


Span = Literal["month", "year", "once"]
YEAR_MONTHS: Final = 12


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


ALL_MONTHS: Final = Months()


def until_next(starts: Sequence[int]) -> list[Months]:
    """Return the months from each start, in ascending order, up to the next one; those from the last have no end."""
    return [Months(first, None if later is None else later - 1) for first, later in zip_longest(starts, starts[1:])]


def renewed(span: Span, month: int) -> bool:
    """Return whether units of a span are given anew in a month counted from 0."""
    return span == "month" or (span == "year" and month % YEAR_MONTHS == 0)


def opens(span: Span, month: int) -> bool:
    """Return whether a span opens with a month counted from 0: once opens with the first only."""
    return month == 0 or renewed(span, month)


def so_far(units: Array, span: Span) -> Array:
    """Return the units (trial, month) of a span up to the end of each month, same shape."""
    import numpy as np

    total = np.array(units)
    for month in range(1, units.shape[1]):
        if not opens(span, month):
            total[:, month] += total[:, month - 1]
    return total


def increments(amounts: Array, span: Span) -> Array:
    """Return by how much running amounts (trial, month) of a span grow in each month, same shape."""
    import numpy as np

    grown = np.array(amounts)
    for month in range(1, amounts.shape[1]):
        if not opens(span, month):
            grown[:, month] -= amounts[:, month - 1]
    return grown


COUNT_OF_MONTHS: Final[Mapping[str, Any]] = MappingProxyType({"strict": True, "ge": 1, "le": 120})
"""What a number of months must be, for `parameter`."""


class DatedTerms(Table):
    """Between which months of the contract something holds."""

    from_month: int = numbered_month(
        "first month of the contract in which it holds, counted from 1", typical=(1, 25), default=1
    )
    to_month: int | None = numbered_month(
        "last month of the contract in which it holds; without an end if not given", typical=(3, 36), default=None
    )

    @field_validator("to_month")
    @classmethod
    def _end_after_start(cls, value: int | None, info: ValidationInfo) -> int | None:
        first = info.data.get("from_month", 1)
        if value is not None and value < first:
            raise ValueError(f"to_month ({value}) must not lie before from_month ({first})")
        return value

    @property
    def months(self) -> Months:
        """The months in which it holds."""
        return Months(self.from_month, self.to_month)


class _FromMonth(Protocol):
    @property
    def from_month(self) -> int: ...


Begun = TypeVar("Begun", bound=_FromMonth)


def in_order(entries: tuple[Begun, ...]) -> tuple[Begun, ...]:
    """Check that what begins in some months stands in their order, no two in the same month.

    Raises:
        ValueError: naming the two months that do not.
    """
    for earlier, later in pairwise(entries):
        if later.from_month <= earlier.from_month:
            raise ValueError(
                f"from_month {later.from_month} stands after {earlier.from_month}; sort the changes by month"
            )
    return entries

"""What every kind of charge shares: how an analyst writes one charge of a contract, and what it compiles to."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from itertools import pairwise
from typing import ClassVar, Protocol, TypeVar

from pydantic import ValidationInfo, field_validator

from simulator.contracts.bounded import Bounded, Named
from simulator.contracts.charges import NOTHING, Charge
from simulator.contracts.dated import During, Months
from simulator.contracts.names import number
from simulator.contracts.prices import TokenRates
from simulator.contracts.references import References
from simulator.distributions import Quantity
from simulator.parameters import Nonnegative, Positive, Share, Table, numbered_month, parameter

_MONEY = "money per month"


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


class ChargeTerms(DatedTerms, defer_build=True):
    """One charge of a contract. A kind adds its `kind`, its prices and `priced`."""

    kind: str
    of_others: ClassVar[bool] = False
    """Whether it is made of other charges, which count their units themselves."""
    name: str | None = parameter("how the invoice and other charges call it", default=None, min_length=1, max_length=60)
    discount_amount: Nonnegative | None = parameter(
        "money off the charge of a month, which does not go below 0",
        unit=_MONEY,
        typical=(10, 5_000),
        default=None,
    )
    discount_share: Share | None = parameter(
        "share off what is left after the amount", unit="share of the charge", typical=(0, 0.4), default=None
    )
    minimum: Nonnegative | None = parameter(
        "least that the charge of a month comes to", unit=_MONEY, typical=(10, 50_000), default=None
    )
    maximum: Positive | None = parameter(
        "most that the charge of a month comes to", unit=_MONEY, typical=(100, 100_000), default=None
    )

    @field_validator("maximum")
    @classmethod
    def _maximum_above_minimum(cls, value: Quantity | None, info: ValidationInfo) -> Quantity | None:
        least: Quantity | None = info.data.get("minimum")
        if value is not None and least is not None and least.center > value.center:
            raise ValueError(
                f"minimum ({number(least.center)}) must not exceed maximum ({number(value.center)}); "
                "lower one or raise the other"
            )
        return value

    @property
    def references(self) -> References:
        """The definitions and models it names."""
        return References()

    @abstractmethod
    def priced(self, models: Mapping[str, TokenRates]) -> Charge:
        """Return the price before what is taken off it; `models` are the scenario's models with their prices."""

    def charge(self, models: Mapping[str, TokenRates]) -> Charge:
        """Return the charge; `models` are the scenario's models with their prices."""
        return self.completed(self.priced(models))

    def completed(self, charge: Charge) -> Charge:
        """Return a price with what is taken off it, its bounds, its months and its name."""
        terms = (self.discount_amount, self.discount_share, self.minimum, self.maximum)
        if any(each is not None for each in terms):
            charge = Bounded(
                charge, self.discount_amount or NOTHING, self.discount_share or NOTHING, self.minimum, self.maximum
            )
        if self.from_month > 1 or self.to_month is not None:
            charge = During(charge, self.months, counts_outside=self.of_others)
        return charge if self.name is None else Named(charge, self.name)

    @property
    def label(self) -> str:
        """Its line on the invoice."""
        return self.charge({}).label

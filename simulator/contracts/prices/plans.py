"""Plans of several sizes: a month takes the smallest one that holds its units, and may have to keep it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AfterValidator

from simulator.contracts.metering.contract_months import Span, opens
from simulator.contracts.metering.rounding import beyond
from simulator.contracts.prices.charge import Charge, PerUnit
from simulator.contracts.prices.metered import PER_UNIT
from simulator.contracts.prices.priced_units import MeteredCharge
from simulator.contracts.rates.token_rates import TokenRates
from simulator.contracts.wording import number
from simulator.errors import ContractError
from simulator.quantities.distributions import Quantity
from simulator.quantities.parameters import Nonnegative, Table, parameter

if TYPE_CHECKING:
    from simulator.arrays import Array, Index
    from simulator.contracts.metering.meters import Values


@dataclass(frozen=True, slots=True)
class PlanSize:
    """One plan: units of a month that it holds, the last one included, and its price a month, used or not."""

    units: float
    price: Quantity


@dataclass(frozen=True, slots=True)
class Plans(PerUnit):
    """The price of the smallest plan that holds a month's units; beyond the largest, its price and a rate.

    With plans of 5,000 units for 45 and 30,000 for 270, and 0.01 beyond: 0 and 5,000 units cost 45, 5,001 and 30,000
    cost 270, 30,100 cost 271. A larger plan once taken is held for a span: for all later months with once, so that
    months of 4,000, 6,000 and 4,000 units cost 45, 270 and 270; with month they cost 45, 270 and 45.

    Attributes:
        sizes: in ascending order.
        overage_rate: price of each unit beyond the largest plan.
        held: how long a plan is held: its month, to the end of the contract year, or once and for all later months.

    Raises:
        ContractError: if the sizes do not ascend.
    """

    sizes: tuple[PlanSize, ...]
    overage_rate: Quantity
    held: Span = "month"

    def __post_init__(self) -> None:
        check_sizes([size.units for size in self.sizes])

    @property
    def unit_rate(self) -> None:
        return None

    def rate_of(self, unit: str) -> str:
        return "for the usage of a handled conversation"

    def price(self, units: Array, values: Values) -> Array:
        import numpy as np

        taken = self.taken(units)
        total: Array = np.zeros(units.shape)
        for place, size in enumerate(self.sizes):
            total += (taken == place) * values(size.price)[:, None]
        return total + np.maximum(units - self.sizes[-1].units, 0.0) * values(self.overage_rate)[:, None]

    def taken(self, units: Array) -> Index:
        """Return the place of each month's plan in the list, same shape."""
        import numpy as np

        taken = np.zeros(units.shape, dtype=np.int64)
        for size in self.sizes[:-1]:
            taken += beyond(units, size.units)
        for month in range(1, units.shape[1]):
            if not opens(self.held, month):
                taken[:, month] = np.maximum(taken[:, month], taken[:, month - 1])
        return taken


def check_sizes(sizes: Sequence[float]) -> None:
    """Check that there is a plan, and that each holds more units than the one before.

    Raises:
        ContractError: naming the offending sizes.
    """
    if not sizes:
        raise ContractError("plans need at least one size: sizes = [ { units, price } ]")
    for place, (smaller, larger) in enumerate(pairwise(sizes), start=1):
        if larger <= smaller:
            raise ContractError(
                f"plan {place + 1} holds {number(larger)} units, no more than plan {place} ({number(smaller)}); "
                "write plans from the smallest to the largest"
            )


class SizeTerms(Table):
    """One plan: how many units of a month it holds, and what it costs, used or not."""

    units: float = parameter(
        "units of a month that the plan holds, the last one included",
        unit="units per month",
        typical=(500, 100_000),
        strict=True,
        ge=0,
        le=1e12,
    )
    price: Nonnegative = parameter(
        "price of the plan, owed in a month without use too", unit="money per month", typical=(10, 5_000)
    )


def _ascending(sizes: tuple[SizeTerms, ...]) -> tuple[SizeTerms, ...]:
    check_sizes([size.units for size in sizes])
    return sizes


class PlansTerms(Table):
    """The plans, what lies beyond the largest, and how long a larger one is kept."""

    sizes: Annotated[tuple[SizeTerms, ...], AfterValidator(_ascending)] = parameter(
        "the plans, from the smallest to the largest; a month takes the smallest that holds its units"
    )
    overage_rate: Nonnegative = parameter(
        "price of each unit beyond the largest plan", unit=PER_UNIT, typical=(0.001, 5)
    )
    held: Span = parameter(
        "how long a larger plan once taken is paid for: its month; year, to the end of the contract year; once, in all "
        "later months, as an upgrade that stays for the term",
        default="month",
    )

    def plans(self, meter: str) -> Plans:
        """Return the price of the units of a meter."""
        return Plans(
            meter, tuple(PlanSize(each.units, each.price) for each in self.sizes), self.overage_rate, self.held
        )


class PlansSpec(PlansTerms, MeteredCharge):
    """The smallest plan that holds a month's units."""

    kind: Literal["plans"]

    def priced(self, models: Mapping[str, TokenRates]) -> Charge:
        return self.adjusted(self.plans(self.key))

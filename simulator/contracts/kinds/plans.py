"""Plans: the smallest plan of several sizes that holds a month's units, which may have to be kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator

from simulator.contracts.charges import Charge
from simulator.contracts.kinds.metered import PER_UNIT, MeteredCharge
from simulator.contracts.plans import Plans, Size, check_sizes
from simulator.contracts.prices import TokenRates
from simulator.contracts.spans import Span
from simulator.parameters import Nonnegative, Table, parameter


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
        return Plans(meter, tuple(Size(each.units, each.price) for each in self.sizes), self.overage_rate, self.held)


class PlansSpec(PlansTerms, MeteredCharge):
    """The smallest plan that holds a month's units."""

    kind: Literal["plans"]

    def priced(self, models: Mapping[str, TokenRates]) -> Charge:
        return self.adjusted(self.plans(self.key))

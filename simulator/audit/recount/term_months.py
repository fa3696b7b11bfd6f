"""The months of a record in the term of a contract: units of each, and the contract as it prices one of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import Final

from simulator.audit.recount.billing_period import BillingPeriod
from simulator.audit.recount.meter_units import OpenedUnits
from simulator.audit.recount.recount_money import PricedContract
from simulator.contracts.contract import Contract
from simulator.contracts.exact.decimals import ZERO

_MONTHS: Final = 12


def without_later_credits(contract: Contract) -> Contract:
    """Return a contract without settlement by another definition: credits for it are told apart, as late returns."""
    return replace(contract, settlement=replace(contract.settlement, clawback=None, guarantee=None))


@dataclass(frozen=True)
class TermMonths:
    """The months of a record under a contract.

    Attributes:
        units: of the meters that the record tells.
        contract: without what is credited later.
        code: currency of the contract.
        start: first month of its term, as 2027-01.
    """

    units: Mapping[str, OpenedUnits]
    period: BillingPeriod | None
    contract: Contract
    code: str
    start: str

    @cached_property
    def by_month(self) -> Mapping[str, Mapping[str, Decimal]]:
        """Units by meter and calendar month."""
        return {meter: units.by_month(self.period) for meter, units in self.units.items()}

    @cached_property
    def months(self) -> list[str]:
        """The calendar months in which anything is counted."""
        return sorted(set().union(*self.by_month.values()))

    def priced(self, month: str) -> PricedContract:
        """Return the contract at a month: so many months into its term, with the units of the months before.

        The units are those of the period, and without one those of the month.
        """
        first = _number(self.start)
        before = [_name(each) for each in range(first, _number(month))]
        earlier = {meter: [units.get(each, ZERO) for each in before] for meter, units in self.by_month.items()}
        here = {
            meter: self.by_month[meter].get(month, ZERO) if self.period is None else units.within(self.period)
            for meter, units in self.units.items()
        }
        meters = (*self.contract.meters, self.contract.unit)
        unknown = {meter: [ZERO] * len(before) for meter in meters if meter not in earlier}
        return PricedContract(self.contract, self.code, {**unknown, **earlier}, here)

    def of_all_months(self) -> Decimal:
        """Return what the units of all months cost, each month for itself."""
        return sum((self.priced(month).of_units() for month in self.months), ZERO)


def _number(month: str) -> int:
    return int(month[:4]) * _MONTHS + int(month[5:7]) - 1


def _name(number: int) -> str:
    return f"{number // _MONTHS:04d}-{number % _MONTHS + 1:02d}"

"""Changes of prices over the months: promotions, increases, an escalator or an index with a cap."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from pydantic import ValidationInfo, field_validator

from simulator.contracts.metering.contract_months import DatedTerms, Months
from simulator.contracts.prices.charge import Charge, ChargeAround
from simulator.contracts.wording import number
from simulator.quantities.distributions import Quantity
from simulator.quantities.parameters import FactorOrZero, Growth, Table, parameter

if TYPE_CHECKING:
    from simulator.arrays import Array
    from simulator.contracts.metering.meters import Meters, Values


class PriceMove(Protocol):
    """A change of a price over the months."""

    def factor(self, months: int, values: Values) -> Array:
        """Return what the price is multiplied by, (trial, month)."""
        ...


@dataclass(frozen=True, slots=True)
class PriceStep:
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
        growth: of a period; an uncertain index is an interval.
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
class Changing(ChargeAround[Charge]):
    """A charge whose price changes: its amount of each month times the factors of the month.

    A price that counts units over a year multiplies what each month adds to it.
    """

    changes: tuple[PriceMove, ...]

    def amount(self, meters: Meters, values: Values) -> Array:
        amount = self.inner.amount(meters, values)
        for change in self.changes:
            amount = amount * change.factor(amount.shape[1], values)
        return amount


Of = Literal["all", "usage", "fees"]


class PriceChange(DatedTerms):
    """A factor on prices between two months: 0.5 in a promotion, 1.07 after an increase, 0 in a free pilot."""

    factor: FactorOrZero = parameter("what prices are multiplied by", unit="factor", typical=(0.4, 1.2))
    of: Of = parameter("which prices: all, usage or fees", default="all")


class EscalatorTerms(Table):
    """A growth of prices that compounds every so many months: fixed, or an index, within a cap and a floor."""

    growth: Growth = parameter(
        "growth of prices in each period; an uncertain index is an interval",
        unit="share per period",
        typical=(0.0, 0.1),
    )
    every_months: int = parameter(
        "months between two increases; the first months pay the stated price",
        unit="months",
        typical=(12, 24),
        default=12,
        strict=True,
        ge=1,
        le=120,
    )
    floor: float | None = parameter(
        "least growth of a period", unit="share per period", typical=(0, 0.03), default=None, strict=True, gt=-1, le=10
    )
    cap: float | None = parameter(
        "most growth of a period: min(cap, growth)",
        unit="share per period",
        typical=(0.03, 0.07),
        default=None,
        strict=True,
        gt=-1,
        le=10,
    )
    of: Of = parameter("which prices: all, usage or fees", default="all")

    @field_validator("cap")
    @classmethod
    def _cap_above_floor(cls, value: float | None, info: ValidationInfo) -> float | None:
        floor: float | None = info.data.get("floor")
        if value is not None and floor is not None and floor > value:
            raise ValueError(
                f"floor ({number(floor)}) must not exceed cap ({number(value)}); lower one or raise the other"
            )
        return value


class ChangingTerms(Table):
    """How prices change over the months of a contract."""

    price_changes: tuple[PriceChange, ...] = parameter(
        "factors on prices between months: promotions, increases, a pilot", default=()
    )
    escalator: EscalatorTerms | None = parameter("growth of prices at each renewal", default=None)

    def changed(self, charge: Charge) -> Charge:
        """Return a charge of the vendor with the changes of its price; what is owed once does not change."""
        kind: Of = "fees" if charge.is_fee else "usage"
        changes: list[PriceMove] = [
            PriceStep(each.factor, each.months) for each in self.price_changes if each.of in ("all", kind)
        ]
        if self.escalator is not None and self.escalator.of in ("all", kind):
            terms = self.escalator
            changes.append(Escalator(terms.growth, terms.every_months, terms.cap, terms.floor))
        return Changing(charge, tuple(changes)) if changes and charge.settles else charge

"""Changes of prices over the months: promotions, increases, an escalator or an index with a cap."""

from __future__ import annotations

from typing import Literal

from pydantic import ValidationInfo, field_validator

from simulator.contracts.charges import Charge
from simulator.contracts.dated import Change, Changing, Escalator, Step
from simulator.contracts.kinds.base import DatedTerms
from simulator.contracts.names import number
from simulator.parameters import FactorOrZero, Growth, Table, parameter

Of = Literal["all", "usage", "fees"]


class PriceChange(DatedTerms):
    """A factor on prices between two months: 0.5 in a promotion, 1.07 after an increase, 0 in a free pilot."""

    factor: FactorOrZero = parameter("what prices are multiplied by", unit="factor", typical=(0.4, 1.2))
    of: Of = parameter("which prices: all, usage or fees", default="all")


class EscalatorTerms(Table):
    """A growth of prices that compounds every so many months: fixed, or an index, within a cap and a floor."""

    growth: Growth = parameter(
        "growth of prices in each period; an index that is not known today is an interval",
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
        changes: list[Change] = [
            Step(each.factor, each.months) for each in self.price_changes if each.of in ("all", kind)
        ]
        if self.escalator is not None and self.escalator.of in ("all", kind):
            terms = self.escalator
            changes.append(Escalator(terms.growth, terms.every_months, terms.cap, terms.floor))
        return Changing(charge, tuple(changes)) if changes and charge.settles else charge

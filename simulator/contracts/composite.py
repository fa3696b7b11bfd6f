"""Prices made of several charges: the highest of them, or a share of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator.contracts.charges import Charge
from simulator.contracts.meters import CONVERSATIONS
from simulator.contracts.wrapped import innermost
from simulator.distributions import Quantity

if TYPE_CHECKING:
    from simulator.arrays import Array
    from simulator.contracts.meters import Meters, Values


@dataclass(frozen=True, slots=True)
class OfCharges:
    """What composites of charges share."""

    charges: tuple[Charge, ...]
    is_fee = False
    settles = True

    @property
    def meters(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(meter for charge in self.charges for meter in charge.meters))


@dataclass(frozen=True, slots=True)
class Highest(OfCharges):
    """The highest of several charges of a month, and none of the others: of 30 for minutes and 45 for actions, 45."""

    unit_rate = None
    rate_label = "for the usage of a handled conversation"

    @property
    def label(self) -> str:
        return f"highest of {', '.join(charge.label for charge in self.charges)}"

    @property
    def unit_meter(self) -> str:
        return self.charges[0].unit_meter

    @property
    def remark(self) -> str:
        return " ".join(charge.remark for charge in self.charges if charge.remark)

    def amount(self, meters: Meters, values: Values) -> Array:
        import numpy as np

        highest: Array = np.max([charge.amount(meters, values) for charge in self.charges], axis=0)
        return highest


@dataclass(frozen=True, slots=True)
class PercentOf(OfCharges):
    """A share of other charges of the month, on top of them: 10 % of 120 and 30 are 15."""

    share: Quantity
    unit_meter = CONVERSATIONS
    unit_rate = None
    rate_label = "for the usage of a handled conversation"
    remark = ""

    @property
    def label(self) -> str:
        return f"share of {', '.join(charge.label for charge in self.charges)}"

    def amount(self, meters: Meters, values: Values) -> Array:
        import numpy as np

        total: Array = np.sum([charge.amount(meters, values) for charge in self.charges], axis=0)
        return total * values(self.share)[:, None]


def prices_of(charge: Charge) -> tuple[Charge, ...]:
    """Return the prices that a charge is made of, without what stands around them."""
    price = innermost(charge)
    return (
        tuple(each for part in price.charges for each in prices_of(part)) if isinstance(price, OfCharges) else (price,)
    )

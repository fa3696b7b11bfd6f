"""A charge around another: it changes the units or the amount and says of the rest what the inner one says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from simulator.contracts.charges import Charge
from simulator.distributions import Quantity

if TYPE_CHECKING:
    from simulator.arrays import Array
    from simulator.contracts.meters import Meters, Values


Inner = TypeVar("Inner", bound=Charge)


@dataclass(frozen=True, slots=True)
class Wrapped(Generic[Inner]):
    """What all charges around another share; a subclass says what its amount is."""

    inner: Inner

    @property
    def is_fee(self) -> bool:
        return self.inner.is_fee

    @property
    def settles(self) -> bool:
        return self.inner.settles

    @property
    def label(self) -> str:
        return self.inner.label

    @property
    def meters(self) -> tuple[str, ...]:
        return self.inner.meters

    @property
    def unit_meter(self) -> str:
        return self.inner.unit_meter

    @property
    def unit_rate(self) -> Quantity | None:
        return self.inner.unit_rate

    @property
    def rate_label(self) -> str:
        return self.inner.rate_label

    @property
    def remark(self) -> str:
        return self.inner.remark

    def amount(self, meters: Meters, values: Values) -> Array:
        return self.inner.amount(meters, values)


def innermost(charge: Charge) -> Charge:
    """Return the price inside of all that stands around it."""
    while isinstance(charge, Wrapped):
        charge = charge.inner
    return charge

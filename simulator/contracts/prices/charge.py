"""A charge: what turns meters into an amount of money a month, and a charge around another.

A charge knows its meters and its rates and nothing about conversations, settlement or other charges. Every charge for
usage is proportional to its rates, so that scaling them scales its amount.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Generic, Protocol, TypeVar

from simulator.contracts.metering.contract_months import Span, increments, so_far
from simulator.contracts.metering.meters import family_of, label_of, layer_of, unit_name
from simulator.contracts.metering.segments import segment_of
from simulator.distributions import Quantity
from simulator.parameters import known

if TYPE_CHECKING:
    from simulator.arrays import Array
    from simulator.contracts.metering.meters import Meters, Values


NOTHING: Final = known(0.0)
ONE: Final = known(1.0, "nonnegative")


class Charge(Protocol):
    """One price of a contract."""

    @property
    def is_fee(self) -> bool:
        """Whether it is owed whatever is used; fees take no discount and no tie factor."""
        ...

    @property
    def settles(self) -> bool:
        """Whether the contract's discount, minimums and maximum see it; what does not is added to the invoice after."""
        ...

    @property
    def label(self) -> str:
        """Its line on the invoice."""
        ...

    @property
    def meters(self) -> tuple[str, ...]:
        """Keys of the meters it reads."""
        ...

    @property
    def unit_meter(self) -> str:
        """The meter whose units it bills, for counts of billed units."""
        ...

    @property
    def unit_rate(self) -> Quantity | None:
        """The price of one unit as a contract names it; None where there is no single one."""
        ...

    @property
    def rate_label(self) -> str:
        """What the unit rate is a price of, as in "per resolution"."""
        ...

    @property
    def remark(self) -> str:
        """What a reader of the contract may not expect of it; empty where there is nothing."""
        ...

    def amount(self, meters: Meters, values: Values) -> Array:
        """Return the amounts (trial, month), before discount."""
        ...


def families_of(charge: Charge) -> frozenset[str]:
    """Return the offered names of the meters that a charge reads."""
    return frozenset(family_of(meter) for meter in charge.meters)


@dataclass(frozen=True, slots=True)
class PerUnit(ABC):
    """What all charges for the units of one meter share."""

    meter: str
    is_fee = False
    settles = True

    @property
    def label(self) -> str:
        return label_of(self.meter)

    @property
    def meters(self) -> tuple[str, ...]:
        return (self.meter,)

    @property
    def unit_meter(self) -> str:
        return self.meter

    @property
    @abstractmethod
    def unit_rate(self) -> Quantity | None:
        """Price of a unit, where one says what use costs."""

    @property
    def remark(self) -> str:
        return ""

    @property
    def unit(self) -> str:
        """What one billed unit is called, as in "output token (above 500 per conversation, on voice)"."""
        found = [each.words for each in (layer_of(self.meter), segment_of(self.meter)) if each is not None]
        return f"{unit_name(self.meter)} ({', '.join(found)})" if found else unit_name(self.meter)

    @property
    def rate_label(self) -> str:
        return self.rate_of(self.unit)

    @abstractmethod
    def rate_of(self, unit: str) -> str:
        """Return what the unit rate is a price of, where one unit is called so."""

    def amount(self, meters: Meters, values: Values) -> Array:
        return self.price(meters[self.meter], values)

    @abstractmethod
    def price(self, units: Array, values: Values) -> Array:
        """Return what units (trial, month) cost, each month by itself, same shape."""

    def price_beyond(self, units: Array, allowance: float, values: Values) -> Array:
        """Return what units cost where a month up to the allowance costs nothing and one above it costs all of it."""
        return self.price(units, values) * (units > allowance)

    def price_over(self, span: Span, units: Array, values: Values) -> Array:
        """Return what units cost where those of a span are counted together: what each month adds to its price.

        With tiers up to 100 at 1 and then 0.5, over the year: months of 80, 40 and 40 units cost 80, 30 and 20.
        """
        return increments(self.price(so_far(units, span), values), span)


Inner = TypeVar("Inner", bound=Charge)


@dataclass(frozen=True, slots=True)
class ChargeAround(Generic[Inner]):
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
    while isinstance(charge, ChargeAround):
        charge = charge.inner
    return charge

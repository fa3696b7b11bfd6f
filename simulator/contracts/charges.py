"""Charges: what turns one meter into an amount of money a month.

A charge knows its meters and its rates and nothing about conversations, settlement or other charges. Every charge for
usage is proportional to its rates, so that scaling them scales its amount.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Protocol

from simulator.contracts.meters import (
    CONVERSATIONS,
    TOKEN_CLASSES,
    label_of,
    layer_of,
    tokens,
    tokens_long,
    unit_name,
)
from simulator.contracts.names import PLATFORM_FEE, number
from simulator.contracts.part import Part, part_of
from simulator.contracts.prices import Get, Shares, TokenRates
from simulator.contracts.spans import Span, so_far, steps
from simulator.distributions import Quantity
from simulator.parameters import known

if TYPE_CHECKING:
    from simulator.arrays import Array
    from simulator.contracts.meters import Meters, Values

_MILLION: Final = 1e6
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


@dataclass(frozen=True, slots=True)
class Fee:
    """An amount a month whatever is used."""

    per_month: Quantity
    label: str = PLATFORM_FEE
    is_fee = True
    settles = True
    meters = ()
    unit_meter = CONVERSATIONS
    unit_rate = None
    rate_label = "per month"
    remark = ""

    def amount(self, meters: Meters, values: Values) -> Array:
        import numpy as np

        shape = next(iter(meters.values())).shape
        return np.array(np.broadcast_to(values(self.per_month)[:, None], shape))


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
        found = [each.words for each in (layer_of(self.meter), part_of(self.meter)) if each is not None]
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
        return steps(self.price(so_far(units, span), values), span)


@dataclass(frozen=True, slots=True)
class Flat(PerUnit):
    """Every unit at one rate: 100 units at 0.99 are 99."""

    rate: Quantity

    @property
    def unit_rate(self) -> Quantity:
        return self.rate

    def rate_of(self, unit: str) -> str:
        return f"per {unit}"

    def price(self, units: Array, values: Values) -> Array:
        return units * values(self.rate)[:, None]


@dataclass(frozen=True, slots=True)
class Included(PerUnit):
    """The first units of each month free, the rest at the overage rate; what is not used is lost.

    With 1,000 included at 0.01, a month of 1,000 units costs 0 and one of 1,300 costs 3.
    """

    included: float
    overage_rate: Quantity

    @property
    def unit_rate(self) -> Quantity:
        return self.overage_rate

    def rate_of(self, unit: str) -> str:
        return f"per {unit} above the included {number(self.included)}"

    def price(self, units: Array, values: Values) -> Array:
        import numpy as np

        return np.maximum(units - self.included, 0.0) * values(self.overage_rate)[:, None]


@dataclass(frozen=True, slots=True)
class TokenCharge:
    """Tokens by model and class at rates per million, times a markup, less the discount on what runs in batches.

    amount = markup * sum over models and classes of ((tokens - long) * rate + long * long_rate) / 1,000,000, the rates
    of a model times its factor of the month. Where a model has no long-prompt rates its long meters are not read. With
    a part, the tokens of its conversations.

    Attributes:
        batch_share: share of the tokens that runs in batches.
        batch_discount: share off the rates there, of all classes alike; None where the batch rates of the models hold.
    """

    models: tuple[tuple[str, TokenRates], ...]
    markup: Quantity = ONE
    batch_share: Quantity = NOTHING
    batch_discount: Quantity | None = None
    part: Part | None = None
    is_fee = False
    settles = True
    unit_rate = None
    remark = ""

    @property
    def label(self) -> str:
        return "tokens" if self.part is None else f"tokens, {self.part.words}"

    @property
    def unit_meter(self) -> str:
        return self._of(CONVERSATIONS)

    @property
    def rate_label(self) -> str:
        plain = "for the tokens of a handled conversation"
        return plain if self.part is None else f"{plain} ({self.part.words})"

    @property
    def meters(self) -> tuple[str, ...]:
        usual = [tokens(name, each) for name, _ in self.models for each in TOKEN_CLASSES]
        long = [tokens_long(name, each) for name, rates in self.models if rates.long_prompt for each in TOKEN_CLASSES]
        return tuple(self._of(meter) for meter in (*usual, *long))

    def _of(self, meter: str) -> str:
        return meter if self.part is None else self.part.of(meter)

    def amount(self, meters: Meters, values: Values) -> Array:
        import numpy as np

        shape = next(iter(meters.values())).shape
        total = np.zeros(shape)
        for name, rates in self.models:
            of_model, shares = np.zeros(shape), self.shares(rates)
            for token_class in TOKEN_CLASSES:
                usual = rates.usual(token_class, shares, values)
                of_model += meters[self._of(tokens(name, token_class))] * usual[:, None]
                if rates.long_prompt:
                    extra = rates.long_prompt.price(token_class, shares, values) - usual
                    of_model += meters[self._of(tokens_long(name, token_class))] * extra[:, None]
            total += of_model * rates.factor(shape[1], values)
        factor: Array = self.factor(values) / _MILLION
        return total * factor[:, None]

    def shares(self, rates: TokenRates) -> Shares:
        """Return how much of a model's tokens has which rate."""
        return rates.shares if self.batch_discount is not None else replace(rates.shares, batch=self.batch_share)

    def factor(self, values: Get) -> Any:
        """Return what all rates are multiplied by: markup, and the discount on what runs in batches."""
        if self.batch_discount is None:
            return values(self.markup)
        return values(self.markup) * (1 - values(self.batch_share) * values(self.batch_discount))

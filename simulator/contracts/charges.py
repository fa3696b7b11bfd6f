"""Charges: what turns one meter into an amount of money a month.

A charge knows its meters and its rates and nothing about conversations, settlement or other charges. Every charge for
usage is proportional to its rates, so that scaling them scales its amount.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final, Protocol

from simulator.contracts.meters import (
    CONVERSATIONS,
    TOKEN_CLASSES,
    label_of,
    tokens,
    tokens_long,
    unit_name,
)
from simulator.contracts.names import number
from simulator.contracts.prices import TokenRates
from simulator.distributions import Quantity
from simulator.errors import ContractError
from simulator.parameters import known

if TYPE_CHECKING:
    from simulator.contracts.meters import Array, Meters, Values

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

    def amount(self, meters: Meters, values: Values) -> Array:
        """Return the amounts (trial, month), before discount."""
        ...


@dataclass(frozen=True, slots=True)
class Fee:
    """An amount a month whatever is used."""

    per_month: Quantity
    label: str = "platform fee"
    is_fee = True
    meters = ()
    unit_meter = CONVERSATIONS
    unit_rate = None
    rate_label = "per month"

    def amount(self, meters: Meters, values: Values) -> Array:
        import numpy as np

        shape = next(iter(meters.values())).shape
        return np.array(np.broadcast_to(values(self.per_month)[:, None], shape))


@dataclass(frozen=True, slots=True)
class _PerUnit:
    """What all charges for the units of one meter share."""

    meter: str
    is_fee = False

    @property
    def label(self) -> str:
        return label_of(self.meter)

    @property
    def meters(self) -> tuple[str, ...]:
        return (self.meter,)

    @property
    def unit_meter(self) -> str:
        return self.meter


@dataclass(frozen=True, slots=True)
class Flat(_PerUnit):
    """Every unit at one rate: 100 units at 0.99 are 99."""

    rate: Quantity

    @property
    def unit_rate(self) -> Quantity:
        return self.rate

    @property
    def rate_label(self) -> str:
        return f"per {unit_name(self.meter)}"

    def amount(self, meters: Meters, values: Values) -> Array:
        return meters[self.meter] * values(self.rate)[:, None]


@dataclass(frozen=True, slots=True)
class Included(_PerUnit):
    """The first units of each month free, the rest at the overage rate; what is not used is lost.

    With 1,000 included at 0.01, a month of 1,000 units costs 0 and one of 1,300 costs 3.
    """

    included: float
    overage_rate: Quantity

    @property
    def unit_rate(self) -> Quantity:
        return self.overage_rate

    @property
    def rate_label(self) -> str:
        return f"per {unit_name(self.meter)} above the included {number(self.included)}"

    def amount(self, meters: Meters, values: Values) -> Array:
        import numpy as np

        return np.maximum(meters[self.meter] - self.included, 0.0) * values(self.overage_rate)[:, None]


@dataclass(frozen=True, slots=True)
class Tier:
    """One tier of a price.

    Attributes:
        up_to: upper bound of the month's units, inclusive and counted from the first unit; infinite for the last tier.
        flat_fee: owed once in a month that has at least one unit, or part of one, in the tier.
    """

    up_to: float
    rate: Quantity
    flat_fee: Quantity


def check_bounds(bounds: Sequence[float]) -> None:
    """Check the upper bounds of tiers: ascending, no two alike, and only the last one open.

    Raises:
        ContractError: naming the offending bounds.
    """
    if not bounds:
        raise ContractError("a tiered price needs at least one tier")
    if not math.isinf(bounds[-1]):
        raise ContractError(f"the last tier must be open, but ends at {number(bounds[-1])}; remove its up_to")
    for place, (lower, upper) in enumerate(pairwise(bounds), start=1):
        if math.isinf(lower):
            raise ContractError(f"tier {place} has no up_to, but only the last of {len(bounds)} tiers may be open")
        if lower == upper:
            raise ContractError(
                f"tiers {place} and {place + 1} both end at {number(upper)}; each up_to must be above the one before"
            )
        if lower > upper:
            raise ContractError(
                f"tier {place + 1} ends at {number(upper)}, below tier {place} ({number(lower)}); "
                "up_to counts from the first unit, in ascending order"
            )


@dataclass(frozen=True, slots=True)
class Graduated(_PerUnit):
    """Each unit at the rate of its tier.

    amount = sum over tiers with q > b(i-1) of (min(q, b(i)) - b(i-1)) * rate(i) + flat_fee(i). With tiers up to 10 at 1
    and then 0.5: 10 units cost 10, 10.5 cost 10.25, 11 cost 10.5. A flat fee is owed as soon as the units exceed the
    bound before. At 0 units tier 1's flat fee is owed only with `flat_fee_at_zero`.
    """

    tiers: tuple[Tier, ...]
    flat_fee_at_zero: bool = False

    def __post_init__(self) -> None:
        check_bounds([tier.up_to for tier in self.tiers])

    @property
    def unit_rate(self) -> Quantity:
        """The rate of the first tier that is not free."""
        return next((tier.rate for tier in self.tiers if tier.rate.center > 0), self.tiers[0].rate)

    @property
    def rate_label(self) -> str:
        unit = unit_name(self.meter)
        return f"per {unit}" if len(self.tiers) == 1 else f"per {unit} in the first paid tier, all tiers in proportion"

    def amount(self, meters: Meters, values: Values) -> Array:
        import numpy as np

        units = meters[self.meter]
        total = np.zeros(units.shape)
        lower = 0.0
        for place, tier in enumerate(self.tiers):
            reached = units > lower
            if place == 0 and self.flat_fee_at_zero:
                reached = np.ones(units.shape, dtype=bool)
            total += np.clip(units - lower, 0.0, tier.up_to - lower) * values(tier.rate)[:, None]
            total += reached * values(tier.flat_fee)[:, None]
            lower = tier.up_to
        return total


@dataclass(frozen=True, slots=True)
class TokenCharge:
    """Tokens by model and class at rates per million, times a markup, less the discount on what runs in batches.

    amount = markup * (1 - batch_share * batch_discount) * sum over models and classes of
    ((tokens - long) * rate + long * long_rate) / 1,000,000. Where a model has no long-prompt rates its long meters are
    not read.
    """

    models: tuple[tuple[str, TokenRates], ...]
    markup: Quantity = ONE
    batch_share: Quantity = NOTHING
    batch_discount: Quantity = NOTHING
    label: str = "tokens"
    is_fee = False
    unit_meter = CONVERSATIONS
    unit_rate = None
    rate_label = "for the tokens of a handled conversation"

    @property
    def meters(self) -> tuple[str, ...]:
        usual = [tokens(name, each) for name, _ in self.models for each in TOKEN_CLASSES]
        long = [tokens_long(name, each) for name, rates in self.models if rates.long_prompt for each in TOKEN_CLASSES]
        return (*usual, *long)

    def amount(self, meters: Meters, values: Values) -> Array:
        import numpy as np

        total = np.zeros(next(iter(meters.values())).shape)
        for name, rates in self.models:
            for token_class in TOKEN_CLASSES:
                total += meters[tokens(name, token_class)] * values(rates.rate(token_class))[:, None]
                if rates.long_prompt:
                    extra = values(rates.long_prompt.rate(token_class)) - values(rates.rate(token_class))
                    total += meters[tokens_long(name, token_class)] * extra[:, None]
        factor = values(self.markup) * (1.0 - values(self.batch_share) * values(self.batch_discount))
        return total * (factor / _MILLION)[:, None]

"""Charges derived from others of the same contract, which they name: the highest of them, or a share of them."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from simulator.contracts.metering.meters import CONVERSATIONS
from simulator.contracts.prices.charge import Charge, innermost
from simulator.contracts.prices.charge_terms import ChargeTerms
from simulator.contracts.rates.token_rates import TokenRates
from simulator.contracts.wording import unknown
from simulator.quantities.distributions import Quantity
from simulator.quantities.parameters import Share, parameter

if TYPE_CHECKING:
    from simulator.arrays import Array
    from simulator.contracts.metering.meters import Meters, Values


@dataclass(frozen=True, slots=True)
class DerivedCharge:
    """What composites of charges share."""

    charges: tuple[Charge, ...]
    is_fee = False
    settles = True

    @property
    def meters(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(meter for charge in self.charges for meter in charge.meters))


@dataclass(frozen=True, slots=True)
class Highest(DerivedCharge):
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
class PercentOf(DerivedCharge):
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
        tuple(each for part in price.charges for each in prices_of(part))
        if isinstance(price, DerivedCharge)
        else (price,)
    )


class DerivedTerms(ChargeTerms):
    """A charge made of others that stand before it."""

    of: tuple[str, ...] = parameter("names of charges that stand before it", min_length=1, max_length=50)
    of_others: ClassVar[bool] = True
    in_their_place: ClassVar[bool]
    """Whether the others are not billed themselves."""

    def priced(self, models: Mapping[str, TokenRates]) -> Charge:
        raise TypeError(f"a charge of kind {self.kind!r} is made of others; see `assembled`")

    @property
    def label(self) -> str:
        return self.name or f"{self.kind} of {', '.join(self.of)}"

    @abstractmethod
    def combined(self, parts: tuple[Charge, ...]) -> Charge:
        """Return the price made of the charges it names."""


class HighestSpec(DerivedTerms):
    """The highest of several charges of a month, and none of the others."""

    kind: Literal["highest"]
    in_their_place: ClassVar[bool] = True

    def combined(self, parts: tuple[Charge, ...]) -> Charge:
        return Highest(parts)


class PercentSpec(DerivedTerms):
    """A share of other charges of the month, on top of them."""

    kind: Literal["percent"]
    share: Share = parameter("share of the other charges", unit="share of money", typical=(0.01, 0.3))
    in_their_place: ClassVar[bool] = False

    def combined(self, parts: tuple[Charge, ...]) -> Charge:
        return PercentOf(parts, self.share)


def check_names(charges: Sequence[ChargeTerms]) -> None:
    """Check the names of a list of charges: no two alike, and composites name what stands before them.

    Raises:
        ValueError: naming the charge and what it names.
    """
    before: list[str] = []
    for place, each in enumerate(charges):
        for name in each.of if isinstance(each, DerivedTerms) else ():
            if name not in before:
                raise ValueError(f"charge {place + 1} ({each.kind}): {unknown('charge before it', name, before)}")
        if each.name is not None and each.name in before:
            raise ValueError(f"two charges are named {each.name!r}; give each name once")
        if each.name is not None:
            before.append(each.name)
    taken = [name for each in charges if isinstance(each, DerivedTerms) and each.in_their_place for name in each.of]
    twice = next((name for name in taken if taken.count(name) > 1), None)
    if twice is not None:
        raise ValueError(f"{twice!r} is named twice where the highest is billed; name it once")


def assembled(charges: Sequence[ChargeTerms], models: Mapping[str, TokenRates]) -> tuple[Charge, ...]:
    """Return the charges of a list, in its order, without those that stand in others."""
    made: dict[int, Charge] = {}
    named: dict[str, int] = {}
    for place, each in enumerate(charges):
        if isinstance(each, DerivedTerms):
            parts = tuple(made[named[name]] for name in each.of)
            made[place] = each.completed(each.combined(parts))
        else:
            made[place] = each.charge(models)
        if each.name is not None:
            named[each.name] = place
    inside = {
        named[name] for each in charges if isinstance(each, DerivedTerms) and each.in_their_place for name in each.of
    }
    return tuple(charge for place, charge in made.items() if place not in inside)

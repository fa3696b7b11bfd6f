"""Charges made of others of the same contract, by name: the highest of them, or a share of them."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import ClassVar, Literal

from simulator.contracts.charges import Charge
from simulator.contracts.composite import Highest, PercentOf
from simulator.contracts.kinds.base import ChargeTerms
from simulator.contracts.names import unknown
from simulator.contracts.prices import TokenRates
from simulator.parameters import Share, parameter


class CompositeTerms(ChargeTerms):
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


class HighestSpec(CompositeTerms):
    """The highest of several charges of a month, and none of the others."""

    kind: Literal["highest"]
    in_their_place: ClassVar[bool] = True

    def combined(self, parts: tuple[Charge, ...]) -> Charge:
        return Highest(parts)


class PercentSpec(CompositeTerms):
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
        for name in each.of if isinstance(each, CompositeTerms) else ():
            if name not in before:
                raise ValueError(f"charge {place + 1} ({each.kind}): {unknown('charge before it', name, before)}")
        if each.name is not None and each.name in before:
            raise ValueError(f"two charges are named {each.name!r}; give each name once")
        if each.name is not None:
            before.append(each.name)
    taken = [name for each in charges if isinstance(each, CompositeTerms) and each.in_their_place for name in each.of]
    twice = next((name for name in taken if taken.count(name) > 1), None)
    if twice is not None:
        raise ValueError(f"{twice!r} is named twice where the highest is billed; name it once")


def assembled(charges: Sequence[ChargeTerms], models: Mapping[str, TokenRates]) -> tuple[Charge, ...]:
    """Return the charges of a list, in its order, without those that stand in others."""
    made: dict[int, Charge] = {}
    named: dict[str, int] = {}
    for place, each in enumerate(charges):
        if isinstance(each, CompositeTerms):
            parts = tuple(made[named[name]] for name in each.of)
            made[place] = each.completed(each.combined(parts))
        else:
            made[place] = each.charge(models)
        if each.name is not None:
            named[each.name] = place
    inside = {
        named[name] for each in charges if isinstance(each, CompositeTerms) and each.in_their_place for name in each.of
    }
    return tuple(charge for place, charge in made.items() if place not in inside)

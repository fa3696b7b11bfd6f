"""A rate card: what use of several meters costs in credits, whatever the price of a credit is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Final, TypeAlias

from pydantic import AfterValidator

from simulator.contracts.metering.meters import label_of
from simulator.contracts.metering.rounding import rounded
from simulator.contracts.prices.metered import MeteredTerms
from simulator.quantities.parameters import parameter

if TYPE_CHECKING:
    from simulator.arrays import Array
    from simulator.contracts.metering.meters import Meters

_SHOWN: Final = 3
"""Meters of a rate card that a line of the invoice names."""


@dataclass(frozen=True, slots=True)
class CardEntry:
    """What use of one meter costs in credits: credits for every `per` units, a started `per` as a whole one.

    13 credits per 100 actions: 100 actions of a month cost 13 credits, 101 cost 26. With `per` = 1 and 20 credits,
    3 actions cost 60.
    """

    meter: str
    credits: float
    per: float = 1.0

    def of(self, units: Array) -> Array:
        """Return the credits of a month's units, same shape."""
        return self.credits * (units if self.per == 1.0 else rounded(units / self.per, "up"))


def card_credits(card: Sequence[CardEntry], meters: Meters) -> Array:
    """Return the credits that a month's use costs by a rate card (trial, month)."""
    import numpy as np

    total: Array = np.sum([entry.of(meters[entry.meter]) for entry in card], axis=0)
    return total


def listed_meters(card: Sequence[CardEntry]) -> str:
    """Return the meters of a card as an invoice names them, at most three."""
    names = list(dict.fromkeys(label_of(entry.meter) for entry in card))
    more = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {more} more" if more > 0 else "")


class CardTerms(MeteredTerms):
    """What use of one meter costs in credits."""

    credits: float = parameter("credits for `per` units", unit="credits", typical=(0.5, 100), strict=True, ge=0, le=1e9)
    per: float = parameter(
        "units of a month that cost so many credits, a started lot as a whole one",
        unit="units",
        typical=(1, 100),
        default=1.0,
        strict=True,
        gt=0,
        le=1e12,
    )

    @property
    def entry(self) -> CardEntry:
        """The entry of the rate card."""
        return CardEntry(self.key, self.credits, self.per)


def _some(card: tuple[CardTerms, ...]) -> tuple[CardTerms, ...]:
    if not card:
        raise ValueError("a rate card needs at least one meter: card = [ { meter, credits } ]")
    return card


Card: TypeAlias = Annotated[tuple[CardTerms, ...], AfterValidator(_some)]

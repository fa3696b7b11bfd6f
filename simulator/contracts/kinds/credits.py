"""Credits: use of several meters in credits by a rate card, priced per credit, in packs or by tier."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator

from simulator.contracts.charges import Charge
from simulator.contracts.kinds.base import ChargeTerms
from simulator.contracts.kinds.metered import MeteredTerms
from simulator.contracts.kinds.unit_price import PriceTerms
from simulator.contracts.prices import TokenRates
from simulator.contracts.references import References
from simulator.contracts.units import CardEntry
from simulator.parameters import parameter


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


class CreditsSpec(PriceTerms, ChargeTerms):
    """Use in credits by a rate card; price, included, tiers and package count credits."""

    kind: Literal["credits"]
    card: Annotated[tuple[CardTerms, ...], AfterValidator(_some)] = parameter("credits by meter")

    @property
    def references(self) -> References:
        return References.together(each.references.within("card", place) for place, each in enumerate(self.card))

    @property
    def label(self) -> str:
        return self.name or "credits"

    def priced(self, models: Mapping[str, TokenRates]) -> Charge:
        return self.unit_charge(self.card[0].key, unit="credit", card=tuple(each.entry for each in self.card))

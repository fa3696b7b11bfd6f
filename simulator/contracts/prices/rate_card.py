"""A rate card: use of several meters in credits, priced per credit, in packs or by tier."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Literal

from pydantic import AfterValidator

from simulator.contracts.prices.charge import Charge, Wrapped
from simulator.contracts.prices.charge_terms import ChargeTerms, References
from simulator.contracts.prices.metered import MeteredTerms
from simulator.contracts.prices.priced_units import Adjusted, CardEntry, FreeUnits
from simulator.contracts.prices.unit_price import PriceTerms
from simulator.contracts.rates.token_rates import TokenRates
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


def with_free_credits(charge: Charge, free: FreeUnits) -> Charge:
    """Return a charge of which credits bill nothing, if it bills credits, else the charge itself."""
    if isinstance(charge, Adjusted) and charge.card:
        return replace(charge, free_credits=(*charge.free_credits, free))
    return replace(charge, inner=with_free_credits(charge.inner, free)) if isinstance(charge, Wrapped) else charge

"""Per action: each action that the AI takes in another system bills, at a price or in credits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from simulator.contracts.charges import Charge
from simulator.contracts.prices import TokenRates
from simulator.contracts.types.base import ContractSpec
from simulator.contracts.types.terms import UnitTerms
from simulator.contracts.units import CardEntry
from simulator.parameters import parameter

ACTIONS = "actions"


class PerAction(UnitTerms, ContractSpec):
    """A price per action; with `credits` an action costs so many credits, and the price is that of a credit."""

    type: Literal["per_action"]
    credits: float | None = parameter(
        "credits that an action costs; price, included, tiers and package then count credits",
        unit="credits per action",
        typical=(1, 30),
        default=None,
        strict=True,
        gt=0,
        le=1e9,
    )

    @property
    def default_title(self) -> str:
        return "Per action" if self.credits is None else "Per action, in credits"

    def usage_charges(self, models: Mapping[str, TokenRates]) -> tuple[Charge, ...]:
        if self.credits is None:
            return (self.charge(ACTIONS),)
        card = (CardEntry(self.part_of(ACTIONS), self.credits),)
        return (self.charge(ACTIONS, unit="credit", card=card),)

"""Per conversation: every handled conversation bills, whatever came of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from simulator.contracts.charges import Charge
from simulator.contracts.meters import CONVERSATIONS
from simulator.contracts.prices import TokenRates
from simulator.contracts.types.base import ContractSpec
from simulator.contracts.types.terms import UnitTerms


class PerConversation(UnitTerms, ContractSpec):
    """A price per handled conversation."""

    type: Literal["per_conversation"]

    @property
    def default_title(self) -> str:
        return "Per conversation"

    def usage_charges(self, models: Mapping[str, TokenRates]) -> tuple[Charge, ...]:
        return (self.charge(CONVERSATIONS),)

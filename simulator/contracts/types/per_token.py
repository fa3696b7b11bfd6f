"""Per token: the tokens of every model, at list price or own rates, with a markup."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from simulator.contracts.charges import Charge
from simulator.contracts.kinds.tokens import TokenTerms
from simulator.contracts.prices import TokenRates
from simulator.contracts.types.base import ContractSpec


class PerToken(TokenTerms, ContractSpec):
    """A price per token."""

    type: Literal["per_token"]

    @property
    def default_title(self) -> str:
        return "Per token"

    def usage_charges(self, models: Mapping[str, TokenRates]) -> tuple[Charge, ...]:
        return (self.paid(self.token_charge(models)),)

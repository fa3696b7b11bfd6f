"""Per resolution: what a definition counts bills."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from simulator.contracts.charges import Charge
from simulator.contracts.meters import resolutions
from simulator.contracts.prices import TokenRates
from simulator.contracts.references import References
from simulator.contracts.types.base import ContractSpec
from simulator.contracts.types.terms import UnitTerms
from simulator.parameters import parameter


class PerResolution(UnitTerms, ContractSpec):
    """A price per resolution under a definition."""

    type: Literal["per_resolution"]
    definition: str = parameter("definition of a resolution that the contract bills by", min_length=1)

    @property
    def references(self) -> References:
        return References(definitions=((("definition",), self.definition),))

    @property
    def default_title(self) -> str:
        return f"Per resolution, {self.definition.replace('_', ' ')}"

    def usage_charges(self, models: Mapping[str, TokenRates]) -> tuple[Charge, ...]:
        return (self.charge(resolutions(self.definition)),)

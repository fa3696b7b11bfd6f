"""Per resolution: what a definition counts bills; the definition may change with the months."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator

from simulator.contracts.charges import Charge
from simulator.contracts.dated import During, Months
from simulator.contracts.kinds.base import in_order
from simulator.contracts.meters import resolutions
from simulator.contracts.prices import TokenRates
from simulator.contracts.references import References
from simulator.contracts.types.base import ContractSpec
from simulator.contracts.types.terms import UnitTerms
from simulator.parameters import Table, numbered_month, parameter


class DefinitionChange(Table):
    """Another definition from a month of the contract on."""

    from_month: int = numbered_month("first month of the contract that bills by it", first=2, typical=(2, 25))
    definition: str = parameter("definition of a resolution", min_length=1)


class PerResolution(UnitTerms, ContractSpec):
    """A price per resolution under a definition."""

    type: Literal["per_resolution"]
    definition: str = parameter("definition of a resolution that the contract bills by", min_length=1)
    definition_changes: Annotated[tuple[DefinitionChange, ...], AfterValidator(in_order)] = parameter(
        "definitions that take its place later; free units, tiers and packages count anew with each", default=()
    )

    @property
    def references(self) -> References:
        later = [
            (("definition_changes", i, "definition"), each.definition) for i, each in enumerate(self.definition_changes)
        ]
        return References(definitions=((("definition",), self.definition), *later))

    @property
    def default_title(self) -> str:
        return f"Per resolution, {self.definition.replace('_', ' ')}"

    def usage_charges(self, models: Mapping[str, TokenRates]) -> tuple[Charge, ...]:
        if not self.definition_changes:
            return (self.charge(resolutions(self.definition)),)
        names = [self.definition, *(each.definition for each in self.definition_changes)]
        starts = [1, *(each.from_month for each in self.definition_changes)]
        ends = [*(each.from_month - 1 for each in self.definition_changes), None]
        return tuple(
            During(self.charge(resolutions(name)), Months(first, last))
            for name, first, last in zip(names, starts, ends, strict=True)
        )

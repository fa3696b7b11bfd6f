"""Drafts of a contract: what it is with one alternative, or with several together."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pydantic import ValidationError

from simulator.contracts import compile_contract
from simulator.decisions.clause_prices.moved_terms import Alternative, AnyTable
from simulator.decisions.clauses import with_clauses
from simulator.definitions import compile_definition
from simulator.errors import ContractError, DefinitionError
from simulator.quantities.parameters import Table
from simulator.scenario.stated.compiled_terms import compile_terms
from simulator.scenario.stated.contract_tables import exchange_of

if TYPE_CHECKING:
    from simulator.contracts.contract_terms import ContractSpec
    from simulator.definitions import DefinitionSpec
    from simulator.scenario.schema import Scenario

OF_THEIR_OWN: Final = ("guarantee", "clawback")
"""Terms that name a definition which stays where that of the bill changes: a guaranteed rate was agreed for a text."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft of the contract.

    Attributes:
        contract: name of its table.
        factor: on its prices of use.
    """

    contract: str
    factor: float = 1.0


class Drafts:
    """The tables and definitions of drafts, to be counted on the same futures together.

    Args:
        scenario: that has the contract.
        contract: its name.
    """

    def __init__(self, scenario: Scenario, contract: str) -> None:
        self.scenario, self.own = scenario, contract
        self.contracts: dict[str, ContractSpec] = {}
        self.definitions: dict[str, DefinitionSpec] = {}
        terms = compile_terms(scenario)
        self._rates, self._known = terms.model_rates, terms.definitions

    def draft(self, alternatives: Collection[Alternative]) -> Draft | None:
        """Return the contract with alternatives of different terms; None where they cannot stand together."""
        factor = 1.0
        for each in alternatives:
            factor *= each.factor
        if all(each.edit is None and not each.definition for each in alternatives):
            return Draft(self.own, factor)
        try:
            spec = self._written(alternatives)
            name = _free_name("draft", len(self.contracts), self.scenario.contracts)
            compile_contract(name, spec, self._rates, exchange_of(self.scenario, spec))
        except (ValidationError, ContractError, DefinitionError):
            return None
        self.contracts[name] = spec
        return Draft(name, factor)

    def definition(self, own: str, clauses: Mapping[str, Any]) -> str:
        """Return the name of a definition with other clauses.

        Raises:
            pydantic.ValidationError, DefinitionError: if they contradict one another.
        """
        spec = with_clauses(self._known[own].spec, clauses)
        for name, known in self.definitions.items():
            if known == spec:
                return name
        name = _free_name("draft", len(self.definitions), self.scenario.definitions)
        compile_definition(name, spec)
        self.definitions[name] = spec
        return name

    def _written(self, alternatives: Collection[Alternative]) -> ContractSpec:
        spec: ContractSpec = self.scenario.contracts[self.own]
        changed: dict[str, dict[str, Any]] = {}
        for each in alternatives:
            if each.definition:
                changed.setdefault(each.definition, {}).update(each.clauses)
        names = {own: self.definition(own, clauses) for own, clauses in changed.items()}
        spec = renamed(spec, names)
        for each in alternatives:
            if each.edit is not None:
                spec = each.edit(spec)
        return spec


def _free_name(start: str, number: int, taken: Iterable[str]) -> str:
    name = f"{start}_{number}"
    while name in taken:
        name += "_"
    return name


def renamed(table: AnyTable, names: Mapping[str, str]) -> AnyTable:
    """Return a table of a contract that bills by other definitions."""
    found: dict[str, Any] = {}
    for key in table.model_fields_set - {*OF_THEIR_OWN}:
        value = getattr(table, key)
        if key == "definition" and value in names:
            found[key] = names[value]
        elif isinstance(value, Table):
            found[key] = renamed(value, names)
        elif isinstance(value, tuple):
            found[key] = tuple(renamed(each, names) if isinstance(each, Table) else each for each in value)
    return table.model_copy(update=found)

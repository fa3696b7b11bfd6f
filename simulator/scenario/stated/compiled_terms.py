"""What a scenario's contracts and definitions mean: token prices, compiled contracts, compiled definitions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from simulator.contracts import Contract, TokenRates, compile_contract
from simulator.definitions import Definition, OwnMeter, compile_own_meters, resolve_definitions
from simulator.scenario.schema import Scenario
from simulator.scenario.stated.contract_tables import exchange_of
from simulator.scenario.stated.model_prices import model_rates

IN_FORCE: Final = "today"
"""What the contract in force is called where it has terms of its own."""


@dataclass(frozen=True, slots=True)
class Terms:
    """The compiled terms of a scenario.

    Attributes:
        model_rates: token prices of each model, from the public list or the scenario.
        definitions: the definitions in use: those that contracts bill with and the scenario's own.
        meters: the scenario's own meters.
        in_force: the contract of today where it is not among those offered.
    """

    model_rates: Mapping[str, TokenRates]
    contracts: Mapping[str, Contract]
    definitions: Mapping[str, Definition]
    meters: Mapping[str, OwnMeter]
    in_force: Contract | None = None

    @property
    def priced(self) -> tuple[Contract, ...]:
        """All contracts that are priced: those offered, and today's."""
        return (*self.contracts.values(), *([] if self.in_force is None else [self.in_force]))


def compile_terms(scenario: Scenario) -> Terms:
    """Compile the contracts and the definitions in use.

    Raises:
        ContractError, DefinitionError: if a contract or definition cannot be compiled.
    """
    rates = model_rates(scenario)
    contracts = {
        name: compile_contract(name, spec, rates, exchange_of(scenario, spec))
        for name, spec in scenario.contracts.items()
    }
    contracts |= {
        name: spec.contract(name, contracts[spec.old], contracts[spec.new])
        for name, spec in scenario.switches.items()
        if {spec.old, spec.new} <= set(scenario.contracts)
    }
    own = None if scenario.today is None else scenario.today.terms
    in_force = None if own is None else compile_contract(IN_FORCE, own, rates, exchange_of(scenario, own))
    priced = [*contracts.values(), *([] if in_force is None else [in_force])]
    used = {name for contract in priced for name in contract.definitions} | set(scenario.definitions)
    known = resolve_definitions(scenario.definitions)
    meters = compile_own_meters(scenario.meters)
    return Terms(rates, contracts, {name: known[name] for name in sorted(used)}, meters, in_force)

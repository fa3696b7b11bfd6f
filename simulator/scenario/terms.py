"""What a scenario's contracts and definitions mean: token prices, compiled contracts, compiled definitions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from simulator.contracts import Contract, TokenRates, compile_contract
from simulator.definitions import Definition, OwnMeter, compile_own_meters, resolve_definitions
from simulator.scenario.offers import model_rates
from simulator.scenario.schema import Scenario


@dataclass(frozen=True, slots=True)
class Terms:
    """The compiled terms of a scenario.

    Attributes:
        model_rates: token prices of each model, from the public list or the scenario.
        definitions: the definitions in use: those that contracts bill with and the scenario's own.
        meters: the scenario's own meters.
    """

    model_rates: Mapping[str, TokenRates]
    contracts: Mapping[str, Contract]
    definitions: Mapping[str, Definition]
    meters: Mapping[str, OwnMeter]


def compile_terms(scenario: Scenario) -> Terms:
    """Compile the contracts and the definitions in use.

    Raises:
        ContractError, DefinitionError: if a contract or definition cannot be compiled.
    """
    rates = model_rates(scenario)
    contracts = {name: compile_contract(name, spec, rates) for name, spec in scenario.contracts.items()}
    used = {name for contract in contracts.values() for name in contract.definitions} | set(scenario.definitions)
    known = resolve_definitions(scenario.definitions)
    meters = compile_own_meters(scenario.meters)
    return Terms(rates, contracts, {name: known[name] for name in sorted(used)}, meters)

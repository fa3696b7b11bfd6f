"""The tables of contracts that a scenario has, where they stand, and what their currencies are worth."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.contracts import (
    LIST_CURRENCY,
    ContractSpec,
)
from simulator.contracts.contract import Exchange
from simulator.errors import ContractError
from simulator.scenario.key_paths import Path
from simulator.scenario.schema import Scenario


def contract_specs(scenario: Scenario) -> Iterator[tuple[tuple[str, ...], ContractSpec]]:
    """Yield the tables of all contracts with their places: those offered, and the one in force."""
    yield from ((("contracts", name), spec) for name, spec in scenario.contracts.items())
    if scenario.today is not None and scenario.today.terms is not None:
        yield ("today", "terms"), scenario.today.terms


def exchange_of(scenario: Scenario, spec: ContractSpec) -> Exchange | None:
    """Return what a contract's currency is worth; None where it is the scenario's.

    Raises:
        ContractError: if the scenario has no rate of its currency.
    """
    code = spec.currency
    if code is None or code == scenario.currency:
        return None
    if code not in scenario.exchange_rates:
        raise ContractError(f"the contract is in {code}, and exchange_rates has no {code}")
    return Exchange(code, scenario.exchange_rates[code])


def in_currencies(scenario: Scenario) -> Iterator[tuple[Path, str]]:
    """Yield the place and the currency of all that says or has one of its own: contracts, and list prices of tokens."""
    for path, spec in contract_specs(scenario):
        if spec.currency is not None:
            yield (*path, "currency"), spec.currency
    for name, model in scenario.models.items():
        if model.price is not None:
            yield ("models", name, "price"), LIST_CURRENCY

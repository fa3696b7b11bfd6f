"""Contracts in another currency than the scenario's: what their money is worth, and what fits together."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.contracts import ContractSpec
from simulator.contracts.charges import TokenCharge
from simulator.contracts.composite import prices_of
from simulator.contracts.exchange import Exchange
from simulator.errors import ContractError, Problem
from simulator.money import currency as known_currency
from simulator.scenario.offers import contract_specs, model_rates
from simulator.scenario.schema import Scenario


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


def check_exchange(scenario: Scenario) -> list[Problem]:
    """Every contract in another currency has a rate and prices of its own; every rate is of such a contract."""
    return [*_missing_rates(scenario), *_foreign_tokens(scenario), *_rate_problems(scenario)]


def _missing_rates(scenario: Scenario) -> Iterator[Problem]:
    """Yield one problem for each currency without a rate, at the place where the rate should stand."""
    wanted: dict[str, list[str]] = {}
    for path, spec in contract_specs(scenario):
        if spec.currency not in (None, scenario.currency, *scenario.exchange_rates):
            wanted.setdefault(str(spec.currency), []).append(".".join(path))
    for code, contracts in wanted.items():
        are = "are" if len(contracts) > 1 else "is"
        yield Problem(
            ("exchange_rates", code),
            f"exchange_rates has no {code}: {', '.join(contracts)} {are} in {code} and the scenario in {scenario.currency}",
            f"say what one {code} costs in {scenario.currency}: exchange_rates.{code} = a number, or {{ p5, p95 }} where "
            "it is not known today",
        )


def _foreign_tokens(scenario: Scenario) -> Iterator[Problem]:
    for path, spec in contract_specs(scenario):
        if spec.currency in (None, scenario.currency):
            continue
        place = (*path, "currency")
        for name in _priced_by_scenario(scenario, spec):
            message = (
                f"{'.'.join(place)}: tokens of model {name!r} are billed at the scenario's prices, which are in "
                f"{scenario.currency}"
            )
            yield Problem(place, message, f"give the contract models.{name} = {{ input, output }} in {spec.currency}")


def _priced_by_scenario(scenario: Scenario, spec: ContractSpec) -> list[str]:
    """Return the models whose tokens a contract bills at the scenario's prices."""
    try:
        listed = model_rates(scenario)
    except (ContractError, ValueError):  # check_prices says what is wrong
        return []
    prices = [price for charge in spec.usage_charges(listed) for price in prices_of(charge)]
    billed = [pair for price in prices if isinstance(price, TokenCharge) for pair in price.models]
    return list(dict.fromkeys(name for name, rates in billed if rates is listed[name]))


def _rate_problems(scenario: Scenario) -> Iterator[Problem]:
    used = {spec.currency for _, spec in contract_specs(scenario)}
    for code in scenario.exchange_rates:
        place = ("exchange_rates", code)
        try:
            known_currency(code)
        except ValueError as error:
            yield Problem(place, f"{'.'.join(place)}: {error}", "write the ISO 4217 code, as EUR")
            continue
        if code == scenario.currency:
            yield Problem(place, f"{'.'.join(place)}: {code} is the scenario's own currency", "remove it")
        elif code not in used:
            yield Problem(place, f"{'.'.join(place)}: no contract is in {code}",
                          f'remove it, or give a contract currency = "{code}"')  # fmt: skip

"""What contracts take from the rest of the scenario: prices of models and definitions of a resolution."""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Iterator, Mapping

from simulator.contracts import (
    LIST_CURRENCY,
    ContractSpec,
    TokenRates,
    list_price,
    market_rates,
    part_problems,
    reference_problems,
)
from simulator.definitions import NAMED, DefinitionSpec, compile_own_meter, resolve_definitions
from simulator.errors import ContractError, DefinitionError, Problem
from simulator.scenario.hints import suggest
from simulator.scenario.schema import Scenario
from simulator.scenario.tokens import Model


def model_rates(scenario: Scenario) -> dict[str, TokenRates]:
    """Return the price of every model in the scenario's currency: its own rates, or the public list's on the first day.

    Raises:
        ContractError: if the list does not have a model, or the scenario has no exchange rate of the list's currency.
    """
    return {name: _rates(model, scenario) for name, model in scenario.models.items()}


def _rates(model: Model, scenario: Scenario) -> TokenRates:
    if model.rates is not None:
        return market_rates(model.rates, model.price_change_per_year, None)
    if scenario.currency == LIST_CURRENCY:
        return market_rates(_listed(model, scenario), model.price_change_per_year, None)
    if LIST_CURRENCY not in scenario.exchange_rates:
        raise ContractError(f"list prices are in {LIST_CURRENCY}, and exchange_rates has no {LIST_CURRENCY}")
    exchange = scenario.exchange_rates[LIST_CURRENCY]
    return market_rates(_listed(model, scenario), model.price_change_per_year, exchange)


def _listed(model: Model, scenario: Scenario) -> TokenRates:
    """Return the public list's price of a model on the first day of the scenario, in the list's currency."""
    year, month = map(int, scenario.start.split("-"))
    return list_price(str(model.price), datetime.date(year, month, 1))


def check_prices(scenario: Scenario) -> list[Problem]:
    """Every list price is on the list; `check_exchange` looks at its currency."""
    problems = []
    for name, model in scenario.models.items():
        if model.price is None:
            continue
        try:
            _listed(model, scenario)
        except (ContractError, ValueError) as error:
            problems.append(Problem(("models", name, "price"), f"models.{name}.price: {error}"))
    return problems


def check_definitions(scenario: Scenario) -> list[Problem]:
    """Every own definition compiles, with what it extends."""
    problems: list[Problem] = []
    for name in scenario.definitions:
        try:
            resolve_definitions(_chain(name, scenario.definitions))
        except DefinitionError as error:
            if all(str(error) != problem.message for problem in problems):
                extends = ("extends",) if "extend" in str(error) and scenario.definitions[name].extends else ()
                problems.append(Problem(("definitions", name, *extends), str(error)))
    return problems


def check_meters(scenario: Scenario) -> list[Problem]:
    """Every own meter compiles."""
    problems = []
    for name, spec in scenario.meters.items():
        try:
            compile_own_meter(name, spec)
        except DefinitionError as error:
            key = () if "must be named" in str(error) else ("sql",)
            problems.append(Problem(("meters", name, *key), str(error)))
    return problems


def _chain(name: str, specs: Mapping[str, DefinitionSpec]) -> dict[str, DefinitionSpec]:
    """Return a definition and the own definitions that it extends."""
    chain: dict[str, DefinitionSpec] = {}
    following: str | None = name
    while following is not None and following in specs and following not in chain:
        chain[following] = specs[following]
        following = specs[following].extends
    return chain


def check_contracts(scenario: Scenario) -> list[Problem]:
    """Every contract bills by definitions that exist, and names models, intents and channels that exist."""
    rates = {}
    for name, model in scenario.models.items():
        with contextlib.suppress(ContractError, ValueError):  # check_prices says what is wrong
            rates[name] = _rates(model, scenario)
    known = [*NAMED, *scenario.definitions]
    complete = len(rates) == len(scenario.models)
    return [
        Problem((*path, *problem.key), f"{'.'.join(path)}: {problem.message}", problem.help)
        for path, spec in contract_specs(scenario)
        for problem in (
            *(
                each
                for each in reference_problems(spec, rates, known, scenario.meters)
                if complete or each.key[-1:] == ("definition",)
            ),
            *part_problems(spec, scenario.intents, scenario.channels),
        )
    ]


def check_switches(scenario: Scenario) -> list[Problem]:
    """Every change of contract leads between contracts that exist, under a name of its own."""
    problems = []
    for name, spec in scenario.switches.items():
        if name in scenario.contracts:
            message = f"switches.{name}: a contract has this name too"
            problems.append(Problem(("switches", name), message, "give the switch another name"))
        for key, other in (("old", spec.old), ("new", spec.new)):
            if other not in scenario.contracts:
                message = f"switches.{name}.{key}: there is no contract {other!r}"
                problems.append(Problem(("switches", name, key), message, suggest(other, scenario.contracts)))
    return problems


def contract_specs(scenario: Scenario) -> Iterator[tuple[tuple[str, ...], ContractSpec]]:
    """Yield the tables of all contracts with their places: those offered, and the one in force."""
    yield from ((("contracts", name), spec) for name, spec in scenario.contracts.items())
    if scenario.today is not None and scenario.today.terms is not None:
        yield ("today", "terms"), scenario.today.terms


def check_today(scenario: Scenario) -> list[Problem]:
    """The contract in force is one of those offered, or has terms of its own that stand there in full."""
    today = scenario.today
    if today is None:
        return []
    if today.contract is not None and today.contract not in scenario.contracts:
        message = f"today.contract: no contract is named '{today.contract[:60]}'"
        return [Problem(("today", "contract"), message, suggest(today.contract, scenario.contracts))]
    if today.terms is not None and today.terms.contract:
        return [Problem(("today", "terms", "contract"), "today.terms.contract: only a contract under [contracts] starts "
                        "from the catalogue", "put it there, and name it in today.contract")]  # fmt: skip
    return []

"""What contracts take from the rest of the scenario: prices of models and definitions of a resolution."""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Iterator, Mapping

from simulator.contracts import (
    LIST_CURRENCY,
    ContractSpec,
    ModelRates,
    TokenRates,
    converted,
    list_price,
    reference_problems,
    segment_problems,
    tool_fees,
)
from simulator.contracts.rates.price_list import first_change
from simulator.contracts.rates.token_rates import NONE, is_none, lacks_one_hour
from simulator.definitions import NAMED, DefinitionSpec, compile_own_meter, resolve_definitions
from simulator.errors import ContractError, DefinitionError, Problem
from simulator.scenario.hints import suggest
from simulator.scenario.months import month_names
from simulator.scenario.schema import Scenario
from simulator.scenario.tokens import Model


def model_rates(scenario: Scenario) -> dict[str, TokenRates]:
    """Return the price of every model in the scenario's currency: its own rates, or the public list's on the first day.

    Raises:
        ContractError: if the list does not have a model, or the scenario has no exchange rate of the list's currency.
    """
    return {name: _rates(model, scenario) for name, model in scenario.models.items()}


def _rates(model: Model, scenario: Scenario) -> TokenRates:
    """Return the rates of one model in the scenario's currency.

    Raises:
        ContractError: if the list does not have it, prices apart what the simulation does not tell apart, or is in a
            currency that the scenario has no exchange rate of.
    """
    base, moving = model.rates, None
    if base is None:
        base = _listed(model, scenario)
        if scenario.currency != LIST_CURRENCY:
            exchange = scenario.exchange_rates.get(LIST_CURRENCY)
            if exchange is None:
                raise ContractError(f"list prices are in {LIST_CURRENCY}, and exchange_rates has no {LIST_CURRENCY}")
            base, moving = converted(base, exchange.center), None if exchange.fixed else exchange
    direct = scenario.tokens.direct
    return ModelRates.model_construct(
        **{name: getattr(base, name) for name in TokenRates.model_fields},
        change_per_year=model.price_change_per_year,
        exchange=moving,
        one_hour_share=model.one_hour_share,
        long_share=NONE if direct is None or direct.long_share is None else direct.long_share,
    )


def _listed(model: Model, scenario: Scenario) -> TokenRates:
    """Return the public list's price of a model on the first day of the scenario, in the list's currency."""
    return list_price(str(model.price), first_day(scenario), model.token_kind)


def first_day(scenario: Scenario) -> datetime.date:
    """Return the day whose list prices hold."""
    year, month = map(int, scenario.start.split("-"))
    return datetime.date(year, month, 1)


def check_prices(scenario: Scenario) -> list[Problem]:
    """Every list price is on the list, and has all that is billed at it; `check_exchange` looks at its currency."""
    problems = []
    for name, model in scenario.models.items():
        try:
            rates = model.rates or _listed(model, scenario)
        except (ContractError, ValueError) as error:
            problems.append(Problem(("models", name, "price"), f"models.{name}.price: {error}"))
            continue
        problems += _changes(name, model, scenario)
        if not is_none(model.one_hour_share) and (rates.cache_write_1h is None or lacks_one_hour(rates)):
            problems.append(_one_hour_problem(name, model))
    return problems


def _changes(name: str, model: Model, scenario: Scenario) -> Iterator[Problem]:
    """Yield a problem where the list changes the price within the horizon, and the scenario does not say how it moves."""
    if model.price is None or model.price_change_per_year is not None:
        return
    after = datetime.date.fromisoformat(f"{month_names(scenario.start, scenario.months + 1)[-1]}-01")
    day = first_change(model.price, first_day(scenario), after, model.token_kind)
    if day is not None:
        yield Problem(
            ("models", name, "price"),
            f"models.{name}.price: the price list has another price for {model.price!r} from {day} on, within the "
            f"horizon; the price of the first day, {first_day(scenario)}, would be billed in all months",
            "say how it moves: price_change_per_year (0 keeps the price of the first day), or give "
            "rates = { input, output }",
        )


def _one_hour_problem(name: str, model: Model) -> Problem:
    """Return what is wrong with a share of writes for one hour that has no price."""
    has = f"the price list has no price of one hour in the cache for {model.price!r}"
    return Problem(
        ("models", name, "one_hour_share"),
        f"models.{name}.one_hour_share: {'rates have no cache_write_1h' if model.price is None else has}",
        "give rates = { input, cached_input, cache_write, cache_write_1h, output }, in long_prompt too, or remove it",
    )


def fees_of_tools(scenario: Scenario) -> dict[str, dict[str, float]]:
    """Return by model what the price list charges beside tokens for a thousand uses of the provider's own tools."""
    found = {
        name: tool_fees(model.price, first_day(scenario))
        for name, model in scenario.models.items()
        if model.price is not None
    }
    return {name: fees for name, fees in found.items() if fees}


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
            *segment_problems(spec, scenario.intents, scenario.channels),
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

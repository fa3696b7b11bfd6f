"""Rules on what is offered: list prices, definitions, meters, contracts, changes of contract, and today's contract."""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Iterator, Mapping

from simulator.contracts import (
    reference_problems,
    segment_problems,
)
from simulator.contracts.rates.price_list import first_change
from simulator.contracts.rates.token_rates import is_no_share, lacks_one_hour
from simulator.definitions import NAMED, DefinitionSpec, compile_own_meter, resolve_definitions
from simulator.errors import ContractError, DefinitionError, Problem
from simulator.scenario.meant.near_names import suggest
from simulator.scenario.schema import Scenario
from simulator.scenario.schema.token_tables import Model
from simulator.scenario.stated.contract_tables import contract_specs
from simulator.scenario.stated.model_prices import first_day, listed_rates, rates_of
from simulator.scenario.stated.months import month_names


def check_prices(scenario: Scenario) -> list[Problem]:
    """Every list price is on the list, and has all that is billed at it; `check_exchange` looks at its currency."""
    problems = []
    for name, model in scenario.models.items():
        try:
            rates = model.rates or listed_rates(model, scenario)
        except (ContractError, ValueError) as error:
            problems.append(Problem(("models", name, "price"), f"models.{name}.price: {error}"))
            continue
        problems += _changes(name, model, scenario)
        if not is_no_share(model.one_hour_share) and (rates.cache_write_1h is None or lacks_one_hour(rates)):
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
            rates[name] = rates_of(model, scenario)
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


def check_labels(scenario: Scenario) -> list[Problem]:
    """No two contracts have one label, and none has another one's title for a label: a chart shows nothing else."""
    taken: dict[str, str] = {}
    offered = {**scenario.contracts, **scenario.switches}
    for name, spec in offered.items():
        if spec.label is None and spec.title:
            taken.setdefault(spec.title, name)
    problems = []
    for name, spec in offered.items():
        if spec.label is None:
            continue
        other = taken.setdefault(spec.label, name)
        if other != name:
            table = "contracts" if name in scenario.contracts else "switches"
            message = f"{table}.{name}.label: {spec.label!r} is how tables name {other!r} too"
            problems.append(Problem((table, name, "label"), message, "give each contract a label of its own"))
    return problems


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

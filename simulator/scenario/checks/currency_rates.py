"""Rules on currencies: what is in another currency has a rate, and every rate is of such a thing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass

from simulator.contracts import ContractSpec
from simulator.contracts.prices.derived_charges import prices_of
from simulator.contracts.prices.token_charge import TokenCharge
from simulator.errors import ContractError, Problem
from simulator.money import currencies
from simulator.money import currency as known_currency
from simulator.scenario.key_paths import Path, dotted, touches
from simulator.scenario.schema import Scenario
from simulator.scenario.stated.contract_tables import contract_specs, in_currencies
from simulator.scenario.stated.model_prices import model_rates


def check_exchange(scenario: Scenario, unsure: Set[Path] = frozenset()) -> list[Problem]:
    """What is in another currency has a rate, and every rate is of such a thing; one problem for one mistake.

    Args:
        unsure: places whose values are not as they were written, because what stands there is refused by another rule:
            what would follow from that alone is not said, for mending it as advised could take away what was right.
    """
    if touches(("currency",), unsure):
        return []
    unknown = list(_unknown_codes(scenario))
    missing = [each for each in _missing_rates(scenario, unsure) if not _is_meant(each.code, unknown)]
    return [
        *(each.problem for each in missing),
        *_foreign_tokens(scenario),
        *unknown,
        *_own_rate(scenario),
        *(() if _may_name_currencies(unsure) else _unused_rates(scenario)),
    ]


@dataclass(frozen=True, slots=True)
class _Missing:
    """A currency that something is in and that has no rate."""

    code: str
    problem: Problem


def _missing_rates(scenario: Scenario, unsure: Set[Path]) -> Iterator[_Missing]:
    """Yield one problem for each currency without a rate, at the first thing that is in it."""
    wanted: dict[str, list[Path]] = {}
    for path, code in in_currencies(scenario):
        if code not in (scenario.currency, *scenario.exchange_rates):
            wanted.setdefault(code, []).append(path)
    for code, paths in wanted.items():
        if touches(("exchange_rates", code), unsure):
            continue
        named = [dotted(path[:-1] if path[-1] == "currency" else path) for path in paths]
        lists = any(path[-1] == "price" for path in paths)
        rates = f"; or give the model rates = {{ input, output }} in {scenario.currency}" if lists else ""
        yield _Missing(code, Problem(
            paths[0],
            f"exchange_rates has no {code}: {', '.join(named)} {'are' if len(named) > 1 else 'is'} in {code} and the "
            f"scenario in {scenario.currency}",
            f"say what one {code} costs in {scenario.currency}: exchange_rates.{code} = a number, or {{ p5, p95 }} where "
            f"it is uncertain{rates}",
        ))  # fmt: skip


def _is_meant(code: str, unknown: Sequence[Problem]) -> bool:
    """Return whether a code that is not known was probably meant to be this one."""
    return any(code in problem.message for problem in unknown)


def _may_name_currencies(unsure: Set[Path]) -> bool:
    """Return whether one of the places may have said a currency: it does, or holds a whole contract or model."""
    tables = ("contracts", "today", "models")
    return any(
        not path or (path[0] in tables and (len(path) <= 2 or path[-1] in ("currency", "price"))) for path in unsure
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


def _unknown_codes(scenario: Scenario) -> Iterator[Problem]:
    for code in scenario.exchange_rates:
        try:
            known_currency(code)
        except ValueError as error:
            place = ("exchange_rates", code)
            yield Problem(place, f"{dotted(place)}: {error}", "write the ISO 4217 code, as EUR")


def _own_rate(scenario: Scenario) -> Iterator[Problem]:
    code = scenario.currency
    if code in scenario.exchange_rates:
        place = ("exchange_rates", code)
        yield Problem(place, f"{dotted(place)}: {code} is the scenario's own currency", "remove it")


def _unused_rates(scenario: Scenario) -> Iterator[Problem]:
    used = {scenario.currency, *(code for _, code in in_currencies(scenario))}
    for code in scenario.exchange_rates:
        if code not in used and code in currencies():
            place = ("exchange_rates", code)
            yield Problem(place, f"{dotted(place)}: no contract or list price is in {code}",
                          f'remove it, or give a contract that is priced in {code} currency = "{code}"')  # fmt: skip

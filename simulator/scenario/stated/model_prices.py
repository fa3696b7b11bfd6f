"""What the tokens of each model cost on the first day, in the scenario's currency: its own rates, or the public list's."""

from __future__ import annotations

import datetime

from simulator.contracts import (
    LIST_CURRENCY,
    ModelRates,
    TokenRates,
    converted,
    list_price,
    tool_fees,
)
from simulator.contracts.rates.token_rates import NO_SHARE
from simulator.errors import ContractError
from simulator.scenario.schema import Scenario
from simulator.scenario.schema.token_tables import Model


def model_rates(scenario: Scenario) -> dict[str, TokenRates]:
    """Return the price of every model in the scenario's currency: its own rates, or the public list's on the first day.

    Raises:
        ContractError: if the list does not have a model, or the scenario has no exchange rate of the list's currency.
    """
    return {name: rates_of(model, scenario) for name, model in scenario.models.items()}


def rates_of(model: Model, scenario: Scenario) -> TokenRates:
    """Return the rates of one model in the scenario's currency.

    Raises:
        ContractError: if the list does not have it, prices apart what the simulation does not tell apart, or is in a
            currency that the scenario has no exchange rate of.
    """
    base, moving = model.rates, None
    if base is None:
        base, exchange = listed_in_currency(model, scenario), scenario.exchange_rates.get(LIST_CURRENCY)
        if scenario.currency != LIST_CURRENCY and exchange is not None and not exchange.fixed:
            moving = exchange
    direct = scenario.tokens.direct
    return ModelRates.model_construct(
        **{name: getattr(base, name) for name in TokenRates.model_fields},
        change_per_year=model.price_change_per_year,
        exchange=moving,
        one_hour_share=model.one_hour_share,
        long_share=NO_SHARE if direct is None or direct.long_share is None else direct.long_share,
    )


def listed_in_currency(model: Model, scenario: Scenario) -> TokenRates:
    """Return the public list's price of a model on the first day in the scenario's currency, at the middle of the exchange rate.

    Raises:
        ContractError: if the scenario has no exchange rate of the list's currency.
    """
    rates = listed_rates(model, scenario)
    if scenario.currency == LIST_CURRENCY:
        return rates
    exchange = scenario.exchange_rates.get(LIST_CURRENCY)
    if exchange is None:
        raise ContractError(f"list prices are in {LIST_CURRENCY}, and exchange_rates has no {LIST_CURRENCY}")
    return converted(rates, exchange.center)


def listed_rates(model: Model, scenario: Scenario) -> TokenRates:
    """Return the public list's price of a model on the first day of the scenario, in the list's currency."""
    return list_price(str(model.price), first_day(scenario), model.token_kind)


def first_day(scenario: Scenario) -> datetime.date:
    """Return the day whose list prices hold."""
    year, month = map(int, scenario.start.split("-"))
    return datetime.date(year, month, 1)


def fees_of_tools(scenario: Scenario) -> dict[str, dict[str, float]]:
    """Return by model what the price list charges beside tokens for a thousand uses of the provider's own tools."""
    found = {
        name: tool_fees(model.price, first_day(scenario))
        for name, model in scenario.models.items()
        if model.price is not None
    }
    return {name: fees for name, fees in found.items() if fees}

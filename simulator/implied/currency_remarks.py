"""What a reader must know of amounts that are not in the scenario's currency."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.contracts import LIST_CURRENCY
from simulator.contracts.contract import shown_rate
from simulator.scenario.schema import Scenario


def dollar_defaults(scenario: Scenario) -> list[str]:
    """Return that the default cost of an hour is taken as it stands in another currency, where nobody gave one."""
    if scenario.currency == LIST_CURRENCY or "cost_per_hour" in scenario.people.model_fields_set:
        return []
    return [
        f"people.cost_per_hour is not given, and its default of {scenario.people.cost_per_hour.center:g} is meant in "
        f"{LIST_CURRENCY} but counted in {scenario.currency}: give what an hour of your people costs in "
        f"{scenario.currency}, or human work says nothing"
    ]


def converted_prices(scenario: Scenario) -> Iterator[str]:
    """Yield what a reader must know of list prices that are not in the scenario's currency; nothing without any."""
    listed = [name for name, model in scenario.models.items() if model.price is not None]
    if listed and scenario.currency != LIST_CURRENCY:
        rate = scenario.exchange_rates[LIST_CURRENCY]
        known = "" if rate.fixed else ", uncertain"
        yield (
            f"list prices of {', '.join(listed)} are in {LIST_CURRENCY} and converted at "
            f"exchange_rates.{LIST_CURRENCY}, {shown_rate(rate.center)}{known}"
        )

"""The numbers of each contract."""

from __future__ import annotations

import numpy as np

from simulator import risk
from simulator.arrays import Array, divided
from simulator.contracts import Contract, unit_label, unit_rate
from simulator.contracts.metering.meters import CONVERSATIONS, label_of, unit_name
from simulator.decisions.billed_again import CountedAgain
from simulator.forecast.bills import values_of
from simulator.forecast.forecast import Forecast, horizon_cost, ranked_by
from simulator.forecast.priced import Priced
from simulator.report.blocks.distribution import brief, distribution, distribution_where_known, horizon
from simulator.report.blocks.over_time import by_month
from simulator.report.blocks.present_value import present_value_of
from simulator.report.blocks.price_words import price_words
from simulator.report.blocks.published import catalogue_entry
from simulator.report.blocks.settlement import prepaid_credits
from simulator.report.blocks.unit_counts import units_of
from simulator.report.blocks.verdict_numbers import chance_of_budgets, over_budget, tie_at, tie_at_mean
from simulator.report.summary.budget import OverBudget
from simulator.report.summary.contract import ContractNumbers, ExchangedInvoice, UnitChange


def titles(forecast: Forecast) -> dict[str, str]:
    """Return how tables name each contract; where two have the same title, the name stands behind it."""
    plain = {name: priced.contract.title for name, priced in forecast.contracts.items()}
    taken = list(plain.values())
    return {name: title if taken.count(title) == 1 else f"{title} ({name})" for name, title in plain.items()}


def contracts(forecast: Forecast, counted: CountedAgain | None) -> tuple[ContractNumbers, ...]:
    """Return the numbers of all contracts, in the scenario's order.

    Args:
        counted: what a sample of cases says of what is billed again; None where none was drawn.
    """
    chances, named = _chances_to_be_cheapest(forecast), titles(forecast)
    return tuple(
        _contract(forecast, priced, named[name], float(chance), counted)
        for (name, priced), chance in zip(forecast.contracts.items(), chances, strict=True)
    )


def _chances_to_be_cheapest(forecast: Forecast) -> Array:
    costs = np.empty((len(forecast.contracts), forecast.results.trials))
    for place, priced in enumerate(forecast.contracts.values()):
        costs[place] = horizon_cost(priced, ranked_by(forecast.scenario))
    return risk.probability_cheapest(costs)


def _contract(
    forecast: Forecast, priced: Priced, title: str, cheapest: float, counted: CountedAgain | None
) -> ContractNumbers:
    meters, contract, net = forecast.results.meters, priced.contract, forecast.results.net
    invoice, cost = priced.horizon("invoice"), priced.horizon("cost_to_serve")
    conversations, solved = horizon(meters[CONVERSATIONS]), horizon(priced.cases_solved)
    tie, over, ties, served = tie_at_mean(forecast, priced), _over_budget(forecast, priced), priced.ties, priced.served
    return ContractNumbers(
        name=contract.name,
        title=title,
        label=contract.short_title or title,
        type=contract.type,
        unit=contract.unit,
        unit_changes=unit_changes(contract),
        exchange=exchanged_invoice(forecast, priced),
        unit_rate=unit_rate(contract),
        unit_rate_fixed=_rate_fixed(contract),
        unit_label=unit_label(contract),
        one_price=has_one_price(contract),
        price_words=price_words(contract, forecast.scenario.currency),
        bills_units=priced.bills_units,
        invoice=distribution(invoice, net),
        cost_to_serve=distribution(cost, net),
        cost_per_conversation=distribution_where_known(divided(cost, conversations), net),
        cost_per_solved_case=distribution_where_known(divided(cost, solved), net),
        invoice_per_conversation=distribution_where_known(divided(invoice, conversations), net),
        invoice_per_solved_case=distribution_where_known(divided(invoice, solved), net),
        invoice_less_model_cost=distribution(invoice - horizon(priced.model_cost), net),
        lines=priced.means("lines"),
        units=units_of(forecast, priced, counted),
        tie_price=None if tie is None else tie.unit_price,
        tie=tie,
        tie_p90=None if ties is None else tie_at(ties.p90),
        tie_nine_in_ten=None if ties is None else tie_at(ties.nine_in_ten),
        owed_if_stopped=dict(priced.owed),
        exit_table=priced.exits,
        prepaid=prepaid_credits(priced),
        served_share=None if served is None else float(served.mean()),
        human_work=risk.mean(horizon(priced.human_work)),
        present_value=present_value_of(forecast, priced),
        countable_by_buyer=priced.countable_by_buyer,
        count_note=priced.count_note,
        catalogue=catalogue_entry(forecast.scenario, contract.name),
        probability_cheapest=cheapest,
        probability_over_budget=None if over is None else over.probability_over,
        chance_of_budgets=chance_of_budgets(forecast, priced),
        over_budget=over,
        monthly=by_month(forecast, priced.invoice),
    )


def _over_budget(forecast: Forecast, priced: Priced) -> OverBudget | None:
    budget = forecast.scenario.budget
    if budget is None:
        return None
    return over_budget(horizon_cost(priced, budget.of), budget.total, forecast.results.net)


def exchanged_invoice(forecast: Forecast, priced: Priced) -> ExchangedInvoice | None:
    """Return what a contract's currency is worth, and its invoice in that; None where it is the scenario's."""
    exchange = priced.contract.exchange
    if exchange is None:
        return None
    rates = values_of(forecast.results)(exchange.rate)
    return ExchangedInvoice(
        currency=exchange.currency,
        stated=exchange.rate.center,
        fixed=exchange.rate.fixed,
        rate=brief(rates),
        invoice=distribution(horizon(priced.invoice) / rates, forecast.results.net),
    )


def unit_changes(contract: Contract) -> tuple[UnitChange, ...]:
    """Return the months from which other units are billed than before, the first month left out."""
    return tuple(
        UnitChange(from_month=start, units=tuple(units), labels=tuple(label_of(unit) for unit in units))
        for start, units in contract.unit_schedule[1:]
    )


def has_one_price(contract: Contract) -> bool:
    """Whether one unit price says what use costs, and not, say, only what is above an included quantity."""
    if len(contract.usage) != 1 or contract.usage[0].unit_rate is None:
        return False
    return contract.usage[0].rate_label == f"per {unit_name(contract.usage[0].unit_meter)}"


def _rate_fixed(contract: Contract) -> bool:
    """Whether the unit price is the same in every future; true where there is none."""
    price = contract.usage[0].unit_rate if contract.usage else None
    exchange = contract.currency_of_charges
    return price is None or (price.fixed and (exchange is None or exchange.rate.fixed))

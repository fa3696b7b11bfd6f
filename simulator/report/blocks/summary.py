"""The numbers of a run as one dictionary, `summary.json`: what every table, chart and sentence is made of.

Axis conventions are gone here: everything is a number, a text or a list. Amounts are in the scenario's currency for the
whole horizon unless a key says `month` or `per`. Missing numbers are None, never NaN. Per-x costs are total cost over
total x in each trial; trials without any x are left out, and all figures are None where no trial has one. The blocks
`monthly`, `cumulative` and `fiscal_years` are described in `over_time`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Final

import numpy as np

from simulator import risk
from simulator.arrays import divided
from simulator.contracts import Contract, unit_label, unit_rate
from simulator.contracts.metering.meters import CONVERSATIONS, label_of, unit_name
from simulator.decisions.billed_again import CountedAgain
from simulator.decisions.variance import Split, as_block
from simulator.forecast.bills import values_of
from simulator.forecast.forecast import Forecast, horizon_cost, ranked_by
from simulator.forecast.precision import Reached
from simulator.forecast.priced import Measure, Priced
from simulator.implied.currency_remarks import dollar_defaults
from simulator.money import currency
from simulator.report.blocks.assumptions import assumption_blocks, spread_of_costs
from simulator.report.blocks.assumptions_to_sign import assumptions_to_sign
from simulator.report.blocks.average_conversation import conversation_block
from simulator.report.blocks.bound_clauses import bound_clauses_block
from simulator.report.blocks.curves import chart_blocks
from simulator.report.blocks.distribution import brief, distribution, horizon, safe
from simulator.report.blocks.open_questions import judged
from simulator.report.blocks.over_time import by_month, over_time
from simulator.report.blocks.price_words import price_words
from simulator.report.blocks.published import published_block, published_notes
from simulator.report.blocks.sampling import sampling_block, sampling_notes
from simulator.report.blocks.settlement import settlement_block, settlement_remarks
from simulator.report.blocks.studies import Studies, study_blocks
from simulator.report.blocks.terms import terms_blocks
from simulator.report.blocks.today import today_block
from simulator.report.blocks.undetermined import mean_notes
from simulator.report.blocks.unit_counts import counted_block, units_block
from simulator.report.blocks.verdict_numbers import (
    budget_block,
    chance_of_budgets,
    other_ties,
    over_budget,
    paired_blocks,
    tie_block,
)
from simulator.report.words.figures import figures
from simulator.report.words.precision import precision_block
from simulator.report.words.saving import saving
from simulator.report.words.sentences import NO_UNIT, in_sentence
from simulator.report.words.summary_block import NewBlock
from simulator.report.words.verdict_words import before_signing, headline

FEW_TRIALS: Final = 1_000
"""Below so many futures a note says that the tails are rough."""


def summary(
    forecast: Forecast,
    split: Mapping[str, Split] | None = None,
    studies: Studies | None = None,
    precision: Reached | None = None,
) -> NewBlock:
    """Return all numbers of a run, safe for JSON: no NaN, no infinity, floats of 12 significant digits.

    Args:
        split: shares of each invoice's variance by level of chance (decisions.variance), where they were worked out.
        studies: what definitions and intents do, where that was looked at.
        precision: how well P90 is known, where that was asked.
    """
    scenario, results, of = forecast.scenario, forecast.results, ranked_by(forecast.scenario)
    counted = None if studies is None else studies.again
    charts = chart_blocks(forecast)
    block: NewBlock = {
        "scenario": scenario.title,
        "currency": scenario.currency,
        "minor_units": currency(scenario.currency).minor_units,
        "start": scenario.start,
        "trials": results.trials,
        "months": results.months,
        "seed": scenario.seed,
        "futures_drawn": scenario.sampling,
        "precision": precision_block(precision),
        "engine": results.engine,
        "recommended": forecast.verdict.recommended,
        "ranked_by": of,
        "ranking": list(forecast.ranking),
        "too_close_to_call": forecast.verdict.close is not None,
        "verdict": asdict(judged(forecast)),
        "sentence": "",
        "notes": notes(forecast),
        "budget": budget_block(forecast),
        "status_quo": today_block(forecast),
        "human_work": _human_work_block(forecast),
        "model_cost": distribution(horizon(forecast.model_cost), results.net),
        "volume": _volume_block(forecast),
        "conversation": conversation_block(results),
        **assumption_blocks(results),
        "most_of_the_spread": spread_of_costs(results, horizon_cost(forecast.recommended, of)),
        "sampling": sampling_block(results, None if split is None else split.get(forecast.verdict.recommended)),
        "variance": None if split is None else {name: as_block(each) for name, each in split.items()},
        "billed_again": counted_block(counted),
        "contracts": _contract_blocks(forecast, counted),
        "terms": [asdict(each) for each in terms_blocks(forecast)],
        "bound_clauses": [asdict(each) for each in bound_clauses_block(forecast)],
        "paired": paired_blocks(forecast),
        **over_time(forecast),
        **charts,
        "assumptions_to_sign": asdict(assumptions_to_sign(forecast, charts["tornado"])),
        **study_blocks(studies or Studies()),
    }
    clean: NewBlock = safe(block)
    clean["sentence"] = headline(clean)
    clean["verdict"] |= {"saving": saving(clean), "before_signing": before_signing(clean)}
    return clean


def notes(forecast: Forecast) -> list[str]:
    """Return what a reader must know of how the numbers were made."""
    trials, found = forecast.results.trials, []
    if trials < FEW_TRIALS:
        slow = ", as every conversation is simulated one by one" if forecast.results.engine == "ledger" else ""
        found.append(
            f"{trials:,} futures are few{slow}: P90 and beyond are rough, see the interval; more with --trials"
        )
    unsolved = int(np.count_nonzero(horizon(forecast.results.meters["cases_solved"]) == 0))
    if unsolved:
        found.append(f"in {unsolved:,} of {trials:,} futures no case is solved; costs per solved case leave them out")
    named = {name: in_sentence(title) for name, title in titles(forecast).items()}
    found += [*mean_notes(forecast, named), *_no_units(forecast), *_other_order(forecast), *_remarks(forecast)]
    found += sampling_notes(forecast.results, named)
    found += dollar_defaults(forecast.scenario)
    found += published_notes(forecast.scenario, titles(forecast))
    if forecast.recommended.bills_units and not forecast.recommended.countable_by_buyer:
        found.append(f"the recommended contract cannot be recounted: {forecast.recommended.count_note}")
    return found


def _no_units(forecast: Forecast) -> list[str]:
    """Name the contracts that bill no unit in any future, and what that does to the ranking."""
    if not forecast.results.sums["cases"]:
        return ["no case comes in any future: check volume"]
    named = titles(forecast)
    last = "; it is ranked last" if forecast.recommended.bills_units and len(named) > 1 else ""
    return [
        f"{in_sentence(named[name])} {NO_UNIT}: {_what_to_check(priced)}{last}"
        for name, priced in forecast.contracts.items()
        if not priced.bills_units
    ]


def _remarks(forecast: Forecast) -> list[str]:
    """Say what a reader may not expect of the contracts."""
    named = titles(forecast)
    return [
        f"{in_sentence(named[name])}: {remark}"
        for name, priced in forecast.contracts.items()
        for remark in (*priced.contract.remarks, *settlement_remarks(priced, forecast.scenario.currency))
    ]


def _what_to_check(priced: Priced) -> str:
    if priced.contract.definitions:
        return "check its definition (inputs it needs may be missing)"
    return "check the meter that it bills by"


def _other_order(forecast: Forecast) -> list[str]:
    """Say which contract would be first by the cost that does not rank: with human work, or by the invoice."""

    of: Measure = "cost_to_serve" if ranked_by(forecast.scenario) == "invoice" else "invoice"

    def p90(priced: Priced) -> float:
        return risk.quantile(horizon_cost(priced, of), 0.9)

    first = min(_rivals(forecast).values(), key=p90)
    if p90(first) >= p90(forecast.recommended):
        return []
    theirs, ours = figures([p90(first), p90(forecast.recommended)], forecast.scenario.currency)
    what = "invoice" if of == "invoice" else "cost with human work"
    return [
        f"{in_sentence(titles(forecast)[first.contract.name])} has the lower {what} at P90, {theirs} against {ours}: "
        "contracts differ in how much they bill in futures in which people work more"
    ]


def _rivals(forecast: Forecast) -> dict[str, Priced]:
    """The recommended contract and all others that bill something, in the order of the ranking."""
    return {
        name: forecast.contracts[name]
        for place, name in enumerate(forecast.ranking)
        if place == 0 or forecast.contracts[name].bills_units
    }


def _human_work_block(forecast: Forecast) -> NewBlock:
    meters = forecast.results.meters
    whole = distribution(horizon(forecast.human_work), forecast.results.net)
    return {
        **whole,
        "minutes": brief(horizon(meters["human_minutes"])),
        "cost_per_handoff": brief(divided(horizon(forecast.human_work), horizon(meters["touch:handoff"]))),
        "monthly": by_month(forecast, forecast.human_work),
    }


def _volume_block(forecast: Forecast) -> NewBlock:
    meters = forecast.results.meters
    names = (
        "cases",
        "conversations",
        "tickets",
        "unseen_tickets",
        "straight_returns",
        "cases_solved",
        "cases_solved_by_ai",
    )
    return {
        **{name: brief(horizon(meters[name])) for name in names},
        "monthly": by_month(forecast, meters["cases"]),
    }


def titles(forecast: Forecast) -> dict[str, str]:
    """Return how tables name each contract; where two have the same title, the name stands behind it."""
    plain = {name: priced.contract.title for name, priced in forecast.contracts.items()}
    taken = list(plain.values())
    return {name: title if taken.count(title) == 1 else f"{title} ({name})" for name, title in plain.items()}


def _contract_blocks(forecast: Forecast, counted: CountedAgain | None) -> list[NewBlock]:
    of = ranked_by(forecast.scenario)
    costs = np.empty((len(forecast.contracts), forecast.results.trials))
    for place, priced in enumerate(forecast.contracts.values()):
        costs[place] = horizon_cost(priced, of)
    chances = risk.probability_cheapest(costs)
    del costs
    named = titles(forecast)
    return [
        _contract_block(forecast, priced, named[name], float(chance), units_block(forecast, priced, counted))
        for (name, priced), chance in zip(forecast.contracts.items(), chances, strict=True)
    ]


def _contract_block(forecast: Forecast, priced: Priced, title: str, cheapest: float, units: NewBlock) -> NewBlock:
    meters, contract, net = forecast.results.meters, priced.contract, forecast.results.net
    invoice, cost = priced.horizon("invoice"), priced.horizon("cost_to_serve")
    conversations, solved = horizon(meters[CONVERSATIONS]), horizon(priced.cases_solved)
    budget = forecast.scenario.budget
    over = None if budget is None else over_budget(horizon_cost(priced, budget.of), budget.total, net)
    return {
        "name": contract.name,
        "title": title,
        "label": contract.short_title or title,
        "type": contract.type,
        "unit": contract.unit,
        "unit_changes": unit_changes(contract),
        "exchange": exchange_block(forecast, priced),
        "unit_rate": unit_rate(contract),
        "unit_rate_fixed": _rate_fixed(contract),
        "unit_label": unit_label(contract),
        "one_price": has_one_price(contract),
        "price_words": price_words(contract, forecast.scenario.currency),
        "bills_units": priced.bills_units,
        "invoice": distribution(invoice, net),
        "cost_to_serve": distribution(cost, net),
        "cost_per_conversation": distribution(divided(cost, conversations), net),
        "cost_per_solved_case": distribution(divided(cost, solved), net),
        "invoice_per_conversation": distribution(divided(invoice, conversations), net),
        "invoice_per_solved_case": distribution(divided(invoice, solved), net),
        "invoice_less_model_cost": distribution(invoice - horizon(priced.model_cost), net),
        "lines": priced.means("lines"),
        "units": units,
        "tie_price": None if priced.ties is None or priced.ties.mean is None else priced.ties.mean.unit_price,
        "tie": tie_block(forecast, priced),
        **other_ties(priced),
        "owed_if_stopped": dict(priced.owed),
        **settlement_block(forecast, priced),
        "countable_by_buyer": priced.countable_by_buyer,
        "count_note": priced.count_note,
        "catalogue": published_block(forecast.scenario, contract.name),
        "probability_cheapest": cheapest,
        "probability_over_budget": None if over is None else over["probability_over"],
        "chance_of_budgets": chance_of_budgets(forecast, priced),
        "over_budget": over,
        "monthly": by_month(forecast, priced.invoice),
    }


def exchange_block(forecast: Forecast, priced: Priced) -> NewBlock | None:
    """Return what a contract's currency is worth, and its invoice in that; None where it is the scenario's."""
    exchange = priced.contract.exchange
    if exchange is None:
        return None
    rates = values_of(forecast.results)(exchange.rate)
    return {
        "currency": exchange.currency,
        "stated": exchange.rate.center,
        "fixed": exchange.rate.fixed,
        "rate": brief(rates),
        "invoice": distribution(horizon(priced.invoice) / rates, forecast.results.net),
    }


def unit_changes(contract: Contract) -> list[NewBlock]:
    """Return the months from which other units are billed than before, the first month left out."""
    return [
        {"from_month": start, "units": list(units), "labels": [label_of(unit) for unit in units]}
        for start, units in contract.unit_schedule[1:]
    ]


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

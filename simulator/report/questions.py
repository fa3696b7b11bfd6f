"""The three questions of a contract, answered: who counts the unit, what edge cases bill, what the unit costs.

`questions` returns numbers and texts for every contract of a forecast; `questions_text` and the report write them down.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import replace
from typing import Any, Final

import numpy as np

from simulator import risk
from simulator.arrays import Array, divided
from simulator.contracts.metering.meters import CONVERSATIONS, TOKEN_CLASSES, definition_of, tokens, unit_name
from simulator.contracts.metering.record_columns import columns_of
from simulator.contracts.metering.segments import segment_of
from simulator.decisions.billed_again import count_again
from simulator.decisions.billed_cases import BilledCase, CaseBill, bill_worked_cases
from simulator.definitions import Definition
from simulator.engine.processes.pool import Workers
from simulator.forecast.bills import MODEL_COST
from simulator.forecast.forecast import Forecast
from simulator.forecast.priced import Priced
from simulator.records import BY_NAME
from simulator.report.blocks.bound_clauses import bound_clauses_block
from simulator.report.blocks.contract import exchanged_invoice, titles, unit_changes
from simulator.report.blocks.distribution import brief, brief_where_known, horizon
from simulator.report.blocks.published import catalogue_entry
from simulator.report.blocks.studies import anatomy_numbers, anatomy_of
from simulator.report.blocks.unit_counts import units_of
from simulator.report.contract_answers import (
    AnsweredCase,
    AnsweredDefinition,
    ContractAnswers,
    IntentTokens,
    LaterCase,
    ReadColumn,
    UnitCost,
    WhoCounts,
)
from simulator.report.summary.anatomy import AnatomyNumbers
from simulator.report.summary.bound_clauses import ContractClauses
from simulator.report.summary.plain import safe
from simulator.report.summary.units import Units
from simulator.report.words.meter_words import meter_words, what_counts
from simulator.scenario.stated.compiled_terms import Terms, compile_terms

PART_NAMES: Final[Mapping[str, str]] = {
    "input": "prompt",
    "cached_input": "from cache",
    "output": "answer",
    "reasoning": "reasoning",
}
"""What the parts of the tokens of a conversation are called in words (`decisions.anatomy`)."""


def start_worked_cases(forecast: Forecast, workers: Workers) -> Future[list[BilledCase]]:
    """Let a process bill the worked cases at the average volume of a forecast."""
    results = forecast.results
    average = {name: value / (results.trials * results.months) for name, value in results.sums.items()}
    owed = {name: risk.mean(priced.of_units) for name, priced in forecast.contracts.items()}
    return workers.submit(bill_worked_cases, forecast.scenario, average, owed=owed)


def questions(
    forecast: Forecast,
    anatomy: AnatomyNumbers | None = None,
    units: Mapping[str, Units] | None = None,
    cases: list[BilledCase] | None = None,
    clauses: Sequence[ContractClauses] | None = None,
) -> list[ContractAnswers]:
    """Return the answers for every contract, in the scenario's order, as a file can hold them.

    Args:
        anatomy: block of the summary that says what conversations of each intent are made of; drawn without it.
        units: of each contract the block of the summary that says what is billed; counted in a sample without it.
        cases: the worked cases as contracts bill them; billed here without them.
        clauses: of every contract the block of the summary that says which clauses bind; priced here without it.
    """
    anatomy = anatomy or anatomy_numbers(*anatomy_of(forecast.scenario))
    if units is None:
        counted = count_again(forecast.results)
        units = {name: units_of(forecast, priced, counted) for name, priced in forecast.contracts.items()}
    scenario, results = forecast.scenario, forecast.results
    terms = compile_terms(scenario)
    if cases is None:
        cases = start_worked_cases(forecast, Workers(1)).result()
    by_model = {model: forecast.columns.sums[f"{MODEL_COST}/{model}"] / results.trials for model in terms.model_rates}
    named = titles(forecast)
    bound = {each.contract: each for each in clauses or bound_clauses_block(forecast)}
    return [
        safe(
            ContractAnswers(
                name=name,
                title=named[name],
                label=priced.contract.short_title or named[name],
                exchange=exchanged_invoice(forecast, priced),
                unit=unit_name(priced.contract.unit),
                unit_label=meter_words(priced.contract.unit, _titles(terms)),
                unit_changes=tuple(
                    replace(each, labels=tuple(meter_words(unit, _titles(terms)) for unit in each.units))
                    for each in unit_changes(priced.contract)
                ),
                who_counts=_who_counts(priced, terms),
                cases=tuple(_case(each, name) for each in cases),
                units=units[name],
                unit_cost=_unit_cost(forecast, priced, by_model, anatomy, _titles(terms)),
                clauses=bound[name].clauses,
                catalogue=catalogue_entry(scenario, name),
            )
        )
        for name, priced in forecast.contracts.items()
    ]


def _who_counts(priced: Priced, terms: Terms) -> WhoCounts:
    contract = priced.contract
    definitions = [terms.definitions[name] for name in contract.definitions]
    read = [column for meter in contract.meters for column in columns_of(meter)]
    read += [column for definition in definitions for column in definition.columns]
    return WhoCounts(
        verdict=priced.count_note,
        countable_by_buyer=priced.countable_by_buyer,
        definitions=tuple(_definition(each) for each in definitions),
        meters=tuple(meter_words(meter, _titles(terms)) for meter in contract.meters),
        what_counts=what_counts(tuple(contract.meters)),
        columns=tuple(
            ReadColumn(name=column, meaning=BY_NAME[column].meaning, held_by=BY_NAME[column].held_by)
            for column in BY_NAME
            if column in read
        ),
    )


def _titles(terms: Terms) -> dict[str, str]:
    return {name: each.title for name, each in terms.definitions.items()}


def _definition(definition: Definition) -> AnsweredDefinition:
    return AnsweredDefinition(
        name=definition.name,
        title=definition.title,
        words=definition.words,
        note=definition.spec.note,
        sql=definition.unit_sql,
        memory=tuple(sorted(definition.memory)),
    )


def _case(each: BilledCase, contract: str) -> AnsweredCase:
    return AnsweredCase(
        key=each.case.key,
        words=each.case.words,
        **_bill(each.bills[contract]),
        later=tuple(LaterCase(from_month=month, **_bill(bill)) for month, bill in each.later[contract].items()),
    )


def _bill(bill: CaseBill) -> dict[str, Any]:
    """Return the attributes of a `CaseCost`."""
    return {"units": bill.units, "average": bill.average, "included": bill.included, "amount": bill.amount}


def _unit_cost(
    forecast: Forecast, priced: Priced, by_model: Mapping[str, float], anatomy: AnatomyNumbers, named: Mapping[str, str]
) -> UnitCost:
    meters = forecast.results.meters
    cost, invoice = horizon(forecast.model_cost), horizon(priced.invoice)
    units, conversations = horizon(priced.units), horizon(meters[CONVERSATIONS])
    solved = horizon(meters["rows|solved_by_ai"])
    return UnitCost(
        tokens_per_conversation=_tokens(forecast, conversations),
        tokens_per_unit=_tokens(forecast, units),
        tokens_per_solved=_tokens(forecast, solved),
        model_cost_per_conversation=brief_where_known(divided(cost, conversations)),
        model_cost_per_unit=brief_where_known(divided(cost, units)),
        model_cost_per_solved=brief_where_known(divided(cost, solved)),
        invoice_per_unit=brief_where_known(divided(invoice, units)),
        model_cost_by_model=dict(by_model),
        margin=brief(invoice - cost),
        margin_share=brief_where_known(1 - divided(cost, invoice)),
        share_of_futures_at_a_loss=float(np.mean(invoice < cost)),
        conversations_drawn=anatomy.conversations,
        by_intent=_by_intent(anatomy, priced, named),
    )


def _by_intent(anatomy: AnatomyNumbers, priced: Priced, named: Mapping[str, str]) -> tuple[IntentTokens, ...]:
    """Return tokens by intent: of a conversation by part, and all over those the AI solved and over resolutions."""
    meters = [(unit, name) for unit in priced.contract.units if (name := definition_of(unit))]
    return tuple(
        IntentTokens(
            name=each.name,
            share=each.share,
            tokens=each.tokens,
            sum=(total := sum(each.tokens.values())),
            per_solved=_per(total, each.solved),
            per_resolution={
                meter_words(unit, named): _per(total, each.units[definition]) if _holds(unit, each.name) else None
                for unit, definition in meters
            },
        )
        for each in sorted(anatomy.intents, key=lambda intent: (-intent.share, intent.name))
    )


def _per(total: float, count: float) -> float | None:
    return total / count if count > 0 else None


def _holds(meter: str, intent: str) -> bool:
    """Return whether conversations of an intent can be in a meter; a part by channels is not told apart here."""
    part = segment_of(meter)
    return part is None or part.intents is None or part.intents.holds(intent)


def _tokens(forecast: Forecast, by: Array) -> dict[str, float | None]:
    """Return mean tokens of all models by class, over a horizon's number of something; None where it is 0."""
    count = risk.mean(by)
    models, sums = forecast.scenario.models, forecast.results.sums
    return {
        kind: None
        if count <= 0
        else sum(sums[tokens(model, kind)] / forecast.results.trials for model in models) / count
        for kind in TOKEN_CLASSES
    }

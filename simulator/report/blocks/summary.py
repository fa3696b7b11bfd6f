"""The numbers of a run, the summary: what every table, chart and sentence is made of.

Axis conventions are gone here: all is a number, a text or a sequence of blocks (`simulator.report.summary`). Per-x
costs are total cost over total x in each trial; trials without any x are left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import numpy as np

from simulator import risk
from simulator.arrays import divided
from simulator.forecast.budget_price import price_that_holds_budget
from simulator.forecast.forecast import Forecast, horizon_cost, ranked_by
from simulator.forecast.precision import Reached
from simulator.forecast.priced import Measure, Priced
from simulator.implied.currency_remarks import dollar_defaults
from simulator.money import currency
from simulator.report.blocks.assumptions import correlations, spread_of_costs, unknowns
from simulator.report.blocks.assumptions_to_sign import assumptions_to_sign
from simulator.report.blocks.average_conversation import conversation
from simulator.report.blocks.base_estimate import base_estimates
from simulator.report.blocks.bound_clauses import bound_clauses_block
from simulator.report.blocks.budget_years import budget_years
from simulator.report.blocks.contract import contracts, titles
from simulator.report.blocks.curves import convergence, curve, tornado_numbers
from simulator.report.blocks.distribution import brief, brief_where_known, distribution, horizon
from simulator.report.blocks.levers import levers_told
from simulator.report.blocks.open_questions import judged
from simulator.report.blocks.over_time import by_month, over_time
from simulator.report.blocks.present_value import discounting
from simulator.report.blocks.published import published_notes
from simulator.report.blocks.sampling import sampling, sampling_notes
from simulator.report.blocks.settlement import settlement_remarks
from simulator.report.blocks.studies import Studies, anatomy_numbers, clause_numbers
from simulator.report.blocks.terms import terms_blocks
from simulator.report.blocks.today import today_of
from simulator.report.blocks.tokens import token_box, token_months
from simulator.report.blocks.true_ups import true_ups
from simulator.report.blocks.undetermined import mean_notes
from simulator.report.blocks.unit_counts import sample_of
from simulator.report.blocks.verdict_numbers import budget_of, paired_contracts, tie_at
from simulator.report.summary.plain import attributes, safe
from simulator.report.summary.summary import Summary
from simulator.report.summary.verdict import ToldVerdict
from simulator.report.summary.volume import HumanWork, Volume
from simulator.report.words.figures import figures
from simulator.report.words.precision import precision_of
from simulator.report.words.saving import saving
from simulator.report.words.sentences import NO_UNIT, in_sentence
from simulator.report.words.verdict_words import before_signing, headline
from simulator.risk.variance_shares import VarianceShares

FEW_TRIALS: Final = 1_000
"""Below so many futures a note says that the tails are rough."""


def summary(
    forecast: Forecast,
    split: Mapping[str, VarianceShares] | None = None,
    studies: Studies | None = None,
    precision: Reached | None = None,
) -> Summary:
    """Return all numbers of a run, as a file can hold them: no NaN, no infinity, floats of 12 significant digits.

    Args:
        split: shares of each invoice's variance by level of chance (decisions.variance), where they were worked out.
        studies: what definitions and intents do, where that was looked at.
        precision: how well P90 is known, where that was asked.
    """
    found = safe(_numbers(forecast, split, studies or Studies(), precision))
    verdict = replace(found.verdict, saving=saving(found), before_signing=before_signing(found))
    return replace(found, sentence=headline(found), verdict=verdict)


def _numbers(
    forecast: Forecast, split: Mapping[str, VarianceShares] | None, studies: Studies, precision: Reached | None
) -> Summary:
    """Return the numbers without the sentences that are made of them."""
    scenario, results, of = forecast.scenario, forecast.results, ranked_by(forecast.scenario)
    cost, along, found = horizon_cost(forecast.recommended, of), over_time(forecast), forecast.verdict
    moved = tornado_numbers(forecast, cost)
    return Summary(
        scenario=scenario.title,
        currency=scenario.currency,
        minor_units=currency(scenario.currency).minor_units,
        start=scenario.start,
        trials=results.trials,
        months=results.months,
        seed=scenario.seed,
        futures_drawn=scenario.sampling,
        precision=precision_of(precision),
        engine=results.engine,
        recommended=found.recommended,
        ranked_by=of,
        ranking=tuple(forecast.ranking),
        too_close_to_call=found.close is not None,
        verdict=_verdict(forecast),
        sentence="",
        notes=tuple(notes(forecast)),
        budget=budget_of(forecast),
        price_that_holds_budget=tie_at(price_that_holds_budget(forecast, forecast.recommended)),
        status_quo=today_of(forecast),
        human_work=_human_work(forecast),
        model_cost=distribution(horizon(forecast.model_cost), results.net),
        volume=_volume(forecast),
        conversation=conversation(results),
        unknowns=unknowns(results),
        correlations=correlations(scenario),
        most_of_the_spread=spread_of_costs(results, cost),
        sampling=sampling(results, None if split is None else split.get(found.recommended)),
        variance=split,
        billed_again=sample_of(studies.again),
        contracts=contracts(forecast, studies.again),
        terms=terms_blocks(forecast),
        bound_clauses=bound_clauses_block(forecast),
        paired=paired_contracts(forecast),
        monthly=along.monthly,
        cumulative=along.cumulative,
        fiscal_years=along.fiscal_years,
        discounting=discounting(forecast),
        curve=curve(cost),
        tornado=moved,
        convergence=convergence(cost, results.net),
        assumptions_to_sign=assumptions_to_sign(forecast, moved),
        base_estimate=base_estimates(forecast, studies.base),
        budget_years=budget_years(forecast),
        true_ups=true_ups(forecast),
        clauses=None if studies.clauses is None else clause_numbers(studies.clauses),
        anatomy=None if studies.anatomy is None else anatomy_numbers(*studies.anatomy),
        token_box=None if studies.token_parts is None else token_box(forecast, studies.token_parts),
        token_months=token_months(forecast),
        levers=None if studies.levers is None else levers_told(studies.levers, scenario),
    )


def _verdict(forecast: Forecast) -> ToldVerdict:
    return ToldVerdict(**attributes(judged(forecast)))


def notes(forecast: Forecast) -> list[str]:
    """Return what a reader must know of how the numbers were made."""
    trials = forecast.results.trials
    named = {name: in_sentence(title) for name, title in titles(forecast).items()}
    found = mean_notes(forecast, named)  # first, as the brief shows only the first notes
    if trials < FEW_TRIALS:
        slow = ", as every conversation is simulated one by one" if forecast.results.engine == "ledger" else ""
        found.append(
            f"{trials:,} futures are few{slow}: P90 and beyond are rough, see the interval; more with --trials"
        )
    unsolved = int(np.count_nonzero(horizon(forecast.results.meters["cases_solved"]) == 0))
    if unsolved:
        found.append(f"in {unsolved:,} of {trials:,} futures no case is solved; costs per solved case leave them out")
    found += [*_no_units(forecast), *_other_order(forecast), *_remarks(forecast)]
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


def _human_work(forecast: Forecast) -> HumanWork:
    meters, cost = forecast.results.meters, horizon(forecast.human_work)
    return HumanWork(
        **attributes(distribution(cost, forecast.results.net)),
        minutes=brief(horizon(meters["human_minutes"])),
        cost_per_handoff=brief_where_known(divided(cost, horizon(meters["touch:handoff"]))),
        monthly=by_month(forecast, forecast.human_work),
    )


def _volume(forecast: Forecast) -> Volume:
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
    return Volume(
        **{name: brief(horizon(meters[name])) for name in names},
        monthly=by_month(forecast, meters["cases"]),
    )

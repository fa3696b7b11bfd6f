"""Which clauses bind, on futures by hand: months, futures, what each adds, and the words for it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, get_args

import numpy as np
import pytest

from simulator.contracts.binding.clause import Kind
from simulator.engine.run import Run, simulate_all
from simulator.forecast.bills import kept_meters
from simulator.forecast.forecast import Forecast, forecast
from simulator.report.blocks.bound_clauses import bound_clauses_block, contract_clauses
from simulator.report.questions_text import answers
from simulator.report.summary.bound_clauses import BoundClause
from simulator.report.words.clause_words import KINDS, NO_CLAUSES, Told, months_text, sentence
from simulator.scenario import load_scenario
from simulator.scenario.stated.compiled_terms import compile_terms
from tests.report.made import made
from tests.synthetic import results, scenario

TEN = 100.0 * np.arange(1, 11)[:, None] * np.array([1.0, 2.0, 1.0])
"""Ten futures of three months: 100 k, 200 k and 100 k conversations for k = 1 .. 10."""


def told_by(**terms: Any) -> tuple[BoundClause, ...]:
    """Return the clauses of a contract at 0.5 a conversation: 50 k, 100 k and 50 k."""
    table = {"type": "per_conversation", "price": 0.5, **terms}
    run = results(scenario({"a": table}, trials=10, months=3))
    run = replace(run, meters={**run.meters, "conversations": TEN})
    (found,) = bound_clauses_block(forecast(run))
    assert found.contract == "a"
    return found.clauses


def test_a_minimum_by_hand() -> None:
    """A minimum of 100 lifts months 1 and 3 of future 1 by 50 each; all others come to 100 at least."""
    (least,) = told_by(monthly_minimum=100)
    assert (least.kind, least.months, least.futures) == ("monthly_minimum", 0.2, 0.1)
    assert (least.mean, least.p10, least.p90, least.at_p90) == (10, 0, 0, 0)
    assert least.sentence == (
        "Minimum of $100 a month lifts the invoice in 0.2 of 3 months on average, and in 10 % of the futures at least "
        "once; it adds $10.00 on average and changes nothing at P90."
    )


def test_a_cap_by_hand() -> None:
    """A cap of 900 cuts month 2 of future 10 by 100: of ten futures P90 is the ninth, which it leaves as it is."""
    (most,) = told_by(maximum_per_month=900)
    assert (most.months, most.futures, most.mean, most.at_p90) == (0.1, 0.1, -10, 0)
    assert "it takes $10.00 off on average and changes nothing at P90" in most.sentence


def test_what_a_clause_adds_at_p90_is_a_difference_of_two_p90s() -> None:
    """A cap of 500 makes future 10 cost 1,500 and leaves future 5: P90 is the ninth smallest of all, with and without.

    Without it P90 is 50 * 9 * 4 = 1,800; with it future 9 costs 450 + 500 + 450 = 1,400.
    """
    (most,) = told_by(maximum_per_month=500)
    assert most.at_p90 == 1_400 - 1_800
    assert most.mean == pytest.approx(-sum(max(100 * k - 500, 0) for k in range(1, 11)) / 10)


def test_a_minimum_of_a_year_is_told_by_futures_alone() -> None:
    (least,) = told_by(yearly_minimum=2_400)
    assert not least.by_month and least.futures == 0.2  # 3 / 12 of it are 600: futures 1 and 2 cost 200 and 400
    assert "lifts the invoice in 20 % of the futures; it adds $60.00 on average" in least.sentence
    (monthly,) = told_by(yearly_minimum=2_400, true_up="each_month")
    assert not monthly.by_month and monthly.months > least.months


def test_a_clause_that_is_never_reached_is_worth_nothing_and_says_so() -> None:
    (most,) = told_by(maximum_per_month=100_000)
    assert most.mean == most.p10 == most.p90 == most.at_p90 == most.months == most.futures == 0
    assert most.sentence == (
        "Cap of $100K a month never cuts the invoice in these futures, so it is worth nothing in them."
    )


def test_an_allowance_that_is_never_used_up_takes_something_off_all_the_same() -> None:
    (free,) = told_by(included=3_000)
    assert free.futures == 0 and free.mean == pytest.approx(-0.5 * TEN.sum(axis=1).mean())
    assert free.sentence.startswith("3,000 included conversations a month are never used up in these futures; they ")


def test_a_plain_price_has_no_clauses_and_says_so() -> None:
    assert told_by(platform_fee=100, discount=0.1) == ()
    from simulator.report.questions_text import _clauses

    assert NO_CLAUSES in list(_clauses(made({"clauses": []})))


def test_the_words_of_every_kind_are_there() -> None:
    assert set(KINDS) == set(get_args(Kind))


@pytest.mark.parametrize(("months", "text"), [(0, "0"), (0.01, "under 0.1"), (0.25, "0.2"), (3.0, "3"), (11.96, "12")])
def test_months_in_words(months: float, text: str) -> None:
    assert months_text(months) == text


def said(**changes: Any) -> str:
    told = Told("tier", "The edge", months=3.0, futures=1.0, horizon=12, mean=100.0, at_p90=100.0)
    return sentence(replace(told, **changes), "USD", by_month=True)


def test_sentences_say_all_months_nearly_all_and_signs_that_differ() -> None:
    assert said().startswith("The edge is passed in 3 of 12 months on average, and in every future at least once; it ")
    assert "it adds $100 on average and at P90, against the price below it." in said()
    assert "in every month of every future" in said(months=12.0)
    assert "in nearly all of the 12 months" in said(months=11.97)
    assert "it takes $100 off on average and adds $50.00 at P90" in said(mean=-100.0, at_p90=50.0)
    assert "it adds $100 on average and takes $50.00 off at P90" in said(at_p90=-50.0)
    assert "it takes $100 off on average and $50.00 off at P90" in said(mean=-100.0, at_p90=-50.0)


def test_amounts_of_a_contract_in_another_currency_are_converted() -> None:
    table = {"type": "per_conversation", "price": 0.5, "currency": "EUR", "monthly_minimum": 100}
    run = results(scenario({"a": table}, trials=10, months=3, exchange_rates={"EUR": 2.0}))
    run = replace(run, meters={**run.meters, "conversations": TEN})
    ((least,),) = (each.clauses for each in bound_clauses_block(forecast(run)))
    assert least.mean == 20 and least.name == "Minimum of $200 a month"


def every_term(engine: str) -> Forecast:
    of = load_scenario("tests/scenario/everything_settlement.toml", ["trials=64"])
    (run,) = simulate_all([Run(of, engine)], workers=1)  # type: ignore[arg-type]
    return forecast(run)


def test_every_settlement_has_words_without_a_hole() -> None:
    found = every_term("expected")
    seen = set()
    for each in bound_clauses_block(found):
        for clause in each.clauses:
            seen.add(clause.kind)
            assert clause.sentence[0].isupper() or clause.sentence[0].isdigit(), clause.sentence
            assert "{" not in clause.sentence and "None" not in clause.sentence and "_" not in clause.sentence
            assert 0 <= clause.futures <= 1 and 0 <= clause.months <= found.results.months
    assert {"commitment", "commitment_overage", "prepaid", "limit", "guarantee", "clawback", "free_units"} <= seen


def test_clauses_can_be_priced_on_what_a_run_keeps() -> None:
    of = load_scenario("tests/scenario/every_contract.toml", ["trials=2"])
    contracts = [*compile_terms(of).contracts.values()]
    kept = set(kept_meters(contracts))
    tiered = [each for each in contracts if any(charge.meters for charge in each.charges)]
    from simulator.contracts.binding.all_clauses import has_clauses

    assert all(set(each.meters) <= kept for each in tiered if has_clauses(each))


def test_the_document_has_the_sentences() -> None:
    found = every_term("expected")
    from simulator.report.questions import questions

    block = next(each for each in questions(found) if each.name == "committed")
    text = answers(block, found.scenario.currency)
    assert "### Which clauses bind" in text
    assert contract_clauses(found, "committed").clauses[0].sentence in text


def test_what_a_package_takes_off_is_before_the_fee_for_it() -> None:
    package = Told("included", "25,000 included conversations a month", 12, 1.0, 12, -180e3, -180e3)
    told = sentence(package, "USD", by_month=True)
    assert told.endswith("they take $180K off on average and at P90, before the fee that is paid for them.")

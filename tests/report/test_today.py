"""The row for today: people only or the contract in force, and the hours and seats that the AI saves."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simulator.engine.results import Results
from simulator.engine.run import simulate
from simulator.forecast.forecast import forecast
from simulator.report.blocks.summary import summary
from simulator.report.summary.distribution import Brief
from simulator.report.terminal import console
from simulator.report.terminal.terminal_screen import today_line
from simulator.report.words.figures import figures
from simulator.report.words.sentences import contract_of
from simulator.scenario import load_scenario
from tests.synthetic import CONTRACTS, results, scenario

ROOT = Path(__file__).parents[2]
OFFERED = {"conversation": CONTRACTS["conversation"], "resolution": CONTRACTS["resolution"]}


def by_hand(**changes: Any) -> Results:
    """Two months: people would work 120 and 60 hours k, beside the AI they work 20 and 10 hours k, k = 1 .. 10."""
    run = results(
        scenario(OFFERED, trials=10, months=2, people={"cost_per_hour": 60, "productive_hours": 50}, **changes)
    )
    k = np.arange(1, 11)[:, None]
    hours = {"today_minutes": 60 * k * np.array([120, 60]), "human_minutes": 60 * k * np.array([20, 10])}
    return replace(run, meters={**run.meters, **{name: each.astype(float) for name, each in hours.items()}})


def test_savings_by_hand() -> None:
    told = summary(forecast(by_hand())).status_quo
    assert told.title == "Today (people only)" and told.contract is None and told.invoice_in_force is None
    saved = told.savings
    assert saved.hours_per_month_today == Brief(mean=90 * 5.5, p10=90, p90=810)
    assert saved.hours_per_month == Brief(mean=75 * 5.5, p10=75, p90=675)
    assert saved.seats == Brief(mean=8.25, p10=1.5, p90=13.5) and saved.productive_hours_per_seat == 50


def test_saving_is_a_range_over_all_contracts_with_seats_and_cases_by_hand() -> None:
    """People cost 60 an hour: today 180 hours k, k = 1 .. 10, on average 990 hours; with the AI 165 hours, 9,900."""
    run = by_hand()
    solved = {"today_solved": np.full((10, 2), 500.0), "cases_solved": np.full((10, 2), 450.0)}
    told = summary(forecast(replace(run, meters={**run.meters, **solved})))
    found, text = told.status_quo.saving, told.verdict.saving
    invoices = [contract_of(told, name).invoice.mean for name in OFFERED]
    assert found.high == pytest.approx(59_400 - 9_900 - min(invoices), rel=1e-9)
    assert found.low == pytest.approx(59_400 - 9_900 - max(invoices), rel=1e-9)
    low, high, choice = figures([found.low, found.high], "USD") + figures([found.high - found.low], "USD")
    less = told.status_quo.recommended_less_today
    ends = figures([-less.p90, -less.p10], "USD")
    assert text == (
        f"Compared with today (people only), every contract here saves {low} to {high} on average over the 2 months, "
        f"people's work included: which contract is chosen decides {choice} of it. In eight of ten futures, the "
        f"recommended contract saves {ends[0]} to {ends[1]}. The service is not the same: 900 cases are solved, 100 "
        "fewer than today. At today's cost of $59.40 for a solved case, these are worth $5,940. The saving is real "
        "only if 8 full-time jobs (412 hours a month) are really given up. The costs of setting up are not in it, "
        "because no offer names any."
    )
    assert " ".join(line.strip() for line in console.below(told, 100)).count(text) == 1


def test_an_offer_that_names_a_set_up_cost_is_not_asked_for_it() -> None:
    fees = {**OFFERED["conversation"], "one_time_fees": [{"amount": 100, "month": 1}]}
    told = summary(forecast(results(scenario({**OFFERED, "conversation": fees}))))
    assert "setting up" not in told.verdict.saving and told.status_quo.saving.set_up_in_offer


def test_saving_agrees_with_the_table() -> None:
    told = summary(forecast(results()))
    today = told.status_quo
    gaps = [today.cost.mean - block.cost_to_serve.mean for block in told.contracts]
    assert (today.saving.low, today.saving.high) == pytest.approx((min(gaps), max(gaps)))
    assert today.recommended_less_today.mean == pytest.approx(-max(gaps)), "the lowest mean is recommended here"


def test_more_work_than_today_is_said_to_be_more() -> None:
    run = by_hand()
    more = {"today_minutes": run.meters["human_minutes"], "human_minutes": run.meters["today_minutes"]}
    text = summary(forecast(replace(run, meters={**run.meters, **more}))).verdict.saving
    assert (
        "every contract here costs $" in text
        and " more on average over the 2 months, people's work included: which contract is chosen decides $" in text
    )
    assert "given up" not in text


def test_contract_in_force_is_one_of_those_offered() -> None:
    got = forecast(by_hand(today={"contract": "resolution"}))
    today, told = got.status_quo, summary(got)
    assert today is not None and today.in_force is not None and today.in_force.contract.name == "resolution"
    assert np.array_equal(today.cost, got.contracts["resolution"].cost_to_serve)
    assert told.status_quo.title == "Today (Per resolution, assumed 24 h)"
    assert told.status_quo.savings.hours_per_month == Brief(mean=0, p10=0, p90=0)
    assert told.status_quo.saving.low == 0, "renewing it saves nothing"
    assert {block.name for block in told.contracts} == set(OFFERED), "renewing it stays an offer"


def test_recommended_contract_in_force_changes_nothing() -> None:
    got = forecast(by_hand(today={"contract": "conversation"}))
    assert got.recommended.contract.name == "conversation"
    told = summary(got)
    assert told.status_quo.recommended_less_today.p90 == told.status_quo.saving.high == 0


def test_contract_in_force_with_own_terms_is_priced_and_never_recommended() -> None:
    terms = {"type": "per_conversation", "title": "Old", "price": 0.01}
    got = forecast(by_hand(today={"title": "Now", "terms": terms}))
    told = summary(got)
    assert told.status_quo.invoice_in_force.mean < min(block.invoice.mean for block in told.contracts)
    assert set(got.contracts) == set(OFFERED) and set(got.ranking) == set(OFFERED)
    row = today_line(told, 200)[0]
    mean, p90 = figures([told.status_quo.invoice_in_force.amount(figure) for figure in ("mean", "p90")], "USD")
    assert row.startswith(f"  Now: invoice {mean} (P90 {p90}), ")


def test_the_line_for_today_says_what_the_recommended_contract_saves() -> None:
    told = summary(forecast(by_hand()))
    less, best = told.status_quo.recommended_less_today, contract_of(told, told.recommended)
    before, after, gap = figures([told.status_quo.cost.mean, best.cost_to_serve.mean, abs(less.mean)], "USD")
    low, high = figures([-less.p90, -less.p10], "USD")
    text = " ".join(" ".join(today_line(told, 200)).split())
    assert text.startswith(
        f"Today (people only): {before} with people's work; * {after} with it, saves {gap} ({low} to {high} in eight of "
        "ten futures)"
    ), text


@pytest.mark.parametrize("engine", ["sampled", "ledger"])
def test_engines_count_what_only_the_contract_in_force_bills(engine: Any) -> None:
    minimal = ROOT / "scenarios" / "minimal.toml"
    short = ["trials=8", "months=1"]
    terms = "today.terms={ type = 'per_resolution', definition = 'credited_on_return', price = 2 }"
    run = simulate(load_scenario(minimal, [*short, terms]), engine=engine)
    today = forecast(run).status_quo
    assert today is not None and today.in_force is not None
    assert np.array_equal(today.in_force.invoice, 2 * run.meters["resolutions:credited_on_return"])
    plain = simulate(load_scenario(minimal, short), engine=engine)
    assert "resolutions:credited_on_return" not in plain.meters, "nobody else bills it"

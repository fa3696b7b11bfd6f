"""The row for today: people only or the contract in force, and the hours and seats that the AI saves."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simulator.engine.results import Results
from simulator.engine.run import simulate
from simulator.forecast import forecast
from simulator.report import console
from simulator.report.figures import figures
from simulator.report.sentences import contract_of
from simulator.report.summary import summary
from simulator.report.today import today_lines
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
    told = summary(forecast(by_hand()))["status_quo"]
    assert told["title"] == "Today (people only)" and told["contract"] is None and told["invoice_in_force"] is None
    saved = told["savings"]
    assert saved["hours_per_month_today"] == {"mean": 90 * 5.5, "p10": 90, "p90": 810}
    assert saved["hours_per_month"] == {"mean": 75 * 5.5, "p10": 75, "p90": 675}
    assert saved["seats"] == {"mean": 8.25, "p10": 1.5, "p90": 13.5} and saved["productive_hours_per_seat"] == 50


def test_line_says_cost_hours_and_seats() -> None:
    told = summary(forecast(by_hand()))
    (line,) = today_lines(told)
    assert line.startswith("Against today (people only), * costs $")
    assert line.endswith(
        "people work 412 hours a month less (P10 to P90: 75 to 675), 8.2 seats at 50 productive hours."
    )
    assert "\n  ".join(console.below(told)).replace("\n  ", " ").count(line[:40]) == 1


def test_line_agrees_with_the_table() -> None:
    told = summary(forecast(results()))
    best, today = contract_of(told, told["recommended"]), told["status_quo"]
    gap = today["cost"]["mean"] - best["cost_to_serve"]["mean"]
    assert today["recommended_less_today"]["mean"] == pytest.approx(-gap)
    assert f"costs {figures([abs(gap)], 'USD')[0]} {'less' if gap > 0 else 'more'}" in today_lines(told)[0]


def test_more_work_than_today_is_said_to_be_more() -> None:
    run = by_hand()
    more = {"today_minutes": run.meters["human_minutes"], "human_minutes": run.meters["today_minutes"]}
    (line,) = today_lines(summary(forecast(replace(run, meters={**run.meters, **more}))))
    assert "* costs $" in line and " more with human work" in line
    assert "people work 412 hours a month more (P10 to P90: 150 to 750), 8.2 seats" in line


def test_contract_in_force_is_one_of_those_offered() -> None:
    got = forecast(by_hand(today={"contract": "resolution"}))
    today, told = got.status_quo, summary(got)
    assert today is not None and today.in_force is not None and today.in_force.contract.name == "resolution"
    assert np.array_equal(today.cost, got.contracts["resolution"].cost_to_serve)
    assert told["status_quo"]["title"] == "Today (Per resolution, assumed 24 h)"
    assert told["status_quo"]["savings"]["hours_per_month"] == {"mean": 0, "p10": 0, "p90": 0}
    assert today_lines(told)[0].endswith("people work the same hours.")
    assert {block["name"] for block in told["contracts"]} == set(OFFERED), "renewing it stays an offer"


def test_recommended_contract_in_force_changes_nothing() -> None:
    got = forecast(by_hand(today={"contract": "conversation"}))
    assert got.recommended.contract.name == "conversation"
    assert "* costs the same in every future; people work the same hours." in today_lines(summary(got))[0]


def test_contract_in_force_with_own_terms_is_priced_and_never_recommended() -> None:
    terms = {"type": "per_conversation", "title": "Old", "price": 0.01}
    got = forecast(by_hand(today={"title": "Now", "terms": terms}))
    told = summary(got)
    assert told["status_quo"]["invoice_in_force"]["mean"] < min(block["invoice"]["mean"] for block in told["contracts"])
    assert set(got.contracts) == set(OFFERED) and set(got.ranking) == set(OFFERED)
    row = next(line for line in console.table(told).splitlines() if line.startswith("  Now"))
    (cells,) = [row.split()[1:]]
    mean, p90 = (round(told["status_quo"]["invoice_in_force"][figure]) for figure in ("mean", "p90"))
    assert cells[:2] == [f"{mean:,}", f"{p90:,}"]


@pytest.mark.parametrize("engine", ["atlas", "ledger"])
def test_engines_count_what_only_the_contract_in_force_bills(engine: Any) -> None:
    minimal = ROOT / "scenarios" / "minimal.toml"
    short = ["trials=8", "months=1"]
    terms = "today.terms={ type = 'per_resolution', definition = 'credited_on_return', price = 2 }"
    run = simulate(load_scenario(minimal, [*short, terms]), engine=engine)
    today = forecast(run).status_quo
    assert today is not None and today.in_force is not None
    assert np.array_equal(today.in_force.invoice.total, 2 * run.meters["resolutions:credited_on_return"])
    plain = simulate(load_scenario(minimal, short), engine=engine)
    assert "resolutions:credited_on_return" not in plain.meters, "nobody else bills it"

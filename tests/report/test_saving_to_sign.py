"""What the saving against today rests on: a tenth more, worked out, is what a run with a tenth more saves."""

from __future__ import annotations

import pytest

from simulator import risk
from simulator.engine.run import Run, simulate_all
from simulator.forecast.forecast import Forecast, forecast
from simulator.report.blocks.distribution import horizon
from simulator.report.blocks.saving_to_sign import saving_to_sign
from simulator.report.summary.assumptions_to_sign import SavingAssumption
from simulator.scenario import parse_scenario

TEXT = """
title = "Saving"
start = "2027-01"
months = 3
trials = 512
volume.per_month = { p5 = 1_500, p95 = 2_600 }
levels.easy = { escalate = 0.1, solve = 0.9, turns = 2, handoff_minutes = 6, review_minutes = 2 }
levels.hard = { escalate = 0.5, solve = 0.6, turns = 2, handoff_minutes = 12, review_minutes = 2 }
intents.only = { share = 1, levels = { easy = 60, hard = 40 }, abandon = 0.2, confirm = 0.25, review = 0.2 }
models.one.rates = { input = 1, output = 10 }
contracts.a = { type = "per_conversation", price = 0.5 }
people.cost_per_hour = { p5 = 30, p95 = 60 }
[today]
contacts_per_case = 1.2
solve = 0.8
"""


def run(*changes: str) -> Forecast:
    (results,) = simulate_all([Run(parse_scenario(TEXT, "x", changes))], workers=1)
    return forecast(results)


def saved(priced: Forecast) -> float:
    assert priced.status_quo is not None
    return risk.mean(horizon(priced.status_quo.cost) - priced.recommended.horizon("cost_to_serve"))


@pytest.fixture(scope="module")
def base() -> Forecast:
    return run()


@pytest.fixture(scope="module")
def rows(base: Forecast) -> dict[str, SavingAssumption]:
    return {each.key: each for each in saving_to_sign(base)}


@pytest.mark.parametrize(
    ("key", "changes"),
    [
        ("people.cost_per_hour", ["people.cost_per_hour.p5=33", "people.cost_per_hour.p95=66"]),
        ("today.contacts_per_case", ["today.contacts_per_case=1.32"]),
        ("today.minutes_factor", ["today.minutes_factor=1.1"]),
        ("levels.handoff_minutes", ["levels.easy.handoff_minutes=6.6", "levels.hard.handoff_minutes=13.2"]),
    ],
)
def test_a_tenth_more_is_what_a_run_with_a_tenth_more_saves(
    base: Forecast, rows: dict[str, SavingAssumption], key: str, changes: list[str]
) -> None:
    more = rows[key].saving_more
    assert more is not None and more > 0
    assert saved(run(*changes)) - saved(base) == pytest.approx(more, rel=1e-6)


def test_what_moves_no_cost_says_what_it_moves(rows: dict[str, SavingAssumption]) -> None:
    assert rows["today.solve"].saving_more is None
    assert "more cases are solved today" in rows["today.solve"].moved_told
    assert "jobs in place of" in rows["people.productive_hours"].moved_told
    assert rows["people.productive_hours"].missing == "a default of the simulator"


def test_other_numbers_show_the_tenths_of_the_futures(rows: dict[str, SavingAssumption]) -> None:
    assert rows["volume.per_month"].saving_more is None
    assert "saved, in the tenths of the futures" in rows["volume.per_month"].moved_told


def test_without_a_today_there_is_no_saving() -> None:
    text = TEXT.partition("[today]")[0]
    (results,) = simulate_all([Run(parse_scenario(text, "x", ["trials=64"]))], workers=1)
    assert saving_to_sign(forecast(results)) == ()

"""Assumptions to sign: natural units by hand and on the ledger, stated ranges, evidence apart, what each moves."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simulator import risk
from simulator.engine.ledger import draw_month, make_plan, prepare_group
from simulator.engine.run import Run, simulate_all
from simulator.forecast.forecast import Forecast, forecast, horizon_cost, ranked_by
from simulator.law import CONFIRMED, ESCALATED, PARTIAL, SILENT_SOLVED, SILENT_UNSOLVED
from simulator.law.drawn_columns import ROW_END
from simulator.report.blocks.assumptions_to_sign import NOISE, TOO_FEW, assumptions_to_sign
from simulator.report.blocks.curves import tornado_numbers
from simulator.report.blocks.natural_units import Z90, driver_values, natural_unit
from simulator.report.blocks.plain_names import plain_name
from simulator.report.summary.assumptions_to_sign import AssumptionsToSign, AssumptionToSign
from simulator.report.words.natural_words import told
from simulator.scenario import load_scenario, parse_scenario
from simulator.scenario.schema import Scenario
from simulator.scenario.stated.sources import quantities

ROOT = Path(__file__).parents[2]
TWO_LEVELS = """
title = "Two levels"
start = "2027-01"
months = 3
trials = 512
volume.per_month = 2000
levels.easy = { escalate = 0.1, solve = 0.9, turns = 2 }
levels.hard = { escalate = 0.5, solve = 0.6, turns = 2 }
intents.only = { share = 1, levels = { easy = 60, hard = 40 }, abandon = 0.2, confirm = 0.25 }
models.one.rates = { input = 1, output = 10 }
contracts.a = { type = "per_conversation", price = 0.5 }
[outcomes]
escalate_log_odds = { mean = 0, sd = 0.5 }
confirm_log_odds = { mean = 0.2, sd = 0.4 }
"""


def moved(share: float, shift: float) -> float:
    return 1 / (1 + math.exp(-(math.log(share / (1 - share)) + shift)))


def unit_at(scenario: Scenario, name: str, score: float) -> float:
    quantity = next(each for each in quantities(scenario) if each.name == name)
    return natural_unit(quantity, scenario).at(float(quantity.at(np.array([score]))[0]))


def signed(priced: Forecast) -> AssumptionsToSign:
    cost = horizon_cost(priced.recommended, ranked_by(priced.scenario))
    return assumptions_to_sign(priced, tornado_numbers(priced, cost))


def every(of: AssumptionsToSign) -> dict[str, AssumptionToSign]:
    return {each.key: each for each in (*of.evidenced, *of.unevidenced)}


def run(text: str, *changes: str) -> Forecast:
    (results,) = simulate_all([Run(parse_scenario(text, "x", changes))], workers=1)
    return forecast(results)


@pytest.mark.parametrize("score", [-Z90, 0.0, Z90])
def test_a_shift_of_log_odds_is_told_as_the_share_that_it_makes(score: float) -> None:
    """By hand: nobody comes back, so a case is one conversation, handed over at the rate of its level."""
    scenario = parse_scenario(TWO_LEVELS, "x")
    expected = 0.6 * moved(0.1, 0.5 * score) + 0.4 * moved(0.5, 0.5 * score)
    assert unit_at(scenario, "outcomes.escalate_log_odds", score) == pytest.approx(expected, rel=1e-12)
    assert unit_at(scenario, "outcomes.confirm_log_odds", score) == pytest.approx(moved(0.25, 0.2 + 0.4 * score))


def test_solving_is_a_share_of_what_is_answered_weighted_by_how_much_of_each_level_is() -> None:
    scenario = parse_scenario(TWO_LEVELS, "x", ["outcomes.solve_log_odds.mean=0", "outcomes.solve_log_odds.sd=0.3"])
    easy, hard = 0.6 * 0.9 * 0.8, 0.4 * 0.5 * 0.8
    expected = (easy * moved(0.9, 0.3 * Z90) + hard * moved(0.6, 0.3 * Z90)) / (easy + hard)
    assert unit_at(scenario, "outcomes.solve_log_odds", Z90) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("shift", [-0.6, 0.0, 0.7])
def test_the_share_is_that_of_the_ledger_with_the_number_there(shift: float) -> None:
    """Conversations of a scenario with returns, duplicates, intents and models, drawn one by one."""
    still = [f"drivers.{name}.sd=0" for name in ("mix", "complexity", "escalation", "solving", "returning")]
    path = ROOT / "scenarios" / "broad_cx.toml"
    base = ["months=1", "volume.per_month=40000", "incidents.probability=0", *still, "outcomes.complexity_log_odds=0",
            "outcomes.solve_log_odds=0", "outcomes.confirm_log_odds=0", "returns.log_odds=0"]  # fmt: skip
    scenario = load_scenario(path, [*base, "outcomes.escalate_log_odds=0"])
    shifted = load_scenario(path, [*base, f"outcomes.escalate_log_odds={shift}"])
    plan = make_plan(shifted)
    ends = np.concatenate([rows.whole[ROW_END] for rows in draw_month(plan, prepare_group(plan, 0), 0)])
    quantity = next(each for each in quantities(scenario) if each.name == "outcomes.escalate_log_odds")
    share = natural_unit(quantity, scenario).at(shift)
    drawn = np.isin(ends, (PARTIAL, ESCALATED))
    assert len(ends) > 40_000
    assert drawn.mean() == pytest.approx(share, abs=4.5 * math.sqrt(share * (1 - share) / len(ends)))
    answered = np.isin(ends, (CONFIRMED, SILENT_SOLVED, SILENT_UNSOLVED))
    solve = next(each for each in quantities(shifted) if each.name == "outcomes.solve_log_odds")
    of_answered = natural_unit(solve, shifted).at(0.0)
    solved = np.isin(ends[answered], (CONFIRMED, SILENT_SOLVED)).mean()
    assert solved == pytest.approx(of_answered, abs=4.5 * math.sqrt(0.25 / answered.sum()))


def test_ranges_are_the_stated_ones_and_not_those_that_were_drawn() -> None:
    few, many = run(TWO_LEVELS, "trials=8"), run(TWO_LEVELS, "trials=512")
    one, other = (every(signed(each))["outcomes.escalate_log_odds"] for each in (few, many))
    assert (one.low, one.middle, one.high) == (other.low, other.middle, other.high)
    assert one.told == other.told == "17 % to 37 % of conversations, middle 26 %"
    assert one.moved is None and one.moved_told == TOO_FEW


def test_a_season_is_told_by_its_month_against_an_average_one() -> None:
    season = [
        f"volume.season={[1, 1, {'p5': 1.5, 'p95': 2.5}, *[1] * 9]}".replace("'p5':", "p5 =").replace("'p95':", "p95 =")
    ]
    scenario = parse_scenario(TWO_LEVELS, "x", season)
    assert plain_name("volume.season.2", scenario) == "volume in March"
    middle = next(each for each in quantities(scenario) if each.name == "volume.season.2").center
    assert unit_at(scenario, "volume.season.2", 0.0) == pytest.approx(12 * middle / (11 + middle))


def test_no_name_in_plain_words_is_a_key() -> None:
    for file in ("everything", "everything_direct", "everything_settlement", "every_contract"):
        scenario = load_scenario(ROOT / "tests" / "scenario" / f"{file}.toml")
        names = [each.name for each in quantities(scenario)]
        for name in names:
            words = plain_name(name, scenario)
            assert words != name and "log odds" not in words and "_odds" not in words, name


def test_every_number_has_a_natural_unit_that_is_finite_at_its_stated_range() -> None:
    for file in ("everything", "everything_direct", "everything_settlement", "every_contract"):
        scenario = load_scenario(ROOT / "tests" / "scenario" / f"{file}.toml")
        for quantity in quantities(scenario):
            unit = natural_unit(quantity, scenario)
            values = [unit.at(float(each)) for each in quantity.at(np.array([-Z90, 0.0, Z90]))]
            assert all(math.isfinite(each) for each in values), quantity.name
            assert "log odds" not in unit.words and "odds ratio" not in unit.words


def test_months_move_what_their_driver_moves() -> None:
    scenario = parse_scenario(TWO_LEVELS, "x", ["drivers.escalation.sd=0.3", "drivers.demand.cv=0.1"])
    low, middle, high = driver_values("escalation", scenario)
    assert middle == pytest.approx(0.26)
    assert high == pytest.approx(0.6 * moved(0.1, 0.3 * Z90) + 0.4 * moved(0.5, 0.3 * Z90))
    assert low < middle < high
    log_sd = math.sqrt(math.log(1.01))
    assert driver_values("demand", scenario)[2] == pytest.approx(math.exp(log_sd * Z90 - log_sd**2 / 2))


def test_incident_months_are_counted_over_the_horizon() -> None:
    """Of 12 months with one chance in ten each none has one in 28 %, at most two in 89 %, at most three in 97 %."""
    scenario = parse_scenario(TWO_LEVELS, "x", ["months=12", "incidents.probability=0.1", "incidents.factor=2"])
    assert driver_values("incident", scenario) == (0.0, 1.0, 3.0)


def test_what_moves_most_money_comes_first_and_the_price_is_among_it() -> None:
    found = signed(run(TWO_LEVELS, "volume.per_month.mean=2000", "volume.per_month.sd=300"))
    keys = [each.key for each in found.unevidenced]
    assert keys[:2] == ["volume.per_month", "contracts.a"]
    price = every(found)["contracts.a"]
    assert price.title == "price per handled conversation" and price.told == "$0.50"
    assert price.moved is not None and price.moved.ends == "a tenth less and more"
    assert price.moved.at_low == pytest.approx(0.9 * found.p90) and price.moved.at_high == pytest.approx(
        1.1 * found.p90
    )
    assert every(found)["outcomes.confirm_log_odds"].moved_told == NOISE


def test_a_monthly_fee_moves_its_own_tenth() -> None:
    priced = run(TWO_LEVELS, "contracts.a.platform_fee=4000")
    fee = every(signed(priced))["contracts.a.platform_fee"]
    assert fee.title == "platform fee per month (Per conversation)" and fee.told == "$4,000 per month"
    assert fee.moved is not None
    assert fee.moved.at_high - fee.moved.at_low == pytest.approx(0.2 * 3 * 4000)


def test_what_nobody_stands_behind_is_apart_with_the_reason() -> None:
    note = '[sources]\noutcomes = { kind = "measured", source = "March log", as_of = "2026-03", owner = "Operations" }'
    note += '\n"outcomes.confirm_log_odds" = { kind = "quoted" }\n'
    found = signed(run(TWO_LEVELS + note))
    evidenced = {each.key: each for each in found.evidenced}
    assert set(evidenced) == {"outcomes.escalate_log_odds"}
    escalate = evidenced["outcomes.escalate_log_odds"]
    assert (escalate.source, escalate.as_of, escalate.owner) == ("March log", "2026-03", "Operations")
    missing = {each.key: each.missing for each in found.unevidenced}
    assert missing["outcomes.confirm_log_odds"] == "quoted, but no source is named"
    assert missing["contracts.a"] == "a judgement"
    assert missing["people.cost_per_hour"] == "a default of the simulator"


def test_the_price_is_no_second_row_where_it_is_a_range() -> None:
    found = every(signed(run(TWO_LEVELS, "contracts.a.price={ p5 = 0.4, p95 = 0.6 }")))
    assert "contracts.a" not in found
    assert found["contracts.a.price"].title == "price of a unit (Per conversation)"


def test_people_move_the_cost_that_ranks_where_the_budget_covers_them() -> None:
    terms = ["levels.easy.handoff_minutes=10", "people.cost_per_hour=30"]
    priced = run(TWO_LEVELS, *terms, 'budget={ amount = 9000, of = "cost_to_serve" }')
    found = every(signed(priced))["people.cost_per_hour"]
    assert found.moved is not None
    work = priced.recommended.horizon("cost_to_serve") - priced.recommended.horizon("invoice")
    cost = priced.recommended.horizon("cost_to_serve")
    assert found.moved.at_high == pytest.approx(risk.quantile(cost + 0.1 * work, 0.9))
    plain = every(signed(run(TWO_LEVELS, *terms)))["people.cost_per_hour"]
    assert plain.moved is None and plain.moved_told.startswith("no invoice: a tenth more adds $")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("share", 0.184, 0.26, 0.361, "of conversations", ""), "18 % to 36 % of conversations, middle 26 %"),
        (("amount", 52_490.0, 60_000.0, 68_100.0, "cases", ""), "52,500 to 68,100 cases, middle 60,000"),
        (("money", 35.0, 45.0, 60.0, "per hour", "USD"), "$35.00 to $60.00 per hour, middle $45.00"),
        (("factor", 0.8, 1.0, 1.25, "times", ""), "0.8 to 1.25 times, middle 1"),
        (("share", None, 0.26, None, "", ""), "26 %"),
        (("share", 0.3, 0.3, 0.3, "of cases", ""), "30 % of cases"),
        (("amount", 0.0, 0.0, 1.0, "of 12 months", ""), "0 to 1 of 12 months, middle 0"),
        (("amount", None, 1_234_567.0, None, "tokens", ""), "1,230,000 tokens"),
        (("share", None, None, None, "", ""), "nothing of this kind happens"),
    ],
)  # fmt: skip
def test_ranges_in_words(arguments: Any, expected: str) -> None:
    assert told(*arguments) == expected


def test_the_cost_of_people_is_never_called_noise() -> None:
    found = signed(run(TWO_LEVELS + "[people]\ncost_per_hour = { p5 = 30, p95 = 60 }\n"))
    people = every(found)["people.cost_per_hour"]
    assert people.low is not None and people.high is not None and people.low < people.high
    assert people.moved_told.startswith("no invoice: a tenth more adds")

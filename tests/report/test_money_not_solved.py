"""What units that were not solved cost, by one rule for every contract: by hand on the meters of the ledger engine."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from simulator import risk
from simulator.arrays import Array
from simulator.decisions.billed_again import count_again
from simulator.engine.processes.pool import Workers
from simulator.engine.run import simulate
from simulator.forecast.forecast import Forecast, forecast
from simulator.report.blocks.unit_counts import units_of
from simulator.report.questions import start_worked_cases
from simulator.report.summary.units import Units
from simulator.scenario import parse_scenario

SCENARIO = """
title = "Fees and lines"
start = "2027-01"
months = 3
trials = 24
volume.per_month = 80
returns.probability = { silent_unsolved = 0.5, escalated = 0.2 }
levels.only = { escalate = 0.2, solve = 0.7, turns = 4 }
intents.one = { share = 1, levels = { only = 1 } }
models.main = { rates = { input = 1, output = 10 }, price_change_per_year = -0.5 }
tokens.answer = { mean = 100 }

[contracts]
plain = { type = "per_conversation", price = 1 }
capped = { type = "per_conversation", price = 2, maximum_per_month = 90 }
once = { type = "per_conversation", price = 1, one_time_fees = [{ amount = 500, month = 1 }] }

tokens = { type = "per_token" }

[contracts.seats]
type = "per_seat"
seats = 2
price = 30

[contracts.seats.quota]
meter = "resolutions"
definition = "assumed_24h"
per_seat = 10
overage_rate = 1

[contracts.pack]
type = "hybrid"
platform_fee = 70
charges = [{ kind = "included", meter = "conversations", included = 70, overage_rate = 1 }]

[contracts.idle]
type = "hybrid"
platform_fee = 70
charges = [{ kind = "included", meter = "conversations", included = 100_000, overage_rate = 1 }]

[contracts.both]
type = "hybrid"
platform_fee = 10
charges = [
  { kind = "flat", meter = "conversations", rate = 0.5 },
  { kind = "flat", meter = "resolutions", definition = "assumed_24h", rate = 2 },
]
"""
RESOLUTIONS = "resolutions:assumed_24h"


@cache
def priced() -> Forecast:
    return forecast(simulate(parse_scenario(SCENARIO, "fees.toml"), engine="ledger"))


@cache
def units(name: str) -> Units:
    return units_of(priced(), priced().contracts[name], count_again(priced().results))


def sums(meter: str) -> tuple[Array, Array]:
    """Return the units of a meter over the horizon and those that are not solved, each (trial,)."""
    meters = priced().results.meters
    every, solved = (meters[key].sum(axis=1) for key in (meter, f"{meter}|solved"))
    return every, every - solved


def total(name: str) -> Array:
    return priced().contracts[name].horizon("invoice")


@pytest.mark.parametrize("name", ["plain", "capped", "pack", "idle"])
def test_fees_that_include_units_and_caps_are_in_the_price_of_a_unit(name: str) -> None:
    every, unsolved = sums("conversations")
    assert units(name).billed_not_solved == pytest.approx(unsolved.mean())
    assert units(name).billed_not_solved_amount == pytest.approx((total(name) * unsolved / every).mean())


def test_the_same_units_of_a_fee_and_of_a_price_cost_what_they_are_of_each_invoice() -> None:
    share = [units(name).billed_not_solved_amount / risk.mean(total(name)) for name in ("plain", "pack", "idle")]
    assert share == pytest.approx([share[0]] * 3, rel=0.02)


def test_one_time_fees_are_not_in_the_price_of_a_unit() -> None:
    assert total("once").mean() == pytest.approx(total("plain").mean() + 500)
    assert units("once").billed_not_solved_amount == pytest.approx(units("plain").billed_not_solved_amount)
    assert units("once").billed_again_amount == pytest.approx(units("plain").billed_again_amount)


def test_units_of_seats_are_those_that_they_include_and_not_conversations() -> None:
    every, unsolved = sums(RESOLUTIONS)
    assert priced().contracts["seats"].contract.units == (RESOLUTIONS,)
    assert units("seats").billed.mean == pytest.approx(every.mean())
    assert units("seats").billed_not_solved == pytest.approx(unsolved.mean())
    assert units("seats").billed_not_solved_amount == pytest.approx((total("seats") * unsolved / every).mean())


def test_each_line_of_a_hybrid_has_the_share_of_its_own_units() -> None:
    (conversations, lost), (resolved, in_vain) = sums("conversations"), sums(RESOLUTIONS)
    share = (0.5 * lost + 2 * in_vain) / (0.5 * conversations + 2 * resolved)
    assert units("both").billed_not_solved == pytest.approx(lost.mean())
    assert units("both").billed_not_solved_amount == pytest.approx((total("both") * share).mean())
    assert np.abs(share - lost / conversations).max() > 0.01, "the lines differ"


def test_billed_again_costs_by_the_same_rule() -> None:
    shares = count_again(priced().results).shares
    (of_all,), (of_resolutions,) = (shares[(meter,)].values() for meter in ("conversations", RESOLUTIONS))
    assert units("pack").billed_again_amount == pytest.approx(total("pack").mean() * of_all)
    charged = 0.5 * sums("conversations")[0], 2 * sums(RESOLUTIONS)[0]
    share = (charged[0] * of_all + charged[1] * of_resolutions) / (charged[0] + charged[1])
    assert units("both").billed_again_amount == pytest.approx((total("both") * share).mean())


@pytest.mark.parametrize("name", ["plain", "capped", "once", "pack", "idle"])
def test_a_worked_case_costs_the_price_of_its_units_on_the_futures(name: str) -> None:
    bills = {each.case.key: each.bills[name] for each in start_worked_cases(priced(), Workers(1)).result()}
    of_units = total(name).mean() - 500 * (name == "once")
    assert bills["confirmed"].average == pytest.approx(of_units / sums("conversations")[0].mean())
    assert bills["back_soon"].average == pytest.approx(2 * bills["confirmed"].average)


def test_equal_cases_cost_the_same_where_the_price_of_tokens_falls() -> None:
    bills = {each.case.key: each.bills["tokens"] for each in start_worked_cases(priced(), Workers(1)).result()}
    assert bills["confirmed"].amount == pytest.approx(bills["silent"].amount)
    assert bills["confirmed"].average == pytest.approx(bills["silent"].average)
    assert 0 < bills["confirmed"].average < bills["confirmed"].amount, "the price falls from month 1"

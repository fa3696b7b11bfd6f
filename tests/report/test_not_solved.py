"""Billed, not solved: a number wherever a unit is solved or not, and a reason in words wherever it is not."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from simulator import risk
from simulator.engine.run import simulate
from simulator.forecast.forecast import Forecast, forecast
from simulator.report.answer.contracts import legend_of_units
from simulator.report.answer.contracts import units as units_table
from simulator.report.blocks.summary import summary
from simulator.report.terminal import console
from simulator.report.words.figures import count
from simulator.report.words.sentences import not_split
from simulator.report.workbook.answer_sheet import _below, _told_apart
from simulator.scenario import parse_scenario

SCENARIO = """
title = "Units"
start = "2027-01"
months = 3
trials = 24
volume.per_month = 80
returns.probability = { silent_unsolved = 0.5, escalated = 0.2 }
levels.only = { escalate = 0.2, solve = 0.7, turns = 4 }
intents.one = { share = 60, levels = { only = 1 }, action = 0.5 }
intents.two = { share = 40, levels = { only = 1 } }
models.main = { rates = { input = 1, output = 10 } }
tokens.answer = { mean = 100 }

[contracts]
conversation = { type = "per_conversation", price = 1 }
resolution = { type = "per_resolution", definition = "assumed_24h", price = 1 }
token = { type = "per_token" }
seat = { type = "per_seat", seats = 2, price = 30 }
case = { type = "hybrid", charges = [{ kind = "flat", meter = "cases", rate = 2 }] }
message = { type = "per_message", price = 0.1 }
reply = { type = "per_message", count = "ai", price = 0.2 }
action = { type = "per_action", price = 0.5 }
minute = { type = "per_minute", price = 0.1 }
session = { type = "per_session", window = "start", window_hours = 24, price = 1 }
ticket = { type = "hybrid", charges = [{ kind = "flat", meter = "tickets", rate = 1 }] }

[contracts.some_cases]
type = "hybrid"
charges = [{ kind = "flat", meter = "cases", rate = 2, applies_to = { intents = ["one"] } }]
"""
SOLVED = ("conversation", "resolution", "token", "seat", "case")
UNITS = {
    "some_cases": "case (one only)", "message": "message", "reply": "AI reply", "action": "action", "minute": "minute",
    "session": "session", "ticket": "ticket",
}  # fmt: skip
"""What one unit is called where nobody can say whether it is solved."""


@cache
def priced() -> Forecast:
    return forecast(simulate(parse_scenario(SCENARIO, "units.toml"), engine="ledger"))


@cache
def blocks() -> dict[str, dict[str, Any]]:
    return {each.name: each for each in summary(priced()).contracts}


@pytest.mark.parametrize("name", SOLVED)
def test_units_that_are_solved_or_not_have_numbers(name: str) -> None:
    units = blocks()[name].units
    assert units.not_split_by is None
    assert 0 < units.billed_not_solved < units.billed.mean
    assert units.billed_not_solved_amount > 0


def test_cases_billed_and_not_solved_by_hand() -> None:
    meters, units = priced().results.meters, blocks()["case"].units
    cases, solved, by_ai = (meters[key].sum(axis=1) for key in ("cases", "cases_solved", "cases_solved_by_ai"))
    assert units.billed_not_solved == pytest.approx(risk.mean(cases - solved))
    assert units.billed_not_solved_by_ai == pytest.approx(risk.mean(cases - by_ai))
    assert units.billed_not_solved_amount == pytest.approx(risk.mean(2 * (cases - solved)))
    assert units.solved_not_billed == 0
    assert units.billed_not_solved < units.billed_not_solved_by_ai


@pytest.mark.parametrize("name", UNITS)
def test_other_units_say_in_words_why_there_is_no_number(name: str) -> None:
    units = blocks()[name].units
    assert units.not_split_by == (UNITS[name],)
    assert units.billed_not_solved is units.billed_not_solved_amount is units.billed_solved is None


def test_no_table_has_a_bare_gap() -> None:
    told = summary(priced())
    text = console.everything(told, "x.toml", Path("here"), 100)
    assert "n/a" not in text
    lines = " ".join(text.split())
    assert (
        "conversations that nobody solved; - stands for not counted by message, AI reply, action, minute, session, "
        "ticket, case (one only)" in lines
    )
    rows = {row[0]: row for row in units_table(told).rows}
    for name, block in blocks().items():
        row, sheet = rows[block.title], _told_apart(block, [])
        if name in SOLVED:
            assert row[1] == count(block.units.billed_not_solved) and sheet[1] == block.units.billed_not_solved
        else:
            assert row[1] == sheet[1] == row[2] == sheet[2] == "not counted"
        assert "n/a" not in row


def test_why_a_number_is_missing_stands_once_under_each_table() -> None:
    told = summary(priced())
    why = f"not solved: {not_split(UNITS[name] for name in blocks() if name in UNITS)}."
    assert legend_of_units(told).count(why) == 1 and [line.count(why) for line in _below(told)].count(1) == 1
    left = replace(told, contracts=tuple(each for each in told.contracts if each.name in SOLVED))
    assert "not counted" not in " ".join([legend_of_units(left), *_below(left)])


def test_nothing_is_said_where_all_units_are_solved_or_not() -> None:
    """Negative control of the line under the table."""
    told = summary(priced())
    left = replace(told, contracts=tuple(each for each in told.contracts if each.name in SOLVED))
    assert "stands for" in console.legend(told) and "stands for" not in console.legend(left)

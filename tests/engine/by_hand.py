"""A scenario that leaves nothing to chance, to be changed one thing at a time."""

from __future__ import annotations

from simulator.engine.draws.rows import Rows
from simulator.engine.ledger import make_plan, prepare_group
from simulator.engine.results import Results
from simulator.scenario import Scenario, parse_scenario
from tests.engine.slices import month_rows

SURE = """
title = "By hand"
start = "2027-01"
months = 2
trials = 2
volume.per_month = 50
levels.only = { escalate = 0, solve = 1, handoff_minutes = 6, review_minutes = 2, turns = 100_000 }
channels.chat = { share = 1 }
intents.one = { share = 1, levels = { only = 1 }, confirm = 1 }
turns = { size = 1_000_000, most = 3, calls_per_turn = 1.6, actions_per_call = 0 }
tokens.system = 100
tokens.customer = { mean = 10 }
tokens.answer = { mean = 20 }
tokens.tool_result = { mean = 30 }
tokens.retrieved = { mean = 40 }
tokens.reasoning = { mean = 15 }
models.main = { rates = { input = 1, output = 10 } }
people = { cost_per_hour = 60, minutes_sigma = 1e-9, review_sigma = 1e-9, solve = 1 }
contracts.one = { type = "per_conversation", price = 1 }
contracts.assumed = { type = "per_resolution", definition = "assumed_24h", price = 1 }
"""
"""Every conversation is confirmed at the first contact after exactly 3 turns and 5 calls."""


def sure(*overrides: str) -> Scenario:
    return parse_scenario(SURE, "by hand", overrides)


def rows_of(scenario: Scenario) -> Rows:
    plan = make_plan(scenario)
    return month_rows(plan, prepare_group(plan, 0))


def per_row(results: Results, name: str) -> float:
    """Return the meter of the run per conversation."""
    return float(results.meters[name].sum() / results.meters["rows"].sum())

"""Scenarios of the tests of break-evens: minimal, with other contracts."""

from __future__ import annotations

from pathlib import Path

from simulator.decisions.same_futures import SameFutures
from simulator.engine.repricing import KeptFutures
from simulator.engine.results import Results
from simulator.engine.run import Run, simulate_all
from simulator.scenario.reading.load import parse_scenario
from simulator.scenario.schema import Scenario

MINIMAL = (Path(__file__).parents[3] / "scenarios" / "minimal.toml").read_text(encoding="utf-8")
HEAD, _, _ = MINIMAL.partition("[contracts]")

LINEAR = """
[contracts]
conversation = { type = "per_conversation", price = 0.50 }
resolution = { type = "per_resolution", definition = "assumed_24h", price = 0.99, platform_fee = 150 }
"""
BENT = """
[contracts.linear]
type = "per_conversation"
price = 0.4
[contracts.bent]
type = "per_conversation"
tiers = [{ up_to = 2_500, rate = 0.3 }, { rate = 0.9 }]
monthly_minimum = 500
"""
"""The bent one bills at least 500 a month: dearer below 1,250 conversations and above 3,000, cheaper between."""


def written(contracts: str, *overrides: str) -> Scenario:
    """Return minimal with other contracts."""
    return parse_scenario(HEAD + contracts, "written.toml", overrides)


def simulated(scenario: Scenario) -> Results:
    """Simulate in this process."""
    (results,) = simulate_all([Run(scenario)])
    return results


def futures_of(scenario: Scenario) -> SameFutures:
    """Return the futures of a scenario."""
    results = simulated(scenario)
    return SameFutures(results, KeptFutures(results), simulated)

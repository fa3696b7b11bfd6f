"""Scenarios and their expected values, for the tests of this folder."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np

from simulator.arrays import Array
from simulator.engine.expectations.expected import make_expected_plan, simulate_expected
from simulator.engine.run import simulate
from simulator.scenario import parse_scenario
from simulator.scenario.schema import Scenario

Meters = Mapping[str, Array]

ROOT: Final = Path(__file__).parents[3]
UNLIKE: Final = "tests/golden/unlike.toml"
TOLD: Final = "tests/engine/expectations/told.toml"
MINIMAL: Final = """
title = "By hand"
start = "2027-01"
months = 1
trials = 1
volume = { unit = "cases", per_month = 100 }
levels.any = { escalate = 0.3, solve = 0.5, partial = 0 }
intents.any = { share = 1, levels = { any = 1 } }
models.main.rates = { input = 1.0, output = 5.0 }
tokens = { form = "direct", direct = { input = { mean = 1000 }, output = { mean = 100 } } }
contracts.plain = { type = "per_conversation", price = 1 }
"""
"""A scenario of which much can be worked out by hand."""


def read(file: str, *changes: str, behind: str | None = None) -> Scenario:
    """Return a scenario, the text of another one before its own where it stands behind one."""
    text = (ROOT / file).read_text(encoding="utf-8")
    return parse_scenario(text if behind is None else (ROOT / behind).read_text(encoding="utf-8") + text, file, changes)


def by_hand(text: str = "", *changes: str) -> Scenario:
    """Return the minimal scenario with more text after it."""
    return parse_scenario(MINIMAL + text, "by hand", changes)


def new(scenario: Scenario, first: int = 0) -> Meters:
    """Return the expected values, (future, month)."""
    return simulate_expected(make_expected_plan(scenario), first).meters


def one(scenario: Scenario) -> dict[str, float]:
    """Return the expected values of the first future's first month."""
    return {name: float(values[0, 0]) for name, values in new(scenario).items()}


def off(ours: Array, others: Array) -> float:
    """Return the largest difference, relative to the largest value."""
    return float(np.abs(ours - others).max() / max(np.abs(others).max(), 1e-300))


@cache
def against_ledger(file: str, *changes: str, behind: str | None = None) -> tuple[Meters, Meters]:
    """Return expected values and what the ledger counted, (future, month)."""
    scenario = read(file, *changes, behind=behind)
    return simulate(scenario, engine="expected").meters, simulate(scenario, engine="ledger").meters


def scores(expected: Meters, counted: Meters) -> dict[str, float]:
    """Return for each meter how many standard errors the counted mean lies from the expected one."""
    found = {}
    for name, values in counted.items():
        away = (values - expected[name]).ravel()
        error = away.std() / np.sqrt(len(away))
        found[name] = float(away.mean() / error) if error > 0 else 0.0 if abs(away.mean()) < 1e-9 else np.inf
    return found

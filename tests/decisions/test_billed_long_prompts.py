"""Worked cases under prices of long prompts: a case whose calls stay below the threshold costs what it does without.

Worked cases have no call above it even where the run has some, which ended every run of such a scenario with a
traceback.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.decisions.billed_cases import bill_worked_cases
from simulator.engine.run import simulate
from simulator.scenario import parse_scenario

TEXT = (Path(__file__).parents[2] / "scenarios" / "minimal.toml").read_text(encoding="utf-8")
TOKENS = '\ntoken = { type = "per_token", markup = 1 }\n'
RATES = "rates = { input = 1.25, cached_input = 0.125, output = 10.00 }"
LONG = RATES.replace(" }", ", long_prompt = { threshold_tokens = 90_000, input = 2.5, output = 15 } }")


@pytest.mark.parametrize("markup", [1, 3])
def test_a_case_below_the_threshold_is_billed_at_the_plain_rates(markup: int) -> None:
    bills = []
    for rates in (RATES, LONG):
        text = TEXT.replace(RATES, rates) + TOKENS.replace("markup = 1", f"markup = {markup}")
        scenario = parse_scenario(text, "long.toml", ("volume.per_month=20", "trials=2", "months=1"))
        meters = simulate(scenario, engine="ledger").meters
        average = {name: float(values.mean()) for name, values in meters.items()}
        assert ("tokens_long:main:input" in meters) == (rates == LONG)
        bills.append([each.bills["token"].amount for each in bill_worked_cases(scenario, average)])
    assert bills[0] == bills[1] and max(bills[0]) > 0

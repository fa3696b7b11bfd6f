"""Conversations per case of the reference equal those that the scenario package states, without any sampling."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from simulator.scenario import load_scenario
from simulator.scenario.stated.stated_cases import contacts_per_case
from tests.reference.demand import tickets_per_case
from tests.reference.unknowns import trial_values

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    "name", ["scenarios/broad_cx.toml", "tests/scenario/everything.toml", "tests/scenario/everything_direct.toml"]
)
def test_contacts_per_case_at_the_center_are_equal(name: str) -> None:
    scenario = load_scenario(ROOT / name)
    conversations, straight = contacts_per_case(lambda quantity: quantity.center, scenario)
    both = (conversations, conversations + straight)
    assert tickets_per_case(trial_values(scenario, Random(0), "center")) == pytest.approx(both, rel=1e-12), (
        "the chances of tests/reference/rates.py are not those of simulator/scenario/stated/stated_cases.py: a "
        "parameter of the law is in one of them only"
    )
    other = load_scenario(ROOT / name, ["outcomes.later_contact_escalate_odds=1.01"])
    assert contacts_per_case(lambda quantity: quantity.center, other)[0] != pytest.approx(both[0], rel=1e-12)

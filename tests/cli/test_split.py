"""`simulate split` on the shipped scenarios: text, JSON, figure, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from simulator.scenario import load_scenario
from tests.cli.conftest import Command
from tests.scenarios.shipped import EACH_FILE

SCENARIOS = sorted(Path("scenarios").resolve().glob("*.toml"))
NARROW = next(each for each in SCENARIOS if each.stem == "narrow_actions")


@pytest.mark.parametrize("scenario", EACH_FILE)
def test_every_scenario_is_answered_or_told_why_not(command: Command, scenario: Path) -> None:
    code, out, err = command("split", scenario, "--trials", "256", "--workers", "1", "--all")
    if len(load_scenario(scenario).intents) == 1:
        assert code == 2
        assert "a split needs two parts" in " ".join(err.split())
        return
    assert (code, err) == (0, "")
    assert "from the number of futures" in " ".join(out.split())


def test_json_and_a_figure(command: Command) -> None:
    code, out, _ = command(
        "split", NARROW, "--trials", "64", "--vendor-cost", "1.5K", "--json", "--chart", "split.svg", "--workers", "1"
    )
    block = json.loads(out)
    assert code == 0
    assert block["vendor_cost"] == 1500
    assert {each["contract"] for each in block["parts"]} == {each["contract"] for each in block["held"]}
    assert Path("split.svg").read_text().startswith("<?xml")


def test_channels_are_parts_too(command: Command) -> None:
    code, out, _ = command("split", NARROW, "--trials", "32", "--by", "channel", "--json", "--workers", "1")
    assert code == 0
    assert all(each["intent"] is None and each["channel"] for each in json.loads(out)["parts"])


def test_a_negative_cost_is_refused(command: Command) -> None:
    code, _, err = command("split", NARROW, "--vendor-cost", "-1")
    assert (code, "0 or more a year" in err) == (2, True)

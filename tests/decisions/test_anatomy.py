"""Tokens by intent from a sample: parts add up, and heavier settings show."""

from __future__ import annotations

from pathlib import Path

from simulator.decisions.anatomy import anatomy
from simulator.scenario import parse_scenario

MINIMAL = Path(__file__).parents[2] / "scenarios" / "minimal.toml"


def test_anatomy_is_of_all_intents_and_more_system_prompt_shows() -> None:
    drawn, usual = anatomy(parse_scenario(MINIMAL.read_text(), "minimal", []))
    again, longer = anatomy(parse_scenario(MINIMAL.read_text(), "minimal", ["tokens.system=6600"]))
    assert drawn == again > 20_000
    assert list(usual) == ["everything"] and usual["everything"].share == 1
    assert all(value >= 0 for value in usual["everything"].tokens.values())
    prompt = [
        each["everything"].tokens["input"] + each["everything"].tokens["cached_input"] for each in (usual, longer)
    ]
    assert 1.2 * prompt[0] < prompt[1] < 2 * prompt[0]
    assert usual["everything"].tokens["output"] == longer["everything"].tokens["output"]

"""Scenarios for tests of definitions with memory: unlike intents, levels and channels, any definitions."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from simulator.scenario import Scenario
from simulator.scenario.load import parse_scenario

BOTH: dict[str, Any] = {"outcomes": ["confirmed", "silent"]}
MIXED: dict[str, Any] = {
    "outcomes": ["confirmed", "silent", "partial"],
    "classes": ["service", "greeting"],
    "silence": 24,
    "min_csat": 3,
    "requires": ["judged_resolved"],
    "returns": "merge",
    "return_window_hours": 72,
    "duplicates": "merged",
}
DEFINITIONS: dict[str, dict[str, Any]] = {
    "again": BOTH,
    "within_a_day": BOTH | {"returns": "merge", "return_window_hours": 24},
    "within_three_days": BOTH | {"returns": "merge", "return_window_hours": 72},
    "ever": BOTH | {"returns": "merge", "return_window_hours": "ever"},
    "once_a_case": BOTH | {"at_most": "case"},
    "no_duplicates": BOTH | {"duplicates": "merged"},
    "mixed": MIXED,
    "void_once": BOTH | {"returns": "void", "return_window_hours": 48, "at_most": "case", "duplicates": "merged"},
}
"""The first has no memory."""


def scenario(definitions: Mapping[str, Mapping[str, Any]], *overrides: str) -> Scenario:
    """Return the scenario of unlike intents with a contract for each definition."""
    text = [(Path(__file__).parent / "unlike.toml").read_text()]
    for name, clauses in definitions.items():
        text += [
            f"[definitions.{name}]",
            *(f"{key} = {_written(value)}" for key, value in clauses.items() if value is not None),
        ]
        text += [f"[contracts.{name}]", 'type = "per_resolution"', f'definition = "{name}"', "price = 1"]
    return parse_scenario("\n".join(text), "unlike.toml", overrides)


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | tuple):
        return f"[{', '.join(_written(each) for each in value)}]"
    return f'"{value}"' if isinstance(value, str) else str(value)

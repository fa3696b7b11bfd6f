"""The JSON Schema: current, true of every right scenario, and false of wrong ones."""

from __future__ import annotations

import copy
import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from simulator.scenario.explained.json_schema import COMMITTED, scenario_schema, schema_text

ROOT = Path(__file__).parents[3]
SCHEMA = scenario_schema()
VALIDATOR = Draft202012Validator(SCHEMA)
RIGHT = [*(ROOT / "scenarios").glob("*.toml"), *(ROOT / "tests" / "scenario").glob("*.toml")]
BASE = tomllib.loads((ROOT / "tests" / "scenario" / "wrong" / "base.toml").read_text())


def test_the_committed_schema_is_current() -> None:
    again = "run: simulate schema -o simulator/scenario/scenario.schema.json"
    assert COMMITTED.read_text(encoding="utf-8") == schema_text(), again


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert json.loads(schema_text()) == SCHEMA


@pytest.mark.parametrize("path", RIGHT, ids=lambda path: path.name)
def test_right_scenarios_are_valid(path: Path) -> None:
    assert [error.message for error in VALIDATOR.iter_errors(tomllib.loads(path.read_text(encoding="utf-8")))] == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("monts",), 3), (("months",), 0), (("months",), "12"), (("trials",), 1.5), (("start",), "2027-13"),
        (("volume", "unit"), "case"), (("volume", "per_month"), -1), (("volume", "per_month"), "10k"),
        (("volume", "per_month"), {"p5": 1}), (("volume", "per_month"), {"p5": 1, "q95": 2}),
        (("levels", "simple", "escalate"), 1.5), (("levels", "simple", "escalat"), 0.5), (("budget",), -5),
        (("contracts", "a", "type"), "per_resolutoin"), (("people",), {"cost_per_hour": "$45"}),
    ],
)  # fmt: skip
def test_wrong_values_are_not_valid(path: tuple[str, ...], value: Any) -> None:
    assert VALIDATOR.is_valid(BASE)
    wrong = copy.deepcopy(BASE)
    table = wrong
    for part in path[:-1]:
        table = table.setdefault(part, {})
    table[path[-1]] = value
    assert not VALIDATOR.is_valid(wrong)


@pytest.mark.parametrize(
    ("length", "right"),
    [
        (120, True), (0.5, True), ({"mean": 120}, True), ({"mean": 9, "family": "lomax", "alpha": 2.5}, True),
        ({"mean": {"p5": 90, "p95": 150}, "family": "lomax", "alpha": {"p5": 1.5, "p95": 3}}, True),
        (-5, False), ("120", False), ([120], False), ({"mean": 9, "family": "pareto"}, False),
        ({"mean": 9, "family": "lomax", "alpha": 1}, False), ({"mean": 9, "sd": 1}, False),
    ],
)  # fmt: skip
def test_a_length_is_a_number_or_a_table_with_its_law(length: Any, right: bool) -> None:
    assert VALIDATOR.is_valid({**copy.deepcopy(BASE), "tokens": {"answer": length}}) == right


def test_an_editor_is_told_meaning_unit_and_typical_range() -> None:
    escalate = SCHEMA["$defs"]["Level"]["properties"]["escalate"]
    assert escalate["description"] == (
        "chance that a first contact is handed to a person (share of conversations; typically 0.03 to 0.9)"
    )
    assert SCHEMA["properties"]["months"]["default"] == 12


def test_nothing_that_toml_cannot_write_stands_in_the_schema() -> None:
    text = schema_text()
    assert "null" not in text and "Infinity" not in text and "NaN" not in text

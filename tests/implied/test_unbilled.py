from __future__ import annotations

from pathlib import Path

import pytest

from simulator.implied.unbilled import without_input
from simulator.scenario import parse_scenario

BASE = (Path(__file__).parents[1] / "scenario" / "wrong" / "base.toml").read_text(encoding="utf-8")
OWN = 'extends = "assumed_24h"\nsilence = 48'


def remarks(clauses: str, *changes: tuple[str, str]) -> list[str]:
    text = BASE.replace(OWN, clauses)
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return list(without_input(parse_scenario(text, "x")))


@pytest.mark.parametrize(
    ("clauses", "old", "new", "names"),
    [
        ('requires = ["action_completed"]', "action = 0.7", "action = 0", "action"),
        ('outcomes = ["confirmed"]', "confirm = 0.", "confirm = 0.0 # ", "confirm"),
        ('outcomes = ["silent", "confirmed"]\nsilence = "never"', "confirm = 0.", "confirm = 0.0 # ", "confirm"),
        ('outcomes = ["abandoned"]', "confirm = 0.2", "abandon = 0", "abandon"),
        ('outcomes = ["partial"]', "confirm = 0.2", "", "partial"),
        ("min_csat = 4", "confirm = 0.2", "", "csat.response"),
    ],
)
def test_input_that_is_0_everywhere_is_named(clauses: str, old: str, new: str, names: str) -> None:
    (remark,) = remarks(clauses, (old, new))
    assert remark.startswith("resolution: by mine ")
    assert names in remark


@pytest.mark.parametrize(
    ("clauses", "old", "new"),
    [
        ('requires = ["action_completed"]', "action = 0.7", "action = { low = 0, mode = 0, high = 0.1 }"),
        ('requires = ["action_completed"]', "action = 0.7", "action = 0.01"),
        ('outcomes = ["confirmed"]', "confirm = 0.2", "confirm = 0"),
        ('outcomes = ["confirmed", "silent"]', "confirm = 0.", "confirm = 0.0 # "),
        ("min_csat = 4", "[outcomes]", "[csat]\nresponse = 0.1\n[outcomes]"),
        ('requires = ["judged_resolved"]', "action = 0.7", "action = 0"),
        ('predicate = "action_completed"', "action = 0.7", "action = 0"),
    ],
)
def test_definition_that_can_bill_gets_no_remark(clauses: str, old: str, new: str) -> None:
    assert remarks(clauses, (old, new)) == []


def test_contract_that_bills_no_definition_gets_no_remark() -> None:
    by_nothing = ('type = "per_resolution"\ndefinition = "mine"', 'type = "per_conversation"')
    assert remarks('requires = ["action_completed"]', ("action = 0.7", "action = 0"), by_nothing) == []

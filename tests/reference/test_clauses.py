"""The reference's reading of clauses on hand-made cases, with a number on each side of every window's edge."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.definitions import NAMED, DefinitionSpec
from tests.reference.clauses import effective, units

Row = dict[str, Any]


def row(outcome: str = "confirmed", contact: int = 1, back: float | None = None, **columns: Any) -> Row:
    touch = "handoff" if outcome in ("partial", "escalated") else "none"
    return {
        "contact": contact,
        "origin": "new" if contact == 1 else "return",
        "class": "service",
        "outcome": outcome,
        "answered": outcome not in ("abandoned", "escalated"),
        "human_touch": touch,
        "handoff_planned": False,
        "action_completed": False,
        "judged_resolved": False,
        "csat": None,
        "returned_after_hours": back,
        **columns,
    }


def duplicate(outcome: str = "confirmed", contact: int = 1, **columns: Any) -> Row:
    return row(outcome, contact, **{"origin": "duplicate", **columns})


def bills(spec: dict[str, Any], *rows: Row) -> list[int]:
    return units(rows, DefinitionSpec(**spec))


@pytest.mark.parametrize("outcome", ["confirmed", "silent", "abandoned", "partial", "escalated"])
def test_only_listed_outcomes_count(outcome: str) -> None:
    assert bills({"outcomes": [outcome]}, row(outcome)) == [1]
    others = [other for other in ("confirmed", "silent", "abandoned", "partial", "escalated") if other != outcome]
    assert bills({"outcomes": others}, row(outcome)) == [0]


def test_silence_counts_from_its_hours_on() -> None:
    spec = {"silence": 24.0}
    assert bills(spec, row("silent")) == [1]
    assert bills(spec, row("silent", back=23.99), row(contact=2)) == [0, 1]
    assert bills(spec, row("silent", back=24.0), row(contact=2)) == [1, 1]
    assert bills(spec, row("confirmed", back=1.0), row(contact=2)) == [1, 1]


def test_silence_never_or_at_once() -> None:
    assert bills({"silence": "never"}, row("silent"), row("confirmed", 2)) == [0, 1]
    assert bills({"silence": "at_once"}, row("silent", back=0.01), row("confirmed", 2)) == [1, 1]


@pytest.mark.parametrize(("allowed", "counted"), [("none", [1, 0, 0]), ("review", [1, 1, 0]), ("handoff", [1, 1, 1])])
def test_touch_is_within_what_is_allowed(allowed: str, counted: list[int]) -> None:
    for touch, expected in zip(("none", "review", "handoff"), counted, strict=True):
        assert bills({"human_touch": allowed}, row(human_touch=touch)) == [expected]


def test_planned_handoff_counts_whatever_outcome_and_touch_say() -> None:
    planned = row("escalated", handoff_planned=True)
    assert bills({"human_touch": "none", "planned_handoffs": True}, planned) == [1]
    assert bills({"human_touch": "none"}, planned) == [0]
    assert bills({"planned_handoffs": True}, row("escalated")) == [0]
    assert bills({"planned_handoffs": True, "requires": ["answered"]}, planned) == [0]


def test_classes_and_requirements() -> None:
    assert bills({}, row(**{"class": "spam"})) == [0]
    assert bills({"classes": ["spam"]}, row(**{"class": "spam"})) == [1]
    for column in ("answered", "action_completed", "judged_resolved"):
        assert bills({"requires": [column]}, row(**{column: False})) == [0]
        assert bills({"requires": [column]}, row(**{column: True})) == [1]


def test_low_score_voids_and_no_score_counts() -> None:
    for score, expected in ((None, 1), (3, 0), (4, 1), (5, 1)):
        assert bills({"min_csat": 4}, row(csat=score)) == [expected]


def test_return_voids_inside_its_window() -> None:
    spec = {"returns": "void", "return_window_hours": 48.0}
    assert bills(spec, row(back=47.99), row(contact=2)) == [0, 1]
    assert bills(spec, row(back=48.0), row(contact=2)) == [1, 1]
    ever = {"returns": "void", "return_window_hours": "ever"}
    assert bills(ever, row(back=5000.0), row(contact=2)) == [0, 1]


def test_return_merges_into_a_billed_conversation_before_it() -> None:
    spec = {"returns": "merge", "return_window_hours": 48.0}
    assert bills(spec, row(back=47.99), row(contact=2)) == [1, 0]
    assert bills(spec, row(back=48.0), row(contact=2)) == [1, 1]
    assert bills(spec, row("abandoned", back=1.0), row(contact=2)) == [0, 1]
    # billed at contact 1, hours since the previous are those after contact 2
    assert bills(spec, row(back=100.0), row("abandoned", 2, back=3.0), row(contact=3)) == [1, 0, 0]
    assert bills(spec, row(back=3.0), row("abandoned", 2, back=100.0), row(contact=3)) == [1, 0, 1]
    ever = {"returns": "merge", "return_window_hours": "ever"}
    assert bills(ever, row(back=5000.0), row(contact=2)) == [1, 0]


def test_merged_conversation_is_still_billed_before_for_the_next() -> None:
    spec = {"returns": "merge", "return_window_hours": 48.0}
    assert bills(spec, row(back=1.0), row(contact=2, back=1.0), row(contact=3)) == [1, 0, 0]


def test_at_most_one_unit_a_case() -> None:
    spec = {"at_most": "case"}
    assert bills(spec, row("abandoned", back=1.0), row(contact=2, back=1.0), row(contact=3)) == [0, 1, 0]
    assert bills({}, row(back=1.0), row(contact=2)) == [1, 1]


def test_duplicates_are_billed_or_merged_into_their_original() -> None:
    assert bills({"duplicates": "billed"}, row(), duplicate()) == [1, 1]
    assert bills({"duplicates": "merged"}, row(), duplicate()) == [1, 0]
    assert bills({"duplicates": "merged"}, row("abandoned"), duplicate()) == [0, 1]
    assert bills({"duplicates": "billed"}, row(), duplicate("abandoned")) == [1, 0]


def test_duplicates_are_in_nobodys_memory() -> None:
    assert bills({"at_most": "case"}, row("abandoned", back=1.0), duplicate(), row(contact=2)) == [0, 1, 1]
    assert bills({"at_most": "case"}, row(back=1.0), row(contact=2), duplicate(contact=2)) == [1, 0, 1]


def test_own_predicate_is_refused() -> None:
    with pytest.raises(ValueError, match="not predicates"):
        bills({"predicate": "outcome = 'confirmed'"}, row())


def test_extended_definition_keeps_the_clauses_it_does_not_name() -> None:
    own = {"mine": DefinitionSpec(extends="credited_on_return", human_touch="none")}
    clauses = effective("mine", {**NAMED, **own})
    assert (clauses.silence, clauses.returns, clauses.return_window_hours) == (24.0, "void", "ever")
    assert clauses.human_touch == "none"


def test_named_definitions_on_worked_cases() -> None:
    cases = {
        "confirmed": [row()],
        "silent": [row("silent")],
        "silent, back after 30 h": [row("silent", back=30.0), row("silent", 2)],
        "reviewed": [row("silent", human_touch="review", action_completed=True, judged_resolved=True)],
        "escalated": [row("escalated")],
    }
    found = {name: [sum(units(case, spec)) for case in cases.values()] for name, spec in NAMED.items()}
    assert found == {
        "closed_by_customer": [1, 0, 0, 0, 0],
        "action_in_system_of_record": [0, 0, 0, 1, 0],
        "no_human_touch": [1, 1, 1, 0, 0],
        "assumed_24h": [1, 1, 2, 1, 0],
        "verified_72h": [0, 0, 0, 0, 0],
        "credited_on_return": [1, 1, 1, 1, 0],
    }

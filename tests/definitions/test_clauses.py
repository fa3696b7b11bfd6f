"""Each clause on rows whose units are worked out by hand."""

from __future__ import annotations

import pytest

from simulator.definitions import DefinitionSpec, compile_definition
from simulator.records import CLASSES, OUTCOMES

from .rows import case_of, conversation, units

FIRST_AND_LATER = ((1, "new"), (1, "duplicate"), (2, "return"), (2, "duplicate"))


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_outcome_counts_only_where_listed(outcome: str) -> None:
    rows = [conversation(outcome=ended) for ended in OUTCOMES]
    assert units(rows, outcomes=(outcome,)) == [int(ended == outcome) for ended in OUTCOMES]


def test_outcomes_by_default_are_confirmed_and_silent() -> None:
    rows = [conversation(outcome=ended) for ended in OUTCOMES]
    assert units(rows) == [1, 1, 0, 0, 0]


def test_classes_by_default_are_service_alone() -> None:
    rows = [conversation(**{"class": kind}) for kind in CLASSES]
    assert units(rows) == [1, 0, 0, 0]
    assert units(rows, classes=CLASSES) == [1, 1, 1, 1]
    assert units(rows, classes=("spam", "service")) == [1, 0, 1, 0]


def test_silence_at_the_edge_of_its_hours() -> None:
    back = [None, 0.5, 23.999, 24.0, 24.001, 500.0]
    rows = [conversation(case_id=i, returned_after_hours=hours) for i, hours in enumerate(back)]
    assert units(rows, silence=24) == [1, 0, 0, 1, 1, 1]
    assert units(rows, silence="at_once") == [1] * 6
    assert units(rows, silence="never") == [0] * 6
    confirmed = [row | {"outcome": "confirmed"} for row in rows]
    assert units(confirmed, silence=24) == [1] * 6
    assert units(confirmed, silence="never") == [1] * 6


def test_silence_of_a_fraction_of_an_hour_keeps_all_digits() -> None:
    edge = 0.1234567890123456
    rows = [conversation(returned_after_hours=hours) for hours in (edge, edge - 1e-16)]
    assert units(rows, silence=edge) == [1, 0]


def test_human_touch_up_to_what_is_allowed() -> None:
    rows = [conversation(human_touch=touch) for touch in ("none", "review", "handoff")]
    assert units(rows, human_touch="none") == [1, 0, 0]
    assert units(rows, human_touch="review") == [1, 1, 0]
    assert units(rows, human_touch="handoff") == [1, 1, 1]


@pytest.mark.parametrize("column", ["answered", "action_completed", "judged_resolved"])
def test_requirement_false_or_empty_does_not_count(column: str) -> None:
    rows = [conversation(**{column: value}) for value in (True, False, None)]
    assert units(rows, requires=(column,)) == [1, 0, 0]


def test_requirements_must_all_hold() -> None:
    rows = [
        conversation(action_completed=action, judged_resolved=judged)
        for action in (True, False)
        for judged in (True, False)
    ]
    assert units(rows, requires=("judged_resolved", "action_completed")) == [1, 0, 0, 0]


def test_score_below_the_least_does_not_count_and_an_empty_one_does() -> None:
    rows = [conversation(csat=score) for score in (None, 1, 3, 4, 5)]
    assert units(rows, min_csat=4) == [1, 0, 0, 1, 1]


def test_only_first_contacts_count_with_their_duplicates() -> None:
    rows = [conversation(contact=number, origin=origin) for number, origin in FIRST_AND_LATER]
    assert units(rows, contacts="first") == [1, 1, 0, 0]
    assert units(rows) == [1, 1, 1, 1]
    words = DefinitionSpec(contacts="first")
    compiled = compile_definition("x", words)
    assert "it is the first of its case" in compiled.words and "A return does not count." in compiled.words
    assert "contact" in compiled.columns


@pytest.mark.parametrize("idle", [{"at_most": "case"}, {"returns": "merge", "return_window_hours": 24}])
def test_clauses_on_returns_say_nothing_where_only_first_contacts_count(idle: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="leaves no return that could count"):
        DefinitionSpec(contacts="first", **idle)
    assert DefinitionSpec(contacts="first", returns="void", return_window_hours=24)


def test_planned_handoff_counts_whatever_outcomes_and_touch_say() -> None:
    rows = [
        conversation(outcome="escalated", human_touch="handoff", handoff_planned=planned)
        for planned in (True, False, None)
    ]
    rows.append(conversation(outcome="partial", human_touch="handoff", handoff_planned=True))
    assert units(rows, human_touch="none", planned_handoffs=True) == [1, 0, 0, 0]
    assert units(rows, human_touch="none") == [0, 0, 0, 0]
    assert units(rows, outcomes=("silent",), silence="never", planned_handoffs=True) == [1, 0, 0, 0]


def test_planned_handoff_is_still_bound_by_class_score_requirement_and_void() -> None:
    planned = {"outcome": "escalated", "human_touch": "handoff", "handoff_planned": True, "answered": False}
    rows = [
        conversation(**planned | change)
        for change in ({"class": "spam"}, {"csat": 1}, {"returned_after_hours": 5.0}, {})
    ]
    clauses = {"planned_handoffs": True, "min_csat": 2, "returns": "void", "return_window_hours": 6}
    assert units(rows, **clauses) == [0, 0, 0, 1]
    assert units(rows, **clauses, requires=("answered",)) == [0, 0, 0, 0]


def test_void_at_the_edge_of_its_window() -> None:
    back = [None, 47.99, 48.0, 9000.0]
    rows = [conversation(outcome="confirmed", returned_after_hours=hours) for hours in back]
    assert units(rows, returns="void", return_window_hours=48) == [1, 0, 1, 1]
    assert units(rows, returns="void", return_window_hours="ever") == [1, 0, 0, 0]
    assert units(rows, returns="bill_again") == [1, 1, 1, 1]


def test_void_leaves_the_return_itself_to_count() -> None:
    rows = case_of({"returned_after_hours": 5.0}, {})
    assert units(rows, returns="void", return_window_hours=24) == [0, 1]


def test_empty_values_where_none_should_be_do_not_count() -> None:
    rows = [conversation(**{column: None}) for column in ("outcome", "class", "human_touch")]
    assert units(rows, human_touch="review") == [0, 0, 0]

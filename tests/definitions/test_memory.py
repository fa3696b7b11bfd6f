"""Merging, one unit per case, duplicates and sessions, worked out by hand."""

from __future__ import annotations

import random
from typing import Any

from .rows import case_of, conversation, hours_later, units

LOST = {"outcome": "escalated", "human_touch": "handoff"}


def test_merge_at_the_edge_of_its_window() -> None:
    for hours, expected in ((23.99, [1, 0]), (24.0, [1, 1]), (24.01, [1, 1])):
        rows = case_of({"returned_after_hours": hours}, {})
        assert units(rows, returns="merge", return_window_hours=24) == expected


def test_merge_void_and_bill_again_on_the_same_chain() -> None:
    rows = case_of({"returned_after_hours": 10.0}, {"returned_after_hours": 100.0}, {"returned_after_hours": 10.0}, {})
    assert units(rows, returns="merge", return_window_hours=24) == [1, 0, 1, 0]
    assert units(rows, returns="merge", return_window_hours="ever") == [1, 0, 0, 0]
    assert units(rows, returns="void", return_window_hours=24) == [0, 1, 0, 1]
    assert units(rows, returns="bill_again") == [1, 1, 1, 1]


def test_merge_needs_an_earlier_conversation_that_met_the_conditions() -> None:
    rows = case_of(LOST | {"returned_after_hours": 5.0}, {"returned_after_hours": 5.0}, {})
    assert units(rows, returns="merge", return_window_hours=24) == [0, 1, 0]


def test_merge_looks_back_over_a_conversation_that_did_not_count() -> None:
    rows = case_of({"returned_after_hours": 5.0}, LOST | {"returned_after_hours": 5.0}, {})
    assert units(rows, returns="merge", return_window_hours=24) == [1, 0, 0]
    later = case_of({"returned_after_hours": 5.0}, LOST | {"returned_after_hours": 24.0}, {})
    assert units(later, returns="merge", return_window_hours=24) == [1, 0, 1]


def test_at_most_one_per_case_counts_the_first_that_meets_the_conditions() -> None:
    rows = case_of(LOST | {"returned_after_hours": 400.0}, {"returned_after_hours": 400.0}, {})
    assert units(rows, at_most="case") == [0, 1, 0]
    assert units(rows, at_most="conversation") == [0, 1, 1]


def test_cases_do_not_remember_one_another() -> None:
    first = case_of({"returned_after_hours": 5.0}, {})
    rows = [*first, *({**row, "case_id": 2} for row in first), conversation(case_id=3)]
    assert units(rows, at_most="case") == [1, 0, 1, 0, 1]


def _with_duplicate(original: dict[str, Any], duplicate: dict[str, Any]) -> list[dict[str, Any]]:
    return [conversation(**original), conversation(origin="duplicate", **duplicate)]


def test_duplicate_billed_counts_by_its_own_conditions() -> None:
    assert units(_with_duplicate({}, {})) == [1, 1]
    assert units(_with_duplicate({}, LOST)) == [1, 0]


def test_duplicate_merged_counts_only_where_its_original_does_not() -> None:
    assert units(_with_duplicate({}, {}), duplicates="merged") == [1, 0]
    assert units(_with_duplicate(LOST, {}), duplicates="merged") == [0, 1]
    assert units(_with_duplicate(LOST, LOST), duplicates="merged") == [0, 0]


def test_duplicate_merged_looks_at_the_original_of_its_own_contact() -> None:
    rows = case_of({"returned_after_hours": 400.0}, LOST)
    rows.append(conversation(contact=2, origin="duplicate"))
    assert units(rows, duplicates="merged") == [1, 0, 1]


def test_duplicate_merged_looks_at_base_and_not_at_the_unit() -> None:
    rows = case_of({"returned_after_hours": 5.0}, {})
    rows.append(conversation(contact=2, origin="duplicate"))
    assert units(rows, duplicates="merged", returns="merge", return_window_hours=24) == [1, 0, 0]


def test_duplicate_without_its_original_counts() -> None:
    assert units([conversation(origin="duplicate")], duplicates="merged") == [1]


def test_duplicate_is_in_no_memory() -> None:
    rows = case_of(LOST | {"returned_after_hours": 5.0}, {})
    rows.append(conversation(contact=1, origin="duplicate"))
    assert units(rows, at_most="case") == [0, 1, 1]
    assert units(rows, returns="merge", return_window_hours=24) == [0, 1, 1]


def test_memory_does_not_depend_on_the_order_of_rows() -> None:
    rows = case_of(
        {"returned_after_hours": 5.0}, LOST | {"returned_after_hours": 50.0}, {"returned_after_hours": 5.0}, {}
    )
    rows.append(conversation(contact=3, origin="duplicate"))
    expected = dict(zip((1, 2, 3, 4, 33), [1, 0, 1, 0, 0], strict=True))
    rng = random.Random(4)
    for _ in range(10):
        rng.shuffle(rows)
        names = [row["contact"] * (11 if row["origin"] == "duplicate" else 1) for row in rows]
        counted = units(rows, returns="merge", return_window_hours=24, duplicates="merged")
        assert dict(zip(names, counted, strict=True)) == expected


def test_previous_hours_are_empty_for_first_contacts_and_duplicates() -> None:
    rows = case_of({"returned_after_hours": 5.0}, {})
    rows.append(conversation(contact=2, origin="duplicate"))
    assert units(rows, predicate="hours_since_previous is null") == [1, 0, 1]
    assert units(rows, predicate="hours_since_previous = 5") == [0, 1, 0]


def test_predicate_that_reads_memory_can_be_merged_too() -> None:
    rows = case_of({"returned_after_hours": 5.0}, {"returned_after_hours": 5.0}, {})
    assert units(rows, predicate="hours_since_previous < 24") == [0, 1, 1]
    assert units(rows, predicate="hours_since_previous < 24", at_most="case") == [0, 1, 0]


def test_session_runs_from_its_start_and_not_from_the_last_contact() -> None:
    rows = case_of({"returned_after_hours": 20.0}, {"returned_after_hours": 3.9}, {"returned_after_hours": 3.0}, {})
    assert units(rows, predicate="hours_since_session_start = 0") == [1, 0, 0, 1]
    at_edge = case_of({"returned_after_hours": 20.0}, {"returned_after_hours": 4.0}, {"returned_after_hours": 20.0}, {})
    assert units(at_edge, predicate="hours_since_session_start = 0") == [1, 0, 1, 0]
    assert units(at_edge, predicate="hours_since_session_start = 20") == [0, 1, 0, 1]


def test_session_of_a_duplicate_depends_on_its_channel() -> None:
    rows = case_of({"returned_after_hours": 30.0}, {})
    rows += [
        conversation(contact=1, origin="duplicate", opened_at=hours_later(1.5)),
        conversation(contact=2, origin="duplicate", channel="email"),
    ]
    assert units(rows, predicate="hours_since_session_start = 0") == [1, 1, 0, 1]
    assert units(rows, predicate="hours_since_session_start = 1.5") == [0, 0, 1, 0]


def test_session_of_a_duplicate_at_the_same_instant_is_joined() -> None:
    rows = [conversation(), conversation(origin="duplicate"), conversation(case_id=2)]
    assert units(rows, predicate="hours_since_session_start > 0") == [0, 1, 0]

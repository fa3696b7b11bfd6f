"""Random definitions on random cases: units, joins and kinds against the clauses as the reference reads them."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import pytest
from pyarrow import parquet

from simulator.audit.record_file import Record, read_record
from simulator.audit.recount.billed_list import BilledId
from simulator.audit.recount.differences import differences
from simulator.audit.recount.kinds import GATE, SEVERAL, UNEXPLAINED
from simulator.audit.recount.unit_counts import UnitCounts, unit_counts
from simulator.definitions import DefinitionSpec, compile_definition
from tests.audit import sample_record
from tests.definitions.random_definitions import random_rows, random_spec
from tests.reference.clauses import units

DEFINITIONS = 25
Row = dict[str, Any]
Counted = tuple[list[Row], DefinitionSpec, UnitCounts]


def cases(rng: Random) -> list[Row]:
    """Return random rows with ids of a system: half of the cases are one thread, and a duplicate is always its own."""
    rows = sorted(random_rows(rng, 150), key=lambda row: (row["case_id"], row["contact"], row["origin"] == "duplicate"))
    for number, row in enumerate(rows, start=1):
        one_thread = row["case_id"] % 2 == 0 and row["origin"] != "duplicate"
        row |= {"conversation_id": number, "customer_id": row["case_id"], "closed_at": row["opened_at"]}
        row["source_id"] = f"case {row['case_id']}" if one_thread else f"row {number}"
    return rows


def recorded(rows: list[Row], folder: Path) -> Record:
    parquet.write_table(sample_record.table(rows), folder / "record.parquet")
    return read_record(folder / "record.parquet")


def by_id(rows: list[Row], spec: DefinitionSpec) -> dict[str, int]:
    """Return the units of each id as the reference counts them, case by case."""
    found: dict[str, int] = {}
    cases_of: dict[int, list[Row]] = {}
    for row in rows:
        cases_of.setdefault(row["case_id"], []).append(row)
    for mine in cases_of.values():
        for row, unit in zip(mine, units(mine, spec), strict=True):
            found[row["source_id"]] = found.get(row["source_id"], 0) + unit
    return found


@pytest.fixture(scope="module", params=range(DEFINITIONS))
def counted(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Counted:
    rng = Random(request.param)
    rows, spec = cases(rng), random_spec(rng)
    record = recorded(rows, tmp_path_factory.mktemp("record"))
    return rows, spec, unit_counts(record, compile_definition("tested", spec))


def listed(units_by_id: dict[str, int]) -> dict[str, BilledId]:
    return {key: BilledId(key, (1,) * many, (2,) * many, "") for key, many in units_by_id.items() if many}


def test_every_unequal_id_is_found_once_and_no_other(counted: Counted) -> None:
    rows, spec, counts = counted
    own, rng = by_id(rows, spec), Random(len(rows))
    billed = {key: many + rng.choice([-many, 0, 0, 0, 1]) for key, many in own.items()} | {"stranger": 1}
    found = {each.written: (each.billed, each.counted) for each in differences(counts, listed(billed), None)}
    wanted = {key: (billed[key], own.get(key, 0)) for key in billed if billed[key] != own.get(key, 0)}
    assert found == wanted


def test_a_vendor_that_drops_one_clause_is_understood(counted: Counted) -> None:
    """The list is that of the definition with one clause changed: every id gets one clause, and none stays open."""
    rows, _, counts = counted
    bills = [by_id(rows, change.definition.spec) for change in counts.changes]
    for change, vendor in zip(counts.changes, bills, strict=True):
        found = differences(counts, listed(vendor), None)
        over = [each for each in found if each.billed > each.counted]
        assert change.loosens is False or not [each for each in over if each.kind in (UNEXPLAINED, SEVERAL)]
        for each in over:
            same = [
                bill
                for other, bill in zip(counts.changes, bills, strict=True)
                if other.loosens and other.clause == each.clause
            ]
            assert not same or any(bill[each.written] == each.billed for bill in same)


def test_a_vendor_with_a_rule_of_its_own_stays_unexplained(tmp_path: Path) -> None:
    """Negative control: what satisfies every clause that there is and is not billed fits none of them."""
    spec = DefinitionSpec(silence=24, returns="void", return_window_hours="ever")
    rows = [row for row in cases(Random(5)) if row["contact"] == 1 and row["origin"] == "new"]
    for row in rows[:10]:
        row |= {"outcome": "confirmed", "human_touch": "none", "class": "service", "answered": True, "csat": None,
                "action_completed": True, "judged_resolved": True, "returned_after_hours": None}  # fmt: skip
    counts = unit_counts(recorded(rows, tmp_path), compile_definition("tested", spec))
    vendor = {
        key: many for key, many in by_id(rows, spec).items() if key not in {row["source_id"] for row in rows[:10]}
    }
    found = differences(counts, listed(vendor), None)
    assert [each.kind for each in found] == [UNEXPLAINED] * 10


def _thread(folder: Path, second: dict[str, Any]) -> list[Any]:
    """Return the differences of a thread of two conversations that both count, of which the vendor bills none."""
    made = {"class": "service", "outcome": "confirmed", "human_touch": "none", "answered": True, "csat": None,
            "action_completed": True, "judged_resolved": True, "returned_after_hours": None,
            "handoff_planned": False}  # fmt: skip
    case = [row for row in cases(Random(5)) if row["contact"] == 1 and row["origin"] == "new"][:2]
    rows = [case[0] | made | {"csat": 2}, case[1] | made | second]
    for number, row in enumerate(rows, start=1):
        row |= {"case_id": number, "conversation_id": number, "source_id": "thread"}
    spec = DefinitionSpec(silence=24, returns="void", return_window_hours="ever", human_touch="review")
    counts = unit_counts(recorded(rows, folder), compile_definition("tested", spec))
    return list(differences(counts, {}, None))


def test_conversations_of_a_thread_that_each_need_a_clause_are_named_together(tmp_path: Path) -> None:
    """The one has a low score, a review is the other's: no clause alone voids both."""
    (found,) = _thread(tmp_path, {"human_touch": "review"})
    assert (found.billed, found.counted, found.kind) == (0, 2, SEVERAL)
    assert found.clause == "human touch and below gate" and not found.disputed


def test_one_clause_for_both_conversations_is_no_several(tmp_path: Path) -> None:
    """Negative control, and another: where nothing voids the second the thread stays unexplained."""
    (found,) = _thread(tmp_path, {"csat": 2})
    assert found.kind == GATE
    (found,) = _thread(tmp_path, {})
    assert found.kind == UNEXPLAINED

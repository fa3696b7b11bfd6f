"""The sample exports of six systems, read by the shipped maps: 31 conversations of one truth, told by plain Python."""

from __future__ import annotations

import csv
import json
import shutil
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from simulator.audit.log.shipped_maps import shipped_map, shipped_names
from simulator.errors import DataError
from tests.audit.log import sample_by_hand
from tests.audit.log.logs import EXPORTS, read_all, read_folder, write_csv

SYSTEMS = {
    "intercom": ("intercom_conversations.csv", "id"),
    "zendesk_tickets": ("zendesk_tickets.csv", "id"),
    "zendesk_ai_agents": ("zendesk_ai_agents_export.jsonl", "conversation_id"),
    "agentforce": ("agentforce_sessions.csv", "ssot__Id__c"),
    "ada": ("ada_conversations.jsonl", "_id"),
    "amazon_connect": ("amazon_connect_contacts.jsonl", "ContactId"),
}
EXTRACTED = "extracted_at = 2026-11-10T06:00:00Z\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for file in EXPORTS.iterdir():
        shutil.copy(file, tmp_path)
    return tmp_path


def shipped(system: str, more: str = "") -> str:
    return f'[log]\nsystem = "{system}"\n{EXTRACTED}{more}'


def exported(file: str) -> list[dict[str, Any]]:
    path = EXPORTS / file
    if path.suffix == ".csv":
        with path.open(encoding="utf-8", newline="") as read:
            return list(csv.DictReader(read))
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_each_shipped_map_says_when_its_names_were_looked_up() -> None:
    assert set(SYSTEMS) | {"langfuse", "litellm", "opentelemetry"} == set(shipped_names())
    for name in shipped_names():
        assert datetime.strptime(shipped_map(name)["as_of"], "%Y-%m-%d") and shipped_map(name)["title"]


@pytest.mark.parametrize("system", SYSTEMS)
def test_there_are_31_conversations_with_the_ids_of_the_export(system: str, folder: Path) -> None:
    file, key = SYSTEMS[system]
    found = read_folder(folder, shipped(system))
    assert {row["source_id"] for row in found} == {str(row[key]) for row in exported(file)}
    assert len({row["source_id"] for row in found}) == 31
    first = min(exported(file), key=lambda row: str(row[key]))
    assert str(first[key]) in {row["source_id"] for row in found}


@pytest.mark.parametrize("system", ["intercom", "zendesk_tickets", "agentforce", "ada", "amazon_connect"])
def test_there_are_29_cases_where_the_export_has_a_customer(system: str, folder: Path) -> None:
    found = read_folder(folder, shipped(system))
    assert len({row["case_id"] for row in found}) == 29
    assert len({(row["case_id"], row["contact"], row["origin"]) for row in found}) == len(found)


def test_intercom_counts_the_17_units_of_the_expected_differences(folder: Path) -> None:
    """Confirmed or silent, no reply of a person, service, answered, no return ever, no duplicate, no score of 1."""
    found = read_folder(folder, shipped("intercom"))
    counted = {
        row["source_id"]
        for row in found
        if row["outcome"] in ("confirmed", "silent") and row["human_touch"] != "handoff" and row["class"] == "service"
        and row["answered"] and row["returned_after_hours"] is None and row["origin"] != "duplicate"
        and row["csat"] != 1 and row["opened_at"] < datetime(2026, 11, 1)
    }  # fmt: skip
    assert len(counted) == 17
    with (EXPORTS / "expected_differences.csv").open(encoding="utf-8") as file:
        for line in csv.DictReader(file):
            assert (line["conversation_id"] in counted) == (line["counted_by_us"] == "1"), line["explanation"]


def test_intercom_has_a_second_contact_where_the_customer_came_back_in_the_thread(folder: Path) -> None:
    found = [row for row in read_folder(folder, shipped("intercom")) if row["source_id"] == "2154700000016"]
    parts = [row for row in exported("intercom_conversation_parts.csv") if row["conversation_id"] == "2154700000016"]
    opened = next(int(part["created_at"]) for part in parts if part["part_type"] == "open")
    assert [row["contact"] for row in found] == [1, 2]
    assert found[1]["opened_at"] == datetime.fromtimestamp(opened, UTC).replace(tzinfo=None)
    closed = next(int(part["created_at"]) for part in parts if part["part_type"] == "close")
    assert found[0]["closed_at"] == datetime.fromtimestamp(closed, UTC).replace(tzinfo=None)
    assert [row["outcome"] for row in found] == ["silent", "escalated"]
    assert [row["human_minutes"] for row in found] == [0.0, 552 / 60]


def test_zendesk_reads_a_subject_with_a_line_end_as_one_row_and_merges_by_the_survivors_list(folder: Path) -> None:
    found = {row["source_id"]: row for row in read_folder(folder, shipped("zendesk_tickets"))}
    lines = (EXPORTS / "zendesk_tickets.csv").read_text(encoding="utf-8").count("\n")
    assert len(found) == 31 < lines - 1
    assert found["200020"]["origin"] == "duplicate" and found["200020"]["case_id"] == found["200019"]["case_id"]
    people = sum(row["human_touch"] == "handoff" for row in found.values())
    assert people == sum(row["replies"] != "0" for row in exported("zendesk_tickets.csv")) == 6


def test_connect_keeps_the_last_of_what_is_delivered_twice(folder: Path) -> None:
    found, dropped, _ = read_all(folder, shipped("amazon_connect"))
    given = exported("amazon_connect_contacts.jsonl")
    assert (len(given), len(found)) == (34, 31) and dropped == {"an earlier version of a row": 3}
    last = {row["ContactId"]: row for row in sorted(given, key=lambda row: row["LastUpdateTimestamp"])}
    for row in found:
        agent = last[row["source_id"]]["Agent"] or {}
        seconds = sum(value for key, value in agent.items() if key.endswith("Duration"))
        assert row["human_minutes"] == pytest.approx(seconds / 60)


def test_agentforce_and_ada_tell_tests_and_greetings_from_service(folder: Path) -> None:
    agentforce = Counter(row["class"] for row in read_folder(folder, shipped("agentforce")))
    assert agentforce == {"service": 30, "test": 1}
    ada = read_folder(folder, shipped("ada"))
    given = {row["_id"]: row for row in exported("ada_conversations.jsonl")}
    for row in ada:
        one = given[row["source_id"]]
        assert row["class"] == ("test" if one["is_test_user"] else "service" if one["is_engaged"] else "greeting")
        assert row["csat"] == one["csat"].get("score")
        assert row["opened_at"].isoformat(timespec="milliseconds") == one["date_created"]
        said = {"Resolved": True, "Not Resolved": False, None: None}[one["automated_resolution_classification"]]
        assert row["judged_resolved"] is said


def test_the_hour_that_berlin_has_twice_is_refused_only_where_times_are_local(folder: Path) -> None:
    """A ticket of 00:30 UTC on 25 October: 02:30 in Berlin, as 01:30 UTC is; all other times there exist once."""
    zone = 'time_zone = "Europe/Berlin"\n'
    opened = {row["source_id"]: row["opened_at"] for row in read_folder(folder, shipped("zendesk_tickets", zone))}
    assert opened["200022"] == datetime(2026, 10, 25, 0, 30) and len(opened) == 31
    path = folder / "zendesk_tickets.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        for name in ("created_at", "solved_at"):
            row[name] = (
                row[name]
                and f"{datetime.fromisoformat(row[name]).astimezone(ZoneInfo('Europe/Berlin')):%Y-%m-%d %H:%M:%S}"
            )
    write_csv(path, rows)
    with pytest.raises(DataError) as caught:
        read_folder(folder, shipped("zendesk_tickets", zone))
    said = str(caught.value)
    assert "opened_at exists twice in Europe/Berlin: clocks went back over it: 1 row of 31" in said
    assert 'zendesk_tickets.csv, row 25: "2026-10-25 02:30:00"' in said and "closed_at" not in said
    earlier = read_folder(folder, shipped("zendesk_tickets", f'{zone}ambiguous = "earlier"\n'))
    assert {row["source_id"]: row["opened_at"] for row in earlier} == opened


def test_a_follow_up_is_a_return_however_late(folder: Path) -> None:
    path = folder / "zendesk_tickets.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    late = next(row for row in rows if row["id"] == "200029")
    assert len({row["case_id"] for row in read_folder(folder, shipped("zendesk_tickets"))}) == 29
    late["via_followup_source_id"] = "200001"
    write_csv(path, rows)
    found = {row["source_id"]: row for row in read_folder(folder, shipped("zendesk_tickets"))}
    assert found["200029"]["case_id"] == found["200001"]["case_id"] and found["200029"]["contact"] == 2
    assert found["200001"]["returned_after_hours"] > 29 * 24


def test_intercom_gives_the_record_that_the_legend_of_the_sample_gives_by_hand(folder: Path) -> None:
    """The reader, and a second reading in plain Python that shares no code with it."""
    found = read_folder(folder, shipped("intercom"))
    by_hand = sample_by_hand.cased(sample_by_hand.rows())
    compared = (
        "source_id", "case_id", "contact", "origin", "class", "opened_at", "closed_at", "intent", "channel", "outcome",
        "answered", "human_touch", "handoff_planned", "csat", "returned_after_hours",
    )  # fmt: skip
    assert len(found) == len(by_hand) == 33
    for name in compared:
        assert [row[name] for row in found] == [row.get(name) for row in by_hand], name
    assert {row["human_touch"] for row in found} == {"none", "review", "handoff"}


def test_intercom_can_be_read_without_its_parts(folder: Path) -> None:
    (folder / "intercom_conversation_parts.csv").unlink()
    with pytest.raises(DataError, match="there is no file"):
        read_folder(folder, shipped("intercom"))
    found, _, remarks = read_all(
        folder,
        shipped("intercom", "join = []\n[log.cases]\nreopened = false\n[log.columns]\nhuman_touch = \"'none'\"\n"),
    )
    assert len(found) == 31 and {row["case_id"] for row in found} == set(range(1, 30))
    assert any("who comes back in the same conversation is not seen" in each for each in remarks)


def tokens_by_hand() -> dict[str, list[int]]:
    """Return input, cached, written and output of each conversation, by Langfuse's disjoint keys."""
    found: dict[str, list[int]] = {}
    for row in exported("langfuse_observations.csv"):
        usage = json.loads(row["usage_details"])
        cached = usage.get("input_cached_tokens", 0) + usage.get("cache_read_input_tokens", 0)
        written = usage.get("cache_creation_input_tokens", 0)
        whole = [
            usage["input"] + cached + written,
            cached,
            written,
            usage["output"] + usage.get("output_reasoning_tokens", 0),
        ]
        found[row["session_id"]] = [a + b for a, b in zip(found.get(row["session_id"], [0] * 4), whole, strict=True)]
    return found


@pytest.mark.parametrize("system", ["langfuse", "litellm"])
def test_tokens_of_a_gateway_are_those_of_its_calls(system: str, folder: Path) -> None:
    found = read_folder(folder, shipped("intercom", f'[log.tokens]\nsystem = "{system}"\n'))
    summed: dict[str, list[int]] = {}
    for row in found:
        given = [row[f"{name}_tokens"] for name in ("input", "cached_input", "cache_write", "output")]
        summed[row["source_id"]] = [a + b for a, b in zip(summed.get(row["source_id"], [0] * 4), given, strict=True)]
    expected = tokens_by_hand()
    assert len(expected) == 14
    assert summed == {source: expected.get(source, [0] * 4) for source in summed}


def test_opentelemetry_spans_have_the_tokens_of_the_same_calls(folder: Path) -> None:
    with (folder / "spans.jsonl").open("w", encoding="utf-8") as file:
        for row in exported("langfuse_observations.csv"):
            usage = json.loads(row["usage_details"])
            cached = usage.get("input_cached_tokens", 0) + usage.get("cache_read_input_tokens", 0)
            written = usage.get("cache_creation_input_tokens", 0)
            span = {
                "gen_ai.conversation.id": row["session_id"],
                "gen_ai.response.model": row["provided_model_name"],
                "gen_ai.usage.input_tokens": usage["input"] + cached + written,
                "gen_ai.usage.cache_read.input_tokens": cached,
                "gen_ai.usage.cache_creation.input_tokens": written,
                "gen_ai.usage.output_tokens": usage["output"] + usage.get("output_reasoning_tokens", 0),
            }
            file.write(json.dumps(span) + "\n")
    found = read_folder(folder, shipped("intercom", '[log.tokens]\nsystem = "opentelemetry"\n'))
    expected = tokens_by_hand()
    assert sum(row["input_tokens"] for row in found) == sum(each[0] for each in expected.values())
    assert sum(row["output_tokens"] for row in found) == sum(each[3] for each in expected.values())

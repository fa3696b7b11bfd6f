"""A ledger written in each system's columns and read back equals itself in all that the system can hold.

A system cannot hold what its columns have no place for; `held` says what becomes of it. Times are in whole seconds, as
some systems have no finer ones. Nobody's log has a return that went straight to people and opened no conversation.
"""

from __future__ import annotations

import csv
import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.engine.export import ledger
from simulator.scenario import load_scenario
from tests.audit.log.logs import read_folder
from tests.scenarios.shipped import FOLDER

Row = dict[str, Any]
LEVELS = ("outcomes.escalate_log_odds", "outcomes.solve_log_odds", "outcomes.confirm_log_odds", "returns.log_odds")
SHARES = ("csat.response", "judge.sensitivity", "duplicates.probability.confirmed", "duplicates.probability.escalated")
SCENARIOS = st.tuples(
    st.sampled_from(("broad_cx", "narrow_actions", "regulated_bank")),
    st.fixed_dictionaries(
        {
            "seed": st.integers(1, 10_000),
            "returns.max_contacts": st.integers(2, 5),
            **{name: st.integers(-15, 15).map(lambda tenths: tenths / 10) for name in LEVELS},
            **{name: st.integers(1, 60).map(lambda percent: percent / 100) for name in SHARES},
        }
    ),
)
ALWAYS = (
    "case_id",
    "contact",
    "origin",
    "opened_at",
    "closed_at",
    "duration_seconds",
    "billing_month",
    "returned_after_hours",
)


@dataclass(frozen=True, slots=True)
class System:
    """How a system writes a conversation, and what of it comes back.

    Attributes:
        write: the export's row.
        held: the record's row as far as the system has a place for it.
        columns: of the record that come back, beside those that every log has.
        duplicates: whether it marks them; else they are not written.
        more: what the map says beside the shipped one.
    """

    file: str
    write: Callable[[Row], Row]
    held: Callable[[Row], Row]
    columns: tuple[str, ...]
    duplicates: bool = False
    cases: str = 'window_hours = 8784\nsame = ["customer_id"]'


def iso(time: datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


def epoch(time: datetime) -> int:
    return int(time.replace(tzinfo=UTC).timestamp())


def to_intercom(row: Row) -> Row:
    states = {"confirmed": "confirmed_resolution", "silent": "assumed_resolution", "abandoned": ""}
    state = "procedure_handoff" if row["handoff_planned"] else states.get(row["outcome"], "escalated")
    return {
        "id": row["conversation_id"], "created_at": epoch(row["opened_at"]), "contacts.contacts.0.id": f"k{row['customer_id']}",
        "statistics.last_close_at": epoch(row["closed_at"]), "source.type": row["channel"], "custom_attributes.Topic": row["intent"],
        "ai_agent.source_type": "fin_preview" if row["class"] == "test" else "workflow",
        "tags.tags": "vip;spam" if row["class"] == "spam" else "", "ai_agent.resolution_state": state,
        "ai_agent.last_answer_type": "ai_answer" if row["answered"] else "", "ai_agent.rating": row["csat"] or "",
        "statistics.first_admin_reply_at": epoch(row["closed_at"]) if row["human_touch"] == "handoff" else "",
        "statistics.adjusted_handling_time": repr(row["human_minutes"] * 60),
    }  # fmt: skip


def of_intercom(row: Row) -> Row:
    return {
        **row,
        "class": "service" if row["class"] == "greeting" else row["class"],
        "outcome": "escalated" if row["outcome"] == "partial" else row["outcome"],
    }


def intercom_parts(rows: list[Row]) -> list[Row]:
    """Return a note for each review, and the part of a conversation that is not read."""
    other = {"conversation_id": "other", "created_at": 1_800_000_000, "part_type": "open", "author_type": "user"}
    noted = [row for row in rows if row["human_touch"] == "review"]
    return [other] + [
        {**other, "conversation_id": row["conversation_id"], "created_at": epoch(row["opened_at"]), "part_type": "note"}
        for row in noted
    ]


def to_zendesk(row: Row) -> Row:
    touched = int(row["human_touch"] == "handoff")
    return {
        "id": row["conversation_id"], "created_at": iso(row["opened_at"]), "updated_at": iso(row["closed_at"]), "status": "closed",
        "requester_id": 380_000_000_000 + row["customer_id"], "solved_at": iso(row["closed_at"]), "via_channel": row["channel"],
        "tags": " ".join(["bot_handled", *["spam"] * (row["class"] == "spam"), *["closed_by_merge"] * (row["origin"] == "duplicate")]),
        "subject": 'Re: "hello"\nthere', "replies": touched, "assignee_stations": touched, "custom_fields.Topic": row["intent"],
        "merged_ticket_ids": json.dumps(row["merged"]), "via_followup_source_id": row["before"],
    }  # fmt: skip


def of_zendesk(row: Row) -> Row:
    touch = "handoff" if row["human_touch"] == "handoff" else "none"
    return {
        **row,
        "class": "spam" if row["class"] == "spam" else "service",
        "human_touch": touch,
        "outcome": "escalated" if touch == "handoff" else "silent",
    }


def to_agents(row: Row) -> Row:
    status = {"escalated": "escalated", "partial": "escalated", "abandoned": "not_handled"}.get(
        row["outcome"], "bot_handled"
    )
    return {
        "conversation_id": f"c{row['conversation_id']}", "platform_conversation_id": f"p{row['case_id']}",
        "conversation_start_time": iso(row["opened_at"]), "conversation_end_time": iso(row["closed_at"]),
        "test_mode": row["class"] == "test", "labels": [row["intent"]], "channel": row["channel"], "conversation_status": status,
        "knowledge_responseGenerated_count": int(row["answered"]), "automated_resolution": row["judged_resolved"],
        "visitor_messages_count": row["turns"], "bot_messages_count": row["ai_replies"],
        "triggered_procedures": ["refund"] if row["handoff_planned"] else [],
    }  # fmt: skip


def of_agents(row: Row) -> Row:
    outcome = {"confirmed": "silent", "partial": "escalated"}.get(row["outcome"], row["outcome"])
    return {
        **row,
        "class": "test" if row["class"] == "test" else "service",
        "outcome": outcome,
        "human_touch": "handoff" if outcome == "escalated" else "none",
    }


def to_agentforce(row: Row) -> Row:
    ends = {"confirmed": "Completed", "silent": "NOT_SET", "abandoned": "Abandoned"}
    return {
        "ssot__Id__c": f"0190-{row['conversation_id']}", "ssot__IndividualId__c": f"0PK{row['customer_id']}",
        "ssot__StartTimestamp__c": iso(row["opened_at"]), "ssot__EndTimestamp__c": iso(row["closed_at"]),
        "ssot__AiAgentChannelType__c": "Builder" if row["class"] == "test" else row["channel"],
        "ssot__AiAgentSessionEndType__c": ends.get(row["outcome"], "Escalated"),
    }  # fmt: skip


def of_agentforce(row: Row) -> Row:
    outcome = "escalated" if row["outcome"] == "partial" else row["outcome"]
    test = row["class"] == "test"
    touch = "handoff" if outcome == "escalated" else "none"
    return {
        **row, "class": "test" if test else "service", "channel": "Builder" if test else row["channel"], "outcome": outcome,
        "human_touch": touch,
    }  # fmt: skip


def to_ada(row: Row) -> Row:
    people = row["human_touch"] == "handoff"
    said = {True: "Resolved", False: "Not Resolved", None: None}[row["judged_resolved"]]
    return {
        "_id": f"5d8a{row['conversation_id']}", "chatter_id": f"ch{row['customer_id']}", "end_user_id": None,
        "date_created": row["opened_at"].strftime("%Y-%m-%dT%H:%M:%S.000"), "platform": row["channel"],
        "date_updated": row["closed_at"].strftime("%Y-%m-%dT%H:%M:%S.000"), "record_last_updated": iso(row["closed_at"]),
        "is_engaged": row["class"] != "greeting", "is_escalated": row["outcome"] in ("escalated", "partial"),
        "is_test_user": row["class"] == "test", "agent_id": ["a7"] if people else [], "generated_topic_v2_title": row["intent"],
        "agent_handle_time": row["human_minutes"] * 60, "automated_resolution_classification": said,
        "csat": {} if row["csat"] is None else {"score": row["csat"]},
    }  # fmt: skip


def of_ada(row: Row) -> Row:
    kind = row["class"] if row["class"] in ("test", "greeting") else "service"
    outcome = (
        "escalated" if row["outcome"] in ("escalated", "partial") else "abandoned" if kind == "greeting" else "silent"
    )
    return {
        **row,
        "class": kind,
        "outcome": outcome,
        "human_touch": "handoff" if row["human_touch"] == "handoff" else "none",
    }


def to_connect(row: Row) -> Row:
    seconds = row["human_minutes"] * 60
    agent = {
        "AgentInteractionDuration": seconds / 2,
        "CustomerHoldDuration": seconds / 4,
        "AfterContactWorkDuration": seconds / 4,
    }
    return {
        "ContactId": f"{row['conversation_id']:08d}-1111", "InitialContactId": None, "Channel": row["channel"],
        "InitiationTimestamp": iso(row["opened_at"]), "DisconnectTimestamp": iso(row["closed_at"]),
        "LastUpdateTimestamp": iso(row["closed_at"]), "CustomerEndpoint": {"Address": f"+1555{row['customer_id']:07d}"},
        "Agent": agent if row["human_touch"] == "handoff" else None,
        "Attributes": {"Topic": row["intent"], "SelfServiceOutcome": "resolved" if row["outcome"] == "confirmed" else ""},
    }  # fmt: skip


def of_connect(row: Row) -> Row:
    people = row["human_touch"] == "handoff"
    outcome = "escalated" if people else "confirmed" if row["outcome"] == "confirmed" else "silent"
    minutes = row["human_minutes"] if people else 0.0
    return {**row, "outcome": outcome, "human_touch": "handoff" if people else "none", "human_minutes": minutes}


COMMON = ("intent", "channel", "outcome", "human_touch")
SYSTEMS = {
    "intercom": System("intercom_conversations.csv", to_intercom, of_intercom, (*COMMON, "class", "answered", "handoff_planned", "csat", "human_minutes")),
    "zendesk_tickets": System("zendesk_tickets.csv", to_zendesk, of_zendesk, (*COMMON, "class"), duplicates=True, cases='link = "via_followup_source_id"'),
    "zendesk_ai_agents": System("zendesk_ai_agents_export.jsonl", to_agents, of_agents, (*COMMON, "class", "answered", "judged_resolved", "turns", "messages", "ai_replies"), cases='column = "platform_conversation_id"'),
    "agentforce": System("agentforce_sessions.csv", to_agentforce, of_agentforce, ("channel", "outcome", "human_touch", "class")),
    "ada": System("ada_conversations.jsonl", to_ada, of_ada, (*COMMON, "class", "judged_resolved", "csat", "human_minutes")),
    "amazon_connect": System("amazon_connect_contacts.jsonl", to_connect, of_connect, (*COMMON, "human_minutes")),
}  # fmt: skip


def truth(drawn: tuple[str, dict[str, float]], most: int, *, duplicates: bool) -> list[Row]:
    """Return rows of a random scenario with times in whole seconds, as a log could hold them, in the order of opening."""
    name, values = drawn
    changed = [f"{key}={value}" for key, value in values.items()]
    scenario = load_scenario(FOLDER / f"{name}.toml", [*changed, f"volume.per_month={most}"])
    tables = ledger(scenario, trials=1, months=2)
    rows = pa.concat_tables(tables).to_pylist()[:most]
    assert len(rows) == most
    rows = [row for row in rows if duplicates or row["origin"] != "duplicate"]
    for row in rows:
        row["opened_at"], row["closed_at"] = (row[name].replace(microsecond=0) for name in ("opened_at", "closed_at"))
        row["duration_seconds"] = (row["closed_at"] - row["opened_at"]).total_seconds()
    rows.sort(key=lambda row: row["opened_at"])
    by_contact = {(row["case_id"], row["contact"]): row for row in rows if row["origin"] != "duplicate"}
    copies: dict[tuple[int, int], list[str]] = {}
    for row in rows:
        if row["origin"] == "duplicate":
            copies.setdefault((row["case_id"], row["contact"]), []).append(str(row["conversation_id"]))
    for row in rows:
        after = by_contact.get((row["case_id"], row["contact"] + 1))
        later = row["origin"] != "duplicate" and after is not None
        row["returned_after_hours"] = (
            (after["opened_at"] - row["opened_at"]).total_seconds() / 3600 if later and after else None
        )
        before = by_contact.get((row["case_id"], row["contact"] - 1))
        row["before"] = before["conversation_id"] if before and row["origin"] != "duplicate" else ""
        row["merged"] = copies.get((row["case_id"], row["contact"]), []) if row["origin"] != "duplicate" else []
    return rows


def write(path: Path, rows: list[Row]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        if path.suffix == ".jsonl":
            file.writelines(json.dumps(row) + "\n" for row in rows)
            return
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


@pytest.mark.parametrize("name", SYSTEMS)
@settings(max_examples=3, deadline=None)
@given(drawn=SCENARIOS)
def test_a_small_ledger_in_a_systems_columns_comes_back(name: str, drawn: tuple[str, dict[str, float]]) -> None:
    check_comes_back(name, truth(drawn, 250, duplicates=SYSTEMS[name].duplicates))


@pytest.mark.slow
@pytest.mark.parametrize("name", SYSTEMS)
@settings(max_examples=10, deadline=None)
@given(drawn=SCENARIOS)
def test_a_ledger_of_2000_rows_comes_back(name: str, drawn: tuple[str, dict[str, float]]) -> None:
    check_comes_back(name, truth(drawn, 2_000, duplicates=SYSTEMS[name].duplicates))


def test_a_ledger_of_which_one_row_is_changed_does_not_come_back() -> None:
    rows = truth(("broad_cx", {"seed": 7}), 250, duplicates=False)
    check_comes_back("ada", rows)
    system = SYSTEMS["ada"]
    changed = replace(system, write=lambda row: to_ada({**row, "intent": "other"} if row is rows[40] else row))
    with pytest.raises(AssertionError, match="intent"):
        check_comes_back("ada", rows, changed)


def check_comes_back(name: str, rows: list[Row], system: System | None = None) -> None:
    """Write rows as a system would, read them by its shipped map, and compare all that the system can hold."""
    system = system or SYSTEMS[name]
    cases = f"[log.cases]\n{system.cases}\n"
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        write(folder / "intercom_conversation_parts.csv", intercom_parts(rows))
        write(folder / system.file, [system.write(row) for row in rows])
        text = f'[log]\nsystem = "{name}"\npartial_months = ["2027-01", "2027-02", "2027-03", "2027-04"]\n{cases}'
        found = read_folder(folder, text)
    by_id = {row["source_id"]: row for row in found}
    sent = [(str(next(iter(system.write(row).values()))), system.held(row)) for row in rows]
    assert len(found) == len(rows) and set(by_id) == {source for source, _ in sent}
    compared = set()
    for column in (*ALWAYS, *system.columns):
        if column == "case_id":
            pairs = {(row["case_id"], by_id[source]["case_id"]) for source, row in sent}
            assert len(pairs) == len({a for a, _ in pairs}) == len({b for _, b in pairs})
            continue
        for source, row in sent:
            assert (
                by_id[source][column] == pytest.approx(row[column], rel=1e-9)
                if isinstance(row[column], float)
                else by_id[source][column] == row[column]
            ), (column, source)
        compared.add((column, len({str(row[column]) for _, row in sent}) > 1))
    assert sum(varies for _, varies in compared) >= 8  # columns of one value would be equal by chance

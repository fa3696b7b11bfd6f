"""The record of the sample's Intercom export made in plain Python, from the rules of its legend and not by the reader."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from tests.audit.sample_record import read

OUTCOMES = {
    "assumed_resolution": "silent", "confirmed_resolution": "confirmed", "negative_feedback": "silent",
    "escalated": "escalated", "procedure_handoff": "escalated", "": "abandoned",
}  # fmt: skip


def at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)


def rows() -> list[dict[str, Any]]:
    """Return the conversations: one a row of the export, two where the customer opened it again."""
    made, parts = [], read("intercom_conversation_parts.csv")
    for line in read("intercom_conversations.csv"):
        key = line["id"]
        tags = line["tags.tags"]
        opened, again = int(line["created_at"]), None
        mine = [part for part in parts if part["conversation_id"] == key]
        reopened = [int(part["created_at"]) for part in mine if part["part_type"] == "open"]
        first_admin = line["statistics.first_admin_reply_at"]
        people = bool(first_admin)
        notes = any(part["part_type"] == "note" for part in mine)
        state = OUTCOMES[line["ai_agent.resolution_state"]]
        kind = "test" if line["ai_agent.source_type"].endswith("preview") else "spam" if "spam" in tags else "service"
        closed = int(line["statistics.first_close_at"])
        row: dict[str, Any] = {
            "source_id": key,
            "person": line["contacts.contacts.0.id"], "intent": line["custom_attributes.Topic"],
            "opened": opened, "closed": closed, "class": kind, "outcome": state,
            "duplicate": "merged" in tags, "answered": bool(line["ai_agent.last_answer_type"]),
            "human_touch": "handoff" if people else "review" if notes else "none",
            "handoff_planned": line["ai_agent.resolution_state"] == "procedure_handoff",
            "csat": int(line["ai_agent.rating"]) if line["ai_agent.rating"] else None,
            "channel": line["source.type"],
        }  # fmt: skip
        if reopened:
            again = {**row, "opened": reopened[0], "closed": int(line["statistics.last_close_at"])}
            row |= {"outcome": "silent", "human_touch": "none"}
        made += [row] if again is None else [row, again]
    return sorted(made, key=lambda row: row["opened"])


def cased(made: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return rows with the record's keys: one customer's contacts with the same topic within a week are one case."""
    latest: dict[tuple[str, str], dict[str, Any]] = {}
    people: dict[str, int] = {}
    cases = 0
    for number, row in enumerate(made, start=1):
        key = (row["person"], row["intent"])
        before = latest.get(key)
        same = before is not None and row["opened"] - before["opened"] < 9.5 * 86_400
        row["customer_id"] = people.setdefault(row["person"], len(people) + 1)
        row["conversation_id"] = number
        if not same or before is None:
            cases += 1
            row |= {"case_id": cases, "contact": 1, "origin": "new"}
        elif row["duplicate"]:
            row |= {"case_id": before["case_id"], "contact": before["contact"], "origin": "duplicate"}
        else:
            before["returned_after_hours"] = (row["opened"] - before["opened"]) / 3_600
            row |= {"case_id": before["case_id"], "contact": before["contact"] + 1, "origin": "return"}
        if row["origin"] != "duplicate":
            latest[key] = row
        row |= {"opened_at": at(row["opened"]), "closed_at": at(row["closed"]),
                "duration_seconds": float(row["closed"] - row["opened"]),
                "billing_month": f"{at(row['opened']):%Y-%m}"}  # fmt: skip
    return made

"""Sessions, blocks and minutes of the reference on cases and conversations worked out by hand."""

from __future__ import annotations

from typing import Any

import pytest

from tests.reference.counted import blocks, minutes, sessions


def case(*delays: float | None, channel: str = "chat") -> list[dict[str, Any]]:
    """Return a case whose conversations are followed by a return after so many hours; None ends it."""
    same = {"origin": "return", "channel": channel}
    return [{**same, "contact": number, "returned_after_hours": delay} for number, delay in enumerate(delays, 1)]


def duplicate(contact: int, channel: str) -> dict[str, Any]:
    return {"contact": contact, "origin": "duplicate", "channel": channel, "returned_after_hours": None}


@pytest.mark.parametrize(
    ("delays", "start", "inactivity"),
    [
        ((None,), [1], [1]),
        ((23.99, None), [1, 0], [1, 0]),
        ((24.0, None), [1, 1], [1, 1]),
        # conversations at 0, 23, 24 and 47 hours
        ((23.0, 1.0, 23.0, None), [1, 0, 1, 0], [1, 0, 0, 0]),
        # at 0, 20, 40, 60: from the start 40 opens one, from inactivity none does
        ((20.0, 20.0, 20.0, None), [1, 0, 1, 0], [1, 0, 0, 0]),
        ((20.0, 30.0, None), [1, 0, 1], [1, 0, 1]),
        ((30.0, 20.0, None), [1, 1, 0], [1, 1, 0]),
        # the last return goes straight to a person: a delay, and no conversation
        ((2.0, 50.0), [1, 0], [1, 0]),
    ],
)
def test_sessions_of_24_hours(delays: tuple[float | None, ...], start: list[int], inactivity: list[int]) -> None:
    assert sessions(case(*delays), "start", 24) == [bool(each) for each in start]
    assert sessions(case(*delays), "inactivity", 24) == [bool(each) for each in inactivity]


def test_a_duplicate_opens_a_session_on_another_channel_only() -> None:
    rows = [*case(30.0, None), duplicate(1, "chat"), duplicate(2, "email")]
    assert sessions(rows, "start", 24) == [True, True, False, True]
    assert sessions(rows, "inactivity", 24) == [True, True, False, True]


def test_blocks_and_minutes() -> None:
    row = {"messages": 71, "ai_replies": 0, "actions": 2, "duration_seconds": 15.1}
    assert [blocks(row, *each) for each in (("messages", 70), ("messages", 71), ("ai_replies", 3))] == [2, 1, 0]
    assert [blocks(row, *each) for each in (("minutes", 1), ("minutes", 0.25), ("actions", 0.5))] == [1, 2, 4]
    assert float(minutes(row)) == pytest.approx(15.1 / 60)
    assert blocks({"duration_seconds": 60.0}, "minutes", 0.25) == 4

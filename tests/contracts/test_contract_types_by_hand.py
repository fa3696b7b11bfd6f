"""The contract types beside per resolution, conversation and token: hand-made meters, invoices by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from simulator.contracts import invoice

from .tools import Array, contract, mistakes, months, stated


def bills(table: dict[str, Any], **meters: Array) -> list[float]:
    """Return the invoices of one trial of a contract, month by month."""
    found = {key.replace("__", ":").replace("_per_", "/"): array for key, array in meters.items()}
    return [float(each) for each in invoice(contract(**table), found, stated()).total[0]]


def test_per_action_bills_actions() -> None:
    assert bills({"type": "per_action", "price": 0.1}, actions=months(0, 1, 30)) == pytest.approx([0, 0.1, 3])


def test_per_action_in_credits_at_a_price_per_credit() -> None:
    # 20 credits an action at 0.005: a published break-even of 20 actions against 2 per conversation.
    table = {"type": "per_action", "credits": 20, "price": 0.005}
    assert bills(table, actions=months(0, 1, 20)) == pytest.approx([0, 0.1, 2])


def test_per_action_in_credits_bought_in_packs() -> None:
    # 5,000 actions cost 100,000 credits: one pack; one action more needs a second.
    table = {"type": "per_action", "credits": 20, "package": {"size": 100_000, "price": 500}}
    assert bills(table, actions=months(0, 1, 5000, 5001)) == [0, 500, 500, 1000]


def test_per_action_with_included_credits() -> None:
    table = {"type": "per_action", "credits": 20, "price": 0.01, "included": 500}
    assert bills(table, actions=months(25, 26)) == pytest.approx([0, 0.2])
    packs = {"type": "per_action", "credits": 20, "package": {"size": 100, "price": 1}, "included": 500}
    assert bills(packs, actions=months(25, 26, 30, 31)) == [0, 1, 1, 2]


@pytest.mark.parametrize(
    ("count", "meter", "title"),
    [
        ("both", "messages", "Per message"),
        ("ai", "ai_replies", "Per AI reply"),
        ("customer", "turns", "Per customer message"),
    ],
)
def test_per_message_counts_whose_messages_it_says(count: str, meter: str, title: str) -> None:
    table = {"type": "per_message", "count": count, "price": 0.01}
    offer = contract(**table)
    assert (offer.meters, offer.title, offer.unit) == ((meter,), title, meter)
    assert bills(table, **{meter: months(0, 7, 100)}) == pytest.approx([0, 0.07, 1])


def test_per_message_in_blocks_reads_the_blocks_of_each_conversation() -> None:
    offer = contract(type="per_message", block=70, price=1.0)
    assert offer.meters == ("messages/70",)
    assert offer.title == "Per message, in blocks of 70"
    assert contract(type="per_message", block=5, count="ai", price=1.0).meters == ("ai_replies/5",)
    assert invoice(offer, {"messages/70": months(1, 2)}, stated()).total.tolist() == [[1, 2]]


def test_per_session_reads_the_sessions_of_its_window() -> None:
    from_start = contract(type="per_session", window="start", window_hours=24, price=0.49)
    idle = contract(type="per_session", window="inactivity", window_hours=0.25, price=0.49)
    assert from_start.meters == ("sessions:start:24",)
    assert idle.meters == ("sessions:inactivity:0.25",)
    assert (from_start.title, idle.title) == ("Per session of 24 h", "Per session of 0.25 h inactivity")
    bill = invoice(from_start, {"sessions:start:24": months(0, 100)}, stated())
    assert bill.total[0] == pytest.approx([0, 49])


def test_per_session_in_packs_that_expire_each_month() -> None:
    # 49 per 100 sessions: 100 sessions cost 49, 101 cost 98.
    table = {"type": "per_session", "window": "start", "window_hours": 24, "package": {"size": 100, "price": 49}}
    bill = invoice(contract(**table), {"sessions:start:24": months(0, 1, 100, 101)}, stated())
    assert bill.total.tolist() == [[0, 49, 49, 98]]


def test_per_minute_without_rounding() -> None:
    assert bills({"type": "per_minute", "price": 0.06}, minutes=months(0, 10.5)) == pytest.approx([0, 0.63])


@pytest.mark.parametrize(
    ("seconds", "meter", "units", "minutes"),
    [
        (60, "minutes/1", 7, 7),
        (15, "minutes/0.25", 9, 2.25),
        (30, "minutes/0.5", 3, 1.5),
        (1, "minutes/0.016666666666666666", 90, 1.5),
    ],
)
def test_per_minute_bills_started_steps_at_the_price_of_a_minute(
    seconds: int, meter: str, units: float, minutes: float
) -> None:
    offer = contract(type="per_minute", price=2.0, round_up_to_seconds=seconds)
    assert offer.meters == (meter,)
    assert invoice(offer, {meter: months(units)}, stated()).total[0] == pytest.approx([2 * minutes], rel=1e-12)
    assert offer.usage[0].rate_label == f"per minute, in steps of {seconds} s"
    assert offer.usage[0].unit_rate is not None and offer.usage[0].unit_rate.center == 2.0


def test_per_minute_tiers_count_minutes_and_not_steps() -> None:
    tiers = [{"up_to": 10, "rate": 1.0}, {"rate": 0.5}]
    offer = contract(type="per_minute", tiers=tiers, round_up_to_seconds=15)
    assert invoice(offer, {"minutes/0.25": months(40, 41)}, stated()).total.tolist() == [[10, 10.125]]


def test_per_seat_bills_seats_used_or_not() -> None:
    assert bills({"type": "per_seat", "price": 55, "seats": 10}, conversations=months(0, 999)) == [550, 550]
    assert bills({"type": "per_seat", "price": 180, "seats": 7, "minimum_seats": 10}, conversations=months(0)) == [1800]


def test_per_seat_bought_may_be_uncertain() -> None:
    offer = contract(type="per_seat", price=10, seats={"p5": 8, "p95": 12})
    values = np.array([8.0, 12.0])
    bill = invoice(
        offer,
        {"conversations": np.zeros((2, 1))},
        lambda quantity: values if not quantity.fixed else np.full(2, quantity.center),
    )
    assert bill.total.tolist() == [[80], [120]]


def test_per_seat_by_load_takes_the_seats_that_human_work_needs() -> None:
    # 120 hours a seat: 240 hours need 2 seats, one minute more needs a third; without work the minimum stands.
    table = {"type": "per_seat", "price": 10, "productive_hours": 120, "minimum_seats": 1}
    assert contract(**table).meters == ("human_minutes",)
    assert bills(table, human_minutes=months(0, 1, 240 * 60, 240 * 60 + 1)) == [10, 10, 20, 30]


def test_per_seat_with_a_quota_scaled_by_seats() -> None:
    # 5 resolutions a seat, 3 seats: 15 are in the fee, 16 bill one at 2.
    quota = {"meter": "resolutions", "definition": "verified_72h", "per_seat": 5, "overage_rate": 2.0}
    table = {"type": "per_seat", "price": 19, "seats": 3, "quota": quota}
    assert bills(table, resolutions__verified_72h=months(0, 15, 16, 20)) == [57, 57, 59, 67]
    assert contract(**table).definitions == ("verified_72h",)
    assert contract(**table).usage[1].rate_label == "per resolution above the included 5 per seat"


def test_quota_of_seats_by_load_grows_with_the_load() -> None:
    quota = {"meter": "conversations", "per_seat": 100, "overage_rate": 1.0}
    table = {"type": "per_seat", "price": 10, "productive_hours": 100, "quota": quota}
    meters = {"human_minutes": months(6000, 6001), "conversations": months(150, 250)}
    assert invoice(contract(**table), meters, stated()).total.tolist() == [[10 + 50, 20 + 50]]


FEES = [{"name": "migration", "amount": 5000, "month": 3}, {"amount": 1000}]


def test_one_time_fees_are_owed_in_their_month() -> None:
    offer = contract(type="per_conversation", price=1, one_time_fees=FEES)
    bill = invoice(offer, {"conversations": months(0, 10, 20, 0)}, stated())
    assert bill.lines["migration"].tolist() == [[0, 0, 5000, 0]]
    assert bill.lines["set-up"].tolist() == [[1000, 0, 0, 0]]
    assert bill.total.tolist() == [[1000, 10, 5020, 0]]
    assert bill.fees.sum() == 0 and bill.outside.sum() == 6000


def test_one_time_fee_beyond_the_horizon_bills_nothing() -> None:
    offer = contract(type="per_conversation", price=1, one_time_fees=[{"amount": 7, "month": 5}])
    assert invoice(offer, {"conversations": months(1, 1)}, stated()).total.tolist() == [[1, 1]]


def test_no_minimum_counts_a_one_time_fee_and_no_maximum_cuts_it() -> None:
    terms = {"monthly_minimum": 500, "maximum_per_month": 800, "yearly_minimum": 6000, "discount": 0.5}
    offer = contract(type="per_conversation", price=1, one_time_fees=[{"amount": 10_000}], **terms)
    plain = contract(type="per_conversation", price=1, **terms)
    meters = {"conversations": months(100, 9000, *[0] * 10)}
    with_fee, without = invoice(offer, meters, stated()).total, invoice(plain, meters, stated()).total
    assert (with_fee - without).tolist() == [[10_000, *[0] * 11]]


def seats(**more: Any) -> dict[str, Any]:
    return {"type": "per_seat", "price": 10, **more}


SESSION = {"type": "per_session", "price": 1}
WRONG = [
    (seats(), "productive_hours", "give seats, or productive_hours"),
    (seats(seats=3, productive_hours=120), "productive_hours", "give seats (3) or productive_hours, not both"),
    (seats(seats=-1), "seats", "must be 0 or more and at most 10,000,000, not -1"),
    (seats(productive_hours=0), "productive_hours", "above 0"),
    (seats(seats=3, minimum_seats=-1), "minimum_seats", "greater than or equal to 0"),
    (seats(seats=3, quota={"meter": "resolutions", "per_seat": 5, "overage_rate": 1}), "definition", "needs the definition"),  # noqa: E501
    ({**SESSION, "window_hours": 24}, "window", "Field required"),
    ({**SESSION, "window": "end", "window_hours": 24}, "window", "'start' or 'inactivity'"),
    ({**SESSION, "window": "start", "window_hours": 0}, "window_hours", "greater than 0"),
    ({"type": "per_message", "price": 1, "count": "us"}, "count", "'both', 'ai' or 'customer'"),
    ({"type": "per_message", "price": 1, "block": 0}, "block", "greater than or equal to 1"),
    ({"type": "per_message", "price": 1, "count": "customer", "block": 70}, "block", "count = 'both' or 'ai'"),
    ({"type": "per_minute", "price": 1, "round_up_to_seconds": 0}, "round_up_to_seconds", "greater than 0"),
    ({"type": "per_action", "price": 1, "credits": 0}, "credits", "greater than 0"),
    ({"type": "per_action", "price": 1, "package": {"size": 10, "price": 1}}, "package", "give price (1) or package, not both"),  # noqa: E501
    ({"type": "per_action", "package": {"size": 0, "price": 1}}, "size", "greater than 0"),
    ({"type": "per_action", "package": {"size": 10, "price": 1}, "tiers": [{"rate": 1}]}, "tiers", "package or tiers"),
    ({"type": "per_action"}, "tiers", "or package = { size, price }"),
    ({"type": "per_action", "price": 1, "one_time_fees": [{"amount": -1}]}, "amount", "not -1"),
    ({"type": "per_action", "price": 1, "one_time_fees": [{"amount": 1, "month": 0}]}, "month", "or equal to 1"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("table", "key", "part"), WRONG, ids=[f"{place}-{case[1]}" for place, case in enumerate(WRONG)]
)
def test_a_mistake_is_refused_once_at_its_key(table: dict[str, Any], key: str, part: str) -> None:
    found = mistakes(**table)
    assert [each[0] for each in found] == [key]
    assert part in found[0][1]

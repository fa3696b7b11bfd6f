"""Prepaid credits: published balances, draw order, both sides of every end, and conservation for any terms."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.contracts import invoice
from simulator.contracts.settlement.drawdown import Drawdown, covered_share, draw_down
from simulator.contracts.settlement.prepaid import Prepaid
from simulator.contracts.settlement.prepaid_packs import Pack, Rollover, TopUp
from simulator.errors import ContractError
from tests.contracts.tools import Array, amount, contract, mistakes, months, share, stated


def pack(size: float, price: float = 0.0, **terms: Any) -> Pack:
    return Pack(amount(size), amount(price), **terms)


def rollover(part: float = 1.0, cap: float | None = None, cap_share: float | None = None, periods: int = 1) -> Rollover:
    return Rollover(
        share(part), None if cap is None else amount(cap), None if cap_share is None else share(cap_share), periods
    )


def drawn(due: Array, *packs: Pack, **terms: Any) -> Drawdown:
    return draw_down(due, Prepaid(packs, **terms), stated(due.shape[0]))


def months_of(values: Array) -> list[float]:
    return [float(value) for value in values[0]]


# OpenMeter burns the low priority first; Lago lets a wallet go below 0; Kong and Zuora invoice the rest.
def test_published_balances() -> None:
    one = drawn(months(120), pack(100, priority=1), pack(100, priority=2))
    assert (months_of(one.left), months_of(one.relief)) == ([80], [-120])
    assert months_of(drawn(months(50)).relief) == [0]
    assert months_of(drawn(months(100), pack(40)).relief) == [-40]
    assert months_of(drawn(months(300), pack(200)).relief) == [-200]


def test_draw_order_is_priority_then_end_then_free_then_creation() -> None:
    dear = pack(10, 5.0, priority=1, valid_months=1)
    free = pack(10, 0.0, priority=1, valid_months=1)
    late = pack(10, 0.0, priority=1, valid_months=2)
    last = pack(10, 0.0, priority=2, valid_months=1)
    packs = (last, late, dear, free)
    # What is left of each after 5, 15, 25, 35 of use says which went first: free, dear, late, last.
    for use, lost, expired in ((5, 5.0, 25), (15, 2.5, 15), (25, 0.0, 10), (35, 0.0, 5)):
        got = drawn(months(use, 0), *packs)
        assert (months_of(got.lost)[0], months_of(got.expired)[0]) == (lost, expired)


def test_the_end_is_exclusive() -> None:
    got = drawn(months(0, 0, 30, 30), pack(100, 80.0, valid_months=3))
    assert months_of(got.used) == [0, 0, 30, 0]
    assert months_of(got.expired) == [0, 0, 70, 0]
    assert months_of(got.lost) == [0, 0, pytest.approx(56), 0]
    assert months_of(got.left) == [100, 100, 0, 0]


def test_packs_come_again_and_are_billed_again() -> None:
    got = drawn(months(*[50] * 5), pack(100, 80.0, first_month=2, every_months=2, times=2, valid_months=2))
    assert months_of(got.bought) == [0, 80, 0, 80, 0]
    assert months_of(got.used) == [0, 50, 50, 50, 50]


# Autumn and OpenMeter: what is left at the reset, the cap, the new grant.
@pytest.mark.parametrize(
    ("size", "use", "terms", "after"),
    [
        (100, 10, {"cap": 50}, 150),
        (400, 250, {"cap": 500}, 550),
        (400, 100, {"cap": 500}, 700),
        (200, 50, {"cap_share": 0.5}, 300),
        (200, 150, {"cap_share": 0.5}, 250),
        (100, 60, {"cap_share": 0.5}, 140),
        (200, 0, {"cap_share": 1.0}, 400),
        (100, 20, {"part": 0.5}, 140),
        (100, 20, {"part": 0.0}, 100),
    ],
)
def test_published_rollovers(size: float, use: float, terms: dict[str, Any], after: float) -> None:
    got = drawn(months(use, 0), pack(size, valid_months=1, every_months=1, rollover=rollover(**terms)))
    before_use = got.granted[0, 1] + got.left[0, 0]
    assert before_use == pytest.approx(after)


def test_the_oldest_is_cut_first_where_rolled_credits_meet_the_cap() -> None:
    # Autumn: 150 rolled in and 400 new, nothing used, at most 500: 900 with the next 400.
    terms = rollover(cap=500, periods=9)
    got = drawn(months(250, 0, 0), pack(400, valid_months=1, every_months=1, rollover=terms))
    assert [got.left[0, 0], got.left[0, 1]] == [150, 500]
    assert got.left[0, 1] + got.granted[0, 2] == 900


def test_credits_roll_as_often_as_said() -> None:
    once, twice = (drawn(months(0, 0, 0, 0), pack(100, valid_months=1, rollover=rollover(periods=n))) for n in (1, 2))
    assert months_of(once.expired) == [0, 100, 0, 0]
    assert months_of(twice.expired) == [0, 0, 100, 0]


def test_an_overdraft_is_taken_from_the_next_credits() -> None:
    # OpenMeter: 120 used of a recurring 100 leaves 80.
    got = drawn(months(120, 0), pack(100, valid_months=1, every_months=1), when_gone="overdraft")
    assert months_of(got.relief) == [-120, 0]
    assert months_of(got.used) == [100, 20]
    assert got.granted[0, 1] - got.used[0, 1] == 80


def test_an_overdraft_is_billed_in_the_last_month() -> None:
    got = drawn(months(150, 30), pack(100), when_gone="overdraft")
    assert months_of(got.relief) == [-150, 50]  # 30 of the month and 50 carried are billed: -30 + 80
    assert (got.relief.sum(), got.used.sum()) == (-100, 100)


def test_use_beyond_credits_costs_its_factor() -> None:
    got = drawn(months(150), pack(100), overage_factor=amount(1.4))
    assert months_of(got.surcharge) == [pytest.approx(20)]


# Freddy buys a pack when fewer than 500 remain: 500 left buy none.
@pytest.mark.parametrize(("use", "packs"), [(499, 0), (500, 0), (501, 1), (1_500, 1), (1_501, 2), (0, 0)])
def test_top_up_leaves_the_threshold(use: float, packs: int) -> None:
    top = TopUp(amount(1_000), amount(100), amount(500))
    got = drawn(months(use), pack(1_000), top_up=top)
    assert months_of(got.bought) == [100 * packs]
    assert got.left[0, 0] >= 500


def quarterly(**top_up: Any) -> dict[str, Any]:
    """Return 3,000 sessions for 300 a quarter and further 1,000 for 100, at 0.10 a session."""
    prepaid = {
        "packs": [{"amount": 300, "price": 300, "every_months": 3, "valid_months": 3}],
        "top_up": {"amount": 100, "price": 100, **top_up},
    }
    return {"type": "per_session", "window": "start", "window_hours": 24, "price": 0.1, "prepaid": prepaid}


SESSIONS = months(1_500, 1_200, 900, 0, 3_100, 0, 2_000)
"""Of the first quarter 3,600, of the second 3,100."""


def test_top_ups_end_with_the_billing_cycle_they_were_bought_in() -> None:
    """3,000 sessions for 300 a quarter, further 1,000 for 100, all lost at the quarter's end.

    Month 1 uses 150 of 300, month 2 120, which leaves 30. Month 3 needs 90: one pack of 100 is bought, 40 are lost.
    Month 4 begins with 300 and uses none; month 5 needs 310 and buys one pack, 90 are lost after month 6.
    Month 7 begins with 300 and uses 200.
    """
    bill = invoice(contract(**quarterly(cycle_months=3)), {"sessions:start:24": SESSIONS}, stated())
    assert bill.total[0].tolist() == pytest.approx([300, 0, 100, 300, 100, 0, 300])
    assert bill.drawn is not None
    assert months_of(bill.drawn.left) == pytest.approx([150, 30, 0, 300, 90, 0, 100])
    assert months_of(bill.drawn.expired) == pytest.approx([0, 0, 40, 0, 0, 90, 0])
    assert months_of(bill.drawn.lost) == pytest.approx([0, 0, 40, 0, 0, 90, 0])


def test_top_ups_with_months_of_their_own_live_on() -> None:
    """The pack bought in month 3 still has 40 in month 5: 300 + 40 pay 310 without another one."""
    bill = invoice(contract(**quarterly(valid_months=3)), {"sessions:start:24": SESSIONS}, stated())
    assert bill.total[0].tolist() == pytest.approx([300, 0, 100, 300, 0, 0, 300])


@pytest.mark.parametrize(
    ("cycle", "month", "last"), [(1, 5, 5), (3, 1, 3), (3, 3, 3), (3, 4, 6), (12, 12, 12), (12, 13, 24)]
)
def test_a_cycle_ends_with_its_last_month(cycle: int, month: int, last: int) -> None:
    assert TopUp(amount(1), amount(1), amount(0), cycle_months=cycle).last_valid(month) == last


def test_a_rounding_error_buys_no_pack() -> None:
    """1,103, 897 and 1,000 sessions at 0.1 are 300 and nothing more, though floats taken off one by one end below 0."""
    use = months(1_103, 897, 1_000, 0, 0, 0)
    assert 300 - 1_103 * 0.1 - 897 * 0.1 - 1_000 * 0.1 < 0
    bill = invoice(contract(**quarterly(cycle_months=3)), {"sessions:start:24": use}, stated())
    assert bill.total[0].tolist() == pytest.approx([300, 0, 0, 300, 0, 0])


def test_no_pack_is_bought_after_the_last_month() -> None:
    top = TopUp(amount(10), amount(1), amount(5), last_month=1)
    assert months_of(drawn(months(3, 3), pack(1), top_up=top).bought) == [1, 0]


def test_stop_serves_what_credits_cover() -> None:
    terms = Prepaid((pack(100, valid_months=1, every_months=1),))
    assert months_of(covered_share(months(80, 100, 200, 0), terms, stated(), 1.0)) == [1, 1, 0.5, 1]
    assert months_of(covered_share(months(80, 125, 250), terms, stated(), 1.25)) == [1, 1, 0.5]


def test_credits_pay_usage_or_the_whole_invoice() -> None:
    usage = {"packs": [{"amount": 500, "price": 0}]}
    fee = {"platform_fee": 50, "monthly_minimum": 200}
    bills = [
        invoice(contract(type="per_conversation", price=1.0, prepaid={**usage, **more}, **fee),
                {"conversations": months(100)}, stated())
        for more in ({}, {"pays": "invoice"})
    ]  # fmt: skip
    assert [float(bill.total[0, 0]) for bill in bills] == [100, 0]
    assert [float(bill.prepaid[0, 0]) for bill in bills] == [-100, -200]


def test_lines_sum_to_the_total() -> None:
    monthly = {"amount": 60, "price": 40, "valid_months": 1, "every_months": 1}
    prepaid = {"packs": [monthly], "overage_factor": 1.5}
    plan = contract(type="per_conversation", price=1.0, discount=0.1, prepaid=prepaid)
    bill = invoice(plan, {"conversations": months(100, 30)}, stated())
    assert bill.total[0].tolist() == pytest.approx([40 + 30 * 1.5, 40])
    assert sum(bill.lines.values()) == pytest.approx(bill.total, rel=1e-12)
    assert set(bill.lines) >= {"prepaid credits bought", "paid by credits"}


MONEY = st.integers(0, 2_000).map(float)
PACKS = st.lists(
    st.builds(
        pack,
        st.integers(1, 1_000).map(float),
        st.integers(0, 500).map(float),
        priority=st.integers(0, 3),
        first_month=st.integers(1, 4),
        valid_months=st.integers(1, 5),
        every_months=st.sampled_from([None, 1, 2, 3]),
        rollover=st.one_of(
            st.none(),
            st.builds(
                rollover,
                st.integers(0, 10).map(lambda tenths: tenths / 10),
                st.one_of(st.none(), st.integers(0, 600).map(float)),
                periods=st.integers(1, 3),
            ),
        ),
    ),
    min_size=1,
    max_size=4,
)


@given(st.lists(MONEY, min_size=1, max_size=15), PACKS, st.booleans(), st.sampled_from(["bill", "overdraft"]))
def test_credits_are_conserved(use: list[float], packs: list[Pack], topped: bool, gone: str) -> None:
    due = np.array([use, use[::-1]])
    top = TopUp(amount(70), amount(60), amount(20), valid_months=2) if topped else None
    got = drawn(due, *packs, top_up=top, when_gone=gone)
    granted, used, expired = (np.cumsum(each, axis=1) for each in (got.granted, got.used, got.expired))
    assert granted == pytest.approx(used + expired + got.left, rel=1e-9, abs=1e-9)
    assert (got.left >= -1e-9).all() and (got.expired >= -1e-9).all() and (got.used >= 0).all()
    assert (np.cumsum(got.used, axis=1) <= np.cumsum(due, axis=1) * (1 + 1e-12)).all()
    # Every use is paid once: by credits or by the invoice.
    assert (due.sum(axis=1) + got.relief.sum(axis=1)) == pytest.approx(due.sum(axis=1) - got.used.sum(axis=1), abs=1e-6)
    if topped:
        assert (got.left + expired >= 20 - 1e-9).all() or gone == "overdraft"


@given(st.lists(MONEY, min_size=1, max_size=10), PACKS)
def test_money_paid_for_credits_is_used_lost_or_left(use: list[float], packs: list[Pack]) -> None:
    got = drawn(months(*use), *packs)
    bought, lost, left = float(got.bought.sum()), float(got.lost.sum()), float(got.left_paid[0, -1])
    assert 0 <= lost + left <= bought * (1 + 1e-9)
    if not got.used.any():
        assert lost + left == pytest.approx(bought, rel=1e-9)


def test_conservation_finds_a_credit_counted_twice() -> None:
    got = drawn(months(50, 60), pack(100))
    wrong = replace(got, used=got.used * 1.01)
    assert wrong.granted.sum() != pytest.approx(wrong.used.sum() + wrong.expired.sum() + wrong.left[0, -1], rel=1e-9)


FLAT = {"type": "per_conversation", "price": 1.0}
ONE = {"amount": 100, "price": 80}


@pytest.mark.parametrize(
    ("prepaid", "key", "part"),
    [
        ({"packs": []}, "packs", "at least one pack"),
        ({"packs": [{**ONE, "amount": 0}]}, "amount", "must be above 0"),
        ({"packs": [{**ONE, "valid_months": 0}]}, "valid_months", "greater than or equal to 1"),
        ({"packs": [{**ONE, "times": 3}]}, "times", "give every_months, or remove times"),
        ({"packs": [{**ONE, "rollover": {}}]}, "rollover", "give valid_months, or remove rollover"),
        (
            {"packs": [{**ONE, "valid_months": 1, "rollover": {"cap": 5, "cap_share": 0.5}}]},
            "cap_share",
            "give cap (5) or cap_share (0.5), not both",
        ),
        (
            {"packs": [ONE], "top_up": {"amount": 5, "price": 5, "valid_months": 2, "cycle_months": 3}},
            "cycle_months",
            "give valid_months (2) or cycle_months (3), not both",
        ),
        (
            {
                "packs": [{**ONE, "first_month": 2, "every_months": 3}],
                "top_up": {"amount": 5, "price": 5, "cycle_months": 3},
            },
            "top_up",
            "open in months 1, 4, 7 ..., but the pack of every 3 months is first granted in month 2",
        ),
        ({"packs": [ONE], "top_up": {"amount": 5, "price": 5}, "when_gone": "stop"}, "when_gone", "never gone"),
        ({"packs": [ONE], "pays": "invoice", "when_gone": "stop"}, "when_gone", "pays must be 'usage'"),
        ({"packs": [ONE], "when_gone": "overdraft", "overage_factor": 1.5}, "overage_factor", "(1.5)"),
        ({"packs": [ONE], "when_gone": "shrug"}, "when_gone", "'bill', 'overdraft'"),
    ],
)
def test_mistakes_are_refused_at_their_key(prepaid: dict[str, Any], key: str, part: str) -> None:
    found = mistakes(**FLAT, prepaid=prepaid)
    assert [each[0] for each in found] == [key]
    assert part in found[0][1]


VOLUME = {"kind": "volume", "meter": "messages", "tiers": [{"up_to": 10, "rate": 2}, {"rate": 1}]}
PLAIN = {"kind": "flat", "meter": "conversations", "rate": 1}


@pytest.mark.parametrize(
    "charges",
    [
        [PLAIN, VOLUME],
        [{**VOLUME, "from_month": 3, "to_month": 5}],
        [{**VOLUME, "free": {"units": 5}, "maximum": 50, "name": "messages"}],
        [{**PLAIN, "name": "a"}, {**VOLUME, "name": "b"}, {"kind": "highest", "of": ["a", "b"]}],
    ],
)
def test_an_all_units_price_is_found_wherever_it_stands(charges: list[dict[str, Any]]) -> None:
    with pytest.raises(ContractError, match="cannot be drawn down by an all-units"):
        contract(type="hybrid", charges=charges, prepaid={"packs": [ONE]})
    plain = [{**each, "kind": "graduated"} if each["kind"] == "volume" else each for each in charges]
    assert contract(type="hybrid", charges=plain, prepaid={"packs": [ONE]}).settlement.prepaid is not None


def test_an_all_units_price_cannot_draw_credits_down() -> None:
    tiers = [{"up_to": 10, "rate": 2}, {"rate": 1}]
    with pytest.raises(ContractError, match="cannot be drawn down by an all-units"):
        contract(type="per_conversation", tiers=tiers, tiering="volume", prepaid={"packs": [ONE]})


@pytest.mark.parametrize(
    ("top_up", "key"),
    [
        ({"amount": 1e-9, "price": 1e9, "below": 1e9}, "price"),
        ({"amount": 10, "price": 10_001}, "price"),  # 1,000 times 10 are 10,000
        ({"amount": 10, "price": 10, "below": 10_000_001}, "below"),  # a million packs of 10 are 10,000,000
    ],
)
def test_a_top_up_has_a_price_and_a_number_of_packs_with_an_end(top_up: dict[str, float], key: str) -> None:
    found = mistakes(type="per_conversation", price=1.0, prepaid={"packs": [ONE], "top_up": top_up})
    assert key in [each for each, _ in found]
    assert all("more than 1,000 times as much" in text or "more than 1,000,000 packs" in text for _, text in found)
    at_the_end = {"amount": 10, "price": 10_000, "below": 10_000_000}
    assert mistakes(type="per_conversation", price=1.0, prepaid={"packs": [ONE], "top_up": at_the_end}) == []

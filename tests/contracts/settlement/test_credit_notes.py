"""Guarantees, clawback, delays and limits: by hand, both sides of every edge."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.contracts import Contract, exit_table, invoice
from simulator.contracts.settlement.delay import Delay, invoiced_units
from simulator.contracts.settlement.limit import Limit, served_share
from simulator.errors import ContractError
from tests.contracts.tools import Array, amount, contract, mistakes, months, share, stated

RESOLVED = {"type": "per_resolution", "definition": "a", "price": 1.0}
GUARANTEE = {"definition": "a", "rate": 0.6, "share": 0.1, "share_per_point": 0.02, "most_share": 0.3}


def meters(**units: tuple[float, ...]) -> dict[str, Array]:
    return {
        ("conversations" if key == "conversations" else f"resolutions:{key}"): months(*use)
        for key, use in units.items()
    }


def credit(resolved: float, of: float, **terms: Any) -> float:
    plan = contract(**RESOLVED, guarantee={**GUARANTEE, **terms})
    bill = invoice(plan, meters(a=(resolved,), conversations=(of,)), stated())
    return float(bill.credit_notes[0, 0])


def test_credits_of_a_contract_year_end_at_their_most() -> None:
    """Use of 500 at a rate of 0.5: 10 % and 10 points of 2 % are 150 a quarter; 200 a year are 150, 50, 0, 0, 150."""
    use = meters(a=(500.0, *[0.0] * 2) * 5, conversations=(1_000.0, *[0.0] * 2) * 5)
    terms = {**GUARANTEE, "every_months": 3}
    plain = invoice(contract(**RESOLVED, guarantee=terms), use, stated()).credit_notes[0]
    assert plain[2::3].tolist() == pytest.approx([-150] * 5) and plain.sum() == pytest.approx(-750)
    most = invoice(contract(**RESOLVED, guarantee={**terms, "most_per_year": 200}), use, stated()).credit_notes[0]
    assert most[2::3].tolist() == pytest.approx([-150, -50, 0, 0, -150]) and most.sum() == pytest.approx(-350)
    never = invoice(contract(**RESOLVED, guarantee={**terms, "most_per_year": 600}), use, stated()).credit_notes[0]
    assert never.tolist() == pytest.approx(plain.tolist()), "600 a year are all four of them"


@pytest.mark.parametrize(
    ("resolved", "expected"),
    [
        (600, 0),  # 60 %: kept
        (700, 0),
        (599, -599 * (0.1 + 0.02 * 0.1)),  # a tenth of a point missing
        (550, -550 * 0.2),  # five points
        (400, -400 * 0.3),  # 20 points would be 0.5, at most 0.3
    ],
)
def test_guarantee_gives_back_for_each_point_missing(resolved: float, expected: float) -> None:
    assert credit(resolved, 1_000) == pytest.approx(expected, rel=1e-9)


def test_guarantee_without_conversations_gives_nothing() -> None:
    assert credit(0, 0) == 0


def test_guarantee_is_taken_over_its_period() -> None:
    plan = contract(**RESOLVED, guarantee={**GUARANTEE, "every_months": 3})
    bill = invoice(plan, meters(a=(30, 80, 60, 0), conversations=(100, 100, 100, 100)), stated())
    # 170 of 300: 56.67 %, 3.33 points: 170 * (0.1 + 0.0667); month 4 alone: 0 of 100, nothing was charged.
    assert bill.credit_notes[0].tolist() == pytest.approx([0, 0, -170 * (0.1 + 0.02 * 10 / 3), 0], rel=1e-9)
    assert bill.total.sum() == pytest.approx(170 - 170 * (0.1 + 0.02 * 10 / 3), rel=1e-9)


def test_units_void_later_are_credited_then() -> None:
    plan = contract(**RESOLVED, discount=0.5, clawback={"definition": "strict"})
    bill = invoice(plan, meters(a=(100, 200, 0), strict=(80, 200, 0)), stated())
    assert bill.lines["credit for units void later"][0].tolist() == pytest.approx([0, -10, 0])
    assert bill.total[0].tolist() == pytest.approx([50, 90, 0])


def test_what_is_void_after_the_horizon_is_owed_on_leaving() -> None:
    plan = contract(**RESOLVED, clawback={"definition": "strict"})
    use = meters(a=(100, 200), strict=(80, 150))
    rows = exit_table(invoice(plan, use, stated()), plan, use, stated())
    assert [row.total for row in rows] == pytest.approx([-20, -50])


def test_a_share_of_units_is_final_later() -> None:
    assert invoiced_units(months(100, 200, 0), Delay(share(0.1)), stated())[0].tolist() == pytest.approx([90, 190, 20])
    assert invoiced_units(months(100, 200, 0), Delay(share(0.1), 2), stated())[0].tolist() == pytest.approx(
        [90, 180, 10]
    )


def test_delayed_units_are_owed_on_leaving() -> None:
    plan = contract(type="per_conversation", price=2.0, delay={"share": 0.1})
    use = {"conversations": months(100, 200)}
    rows = exit_table(invoice(plan, use, stated()), plan, use, stated())
    assert [row.total for row in rows] == pytest.approx([20, 40])
    assert [row.other for row in rows] == pytest.approx([20, 40])


@pytest.mark.parametrize(
    ("span", "at", "expected"),
    [
        ("month", 1.25, [1, 1, 0.5, 1]),
        ("year", 1.0, [1, 0, 0, 1]),
        ("once", 3.0, [1, 1, 0.3, 1]),
    ],
)
def test_service_stops_at_the_limit(span: Any, at: float, expected: list[float]) -> None:
    limit = Limit(amount(1_000), span, at)
    assert served_share(months(1_000, 1_250, 2_500, 0), limit, stated())[0].tolist() == pytest.approx(expected)


def test_what_is_not_served_is_not_billed() -> None:
    plan = contract(type="per_conversation", price=1.0, limit={"units": 100})
    bill = invoice(plan, {"conversations": months(80, 100, 200)}, stated())
    assert bill.total[0].tolist() == [80, 100, 100]
    assert bill.served is not None and bill.served[0].tolist() == [1, 1, 0.5]


def test_service_stops_where_credits_are_gone() -> None:
    prepaid = {"packs": [{"amount": 150, "price": 120}], "when_gone": "stop"}
    plan = contract(type="per_conversation", price=1.0, prepaid=prepaid)
    bill = invoice(plan, {"conversations": months(100, 100, 100)}, stated())
    assert bill.served is not None and bill.served[0].tolist() == [1, 0.5, 0]
    assert bill.total[0].tolist() == [120, 0, 0]
    assert sum(bill.lines.values()) == pytest.approx(bill.total)


def test_a_share_beyond_the_credits_is_served_at_its_factor() -> None:
    prepaid = {"packs": [{"amount": 100, "price": 80}], "when_gone": "stop", "overage_factor": 0}
    plan = contract(type="per_conversation", price=1.0, prepaid=prepaid, limit={"at_share": 1.25})
    bill = invoice(plan, {"conversations": months(250)}, stated())
    assert bill.served is not None and bill.served[0, 0] == pytest.approx(0.5)
    assert bill.total[0].tolist() == pytest.approx([80])


USE = st.lists(st.integers(0, 10**5).map(float), min_size=1, max_size=15)


@given(USE, st.integers(1, 10**5), st.sampled_from(["month", "year", "once"]))
def test_no_more_is_served_than_the_limit(use: list[float], units: int, span: Any) -> None:
    share_ = served_share(months(*use), Limit(amount(units), span), stated())[0]
    assert ((share_ >= 0) & (share_ <= 1)).all()
    served = share_ * use
    spans = {"month": 1, "year": 12, "once": len(use)}[span]
    for first in range(0, len(use), spans):
        assert served[first : first + spans].sum() <= units * (1 + 1e-9)


@given(USE, st.integers(0, 100), st.integers(1, 3))
def test_delay_loses_no_unit_but_those_after_the_horizon(use: list[float], percent: int, later: int) -> None:
    invoiced = invoiced_units(months(*use), Delay(share(percent / 100), later), stated())
    after = sum(use[max(len(use) - later, 0) :]) * percent / 100
    assert invoiced.sum() + after == pytest.approx(sum(use), rel=1e-9, abs=1e-9)


def plan(**terms: Any) -> Contract:
    return contract(type="per_conversation", price=1.0, **terms)


@pytest.mark.parametrize(
    ("terms", "key", "part"),
    [
        ({"guarantee": {"definition": "a", "rate": 0.5}}, "share_per_point", "gives nothing back"),
        ({"guarantee": {**GUARANTEE, "rate": 60}}, "rate", "share from 0 to 1"),
        ({"guarantee": {**GUARANTEE, "of": "messages"}}, "of", "'conversations' or 'cases'"),
        ({"delay": {"share": 0.1, "months": 0}}, "months", "greater than or equal to 1"),
        ({"limit": {}}, "limit", "give the units at which service stops"),
        ({"limit": {"span": "year"}}, "span", "give units, or remove it"),
        ({"limit": {"units": 5, "at_share": 0.0}}, "at_share", "greater than 0"),
        (
            {"limit": {"units": 5}, "prepaid": {"packs": [{"amount": 1, "price": 1}], "when_gone": "stop"}},
            "limit",
            "not both",
        ),
    ],
)
def test_mistakes_are_refused_at_their_key(terms: dict[str, Any], key: str, part: str) -> None:
    found = mistakes(type="per_conversation", price=1.0, **terms)
    assert key in [each[0] for each in found]
    assert any(part in each[1] for each in found)


def test_clawback_needs_resolutions() -> None:
    with pytest.raises(ContractError, match=r"clawback needs resolutions .* definition, not conversations"):
        plan(clawback={"definition": "a"})

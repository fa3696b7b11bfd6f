"""Plans of unequal sizes: both sides of every edge, and an upgrade that stays."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from simulator.contracts import invoice
from simulator.contracts.exact.decimals import at_stated, exact
from simulator.contracts.exact.invoice import invoices
from tests.contracts.tools import contract, mistakes, months, stated

SIZES = [{"units": 5_000, "price": 45}, {"units": 30_000, "price": 270}]
PLANS = {"sizes": SIZES, "overage_rate": 0.01}
CASES = {"kind": "plans", "meter": "cases", **PLANS}


def total(charge: dict[str, Any], *units: float, **terms: Any) -> list[float]:
    offer = contract(type="hybrid", charges=[charge], **terms)
    meters = dict.fromkeys(("cases", "ai_replies", "conversations"), months(*units))
    return [float(each) for each in invoice(offer, meters, stated()).total[0]]


def test_a_month_takes_the_smallest_plan_that_holds_it() -> None:
    """5,000 units for 45, then 30,000 for 270, then 0.01 each: 30,100 units cost 270 + 100 * 0.01."""
    assert total(CASES, 0, 5_000, 5_001, 30_000, 30_100) == pytest.approx([45, 45, 270, 270, 271])


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        ("month", [45, 270, 45, 270, 45]),
        ("once", [45, 270, 270, 270, 270]),
    ],
)
def test_an_upgrade_stays_as_long_as_it_is_held(held: str, expected: list[float]) -> None:
    """6,000 units in month 2 need the larger plan; 4,000 in month 3 do not, and it is paid for all the same."""
    assert total({**CASES, "held": held}, 4_000, 6_000, 4_000, 5_001, 0) == expected


def test_an_upgrade_of_a_year_ends_with_the_contract_year() -> None:
    """Taken in month 11, it is paid in months 11 and 12; month 13 is in a new year."""
    use = [4_000.0] * 10 + [6_000.0, 4_000.0, 4_000.0]
    assert total({**CASES, "held": "year"}, *use) == [45] * 10 + [270, 270, 45]


def test_plans_of_credits() -> None:
    """2,500 replies at 2 credits are 5,000: the small plan. 2,501 are 5,002 and take the large one, which stays."""
    card = {"kind": "credits", "card": [{"meter": "ai_replies", "credits": 2}], "plans": {**PLANS, "held": "once"}}
    assert total(card, 2_500, 2_501, 10) == [45, 270, 270]
    assert total(card, 2_500, 2_500, 10) == [45, 45, 45]


def test_simple_types_have_plans_and_free_units_come_first() -> None:
    """1,000 of 5,500 sessions are free: 4,500 are in the small plan."""
    window = {"type": "per_session", "window": "start", "window_hours": 24, "plans": PLANS}
    use = {"sessions:start:24": months(5_500)}
    assert invoice(contract(**window), use, stated()).total[0].tolist() == [270]
    assert invoice(contract(**window, free={"units": 1_000}), use, stated()).total[0].tolist() == [45]


@pytest.mark.parametrize(
    "charge",
    [
        CASES,
        {"kind": "stairstep", "meter": "cases", "price_at_zero": True,
         "steps": [{"up_to": 5_000, "price": 45}, {"price": 270}]},
        {"kind": "graduated", "meter": "cases",
         "tiers": [{"up_to": 5_000, "rate": 0.009}, {"rate": 0, "flat_fee": 225}]},
    ],
)  # fmt: skip
def test_a_limit_at_a_plans_size_never_takes_the_next_plan(charge: dict[str, Any]) -> None:
    """Of w units 5,000 are served, w * (5,000 / w), which floats lift above 5,000 for one w in three hundred."""
    wanted = np.arange(5_001.0, 9_000.0)[:, None]
    assert ((wanted * (5_000 / wanted)) > 5_000).any(), "else this test could not fail"
    offer = contract(type="hybrid", charges=[charge], limit={"units": 5_000})
    bill = invoice(offer, {"cases": wanted}, stated(len(wanted)))
    assert bill.total[:, 0] == pytest.approx(np.full(len(wanted), 45.0))
    slow = [invoices(offer, {"cases": [exact(units)]}, at_stated)[0].total for units in (5_001, 5_013, 7_000)]
    assert [float(each) for each in slow] == pytest.approx([45] * 3)


def test_one_unit_more_takes_the_next_plan() -> None:
    """Negative control of the slack at an edge: a millionth of a unit above the size is above it."""
    assert total(CASES, 5_000.000001) == [270]


FLAT = {"type": "per_conversation"}


@pytest.mark.parametrize(
    ("plans", "key", "part"),
    [
        ({**PLANS, "sizes": []}, "sizes", "plans need at least one size"),
        ({**PLANS, "sizes": SIZES[::-1]}, "sizes", "plan 2 holds 5,000 units, no more than plan 1 (30,000)"),
        ({**PLANS, "sizes": [SIZES[0], SIZES[0]]}, "sizes", "plan 2 holds 5,000 units, no more than plan 1 (5,000)"),
        ({"sizes": SIZES}, "overage_rate", "Field required"),
        ({**PLANS, "held": "term"}, "held", "'month', 'year' or 'once'"),
    ],
)
def test_mistakes_are_refused_at_their_key(plans: dict[str, Any], key: str, part: str) -> None:
    found = mistakes(**FLAT, plans=plans)
    assert found[0][0] == key
    assert part in found[0][1]
    assert len(found) == 1


@pytest.mark.parametrize(
    ("terms", "key", "part"),
    [
        ({"price": 0.5}, "plans", "give price or plans, not both"),
        ({"included": 50}, "plans", "give included or plans, not both"),
        ({"package": {"size": 5, "price": 1}}, "plans", "give package or plans, not both"),
        ({"tiers": [{"rate": 1}]}, "tiers", "give plans or tiers, not both"),
        ({"count_over": "year"}, "count_over", "give one, or remove it"),
    ],
)
def test_plans_stand_alone(terms: dict[str, Any], key: str, part: str) -> None:
    found = mistakes(**FLAT, plans=PLANS, **terms)
    assert (found[0][0], len(found)) == (key, 1)
    assert part in found[0][1]

"""Commitments: published schedules, both sides of every edge, and what holds for any terms."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.contracts import Contract, exit_table, invoice
from simulator.errors import ContractError
from tests.contracts.tools import contract, mistakes, months, stated

FOCUS_USE = (48.0, 120.0, 60.0, *[0.0] * 9)


def offer(**terms: Any) -> Contract:
    return contract(type="per_conversation", price=1.0, **terms)


def billed(use: tuple[float, ...], **terms: Any) -> list[float]:
    return [float(x) for x in invoice(offer(**terms), {"conversations": months(*use)}, stated()).total[0]]


# FOCUS spend agreements: A1 true-up at the end, A2 monthly floor and the rest at the end, B1 prepaid draw-down.
def test_the_three_published_forms_of_a_yearly_commitment() -> None:
    at_end = billed(FOCUS_USE, commitment={"amount": 1_200})
    floor = billed(FOCUS_USE, commitment={"amount": 1_200}, monthly_minimum=60)
    ahead = billed(FOCUS_USE, prepaid={"packs": [{"amount": 1_200, "price": 1_200, "valid_months": 12}]})
    assert at_end == [48, 120, 60, *[0] * 8, 972]
    assert floor == [60, 120, 60, *[60] * 8, 480]
    assert ahead == [1_200, *[0] * 11]
    assert sum(at_end) == sum(floor) == sum(ahead) == 1_200


@given(st.lists(st.integers(0, 100).map(float), min_size=12, max_size=12))
def test_the_three_forms_cost_the_same_year_where_use_is_below(use: list[float]) -> None:
    terms: list[dict[str, Any]] = [
        {"commitment": {"amount": 1_200}},
        {"commitment": {"amount": 1_200}, "monthly_minimum": 100},
        {"prepaid": {"packs": [{"amount": 1_200, "price": 1_200, "valid_months": 12}]}},
    ]
    for each in terms:
        assert sum(billed(tuple(use), **each)) == pytest.approx(1_200, rel=1e-9)


@pytest.mark.parametrize(("use", "true_up"), [(999.0, 1.0), (1_000.0, 0.0), (1_001.0, 0.0), (0.0, 1_000.0)])
def test_monthly_commitment_edge(use: float, true_up: float) -> None:
    assert billed((use,), commitment={"amount": 1_000, "period": "month"}) == [use + true_up]


RAMP = [{"from_month": 1, "factor": 0.4}, {"from_month": 4, "factor": 0.7}, {"from_month": 7, "factor": 1.0}]


def test_ramp_of_a_monthly_commitment() -> None:
    """40, 70 and 100 % of 1,000 on a use of 500."""
    use = (500.0,) * 8
    ramped = billed(use, commitment={"amount": 1_000, "period": "month", "ramp": RAMP})
    assert ramped == [500, 500, 500, 700, 700, 700, 1_000, 1_000]


def test_ramp_of_a_yearly_commitment_is_the_sum_of_its_months() -> None:
    """Of 12,000 a year: 3 months at 400, 3 at 700, 6 at 1,000 are 9,300; the second year owes all of it."""
    terms: dict[str, Any] = {"amount": 12_000, "ramp": RAMP}
    assert billed((0.0,) * 24, commitment=terms) == pytest.approx([*[0] * 11, 9_300, *[0] * 11, 12_000])
    each = billed((0.0,) * 12, commitment={**terms, "true_up": "each_month"})
    assert each == pytest.approx([400] * 3 + [700] * 3 + [1_000] * 6)
    assert billed((0.0,) * 5, commitment=terms) == pytest.approx([0, 0, 0, 0, 3 * 400 + 2 * 700]), "a part period"
    assert billed((10_000.0, *[0.0] * 11), commitment=terms) == [10_000, *[0] * 11], "more than 9,300 is used"


def test_ramp_before_its_first_step_is_the_whole() -> None:
    terms = {"amount": 100, "period": "month", "ramp": [{"from_month": 3, "factor": 1.5}]}
    assert billed((0.0,) * 4, commitment=terms) == [100, 100, 150, 150]


def test_ramp_of_units_and_what_lies_beyond_them() -> None:
    """100 units at 1, 40 of them in month 1: 60 cost 40 and 20 at 2; in month 4 70 are owed and 60 used."""
    terms = {"units": 100, "period": "month", "overage_rate": 2.0, "ramp": RAMP}
    assert billed((60.0,) * 4, commitment=terms) == pytest.approx([80, 80, 80, 70])


def test_ramp_over_the_term_counts_the_months_of_the_term() -> None:
    """A year of the horizon of a term of 18 months: 18,000 are 1,000 a month, 9,300 by then; 15,300 on leaving."""
    terms = {"amount": 18_000, "period": "term", "ramp": RAMP}
    contract_ = offer(commitment=terms, term_months=18)
    use = {"conversations": months(*[0.0] * 12)}
    bill = invoice(contract_, use, stated())
    assert bill.total.sum() == pytest.approx(9_300)
    rows = exit_table(bill, contract_, use, stated())
    assert rows[2].total == pytest.approx(15_300) and rows[11].total == pytest.approx(15_300 - 9_300)


def test_ramp_of_ones_is_no_ramp() -> None:
    use, terms = (48.0, 120.0, 60.0, *[0.0] * 10), {"amount": 1_200, "true_up": "each_month"}
    plain = billed(use, commitment=terms)
    assert billed(use, commitment={**terms, "ramp": [{"from_month": 2, "factor": 1}]}) == pytest.approx(plain)


def test_wrong_ramps_are_refused() -> None:
    ramp = [{"from_month": 4, "factor": 0.4}, {"from_month": 4, "factor": 1}]
    found = mistakes(type="per_conversation", price=1, commitment={"amount": 100, "ramp": ramp})
    assert any("from_month 4 stands after 4" in message for _, message in found)
    high: dict[str, Any] = {"amount": 100, "period": "month", "ramp": [{"from_month": 2, "factor": 3}]}
    found = mistakes(type="per_conversation", price=1, commitment=high, maximum_per_month=200)
    assert any("commitment.amount (300) must not exceed maximum_per_month (200)" in message for _, message in found)


def test_term_commitment_is_settled_at_the_end_of_the_term() -> None:
    use = (100.0,) * 18
    terms = {"commitment": {"amount": 3_000, "period": "term"}, "term_months": 18}
    assert billed(use, **terms) == [100.0] * 17 + [1_300.0]
    # A horizon of 9 months owes half of it.
    assert billed(use[:9], **terms) == [100.0] * 8 + [700.0]


def test_each_month_brings_the_period_up_to_its_share() -> None:
    terms = {"commitment": {"amount": 1_200, "true_up": "each_month"}}
    assert billed((40, 250, 0, 0), **terms) == [100, 250, 0, 50]


# flexprice: commitment 60, factor 2; hourly 15/6/10 of 2 each, 20 committed, factor 1.5: 35 + 20 + 20.
@pytest.mark.parametrize(
    ("use", "terms", "expected"),
    [
        ((12.0,), {"amount": 60, "overage_factor": 2, "true_up": "never"}, [12]),
        ((30.0, 12.0, 20.0), {"amount": 20, "overage_factor": 1.5, "period": "month"}, [35, 20, 20]),
        ((1_200.0,), {"amount": 1_000, "overage_factor": 1.5, "period": "month"}, [1_300]),
        ((600.0,), {"amount": 1_000, "overage_factor": 1.5, "period": "month"}, [1_000]),
        ((600.0,), {"amount": 1_000, "overage_factor": 1.5, "period": "month", "true_up": "never"}, [600]),
        # A year of 60: 50 below, then 5 of 15 below and 10 above, then all above; it is base money that counts.
        ((50.0, 20.0, 10.0), {"amount": 60, "overage_factor": 2, "true_up": "never"}, [50, 30, 20]),
    ],
)
def test_use_beyond_the_commitment_costs_a_factor(
    use: tuple[float, ...], terms: dict[str, Any], expected: list[float]
) -> None:
    assert billed(use, commitment=terms) == pytest.approx(expected, rel=1e-12)


def test_committed_rate_and_rate_of_use_beyond() -> None:
    # 1,000 units at 1.50, 2.00 beyond.
    plan = contract(
        type="per_conversation", price=1.5, commitment={"units": 1_000, "period": "month", "overage_rate": 2.0}
    )
    total = invoice(plan, {"conversations": months(0, 999, 1_000, 1_001, 1_200)}, stated()).total[0]
    assert total.tolist() == pytest.approx([1_500, 1_500, 1_500, 1_502, 1_900], rel=1e-12)


# Lago compares a commitment before coupons, Orb and OpenMeter after discounts; FOCUS counts spend after the discount.
def test_minimum_against_discount_is_a_term() -> None:
    terms = {"discount": 0.2}
    after = billed((100.0,), commitment={"amount": 90, "period": "month"}, **terms)
    before = billed((100.0,), commitment={"amount": 90, "period": "month", "compared": "before_discount"}, **terms)
    assert (after, before) == ([90], [80])


def test_fees_count_only_where_said() -> None:
    terms = {"platform_fee": 50}
    assert billed((100.0,), commitment={"amount": 200, "period": "month"}, **terms) == [200]
    assert billed((100.0,), commitment={"amount": 200, "period": "month", "with_fees": False}, **terms) == [250]


# Lago: minimum 1,000 over 15 of 31 days and 200 spent: 284 after rounding to cents of 283.87; 25 of 28 days: 92.86.
@pytest.mark.parametrize(
    ("minimum", "share", "spent", "true_up"),
    [(1_000, 15 / 31, 200, 283.87), (1_000, 25 / 28, 800, 92.86), (10_000, 25 / 28, 7_000, 1_928.57)],
)
def test_first_period_may_owe_a_share(minimum: float, share: float, spent: float, true_up: float) -> None:
    terms = {"amount": minimum, "period": "month", "first_share": share}
    assert billed((spent, 0.0), commitment=terms) == [pytest.approx(spent + true_up, abs=0.005), minimum]


def test_last_period_of_the_term_may_owe_a_share() -> None:
    terms = {"commitment": {"amount": 100, "period": "month", "last_share": 0.4}, "term_months": 3}
    assert billed((0.0, 0.0, 0.0, 0.0), **terms) == [100, 100, pytest.approx(40), 100]


USE = st.lists(st.integers(0, 10**5).map(float), min_size=1, max_size=26)


@given(
    USE,
    st.integers(1, 10**6),
    st.sampled_from(["month", "year", "term"]),
    st.sampled_from(["each_month", "at_end"]),
    st.integers(10, 30),
)
def test_every_period_owes_its_commitment(use: list[float], least: int, period: str, when: str, factor: int) -> None:
    commitment = {"amount": least, "period": period, "true_up": when, "overage_factor": factor / 10}
    got = billed(tuple(use), commitment=commitment, term_months=24)
    length = {"month": 1, "year": 12, "term": 24}[period]
    for first in range(0, len(use), length):
        year, spent = got[first : first + length], sum(use[first : first + length])
        assert sum(year) >= least * len(year) / length * (1 - 1e-9)
        assert sum(year) >= spent * (1 - 1e-9)
        if when == "at_end" and len(year) == length:
            beyond = max(spent - least, 0.0) * factor / 10
            assert sum(year) == pytest.approx(max(least, spent) if beyond == 0 else least + beyond, rel=1e-9)


@pytest.mark.parametrize(
    ("terms", "key", "part"),
    [
        ({"commitment": {}}, "units", "give the amount in money or the units"),
        ({"commitment": {"amount": 5, "units": 5.0}}, "units", "give amount (5) or units (5), not both"),
        ({"commitment": {"amount": 5, "overage_rate": 1}}, "overage_rate", "give units, or an overage_factor"),
        ({"commitment": {"units": 5.0, "overage_rate": 1, "overage_factor": 2}}, "overage_rate", "not both"),
        ({"commitment": {"amount": 5, "true_up": "never"}}, "overage_rate", "does nothing without an overage_factor"),
        ({"commitment": {"amount": 5, "true_up": "weekly"}}, "true_up", "'each_month', 'at_end' or 'never'"),
        ({"commitment": {"amount": 5, "period": "term"}}, "term_months", "needs term_months"),
        ({"commitment": {"amount": 5}, "term_months": 13}, "term_months", "whole years (12, 24, 36 ...), not 13"),
        ({"commitment": {"amount": 1_201}, "maximum_per_month": 100}, "maximum_per_month", "must not exceed 12 times"),
        ({"commitment": {"amount": 101, "period": "month"}, "maximum_per_month": 100}, "maximum_per_month", "(101)"),
        ({"commitment": {"amount": -1}}, "amount", "must be above 0"),
        ({"commitment": {"amount": 1, "first_share": 0.0}}, "first_share", "greater than 0"),
    ],
)
def test_mistakes_are_refused_at_their_key(terms: dict[str, Any], key: str, part: str) -> None:
    found = mistakes(type="per_conversation", price=1.0, **terms)
    assert [each[0] for each in found] == [key]
    assert part in found[0][1]


def test_units_need_one_price_of_a_unit() -> None:
    with pytest.raises(ContractError, match=r"commitment.units \(5\) need one charge with one price"):
        contract(type="per_conversation", tiers=[{"rate": 1}], commitment={"units": 5.0})

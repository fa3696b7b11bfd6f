"""Settlement: both sides of every edge, published schedules, and what holds for any terms."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.contracts.settlement.settlement import Charged, Settled, settle
from simulator.contracts.settlement.settlement_terms import Settlement
from tests.contracts.tools import Array, amount, months, share, stated

PLAIN = Settlement(share(0.0))


def settled(usage: Array, fee: float = 0.0, terms: Settlement = PLAIN) -> Settled:
    return settle(Charged({"use": usage}, {"fee": np.full(usage.shape, fee)}, {}), terms, stated(usage.shape[0]))


def monthly(minimum: float) -> Settlement:
    return replace(PLAIN, monthly_minimum=amount(minimum))


def yearly(minimum: float) -> Settlement:
    return replace(PLAIN, yearly_minimum=amount(minimum))


# Published true-ups. The id names the engine; amounts in its currency unit.
@pytest.mark.parametrize(
    ("minimum", "spent", "true_up"),
    [
        pytest.param(1000, 100, 900, id="openmeter"),
        pytest.param(1000, 1500, 0, id="lago above"),
        pytest.param(100, 50, 50, id="lago document"),
        pytest.param(1_000_000, 11_000, 989_000, id="lago commitment"),
        pytest.param(1000, 749.996, 250.004, id="flexprice, before rounding"),
        pytest.param(10_000, 8501, 1499, id="flexprice yen"),
        pytest.param(1000, 600, 400, id="flexprice document"),
        pytest.param(1000, 999.99, 0.01, id="just under"),
        pytest.param(1000, 1000, 0, id="at the edge"),
        pytest.param(1000, 1000.01, 0, id="just above"),
        pytest.param(1000, 0, 1000, id="nothing used"),
    ],
)
def test_monthly_minimum_adds_what_is_missing(minimum: float, spent: float, true_up: float) -> None:
    result = settled(months(spent), terms=monthly(minimum))
    assert result.monthly_true_up.tolist() == [[pytest.approx(true_up, rel=1e-9, abs=1e-9)]]
    assert result.total.tolist() == [[pytest.approx(max(minimum, spent), rel=1e-9)]]


def test_monthly_minimum_counts_fees() -> None:
    assert settled(months(300), fee=500, terms=monthly(1000)).monthly_true_up.tolist() == [[200]]


def test_monthly_minimum_is_compared_after_discount() -> None:
    terms = replace(monthly(90), discount=share(0.2))
    result = settled(months(100), terms=terms)
    assert (result.discount.tolist(), result.monthly_true_up.tolist(), result.total.tolist()) == (
        [[-20]],
        [[10]],
        [[90]],
    )


def test_discount_leaves_fees_alone() -> None:
    # FOCUS negotiated discount: list 60, 20 % off: 48; the fee of 10 stays.
    assert settled(months(60), fee=10, terms=replace(PLAIN, discount=share(0.2))).total.tolist() == [[58]]


def test_cap_cuts_only_what_exceeds_it() -> None:
    terms = replace(PLAIN, maximum_per_month=amount(2000))
    result = settled(months(1999, 2000, 2001, 5000), terms=terms)
    assert result.cap.tolist() == [[0, 0, -1, -3000]]
    assert result.total.tolist() == [[1999, 2000, 2000, 2000]]


def test_cap_holds_where_a_trials_minimum_exceeds_it() -> None:
    terms = replace(monthly(500), maximum_per_month=amount(400))
    assert settled(months(0), terms=terms).total.tolist() == [[400]]


FOCUS_USE = (48, 120, 60, *[0] * 9)


def test_yearly_minimum_gives_the_published_schedule() -> None:
    # FOCUS, postpaid annual commitment of 1,200 with true-up at the end.
    result = settled(months(*FOCUS_USE), terms=yearly(1200))
    assert result.total.tolist() == [[48, 120, 60, *[0] * 8, 972]]


def test_yearly_minimum_with_a_monthly_floor_gives_the_published_schedule() -> None:
    # FOCUS, the same with a floor of 60 a month and the rest at the end.
    result = settled(months(*FOCUS_USE), terms=replace(yearly(1200), monthly_minimum=amount(60)))
    assert result.total.tolist() == [[60, 120, 60, *[60] * 8, 480]]


@pytest.mark.parametrize(
    ("horizon", "expected"),
    [
        (11, {11: 9_900}),
        (12, {12: 10_800}),
        (13, {12: 10_800, 13: 900}),
        (18, {12: 10_800, 18: 5_400}),
        (24, {12: 10_800, 24: 10_800}),
    ],
)
def test_yearly_minimum_prorates_a_part_year_by_months(horizon: int, expected: dict[int, float]) -> None:
    true_up = settled(months(*[100] * horizon), terms=yearly(12_000)).yearly_true_up[0]
    assert {month: value for month, value in enumerate(true_up, start=1) if value} == pytest.approx(expected, rel=1e-9)


def test_yearly_minimum_of_a_new_year_ignores_the_old_years_surplus() -> None:
    true_up = settled(months(*[5_000] * 12, *[0] * 12), terms=yearly(12_000)).yearly_true_up[0]
    assert true_up[11] == 0
    assert true_up[23] == 12_000


@pytest.mark.parametrize(("last", "true_up"), [(999, 1), (1_000, 0), (1_001, 0)])
def test_yearly_minimum_edge(last: float, true_up: float) -> None:
    result = settled(months(*[1_000] * 11, last), terms=yearly(12_000))
    assert result.yearly_true_up[0, 11] == true_up


def test_yearly_minimum_lifts_an_invoice_above_the_monthly_cap() -> None:
    terms = replace(yearly(1200), maximum_per_month=amount(150))
    assert settled(months(*[0] * 12), terms=terms).total[0, 11] == 1200


def test_each_month_brings_the_year_so_far_up_to_its_share() -> None:
    # Minimum of 1,200: 100 by month 1, 200 by month 2 ...; month 2's 250 covers months 3 too.
    terms = replace(yearly(1200), true_up="each_month")
    result = settled(months(40, 250, 0, 0, *[100] * 9), terms=terms)
    assert result.yearly_true_up[0, :5].tolist() == [60, 0, 0, 50, 0]
    assert result.yearly_true_up[0, 12] == 0


def test_each_month_does_not_give_back_a_true_up() -> None:
    use = months(*[0] * 6, *[200] * 6)
    at_end, each = yearly(1200), replace(yearly(1200), true_up="each_month")
    assert settled(use, terms=at_end).total.sum() == 1200
    assert settled(use, terms=each).total.sum() == 1800


def test_settlement_takes_each_trials_own_minimum() -> None:
    minimum = amount(1)
    terms = replace(PLAIN, monthly_minimum=minimum)
    drawn = np.array([100.0, 50.0])
    charged = Charged({"use": np.full((2, 2), 60.0)}, {}, {})
    result = settle(charged, terms, lambda each: drawn if each is minimum else np.zeros(2))
    assert result.total.tolist() == [[100, 100], [60, 60]]


MONEY = st.integers(0, 10**6).map(float)


@given(st.lists(MONEY, min_size=1, max_size=30), MONEY, MONEY, MONEY, st.booleans(), st.integers(0, 100))
def test_minimum_holds_for_any_month_and_year(
    use: list[float], fee: float, month_least: float, year_least: float, each: bool, percent: int
) -> None:
    terms = Settlement(
        share(percent / 100),
        amount(month_least),
        amount(year_least),
        "each_month" if each else "year_end",
    )
    result = settled(months(*use), fee, terms)
    assert (result.total >= month_least * (1 - 1e-9)).all()
    for first in range(0, len(use), 12):
        year = result.total[0, first : first + 12]
        assert year.sum() >= year_least * len(year) / 12 * (1 - 1e-9)
    parts = months(*use) + fee + result.discount + result.monthly_true_up + result.cap + result.yearly_true_up
    assert result.total == pytest.approx(parts, rel=1e-9)


@given(st.lists(MONEY, min_size=1, max_size=24), MONEY)
def test_year_end_never_costs_more_than_each_month(use: list[float], least: float) -> None:
    at_end = settled(months(*use), terms=yearly(least)).total.sum()
    each = settled(months(*use), terms=replace(yearly(least), true_up="each_month")).total.sum()
    assert at_end <= each * (1 + 1e-9)


@given(st.lists(MONEY, min_size=1, max_size=24), MONEY)
def test_year_is_billed_the_larger_of_use_and_minimum(use: list[float], least: float) -> None:
    total = settled(months(*use), terms=yearly(least)).total[0]
    for first in range(0, len(use), 12):
        year = use[first : first + 12]
        assert total[first : first + 12].sum() == pytest.approx(max(sum(year), least * len(year) / 12), rel=1e-9)

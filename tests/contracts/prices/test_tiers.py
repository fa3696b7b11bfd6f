"""Tiered charges against published figures, exact decimals, and laws that hold for any rates."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.contracts.prices.flat import Flat
from simulator.contracts.prices.included import Included
from simulator.contracts.prices.tiers import Graduated, Tier, VolumeTiers, check_bounds
from simulator.errors import ContractError
from tests.contracts.tools import amount, billed

Tiers = tuple[tuple[float | None, str, str], ...]
Maker = Callable[..., Graduated | VolumeTiers]


def tuple_of(tiers: Tiers) -> tuple[Tier, ...]:
    return tuple(
        Tier(math.inf if top is None else top, amount(float(rate)), amount(float(fee))) for top, rate, fee in tiers
    )


def graduated(tiers: Tiers, at_zero: bool = False) -> Graduated:
    return Graduated("cases", tuple_of(tiers), at_zero)


def volume(tiers: Tiers, at_zero: bool = False) -> VolumeTiers:
    return VolumeTiers("cases", tuple_of(tiers), at_zero)


def exact_graduated(tiers: Tiers, units: Decimal, at_zero: bool) -> Decimal:
    """Price unit by unit range in decimals, from the rule's words rather than its array formula."""
    total, lower = Decimal(0), Decimal(0)
    for place, (top, rate, fee) in enumerate(tiers):
        upper = units if top is None else min(units, Decimal(str(top)))
        if units > lower:
            total += (upper - lower) * Decimal(rate) + Decimal(fee)
        elif place == 0 and at_zero:
            total += Decimal(fee)
        lower = Decimal("Infinity") if top is None else Decimal(str(top))
    return total


def exact_volume(tiers: Tiers, units: Decimal, at_zero: bool) -> Decimal:
    """Price in decimals by the first tier that holds the units."""
    rate, fee = next((Decimal(r), Decimal(f)) for top, r, f in tiers if top is None or units <= Decimal(str(top)))
    return units * rate + (fee if units > 0 or at_zero else 0)


# Figures of the tests and documents of other billing engines; the id names the engine and its case.
LAGO: Tiers = ((10, "10", "2"), (20, "5", "3"), (None, "5", "3"))
LAGO_TOUCHING: Tiers = ((0.1, "10", "0"), (1, "5", "0"), (None, "2", "0"))
OPENMETER: Tiers = ((5, "0", "100"), (10, "0", "50"), (15, "10", "0"), (None, "5", "0"))
SLAB: Tiers = ((10, "50", "0"), (20, "40", "0"), (None, "30", "0"))
SLAB_FREE: Tiers = ((5, "0", "0"), (10, "2", "0"), (None, "3", "0"))
SLAB_FLAT: Tiers = ((5, "0", "1"), (10, "1", "2"), (None, "2", "0"))
STEPS: Tiers = ((1, "10", "0"), (2, "20", "0"), (None, "30", "0"))
AUTUMN: Tiers = ((100, "0.1", "0"), (500, "0.05", "0"), (None, "0.02", "0"))
CREDITS: Tiers = ((1000, "0.01", "0"), (10000, "0.008", "0"), (None, "0.005", "0"))
POLAR: Tiers = ((10, "1000", "0"), (50, "800", "0"), (None, "600", "0"))
POLAR_FREE: Tiers = ((5, "0", "0"), (None, "1000", "0"))
STRIPE: Tiers = ((5, "7", "0"), (10, "6.5", "0"), (None, "6", "0"))
BILLABEAR: Tiers = ((10, "0", "1000"), (20, "0", "1500"), (None, "0", "2500"))
BILLABEAR_MIXED: Tiers = ((10, "0", "1000"), (20, "1000", "1500"), (None, "0", "2500"))
METEROID: Tiers = ((100, "1", "0"), (200, "0.5", "0"), (None, "0.25", "0"))
CHARGEBEE: Tiers = ((20, "15", "0"), (25, "10", "0"), (30, "8", "0"), (None, "5", "0"))
VIDEOS: Tiers = ((5, "2", "0"), (None, "1", "0"))
WATER: Tiers = ((1000, "1.5", "0"), (None, "2", "0"))
ORB: Tiers = ((10, "0.5", "0"), (None, "0.1", "0"))
LARGE: Tiers = ((10_000, "0.001", "0"), (100_000, "0.0008", "0"), (None, "0.0005", "0"))
REDO: Tiers = ((50, "0.95", "0"), (100, "0.90", "0"), (None, "0.85", "0"))

GRADUATED = [
    ("lago, fee at zero: 0", LAGO, True, 0, "2"),
    ("lago, fee at zero: 10", LAGO, True, 10, "102"),
    ("lago, fee at zero: 10.5", LAGO, True, 10.5, "107.5"),
    ("lago, fee at zero: 11", LAGO, True, 11, "110"),
    ("lago, fee at zero: 12", LAGO, True, 12, "115"),
    ("lago, fee at zero: 21", LAGO, True, 21, "163"),
    ("flexprice rule: 0", LAGO, False, 0, "0"),
    ("flexprice rule: 10", LAGO, False, 10, "102"),
    ("flexprice rule: 10.5", LAGO, False, 10.5, "107.5"),
    ("flexprice rule: 11", LAGO, False, 11, "110"),
    ("flexprice rule: 21", LAGO, False, 21, "163"),
    ("no flat fees: 0", ((10, "10", "0"), (20, "5", "0"), (None, "5", "0")), False, 0, "0"),
    ("no flat fees: 10", ((10, "10", "0"), (20, "5", "0"), (None, "5", "0")), False, 10, "100"),
    ("no flat fees: 10.5", ((10, "10", "0"), (20, "5", "0"), (None, "5", "0")), False, 10.5, "102.5"),
    ("no flat fees: 11", ((10, "10", "0"), (20, "5", "0"), (None, "5", "0")), False, 11, "105"),
    ("no flat fees: 21", ((10, "10", "0"), (20, "5", "0"), (None, "5", "0")), False, 21, "155"),
    ("lago touching: 0.05", LAGO_TOUCHING, False, 0.05, "0.5"),
    ("lago touching: 0.1", LAGO_TOUCHING, False, 0.1, "1"),
    ("lago touching: 0.5", LAGO_TOUCHING, False, 0.5, "3"),
    ("openmeter: 0", OPENMETER, True, 0, "100"),
    ("openmeter: 4.999", OPENMETER, True, 4.999, "100"),
    ("openmeter: 5", OPENMETER, True, 5, "100"),
    ("openmeter: 5.001", OPENMETER, True, 5.001, "150"),
    ("openmeter: 12", OPENMETER, True, 12, "170"),
    ("openmeter: 22", OPENMETER, True, 22, "235"),
    ("flexprice slab: 25", SLAB, False, 25, "1050"),
    ("flexprice free: 10", SLAB_FREE, False, 10, "10"),
    ("flexprice free: 11", SLAB_FREE, False, 11, "13"),
    ("flexprice flat: 3", SLAB_FLAT, False, 3, "1"),
    ("flexprice flat: 7", SLAB_FLAT, False, 7, "5"),
    ("flexprice flat: 12", SLAB_FLAT, False, 12, "12"),
    ("flexprice steps: 0", STEPS, False, 0, "0"),
    ("flexprice steps: 2", STEPS, False, 2, "30"),
    ("flexprice steps: 2.5", STEPS, False, 2.5, "45"),
    ("flexprice steps: 3", STEPS, False, 3, "60"),
    ("autumn: 100", AUTUMN, False, 100, "10"),
    ("autumn: 500", AUTUMN, False, 500, "30"),
    ("autumn credits: 15000", CREDITS, False, 15_000, "107"),
    ("polar: 10", POLAR, False, 10, "10000"),
    ("polar: 15", POLAR, False, 15, "14000"),
    ("polar: 51", POLAR, False, 51, "42600"),
    ("polar free: 3", POLAR_FREE, False, 3, "0"),
    ("polar free: 5", POLAR_FREE, False, 5, "0"),
    ("polar free: 15", POLAR_FREE, False, 15, "10000"),
    ("polar two tiers: 15", ((10, "20000", "0"), (None, "6000", "0")), False, 15, "230000"),
    ("stripe: 6", STRIPE, False, 6, "41.5"),
    ("stripe: 20", STRIPE, False, 20, "127.5"),
    ("billabear: 15", BILLABEAR, False, 15, "2500"),
    ("billabear mixed: 15", BILLABEAR_MIXED, False, 15, "7500"),
    ("meteroid: 150", METEROID, False, 150, "125"),
    ("chargebee: 10", CHARGEBEE, False, 10, "150"),
    ("chargebee: 50", CHARGEBEE, False, 50, "490"),
    ("kill bill videos: 13", VIDEOS, False, 13, "18"),
    ("kill bill water: 400", WATER, False, 400, "600"),
    ("orb: 10", ORB, False, 10, "5"),
    ("orb: 11", ORB, False, 11, "5.1"),
    ("large: 1e12", LARGE, False, 1e12, "500000032"),
    # Redo's published price, help.getredo.com: 47.50 + 45.00 + 130.05.
    ("redo: 50", REDO, False, 50, "47.5"),
    ("redo: 51", REDO, False, 51, "48.4"),
    ("redo: 100", REDO, False, 100, "92.5"),
    ("redo: 101", REDO, False, 101, "93.35"),
    ("redo: 253", REDO, False, 253, "222.55"),
]  # fmt: skip


LAGO_ALL: Tiers = ((100, "2", "10"), (200, "1", "0"), (None, "0.5", "50"))
LAGO_DOCUMENT: Tiers = ((10_000, "0.001", "10"), (50_000, "0.0008", "10"), (100_000, "0.0006", "10"),
                        (None, "0.0004", "10"))  # fmt: skip
OPENMETER_ALL: Tiers = ((5, "0", "100"), (10, "0", "150"), (15, "10", "0"), (None, "5", "0"))

VOLUME = [
    ("lago: 1", LAGO_ALL, True, 1, "12"),
    ("lago: 100", LAGO_ALL, True, 100, "210"),
    ("lago: 100.5", LAGO_ALL, True, 100.5, "100.5"),
    ("lago: 101", LAGO_ALL, True, 101, "101"),
    ("lago: 200", LAGO_ALL, True, 200, "200"),
    ("lago: 210", LAGO_ALL, True, 210, "155"),
    ("lago: 300", LAGO_ALL, True, 300, "200"),
    ("lago, fee at zero: 0", LAGO_ALL, True, 0, "10"),
    ("flexprice rule: 0", LAGO_ALL, False, 0, "0"),
    ("lago document: 65000", LAGO_DOCUMENT, False, 65_000, "49"),
    ("openmeter: 0", OPENMETER_ALL, True, 0, "100"),
    ("openmeter: 3", OPENMETER_ALL, True, 3, "100"),
    ("openmeter: 5", OPENMETER_ALL, True, 5, "100"),
    ("openmeter: 7", OPENMETER_ALL, True, 7, "150"),
    ("openmeter: 14", OPENMETER_ALL, True, 14, "140"),
    ("openmeter: 15", OPENMETER_ALL, True, 15, "150"),
    ("openmeter: 16", OPENMETER_ALL, True, 16, "80"),
    ("openmeter: 100", OPENMETER_ALL, True, 100, "500"),
    ("openmeter single: 0", ((None, "5", "0"),), True, 0, "0"),
    ("flexprice: 15", SLAB, False, 15, "600"),
    ("flexprice: 25", SLAB, False, 25, "750"),
    ("autumn: 101", AUTUMN, False, 101, "5.05"),
    ("autumn: 1000", AUTUMN, False, 1000, "20"),
    ("autumn tokens: 150000", ((100_000, "0.001", "0"), (None, "0.0005", "0")), False, 150_000, "75"),
    ("polar: 10", POLAR, False, 10, "10000"),
    ("stripe: 5", STRIPE, False, 5, "35"),
    ("stripe: 6", STRIPE, False, 6, "39"),
    ("stripe: 25", STRIPE, False, 25, "150"),
    ("billabear: 9", ((10, "0", "1000"), (None, "0", "1500")), False, 9, "1000"),
    ("billabear: 50", ((10, "0", "1000"), (None, "0", "1500")), False, 50, "1500"),
    ("billabear mixed: 11", ((10, "1000", "1000"), (None, "200", "0")), False, 11, "2200"),
    ("meteroid: 150", METEROID, False, 150, "75"),
    ("orb: 10", ((10, "0.5", "0"), (None, "0.4", "0")), False, 10, "5"),
    ("kill bill water: 1200", WATER, False, 1200, "2400"),
    ("kill bill stairs: 1200", ((1000, "0", "750"), (None, "0", "500")), False, 1200, "500"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("tiers", "at_zero", "units", "expected"), [case[1:] for case in GRADUATED], ids=[case[0] for case in GRADUATED]
)
def test_graduated_gives_published_amounts(tiers: Tiers, at_zero: bool, units: float, expected: str) -> None:
    assert billed(graduated(tiers, at_zero), units) == pytest.approx([float(expected)], rel=1e-9, abs=1e-12)
    assert exact_graduated(tiers, Decimal(str(units)), at_zero) == Decimal(expected)


@pytest.mark.parametrize(
    ("tiers", "at_zero", "units", "expected"), [case[1:] for case in VOLUME], ids=[case[0] for case in VOLUME]
)
def test_volume_gives_published_amounts(tiers: Tiers, at_zero: bool, units: float, expected: str) -> None:
    assert billed(volume(tiers, at_zero), units) == pytest.approx([float(expected)], rel=1e-9, abs=1e-12)
    assert exact_volume(tiers, Decimal(str(units)), at_zero) == Decimal(expected)


@pytest.mark.parametrize(("kind", "expected"), [(Graduated, [[11.0], [20.5]]), (VolumeTiers, [[6.0], [3.0]])])
def test_tiers_take_each_trials_own_rate(kind: type[Graduated | VolumeTiers], expected: list[list[float]]) -> None:
    first, second = amount(1), amount(2)
    charge = kind("cases", (Tier(10, first, amount(0)), Tier(math.inf, second, amount(0))))
    drawn = {id(first): np.array([1.0, 2.0]), id(second): np.array([0.5, 0.25])}
    amounts = charge.amount({"cases": np.array([[12.0], [12.0]])}, lambda each: drawn.get(id(each), np.zeros(2)))
    assert amounts.tolist() == expected


def test_volume_takes_each_trials_own_fee_and_each_months_own_tier() -> None:
    fee = amount(1)
    charge = VolumeTiers("cases", (Tier(10, amount(0), fee), Tier(math.inf, amount(0), amount(0))))
    amounts = charge.amount(
        {"cases": np.array([[0.0, 10.0, 10.5], [0.0, 1.0, 11.0]])},
        lambda each: np.array([3.0, 4.0]) if each is fee else np.zeros(2),
    )
    assert amounts.tolist() == [[0, 3, 0], [0, 4, 0]]


@pytest.mark.parametrize("kind", [Graduated, VolumeTiers])
def test_tiers_out_of_order_are_refused_by_the_charge_itself(kind: type[Graduated | VolumeTiers]) -> None:
    with pytest.raises(ContractError, match="the last tier must be open, but ends at 10"):
        kind("cases", tuple_of(((10, "1", "0"),)))


def test_volume_remarks_on_its_largest_fall_with_amounts() -> None:
    assert volume(LAGO_ALL, True).remark == (
        "more cases can cost less, as the tier of a month's total prices all of them: 100 cost 210, just above that 100"
    )
    # 10 cost 10 and then 9; 20 cost 18 and then 10.
    twice: Tiers = ((10, "1", "0"), (20, "0.9", "0"), (None, "0.5", "0"))
    assert volume(twice).remark.endswith("20 cost 18, just above that 10")


LEVEL: Tiers = ((3, "0.1", "0"), (None, "0", "0.3"))
"""3 cost 0.3 on both sides of the bound, in floats 0.30000000000000004 and 0.3."""


@pytest.mark.parametrize("tiers", [WATER, STEPS, BILLABEAR, LEVEL, ((None, "1", "5"),)])
def test_tiers_that_never_fall_have_no_remark(tiers: Tiers) -> None:
    assert volume(tiers).remark == ""


def test_graduated_tiers_have_no_remark() -> None:
    assert graduated(LAGO_ALL).remark == ""


@pytest.mark.parametrize("charge", [graduated(POLAR_FREE), volume(POLAR_FREE)])
def test_unit_rate_of_tiers_is_the_first_that_is_not_free(charge: Graduated | VolumeTiers) -> None:
    assert charge.unit_rate is not None and charge.unit_rate.center == 1000
    assert charge.rate_label == "per case in the first paid tier, all tiers in proportion"


@pytest.mark.parametrize("charge", [graduated(BILLABEAR), volume(BILLABEAR)])
def test_tiers_with_flat_fees_only_have_no_unit_rate(charge: Graduated | VolumeTiers) -> None:
    assert charge.unit_rate is None
    assert charge.rate_label == "for the usage of a handled conversation"


@pytest.mark.parametrize(
    ("bounds", "part"),
    [
        ([], "at least one tier"),
        ([100.0], "ends at 100; remove its up_to"),
        ([100.0, 50.0, math.inf], "tier 2 ends at 50, below tier 1 (100)"),
        ([100.0, 100.0, math.inf], "tiers 1 and 2 both end at 100"),
        ([math.inf, 100.0, math.inf], "tier 1 has no up_to"),
        ([math.inf, math.inf], "tier 1 has no up_to"),
        ([100.0, 1_000_000.0], "ends at 1,000,000"),
    ],
)
def test_bounds_out_of_order_are_refused_with_their_values(bounds: list[float], part: str) -> None:
    with pytest.raises(ContractError) as caught:
        check_bounds(bounds)
    assert part in str(caught.value)


def test_bounds_in_order_are_accepted() -> None:
    check_bounds([50.0, 100.0, math.inf])
    check_bounds([math.inf])


THOUSANDTHS = st.integers(0, 10**9)
RATE = st.integers(0, 10**7).map(lambda number: str(Decimal(number) / 10**6))


@st.composite
def any_tiers(draw: st.DrawFn, with_fees: bool = True) -> Tiers:
    tops = sorted(draw(st.sets(st.integers(1, 10**6), max_size=5)))
    fees = RATE if with_fees else st.just("0")
    return tuple((top, draw(RATE), draw(fees)) for top in [*tops, None])


@given(any_tiers(), THOUSANDTHS, st.booleans())
def test_graduated_ties_with_exact_decimals(tiers: Tiers, thousandths: int, at_zero: bool) -> None:
    expected = exact_graduated(tiers, Decimal(thousandths) / 1000, at_zero)
    assert billed(graduated(tiers, at_zero), thousandths / 1000) == pytest.approx([float(expected)], rel=1e-9)


@given(any_tiers(), THOUSANDTHS, THOUSANDTHS)
def test_graduated_never_falls_with_units(tiers: Tiers, one: int, other: int) -> None:
    low, high = billed(graduated(tiers), *sorted((one / 1000, other / 1000)))
    assert low <= high * (1 + 1e-12)


def jump(cost: Graduated | VolumeTiers, edge: float) -> float:
    """Return by how much the amount rises over a millionth of a unit above an edge."""
    below, above = billed(cost, edge, edge + 1e-6)
    return above - below


@given(any_tiers(with_fees=False))
def test_graduated_without_flat_fees_is_continuous_at_edges(tiers: Tiers) -> None:
    for top, _, _ in tiers[:-1]:
        assert top is not None
        assert jump(graduated(tiers), top) <= 1e-5 * (1 + 1e-6) + 1e-9 * billed(graduated(tiers), top)[0]


def test_continuity_check_catches_a_flat_fee() -> None:
    assert jump(graduated(((10, "1", "0"), (None, "1", "5"))), 10) > 4.9


MAKERS = pytest.mark.parametrize("make", [graduated, volume])


@MAKERS
@given(any_tiers(), THOUSANDTHS, st.sampled_from([0.0, 0.5, 3.0]))
def test_tiers_scale_with_their_rates(make: Maker, tiers: Tiers, thousandths: int, factor: float) -> None:
    scaled = tuple((top, str(float(rate) * factor), str(float(fee) * factor)) for top, rate, fee in tiers)
    once, times = billed(make(tiers), thousandths / 1000), billed(make(scaled), thousandths / 1000)
    assert times == pytest.approx([once[0] * factor], rel=1e-9)


@MAKERS
@given(st.sets(st.integers(1, 10**6), max_size=5), RATE, THOUSANDTHS)
def test_tiers_with_one_rate_are_flat(make: Maker, tops: set[int], rate: str, thousandths: int) -> None:
    tiers: Tiers = tuple((top, rate, "0") for top in [*sorted(tops), None])
    flat = billed(Flat("cases", amount(float(rate))), thousandths / 1000)
    assert billed(make(tiers), thousandths / 1000) == pytest.approx(flat, rel=1e-9)


@given(any_tiers(), THOUSANDTHS, st.booleans())
def test_volume_ties_with_exact_decimals(tiers: Tiers, thousandths: int, at_zero: bool) -> None:
    expected = exact_volume(tiers, Decimal(thousandths) / 1000, at_zero)
    assert billed(volume(tiers, at_zero), thousandths / 1000) == pytest.approx([float(expected)], rel=1e-9)


@given(any_tiers(), st.sampled_from([-0.001, 0.0, 0.001]), st.booleans())
def test_volume_on_both_sides_of_each_bound_is_the_tiers_own_line(tiers: Tiers, step: float, at_zero: bool) -> None:
    for (top, *below), (_, *above) in pairwise(tiers):
        assert top is not None
        rate, fee = map(float, above if step > 0 else below)
        units = top + step
        assert billed(volume(tiers, at_zero), units) == pytest.approx([units * rate + fee], rel=1e-9)


@given(any_tiers())
def test_volume_remarks_where_it_falls_and_only_there(tiers: Tiers) -> None:
    edges = [(Decimal(low[0] or 0), low, high) for low, high in pairwise(tiers)]
    pairs = [(exact_volume((low,), top, True), exact_volume((high,), top, True)) for top, low, high in edges]
    if all(at <= above for at, above in pairs):
        assert volume(tiers).remark == ""
    if any(at - above > at / 10**9 for at, above in pairs):
        assert volume(tiers).remark


@given(any_tiers(with_fees=False), THOUSANDTHS)
def test_volume_with_falling_rates_costs_no_more_than_graduated(tiers: Tiers, thousandths: int) -> None:
    rates = sorted((rate for _, rate, _ in tiers), key=float, reverse=True)
    falling: Tiers = tuple((top, rate, "0") for (top, _, _), rate in zip(tiers, rates, strict=True))
    (all_units,), (each_unit,) = (billed(make(falling), thousandths / 1000) for make in (volume, graduated))
    assert all_units <= each_unit * (1 + 1e-12)


@given(st.integers(0, 10**6), RATE, THOUSANDTHS)
def test_included_is_a_free_first_tier(included: int, rate: str, thousandths: int) -> None:
    bounded: Tiers = ((included, "0", "0"), (None, rate, "0")) if included else ((None, rate, "0"),)
    expected = billed(graduated(bounded), thousandths / 1000)
    assert billed(Included("cases", included, amount(float(rate))), thousandths / 1000) == pytest.approx(
        expected, rel=1e-9
    )


# A maximum of each tier: Meteroid's cap of a tier gives 5 units at 1, at most 3, as 3.
@pytest.mark.parametrize(("units", "expected"), [(2, 2), (3, 3), (3.5, 3), (5, 3), (11, 3.5), (24, 10), (100, 13)])
def test_a_tier_comes_to_its_maximum_at_most(units: float, expected: float) -> None:
    """Units 1 to 10 at 1 come to 3 at most, those beyond at 0.5 to 10: 24 units are 3 + 7."""
    tiers = (
        Tier(10, amount(1), amount(0), maximum=amount(3)),
        Tier(math.inf, amount(0.5), amount(0), maximum=amount(10)),
    )
    assert billed(Graduated("cases", tiers), units) == [expected]


@pytest.mark.parametrize("kind", [Graduated, VolumeTiers])
def test_the_maximum_of_a_tier_holds_its_flat_fee_too(kind: Any) -> None:
    tiers = (Tier(math.inf, amount(1), amount(2), maximum=amount(5)),)
    assert billed(kind("cases", tiers, True), 0, 3, 4, 9) == [2, 5, 5, 5]


def test_a_maximum_shows_in_the_remark_of_an_all_units_price() -> None:
    tiers = (Tier(10, amount(2), amount(0), maximum=amount(12)), Tier(math.inf, amount(1), amount(0)))
    assert "10 cost 12, just above that 10" in VolumeTiers("cases", tiers).remark

"""Charges against hand-computed amounts, published figures, exact decimals, and laws that hold for any rates."""

from __future__ import annotations

import math
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.contracts.charges import Fee, Flat, Graduated, Included, Tier, TokenCharge, check_bounds
from simulator.contracts.prices import LongPrompt, TokenRates
from simulator.errors import ContractError

from .tools import amount, months, share, stated, token_meters

Tiers = tuple[tuple[float | None, str, str], ...]


def graduated(tiers: Tiers, at_zero: bool = False) -> Graduated:
    return Graduated(
        "cases",
        tuple(
            Tier(math.inf if top is None else top, amount(float(rate)), amount(float(fee))) for top, rate, fee in tiers
        ),
        at_zero,
    )


def billed(charge: Flat | Graduated | Included, *units: float) -> list[float]:
    return [float(each) for each in charge.amount({"cases": months(*units)}, stated())[0]]


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


# Figures of the tests and documents of other billing engines; the id names the engine and its case.
FLAT = [
    ("lago standard", "10", 10, "100"),
    ("openmeter unit", "100", 10, "1000"),
    ("flexprice flat fee", "100", 5, "500"),
    ("polar 1.995 units", "100", 1.995, "199.5"),
    ("polar 1e-12 x 1e6", "0.000000000001", 1e6, "0.000001"),
    ("polar 1e-12 x 1e12", "0.000000000001", 1e12, "1"),
    ("zuplo", "0.001", 100_000, "100"),
    ("chargebee line", "4.4556", 10.625, "47.34075"),
    ("zuora", "59.99", 4, "239.96"),
    ("autumn 1e6 x 1e-6", "0.000001", 1_000_000, "1"),
    ("autumn float trap", "0.00123", 13, "0.01599"),
    ("kill bill 1124", "0.067", 55, "3.685"),
]

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


@pytest.mark.parametrize(("rate", "units", "expected"), [case[1:] for case in FLAT], ids=[case[0] for case in FLAT])
def test_flat_gives_published_amounts(rate: str, units: float, expected: str) -> None:
    assert billed(Flat("cases", amount(float(rate))), units) == pytest.approx([float(expected)], rel=1e-9, abs=0)


@pytest.mark.parametrize(
    ("tiers", "at_zero", "units", "expected"), [case[1:] for case in GRADUATED], ids=[case[0] for case in GRADUATED]
)
def test_graduated_gives_published_amounts(tiers: Tiers, at_zero: bool, units: float, expected: str) -> None:
    assert billed(graduated(tiers, at_zero), units) == pytest.approx([float(expected)], rel=1e-9, abs=1e-12)
    assert exact_graduated(tiers, Decimal(str(units)), at_zero) == Decimal(expected)


def test_included_bills_only_what_exceeds_it() -> None:
    # Stigg: 1,000 units included, overage at 0.01, 1,300 used: 3.
    charge = Included("cases", 1000, amount(0.01))
    assert billed(charge, 0, 999, 1000, 1001, 1300) == pytest.approx([0, 0, 0, 0.01, 3], rel=1e-9)


def test_included_does_not_carry_unused_units_to_the_next_month() -> None:
    assert billed(Included("cases", 100, amount(1)), 0, 200) == [0, 100]


def test_fee_is_owed_in_every_month_of_every_trial() -> None:
    amounts = Fee(amount(250)).amount({"cases": np.zeros((2, 3))}, stated(2))
    assert amounts.tolist() == [[250] * 3] * 2


def test_flat_takes_each_trials_own_rate() -> None:
    rates = np.array([1.0, 10.0])
    units = np.array([[1.0, 2.0, 3.0], [1.0, 2.0, 3.0]])
    amounts = Flat("cases", amount(1)).amount({"cases": units}, lambda _: rates)
    assert amounts.tolist() == [[1, 2, 3], [10, 20, 30]]


def test_graduated_takes_each_trials_own_rate() -> None:
    first, second = amount(1), amount(2)
    charge = Graduated("cases", (Tier(10, first, amount(0)), Tier(math.inf, second, amount(0))))
    drawn = {id(first): np.array([1.0, 2.0]), id(second): np.array([0.5, 0.25])}
    amounts = charge.amount({"cases": np.array([[12.0], [12.0]])}, lambda each: drawn.get(id(each), np.zeros(2)))
    assert amounts.tolist() == [[11.0], [20.5]]


def test_tokens_price_each_class_and_no_class_twice() -> None:
    rates = TokenRates(input=3.0, cached_input=0.3, cache_write=3.75, output=15.0)
    charge = TokenCharge((("m", rates),))
    meters = token_meters("m", 10, input=1_000_000, cached_input=2_000_000, cache_write=400_000, output=100_000)
    # 3 + 0.6 + 1.5 + 1.5
    assert charge.amount(meters, stated()).tolist() == [[pytest.approx(6.6, rel=1e-9)]]


def test_tokens_without_own_cache_rates_price_them_as_input() -> None:
    charge = TokenCharge((("m", TokenRates(input=3.0, output=15.0)),))
    meters = token_meters("m", 10, cached_input=2_000_000, cache_write=1_000_000)
    assert charge.amount(meters, stated()).tolist() == [[pytest.approx(9.0, rel=1e-9)]]


def test_tokens_of_long_prompts_are_repriced_not_added() -> None:
    rates = TokenRates(input=3.0, output=15.0, long_prompt=LongPrompt(threshold_tokens=200_000, input=6.0, output=22.5))
    charge = TokenCharge((("m", rates),))
    meters = token_meters("m", 10, input=1_000_000, output=100_000, long_input=400_000, long_output=20_000)
    # 0.6 * 3 + 0.4 * 6 + 0.08 * 15 + 0.02 * 22.5
    assert charge.amount(meters, stated()).tolist() == [[pytest.approx(5.85, rel=1e-9)]]


def test_tokens_ignore_long_meters_where_the_model_has_no_long_price() -> None:
    charge = TokenCharge((("m", TokenRates(input=3.0, output=15.0)),))
    assert not any(meter.startswith("tokens_long") for meter in charge.meters)
    assert charge.amount(token_meters("m", 1, input=1e6, long_input=1e6), stated()).tolist() == [[3.0]]


def test_tokens_take_markup_and_batch_discount() -> None:
    charge = TokenCharge((("m", TokenRates(input=2.0, output=8.0)),), amount(1.5), share(0.4), share(0.5))
    # 2 * 1.5 * (1 - 0.4 * 0.5)
    assert charge.amount(token_meters("m", 1, input=1e6), stated()).tolist() == [[pytest.approx(2.4, rel=1e-9)]]


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


def jump(cost: Graduated, edge: float) -> float:
    """Return by how much the amount rises over a millionth of a unit above an edge."""
    below, above = billed(cost, edge, edge + 1e-6)
    return above - below


@given(any_tiers(with_fees=False))
def test_graduated_without_flat_fees_is_continuous_at_edges(tiers: Tiers) -> None:
    for top, _, _ in tiers[:-1]:
        assert top is not None
        assert jump(graduated(tiers), top) <= 1e-6 * 10 + 1e-9 * billed(graduated(tiers), top)[0]


def test_continuity_check_catches_a_flat_fee() -> None:
    assert jump(graduated(((10, "1", "0"), (None, "1", "5"))), 10) > 4.9


@given(any_tiers(), THOUSANDTHS, st.sampled_from([0.0, 0.5, 3.0]))
def test_graduated_scales_with_its_rates(tiers: Tiers, thousandths: int, factor: float) -> None:
    scaled = tuple((top, str(float(rate) * factor), str(float(fee) * factor)) for top, rate, fee in tiers)
    once, times = billed(graduated(tiers), thousandths / 1000), billed(graduated(scaled), thousandths / 1000)
    assert times == pytest.approx([once[0] * factor], rel=1e-9)


@given(st.sets(st.integers(1, 10**6), max_size=5), RATE, THOUSANDTHS)
def test_graduated_with_one_rate_is_flat(tops: set[int], rate: str, thousandths: int) -> None:
    tiers: Tiers = tuple((top, rate, "0") for top in [*sorted(tops), None])
    flat = billed(Flat("cases", amount(float(rate))), thousandths / 1000)
    assert billed(graduated(tiers), thousandths / 1000) == pytest.approx(flat, rel=1e-9)


@given(st.integers(0, 10**6), RATE, THOUSANDTHS)
def test_included_is_a_free_first_tier(included: int, rate: str, thousandths: int) -> None:
    bounded: Tiers = ((included, "0", "0"), (None, rate, "0")) if included else ((None, rate, "0"),)
    expected = billed(graduated(bounded), thousandths / 1000)
    assert billed(Included("cases", included, amount(float(rate))), thousandths / 1000) == pytest.approx(
        expected, rel=1e-9
    )

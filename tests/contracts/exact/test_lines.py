"""Lines by hand: quantity, tier, rate, amount, rounding once a line, half away from zero."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.contracts.exact.decimals import Money, Rounding, at_stated
from simulator.contracts.exact.invoice import invoices
from simulator.contracts.exact.invoice_lines import Line, allocated
from tests.contracts.tools import contract

CENTS = Rounding(2)


def lines(units: float | str, rounding: Rounding | None = CENTS, **table: Any) -> list[tuple[str, str, str, str]]:
    """Return (tier, quantity, rate, amount) of every line of one month of conversations."""
    offer = contract(type="per_conversation", **table)
    (found,) = invoices(offer, {"conversations": [Decimal(units)]}, at_stated, rounding)
    return [(line.tier, _text(line.quantity), _text(line.rate), str(line.amount)) for line in found.lines]


def _text(value: Decimal | None) -> str:
    return "" if value is None else f"{value.normalize():f}"


def test_a_line_a_tier() -> None:
    # Redo: 253 resolutions cost 47.50 + 45.00 + 130.05.
    tiers = [{"up_to": 50, "rate": 0.95}, {"up_to": 100, "rate": 0.9}, {"rate": 0.85}]
    assert lines(253, tiers=tiers) == [
        ("up to 50", "50", "0.95", "47.50"),
        ("above 50 to 100", "50", "0.9", "45.00"),
        ("above 100", "153", "0.85", "130.05"),
    ]


def test_tier_fees_stand_apart() -> None:
    tiers = [{"up_to": 10, "rate": 10, "flat_fee": 2}, {"rate": 5, "flat_fee": 3}]
    got = lines(11, tiers=tiers, flat_fee_at_zero=True)
    assert [each[3] for each in got] == ["100.00", "2.00", "5.00", "3.00"]
    assert [each[3] for each in lines(0, tiers=tiers, flat_fee_at_zero=True)] == ["2.00"]
    assert lines(0, tiers=tiers, flat_fee_at_zero=False) == []


# Kill Bill #1124: 55 * 0.067 is 3.685 and bills 3.69, where floats give 3.68; Chargebee: 10.625 * 4.4556.
@pytest.mark.parametrize(
    ("units", "rate", "decimals", "amount"),
    [
        ("55", 0.067, 2, "3.69"),
        ("10.625", 4.4556, 2, "47.34"),
        ("10.625", 4.4556, 0, "47"),
        ("1000000000000", 1e-12, 0, "1"),
        ("1000000", 1e-12, 0, "0"),
        ("1.995", 100, 0, "200"),
        ("1", 0.0005, 3, "0.001"),
    ],
)
def test_rates_are_not_rounded_and_lines_are_once(units: str, rate: float, decimals: int, amount: str) -> None:
    assert [each[3] for each in lines(units, Rounding(decimals), price=rate)] == [amount]


def test_true_up_brings_rounded_lines_to_the_minimum() -> None:
    # 8,500.5 yen of use round to 8,501; what is missing of 10,000 is then 1,499 (flexprice).
    got = lines(1, Rounding(0), price=8_500.5, monthly_minimum=10_000)
    assert [each[3] for each in got] == ["8501", "1499"]


def test_order_of_the_invoice() -> None:
    offer = contract(
        type="per_conversation",
        price=1.0,
        platform_fee=10,
        free_units=[{"units": 20}],
        discounts=[{"share": 0.1}, {"amount": 30}],
        monthly_minimum=100,
        prepaid={"packs": [{"amount": 15, "price": 12}]},
    )
    (found,) = invoices(offer, {"conversations": [Decimal(100)]}, at_stated, CENTS)
    assert [(line.label, str(line.amount)) for line in found.lines] == [
        ("conversations", "80.00"),
        ("platform fee", "10.00"),
        ("discount", "-30.00"),
        ("discount 10 %", "-5.00"),
        ("monthly minimum, true-up", "45.00"),
        ("prepaid credits bought", "12.00"),
        ("paid by credits", "-15.00"),
    ]
    assert found.total == Decimal("97.00")


MODES = {"half_up": -3, "half_down": -2, "half_even": -2, "up": -3, "down": -2, "ceiling": -2, "floor": -3}


@pytest.mark.parametrize("mode", MODES)
def test_rounding_modes(mode: Any) -> None:
    assert Rounding(0, mode).of(Decimal("-2.5")) == MODES[mode]


def test_no_negative_zero() -> None:
    assert str(Rounding(2).of(Decimal("-0.001"))) == "0.00"


# Polar and Meteroid: by largest remainder, never more than a line holds.
@pytest.mark.parametrize(
    ("amount", "over", "expected"),
    [
        (1_500, [1_000, 1_000], [750, 750]),
        (2_500, [1_000, 1_000], [1_000, 1_000]),
        (1_000, [6_000, 4_000], [600, 400]),
        (100, [1, 1, 1], [1, 1, 1]),
        (1, [5, 5, 5], [1, 0, 0]),
        (5, [], []),
        (5, [0, 0], [0, 0]),
    ],
)
def test_amounts_are_spread_by_largest_remainder(amount: int, over: list[int], expected: list[int]) -> None:
    money = Money(Rounding(0))
    assert allocated(Decimal(amount), [Decimal(each) for each in over], money) == [Decimal(each) for each in expected]


@given(st.integers(0, 10**6), st.lists(st.integers(0, 10**5), min_size=1, max_size=8))
def test_shares_sum_to_the_amount_and_lie_within_a_unit(amount: int, over: list[int]) -> None:
    whole = sum(over)
    shares = allocated(Decimal(amount), [Decimal(each) for each in over], Money(Rounding(0)))
    assert sum(shares) == min(amount, whole)
    for share, each in zip(shares, over, strict=True):
        assert 0 <= share <= each
        assert whole == 0 or abs(share - Decimal(min(amount, whole)) * each / whole) < 1


def test_a_line_at_another_price_and_a_part_of_it() -> None:
    line = Line("use", Decimal(10), Decimal(5), Decimal(2))
    assert line.times(Decimal(3)) == Line("use", Decimal(30), Decimal(5), Decimal(6))
    assert line.part(Decimal("0.5")) == Line("use", Decimal(5), Decimal("2.5"), Decimal(2))

"""Money: rounding at ties, minor units, and amounts as people read them."""

from __future__ import annotations

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.money import CURRENCIES, Currency, Unit, currency, format_money, format_rate, round_money

USD, JPY, KWD, CHF = (currency(code) for code in ("USD", "JPY", "KWD", "CHF"))


# Published: Chargebee 47.34075, Polar 199.5 and Kill Bill 3.685 in minor units; java.math.RoundingMode HALF_UP.
@pytest.mark.parametrize(
    ("amount", "of", "expected"),
    [
        ("47.34075", USD, "47.34"),
        ("47.34075", JPY, "47"),
        ("199.5", JPY, "200"),
        ("3.685", USD, "3.69"),
        ("13.3333", USD, "13.33"),
        ("5.5", JPY, "6"),
        ("2.5", JPY, "3"),
        ("1.1", JPY, "1"),
        ("-2.5", JPY, "-3"),
        ("-2.4", JPY, "-2"),
        ("1.0005", KWD, "1.001"),
        ("0.004999", USD, "0.00"),
        ("-0.004", USD, "0.00"),
        ("12345678901234567890123456789.005", USD, "12345678901234567890123456789.01"),
    ],
)
def test_rounding_is_half_away_from_zero(amount: str, of: Currency, expected: str) -> None:
    assert str(round_money(Decimal(amount), of)) == expected


def test_rounding_takes_a_float_as_the_decimal_it_shows() -> None:
    assert round_money(1.005, USD) == Decimal("1.01")
    assert round_money(55 * 0.067, USD) == Decimal("3.69")
    assert round_money(2, KWD) == Decimal("2.000")


@pytest.mark.parametrize("amount", [math.nan, math.inf, -math.inf, Decimal("NaN")])
def test_rounding_refuses_what_is_not_finite(amount: float) -> None:
    with pytest.raises(ValueError, match="must be finite"):
        round_money(amount, USD)


@pytest.mark.parametrize(
    ("amount", "of", "unit", "digits", "expected"),
    [
        (394_200, USD, "K", None, "$394K"),
        (394_500, USD, "K", None, "$395K"),
        (-85_000, USD, "K", None, "-$85K"),
        (2_204_999, USD, "M", None, "$2.20M"),
        (2_205_000, USD, "M", None, "$2.21M"),
        (1_234_567.891, USD, "", None, "$1,234,567.89"),
        (1_234_567.891, USD, "", 0, "$1,234,568"),
        (1_234_567, JPY, "", None, "¥1,234,567"),
        (1.5, KWD, "", None, "KWD 1.500"),
        (-1.5, CHF, "", None, "-CHF 1.50"),
        (12_345_678, USD, "K", 1, "$12,345.7K"),
        (-0.001, USD, "", None, "$0.00"),
        (-400, USD, "K", None, "$0K"),
        (-0.0, USD, "", None, "$0.00"),
        (0, USD, "M", 0, "$0M"),
    ],
)
def test_amounts_read_as_people_write_them(
    amount: float, of: Currency, unit: Unit, digits: int | None, expected: str
) -> None:
    assert format_money(amount, of, unit, digits) == expected


@given(st.floats(-1e15, 1e15), st.sampled_from(list(CURRENCIES)), st.sampled_from(["", "K", "M"]))
def test_amounts_never_show_a_negative_zero(amount: float, code: str, unit: Unit) -> None:
    text = format_money(amount, currency(code), unit)
    assert text.startswith("-") == (amount < 0 and any(digit in text for digit in "123456789"))


@given(st.integers(-(10**15), 10**15), st.sampled_from(list(CURRENCIES)))
def test_rounding_moves_at_most_half_a_minor_unit(thousandths: int, code: str) -> None:
    amount, of = Decimal(thousandths) / 1000, currency(code)
    rounded = round_money(amount, of)
    assert abs(rounded - amount) * 2 <= Decimal(1).scaleb(-of.minor_units)
    assert round_money(rounded, of) == rounded


@pytest.mark.parametrize(
    ("rate", "of", "expected"),
    [
        (0.5, USD, "$0.50"),
        (0.99, USD, "$0.99"),
        (0.0035, USD, "$0.0035"),
        (1e-12, USD, "$0.000000000001"),
        (2, JPY, "¥2"),
        (0.75, JPY, "¥0.75"),
        (1234.5, USD, "$1,234.50"),
        (0.1 + 0.2, USD, "$0.30"),
        (Decimal("0.0000000000005"), USD, "$0.0000000000005"),
        (0, USD, "$0.00"),
    ],
)
def test_rates_are_shown_whole(rate: float, of: Currency, expected: str) -> None:
    assert format_rate(rate, of) == expected


@pytest.mark.parametrize(("code", "near"), [("usd", "USD"), ("EURO", "EUR"), ("USB", "USD")])
def test_unknown_currency_names_the_nearest(code: str, near: str) -> None:
    with pytest.raises(ValueError, match=f"unknown currency '{code}'; did you mean {near}") as caught:
        currency(code)
    assert "KWD" in str(caught.value)


def test_currencies_have_their_own_minor_units() -> None:
    units = {
        code: CURRENCIES[code].minor_units
        for code in ("USD", "EUR", "GBP", "JPY", "INR", "CHF", "AUD", "CAD", "BRL", "KWD")
    }
    assert units == {"USD": 2, "EUR": 2, "GBP": 2, "JPY": 0, "INR": 2, "CHF": 2, "AUD": 2, "CAD": 2, "BRL": 2, "KWD": 3}
    assert all(len(code) == 3 and code == each.code and each.symbol for code, each in CURRENCIES.items())

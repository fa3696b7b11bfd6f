"""Money: rounding at ties, minor units, and amounts as people read them."""

from __future__ import annotations

import math
import subprocess
import sys
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.money import Currency, Unit, currencies, currency, format_money, format_rate, round_money

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


@given(st.floats(-1e15, 1e15), st.sampled_from(list(currencies())), st.sampled_from(["", "K", "M"]))
def test_amounts_never_show_a_negative_zero(amount: float, code: str, unit: Unit) -> None:
    text = format_money(amount, currency(code), unit)
    assert text.startswith("-") == (amount < 0 and any(digit in text for digit in "123456789"))


@given(st.integers(-(10**15), 10**15), st.sampled_from(list(currencies())))
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


@pytest.mark.parametrize(
    ("written", "codes"),
    [
        ("EURO", "EUR"),
        ("euros", "EUR"),
        ("USB", "USD"),
        ("Yen", "JPY"),
        ("naira", "NGN"),
        ("rupee", "INR, LKR, MUR, NPR, PKR or SCR"),
    ],
)
def test_unknown_currency_names_those_that_may_be_meant(written: str, codes: str) -> None:
    with pytest.raises(ValueError, match=f"^unknown currency '{written}'; did you mean {codes}\\?$"):
        currency(written)


@pytest.mark.parametrize(
    ("written", "code"),
    [("eur", "EUR"), ("Eur", "EUR"), (" EUR ", "EUR"), ("€", "EUR"), ("₹", "INR"), ("CA$", "CAD"), ("R$", "BRL")],
)
def test_codes_of_any_case_and_signs_of_one_currency_are_read(written: str, code: str) -> None:
    assert currency(written).code == code


@pytest.mark.parametrize("sign", ["$", "£", "¥", "₩", "kr", "Kr"])
def test_a_sign_of_several_currencies_is_asked_back(sign: str) -> None:
    """A dollar is the money of some thirty countries and a pound that of ten: the sign alone says none of them."""
    with pytest.raises(ValueError, match=r"is the sign of several currencies; write the code, as [A-Z]{3}"):
        currency(sign)


@pytest.mark.parametrize("code", ["XAU", "XDR", "XTS", "XXX"])
def test_what_has_no_smallest_amount_is_no_currency_of_an_invoice(code: str) -> None:
    with pytest.raises(ValueError, match=f"nothing is invoiced in {code}"):
        currency(code)


def test_currencies_are_the_active_ones_of_iso_4217_with_their_minor_units() -> None:
    """Of the list of 2026-01-01: no minor unit, thousandths and ten-thousandths as the standard gives them.

    Bulgaria has the euro since that day (no BGN), Croatia since 2023 (no HRK); Curaçao has XCG since 2025 (no ANG).
    """
    units = {code: each.minor_units for code, each in currencies().items()}
    by_decimals = {
        decimals: " ".join(sorted(code for code in units if units[code] == decimals)) for decimals in (0, 3, 4)
    }
    assert by_decimals == {
        0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
        3: "BHD IQD JOD KWD LYD OMR TND",
        4: "CLF UYW",
    }
    for code in ("ARS", "COP", "PEN", "UYU", "DOP", "EGP", "KES", "MAD", "NGN", "BDT", "LKR", "PKR"):
        assert units[code] == 2, "of Latin America, Africa and South Asia, which a list by hand had left out"
    assert not units.keys() & {"BGN", "HRK", "ANG", "DEM", "SLL", "ZWL", "XAU", "XXX"}
    assert all(len(code) == 3 and code == each.code and each.symbol for code, each in currencies().items())


def test_a_symbol_is_that_of_one_currency() -> None:
    symbols = [each.symbol for each in currencies().values()]
    assert len(set(symbols)) == len(symbols)


def test_naming_no_currency_reads_no_list() -> None:
    """The list takes some ten milliseconds, which help and completion shall not wait for."""
    listing = "import sys; import simulator.money, simulator.cli, simulator.scenario; print('iso4217' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", listing], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"

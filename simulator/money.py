"""Money: currencies with their minor units as data, rounding once, and amounts as people read them.

Simulated amounts are floats; what is printed is rounded here and nowhere else, half away from zero. One currency a
scenario; tax is out of scope.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext
from types import MappingProxyType
from typing import Final, Literal

Unit = Literal["", "K", "M"]
_POWERS: Final[Mapping[str, int]] = MappingProxyType({"": 0, "K": 3, "M": 6})
_DIGITS: Final[Mapping[str, int]] = MappingProxyType({"K": 0, "M": 2})
_RATE_DECIMALS: Final = 12


@dataclass(frozen=True, slots=True)
class Currency:
    """A currency.

    Attributes:
        code: ISO 4217 code.
        symbol: what stands before an amount; a code used as symbol ends in a space.
        minor_units: decimals of the smallest amount that can be invoiced (ISO 4217).
    """

    code: str
    name: str
    symbol: str
    minor_units: int


_TABLE: Final = (
    ("AED", "UAE dirham", "AED ", 2),
    ("AUD", "Australian dollar", "A$", 2),
    ("BHD", "Bahraini dinar", "BHD ", 3),
    ("BRL", "Brazilian real", "R$", 2),
    ("CAD", "Canadian dollar", "CA$", 2),
    ("CHF", "Swiss franc", "CHF ", 2),
    ("CLP", "Chilean peso", "CLP ", 0),
    ("CNY", "Chinese yuan", "CN¥", 2),
    ("CZK", "Czech koruna", "CZK ", 2),
    ("DKK", "Danish krone", "DKK ", 2),
    ("EUR", "euro", "€", 2),
    ("GBP", "pound sterling", "£", 2),
    ("HKD", "Hong Kong dollar", "HK$", 2),
    ("HUF", "Hungarian forint", "HUF ", 2),
    ("IDR", "Indonesian rupiah", "IDR ", 2),
    ("ILS", "Israeli shekel", "₪", 2),
    ("INR", "Indian rupee", "₹", 2),
    ("ISK", "Icelandic krona", "ISK ", 0),
    ("JOD", "Jordanian dinar", "JOD ", 3),
    ("JPY", "Japanese yen", "¥", 0),
    ("KRW", "South Korean won", "₩", 0),
    ("KWD", "Kuwaiti dinar", "KWD ", 3),
    ("MXN", "Mexican peso", "MX$", 2),
    ("NOK", "Norwegian krone", "NOK ", 2),
    ("NZD", "New Zealand dollar", "NZ$", 2),
    ("OMR", "Omani rial", "OMR ", 3),
    ("PHP", "Philippine peso", "₱", 2),
    ("PLN", "Polish zloty", "PLN ", 2),
    ("RON", "Romanian leu", "RON ", 2),
    ("SAR", "Saudi riyal", "SAR ", 2),
    ("SEK", "Swedish krona", "SEK ", 2),
    ("SGD", "Singapore dollar", "S$", 2),
    ("THB", "Thai baht", "THB ", 2),
    ("TND", "Tunisian dinar", "TND ", 3),
    ("TRY", "Turkish lira", "TRY ", 2),
    ("TWD", "New Taiwan dollar", "NT$", 2),
    ("USD", "US dollar", "$", 2),
    ("VND", "Vietnamese dong", "₫", 0),
    ("ZAR", "South African rand", "ZAR ", 2),
)

CURRENCIES: Final[Mapping[str, Currency]] = MappingProxyType({row[0]: Currency(*row) for row in _TABLE})
"""Each known currency by its ISO 4217 code."""


def currency(code: str) -> Currency:
    """Return the currency of an ISO 4217 code.

    Raises:
        ValueError: for an unknown code, naming the nearest one.
    """
    found = CURRENCIES.get(code)
    if found is None:
        near = difflib.get_close_matches(code[:20].strip().upper(), CURRENCIES, n=1)
        hint = f"did you mean {near[0]}? " if near else ""
        raise ValueError(f"unknown currency {code[:20]!r}; {hint}known: {', '.join(CURRENCIES)}")
    return found


def round_money(amount: Decimal | int | float, of: Currency) -> Decimal:
    """Round an amount to the currency's minor unit, half away from zero; never gives a negative zero.

    A float is taken at the shortest decimal that names it, so that 1.005 is a tie and becomes 1.01.

    Raises:
        ValueError: if the amount is not finite.
    """
    return _rounded(_decimal(amount), of.minor_units)


def format_money(amount: Decimal | int | float, of: Currency, unit: Unit = "", digits: int | None = None) -> str:
    """Return an amount as people read it: sign, symbol, thousands, unit, as in -$1,234K.

    Args:
        unit: "" for whole amounts, "K" for thousands, "M" for millions.
        digits: decimals shown; without it the minor unit, 0 for K and 2 for M.

    Raises:
        ValueError: if the amount is not finite.
    """
    shown = _DIGITS.get(unit, of.minor_units) if digits is None else digits
    value = _rounded(_decimal(amount).scaleb(-_POWERS[unit]), shown)
    return _signed(value, f"{abs(value):,f}{unit}", of)


def format_rate(rate: Decimal | int | float, of: Currency) -> str:
    """Return a unit price with every decimal that it has, at least the minor unit: $0.50, $0.0035.

    Rates are never rounded, except that a float shows at most 12 decimals.

    Raises:
        ValueError: if the rate is not finite.
    """
    value = _decimal(rate)
    if isinstance(rate, float):
        value = _rounded(value, _RATE_DECIMALS)
    whole, _, decimals = f"{abs(value):,f}".partition(".")
    decimals = decimals.rstrip("0").ljust(of.minor_units, "0")
    return _signed(value, f"{whole}.{decimals}" if decimals else whole, of)


def _signed(value: Decimal, text: str, of: Currency) -> str:
    return f"{'-' if value < 0 else ''}{of.symbol}{text}"


def _decimal(amount: Decimal | int | float) -> Decimal:
    if not math.isfinite(amount):
        raise ValueError(f"an amount of money must be finite, not {amount}")
    return (
        amount if isinstance(amount, Decimal) else Decimal(repr(float(amount)) if isinstance(amount, float) else amount)
    )


def _rounded(value: Decimal, decimals: int) -> Decimal:
    with localcontext() as context:
        context.prec = max(28, value.adjusted() + decimals + 2)
        rounded = value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    return rounded.copy_abs() if rounded.is_zero() else rounded

"""Money: currencies with their minor units from ISO 4217, rounding once, and amounts as people read them.

Simulated amounts are floats; what is printed is rounded here and nowhere else, half away from zero. One currency a
scenario; tax is out of scope.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Mapping, Set
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext
from functools import cache
from types import MappingProxyType
from typing import Final, Literal, cast

Unit = Literal["", "K", "M", "B"]
_POWERS: Final[Mapping[str, int]] = MappingProxyType({"": 0, "K": 3, "M": 6, "B": 9})
_DIGITS: Final[Mapping[str, int]] = MappingProxyType({"K": 0, "M": 2, "B": 2})
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


_SYMBOLS: Final[Mapping[str, str]] = MappingProxyType({
    "AUD": "A$", "BRL": "R$", "CAD": "CA$", "CNY": "CN¥", "EUR": "€", "GBP": "£", "HKD": "HK$", "ILS": "₪", "INR": "₹",
    "JPY": "¥", "KRW": "₩", "MXN": "MX$", "NZD": "NZ$", "PHP": "₱", "SGD": "S$", "TWD": "NT$", "USD": "$", "VND": "₫",
})  # fmt: skip
"""How amounts of a currency are written here; all others are written with their code, for ISO 4217 has no signs."""
_SHARED_SIGNS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "$": "USD, CAD or AUD",
        "£": "GBP or EGP",
        "¥": "JPY or CNY",
        "₩": "KRW or KPW",
        "₨": "PKR or LKR",
        "kr": "SEK or NOK",
    }
)
"""Signs that several currencies have: as an input they could mean any of them."""
_LIKELY: Final = 0.6
_MOST_SUGGESTED: Final = 8


def currency(written: str) -> Currency:
    """Return the currency of an ISO 4217 code in letters of any case, or of a sign that only one currency has.

    Raises:
        ValueError: for what names no currency (with the nearest), a sign that several have, and a code without a
            smallest amount, as that of gold.
    """
    text, known = written.strip(), currencies()
    found = known.get(text.upper())
    if found is not None:
        return found
    if text.lower() in _SHARED_SIGNS:
        codes = _SHARED_SIGNS[text.lower()]
        raise ValueError(f"{text!r} is the sign of several currencies; write the code, as {codes}")
    signed = next((code for code, symbol in _SYMBOLS.items() if symbol == text), None)
    if signed is not None:
        return known[signed]
    name = _without_minor_units().get(text.upper())
    if name is not None:
        raise ValueError(f"nothing is invoiced in {text.upper()} ({name}): ISO 4217 gives it no smallest amount")
    near = _nearest(text[:40])
    hint = f"did you mean {near}?" if near else "write the code of three letters that ISO 4217 gives it, as USD"
    raise ValueError(f"unknown currency {written[:20]!r}; {hint}")


@cache
def currencies() -> Mapping[str, Currency]:
    """Return every active currency that can be invoiced, by its ISO 4217 code, with the list's minor units."""
    return MappingProxyType(
        {
            code: Currency(code, name, _SYMBOLS.get(code, f"{code} "), int(minor_units))
            for code, name, minor_units, _ in _list_of_iso()
            if minor_units.isdigit()
        }
    )


@cache
def _without_minor_units() -> Mapping[str, str]:
    return MappingProxyType({code: name for code, name, units, _ in _list_of_iso() if not units.isdigit()})


@cache
def _list_of_iso() -> tuple[tuple[str, str, str, int], ...]:
    """Return code, name, minor units and number of countries of each entry of the ISO 4217 list, by code.

    The list is that of the maintenance agency as the iso4217 package ships it. It is read on first use, because
    commands that name no currency need not wait for it.
    """
    from iso4217 import raw_table

    rows = [
        (str(code), str(entry["CcyNm"]), str(entry["CcyMnrUnts"]), len(cast(Set[str], entry["CtryNm"])))
        for code, entry in raw_table.items()
        if code  # a territory without a currency of its own has no code
    ]
    return tuple(sorted(rows))


def _nearest(text: str) -> str:
    """Return the codes that a text may mean: by the name or a word of it, then by likeness, widely used ones first."""
    word, rows = text.casefold().removesuffix("s"), [row for row in _list_of_iso() if row[2].isdigit()]
    for read in (lambda name: [name], str.split):
        by_name = sorted((-spread, code) for code, name, _, spread in rows if word in read(name.casefold()))
        if by_name:
            codes = [code for _, code in by_name][:_MOST_SUGGESTED]
            return " or ".join([*([", ".join(codes[:-1])] if len(codes) > 1 else []), codes[-1]])
    likeness, _, code = max(
        (difflib.SequenceMatcher(None, text.upper(), code).ratio(), spread, code) for code, _, _, spread in rows
    )
    return code if likeness >= _LIKELY else ""


def round_money(amount: Decimal | int | float, of: Currency) -> Decimal:
    """Round an amount to the currency's minor unit, half away from zero; never gives a negative zero.

    A float is taken at the shortest decimal that names it, so that 1.005 is a tie and becomes 1.01.

    Raises:
        ValueError: if the amount is not finite.
    """
    return round_decimals(amount, of.minor_units)


def round_decimals(amount: Decimal | int | float, decimals: int) -> Decimal:
    """Round a number of any finite size to decimals, half away from zero; never gives a negative zero.

    Args:
        decimals: below 0 for tens, hundreds and thousands.

    Raises:
        ValueError: if it is not finite.
    """
    return _rounded(_decimal(amount), decimals)


def format_money(amount: Decimal | int | float, of: Currency, unit: Unit = "", digits: int | None = None) -> str:
    """Return an amount as people read it: sign, symbol, thousands, unit, as in -$1,234K.

    Args:
        unit: "" for whole amounts, "K" for thousands, "M" for millions, "B" for billions.
        digits: decimals shown; without it the minor unit, 0 for K and 2 for M and B.

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
    finite = amount.is_finite() if isinstance(amount, Decimal) else math.isfinite(amount)
    if not finite:
        raise ValueError(f"an amount of money must be finite, not {amount}")
    return (
        amount if isinstance(amount, Decimal) else Decimal(repr(float(amount)) if isinstance(amount, float) else amount)
    )


def _rounded(value: Decimal, decimals: int) -> Decimal:
    with localcontext() as context:
        context.prec = max(28, value.adjusted() + decimals + 2)
        rounded = value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    return rounded.copy_abs() if rounded.is_zero() else rounded

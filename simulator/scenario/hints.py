"""What people type for numbers and text, and how TOML wants it written."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from typing import Final

_NUMBER: Final = r"[-+]?\d[\d_]*(?:\.\d+)?"
_PERCENT: Final = re.compile(rf"({_NUMBER})\s*%")
_THOUSANDS: Final = re.compile(r"([-+]?\d{1,3})((?:,\d{3})+)(\.\d+)?")
_DOTTED_THOUSANDS: Final = re.compile(r"([-+]?\d{1,3}(?:[._]\d{3})+),(\d+)")
_DECIMAL_COMMA: Final = re.compile(r"([-+]?\d[\d_]*),(\d+)")
_SUFFIX: Final = re.compile(rf"({_NUMBER})\s*([kKmM]|thousand|million|mio)")
_SIGN: Final = r"(?:[A-Z]{0,3}[$£¥₠-⃏]|[A-Z]{3})"
_MONEY: Final = re.compile(rf"{_SIGN}\s*(\S+)|(\S+?)\s*{_SIGN}")
_UNIT: Final = re.compile(rf"({_NUMBER})\s*([A-Za-z]{{1,10}})")
_BARE_POINT: Final = re.compile(r"([-+]?)\.(\d+)|([-+]?\d+)\.")
_LEADING_ZERO: Final = re.compile(r"([-+]?)0+(\d+(?:\.\d+)?)")
_PLAIN: Final = re.compile(rf"{_NUMBER}(?:[eE][-+]?\d+)?")
_SECONDS: Final = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), 1),
    **dict.fromkeys(("min", "mins", "minute", "minutes"), 60),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), 3_600),
    **dict.fromkeys(("d", "day", "days"), 86_400),
    **dict.fromkeys(("w", "week", "weeks"), 604_800),
    **dict.fromkeys(("month", "months"), 2_592_000),
    **dict.fromkeys(("year", "years"), 31_104_000),
}
"""Seconds in what people call a time; a month has 30 days here and a year 12 months."""
_TIME_KEYS: Final = (
    ("silence", "hours", 3_600), ("hours", "hours", 3_600), ("minutes", "minutes", 60), ("seconds", "seconds", 1),
    ("months", "months", 2_592_000),
)  # fmt: skip
"""Words in the names of keys that hold a time, its unit and the unit's seconds."""
ALSO_CALLED: Final = {
    **dict.fromkeys(
        (
            "fee",
            "monthly_fee",
            "fee_per_month",
            "base_fee",
            "fixed_fee",
            "license_fee",
            "subscription",
            "price_per_month",
        ),
        "platform_fee",
    ),
    **dict.fromkeys(("setup_fee", "set_up_fee", "setup_cost", "implementation_fee", "one_time_fee"), "one_time_fees"),
    **dict.fromkeys(("cap", "monthly_cap", "max_per_month", "monthly_maximum"), "maximum_per_month"),
    **dict.fromkeys(("hourly_cost", "hourly_rate", "cost_of_an_hour", "wage"), "cost_per_hour"),
    **dict.fromkeys(("unit_price", "price_per_unit", "price_per_resolution", "price_per_conversation"), "price"),
}
"""What people call a key whose own name is not near in spelling."""
_MULTIPLES: Final = {"k": 1_000, "thousand": 1_000, "m": 1_000_000, "million": 1_000_000, "mio": 1_000_000}


def read_number(text: str, depth: int = 0) -> tuple[str, str] | None:
    """Return a number as TOML writes it and a remark, or None if the text does not look like a number."""
    text = text.strip()
    if depth > 2 or len(text) > 60:
        return None
    if _PLAIN.fullmatch(text):
        return text, ""
    for pattern, read in _READERS:
        match = pattern.fullmatch(text)
        if match:
            return read(match)
    money = _MONEY.fullmatch(text)
    inner = read_number(money[1] or money[2], depth + 1) if money else None
    return (inner[0], "the currency is said once, in 'currency'") if inner else None


def read_for(key: str, text: str) -> tuple[str, str] | None:
    """Return what `read_number` does, a time in the unit of its key: 168 for "7 days" of a key in hours."""
    match = _UNIT.fullmatch(text.strip())
    seconds = _SECONDS.get(match[2].lower()) if match else None
    found = next(((unit, of_unit) for word, unit, of_unit in _TIME_KEYS if word in key), None)
    if match is None or seconds is None or found is None:
        return read_number(text)
    number = float(match[1].replace("_", "")) * seconds / found[1]
    return f"{number:.10g}", f"the key is in {found[0]}"


def _percent(match: re.Match[str]) -> tuple[str, str]:
    return f"{float(match[1].replace('_', '')) / 100:.10g}", "shares are written from 0 to 1"


def _thousands(match: re.Match[str]) -> tuple[str, str]:
    digits = match[1] + match[2].replace(",", "_") + (match[3] or "")
    if match[2].count(",") > 1 or match[3]:
        return digits, "thousands are separated with _"
    return digits, f"thousands are separated with _; if the comma was a decimal point, {match[0].replace(',', '.')}"


def _dotted_thousands(match: re.Match[str]) -> tuple[str, str]:
    return f"{match[1].replace('.', '_')}.{match[2]}", "decimals are written with a point, thousands with _"


def _decimal_comma(match: re.Match[str]) -> tuple[str, str]:
    return f"{match[1]}.{match[2]}", "decimals are written with a point"


def _suffix(match: re.Match[str]) -> tuple[str, str]:
    value = float(match[1].replace("_", "")) * _MULTIPLES[match[2].lower()]
    return f"{value:_.0f}" if value == int(value) else f"{value:g}", "numbers are written out"


def _unit(match: re.Match[str]) -> tuple[str, str]:
    return match[1], "the unit belongs to the key, not to the number"


def _bare_point(match: re.Match[str]) -> tuple[str, str]:
    written = f"{match[1]}0.{match[2]}" if match[2] else f"{match[3]}.0"
    return written, "a decimal point has digits on both sides"


def _leading_zero(match: re.Match[str]) -> tuple[str, str]:
    return f"{match[1]}{match[2]}", "numbers have no leading zeros"


_READERS: Final = (
    (_PERCENT, _percent), (_THOUSANDS, _thousands), (_DOTTED_THOUSANDS, _dotted_thousands),
    (_DECIMAL_COMMA, _decimal_comma), (_SUFFIX, _suffix), (_BARE_POINT, _bare_point),
    (_LEADING_ZERO, _leading_zero), (_UNIT, _unit),
)  # fmt: skip


def write_as(written: tuple[str, str]) -> str:
    """Return the help that goes with what `read_number` returned."""
    number, remark = written
    return f"write {number}; {remark}" if remark else f"write {number} without quotes"


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name most like the given one, or None if none is near."""
    names = list(known)
    if len(name) > 200:
        return None
    called = ALSO_CALLED.get(name.lower().replace("-", "_").replace(" ", "_"))
    if called in names:
        return called
    folded = {each.lower().replace("-", "_").replace(" ", "_"): each for each in names}
    found = difflib.get_close_matches(name.lower().replace("-", "_").replace(" ", "_"), list(folded), n=1, cutoff=0.6)
    return folded[found[0]] if found else None


def suggest(name: str, known: Iterable[str], what: str = "known", most: int = 12) -> str:
    """Return "did you mean ...?", or what is known, at most so many names."""
    names = list(known)
    near = nearest(name, names)
    if near is not None:
        return f"did you mean '{near}'?"
    rest = f" and {len(names) - most} more" if len(names) > most else ""
    return f"{what}: {', '.join(names[:most]) or 'none'}{rest}"

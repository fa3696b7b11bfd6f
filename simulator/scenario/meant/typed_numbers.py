"""What people type for numbers and text, and how TOML wants it written."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from simulator.scenario.meant.two_readings import _one_reading, both_readings, plainly

_NUMBER: Final = r"[-+]?\d[\d_]*(?:\.\d+)?"
_PERCENT: Final = re.compile(r"([-+]?\d[\d_.,]*)\s*%")
_THOUSANDS: Final = re.compile(r"([-+]?\d{1,3})((?:,\d{3})+)(\.\d+)?")
_DOTTED_THOUSANDS: Final = re.compile(r"([-+]?\d{1,3}(?:[._]\d{3})+),(\d+)")
_POINTS: Final = re.compile(r"([-+]?\d{1,3}(?:\.\d{3}){2,})")
GROUPED: Final = re.compile(r"[-+]?\d{1,3}(?:[ '’\u00a0\u2009\u202f]\d{3})+(?:[.,]\d+)?(?![\w.'])(?!,\d)")
"""Thousands apart by blanks or by apostrophes, as in French, Swedish or Swiss writing."""
_DECIMAL_COMMA: Final = re.compile(r"([-+]?\d[\d_]*),(\d+)")
_SUFFIX: Final = re.compile(r"([-+]?\d[\d_.,]*)\s*([kKmM]|thousand|million|mio|mn|tsd)\.?")
_SIGN: Final = r"(?:[A-Z]{0,3}[$£¥₠-⃏]|[A-Z]{3})"
_MONEY: Final = re.compile(rf"{_SIGN}\s*(\S+)|(\S+?)\s*{_SIGN}")
_UNIT: Final = re.compile(rf"({_NUMBER})\s*([A-Za-z]{{1,20}})")
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
_MULTIPLES: Final = {
    **dict.fromkeys(("k", "thousand", "tsd"), 1_000),
    **dict.fromkeys(("m", "million", "mio", "mn"), 1_000_000),
}


def read_number(text: str) -> tuple[str, str] | None:
    """Return a number as TOML writes it and a remark, or None if the text does not look like a number.

    What is returned has one reading: of 5.000 EUR it is 5_000, and the remark tells the other, 5.00.
    """
    found = _read(text)
    readings = both_readings(found[0]) if found else None
    if found is None or readings is None:
        return found
    remark = f"if the point was a decimal point, {_cents(readings[0])}"
    return readings[1], f"{found[1]}; {remark}" if found[1] else remark


def readings_of(text: str) -> tuple[str, str] | None:
    """Return what `both_readings` does for the number in a text, as that of "5.000 EUR"."""
    found = _read(text)
    return both_readings(found[0]) if found else None


def of_money(text: str) -> tuple[str, str] | None:
    """Return both readings of a number of money, the larger first: 20_000 and 20.00."""
    readings = both_readings(text)
    return (readings[1], _cents(readings[0])) if readings else None


def _cents(number: str) -> str:
    """Return a number with at least two decimals, as money is written."""
    whole, _, decimals = number.partition(".")
    return f"{whole}.{decimals:0<2}"


def _read(text: str, depth: int = 0) -> tuple[str, str] | None:
    """Return a number as it is written, which may have two readings, and a remark."""
    text = text.strip()
    if depth > 2 or len(text) > 60:
        return None
    if _PLAIN.fullmatch(text):
        return text, ""
    for pattern, read in _READERS:
        match = pattern.fullmatch(text)
        found = read(match) if match else None
        if found:
            return found
    money = _MONEY.fullmatch(text)
    inner = _read(money[1] or money[2], depth + 1) if money else None
    if inner is None:
        return None
    said = "the currency is said once, in 'currency'"
    return inner[0], f"{said}; {inner[1]}" if inner[1] else said


def read_for(key: str, text: str) -> tuple[str, str] | None:
    """Return what `read_number` does, a time in the unit of its key: 168 for "7 days" of a key in hours."""
    match = _UNIT.fullmatch(text.strip())
    seconds = _SECONDS.get(match[2].lower()) if match else None
    found = next(((unit, of_unit) for word, unit, of_unit in _TIME_KEYS if word in key), None)
    if match is None or seconds is None or found is None:
        return read_number(text)
    number = float(match[1].replace("_", "")) * seconds / found[1]
    return plainly(f"{number:.10g}"), f"the key is in {found[0]}"


def _percent(match: re.Match[str]) -> tuple[str, str] | None:
    number = _read(match[1], 1)
    return (plainly(f"{float(number[0]) / 100:.10g}"), "shares are written from 0 to 1") if number else None


def _thousands(match: re.Match[str]) -> tuple[str, str]:
    digits = match[1] + match[2].replace(",", "_") + (match[3] or "")
    if match[2].count(",") > 1 or match[3]:
        return digits, "thousands are separated with _"
    small = _one_reading(match[0].replace(",", "."))
    return digits, f"thousands are separated with _; if the comma was a decimal point, {small}"


def _points(match: re.Match[str]) -> tuple[str, str]:
    return match[1].replace(".", "_"), "thousands are separated with _"


def _grouped(match: re.Match[str]) -> tuple[str, str]:
    digits = re.sub(r"[ '’\u00a0\u2009\u202f]", "_", match[0]).replace(",", ".")
    return digits, "thousands are separated with _"


def _dotted_thousands(match: re.Match[str]) -> tuple[str, str]:
    whole = match[1].replace(".", "_")
    number = _one_reading(f"{whole}.{match[2]}") if len(match[2]) == 3 else f"{whole}.{match[2]}"
    return number, "decimals are written with a point, thousands with _"


def _decimal_comma(match: re.Match[str]) -> tuple[str, str]:
    return f"{match[1]}.{match[2]}", "decimals are written with a point"


def _suffix(match: re.Match[str]) -> tuple[str, str] | None:
    number = _read(match[1], 1)
    if number is None:
        return None
    value = float(number[0]) * _MULTIPLES[match[2].lower()]
    return f"{value:_.0f}" if value == int(value) else plainly(f"{value:g}"), "numbers are written out"


def _unit(match: re.Match[str]) -> tuple[str, str]:
    return match[1], "the unit belongs to the key, not to the number"


def _bare_point(match: re.Match[str]) -> tuple[str, str]:
    written = f"{match[1]}0.{match[2]}" if match[2] else f"{match[3]}.0"
    return written, "a decimal point has digits on both sides"


def _leading_zero(match: re.Match[str]) -> tuple[str, str]:
    return f"{match[1]}{match[2]}", "numbers have no leading zeros"


_READERS: Final[tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], tuple[str, str] | None]], ...]] = (
    (_PERCENT, _percent), (_THOUSANDS, _thousands), (_DOTTED_THOUSANDS, _dotted_thousands), (_POINTS, _points),
    (GROUPED, _grouped),
    (_DECIMAL_COMMA, _decimal_comma), (_SUFFIX, _suffix), (_BARE_POINT, _bare_point),
    (_LEADING_ZERO, _leading_zero), (_UNIT, _unit),
)  # fmt: skip


def write_as(written: tuple[str, str]) -> str:
    """Return the help that goes with what `read_number` returned."""
    number, remark = written
    return f"write {number}; {remark}" if remark else f"write {number} without quotes"

"""Numbers that two readers read differently: 22.000 is 22 for TOML and twenty-two thousand for half the world."""

from __future__ import annotations

import re
from typing import Any, Final

_TWO_READINGS: Final = re.compile(r"([-+]?)([1-9]\d{0,2})\.(\d{3})", re.ASCII)


def both_readings(text: str) -> tuple[str, str] | None:
    """Return how the two readings of a number with exactly three decimals are written, or None if it has one reading.

    22.000 is 22 or 22_000, and 22.125 is 22.1250 or 22_125: with another number of decimals it has one reading. So has
    0.125, as no thousands begin with 0, and 1_500.125, whose thousands are marked.
    """
    match = _TWO_READINGS.fullmatch(text.strip())
    if match is None:
        return None
    return _one_reading(match[0]), f"{match[1]}{match[2]}_{match[3]}"


def plainly(number: str) -> str:
    """Return a number as the program writes it into a scenario, so that it is not asked back: 22.1250 for 22.125."""
    return number if both_readings(number) is None else f"{number}0"


def _one_reading(number: str) -> str:
    """Return a number with decimals without the zeros at its end, and not with exactly three of them."""
    whole, _, decimals = number.partition(".")
    kept = decimals.rstrip("0")
    if not kept:
        return whole
    return f"{whole}.{kept}0" if len(kept) == 3 else f"{whole}.{kept}"


class Written(float):
    """A number that two readers read differently, with its text."""

    text: str = ""

    def __deepcopy__(self, memo: dict[int, Any]) -> Written:
        """Return the number itself, which does not change: a copy of thousands would take a second."""
        return self


def read_float(text: str) -> float:
    """Return the number of a text of TOML; with its text where a count so written must be asked back."""
    if both_readings(text) is None:
        return float(text)
    number = Written(text)
    number.text = text
    return number

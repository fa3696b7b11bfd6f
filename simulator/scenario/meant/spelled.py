"""Numbers, steps and tiers that somebody wrote in words of their own, as a scenario spells them."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from typing import Any, Final

from simulator.scenario.meant.two_readings import plainly
from simulator.scenario.meant.typed_numbers import read_number

UPPER: Final = (
    "up_to",
    "to",
    "until",
    "max",
    "maximum",
    "end",
    "limit",
    "upper",
    "threshold",
    "upto",
    "below",
    "through",
)
"""What people call the bound of a tier."""
LOWER: Final = ("from", "min", "minimum", "start", "lower", "above", "over", "after", "first")
"""What people call the unit with which a tier begins; it follows from the tier before."""
RATE: Final = ("rate", "price", "unit_price", "cost", "price_per_unit", "unit_cost", "per_unit")
"""What people call the price of a unit in a tier."""
_OPEN: Final = ("inf", "infinity", "unlimited", "null", "none", "", "+", "and_up", "max")


def figure(value: Any) -> str:
    """Return a number as TOML writes it, N for anything that is none or that no term of a contract has."""
    if isinstance(value, str):
        found = read_number(value)
        return figure(float(found[0])) if found else "N"
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1e15:
        return "N"
    return f"{value:_.0f}" if value == int(value) else plainly(f"{value:.10g}")


def month_of(value: Any) -> str:
    """Return the number of a month or the calendar month, as a contract names it."""
    if isinstance(value, datetime.date):
        return f'"{value:%Y-%m}"'
    found = re.match(r"\d{4}-\d{2}", value) if isinstance(value, str) else None
    return f'"{found[0]}"' if found else figure(value)


def share_of(number: str) -> str:
    """Return a share: 20 was meant as 20 %."""
    plain = float(number.replace("_", ""))
    return f"{plain / 100:.10g}" if 1 < plain <= 100 else number


def steps(value: Any) -> str:
    """Return steps that hold until the next one: of [0.4, 1] those from month 1 and from month 2, of 6 months one."""
    if _numbers(value):
        return ", ".join(f"{{ from_month = {place}, factor = {figure(each)} }}" for place, each in enumerate(value, 1))
    return f"{{ from_month = 1, factor = 0.4 }}, {{ from_month = {_months(value) + 1}, factor = 1 }}"


def price_steps(value: Any) -> str:
    """Return factors that hold between two months, which multiply where they overlap: so each has its end."""
    if _numbers(value):
        last = [f"{{ from_month = {place}, to_month = {place}, factor = {figure(each)} }}" for place, each in
                enumerate(value, 1) if figure(each) != "1"]  # fmt: skip
        return ", ".join(last)
    return f"{{ to_month = {_months(value)}, factor = 0.4 }}"


def _numbers(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(figure(each) != "N" for each in value)


def _months(value: Any) -> int:
    """Return in how many months something ramps up; three where nobody says."""
    number = figure(value)
    return int(float(number)) if number != "N" and 1 <= float(number) <= 60 else 3


def are_tiers(value: Any) -> bool:
    """Return whether a list stands for prices by tier, or a table has bounds for keys; not the table of a number."""
    return isinstance(value, list) or bool(_rows(value))


def tiers_of(value: Any) -> str:
    """Return how prices by tier are written, with the user's own bounds and prices where they can be read."""
    if _numbers(value):
        bounds = ", ".join(f"{{ up_to = {figure(each)}, rate = N }}" for each in value)
        return f"write tiers = [{bounds}, {{ rate = N }}]: N is the price of a unit in each tier, the last tier open"
    rows = _rows(value)
    if not rows:
        return (
            "write tiers = [{ up_to = 1_000, rate = 0.9 }, { rate = 0.8 }]: the last unit of each tier and the price of "
            "a unit in it, the last tier open"
        )
    last = len(rows) - 1
    written = [
        f"{{ rate = {rate} }}" if place == last else f"{{ up_to = {bound}, rate = {rate} }}"
        for place, (bound, rate) in enumerate(rows)
    ]
    return f"write tiers = [{', '.join(written)}]: the last unit of each tier and the price of a unit in it"


def _rows(value: Any) -> list[tuple[str, str]]:
    """Return the bound and the price of each tier, the bound of the last being nothing; empty if they cannot be read."""
    if isinstance(value, Mapping):
        rows = [(_bound(str(key)), figure(rate)) for key, rate in value.items()]
    elif isinstance(value, list) and all(isinstance(each, Mapping) for each in value):
        rows = [(_first(each, UPPER), _first(each, RATE)) for each in value]
    else:
        return []
    right = len(rows) > 1 and all(rate != "N" for _, rate in rows) and all(bound != "N" for bound, _ in rows[:-1])
    return rows if right else []


def _bound(key: str) -> str:
    """Return the upper end of what names a tier: of "0-1000" and of "1000" it is 1_000, of "1000+" there is none."""
    parts = [part for part in re.split(r"\s*(?:-|–|\.\.|to)\s*", key.strip()) if part]
    return figure(parts[-1]) if parts and parts[-1].lower() not in _OPEN else "N"


def _first(table: Mapping[str, Any], names: tuple[str, ...]) -> str:
    return next((figure(table[name]) for name in names if name in table), "N")

"""The calendar months of a horizon."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulator.scenario.schema import Scenario


def month_names(start: str, months: int) -> list[str]:
    """Return the names of some months in a row, as 2027-01, from the first."""
    year, month = map(int, start.split("-"))
    return [f"{year + (month - 1 + k) // 12:04d}-{(month - 1 + k) % 12 + 1:02d}" for k in range(months)]


def months_of(scenario: Scenario) -> list[str]:
    """Return the months of a scenario's horizon."""
    return month_names(scenario.start, scenario.months)

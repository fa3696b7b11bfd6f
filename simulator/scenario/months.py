"""The calendar months of a horizon."""

from __future__ import annotations

from simulator.scenario.schema import Scenario


def months_of(scenario: Scenario) -> list[str]:
    """Return the months of a scenario's horizon, as 2027-01."""
    year, month = map(int, scenario.start.split("-"))
    return [f"{year + (month - 1 + k) // 12:04d}-{(month - 1 + k) % 12 + 1:02d}" for k in range(scenario.months)]

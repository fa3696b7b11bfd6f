"""The calendar months and the fiscal years of a horizon."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.scenario.schema import Scenario


def month_names(start: str, months: int) -> list[str]:
    """Return the names of some months in a row, as 2027-01, from the first."""
    year, month = map(int, start.split("-"))
    return [f"{year + (month - 1 + k) // 12:04d}-{(month - 1 + k) % 12 + 1:02d}" for k in range(months)]


def months_of(scenario: Scenario) -> list[str]:
    """Return the months of a scenario's horizon."""
    return month_names(scenario.start, scenario.months)


@dataclass(frozen=True, slots=True)
class FiscalYear:
    """The part of a fiscal year that lies in the horizon.

    A fiscal year is named by the calendar year in which it ends: with a start in July, 2027-06 is in FY2027 and
    2027-07 in FY2028.

    Attributes:
        first: place of its first month in the horizon, from 0.
        months: how many of its months lie in the horizon, 12 for a whole one.
    """

    name: str
    first: int
    months: int

    @property
    def places(self) -> slice:
        """Its months as places in the horizon."""
        return slice(self.first, self.first + self.months)


def fiscal_years_of(scenario: Scenario) -> list[FiscalYear]:
    """Return the fiscal years that a scenario's horizon touches, in order."""
    start = scenario.fiscal_year_start
    year, month = map(int, scenario.start.split("-"))
    elapsed = (month - start) % 12
    ends_in = year + (1 if start > 1 and month >= start else 0)
    found: list[FiscalYear] = []
    first = 0
    while first < scenario.months:
        months = min(12 - elapsed, scenario.months - first)
        found.append(FiscalYear(f"FY{ends_in + len(found)}", first, months))
        first, elapsed = first + months, 0
    return found

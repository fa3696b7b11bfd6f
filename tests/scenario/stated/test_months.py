"""Calendar months and fiscal years of a horizon."""

from __future__ import annotations

from itertools import product

import pytest

from simulator.scenario.stated.months import FiscalYear, fiscal_years_of, months_of
from tests.synthetic import scenario


@pytest.mark.parametrize(
    ("start", "months", "first_month", "expected"),
    [
        ("2027-01", 12, 1, [("FY2027", 0, 12)]),
        ("2027-01", 12, 7, [("FY2027", 0, 6), ("FY2028", 6, 6)]),
        ("2027-06", 2, 7, [("FY2027", 0, 1), ("FY2028", 1, 1)]),
        ("2027-07", 36, 7, [("FY2028", 0, 12), ("FY2029", 12, 12), ("FY2030", 24, 12)]),
        ("2027-12", 1, 1, [("FY2027", 0, 1)]),
        ("2027-12", 2, 12, [("FY2028", 0, 2)]),
    ],
)
def test_fiscal_years_by_hand(start: str, months: int, first_month: int, expected: list[tuple[str, int, int]]) -> None:
    found = fiscal_years_of(scenario(start=start, months=months, fiscal_year_start=first_month))
    assert found == [FiscalYear(*each) for each in expected]


def test_fiscal_years_part_every_horizon_at_their_start_month() -> None:
    for month, months, first_month in product(range(1, 13), (1, 11, 12, 13, 25), range(1, 13)):
        of = scenario(start=f"2027-{month:02d}", months=months, fiscal_year_start=first_month)
        covered = [name for year in fiscal_years_of(of) for name in months_of(of)[year.places]]
        assert covered == months_of(of)
        for year in fiscal_years_of(of)[1:]:
            assert int(months_of(of)[year.first][5:]) == first_month
            ends = months_of(of)[year.first + year.months - 1]
            assert year.months < 12 or year.name == f"FY{ends[:4]}", "named by the year in which it ends"

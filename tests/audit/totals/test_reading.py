"""Totals read back: both formats, and every mistake with line, value and fix."""

from __future__ import annotations

import pytest

from simulator.audit.totals.reading import next_month, parse_totals
from simulator.errors import ScenarioError

HEAD = "month,tickets,handoffs,reopened\n"


def problems_of(text: str, file: str = "totals.csv") -> list[tuple[int | None, str]]:
    with pytest.raises(ScenarioError) as refused:
        parse_totals(text, file)
    return [(each.line, each.message) for each in refused.value.problems]


def test_csv_and_toml_read_alike() -> None:
    csv = parse_totals('month;tickets;handoffs\n2026-12;"1,200";300\n2027-01;1100;\n', "a/totals.csv")
    toml = parse_totals(
        '[claim]\nresolution_rate = 0.62\ndefinition = "verified_72h"\n'
        '[[months]]\nmonth = "2026-12"\ntickets = 1200\nhandoffs = 300\n'
        '[[months]]\nmonth = "2027-01"\ntickets = 1100\n',
        "totals.toml",
    )
    assert csv.months == toml.months == ("2026-12", "2027-01")
    assert csv.columns == toml.columns == {"tickets": (1200.0, 1100.0), "handoffs": (300.0, None)}
    assert csv.pairs("handoffs") == [(300.0, 1200.0)] and csv.file == "totals.csv"
    assert toml.claim is not None and (toml.claim.rate, toml.claim.definition) == (0.62, "verified_72h")
    assert next_month("2026-12") == "2027-01"


def test_every_mistake_is_told_with_its_line_and_value() -> None:
    rows = "2026-01,1000,1200,\n2026-03,-5,,\n2026-13,900,,\n2026-04,0,,x\n"
    found = problems_of(HEAD + rows)
    told = {(line, message.split(" is ")[0].split(",")[0]) for line, message in found}
    assert (2, "handoffs of 2026-01 are 1") in told
    assert any(line == 3 and "tickets of 2026-03 is '-5'" in message for line, message in found)
    assert any(line == 3 and "2026-03 does not follow 2026-01: 2026-02 does" in message for line, message in found)
    assert any(line == 4 and "'2026-13' is no month" in message for line, message in found)
    assert any(line == 5 and "tickets of 2026-04 must be above 0" in message for line, message in found)
    assert any(line == 5 and "reopened of 2026-04 is 'x'" in message for line, message in found)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("month,ticket\n2026-01,5\n", "unknown column 'ticket'"),
        ("month,handoffs\n2026-01,5\n", "no column counts what came in"),
        ("month,tickets,cases\n2026-01,5,5\n", "tickets and cases count the same customers"),
        (HEAD, "there is no month in it"),
        (HEAD + "2026-01,5,1,1,1\n", "5 cells under 4 columns"),
        (HEAD + '2026-01,"5\n', "this is no CSV"),
        (HEAD + "2026-01,=1+1,,\n", "tickets of 2026-01 is '=1+1'"),
        (HEAD + "2026-01,1e9,,\n", "tickets of 2026-01 is '1e9'"),
    ],
)
def test_wrong_files_are_refused(text: str, told: str) -> None:
    assert any(told in message for _, message in problems_of(text))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("months = 3\n", "months must be tables"),
        ("x = [\n", "this is no TOML"),
        ("[claim]\nresolution_rate = 62\n[[months]]\nmonth = '2026-01'\ncases = 5\n", "above 0 and below 1, not 62"),
        ("[[months]]\nmonth = '2026-01'\ncases = nan\n", "is no"),
        ("[[months]]\nmonth = '2026-01'\ncases = true\n", "is no"),
        ("year = 1\n[[months]]\nmonth = '2026-01'\ncases = 5\n", "unknown key 'year'"),
    ],
)
def test_wrong_toml_is_refused(text: str, told: str) -> None:
    found = problems_of(text, "totals.toml")
    assert any(told in message or "which is no number" in message for _, message in found)

"""Totals read back: both formats, and every mistake with line, value and fix."""

from __future__ import annotations

import pytest

from simulator.audit.totals.totals_file import next_month, parse_totals
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
        ("[[months]]\nmonth = '2026-01'\ncases = nan\n", "cases of 2026-01 is 'nan', which is no number"),
        ("[[months]]\nmonth = '2026-01'\ncases = true\n", "cases of 2026-01 is 'True', which is no number"),
        ("[[months]]\nmonth = '2026-01'\ncases = 5\npartial = 1.5\n", "partial is '1.5'"),
        ("year = 1\n[[months]]\nmonth = '2026-01'\ncases = 5\n", "unknown key 'year'"),
    ],
)
def test_wrong_toml_is_refused(text: str, told: str) -> None:
    assert any(told in message for _, message in problems_of(text, "totals.toml"))


MONTHS = ("2026-01,1000", "2026-02,1040", "2026-03,1010")


@pytest.mark.parametrize(
    ("place", "row", "line"), [(0, "2025-12,299", 2), (3, "2026-04,302", 5)], ids=["the first", "the last"]
)
def test_a_month_at_an_end_under_30_per_cent_is_refused_or_said_to_be_partial(place: int, row: str, line: int) -> None:
    """Control: one that is not under 30 % of its neighbour is read, on the number of either side."""
    rows = [*MONTHS[:place], row, *MONTHS[place:]]
    ((found, message),) = problems_of("month,cases\n" + "\n".join(rows))
    assert found == line and "under 30% of the 1," in message and "is the month whole?" in message
    more = [each.replace("299", "300").replace("302", "303") for each in rows]
    assert len(parse_totals("month,cases\n" + "\n".join(more), "t.csv").months) == 4
    said = parse_totals("month,cases,partial\n" + "\n".join(each + ",yes" * (each == row) for each in rows), "t.csv")
    assert said.months == ("2026-01", "2026-02", "2026-03") and said.partial == (row[:7],)
    assert said.volume == [1000, 1040, 1010]


def test_partial_months_between_others_and_all_months_are_refused() -> None:
    between = problems_of("month,cases,partial\n2026-01,9,\n2026-02,2,yes\n2026-03,9,\n")
    assert between == [(3, "2026-02 is partial between other months")]
    assert problems_of("month,cases,partial\n2026-01,9,yes\n")[0][1] == "all months are partial"
    toml = "[[months]]\nmonth = '2026-01'\ncases = 9\n[[months]]\nmonth = '2026-02'\ncases = 2\npartial = true\n"
    assert parse_totals(toml, "t.toml").partial == ("2026-02",)
    few = "month,cases\n2026-01,29\n2026-02,2\n"
    assert parse_totals(few, "t.csv").months == ("2026-01", "2026-02"), "few cases are no sign of an end"

"""A sheet read back: every spelling of an answer, and every mistake with its line."""

from __future__ import annotations

from decimal import Decimal

import pytest

from simulator.decisions.answers.sheet import parse_sheet
from simulator.decisions.worked_cases import WORKED_CASES
from simulator.errors import ScenarioError

HEAD = 'no.,case,units billed,"amount, USD",clause\n'


def problems_of(text: str) -> list[tuple[int | None, str]]:
    with pytest.raises(ScenarioError) as refused:
        parse_sheet(text, "sheet.csv")
    return [(each.line, each.message) for each in refused.value.problems]


def test_numbers_of_the_cases_never_change() -> None:
    numbers = {each.key: each.number for each in WORKED_CASES}
    assert len(set(numbers.values())) == len(WORKED_CASES)
    assert (numbers["confirmed"], numbers["back_after_30_h"], numbers["spam"]) == (1, 7, 22)


def test_every_spelling_of_an_answer_is_read() -> None:
    rows = "1,,Yes,,\n2,,no,,\n3,,2 units,1.98,\n4,,,0.99,2.1\n5,,,,\nback_soon,,1,,\n"
    found = {each.case.number: each for each in parse_sheet(HEAD + rows, "f").answers}
    assert {number: (each.least, each.most, each.amount) for number, each in found.items()} == {
        1: (1, None, None),
        2: (0, 0, None),
        3: (2, 2, Decimal("1.98")),
        4: (None, None, Decimal("0.99")),
        6: (1, 1, None),
    }
    assert {number: each.line for number, each in found.items()} == {1: 2, 2: 3, 3: 4, 4: 5, 6: 7}


def test_markdown_and_a_csv_with_semicolons_read_alike() -> None:
    markdown = (
        "## Sheet\n\n1. A question?\n\n| no. | case | units billed | amount, USD | clause |\n"
        "| --: | --- | --- | --- | --- |\n"
        "| 1 | thanks \\| bye | yes | 1,234.50 |  |\n"
    )
    (first,) = parse_sheet(markdown, "f").answers
    (second,) = parse_sheet("no.;case;units billed;amount;clause\n1;thanks;yes;USD 1,234.50;\n", "f").answers
    assert (first.least, first.amount, first.line) == (1, Decimal("1234.50"), 7)
    assert (second.least, second.amount) == (1, Decimal("1234.50"))


def test_all_mistakes_are_told_at_once_with_their_lines() -> None:
    found = problems_of(HEAD + '1,,maybe,,\n99,,yes,,\n2,,yes,"0,99",\n3,,yes,,\n3,,no,,\n')
    assert [line for line, _ in found] == [2, 3, 4, 6]
    assert "'maybe' is no answer" in found[0][1] and "'99' is the number of no case" in found[1][1]
    assert "'0,99' is no amount" in found[2][1] and "stands on line 5 already" in found[3][1]


def test_a_file_without_the_table_and_a_broken_csv_are_refused() -> None:
    assert "no table" in problems_of("hello\n")[0][1]
    assert problems_of(HEAD + '1,"unclosed\n')[0][1].startswith("this is no CSV")


@pytest.mark.parametrize("text", ["=1+1", "1e99", "NaN", "9" * 50, "__import__('os')", "-1"])
def test_hostile_cells_are_no_answers(text: str) -> None:
    assert "is no answer" in problems_of(f"{HEAD}1,,{text},,\n")[0][1]
    assert "is no amount" in problems_of(f"{HEAD}1,,,{text},\n")[0][1] or text == "9" * 50

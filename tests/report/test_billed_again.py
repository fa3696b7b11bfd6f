"""Billed again: a number wherever a case can be seen to have been billed before, and a reason in words elsewhere."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from simulator.decisions.billed_again import count_again
from simulator.report.answer.contracts import legend_of_units
from simulator.report.answer.contracts import units as units_table
from simulator.report.blocks.studies import Studies
from simulator.report.blocks.summary import summary
from simulator.report.questions import questions
from simulator.report.questions_text import answers
from simulator.report.summary.plain import as_json
from simulator.report.summary.summary import Summary
from simulator.report.summary.units import Units
from simulator.report.words.figures import count, figures
from simulator.report.workbook.answer_sheet import _below, _told_apart

from .test_not_solved import UNITS, priced

COUNTED = ("conversation", "resolution", "token", "seat", "case", "some_cases")
UNTOLD = {name: unit for name, unit in UNITS.items() if name != "some_cases"}


@cache
def told() -> dict[str, Any]:
    return summary(priced(), studies=Studies(again=count_again(priced().results)))


def units(name: str) -> Units:
    found: Units = next(each.units for each in told().contracts if each.name == name)
    return found


@pytest.mark.parametrize("name", COUNTED)
def test_units_of_which_it_can_be_told_have_numbers(name: str) -> None:
    found = units(name)
    assert found.billed_again_missing is found.billed_again_not_by is None
    assert (found.billed_again == 0) is (name in ("case", "some_cases"))
    assert found.billed_again < found.billed.mean and found.billed_again_error is not None


def test_money_is_units_at_the_price_of_one() -> None:
    """The price is $1 a conversation and a resolution."""
    for name in ("conversation", "resolution"):
        assert units(name).billed_again_amount == pytest.approx(units(name).billed_again)
        assert units(name).billed_again_amount_error == pytest.approx(units(name).billed_again_error)
    assert units("conversation").billed_again > units("resolution").billed_again


@pytest.mark.parametrize("name", UNTOLD)
def test_other_units_say_in_words_why_there_is_no_number(name: str) -> None:
    found = units(name)
    assert found.billed_again is found.billed_again_amount is found.billed_again_error is None
    assert found.billed_again_missing.startswith(f"not counted by {UNTOLD[name]}, because only of conversations")


def test_a_summary_without_a_sample_says_so() -> None:
    plain = summary(priced())
    assert plain.billed_again is None
    for block in plain.contracts:
        assert block.units.billed_again is None
        assert block.units.billed_again_missing.startswith("not counted")
    assert "again" not in legend_of_units(plain) and not [line for line in _below(plain) if "again" in line]


def test_a_sample_changes_no_other_number() -> None:
    def without(numbers: Summary) -> Any:
        plain = as_json(numbers)
        rows = [{**each, "units": {key: value for key, value in each["units"].items() if "again" not in key}}
                for each in plain["contracts"]]  # fmt: skip
        return {**plain, "contracts": rows, "billed_again": None}

    assert without(told()) == without(summary(priced()))


def amount_of(text: str) -> float:
    """Return the amount of a cell in dollars: "$1.25" or "$3K"."""
    return float(text.strip("$K").replace(",", "")) * (1e3 if text.endswith("K") else 1)


def test_page_and_workbook_show_it_and_say_once_why_not() -> None:
    rows = {row[0]: row for row in units_table(told()).rows}
    for block in told().contracts:
        row, sheet, found = rows[block.title], _told_apart(block, []), block.units
        if block.name in COUNTED:
            assert row[3] == count(found.billed_again)
            assert amount_of(row[4]) == pytest.approx(found.billed_again_amount, rel=0.01)
            assert sheet[3:5] == [found.billed_again, found.billed_again_amount]
        else:
            assert row[3:5] == ("not counted",) * 2 and sheet[3:5] == ["not counted"] * 2
    why = f"not counted by {', '.join(UNTOLD.values())}, because only of conversations"
    assert legend_of_units(told()).count(why) == 1 and [line.count(why) for line in _below(told())].count(1) == 1
    assert f"{told().billed_again.conversations:,} conversations drawn one by one" in legend_of_units(told())


def test_contracts_md_says_it_beside_billed_not_solved() -> None:
    """With the numbers of the summary, or with the same ones drawn anew."""
    given = questions(priced(), units={each.name: each.units for each in told().contracts})
    assert [each.units for each in given] == [each.units for each in questions(priced())]
    texts = {each.name: answers(each, "USD") for each in given}
    found = units("conversation")
    lost, again = (
        figures([each or 0.0], "USD")[0] for each in (found.billed_not_solved_amount, found.billed_again_amount)
    )
    assert (
        f"Billed, not solved: {count(found.billed_not_solved)} for {lost}. Billed again, on cases that were billed "
        f"before (returns, duplicates): {count(found.billed_again)} for {again}, at the average price of a unit."
    ) in texts["conversation"]
    assert "duplicates): not counted by session, because only" in texts["session"]

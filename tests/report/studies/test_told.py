"""An answer as text and as JSON: the answer first, again where the text is long, and nothing that moves a cursor."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from simulator.report.studies.told import AT_ANOTHER, SCREEN, Table, Told, as_block, as_text
from simulator.scenario import load_scenario

SCENARIO = load_scenario("scenarios/minimal.toml", ["trials=256"])


@dataclass(frozen=True, slots=True)
class Numbers:
    worth: float
    missing: float


def answer(rows: int, name: str = "Price") -> Told:
    table = Table(
        ("term", "worth\nat P90", "because"),
        tuple((f"{name} {row}", f"${row}K", "it is") for row in range(rows)),
        "What a term is worth",
        marked=0,
        texts=(2,),
        star="the best",
    )
    return Told("What is a term worth?", "Ask for the price first.", (table,), ("A note.",))


def test_a_short_text_has_the_answer_once_above_its_table() -> None:
    lines = as_text(answer(2), SCENARIO, 80).splitlines()
    assert lines[0] == f"Minimal, 12 months from 2027-01, 256 futures, seed {SCENARIO.seed}"
    assert " ".join(line.strip() for line in lines[1:3]) == AT_ANOTHER
    assert lines[4] == "Ask for the price first."
    assert [line.split() for line in lines[6:12]] == [
        ["What", "a", "term", "is", "worth"],
        ["worth"],
        ["at", "P90", "because"],
        ["*", "Price", "0", "$0K", "it", "is"],
        ["Price", "1", "$1K", "it", "is"],
        ["*", "the", "best"],
    ]
    assert lines[-1] == "A note."


def test_a_long_text_ends_with_the_answer() -> None:
    lines = as_text(answer(SCREEN), SCENARIO, 80).splitlines()
    assert len(lines) > SCREEN
    assert lines[4] == lines[-1] == "Ask for the price first."


def test_the_next_question_is_the_last_line() -> None:
    assert as_text(answer(2), SCENARIO, 80, "Next: simulate deal.").splitlines()[-2:] == ["", "Next: simulate deal."]


@pytest.mark.parametrize("width", [80, 120, 200])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    text = as_text(answer(3, "A very long name of a term that nobody can read at once " * 4), SCENARIO, width)
    assert max(map(len, text.splitlines())) <= width


def test_what_a_user_wrote_moves_no_cursor() -> None:
    assert "\x1b" not in as_text(answer(2, "\x1b[2J"), SCENARIO, 100)


def test_a_table_without_rows_is_left_out() -> None:
    told = Told("Why?", "Because.", (Table(("term", "worth"), ()),))
    assert as_text(told, SCENARIO, 80).splitlines()[4:] == ["Because."]


def test_json_has_the_question_the_answer_and_all_numbers_by_name() -> None:
    block = as_block(answer(2), Numbers(1.5, float("nan")), SCENARIO)
    assert block["answer"] == "Ask for the price first." and block["question"] == "What is a term worth?"
    assert (block["worth"], block["missing"]) == (1.5, None)
    assert (block["scenario"], block["currency"], block["months"], block["trials"]) == ("Minimal", "USD", 12, 256)

"""An answer as text and as JSON: the answer once and last, one screen of it or all, nothing that moves a cursor."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from simulator.report.studies.told import OFF_SAID, P90, SHORT_ROWS, MustRead, Table, Told, as_block, as_text
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


def test_the_whole_text_has_the_answer_once_below_its_tables_and_notes() -> None:
    lines = as_text(answer(2), SCENARIO, 80).splitlines()
    assert lines[0] == f"Minimal, 12 months from 2027-01, 256 futures, seed {SCENARIO.seed}"
    assert lines[1] == P90
    assert [line.split() for line in lines[3:9]] == [
        ["What", "a", "term", "is", "worth"],
        ["worth"],
        ["at", "P90", "because"],
        ["*", "Price", "0", "$0K", "it", "is"],
        ["Price", "1", "$1K", "it", "is"],
        ["*", "the", "best"],
    ]
    assert lines[-3:] == ["A note.", "", "Ask for the price first."]
    assert lines.count("Ask for the price first.") == 1


def test_the_hint_names_the_key_of_the_price() -> None:
    told = replace(answer(2), price_key="contracts.resolution.price")
    assert f"{P90} At another price: --set contracts.resolution.price=..." in as_text(told, SCENARIO, 100)


def short(told: Told, width: int = 100) -> list[str]:
    return as_text(told, SCENARIO, width, "Next: simulate deal.", short=True).splitlines()


def test_a_short_screen_has_the_first_table_what_must_be_read_and_the_answer_last() -> None:
    told = answer(10)
    several = replace(
        told,
        tables=(*told.tables, *told.tables, *told.tables),
        notes=("A note.", MustRead("Assumed."), "Another."),
        under=("Beside it.", MustRead("No fallback.")),
    )
    lines = short(several)
    assert sum("Price 9" in line for line in lines) == 1
    assert lines[-7:] == [
        "No fallback.", "Assumed.", "", "Ask for the price first.", "",
        "--all: 2 more tables and 3 notes.", "Next: simulate deal.",
    ]  # fmt: skip
    whole = as_text(several, SCENARIO, 100)
    assert all(each in whole for each in ("A note.", "Another.", "Beside it.")) and "--all" not in whole


def test_a_short_screen_has_two_tables_where_they_are_small_and_fit() -> None:
    told = answer(8)
    two = replace(told, tables=(*told.tables, *told.tables), notes=())
    assert sum("Price 7" in line for line in short(two)) == 2
    assert not any("--all" in line for line in short(two)), "nothing is left out"
    long = replace(two, answer=" ".join(["Ask for the price first."] * 60))
    assert sum("Price 7" in line for line in short(long)) == 1
    assert "--all: 1 more table." in short(long)


def test_a_long_table_is_cut_with_what_is_left() -> None:
    lines = short(answer(SHORT_ROWS + 5))
    assert any(line.strip() == "... 5 more: --all" for line in lines)
    assert sum("Price" in line for line in lines) == SHORT_ROWS


def test_a_half_of_an_interval_in_a_short_table_is_named_once() -> None:
    table = Table(("term", "worth"), (("Price", "$1K ±0.1"),))
    told = Told("Why?", "Because.", (table,), ("± is said at length.",))
    assert short(told).count(OFF_SAID) == 1
    assert OFF_SAID not in as_text(told, SCENARIO, 100)
    said = replace(told, notes=(MustRead("± is said here."),))
    assert OFF_SAID not in short(said)


def test_a_note_that_must_be_read_is_a_note_like_others_elsewhere() -> None:
    told = replace(answer(2), notes=(MustRead("Assumed."),))
    assert told.notes == ("Assumed.",) and as_text(told, SCENARIO, 100).count("Assumed.") == 1


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
    assert as_text(told, SCENARIO, 80).splitlines()[3:] == ["Because."]


def test_json_has_the_question_the_answer_and_all_numbers_by_name() -> None:
    block = as_block(answer(2), Numbers(1.5, float("nan")), SCENARIO)
    assert block["answer"] == "Ask for the price first." and block["question"] == "What is a term worth?"
    assert (block["worth"], block["missing"]) == (1.5, None)
    assert (block["scenario"], block["currency"], block["months"], block["trials"]) == ("Minimal", "USD", 12, 256)

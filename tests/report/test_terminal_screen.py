"""The first screen: how many lines and columns, which contracts, marks, and text that a user wrote."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any

import pytest

from simulator.forecast.forecast import forecast
from simulator.report.blocks.summary import summary
from simulator.report.summary.plain import as_json
from simulator.report.terminal.first_table import GOOD_NAME, scale_of, shown_names, table
from simulator.report.terminal.terminal_screen import MOST_LINES, first_screen, path_line
from simulator.report.terminal.uncertain_bars import uncertain_bars
from simulator.report.terminal.width import NARROWEST, PIPED, WIDEST, terminal_width
from simulator.report.words.ready_line import ready_line
from simulator.report.words.sentences import contract_of, interval_line, plain_label
from simulator.report.words.terminal_text import cut, cut_middle, in_lines, width_of
from tests.report.made import made
from tests.synthetic import results, scenario

FLAT: dict[str, Any] = {"type": "per_conversation", "price": 0.5}
WIDTHS = (80, 93, 100, 120, 150, 200)
HARD: dict[str, dict[str, Any]] = {
    "usual": {},
    "one": {"contracts": {"a": FLAT}},
    "fifteen": {
        "contracts": {
            f"c{k}": {"type": "per_conversation", "title": f"Contract {k} " + "w" * 60, "price": 0.5 * 10 ** (k % 4)}
            for k in range(15)
        }
    },
    "fees": {"months": 14, "contracts": {"a": {"type": "per_token", "platform_fee": 1e6, "term_months": 36}}},
    "yen": {"currency": "JPY"},
    "no today": {"today": None},
    "one future": {"trials": 1, "months": 1},
    "long today": {"today": {"title": "T" * 200}},
    "long title": {"title": "A deployment " * 15},
    "fiscal years": {"months": 14, "fiscal_year_start": 2, "budget": [5000, 9e8], "currency": "CHF"},
    "in force": {"today": {"contract": "verified"}},
    "in force, not offered": {"today": {"terms": {**FLAT, "title": "Old " + "w" * 70}}, "currency": "JPY"},
    "by cost": {"budget": {"amount": 5000, "of": "cost_to_serve"}},
    "wide letters": {"contracts": {"a": {**FLAT, "title": "契約" * 40}, "b": {**FLAT, "title": "עברית " * 13}}},
    "too close to call": {"contracts": {"a": FLAT, "b": FLAT}},
    "no recount": {"contracts": {"a": {"type": "per_resolution", "definition": "verified_72h", "price": 1.2}}},
    "budget": {"budget": 1700},
}


def numbers(*, scale: float = 1000.0, **changes: Any) -> Any:
    return made(as_json(summary(forecast(results(scenario(**changes), scale=scale)))))


def rows_of(told: Any, width: int = 200) -> list[str]:
    """The rows of the table of all contracts."""
    names = told["ranking"]
    return table(told, names, scale_of(told, names), width)[2:]


@pytest.mark.parametrize("scale", [0.0, 100.0, 60_000.0, 4e9])
@pytest.mark.parametrize("case", HARD)
def test_screen_fits_the_terminal_at_every_width(case: str, scale: float, tmp_path: Path) -> None:
    told = numbers(scale=scale, **HARD[case])
    for width in WIDTHS:
        lines = first_screen(told, tmp_path, width).splitlines()
        assert max(width_of(line) for line in lines if line != str(tmp_path)) <= width
        assert len(lines) <= MOST_LINES or len(in_lines(told["sentence"], width, indent=0)) > 8, case


@pytest.mark.parametrize("case", HARD)
def test_columns_stand_under_each_other_and_names_never_wrap(case: str) -> None:
    told = numbers(**HARD[case])
    for width in WIDTHS:
        rows = rows_of(told, width)
        assert len(rows) == len(told["contracts"]), "one line a contract"
        assert len({width_of(row) for row in rows}) == 1
        assert "…" not in "".join(rows) or max(width_of(each["label"]) for each in told["contracts"]) > GOOD_NAME


def test_answer_stands_first_and_last(tmp_path: Path) -> None:
    told = numbers(budget=1700)
    lines = first_screen(told, tmp_path, 100).splitlines()
    assert lines[0].startswith("Made-up deployment    3 months from 2027-11, 200 futures, seed 5, USD")
    assert lines[1].startswith("Not ready to sign: ") and lines[1] == in_lines(ready_line(told), 100)[0]
    assert " ".join(lines).endswith(f"{told['sentence']} {interval_line(told)}")


def test_recommended_next_and_rivals_are_always_shown() -> None:
    told = numbers(**HARD["fifteen"])
    rival = told["ranking"][9]
    told["verdict"]["rivals"] = [{"name": rival}]
    assert shown_names(told, 0) == [told["ranking"][0], told["ranking"][1], rival]
    assert shown_names(told, 2) == [*told["ranking"][:4], rival]
    assert shown_names(told, 11) == told["ranking"], "the last one takes the line that would say so"


def test_hidden_contracts_are_counted(tmp_path: Path) -> None:
    told = numbers(**HARD["fifteen"])
    lines = first_screen(told, tmp_path, 100).splitlines()
    (more,) = [line for line in lines if line.startswith("  ... ")]
    shown = sum("Contract" in line[:12] for line in lines)
    assert more == f"  ... {15 - shown} more: --all"


def test_table_by_hand() -> None:
    told = numbers(budget=5000)
    names = told["ranking"]
    heads = table(told, names, scale_of(told, names), 140)[:2]
    assert heads[0].split() == [
        "budget", "held", "cheaper", "price", "for", "the", "same", "we", "can", "with", "people's",
    ]  # fmt: skip
    assert heads[1].split() == [
        "price", "expected", "P90", "($5,000)", "in", "than", "*", "in", "mean", "P90", "recount", "work",
    ]  # fmt: skip
    best = contract_of(told, told["recommended"])
    (row,) = [line for line in rows_of(told, 140) if line.startswith("* ")]
    assert row.removeprefix(f"* {best['title']}").split() == [
        "$0.50", half_up(best["invoice"]["mean"]), half_up(best["invoice"]["p90"]), "100", "%", "-", "-", "-", "yes",
        half_up(best["cost_to_serve"]["mean"]),
    ]  # fmt: skip


def half_up(amount: float) -> str:
    return f"{math.floor(amount + 0.5):,}"


def test_columns_fall_away_by_importance() -> None:
    told = numbers(budget=5000, contracts={"a": {**FLAT, "title": "w" * 28}, "b": {**FLAT, "price": 0.6}})
    names = told["ranking"]
    heads = {width: " ".join(table(told, names, scale_of(told, names), width)[1].split()) for width in (80, 110)}
    assert "expected P90 ($5,000) in" in heads[80] and "recount" not in heads[80]
    assert "mean P90 recount" in heads[110]


@pytest.mark.parametrize(
    ("terms", "tie"),
    [
        ({"charges": [{"kind": "flat", "meter": "conversations", "rate": 2}]}, r"-75 %"),
        ({"charges": [{"kind": "flat", "meter": "conversations", "rate": 0.49}]}, r"\+2 %"),
        ({"charges": [{"kind": "flat", "meter": "cases", "rate": 2}], "platform_fee": 1e6}, "never"),
    ],
)
def test_ties_are_told_as_a_change_of_the_price(terms: dict[str, Any], tie: str) -> None:
    told = numbers(contracts={"a": FLAT, "b": {"type": "hybrid", "title": "Other", **terms}})
    best = told["recommended"]
    told["recommended"] = "a"
    (row,) = [line for line in rows_of(told) if line[2:].startswith("Other")]
    if best == "a":
        assert re.search(rf"  {tie}  ", row), row


def test_where_human_work_ranks_the_table_shows_it() -> None:
    told = numbers(budget={"amount": 5000, "of": "cost_to_serve"})
    ordered = [contract_of(told, name)["cost_to_serve"]["p90"] for name in told["ranking"]]
    rows = rows_of(told)
    assert all(half_up(p90) in row for p90, row in zip(ordered, rows, strict=True)) and ordered == sorted(ordered)


def test_one_unit_for_all_amounts_and_expected_told_from_p90() -> None:
    told = numbers(scale=14_000.0, contracts={"a": FLAT, "b": {**FLAT, "price": 0.9}})
    scale = scale_of(told, told["ranking"])
    invoice = contract_of(told, "a")["invoice"]
    cells = rows_of(told)[0].removeprefix("* Per conversation (a)").split()
    assert scale.heading == "$K"
    assert cells[1:3] == [f"{invoice['mean'] / 1000:.1f}", f"{invoice['p90'] / 1000:.1f}"]


def test_what_the_recommended_contract_binds_to_is_a_line(tmp_path: Path) -> None:
    bound = {**FLAT, "platform_fee": 15, "term_months": 36}
    told = numbers(contracts={"a": bound})
    line = "  * binds to: platform fee $15.00 a month, bound for 36 months: at least $540 whatever is used"
    assert line in first_screen(told, tmp_path, 100)
    assert "binds to" not in first_screen(numbers(contracts={"a": FLAT}), tmp_path, 100)


def test_budgets_of_fiscal_years_are_a_line(tmp_path: Path) -> None:
    told = numbers(months=14, budget=[5e3, 9e8], fiscal_year_start=11)
    text = " ".join(first_screen(told, tmp_path, 120).split())
    assert re.search(r"Budgets under \*: FY2028 \$5,000 held in \S+ % \(P90 \$\S+\); FY2029 \$900M in 100 %", text), (
        text
    )


def test_prices_that_nobody_offers_are_said_to_be_assumed() -> None:
    asked = [{"kind": "price", "text": ""}, {"kind": "clauses", "text": ""}, {"kind": "clauses", "text": ""}]
    told = numbers()
    told["verdict"] = {**told["verdict"], "questions": asked}
    assert ready_line(told) == "Not ready to sign: prices assumed, no offer named; what counts is not agreed."
    told["verdict"]["questions"] = []
    assert ready_line(told) == "Ready to sign: nothing is open. 3 other prices are assumed."
    told["terms"] = []
    assert ready_line(told) == "Ready to sign: nothing is open."


def test_bars_show_where_p90_lies() -> None:
    told = numbers(trials=1000)
    told["tornado"] = {"p90": 150.0, "bars": [
        {"name": "volume.per_month", "label": "volume [volume.per_month]", "at_low": 100.0, "at_high": 200.0,
         "visible": True},
        {"name": "x", "label": "solving", "at_low": 160.0, "at_high": 140.0, "visible": True},
        {"name": "y", "label": "hidden", "at_low": 150.0, "at_high": 150.0, "visible": False},
    ]}  # fmt: skip
    lines = uncertain_bars(told, scale_of(told, told["ranking"]), 80)
    assert len(lines) == 3 and lines[0] == "Uncertain most: P90 ($) where an input is lowest and highest; * is 150"
    first, second = (re.fullmatch(r"  (\w+) +(\d+) ( *\|[=*]*\| *) (\d+)  ?(.*)", line) for line in lines[1:])
    assert first is not None and second is not None, lines
    assert first.group(1, 2, 4, 5) == ("volume", "100", "200", "measured")
    assert second.group(2, 4) == ("140", "160"), "the lower amount stands at the left whichever end it is"
    assert first[3].index("*") == second[3].index("*")
    assert 4 < first[3].count("=") / second[3].count("=") < 9, "bars have one axis"
    assert plain_label("growth of prices; an index [contracts.a.growth]") == "growth of prices"


def test_no_bars_say_why() -> None:
    told, scale = numbers(trials=3), scale_of(numbers(), ["conversation"])
    assert "too few" in uncertain_bars(made({**told, "tornado": None}), scale, 80)[0]
    certain = made({**told, "most_of_the_spread": {"candidates": 0, "assumptions": []}})
    assert "no input is given as a range" in " ".join(uncertain_bars(certain, scale, 80))


def test_path_is_whole_and_names_other_files_where_there_is_room(tmp_path: Path) -> None:
    for name in ("report.html", "brief.pdf", "summary.xlsx", "summary.json", "trials.parquet"):
        (tmp_path / name).touch()
    path = f"{tmp_path.as_posix()}/report.html"
    assert path_line(tmp_path, 400) == f"{path}   (brief.pdf, summary.xlsx, 2 more)"
    assert path_line(tmp_path, len(path) + 24) == f"{path}   (brief.pdf, 3 more)"
    assert path_line(tmp_path, 10) == path
    (tmp_path / "report.html").unlink()
    assert path_line(tmp_path, 400).startswith(f"{tmp_path.as_posix()}/summary.json   (brief.pdf")


@pytest.mark.parametrize("letter", ["\x1b", "\n", "\r", "\t", "\x7f", "\x9b", "\u202e", "\u2028", "\u200b"])
def test_user_text_is_escaped_of_control_characters(letter: str, tmp_path: Path) -> None:
    contracts = {"a": {**FLAT, "title": f"C{letter}C"}}
    told = numbers(title=f"A{letter}B", today={"title": f"T{letter}T"}, contracts=contracts)
    shown = first_screen(told, tmp_path, 200)
    assert not any(f"{name}{letter}{end}" in shown for name, end in ("AB", "TT", "CC"))
    assert all(text in shown for text in ("A\ufffdB", "T\ufffdT", "C\ufffdC"))


def test_names_are_cut_in_the_middle() -> None:
    assert cut_middle("Per resolution, assumed 24 h", 20) == "Per resoluti…ed 24 h"
    assert cut_middle("short", 5) == "short" and width_of(cut_middle("契約" * 9, 11)) <= 11


def test_lines_are_broken_between_words_and_count_wide_letters() -> None:
    assert in_lines("one two three", 7) == ["one two", "  three"]
    assert in_lines("one two three", 7, 2) == ["one two", "  three"]
    assert in_lines("one two three", 7, indent=0) == ["one two", "three"]
    assert in_lines("one two three four", 7, 2) == ["one two", "  thre…"]
    assert in_lines("契約契約", 5) == ["契約", "  契", "  約"]
    assert in_lines("", 5) == [""]
    assert cut("契約契約", 6) == "契約…" and width_of("契約e\u0301") == 5


@pytest.mark.parametrize(
    ("columns", "width"), [("", PIPED), ("12", NARROWEST), ("130", 130), ("9999", WIDEST), ("-5", PIPED), ("x", PIPED)]
)
def test_width_is_what_columns_says_from_80_to_200(columns: str, width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    assert terminal_width() == width

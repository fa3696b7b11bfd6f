"""The first table and what stands around it: widths, order, marks, and text that a user wrote."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any

import pytest

from simulator.forecast.forecast import forecast
from simulator.report.blocks.summary import summary
from simulator.report.terminal import console
from simulator.report.terminal.console import below
from simulator.report.words.sentences import contract_of
from simulator.report.words.terminal_text import WIDTH, cut, in_lines, width_of
from tests.synthetic import CONTRACTS, results, scenario, without_units

FLAT: dict[str, Any] = {"type": "per_conversation", "price": 0.5}
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
}


def numbers(*, scale: float = 1000.0, **changes: Any) -> dict[str, Any]:
    return summary(forecast(results(scenario(**changes), scale=scale)))


HARD["fiscal years"] = {"months": 14, "fiscal_year_start": 2, "budget": [5000, 9e8], "currency": "CHF"}
HARD["in force"] = {"today": {"contract": "verified"}}
HARD["in force, not offered"] = {"today": {"terms": {**FLAT, "title": "Old " + "w" * 70}}, "currency": "JPY"}
HARD["by cost"] = {"budget": {"amount": 5000, "of": "cost_to_serve"}}
HARD["wide letters"] = {"contracts": {"a": {**FLAT, "title": "契約" * 40}, "b": {**FLAT, "title": "עברית " * 13}}}


@pytest.mark.parametrize("scale", [0.0, 100.0, 60_000.0, 4e9])
@pytest.mark.parametrize("case", HARD)
def test_table_fits_a_hundred_columns(case: str, scale: float) -> None:
    told = numbers(scale=scale, **HARD[case])
    lines = [*console.heading(told, "scenarios/x.toml").splitlines(), *console.table(told).splitlines()]
    assert max(map(width_of, lines)) <= WIDTH
    ends = [line for line in lines[5:] if line.endswith((" yes", "  no"))]
    assert len(ends) == len(told["contracts"]), "one row a contract"
    assert len({width_of(line) for line in ends}) == 1, "columns stand under each other"


def half_up(amount: float) -> str:
    return f"{math.floor(amount + 0.5):,}"


def rows_of(told: dict[str, Any]) -> list[str]:
    """The rows of the table, headings and second lines of names left out."""
    lines = console.table(told).splitlines()
    start = next(place for place, line in enumerate(lines) if line.startswith("* "))
    stop = next(place for place, line in enumerate(lines) if place > start and line.startswith("* "))
    return [line for line in lines[start:stop] if line[2] != " "]


def test_table_by_hand() -> None:
    told = numbers()
    lines = console.table(told).splitlines()
    assert lines[1].split() == ["human", "solved", "not", "solved", "at", "cheaper", "can"]
    assert lines[2].split() == [
        "3", "months,", "$", "expected", "P90", "work", "case", "units", "$", "price", "mean", "than", "*", "count",
    ]  # fmt: skip
    best = told["contracts"][1]
    assert lines[3].startswith("* Per conversation ")
    cells = lines[3].removeprefix("* Per conversation").split()
    assert cells == [
        half_up(best["invoice"]["mean"]),
        half_up(best["invoice"]["p90"]),
        half_up(best["cost_to_serve"]["mean"]),
        f"${best['cost_per_solved_case']['mean']:.2f}",
        half_up(best["units"]["billed_not_solved"]),
        half_up(best["units"]["billed_not_solved_amount"]),
        "$0.50",
        "-",
        "-",
        "yes",
    ]
    today = next(line for line in lines if line.startswith("  Today"))
    cost = told["status_quo"]
    assert today.split()[-2:] == [
        half_up(cost["cost"]["mean"]), f"${cost['cost_per_solved_case']['mean']:.2f}",
    ]  # fmt: skip


def test_lines_below_the_table_by_hand() -> None:
    told = numbers(trials=1000, fiscal_year_start=11)
    assert below(told)[0].startswith("* recommended: lowest P90 of the invoice. Human work: expected $")
    assert " ".join(below(told)).endswith(
        "Most of the spread: volume per month (measured), demand from month to month (published)."
    )
    kept = "* recommended: lowest expected invoice of those that keep the budget of $5,000 in nine of ten"
    assert below(numbers(budget=5000))[0].startswith(kept)
    whole = "* recommended: highest chance to keep the budget of $9,000 for invoice and human work, as none"
    assert below(numbers(budget={"amount": 9000, "of": "cost_to_serve"}))[0].startswith(whole)
    none = "* recommended: lowest expected invoice and human work, as none keeps the budget of $5,000 for"
    assert below(numbers(budget={"amount": 5000, "of": "cost_to_serve"}))[0].startswith(none)
    same = below(numbers(contracts={"a": FLAT, "b": FLAT}))[0]
    assert same.startswith("* too close to call by the rule (lowest P90 of the invoice); named first. Human")
    assert below(numbers(contracts={"a": FLAT}))[0].startswith("* the only contract given. Human")


def test_table_shows_p90_with_human_work_where_it_ranks() -> None:
    told = numbers(budget={"amount": 5000, "of": "cost_to_serve"})
    heads = console.table(told).splitlines()[2].split()
    assert heads[6:8] == ["mean", "P90"], heads
    shown = [row.split(" %")[1].split()[1] for row in rows_of(told)[:-1]]
    ordered = [contract_of(told, name)["cost_to_serve"]["p90"] for name in told["ranking"]]
    assert shown == [half_up(p90) for p90 in ordered] and ordered == sorted(ordered)
    assert half_up(told["status_quo"]["cost"]["p90"]) in rows_of(told)[-1]


@pytest.mark.parametrize(
    ("terms", "price", "tie"),
    [
        ({"charges": [{"kind": "flat", "meter": "conversations", "rate": 2}]}, "$2.00", r"\$0\.50"),
        (
            {"charges": [{"kind": "flat", "meter": m, "rate": 2} for m in ("conversations", "cases")]},
            "mixed",
            r"x0\.1.*",
        ),
        ({"charges": [{"kind": "included", "meter": "cases", "included": 1, "overage_rate": 3}]}, "mixed", r"x0\.1.*"),
        ({"charges": [{"kind": "flat", "meter": "cases", "rate": 2}], "platform_fee": 1e6}, "$2.00", "never"),
    ],
)
def test_table_price_only_of_a_contract_that_has_one(terms: dict[str, Any], price: str, tie: str) -> None:
    told = numbers(contracts={"a": FLAT, "b": {"type": "hybrid", "title": "Other", **terms}})
    (row,) = [line for line in rows_of(told) if line.startswith("  Other")]
    assert row.split()[-5] == price
    assert re.fullmatch(tie, row.split()[-4])


def test_table_is_in_the_order_of_the_verdict() -> None:
    told = numbers()
    titles = {block["name"]: block["title"] for block in told["contracts"]}
    rows = rows_of(told)
    assert len(rows) == len(titles) + 1
    assert all(row[2:].startswith(titles[name][:14]) for row, name in zip(rows, told["ranking"], strict=False))
    assert [row.startswith("* ") for row in rows] == [True, False, False, False, False]


def test_table_long_name_takes_three_lines_and_no_more() -> None:
    owed = {"platform_fee": 1_000, "term_months": 36}  # two columns more, for what is owed if stopped
    told = numbers(contracts={"a": {**FLAT, **owed, "title": "word " * 15 + "end"}, "b": FLAT}, months=12)
    lines = console.table(told).splitlines()
    (start,) = [place for place, line in enumerate(lines) if "word" in line and line.endswith("yes")]
    assert [line.startswith("    word") for line in lines[start + 1 : start + 4]] == [True, True, False]
    assert lines[start + 2].endswith("…")


def test_owed_if_stopped_is_a_column_only_where_somebody_owes_it() -> None:
    """1,000 a month for 12 months: after month 6 six are owed, 6,000, and after month 12 nothing."""
    fee = {**FLAT, "title": "Fee", "platform_fee": 1_000, "term_months": 12}
    told = numbers(contracts={"a": fee, "b": FLAT}, months=12)
    assert told["contracts"][0]["owed_if_stopped"] == {"6": 6_000, "12": 0}
    lines = console.table(told).splitlines()
    assert "M6" in lines[2].split() and "M12" not in lines[2].split() and "stopped" in lines[1]
    (row,) = [line for line in lines if line.startswith("  Fee")]
    assert row.split()[-2] == {"$": "6,000", "$K": "6.00"}[lines[2].split("months, ")[1].split()[0]]
    assert "Expected, P90 and owed: the vendor's invoice; per solved case: with human work; M6: month 6." in " ".join(
        lines
    )
    none = console.table(numbers(months=12))
    assert "stopped" not in none and "M6" not in none and "Expected and P90: the vendor's invoice" in none


def test_table_spread_with_too_few_futures_says_so() -> None:
    told = numbers(trials=3)
    assert console.spread_line({**told, "most_of_the_spread": {"candidates": 2, "assumptions": []}}).endswith(
        "3 futures are too few to tell."
    )
    line = console.spread_line({**told, "most_of_the_spread": {"candidates": 0, "assumptions": []}})
    assert "chance alone" in line and "P90 is near the expected" in line and "{ p5 = 0.2, p95 = 0.4 }" in line


@pytest.mark.parametrize("letter", ["\x1b", "\n", "\r", "\t", "\x7f", "\x9b", "\u202e", "\u2028", "\u200b"])
def test_user_text_is_escaped_of_control_characters(letter: str) -> None:
    told = numbers(title=f"A{letter}B", today={"title": f"T{letter}T"})
    shown = console.heading(told, f"x{letter}.toml") + console.table(told) + console.answer(told)
    assert f"A{letter}B" not in shown and f"T{letter}T" not in shown
    assert "A\ufffdB" in shown


def test_user_text_is_no_markup() -> None:
    told = numbers(title="[bold]A[/bold]")
    assert "[bold]A[/bold]" in console.heading(told, "x.toml")


def test_answer_is_the_whole_sentence_what_is_open_and_how_well_p90_is_known() -> None:
    told = numbers(budget=5000)
    first, *rest, last = console.answer(told).splitlines()
    assert first == told["sentence"] and last.startswith("P90, which nine in ten simulated futures do not exceed, lies")
    assert " ".join(line.strip() for line in rest) == told["verdict"]["before_signing"]
    assert all(len(line) <= WIDTH for line in rest)


def test_notes_say_when_futures_are_few() -> None:
    assert "Note: 200 futures are few" in console.table(numbers())
    assert "futures are few" not in console.table({**numbers(), "notes": []})


def test_written_names_the_files_that_are_there(tmp_path: Path) -> None:
    for name, _ in console.FILES:
        (tmp_path / name).mkdir() if name.endswith("/") else (tmp_path / name).touch()
    told = console.written(tmp_path)
    assert [line.split()[0] for line in told.splitlines()[1:]] == [name for name, _ in console.FILES]
    (tmp_path / "summary.xlsx").unlink()
    assert "summary.xlsx" not in console.written(tmp_path)
    assert all(len(line) <= 100 for line in told.splitlines()[1:])


def test_lines_are_broken_between_words_and_count_wide_letters() -> None:
    assert in_lines("one two three", 7) == ["one two", "  three"]
    assert in_lines("one two three", 7, 2) == ["one two", "  three"]
    assert in_lines("one two three four", 7, 2) == ["one two", "  thre…"]
    assert in_lines("契約契約", 5) == ["契約", "  契", "  約"]
    assert in_lines("", 5) == [""]
    assert cut("契約契約", 6) == "契約…" and width_of("契約e\u0301") == 5


def test_table_tells_expected_from_p90_where_thousands_would_not() -> None:
    told = numbers(scale=14_000.0, contracts={"a": FLAT, "b": {**FLAT, "price": 0.9}})
    assert console.table(told).splitlines()[2].split()[2] == "$K"
    cells = rows_of(told)[0].removeprefix("* Per conversation (a)").split()
    invoice = contract_of(told, "a")["invoice"]
    assert cells[:2] == [f"{invoice['mean'] / 1000:.1f}", f"{invoice['p90'] / 1000:.1f}"]


def test_table_leaves_out_what_is_owed_before_it_leaves_its_unit() -> None:
    terms = {**FLAT, "title": "w" * 30, "platform_fee": 1_500, "term_months": 36}
    contracts = {"a": {**terms, "price": 0.4}, "b": {**terms, "price": 1.6}}
    dear = {"people": {"cost_per_hour": 1_700}, "months": 14, "currency": "CHF"}
    free = numbers(scale=200_000.0, contracts=contracts, **dear)
    tight = numbers(scale=200_000.0, contracts=contracts, **dear, budget={"amount": 1e5, "of": "cost_to_serve"})
    shown = {}
    for told in (free, tight):
        heads, row = console.table(told).splitlines()[2].split(), rows_of(told)[0].split()
        assert heads[2] == "CHFM", "one unit in both"
        shown[told["ranked_by"]] = row[2:4]
    assert [len(cell.partition(".")[2]) for cell in shown["invoice"]] == [2, 2]
    assert [len(cell.partition(".")[2]) for cell in shown["cost_to_serve"]] == [2, 2]
    heads = [console.table(told).splitlines()[2] for told in (free, tight)]
    assert not any("M12" in head for head in heads), "what is owed gives its room"
    assert "M12" in console.table(numbers(months=14, contracts=contracts)).splitlines()[2], (
        "where there is room it stays"
    )


def test_mark_says_that_there_is_no_answer_where_nothing_is_billed() -> None:
    run = results(scenario({"a": CONTRACTS["resolution"]}))
    told = summary(forecast(without_units(run, "assumed_24h")))
    assert below(told)[0].startswith("* no answer: no unit is billed in any future. Human")

"""The first table and what stands around it: widths, order, marks, and text that a user wrote."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from simulator.forecast import forecast
from simulator.report import console
from simulator.report.summary import summary
from tests.synthetic import results, scenario

HARD: dict[str, dict[str, Any]] = {
    "usual": {},
    "one": {"contracts": {"a": {"type": "per_conversation", "price": 0.5}}},
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


@pytest.mark.parametrize("scale", [0.0, 100.0, 60_000.0, 4e9])
@pytest.mark.parametrize("case", HARD)
def test_table_fits_a_hundred_columns(case: str, scale: float) -> None:
    told = numbers(scale=scale, **HARD[case])
    lines = [*console.heading(told, "scenarios/x.toml").splitlines(), *console.table(told).splitlines()]
    assert max(map(len, lines)) <= console.WIDTH
    rows = [line for line in lines if line.startswith(("Per", "Contract"))]
    assert len(rows) == len(told["contracts"])


def half_up(amount: float) -> str:
    return f"{math.floor(amount + 0.5):,}"


def test_table_by_hand() -> None:
    told = numbers()
    lines = console.table(told).splitlines()
    assert lines[2].split() == [
        "3",
        "months,",
        "$",
        "expected",
        "(P90)",
        "work",
        "case",
        "solved",
        "price",
        "at",
        "6/12",
        "count",
    ]
    best = told["contracts"][1]
    assert lines[3].startswith("Per conversation")
    cells = lines[3].split("*")[1].split()
    assert cells == [
        half_up(best["invoice"]["mean"]),
        half_up(best["invoice"]["p90"]),
        half_up(best["cost_to_serve"]["mean"]),
        f"${best['cost_per_solved_case']['mean']:.2f}",
        half_up(best["units"]["billed_not_solved"]),
        half_up(best["units"]["billed_not_solved_amount"]),
        "$0.50",
        "-/-",
        "yes",
    ]  # fmt: skip
    assert lines[7].startswith("Today (people only)")
    assert lines[8].startswith("* recommended: lowest P90. Human work: $")
    assert lines[9].startswith(
        "Most of the spread: volume.per_month (measured), demand from month to month (published)"
    )


def test_table_is_in_the_order_of_p90() -> None:
    told = numbers()
    titles = {block["name"]: block["title"] for block in told["contracts"]}
    rows = console.table(told).splitlines()[3 : 3 + len(titles)]
    assert all(row.startswith(titles[name][:12]) for row, name in zip(rows, told["ranking"], strict=True))
    assert [("*" in row) for row in rows] == [True, False, False, False]


def test_table_spread_with_too_few_futures_says_so() -> None:
    told = numbers(trials=3)
    assert console.spread_line({**told, "most_of_the_spread": {"candidates": 2, "assumptions": []}}).endswith(
        "3 futures are too few to tell."
    )
    assert "chance alone" in console.spread_line({**told, "most_of_the_spread": {"candidates": 0, "assumptions": []}})


@pytest.mark.parametrize("letter", ["\x1b", "\n", "\r", "\t", "\x7f", "\x9b", "\u202e", "\u2028", "\u200b"])
def test_user_text_is_escaped_of_control_characters(letter: str) -> None:
    told = numbers(title=f"A{letter}B", today={"title": f"T{letter}T"})
    shown = console.heading(told, f"x{letter}.toml") + console.table(told) + console.answer(told)
    assert f"A{letter}B" not in shown and f"T{letter}T" not in shown
    assert "A\ufffdB" in shown


def test_user_text_is_no_markup() -> None:
    told = numbers(title="[bold]A[/bold]")
    assert "[bold]A[/bold]" in console.heading(told, "x.toml")


def test_answer_is_two_lines_and_the_sentence_is_whole() -> None:
    told = numbers(budget=5000)
    first, second = console.answer(told).splitlines()
    assert first == told["sentence"] and second.startswith("P90 lies")


def test_notes_say_when_futures_are_few() -> None:
    assert "Note: 200 futures are few" in console.table(numbers())
    assert "few" not in console.table({**numbers(), "notes": []})


def test_written_names_every_file() -> None:
    told = console.written(Path("outputs/x/2026-11-23-3f9a12c"))
    assert all(name in told for name in ("summary.json", "trials.parquet", "manifest.json", "charts/"))

"""What `--all` prints: every contract, every line, every file; and the answer by itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from simulator.forecast.forecast import forecast
from simulator.report.blocks.summary import summary
from simulator.report.terminal import console
from simulator.report.terminal.first_table import beside_table, scale_of
from simulator.report.words.sentences import contract_of
from simulator.report.words.terminal_text import width_of
from tests.report.made import made
from tests.report.test_terminal_screen import FLAT, HARD, numbers
from tests.synthetic import CONTRACTS, results, scenario, without_units


def below(told: Any) -> str:
    """The lines below the tables as one text."""
    return " ".join(line.strip() for line in console.below(told, 100))


@pytest.mark.parametrize("case", HARD)
def test_everything_fits_the_terminal(case: str, tmp_path: Path) -> None:
    told = numbers(**HARD[case])
    for width in (80, 100, 200):
        lines = console.everything(told, "scenarios/x.toml", tmp_path, width).splitlines()
        assert max(width_of(line) for line in lines if str(tmp_path) not in line) <= width
    marked = [line for line in lines if line.startswith("* ") and line.endswith(("yes", "no"))]
    assert len([line for line in lines if line.startswith("* ")]) >= 2 and len(marked) <= 1


def test_everything_has_every_contract_in_the_order_of_the_verdict(tmp_path: Path) -> None:
    told = numbers()
    lines = console.everything(told, "x.toml", tmp_path, 200).splitlines()
    titles = [contract_of(told, name)["title"] for name in told["ranking"]]
    rows = [line[2:] for line in lines if line[2:].startswith(tuple(titles))]
    assert [next(title for title in titles if row.startswith(title)) for row in rows] == titles * 2
    assert lines[1] == "x.toml, about 998 cases a month, seed 5" or "cases a month, seed 5" in lines[1]


def test_mark_says_by_which_rule() -> None:
    assert below(numbers(trials=1000)).startswith("* recommended: lowest P90 of the invoice. People's work costs $")
    kept = "* recommended: lowest expected invoice of those that keep the budget of $5,000 in nine of ten futures. "
    assert below(numbers(budget=5000)).startswith(kept)
    whole = "* recommended: highest chance to keep the budget of $9,000 for invoice and people's work, as none"
    assert below(numbers(budget={"amount": 9000, "of": "cost_to_serve"})).startswith(whole)
    none = "* recommended: lowest expected invoice and people's work, as none keeps the budget of $5,000 for"
    assert below(numbers(budget={"amount": 5000, "of": "cost_to_serve"})).startswith(none)
    same = below(numbers(contracts={"a": FLAT, "b": FLAT}))
    assert same.startswith("* too close to call by the rule (lowest P90 of the invoice); named first. People's")
    assert below(numbers(contracts={"a": FLAT})).startswith("* the only contract given. People's")
    run = results(scenario({"a": CONTRACTS["resolution"]}))
    idle = summary(forecast(without_units(run, "assumed_24h")))
    assert below(idle).startswith("* no answer: no unit is billed in any future. People's")


def test_spread_line_says_where_the_futures_are_too_few() -> None:
    told = numbers(trials=1000)
    assert console.spread_line(told) == (
        "Most of the spread comes from volume per month (measured), demand from month to month (published)."
    )
    few = made({**told, "trials": 3, "most_of_the_spread": {"candidates": 2, "assumptions": []}})
    assert console.spread_line(few).endswith("3 futures are too few to tell.")
    line = console.spread_line(made({**told, "most_of_the_spread": {"candidates": 0, "assumptions": []}}))
    assert "chance alone" in line and "P90 is near the expected" in line and "{ p5 = 0.2, p95 = 0.4 }" in line


@pytest.mark.parametrize("width", [80, 100, 120])
def test_names_beside_the_invoice_are_whole_and_columns_fall_away_for_them(width: int) -> None:
    fee = {**FLAT, "title": "Per resolution, untouched by", "platform_fee": 1_000, "term_months": 36}
    told = numbers(contracts={"a": fee, "b": FLAT}, months=24)
    lines = beside_table(told, scale_of(told, told["ranking"]), width)
    assert "…" not in "".join(lines) and max(map(len, lines)) <= width
    assert ("month 12" in lines[1]) is (width >= 120)


def test_owed_if_left_is_a_column_only_where_somebody_owes_it(tmp_path: Path) -> None:
    """1,000 a month for 12 months: after month 6 six are owed, 6,000, and after month 12 nothing."""
    fee = {**FLAT, "title": "Fee", "platform_fee": 1_000, "term_months": 12}
    told = numbers(contracts={"a": fee, "b": FLAT}, months=12)
    assert contract_of(told, "a")["owed_if_stopped"] == {"6": 6_000, "12": 0}
    text = console.everything(told, "x.toml", tmp_path, 120)
    beside = text.partition("Beside")[2].partition("\n\n")[0]
    assert "owed after" in beside and "month 6" in beside and "month 12" not in beside
    assert "owed after" not in console.everything(numbers(months=12), "x.toml", tmp_path, 120)


def test_terms_and_prices_without_an_offer_are_named() -> None:
    fee = {**FLAT, "title": "Fee", "platform_fee": 1_000, "term_months": 12}
    text = below(numbers(contracts={"a": fee, "b": FLAT}, months=12))
    assert (
        "Fee has, beside its price: platform fee $1,000 a month, bound for 12 months: at least $12K whatever is used."
        in text
    )
    assert "Prices are assumed, because no quote, contract or published page is named for them: all contracts." in text


def test_user_text_is_no_markup(tmp_path: Path) -> None:
    told = numbers(title="[bold]A[/bold]")
    assert "[bold]A[/bold]" in console.everything(told, "x.toml", tmp_path, 100)


def test_answer_is_the_whole_sentence_what_is_open_and_how_well_p90_is_known() -> None:
    told = numbers(budget=5000)
    first, open_before, last = console.answer(told).splitlines()
    assert first == told["sentence"] and last.startswith("P90 is what nine in ten")
    assert open_before == told["verdict"]["before_signing"]


def test_notes_say_when_futures_are_few() -> None:
    assert "Note: 200 futures are few" in below(numbers())
    assert "futures are few" not in below(made({**numbers(), "notes": []}))


def test_written_names_the_files_that_are_there(tmp_path: Path) -> None:
    for name, _ in console.FILES:
        (tmp_path / name).mkdir() if name.endswith("/") else (tmp_path / name).touch()
    told = console.written(tmp_path)
    assert [line.split()[0] for line in told.splitlines()[1:]] == [name for name, _ in console.FILES]
    (tmp_path / "summary.xlsx").unlink()
    assert "summary.xlsx" not in console.written(tmp_path)
    assert all(len(line) <= 80 for line in told.splitlines()[1:])

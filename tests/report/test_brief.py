"""The brief: a page and a half with the answer first, date and owner, price and terms, today, years, what is open."""

from __future__ import annotations

import datetime
import io
import itertools
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from simulator.engine.run import Run, simulate_all
from simulator.forecast.forecast import forecast
from simulator.report.blocks.summary import summary
from simulator.report.brief import LONGEST, brief, on_paper
from simulator.report.brief.paper import EDGE, HEIGHT, WIDTH, Line, Paper, Titled
from simulator.report.charts import charts
from simulator.report.charts.base import ChartTable
from simulator.report.style import look
from simulator.scenario import parse_scenario

ROOT = Path(__file__).parents[2]
DAY = datetime.date(2026, 11, 30)


def run(text: str, *changes: str) -> dict[str, Any]:
    (results,) = simulate_all([Run(parse_scenario(text, "brief", ["trials=128", *changes]))], workers=1)
    return summary(forecast(results))


def shipped(name: str) -> str:
    return (ROOT / "scenarios" / f"{name}.toml").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def numbers() -> dict[str, Any]:
    return run(shipped("minimal"), "months=3")


@pytest.fixture(scope="module")
def three_years() -> dict[str, Any]:
    return run(shipped("three_year_term"))


def text_of(numbers: dict[str, Any], day: datetime.date = DAY) -> list[str]:
    pages = PdfReader(io.BytesIO(brief(numbers, "0123abc", day))).pages
    return [" ".join(page.extract_text().split()) for page in pages]


def without_blanks(numbers: dict[str, Any]) -> str:
    """Return the text of a brief without blanks, where older readers of PDF find other ones."""
    return "".join("".join(text_of(numbers)).split())


def test_a4_with_the_answer_first_and_how_to_repeat_it_last(numbers: dict[str, Any]) -> None:
    told = text_of(numbers)
    assert " ".join(numbers.sentence.split()[:12]) in told[0] and "0123abc" in told[-1]
    assert "nine in ten simulated futures cost no more" in told[-1]
    for page in PdfReader(io.BytesIO(brief(numbers, "0123abc", DAY))).pages:
        assert [round(float(edge) / 72, 2) for edge in page.mediabox[2:]] == [8.27, 11.69]


@pytest.mark.parametrize("name", ["broad_cx", "regulated_bank", "seasonal_retail", "three_year_term", "minimal"])
def test_brief_of_a_shipped_scenario_is_at_most_a_page_and_a_half(name: str) -> None:
    with look():
        paper = on_paper(run(shipped(name)), "0123abc", DAY)
    assert paper.length <= LONGEST


def test_brief_has_date_terms_today_and_what_is_open(three_years: dict[str, Any]) -> None:
    numbers = three_years
    told = without_blanks(numbers)
    assert "Runof2026-11-30." in told and "Platformfee:" in told and "Term:" in told
    assert "".join(numbers.status_quo.title.split()) in told
    assert len(numbers.verdict.questions) == 2 and "(1)" in told and "(2)Theprice:noquote" in told


def test_brief_has_the_fiscal_years(three_years: dict[str, Any]) -> None:
    told = " ".join(text_of(three_years))
    assert "by fiscal year" in told and all(year.name in told for year in three_years.fiscal_years)


def test_brief_names_who_answers_for_the_numbers(three_years: dict[str, Any]) -> None:
    numbers = three_years
    blank = [replace(each, owner="") for each in numbers.unknowns]
    assert "answeredfor" not in without_blanks(replace(numbers, unknowns=tuple(blank)))
    owned = [replace(each, owner=f"Team {place % 2}") for place, each in enumerate(numbers.unknowns)]
    told = without_blanks(replace(numbers, unknowns=tuple(owned)))
    assert "NumbersansweredforbyTeam0,Team1." in told


def test_same_run_same_date_same_bytes(numbers: dict[str, Any]) -> None:
    made = brief(numbers, "0123abc", DAY)
    assert brief(numbers, "0123abc", DAY) == made
    assert brief(numbers, "0123abc", datetime.date(2026, 12, 1)) != made


def test_hostile_names_and_many_contracts_stay_on_the_paper() -> None:
    base = shipped("minimal").split("[contracts")[0]
    title = "<script>=cmd() 'quote' \U0001f600 " + "long " * 9
    offers = "".join(
        f"[contracts.c{place}]\ntype = 'per_conversation'\nprice = {0.1 + place / 10}\ntitle = \"{title}{place}\"\n"
        for place in range(15)
    )
    with look():
        paper = on_paper(run(base + offers, "months=3"), "0123abc", DAY)
    assert len(paper.pages) <= 3
    for page in paper.pages:
        page.figure.draw_without_rendering()
        for text in page.figure.texts:
            box = text.get_window_extent()
            assert box.x0 >= 0 and box.x1 <= WIDTH * page.figure.dpi + 1, text.get_text()


def test_paper_turns_where_there_is_no_room(numbers: dict[str, Any]) -> None:
    with look():
        paper = Paper()
        paper.space(HEIGHT - 2 * EDGE - 0.1)
        paper.columns([[Line("one line")]])
        assert len(paper.pages) == 2 and paper.top < HEIGHT - EDGE
        paper.tables([Titled("table", ChartTable(("a", "b"), (("1", "2"),) * 5), (1, 1))] * 2)
        assert len(paper.pages) == 2
        paper.beside(list(charts(numbers).values())[:2])
    placed = paper.pages[-1].charts
    assert len(placed) == 2 and all(each.left >= EDGE - 1e-9 for each in placed)
    assert all(each.left + each.width <= WIDTH - EDGE + 1e-9 and each.bottom >= EDGE - 1e-9 for each in placed)
    assert all(first.left + first.width <= second.left for first, second in itertools.pairwise(placed))

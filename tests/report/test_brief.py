"""brief.pdf: two pages, three where two would be too small to read, the sentence that the run prints, same bytes."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from simulator.engine.run import Run, simulate_all
from simulator.forecast.forecast import forecast
from simulator.report.blocks.summary import summary
from simulator.report.brief import EDGE, FIRST_PAGE, PAGE, SECOND_PAGE, SMALLEST, _pages, _stack, brief
from simulator.report.charts import charts
from simulator.scenario import parse_scenario

ROOT = Path(__file__).parents[2]


def run(text: str) -> dict[str, Any]:
    (results,) = simulate_all([Run(parse_scenario(text, "brief", ["trials=128", "months=3"]))], workers=1)
    return summary(forecast(results))


@pytest.fixture(scope="module")
def numbers() -> dict[str, Any]:
    return run((ROOT / "scenarios" / "minimal.toml").read_text(encoding="utf-8"))


def text_of(path: Path) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(path).pages]


def test_two_a4_pages_with_the_answer_first(numbers: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "brief.pdf"
    path.write_bytes(brief(numbers, charts(numbers), "0123abc"))
    first, second = text_of(path)
    assert " ".join(numbers["sentence"].split()[:12]) in first
    assert "nine in ten simulated futures cost no more" in second and "0123abc" in second
    for page in PdfReader(path).pages:
        assert [round(float(edge) / 72, 2) for edge in page.mediabox[2:]] == [8.27, 11.69]


def test_same_run_same_bytes(numbers: dict[str, Any], tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("a.pdf", "b.pdf")]
    for path in paths:
        path.write_bytes(brief(numbers, charts(numbers), "0123abc"))
    assert paths[0].read_bytes() == paths[1].read_bytes()


def many_contracts() -> dict[str, Any]:
    base = (ROOT / "scenarios" / "minimal.toml").read_text(encoding="utf-8").split("[contracts")[0]
    title = "<script>=cmd() 'quote' \U0001f600 " + "long " * 9
    offers = "".join(
        f"[contracts.c{place}]\ntype = 'per_conversation'\nprice = {0.1 + place / 10}\ntitle = \"{title}{place}\"\n"
        for place in range(15)
    )
    return run(base + offers)


def test_many_contracts_stay_readable_on_two_pages(tmp_path: Path) -> None:
    many = many_contracts()
    drawn = charts(many)
    path = tmp_path / "brief.pdf"
    path.write_bytes(brief(many, drawn, "0123abc"))
    first, last = text_of(path)
    assert " ".join(many["sentence"].split()[:4]) in first and "0123abc" in last
    answer, behind = ([each.chart for each in charts_of] for _, charts_of in _pages(many, drawn, "0123abc"))
    in_order = [drawn[name] for name in (*FIRST_PAGE, *SECOND_PAGE) if name in drawn]
    assert answer == in_order[:1], "the contracts have the first page to themselves"
    assert behind == in_order[1 : 1 + len(behind)] and len(behind) >= 2
    placed = [each for _, charts_of in _pages(many, drawn, "0123abc") for each in charts_of]
    assert min(each.scale for each in placed) >= SMALLEST


def test_few_contracts_are_readable_on_two_pages(numbers: dict[str, Any]) -> None:
    pages = _pages(numbers, charts(numbers), "0123abc")
    assert len(pages) == 2 and min(each.scale for _, placed in pages for each in placed) >= SMALLEST


def test_charts_never_leave_their_room(numbers: dict[str, Any]) -> None:
    drawn = list(charts(numbers).values())[:4]
    placed = _stack(drawn, PAGE[1] - EDGE, 6.0)
    assert len(placed) == 4
    assert min(each.bottom for each in placed) >= 6.0 - 1e-9
    assert all(each.left >= EDGE - 1e-9 and each.left + each.width <= PAGE[0] - EDGE + 1e-9 for each in placed)
    assert all(above.bottom >= below.bottom + below.height for above, below in itertools.pairwise(placed))
    assert _stack([], 5, 1) == []

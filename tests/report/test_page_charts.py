"""The charts that the page shows at once, wide and narrow: texts inside, apart and large enough, and no title."""

from __future__ import annotations

import itertools
from functools import cache
from typing import Any

import pytest
from matplotlib.text import Text

from simulator.report.charts import NARROW, PAGE, REGISTRY, WIDE, Chart, Form
from simulator.report.rendering import picture
from simulator.report.style import look
from simulator.report.words.compared import compared
from tests.report.studied import studied_summary
from tests.report.test_charts import HARD, texts_outside

COMMITTED = {"type": "per_conversation", "price": 0.5, "yearly_minimum": 130_000, "term_months": 12}
CASES: dict[str, dict[str, Any]] = {
    "usual": HARD["usual"],
    "fiscal years": {"fiscal_year_start": 1, "months": 20, "budget": [200_000, 450_000, 300_000]},
    "36 months": HARD["36 months"],
    "fifteen": HARD["fifteen"],
    "over the budget": {"budget": 60_000},
    "far below": HARD["budget far below"],
    "wide names": HARD["wide names"],
    "one contract with a minimum": {"contracts": {"a": COMMITTED}, "budget": 120_000},
    "letters without a glyph": HARD["letters without a glyph"],
    "yen": HARD["yen"],
}
QUICK = ("usual", "36 months", "one contract with a minimum", "over the budget")
SOME = [case if case in QUICK else pytest.param(case, marks=pytest.mark.slow) for case in CASES]
SHOWN = {WIDE: 540, NARROW: 340}
"""Pixels that the page leaves for a chart: beside a text at 1280, and on a screen of 390."""
SMALLEST = 10.0


@cache
def numbers(case: str) -> Any:
    return studied_summary(**{"scale": 60_000.0, **CASES[case]})


@cache
def on_page(case: str, form: Form) -> dict[str, Chart]:
    found = {name: draw(numbers(case), form) for name, draw in PAGE.items()}
    return {name: chart for name, chart in found.items() if chart is not None}


def boxes(chart: Chart) -> list[tuple[str, Any, float]]:
    """Texts of a chart with the room that each takes, in dots, and its size in points."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    with look():
        chart.figure.set_dpi(144)
        canvas = FigureCanvasAgg(chart.figure)
        canvas.draw()
        return [
            (text.get_text(), text.get_window_extent(canvas.get_renderer()), float(text.get_fontsize()))
            for text in chart.figure.findobj(Text)
            if text.get_visible() and text.get_text().strip()
        ]


def overlapping(chart: Chart, slack: float = 2.0) -> list[tuple[str, str]]:
    """Pairs of texts that reach into each other by more than some dots, both ways."""
    found = []
    for (one, first, _), (other, second, _) in itertools.combinations(boxes(chart), 2):
        across = min(first.x1, second.x1) - max(first.x0, second.x0)
        upright = min(first.y1, second.y1) - max(first.y0, second.y0)
        if across > slack and upright > slack:
            found.append((one, other))
    return found


@pytest.mark.parametrize("form", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("case", SOME)
def test_texts_are_inside_and_apart_and_large_enough(case: str, form: Form) -> None:
    for name, chart in on_page(case, form).items():
        assert texts_outside(chart) == [], name
        assert overlapping(chart) == [], name
        shown = SHOWN[form] / (chart.figure.get_figwidth() * 72)
        small = [text for text, _, size in boxes(chart) if size * shown < SMALLEST]
        assert (name, small) == (name, []), "letters are under 10 pixels as shown"


def test_checks_see_texts_on_top_of_each_other_and_small_ones() -> None:
    chart = PAGE["2-s-curve"](numbers("usual"), NARROW)
    assert chart is not None
    chart.figure.text(0.5, 0.5, "one", size=5)
    chart.figure.text(0.5, 0.5, "other")
    assert overlapping(chart) == [("one", "other")]
    assert min(size for _, _, size in boxes(chart)) == 5


@pytest.mark.parametrize("form", [WIDE, NARROW], ids=["wide", "narrow"])
def test_no_title_and_no_subtitle_are_in_the_drawing(form: Form) -> None:
    for chart in on_page("usual", form).values():
        written = " ".join(text for text, _, _ in boxes(chart)).replace("\n", " ")
        assert chart.title and chart.title not in written and chart.subtitle[:30] not in written


def test_page_shows_at_most_eight_charts_all_of_them_files_too() -> None:
    assert len(PAGE) <= 8
    assert set(PAGE) <= set(REGISTRY)


def test_title_and_table_of_a_number_that_is_not_cut_are_those_of_the_file() -> None:
    for name, draw in REGISTRY.items():
        chart = draw(numbers("usual"))
        if name in PAGE and chart is not None:
            assert on_page("usual", NARROW)[name].title == chart.title


def test_strip_and_pairs_of_the_page_show_what_a_reader_compares() -> None:
    few = compared(numbers("fifteen"))
    assert len(few) < 15
    assert len(on_page("fifteen", WIDE)["1-interval-strip"].table.rows) == len(few)
    assert len(on_page("fifteen", WIDE)["3-paired-difference"].table.rows) == len(few) - 1
    assert f"{15 - len(few)} more contracts not shown here" in on_page("fifteen", WIDE)["1-interval-strip"].subtitle
    assert len(REGISTRY["1-interval-strip"](numbers("fifteen")).table.rows) == 15  # type: ignore[union-attr]


def test_picture_has_drawings_for_the_page_where_it_shows_the_chart_at_once() -> None:
    told = numbers("usual")
    for name in ("1-interval-strip", "10-convergence"):
        chart = REGISTRY[name](told)
        assert chart is not None
        made = picture(name, chart, told)
        assert (made.wide is None, made.narrow is None) == ((name not in PAGE),) * 2
        assert chart.title[:20].encode() in made.svg

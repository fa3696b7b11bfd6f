"""The charts: every text inside the figure, tick labels that read back, titles that are true, the same bytes."""

from __future__ import annotations

import io
import itertools
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib import colormaps
from matplotlib.text import Text

from simulator.forecast.forecast import forecast
from simulator.money import currencies
from simulator.report.blocks.summary import summary
from simulator.report.charts import REGISTRY, Chart, charts, interval_strip
from simulator.report.charts.fan import DASHES
from simulator.report.style import (
    contrast,
    look,
    png,
    powers_of_ten,
    readable_on,
    svg,
    text_width,
    tick_labels,
    ticks,
    wrapped,
)
from tests.report.studied import studied_summary
from tests.synthetic import CONTRACTS, results, scenario, without_units

FOLDER = Path(__file__).parents[2] / "simulator" / "report" / "charts"
FLAT = {"type": "per_conversation", "price": 0.5}
RESOLUTION = {"type": "per_resolution", "definition": "assumed_24h", "price": 0.99}
HARD: dict[str, dict[str, Any]] = {
    "usual": {"budget": 98_000},
    "many futures": {"budget": 98_000, "trials": 600, "fiscal_year_start": 1},
    "only a resolution, long name": {"contracts": {"a": {**RESOLUTION, "title": "No <b> of \u202e 🤖 " + "x" * 60}}},
    "resolution for nothing": {"contracts": {"a": {**RESOLUTION, "price": 0}}, "months": 1},
    "resolution for billions": {"contracts": {"a": {**RESOLUTION, "price": 200_000}}, "currency": "KWD"},
    "one contract": {"contracts": {"a": FLAT}},
    "fifteen": {"contracts": {f"c{k}": {**FLAT, "price": 0.5 + k / 50} for k in range(15)}, "budget": 120_000},
    "equal": {"contracts": {"a": FLAT, "b": FLAT}, "budget": 500_000},
    "zero": {"contracts": {"a": FLAT}, "scale": 0.0, "budget": 100},
    "from 40 to 40 billion": {
        "contracts": {"a": {**FLAT, "price": 0.0002}, "b": {**FLAT, "price": 200_000}, "c": {**FLAT, "price": 2}},
        "budget": 1e6,
    },
    "budget far above": {"budget": 1e12},
    "budget far below": {"budget": 0.01},
    "one month, one future": {"contracts": {"a": FLAT}, "months": 1, "trials": 1, "budget": 1},
    "36 months": {"months": 36, "budget": 1_100_000, "start": "2027-05"},
    "yen": {"currency": "JPY", "budget": {"amount": 2e6, "of": "cost_to_serve"}},
    "wide names": {"contracts": {f"c{k}": {**FLAT, "title": "W" * 80, "price": k} for k in range(3)}, "budget": 9e4},
    "letters without a glyph": {
        "contracts": {f"c{k}": {**FLAT, "title": "漢字" * 5 + "\U0001f916 " * k, "price": k} for k in range(1, 4)},
        "budget": 9e4,
    },
    "names with signs": {"contracts": {"a": {**FLAT, "title": r"契約 $x^2$ \frac $"}, "b": FLAT}},
}  # fmt: skip


def drawn(*, scale: float = 60_000.0, **changes: Any) -> dict[str, Chart]:
    return charts(studied_summary(scale=scale, **changes))


QUICK = (
    "usual", "equal", "zero", "from 40 to 40 billion", "one month, one future", "names with signs",
    "letters without a glyph",
)  # fmt: skip
CASES = [case if case in QUICK else pytest.param(case, marks=pytest.mark.slow) for case in HARD]


@cache
def hard(case: str) -> dict[str, Chart]:
    return drawn(**HARD[case])


def texts_outside(chart: Chart) -> list[str]:
    """Texts of a figure that reach beyond its edges, or that overlap another line of writing."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    with look():
        chart.figure.set_dpi(144)  # as it is saved: letters are set to whole dots
        canvas = FigureCanvasAgg(chart.figure)
        canvas.draw()
        page = chart.figure.bbox
        found = []
        for text in chart.figure.findobj(Text):
            if text.get_visible() and text.get_text().strip():
                box = text.get_window_extent(canvas.get_renderer())
                if box.x0 < page.x0 or box.y0 < page.y0 or box.x1 > page.x1 or box.y1 > page.y1:
                    found.append(text.get_text())
    return found


@pytest.mark.parametrize("case", CASES)
def test_every_text_is_inside_the_figure(case: str) -> None:
    for chart in hard(case).values():
        assert texts_outside(chart) == []


def test_inside_checker_refuses_a_text_beyond_the_edge() -> None:
    chart = drawn(contracts={"a": FLAT})["1-interval-strip"]
    chart.figure.text(0.9, 0.5, "far beyond the right edge of the figure")
    assert texts_outside(chart) == ["far beyond the right edge of the figure"]


def read(label: str, symbol: str) -> float:
    factors = {"K": 1e3, "M": 1e6, "B": 1e9, "T": 1e12}
    plain = label.replace(symbol, "").replace(",", "")
    return float(plain.rstrip("KMBT")) * factors.get(plain[-1], 1.0)


NARROWEST = 1e-6
"""Share of its lower end that an axis spans at least: a narrower range is a single amount, which gets a tenth."""
RANGES = [
    (low, span)
    for low in (0.0, 0.013, 7.0, 83_000.0, 2.5e6, 9.9e9)
    for span in (0.004, 0.25, 3.0, 1_000.0, 40e9)
    if span >= NARROWEST * low
]


@pytest.mark.parametrize("code", ["USD", "JPY", "KWD"])
@pytest.mark.parametrize(("low", "span"), RANGES)
def test_tick_labels_read_back(low: float, span: float, code: str) -> None:
    places = ticks(low, low + span)
    step = places[1] - places[0]
    shown = [read(label, currencies()[code].symbol) for label in tick_labels(places, code)]
    assert shown == pytest.approx(places, rel=0, abs=1e-6 * step)
    assert np.diff(places) == pytest.approx([step] * (len(places) - 1), rel=1e-3)


def test_tick_labels_checker_refuses_one_decimal_on_a_quarter_step() -> None:
    places = [2.5e6, 2.75e6, 3e6]
    lying = [f"${place / 1e6:.1f}M" for place in places]
    assert [read(label, "$") for label in lying] != places
    assert tick_labels(places, "USD") == ["$2.50M", "$2.75M", "$3.00M"]


def test_tick_labels_of_powers_of_ten() -> None:
    places = powers_of_ten(30, 5e10)
    assert tick_labels(places, "USD") == ["$100", "$10K", "$1M", "$100M", "$10B"]
    assert tick_labels([0.0], "USD") == ["$0"]
    assert tick_labels([0.0, 5e3], "USD") == ["$0", "$5K"]


def test_signed_ticks_and_labels_read_back() -> None:
    places = ticks(-3e5, 4e5, signed=True)
    assert places[0] < 0 < places[-1] and 0.0 in places
    assert [read(label, "$") for label in tick_labels(places, "USD")] == places


def test_every_chart_of_the_registry_is_drawn_where_there_is_something_to_draw() -> None:
    drawn = set(hard("many futures"))
    assert drawn == set(REGISTRY), (
        f"{sorted(set(REGISTRY) - drawn)} has nothing to show: add its numbers to a block of simulator/report/blocks/, "
        "or what it needs to `many futures` of HARD"
    )


def unregistered(registry: Mapping[str, Any]) -> set[str]:
    """Return the files of charts of which no function is in a registry."""
    files = {file.stem for file in FOLDER.glob("*.py")} - {"__init__", "base", "form", "rows"}
    return files - {draw.__module__.rpartition(".")[2] for draw in registry.values()}


def test_every_file_of_a_chart_is_in_the_registry() -> None:
    left = unregistered(REGISTRY)
    assert not left, f"{sorted(left)}: give its chart a line in REGISTRY of simulator/report/charts/__init__.py"
    assert unregistered({name: draw for name, draw in REGISTRY.items() if name != "6-tornado"}) == {"tornado"}


@pytest.mark.parametrize("case", CASES)
def test_every_money_axis_reads_back(case: str) -> None:
    code = HARD[case].get("currency", "USD")
    for chart in hard(case).values():
        axes = chart.figure.axes[0]
        for axis in (axes.xaxis, axes.yaxis):
            labels = [label.get_text() for label in axis.get_ticklabels()]
            if labels and currencies()[code].symbol in labels[0]:
                shown = [read(label, currencies()[code].symbol) for label in labels]
                assert shown == pytest.approx(list(axis.get_ticklocs()), rel=1e-9), chart.title


@pytest.mark.parametrize("case", CASES)
def test_every_chart_has_a_table_of_what_it_draws(case: str) -> None:
    for chart in hard(case).values():
        assert len(chart.table.rows) >= 1
        assert all(len(row) == len(chart.table.columns) for row in chart.table.rows)
        assert all(cell for row in chart.table.rows for cell in row)


def test_ticks_on_the_axis_are_those_of_the_labels() -> None:
    axes = drawn(**HARD["usual"])["1-interval-strip"].figure.axes[0]
    labels = [label.get_text() for label in axes.get_xticklabels()]
    assert len(labels) >= 3
    assert [read(label, "$") for label in labels] == pytest.approx(list(axes.get_xticks()))


def test_names_that_turn_the_writing_around_are_shown_as_they_are_stored() -> None:
    chart = drawn(contracts={"a": {**FLAT, "title": "\u202eevil\u202c"}})["1-interval-strip"]
    written = " ".join(text.get_text() for text in chart.figure.findobj(Text))
    assert "\ufffdevil\ufffd" in written and "\u202e" not in written


def test_names_with_punctuation_stand_in_quotes_in_titles_and_subtitles() -> None:
    named = {"a": {**FLAT, "title": "Flat, committed", "price": 0.5}, "b": {**FLAT, "title": "Plain", "price": 0.9}}
    found = drawn(contracts=named)
    assert found["1-interval-strip"].title.startswith('"Flat, committed" costs least')
    assert 'P90 of "Flat, committed" (invoice over' in found["10-convergence"].subtitle
    plain = drawn(contracts={"a": {**FLAT, "title": "Plain", "price": 0.4}, "b": FLAT})["1-interval-strip"]
    assert plain.title.startswith("Plain costs least")


def test_strip_title_says_what_is_cheapest_and_is_true() -> None:
    told = summary(forecast(results(scenario(), scale=60_000.0)))
    assert interval_strip(told).title == "Per token costs least at P90: $11K, against $106K for per conversation"


def test_strip_title_of_equal_contracts() -> None:
    title = drawn(**HARD["equal"])["1-interval-strip"].title
    assert title == "Per conversation (a) and per conversation (b) cost the same in every future, P90 $106K"


def test_strip_rows_are_in_the_order_of_p90_and_the_best_is_bold() -> None:
    figure = drawn(contracts={"dear": {**FLAT, "price": 2}, "cheap": {**FLAT, "price": 1}})["1-interval-strip"].figure
    names = [text for text in figure.axes[0].texts if "conversation" in text.get_text()]
    assert [text.get_text().replace("\n", " ") for text in names] == [
        "Per conversation (cheap) *",
        "Per conversation (dear)",
    ]
    assert [text.get_weight() for text in names] == ["bold", "normal"]


@pytest.mark.parametrize(
    ("budget", "expected"),
    [(1e6, "is enough in all of them"), (1.0, "is enough in none of them"), (9.4e4, "of them")],
)
def test_curve_title_reads_the_budget_off(budget: float, expected: str) -> None:
    assert drawn(contracts={"a": FLAT}, budget=budget)["2-s-curve"].title.endswith(expected)


def test_curve_passes_through_its_drop_lines() -> None:
    run = results(scenario({"a": FLAT}), scale=60_000.0)
    priced = forecast(run)
    told = summary(priced)
    axes = charts(told)["2-s-curve"].figure.axes[0]
    x, y = (np.asarray(part, dtype=float) for part in axes.lines[0].get_data())
    invoice = told.contracts[0].invoice
    for level, name in ((0.5, "p50"), (0.8, "p80"), (0.9, "p90")):
        assert float(y[np.searchsorted(x, invoice.amount(name) * (1 + 1e-9), side="right") - 1]) >= level
        assert float(y[np.searchsorted(x, invoice.amount(name) * (1 - 1e-9), side="right") - 1]) < level


def luminances(chart: Chart) -> list[float]:
    """Relative luminance of the filled bands, widest first: what is left of them in grey."""
    from matplotlib.colors import to_rgb

    fills = [to_rgb(band.get_facecolor()[0]) for band in chart.figure.axes[0].collections]
    return [0.2126 * red**2.2 + 0.7152 * green**2.2 + 0.0722 * blue**2.2 for red, green, blue in fills]


def test_fan_has_bands_of_50_80_and_90_percent_that_differ_in_grey() -> None:
    chart = hard("usual")["7-cumulative-fan"]
    axes = chart.figure.axes[0]
    bands = [band.get_datalim(axes.transData) for band in axes.collections]
    assert len(bands) == 3
    assert all(wide.y1 > narrow.y1 for wide, narrow in itertools.pairwise(bands)), "the narrow ones lie on top"
    steps = [(wide + 0.05) / (narrow + 0.05) for wide, narrow in itertools.pairwise(luminances(chart))]
    assert min(steps) > 1.25
    assert len(set(DASHES.values())) == 3, "edges differ too"
    legend = [text.get_text() for text in axes.get_legend().get_texts()]
    assert legend == ["90 %: P5 to P95", "80 %: P10 to P90", "50 %: P25 to P75"]
    assert {"P5", "P25", "P75", "P95"} <= set(chart.table.columns)
    for share in ("90 %", "80 %", "50 %"):
        assert f"{share} of the futures from $" in chart.alt


def test_alt_text_has_the_numbers_of_the_chart() -> None:
    for chart in hard("usual").values():
        assert chart.title in chart.alt
        beyond = chart.alt.replace(chart.title, "").replace(chart.subtitle, "")
        assert len(re.findall(r"\d", beyond)) >= 4, f"{chart.title}: no numbers beside those of the title"


@pytest.mark.parametrize("save", [svg, png])
def test_same_figure_gives_the_same_bytes(save: Any) -> None:
    first, second = (drawn(**HARD["usual"])["2-s-curve"] for _ in range(2))
    assert save(first.figure, first.title, first.alt) == save(second.figure, second.title, second.alt)


def test_png_is_an_image_of_the_right_width() -> None:
    from matplotlib.image import imread

    chart = drawn(contracts={"a": FLAT})["2-s-curve"]
    image = imread(io.BytesIO(png(chart.figure, chart.title, chart.alt)))
    assert image.shape[1] == int(7.2 * 144)
    assert image.shape[0] > 400 and image.std() > 0.05, "not blank"


def test_svg_has_text_and_description_and_no_date() -> None:
    chart = drawn(**HARD["names with signs"])["1-interval-strip"]
    text = svg(chart.figure, chart.title, chart.alt).decode()
    assert "$x^2$" in text and "契約" in text and "dc:date" not in text and "dc:description" in text


def test_charts_leave_the_global_style_alone() -> None:
    import matplotlib as mpl

    before = dict(mpl.rcParams)
    drawn(contracts={"a": FLAT})
    assert dict(mpl.rcParams) == before


def test_wrapped_keeps_a_number_and_its_percent_sign_together() -> None:
    room = text_width("enough in 92", 9) + 0.01
    assert wrapped("enough in 92 % of them", room, 9) == ["enough in", "92\u00a0% of", "them"]
    assert wrapped("enough in 92 of them", room, 9) == ["enough in 92", "of them"]


def test_wrapped_lines_fit_and_are_cut_with_an_ellipsis() -> None:
    lines = wrapped("W" * 200 + " and more", 2.0, 9, most=2)
    assert len(lines) == 2 and lines[-1].endswith("…")
    assert all(text_width(line, 9) <= 2.0 for line in lines)
    assert wrapped("short", 2.0, 9) == ["short"]
    assert wrapped("two words here", text_width("two words", 9) + 0.01, 9) == ["two words", "here"]


def test_titles_where_no_unit_is_billed_give_no_answer() -> None:
    both = {"resolution": CONTRACTS["resolution"], "conversation": CONTRACTS["conversation"]}
    for contracts, start in ((both, "Per conversation: nine in ten futures cost $"), ({"r": both["resolution"]}, "No")):
        priced = forecast(without_units(results(scenario(contracts)), "assumed_24h"))
        strip, curve, *_ = charts(priced).values()
        assert strip.title.startswith(start)
        assert curve.title.startswith("No answer: ") is (start == "No")


def rows_apart(chart: Chart, names: int) -> bool:
    """Whether the names of the rows do not reach into each other."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    with look():
        canvas = FigureCanvasAgg(chart.figure)
        canvas.draw()
        written = chart.figure.axes[0].texts[: 2 * names : 2]
        boxes = sorted(text.get_window_extent(canvas.get_renderer()).intervaly.tolist() for text in written)
    return all(low[1] <= high[0] for low, high in itertools.pairwise(boxes))


def test_names_of_three_lines_do_not_overlap() -> None:
    title = "Long title that goes on over three whole lines of the gauge"
    long = drawn(contracts={f"c{k}": {**FLAT, "title": f"{title} {k}", "price": k + 1} for k in range(4)})
    strip = long["1-interval-strip"]
    assert strip.figure.axes[0].texts[2].get_text().count("\n") == 2
    assert rows_apart(strip, 4)
    strip.figure.set_size_inches(6.5, 1.6)
    assert not rows_apart(strip, 4), "the check sees names on top of each other"


def test_amounts_in_cells_read_well_on_any_shade() -> None:
    """4.5 to 1 is asked of small text (WCAG 1.4.3); grey as text would not have it everywhere."""
    shades = [colormaps["cividis"](place / 100) for place in range(101)]
    ink = {"white": (1.0, 1.0, 1.0), "black": (0.0, 0.0, 0.0)}
    assert min(contrast(shade, ink[readable_on(shade)]) for shade in shades) >= 4.5
    assert min(contrast(shade, (0.13, 0.13, 0.13)) for shade in shades) < 4.5
    assert contrast(ink["white"], ink["black"]) == pytest.approx(21)


def test_dots_that_cost_the_same_stand_where_they_are() -> None:
    def places(case: str) -> set[float]:
        lines = hard(case)["8-dot-plot"].figure.axes[0].lines
        return {float(line.get_xdata()[0]) for line in lines if line.get_marker() == "o"}

    assert places("zero") == {0.0}
    assert len(places("usual")) > 5

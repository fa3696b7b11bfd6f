"""The cost curve of a commitment: expected bill and P90 by what is committed, with what is offered and what is best."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simulator.decisions.commitment import Commitments
from simulator.report.charts.base import Chart, ChartTable, Margins, apart, padded, sheet, x_in_figure
from simulator.report.charts.form import FILE, Form
from simulator.report.studies.amounts_with_errors import few_digits
from simulator.report.studies.commitment_words import a_period, offered, plural, size_text, sizes_text
from simulator.report.style import (
    BLUE,
    GREY,
    INK,
    LINE,
    MARGIN,
    ORANGE,
    PALE_BLUE,
    TEXT_SIZE,
    figure_height,
    figure_width,
    look,
    money_axis,
    text_width,
    ticks,
    upright_money_axis,
)
from simulator.report.words.figures import figures, one_unit
from simulator.scenario.schema import Scenario

if TYPE_CHECKING:
    from matplotlib.axes import Axes

HEIGHT: Final = 2.7
RIGHT: Final = 1.35
LEFT: Final = 0.8
ROWS: Final = 9


def commitment_chart(found: Commitments, scenario: Scenario, form: Form = FILE) -> Chart:
    """Draw the expected bill and its P90 by the size of the commitment."""
    code = scenario.currency
    title = _title(found, code)
    subtitle = (
        f"{found.title}. Invoice over {scenario.months} months from {scenario.start}, {code}, {scenario.trials:,} "
        f"futures, by what is committed {a_period(found)}; the band is the 95 % interval of the difference to "
        f"{'the contract without a commitment' if found.kind == 'assumed' else 'what is offered'}"
    )
    with look():
        margins = Margins(left=LEFT, right=RIGHT, above=0.15 + 2 * LINE, foot=0.75 if form.headed else 0.55)
        figure, axes = sheet(title, subtitle, HEIGHT, margins, form)
        _axes(axes, found, code)
        _curves(axes, found, code)
        _marks(axes, found, code)
    alt = f"Cost by commitment. {title}. {subtitle}."
    return Chart(figure, title, alt, subtitle, _table(found, code))


def _title(found: Commitments, code: str) -> str:
    (cost,) = figures([found.best.mean.value], code)
    if found.best.size == 0:
        return f"The lowest expected bill, {cost}, takes no commitment"
    return f"The expected bill is lowest, {cost}, at a commitment to {size_text(found, found.best.size, code)}"


def _axes(axes: Axes, found: Commitments, code: str) -> None:
    costs = [cost for point in found.curve for cost in (point.mean, point.p90)]
    low, high = padded(min(costs), max(costs), 0.06)
    upright_money_axis(axes, max(low, 0.0), high, code)
    top = found.curve[-1].size
    if found.unit is None:
        money_axis(axes, 0.0, top, code)
        words = "committed " + a_period(found)
    else:
        axes.set_xlim(0.0, top)
        places = ticks(0.0, top, 4)
        axes.set_xticks(places, [f"{place:,.0f}" for place in places])
        axes.tick_params(axis="x", colors=INK, length=3)
        words = f"{plural(found.unit)} committed {a_period(found)}"
    axes.set_xlabel(words, color=INK, size=TEXT_SIZE, labelpad=2)


def _curves(axes: Axes, found: Commitments, code: str) -> None:
    points = found.curve
    sizes = [point.size for point in points]
    ends = [(each.mean, each.against_mean) for each in points]
    lows = [mean if of.low is None else mean - (of.value - of.low) for mean, of in ends]
    highs = [mean if of.high is None else mean + (of.high - of.value) for mean, of in ends]
    axes.fill_between(sizes, lows, highs, color=PALE_BLUE, linewidth=0)
    axes.plot(sizes, [point.mean for point in points], color=BLUE, linewidth=2)
    axes.plot(sizes, [point.p90 for point in points], color=GREY, linewidth=1.6, linestyle=(0, (5, 2)))
    low, high = axes.get_ylim()
    gap = 0.18 * (high - low) / HEIGHT
    last = points[-1]
    texts = few_digits([last.mean, last.p90], code)
    labels = sorted(zip((last.mean, last.p90), ("expected", "P90"), texts, (BLUE, GREY), strict=True))
    for place, (_, name, text, colour) in zip(apart([each[0] for each in labels], gap, low, high), labels, strict=True):
        axes.text(1.015, place, f"{name} {text}", transform=axes.get_yaxis_transform(), va="center", color=colour,
                  size=TEXT_SIZE)  # fmt: skip


def _marks(axes: Axes, found: Commitments, code: str) -> None:
    """Mark what is offered and what is best on average, with labels in two lines above the axes."""
    marks = [(found.best.size, found.best.mean.value, "best on average", BLUE)]
    if found.kind != "assumed":
        marks.append((found.own.size, found.own.mean.value, offered(found).lower(), ORANGE))
    wide, high = figure_width(axes), figure_height(axes)
    top = axes.get_position().y1
    for line, (size, cost, name, colour) in enumerate(marks):
        axes.axvline(size, color=colour, linewidth=1.0, linestyle=(0, (2, 2)))
        axes.plot(size, cost, marker="o", markersize=6, color=colour, zorder=4, clip_on=False)
        text = f"{name}: {size_text(found, size, code)}"
        half = text_width(text, TEXT_SIZE) / 2 / wide
        place = min(max(x_in_figure(axes, size), MARGIN / wide + half), 1 - MARGIN / wide - half)
        axes.figure.text(place, top + (0.04 + line * LINE) / high, text, ha="center", va="bottom", color=colour,
                         size=TEXT_SIZE)  # fmt: skip


def _table(found: Commitments, code: str) -> ChartTable:
    step = max(1, len(found.curve) // ROWS)
    points = found.curve[::step]
    costs = one_unit([cost for point in points for cost in (point.mean, point.p90)], code)
    sizes = sizes_text(found, [point.size for point in points], code)
    rows = tuple((size, costs[2 * place], costs[2 * place + 1]) for place, size in enumerate(sizes))
    return ChartTable((f"committed {a_period(found)}", "expected bill", "P90"), rows)

"""The figure of a break-even: what two contracts cost over a price, the volume or another number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from simulator.decisions.breakeven.numbers import Breakeven, Point
from simulator.report.charts.base import Chart, ChartTable, Margins, apart, sheet
from simulator.report.charts.form import FILE, Form
from simulator.report.studies.breakeven_values import Values
from simulator.report.style import (
    BLUE,
    GREY,
    INK,
    MARGIN,
    ORANGE,
    TEXT_SIZE,
    axes_width,
    look,
    text_width,
    ticks,
    upright_money_axis,
    wrapped,
)
from simulator.report.words.figures import one_unit

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from simulator.scenario.schema import Scenario

HEIGHT: Final = 2.9
LEFT: Final = 0.75
RIGHT: Final = 1.75
NARROW_RIGHT: Final = 1.15
FOOT: Final = 0.72
DASHES: Final = (0, (4, 2))
OF: Final = {"invoice": "Invoice", "cost_to_serve": "Invoice and human work"}


@dataclass(frozen=True, slots=True)
class Pair:
    """How two contracts are called: in sentences, and where there is little room."""

    titles: tuple[str, str]
    labels: tuple[str, str]


def breakeven_chart(
    found: Breakeven, values: Values, pair: Pair, scenario: Scenario, title: str, form: Form = FILE
) -> Chart:
    """Draw mean and P90 of two contracts over the values of an axis, with where they cost the same on average."""
    subtitle = plotted(found, values, scenario)
    each = found.conversations * scenario.months if found.over == "volume" else None
    points = sorted((_drawn(point, each) for point in found.points), key=lambda point: values.at(point.at))
    right = NARROW_RIGHT if form.narrow else RIGHT
    with look():
        figure, axes = sheet(title, subtitle, HEIGHT, Margins(left=LEFT, right=right, foot=FOOT), form)
        _lines(axes, points, values, scenario.currency, logarithmic=found.over == "volume")
        _value_axis(axes, values)
        _marks(axes, found, points, values)
        _labels(axes, points, pair, right)
    table = _table(points, values, pair, scenario.currency)
    return Chart(figure, title, f"Break-even. {title}. {subtitle}.", subtitle, table)


def plotted(found: Breakeven, values: Values, scenario: Scenario) -> str:
    """Return what is drawn."""
    months = f"{scenario.months} month{'' if scenario.months == 1 else 's'}"
    unit = f" ({values.words})" if values.words else ""
    what = f"{OF[found.of]}{' of a conversation' if found.over == 'volume' else ''}"
    return (
        f"{what} over {months} from {scenario.start}, {scenario.currency}, {found.futures:,} futures, by "
        f"{values.name}{unit}; solid: expected, dashed: P90; circles: equal; dotted: the scenario as it is"
    )


def _drawn(point: Point, conversations: float | None) -> Point:
    """Return a point as it is drawn: over the volume, amounts are of a conversation, as else nothing can be told apart.

    Args:
        conversations: of the horizon at a volume of 1; None where amounts are drawn as they are.
    """
    if conversations is None:
        return point
    names = ("mean", "other_mean", "p90", "other_p90")
    return replace(point, **{name: getattr(point, name) / (conversations * point.at) for name in names})


def _lines(axes: Axes, points: Sequence[Point], values: Values, code: str, *, logarithmic: bool) -> None:
    x = [values.at(point.at) for point in points]
    amounts = [amount for each in points for amount in (each.mean, each.other_mean, each.p90, each.other_p90)]
    if logarithmic:
        axes.set_xscale("log")
        axes.minorticks_off()
    axes.set_xlim(x[0], x[-1])
    upright_money_axis(axes, 0.0 if min(amounts) >= 0 else min(amounts), 1.05 * max(amounts) or 1.0, code)
    for color, mean, p90 in ((BLUE, "mean", "p90"), (ORANGE, "other_mean", "other_p90")):
        axes.plot(x, [getattr(each, mean) for each in points], color=color, linewidth=2)
        axes.plot(x, [getattr(each, p90) for each in points], color=color, linewidth=1.3, linestyle=DASHES)


def _value_axis(axes: Axes, values: Values) -> None:
    """Label the x-axis in the unit of the values, as many ticks as there is room for."""
    low, high = axes.get_xlim()
    if axes.get_xscale() == "log":
        steps = np.array([1, 2, 5])
        decades = 10.0 ** np.arange(np.floor(np.log10(low)), np.ceil(np.log10(high)))
        places = [float(each) for each in np.outer(decades, steps).ravel() if low <= each <= high]
    else:
        places = ticks(low, high, most=6, signed=True)
    texts = values.texts(places)
    while len(places) > 2 and sum(text_width(text, TEXT_SIZE) + 0.2 for text in texts) > axes_width(axes):
        places = places[::2]
        texts = values.texts(places)
    axes.set_xticks(places, texts)
    axes.tick_params(axis="x", colors=INK, length=3)
    words = values.name if values.words in values.name else f"{values.name}, {values.words}"
    axes.set_xlabel(wrapped(words, axes_width(axes), TEXT_SIZE, most=1)[0], color=INK, size=TEXT_SIZE)


def _marks(axes: Axes, found: Breakeven, points: Sequence[Point], values: Values) -> None:
    low, high = axes.get_xlim()
    here = values.at(found.here)
    if low <= here <= high:
        axes.axvline(here, color=GREY, linewidth=1.2, linestyle=(0, (1, 2)))
    x = [values.at(each.at) for each in points]
    for crossings, amounts in (
        (found.answer("mean").crossings, [each.mean for each in points]),
        (found.answer("p90").crossings, [each.p90 for each in points]),
    ):
        for crossing in crossings:
            at = values.at(crossing.at.value)
            axes.plot(
                at, float(np.interp(at, x, amounts)), marker="o", markersize=7, markerfacecolor="white",
                markeredgecolor=INK, markeredgewidth=1.5, zorder=5,
            )  # fmt: skip


def _labels(axes: Axes, points: Sequence[Point], pair: Pair, right: float) -> None:
    """Name the lines at their right ends, apart from one another."""
    ends = sorted([(points[-1].mean, pair.labels[0], BLUE), (points[-1].other_mean, pair.labels[1], ORANGE)])
    low, high = axes.get_ylim()
    per_inch = (high - low) / HEIGHT
    names = [wrapped(name, right - MARGIN - 0.1, TEXT_SIZE, most=3) for _, name, _ in ends]
    gap = 0.17 * max(map(len, names)) * per_inch
    places = apart([amount for amount, _, _ in ends], gap, low + gap / 2, high - gap / 2)
    for (_, _, color), lines, place in zip(ends, names, places, strict=True):
        axes.text(1 + 0.08 / axes_width(axes), place, "\n".join(lines), transform=axes.get_yaxis_transform(),
                  va="center", color=color, weight="bold", size=TEXT_SIZE, linespacing=1.1)  # fmt: skip


def _table(points: Sequence[Point], values: Values, pair: Pair, code: str) -> ChartTable:
    amounts = one_unit(
        [each for point in points for each in (point.mean, point.other_mean, point.p90, point.other_p90)], code
    )
    at = values.told([point.at for point in points])
    first, other = pair.labels
    return ChartTable(
        (values.words or values.name, f"{first}, expected", f"{other}, expected", f"{first}, P90", f"{other}, P90"),
        tuple((text, *amounts[4 * row : 4 * row + 4]) for row, text in enumerate(at)),
    )

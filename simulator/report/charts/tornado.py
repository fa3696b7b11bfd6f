"""Chart 6: which assumption to argue about: P90 where an input is low and where it is high, in money."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from simulator.report.charts.base import (
    Chart,
    ChartTable,
    Margins,
    best_of,
    cut,
    no_answer,
    numbers_of,
    p90_of,
    sheet,
)
from simulator.report.charts.form import FILE, Form
from simulator.report.charts.rows import Beside, Rows, rows_axes, rows_of
from simulator.report.style import (
    BLUE,
    INK,
    LINE,
    MARGIN,
    ORANGE,
    PALE_BLUE,
    PALE_GREY,
    PALE_ORANGE,
    TEXT_SIZE,
    axes_width,
    figure_height,
    figure_width,
    look,
    money_axis,
    text_width,
    wrapped,
)
from simulator.report.summary.curves import TornadoBar, TornadoNumbers
from simulator.report.summary.summary import Summary
from simulator.report.words.figures import figures, one_unit

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from simulator.forecast.forecast import Forecast

NAMES: Final = 2.35
RIGHT: Final = 0.3
MOST: Final = 8
"""Bars drawn at most."""
ENDS: Final = ("at_low", "at_high")
BESIDE: Final = 0.06
"""Between a bar and its figure, and on the other side of that, in inches."""


def tornado_chart(source: Forecast | Summary, form: Form = FILE) -> Chart | None:
    """Draw the P90 where each assumption is lowest and highest; None with too few futures or nothing that varies."""
    summary = numbers_of(source)
    found = summary.tornado
    if found is None or not found.bars:
        return None
    shown = [bar for bar in found.bars if bar.visible][:MOST]
    title = _title(summary, shown)
    subtitle = (
        f"{p90_of(summary)} in the tenth of the futures in which an assumption is "
        "lowest (plain) and highest (hatched); all others vary as well"
    )
    rows = shown or found.bars[:1]
    with look():
        note = wrapped(_note(found, found.bars[len(shown) :]), form.width - 2 * MARGIN, TEXT_SIZE, most=4)
        names = rows_of([bar.label for bar in rows], form, Beside(NAMES, lines=2))
        margins = Margins(left=names.left, right=RIGHT, above=0.1, foot=0.4 + LINE * len(note))
        figure, axes = sheet(title, subtitle, names.body, margins, form)
        texts = bar_texts(rows, found.p90, summary.currency)
        money_axis(axes, *bar_range(found, rows, texts, axes_width(axes)), summary.currency)
        rows_axes(axes, len(rows))
        axes.axvspan(*found.floor, color=PALE_GREY, linewidth=0, zorder=0)
        axes.axvline(found.p90, color=INK, linewidth=1)
        draw_bars(axes, rows, names, found.p90)
        draw_bar_texts(axes, names, texts)
        figure.text(MARGIN / figure_width(axes), 0.07 / figure_height(axes), "\n".join(note), va="bottom",
                         color=INK, size=TEXT_SIZE)  # fmt: skip
    return Chart(figure, title, _alt(summary, shown, title, subtitle), subtitle, _table(summary, found.bars))


def _title(summary: Summary, shown: Sequence[TornadoBar]) -> str:
    if not best_of(summary).bills_units:
        return no_answer(best_of(summary))
    if not shown:
        return "No single assumption moves P90 visibly"
    first = shown[0]
    low, high = figures([first.at_low, first.at_high], summary.currency)
    name = cut(first.label, 60)
    return f"P90 depends most on {name}: {low} where it is lowest, {high} where it is highest"


def _note(found: TornadoNumbers, left: Sequence[TornadoBar]) -> str:
    """Say what the grey band is, and what is not drawn."""
    band = (
        f"Grey: sampling noise alone; {100 * found.floor_level:g} % of tenths of the futures taken at random have "
        "their P90 there"
    )
    if not left:
        return band
    one = "assumption is" if len(left) == 1 else "assumptions are"
    hidden = sum(bar.visible for bar in left)
    inside = (
        f"{len(left)} more {one} within it" if not hidden else f"{len(left)} more {one} not shown, {hidden} beyond it"
    )
    return f"{band}; {inside}"


class Amount(NamedTuple):
    """A figure at the end of a bar: number of its row, the bar's end, the text, and on which side it stands."""

    place: int
    end: float
    text: str
    side: int


def bar_texts(rows: Sequence[TornadoBar], p90: float, code: str) -> list[Amount]:
    """Return the figures at the ends of the bars; where both ends lie on one side the farther one alone."""
    texts = iter(figures([bar.at(end) for bar in rows for end in ENDS], code))
    found = []
    for place, bar in enumerate(rows):
        both = [Amount(place, bar.at(end), next(texts), 1 if bar.at(end) >= p90 else -1) for end in ENDS]
        alike = both[0].side == both[1].side
        found += [max(both, key=lambda each: abs(each.end - p90))] if alike else both
    return found


def bar_range(
    found: TornadoNumbers, rows: Sequence[TornadoBar], texts: Sequence[Amount], width: float
) -> tuple[float, float]:
    """Return the range of the axis, with room for the figures beside the longest bars."""
    ends = [found.p90, *found.floor, *(bar.at(end) for bar in rows for end in ENDS)]
    low, high = min(ends), max(ends)
    if high - low <= 1e-9 * abs(high):
        low, high = low - (abs(low) / 10 or 1.0), high + (abs(high) / 10 or 1.0)
    room = {side: max((_room(each) for each in texts if each.side == side), default=0.05) for side in (-1, 1)}
    per_inch = (high - low) / max(width - sum(room.values()), 0.3 * width)
    return low - room[-1] * per_inch, high + room[1] * per_inch


def _room(amount: Amount) -> float:
    return text_width(amount.text, TEXT_SIZE) + 2 * BESIDE


def draw_bars(axes: Axes, rows: Sequence[TornadoBar], names: Rows, p90: float) -> None:
    looks = zip(ENDS, ((PALE_BLUE, BLUE, None), (PALE_ORANGE, ORANGE, "///")), strict=True)
    for end, (pale, strong, hatch) in looks:
        for place, bar in enumerate(rows):
            axes.barh(names.middle(place), bar.at(end) - p90, left=p90, height=names.thick, color=pale,
                      edgecolor=strong, linewidth=1.2, hatch=hatch, zorder=2)  # fmt: skip
    for place in range(len(rows)):
        names.write(axes, place)


def draw_bar_texts(axes: Axes, names: Rows, texts: Sequence[Amount]) -> None:
    low, high = axes.get_xlim()
    beside = BESIDE * (high - low) / axes_width(axes)
    for place, end, text, side in texts:
        axes.text(end + side * beside, names.middle(place), text, va="center", ha="left" if side > 0 else "right",
                  color=INK, size=TEXT_SIZE, zorder=4)  # fmt: skip


def _table(summary: Summary, bars: Sequence[TornadoBar]) -> ChartTable:
    low = one_unit([bar.at_low for bar in bars], summary.currency)
    high = one_unit([bar.at_high for bar in bars], summary.currency)
    return ChartTable(
        ("assumption", "P90 where lowest", "P90 where highest", "beyond sampling noise"),
        tuple((bar.label, low[place], high[place], "yes" if bar.visible else "no") for place, bar in enumerate(bars)),
    )


def _alt(summary: Summary, shown: Sequence[TornadoBar], title: str, subtitle: str) -> str:
    parts = [f"{row[0]}: {row[1]} to {row[2]}" for row in _table(summary, shown).rows]
    return f"Tornado of P90. {title}. {subtitle}. {'; '.join(parts) or 'no bar beyond sampling noise'}."

"""Chart 6: which assumption to argue about: P90 where an input is low and where it is high, in money."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from simulator.report.charts.base import (
    Chart,
    ChartTable,
    Margins,
    best_of,
    cut,
    name_lines,
    no_answer,
    numbers_of,
    p90_of,
    padded,
    row_name,
    rows_axes,
    sheet,
)
from simulator.report.style import (
    BLUE,
    INK,
    MARGIN,
    ORANGE,
    PALE_BLUE,
    PALE_GREY,
    PALE_ORANGE,
    TEXT_SIZE,
    WIDTH,
    look,
    money_axis,
)
from simulator.report.words.figures import figures, one_unit
from simulator.report.words.summary_block import Block

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from simulator.forecast.forecast import Forecast

NAMES: Final = 2.35
RIGHT: Final = 0.3
ROW: Final = 0.42
MOST: Final = 8
"""Bars drawn at most."""
NOTE: Final = 0.24
"""Room for the line under the axis."""


def tornado_chart(source: Forecast | Block) -> Chart | None:
    """Draw the P90 where each assumption is lowest and highest; None with too few futures or nothing that varies."""
    summary = numbers_of(source)
    found = summary["tornado"]
    if found is None or not found["bars"]:
        return None
    shown = [bar for bar in found["bars"] if bar["visible"]][:MOST]
    title = _title(summary, shown)
    subtitle = (
        f"{p90_of(summary)} in the tenth of the futures in which an assumption is "
        "lowest (plain) and highest (hatched); all others vary as well"
    )
    left = found["bars"][len(shown) :]
    with look():
        rows = shown or found["bars"][:1]
        figure, axes = sheet(title, subtitle, ROW * len(rows), Margins(left=NAMES, right=RIGHT, foot=0.55 + NOTE))
        ends = [found["p90"], *found["floor"], *(bar[end] for bar in rows for end in ("at_low", "at_high"))]
        low, high = padded(min(ends), max(ends), 0.16)
        money_axis(axes, low, high, summary["currency"])
        rows_axes(axes, len(rows))
        axes.axvspan(*found["floor"], color=PALE_GREY, linewidth=0, zorder=0)
        axes.axvline(found["p90"], color=INK, linewidth=1)
        _bars(axes, rows, found["p90"], summary["currency"])
        figure.text(MARGIN / WIDTH, 0.1 / figure.get_figheight(), _note(found, left), color=INK, size=TEXT_SIZE)
    return Chart(figure, title, _alt(summary, shown, title, subtitle), subtitle, _table(summary, found["bars"]))


def _title(summary: Block, shown: Sequence[Block]) -> str:
    if not best_of(summary)["bills_units"]:
        return no_answer(best_of(summary))
    if not shown:
        return "No single assumption moves P90 visibly"
    first = shown[0]
    low, high = figures([first["at_low"], first["at_high"]], summary["currency"])
    name = cut(first["label"], 60)
    return f"P90 depends most on {name}: {low} where it is lowest, {high} where it is highest"


def _note(found: Block, left: Sequence[Block]) -> str:
    band = f"grey: chance alone ({100 * found['floor_level']:g} % of tenths taken at random lie there)"
    if not left:
        return band[0].upper() + band[1:]
    one = "assumption is" if len(left) == 1 else "assumptions are"
    hidden = sum(bar["visible"] for bar in left)
    inside = (
        f"{len(left)} more {one} within it" if not hidden else f"{len(left)} more {one} not shown, {hidden} beyond it"
    )
    return f"{band[0].upper()}{band[1:]}; {inside}"


def _bars(axes: Axes, rows: Sequence[Block], p90: float, code: str) -> None:
    texts = figures([bar[end] for bar in rows for end in ("at_low", "at_high")], code)
    per_inch = (axes.get_xlim()[1] - axes.get_xlim()[0]) / (axes.get_position().width * WIDTH)
    for place, bar in enumerate(rows):
        row_name(axes, place, name_lines(bar["label"], NAMES - MARGIN - 0.1, most=2), NAMES)
        ends = (("at_low", PALE_BLUE, BLUE, None), ("at_high", PALE_ORANGE, ORANGE, "///"))
        for number, (end, pale, strong, hatch) in enumerate(ends):
            axes.barh(place, bar[end] - p90, left=p90, height=0.5, color=pale, edgecolor=strong, linewidth=1.2,
                      hatch=hatch, zorder=2)  # fmt: skip
            text, outward = texts[2 * place + number], 1 if bar[end] >= p90 else -1
            if number and (bar["at_low"] >= p90) == (bar["at_high"] >= p90):
                continue
            at = bar[end] + outward * 0.06 * per_inch
            axes.text(at, place, text, va="center", ha="left" if outward > 0 else "right", color=INK, size=TEXT_SIZE,
                      zorder=4)  # fmt: skip


def _table(summary: Block, bars: Sequence[Block]) -> ChartTable:
    low = one_unit([bar["at_low"] for bar in bars], summary["currency"])
    high = one_unit([bar["at_high"] for bar in bars], summary["currency"])
    return ChartTable(
        ("assumption", "P90 where lowest", "P90 where highest", "beyond noise"),
        tuple(
            (bar["label"], low[place], high[place], "yes" if bar["visible"] else "no") for place, bar in enumerate(bars)
        ),
    )


def _alt(summary: Block, shown: Sequence[Block], title: str, subtitle: str) -> str:
    parts = [f"{row[0]}: {row[1]} to {row[2]}" for row in _table(summary, shown).rows]
    return f"Tornado of P90. {title}. {subtitle}. {'; '.join(parts) or 'no bar beyond noise'}."

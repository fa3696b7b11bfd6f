"""Bars of what several things are worth, with their intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from simulator.decisions.worth import Estimate
from simulator.report.charts.base import Chart, ChartTable, Margins, sheet
from simulator.report.charts.form import Form
from simulator.report.charts.rows import AmountColumn, Beside, Rows, row_amount, rows_axes, rows_of
from simulator.report.style import BLUE, INK, MARGIN, ORANGE, PALE_BLUE, PALE_ORANGE, look, money_axis
from simulator.report.words.figures import in_thousands

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NAMES: Final = 2.6
AMOUNTS: Final = 0.9


@dataclass(frozen=True, slots=True)
class WorthBar:
    """A bar.

    Attributes:
        in_part: whether it is hatched, as what is only known in part.
    """

    name: str
    worth: Estimate
    in_part: bool = False


def worth_bars(title: str, subtitle: str, bars: Sequence[WorthBar], code: str, form: Form) -> Chart:
    """Draw amounts from 0 as bars with their intervals, and the amounts at the right."""
    texts = in_thousands([bar.worth.value for bar in bars], code)
    with look():
        names = rows_of([bar.name for bar in bars], form, Beside(NAMES, lines=2))
        figure, axes = sheet(title, subtitle, names.body, Margins(left=names.left, right=AMOUNTS), form)
        ends = [end for bar in bars for end in (bar.worth.value, bar.worth.low, bar.worth.high) if end is not None]
        money_axis(axes, min(0.0, *ends), 1.04 * max(ends, default=0.0) or 1.0, code, signed=True)
        rows_axes(axes, len(bars))
        axes.axvline(0, color=INK, linewidth=1)
        for place, (bar, text) in enumerate(zip(bars, texts, strict=True)):
            _bar(axes, names, place, bar)
            row_amount(axes, names.middle(place), text, AmountColumn(MARGIN, AMOUNTS - MARGIN - 0.05))
    rows = tuple((bar.name, text, *_ends(bar, code)) for bar, text in zip(bars, texts, strict=True))
    table = ChartTable(("what", "worth", "low", "high"), rows)
    alt = "; ".join(f"{name}: {text}" for name, text, *_ in rows)
    return Chart(figure, title, f"Bars. {title}. {subtitle}. {alt}.", subtitle, table)


def _ends(bar: WorthBar, code: str) -> tuple[str, str]:
    if bar.worth.low is None or bar.worth.high is None:
        return "n/a", "n/a"
    low, high = in_thousands([bar.worth.low, bar.worth.high], code)
    return low, high


def _bar(axes: Axes, names: Rows, place: int, bar: WorthBar) -> None:
    pale, strong, hatch = (PALE_ORANGE, ORANGE, "///") if bar.in_part else (PALE_BLUE, BLUE, None)
    middle = names.middle(place)
    axes.barh(middle, bar.worth.value, height=names.thick, color=pale, edgecolor=strong, linewidth=1.2, hatch=hatch)
    if bar.worth.low is not None and bar.worth.high is not None:
        axes.plot([bar.worth.low, bar.worth.high], [middle] * 2, color=INK, linewidth=1.6)
    names.write(axes, place)

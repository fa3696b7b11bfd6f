"""Chart 7: when the money runs out: the cumulated cost month by month against the budget."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from simulator.report.blocks.over_time import BANDS, FAN
from simulator.report.charts.base import (
    DASHED,
    Chart,
    ChartTable,
    Margins,
    apart,
    best_of,
    budget_text,
    month_ticks,
    no_answer,
    numbers_of,
    one_budget,
    overrun_text,
    sheet,
    what,
)
from simulator.report.charts.form import FILE, Form
from simulator.report.style import (
    BLUE,
    GREY,
    INK,
    LINE,
    ORANGE,
    TEXT_SIZE,
    axes_width,
    look,
    text_width,
    upright_money_axis,
    wrapped,
)
from simulator.report.summary.budget import Budget
from simulator.report.summary.contract import ContractNumbers
from simulator.report.summary.over_time import CumulativeFan
from simulator.report.summary.summary import Summary
from simulator.report.words.figures import figures, one_unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from simulator.forecast.forecast import Forecast

HEIGHT: Final = 2.9
LEFT, RIGHT = (0.85, 0.7), (1.25, 1.05)
"""Room beside the axes, wide and narrow."""
LEGEND: Final = 0.3
"""Height of the row that names the bands."""
LABELLED: Final = ("p10", "p50", "p90", "p95")
SHADES: Final = dict(zip(BANDS, ("#DFECF4", "#B3D2E5", "#7FB3D5"), strict=True))
"""Fills of the bands, the darker the more likely; in grey they differ as much as in colour."""
DASHES: Final = MappingProxyType({"90 %": (1, 1.5), "80 %": (4, 2), "50 %": (1, 0)})
"""Dashes and gaps at the edges of the bands (none in the innermost): pale fills carry nothing alone."""
LABEL_GAP: Final = 0.17
CORNER: Final = 0.55
"""Share of the axes' width that the budget's text may take in the upper left corner, which the bands leave free."""
FAR: Final = 1.6
"""A budget beyond so many times the highest amount does not stretch the axis."""


def cumulative_fan(source: Forecast | Summary, form: Form = FILE) -> Chart:
    """Draw the recommended contract's cost from the first month on, bands of 50, 80 and 90 %, and the budget.

    Limits of fiscal years are marked, with the budget of each; of one budget, the month in which P90 passes it.
    """
    summary = numbers_of(source)
    best = best_of(summary)
    fan, months = summary.cumulative.contracts[best.name], summary.cumulative.months
    title = _title(summary, best)
    subtitle = (
        f"{best.title}. {what(summary)}, summed from the first month; each band holds its share of the futures "
        "month by month: no single future need follow an edge"
    )
    left, right = LEFT[form.narrow], RIGHT[form.narrow]
    with look():
        years = year_spans(summary, form.width - left - right)
        names = LINE * max((len(year.lines) for year in years), default=0)
        margins = Margins(left=left, right=right, above=LEGEND + 0.12 + names)
        figure, axes = sheet(title, subtitle, HEIGHT, margins, form)
        high = _height(fan, one_budget(summary))
        upright_money_axis(axes, 0.0, high, summary.currency)
        _bands(axes, fan)
        _legend(axes, form, names)
        month_ticks(axes, months)
        _years(axes, years)
        _labels(axes, fan, summary.currency, right)
        _budget(axes, summary, fan, months)
    return Chart(figure, title, _alt(summary, fan, title), subtitle, _table(summary, fan))


class YearSpan(NamedTuple):
    """A fiscal year along the months: number of months before it and after it, and the lines of its name."""

    start: int
    end: int
    lines: list[str]


def year_spans(summary: Summary, width: float) -> list[YearSpan]:
    """Return the fiscal years of axes so many inches wide; none where the horizon lies in one year.

    A year with a budget of its own has that below its name; one that is too short for its name has none.
    """
    years, months = summary.fiscal_years, len(summary.cumulative.months)
    if len(years) < 2:
        return []
    spans, start = [], 0
    for year in years:
        end = start + summary.cumulative.months[start:].index(year.last) + 1
        room = width * (end - start) / months - 0.08
        budget = "" if year.budget is None else f"budget {figures([year.budget], summary.currency)[0]}"
        lines = [year.name, *(wrapped(budget, room, TEXT_SIZE, most=2) if budget else [])]
        fits = max(text_width(line, TEXT_SIZE) for line in lines) <= room
        spans.append(YearSpan(start, end, lines if fits else []))
        start = end
    return spans


def _title(summary: Summary, best: ContractNumbers) -> str:
    if not best.bills_units:
        return no_answer(best)
    fan, months = summary.cumulative.contracts[best.name], summary.cumulative.months
    if one_budget(summary) is None:
        (p90,) = figures([fan.p90[-1]], summary.currency)
        return f"By {months[-1]}, nine in ten futures have cost {p90} or less"
    amount = budget_text(summary)
    passed = [fan.crosses[key] for key in ("p50", "p90")]
    middle, late = (None if number is None else months[number - 1] for number in passed)
    if late is None:
        return f"The budget of {amount} lasts to the end of {months[-1]} in at least nine of ten futures"
    if middle is None:
        return f"The budget of {amount} lasts in the middle future; P90 passes it in {late}"
    if middle == late:
        return f"The budget of {amount} is used up in {late}, at P90 as in the middle future"
    return f"The budget of {amount} is used up in {late} at P90, in {middle} in the middle future"


def _height(fan: CumulativeFan, budget: Budget | None) -> float:
    high = float(max(fan.p95[-1], fan.mean[-1]))
    if budget is not None and 0 < budget.amount <= FAR * high:
        high = max(high, 1.03 * budget.amount)
    return 1.06 * high or 1.0


def _bands(axes: Axes, fan: CumulativeFan) -> None:
    x = range(len(fan.p50) + 1)
    for share, (low, high) in BANDS.items():
        axes.fill_between(x, [0.0, *fan.path(low)], [0.0, *fan.path(high)], color=SHADES[share], linewidth=0)
        for edge in (low, high):
            width = 1.5 if share == "80 %" else 0.9
            axes.plot(x, [0.0, *fan.path(edge)], color=BLUE, linewidth=width, linestyle=(0, DASHES[share]))
    axes.plot(x, [0.0, *fan.p50], color=BLUE, linewidth=2.2)
    axes.set_xlim(0, len(fan.p50))


def _legend(axes: Axes, form: Form, names: float) -> None:
    """Name the bands in one row above the names of the years, as they are filled and edged."""
    from matplotlib.patches import Patch

    edges = {share: "" if form.narrow else f": {low.upper()} to {high.upper()}" for share, (low, high) in BANDS.items()}
    words = [f"{share}{text}" for share, text in edges.items()]
    axes.legend(
        [Patch(facecolor=SHADES[share], edgecolor=BLUE, linestyle=(0, DASHES[share])) for share in BANDS], words,
        loc="lower left", bbox_to_anchor=(0, 1 + (0.03 + names) / HEIGHT), ncol=len(BANDS), frameon=False,
        borderaxespad=0, borderpad=0.2, handlelength=1.6, columnspacing=1.5, fontsize=TEXT_SIZE, labelcolor=INK,
    )  # fmt: skip


def _years(axes: Axes, years: Sequence[YearSpan]) -> None:
    """Mark the limits of fiscal years, and write their names above the axes."""
    for number, (start, end, lines) in enumerate(years):
        if number:
            axes.axvline(start, color=GREY, linewidth=0.8, linestyle=(0, (1, 2)))
        if lines:
            place = (start + end) / 2, 1 + 0.03 / HEIGHT
            axes.text(*place, "\n".join(lines), transform=axes.get_xaxis_transform(), ha="center", va="bottom",
                      color=INK, size=TEXT_SIZE, linespacing=1.1)  # fmt: skip


def _labels(axes: Axes, fan: CumulativeFan, code: str, right: float) -> None:
    """Write the amounts at the end of the last month, apart from one another."""
    ends = [fan.path(key)[-1] for key in LABELLED]
    texts = figures(ends, code)
    high = axes.get_ylim()[1]
    per_inch = high / HEIGHT
    places = apart(ends, LABEL_GAP * per_inch, 0.08 * per_inch, high)
    for key, text, place in zip(LABELLED, texts, places, strict=True):
        label = f"{key.upper()} {text}"
        size = min(TEXT_SIZE, TEXT_SIZE * (right - 0.2) / text_width(label, TEXT_SIZE, bold=True))
        axes.text(
            1 + 0.06 / (axes_width(axes)), place, label, transform=axes.get_yaxis_transform(),
            va="center", color=BLUE if key in ("p50", "p90") else INK, size=size,
            weight="bold" if key == "p90" else "normal",
        )  # fmt: skip


def _budget(axes: Axes, summary: Summary, fan: CumulativeFan, months: Sequence[str]) -> None:
    """Draw the budget as a line, named in the upper left corner, with the month in which P90 passes it."""
    budget = one_budget(summary)
    if budget is None:
        return
    amount, high, late = budget.amount, axes.get_ylim()[1], fan.crosses["p90"]
    text = f"budget {budget_text(summary)}{' ▴' if amount > high else ''}"
    if late is not None:
        text += f"; P90 passes it in {months[late - 1]}{overrun_text(summary)}"
    lines = wrapped(text, CORNER * axes_width(axes), TEXT_SIZE, most=6)
    above = amount <= high and (high - amount) / high * HEIGHT > 0.17 * len(lines) + 0.05
    place = amount + 0.02 * high if above else 0.98 * high
    under: dict[str, Any] = {"facecolor": "white", "edgecolor": "none", "pad": 0.4}
    axes.text(
        0.05 / axes_width(axes), place, "\n".join(lines), va="bottom" if above else "top", color=ORANGE,
        size=TEXT_SIZE, transform=axes.get_yaxis_transform(), linespacing=1.1, bbox=under,
    )  # fmt: skip
    if amount <= high:
        axes.axhline(amount, color=ORANGE, linestyle=DASHED, linewidth=1.4)
        if late is not None:
            axes.plot(late, fan.p90[late - 1], marker="o", markersize=5, markerfacecolor="white",
                      markeredgecolor=ORANGE, markeredgewidth=1.4, zorder=4)  # fmt: skip


def _table(summary: Summary, fan: CumulativeFan) -> ChartTable:
    keys = ("mean", *FAN)
    columns = {key: one_unit(fan.path(key), summary.currency) for key in keys}
    return ChartTable(
        ("from the first month to", *(key if key == "mean" else key.upper() for key in keys)),
        tuple((month, *(columns[key][place] for key in keys)) for place, month in enumerate(summary.cumulative.months)),
    )


def _alt(summary: Summary, fan: CumulativeFan, title: str) -> str:
    texts = zip(LABELLED, figures([fan.path(key)[-1] for key in LABELLED], summary.currency), strict=True)
    points = ", ".join(f"{key.upper()} {text}" for key, text in texts)
    ends = {share: figures([fan.path(edge)[-1] for edge in edges], summary.currency) for share, edges in BANDS.items()}
    bands = "; ".join(f"{share} of the futures from {low} to {high}" for share, (low, high) in ends.items())
    budget = "" if one_budget(summary) is None else f" Budget {budget_text(summary)}."
    of = best_of(summary).title
    return f"Fan of the cumulated cost of {of}. {title}. {what(summary)}. At the end: {points}; {bands}.{budget}"

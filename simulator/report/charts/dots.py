"""Chart 8: the cost as 50 equally likely futures, for those who read no statistics."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from simulator.arrays import Array
from simulator.report.charts.base import (
    Chart,
    ChartTable,
    Margins,
    best_of,
    budget_line,
    budget_text,
    no_answer,
    numbers_of,
    one_budget,
    padded,
    sheet,
    what,
    with_budget,
)
from simulator.report.style import BLUE, MARGIN, ORANGE, axes_width, look, money_axis
from simulator.report.summary.contract import ContractNumbers
from simulator.report.summary.summary import Summary
from simulator.report.words.figures import figures, one_unit

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from simulator.forecast.forecast import Forecast


DOTS: Final = 50
HEIGHT: Final = 2.0
SIDE: Final = 0.3
BINS: Final = 22


def dot_plot(source: Forecast | Summary) -> Chart:
    """Draw 50 equally likely futures of the recommended contract as dots, those over the budget hollow."""
    summary = numbers_of(source)
    best, budget = best_of(summary), one_budget(summary)
    dots = dots_of(summary)
    over = 0 if budget is None else int(np.count_nonzero(dots > budget.amount))
    title = _title(summary, best, over)
    hollow = "" if budget is None else "; hollow: over the budget"
    subtitle = f"{best.title}. {what(summary)}; each dot stands for a fiftieth of the futures{hollow}"
    low, high = padded(*with_budget(float(dots[0]), float(dots[-1]), budget), 0.06)
    with look():
        figure, axes = sheet(title, subtitle, HEIGHT, Margins(left=SIDE, right=SIDE))
        money_axis(axes, low, high, summary.currency)
        axes.set_yticks([])
        axes.spines.left.set_visible(False)
        _dots(axes, dots, (low, high), None if budget is None else budget.amount)
        budget_line(axes, summary, (low, high), [f"budget {budget_text(summary)}"], right=MARGIN)
    return Chart(figure, title, _alt(summary, title, dots), subtitle, _table(summary, dots))


def dots_of(summary: Summary) -> Array:
    """Return the amounts at the middle of each fiftieth of the futures, the least first."""
    curve = np.array(summary.curve.amounts)
    places = (2 * np.arange(DOTS) + 1) * summary.curve.steps // (2 * DOTS)
    return np.asarray(curve[places])


def _title(summary: Summary, best: ContractNumbers, over: int) -> str:
    if not best.bills_units:
        return no_answer(best)
    if one_budget(summary) is None:
        (p90,) = figures([best.cost(summary.ranked_by).p90], summary.currency)
        return f"Of 50 equally likely futures, 45 cost {p90} or less"
    number = {0: "none", DOTS: "all"}.get(over, str(over))
    verb = "costs" if over == 1 else "cost"
    return f"Of 50 equally likely futures, {number} {verb} more than the budget of {budget_text(summary)}"


def _dots(axes: Axes, dots: Array, limits: tuple[float, float], budget: float | None) -> None:
    """Stack the dots in bins of one width, with the budget at an edge of a bin; one column stands where it is."""
    low, high = limits
    width = (high - low) / BINS
    origin = low if budget is None or not low <= budget <= high else budget
    # a dot that costs exactly the budget is within it: bins are closed at their upper edge
    bins = np.ceil((dots - origin) / width - 1e-9).astype(int)
    inch = axes_width(axes) / BINS
    tallest = max(np.unique(bins, return_counts=True)[1])
    diameter = min(0.9 * inch, 0.95 * HEIGHT / tallest)
    seen: dict[int, int] = {}
    alike = bool(dots[0] == dots[-1])
    axes.set_ylim(0, HEIGHT)
    for amount, place in zip(dots, bins.tolist(), strict=True):
        seen[place] = seen.get(place, 0) + 1
        over = budget is not None and amount > budget
        middle = amount if alike else origin + (place - 0.5) * width
        axes.plot(
            middle, (seen[place] - 0.5) * diameter, marker="o", markersize=0.88 * 72 * diameter,
            markerfacecolor="white" if over else BLUE, markeredgecolor=ORANGE if over else BLUE, markeredgewidth=1.3,
            clip_on=False,
        )  # fmt: skip


def _table(summary: Summary, dots: Array) -> ChartTable:
    budget = one_budget(summary)
    chosen = [0, 4, 9, 14, 19, 24, 29, 34, 39, 44, 49]
    texts = one_unit([float(dots[place]) for place in chosen], summary.currency)
    rows = []
    for place, text in zip(chosen, texts, strict=True):
        state = "" if budget is None else ("over the budget" if dots[place] > budget.amount else "within the budget")
        rows.append((f"dot {place + 1} of 50", text, state or "no budget given"))
    return ChartTable(("from the cheapest", "amount", "budget"), tuple(rows))


def _alt(summary: Summary, title: str, dots: Array) -> str:
    low, middle, p90, high = figures([float(dots[i]) for i in (0, 24, 44, 49)], summary.currency)
    return (
        f"Dot plot. {title}. {what(summary)}. The dots run from {low} to {high}; the 25th lies at {middle}, the 45th "
        f"at {p90}."
    )

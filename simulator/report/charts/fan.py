"""Chart 7: when the money runs out: the cumulated cost month by month against the budget."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from simulator.report.blocks.over_time import BANDS, FAN
from simulator.report.charts.base import (
    DASHED,
    Chart,
    ChartTable,
    Margins,
    apart,
    best_of,
    budget_text,
    no_answer,
    numbers_of,
    one_budget,
    sheet,
    what,
)
from simulator.report.charts.form import FILE, Form
from simulator.report.style import (
    BLUE,
    INK,
    ORANGE,
    TEXT_SIZE,
    axes_width,
    look,
    text_width,
    upright_money_axis,
)
from simulator.report.words.figures import figures, one_unit
from simulator.report.words.summary_block import Block

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from simulator.forecast.forecast import Forecast

HEIGHT: Final = 2.9
LEFT, RIGHT = 0.85, 1.25
LABELLED: Final = ("p10", "p50", "p90", "p95")
SHADES: Final = dict(zip(BANDS, ("#DFECF4", "#B3D2E5", "#7FB3D5"), strict=True))
"""Fills of the bands, the darker the more likely; in grey they differ as much as in colour."""
DASHES: Final = MappingProxyType({"90 %": (1, 1.5), "80 %": (4, 2), "50 %": (1, 0)})
"""Dashes and gaps at the edges of the bands (none in the innermost): pale fills carry nothing alone."""
LABEL_GAP: Final = 0.17
FAR: Final = 1.6
"""A budget beyond so many times the highest amount does not stretch the axis."""


def cumulative_fan(source: Forecast | Block, form: Form = FILE) -> Chart:
    """Draw the recommended contract's cost from the first month on, bands of 50, 80 and 90 %, and the budget."""
    summary = numbers_of(source)
    best = best_of(summary)
    fan, months = summary["cumulative"]["contracts"][best["name"]], summary["cumulative"]["months"]
    title = _title(summary, best)
    subtitle = (
        f"{best['title']}. {what(summary)}, summed from the first month; each band holds its share of the futures "
        "month by month: no single future need follow an edge"
    )
    with look():
        right = 1.05 if form.narrow else RIGHT
        left = 0.7 if form.narrow else LEFT
        figure, axes = sheet(title, subtitle, HEIGHT, Margins(left=left, right=right, above=0.42), form)
        high = _height(fan, one_budget(summary))
        upright_money_axis(axes, 0.0, high, summary["currency"])
        _bands(axes, fan, form)
        _months(axes, months)
        _labels(axes, fan, summary["currency"], right)
        _budget(axes, summary, len(months), high)
    return Chart(figure, title, _alt(summary, fan, title), subtitle, _table(summary, fan))


def _title(summary: Block, best: Block) -> str:
    if not best["bills_units"]:
        return no_answer(best)
    fan, months = summary["cumulative"]["contracts"][best["name"]], summary["cumulative"]["months"]
    if one_budget(summary) is None:
        (p90,) = figures([fan["p90"][-1]], summary["currency"])
        return f"By {months[-1]}, nine in ten futures have cost {p90} or less"
    amount = budget_text(summary)
    middle, late = (None if fan["crosses"][key] is None else months[fan["crosses"][key] - 1] for key in ("p50", "p90"))
    if late is None:
        return f"The budget of {amount} lasts to the end of {months[-1]} in at least nine of ten futures"
    if middle is None:
        return f"The budget of {amount} lasts in the middle future; P90 passes it in {late}"
    if middle == late:
        return f"The budget of {amount} is used up in {late}, at P90 as in the middle future"
    return f"The budget of {amount} is used up in {late} at P90, in {middle} in the middle future"


def _height(fan: Block, budget: Block | None) -> float:
    high = float(max(fan["p95"][-1], fan["mean"][-1]))
    if budget is not None and 0 < budget["amount"] <= FAR * high:
        high = max(high, 1.03 * budget["amount"])
    return 1.06 * high or 1.0


def _bands(axes: Axes, fan: Block, form: Form) -> None:
    x = range(len(fan["p50"]) + 1)
    for share, (low, high) in BANDS.items():
        axes.fill_between(x, [0.0, *fan[low]], [0.0, *fan[high]], color=SHADES[share], linewidth=0)
        for edge in (low, high):
            width = 1.5 if share == "80 %" else 0.9
            axes.plot(x, [0.0, *fan[edge]], color=BLUE, linewidth=width, linestyle=(0, DASHES[share]))
    axes.plot(x, [0.0, *fan["p50"]], color=BLUE, linewidth=2.2)
    axes.set_xlim(0, len(fan["p50"]))
    _legend(axes, form)


def _legend(axes: Axes, form: Form) -> None:
    """Name the bands in one row above the axes, as they are filled and edged."""
    from matplotlib.patches import Patch

    axes.legend(
        [Patch(facecolor=SHADES[share], edgecolor=BLUE, linestyle=(0, DASHES[share])) for share in BANDS],
        [share if form.narrow else f"{share}: {low.upper()} to {high.upper()}" for share, (low, high) in BANDS.items()],
        loc="lower left", bbox_to_anchor=(0, 1.01), ncol=len(BANDS), frameon=False, borderaxespad=0, borderpad=0.2,
        handlelength=1.6, columnspacing=1.5, fontsize=TEXT_SIZE, labelcolor=INK,
    )  # fmt: skip


def _months(axes: Axes, months: Sequence[str]) -> None:
    """Label ends of months, as many as there is room for, the last one always."""
    room = axes_width(axes) / (text_width("2027-12", TEXT_SIZE) + 0.15)
    step = next(step for step in (1, 2, 3, 4, 6, 12, 24, 36, 60, len(months)) if len(months) / step <= room)
    places = range(len(months), 0, -step)
    axes.set_xticks(list(places), [months[place - 1] for place in places])
    axes.tick_params(axis="x", colors=INK, length=3)


def _labels(axes: Axes, fan: Block, code: str, right: float) -> None:
    """Write the amounts at the end of the last month, apart from one another."""
    ends = [fan[key][-1] for key in LABELLED]
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


def _budget(axes: Axes, summary: Block, months: int, high: float) -> None:
    budget = one_budget(summary)
    if budget is None:
        return
    amount, text = budget["amount"], f"budget {budget_text(summary)}"
    if amount > high:
        axes.text(0.02 * months, 0.97 * high, f"{text} ▴", va="top", color=ORANGE, size=TEXT_SIZE)
        return
    axes.axhline(amount, color=ORANGE, linestyle=DASHED, linewidth=1.4)
    axes.text(0.02 * months, amount + 0.01 * high, text, va="bottom", color=ORANGE, size=TEXT_SIZE)


def _table(summary: Block, fan: Block) -> ChartTable:
    keys = ("mean", *FAN)
    columns = {key: one_unit(fan[key], summary["currency"]) for key in keys}
    return ChartTable(
        ("from the first month to", *(key if key == "mean" else key.upper() for key in keys)),
        tuple(
            (month, *(columns[key][place] for key in keys))
            for place, month in enumerate(summary["cumulative"]["months"])
        ),
    )


def _alt(summary: Block, fan: Block, title: str) -> str:
    texts = zip(LABELLED, figures([fan[key][-1] for key in LABELLED], summary["currency"]), strict=True)
    points = ", ".join(f"{key.upper()} {text}" for key, text in texts)
    ends = {share: figures([fan[edge][-1] for edge in edges], summary["currency"]) for share, edges in BANDS.items()}
    bands = "; ".join(f"{share} of the futures from {low} to {high}" for share, (low, high) in ends.items())
    budget = "" if one_budget(summary) is None else f" Budget {budget_text(summary)}."
    of = best_of(summary)["title"]
    return f"Fan of the cumulated cost of {of}. {title}. {what(summary)}. At the end: {points}; {bands}.{budget}"

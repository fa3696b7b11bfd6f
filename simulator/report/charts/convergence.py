"""Chart 10: are there enough futures: P90 and its interval from the first n of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from simulator.report.charts.base import (
    Chart,
    ChartTable,
    Margins,
    best_of,
    no_answer,
    numbers_of,
    p90_of,
    padded,
    sheet,
)
from simulator.report.style import BLUE, GREY, INK, PALE_BLUE, TEXT_SIZE, look, upright_money_axis
from simulator.report.summary.contract import ContractNumbers
from simulator.report.summary.curves import ConvergencePoint
from simulator.report.summary.summary import Summary
from simulator.report.words.figures import figures, one_unit, percents
from simulator.risk import LEAST_FOR_NETS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from simulator.forecast.forecast import Forecast

HEIGHT: Final = 2.2
MARKS: Final = (1, 2, 5)


def convergence(source: Forecast | Summary) -> Chart:
    """Draw P90 of the recommended contract and its 95 % interval from the first n futures."""
    summary = numbers_of(source)
    path, best = summary.convergence, best_of(summary)
    title = _title(summary, best)
    subtitle = (
        f"{p90_of(summary)} from the first futures alone, with its 95 % interval{_nets(summary)}; the interval comes "
        "from the number of futures alone"
    )
    with look():
        figure, axes = sheet(title, subtitle, HEIGHT, Margins(left=0.95, right=0.4, above=0.2))
        ends = [end for point in path for end in point.interval]
        low, high = padded(min(ends), max(ends), 0.08)
        upright_money_axis(axes, max(low, 0.0), high, summary.currency)
        _draw(axes, path)
        _numbers_axis(axes, path)
    return Chart(figure, title, _alt(summary, title), subtitle, _table(summary))


def _nets(summary: Summary) -> str:
    """Return why the interval gets narrower at once, where it does."""
    if summary.futures_drawn == "random" or summary.trials <= LEAST_FOR_NETS:
        return ""
    return f", from {LEAST_FOR_NETS:,} on by how little their eight nets differ"


def _title(summary: Summary, best: ContractNumbers) -> str:
    last = summary.convergence[-1]
    if not best.bills_units:
        return no_answer(best)
    low, high = figures(last.interval, summary.currency)
    futures = f"{summary.trials:,} future{'' if summary.trials == 1 else 's'}"
    if not last.complete:
        verb = "is" if summary.trials == 1 else "are"
        return f"{futures} {verb} too few for an upper end of P90: it lies above {low}"
    if low == high:
        return f"From {futures}, P90 is {low}"
    half = (last.interval[1] - last.interval[0]) / 2 / last.p90
    return f"{futures} put P90 within {low} to {high}, {percents([half], against=[0])[0]} to either side"


def _draw(axes: Axes, path: Sequence[ConvergencePoint]) -> None:
    n = [point.futures for point in path]
    if len(path) == 1:
        axes.errorbar(n, [path[0].p90], yerr=[[path[0].p90 - path[0].interval[0]],
                      [path[0].interval[1] - path[0].p90]], color=BLUE, marker="o", capsize=4)  # fmt: skip
        return
    low, high = ([point.interval[end] for point in path] for end in (0, 1))
    axes.fill_between(n, low, high, color=PALE_BLUE, linewidth=0)
    for edge in (low, high):
        axes.plot(n, edge, color=BLUE, linewidth=0.8, linestyle=(0, (2, 2)))
    axes.plot(n, [point.p90 for point in path], color=BLUE, linewidth=2)
    axes.axhline(path[-1].p90, color=GREY, linewidth=0.8)


def _numbers_axis(axes: Axes, path: Sequence[ConvergencePoint]) -> None:
    least, most = path[0].futures, path[-1].futures
    axes.set_xscale("log")
    axes.minorticks_off()
    axes.set_xlim(least / 1.05, most * 1.05)
    marks = [mark * 10**power for power in range(9) for mark in MARKS if least <= mark * 10**power <= most] or [most]
    if marks[-1] < most and most / marks[-1] > 1.5:
        marks.append(most)
    axes.set_xticks(marks, [f"{mark:,}" for mark in marks])
    axes.tick_params(axis="x", colors=INK, length=3)
    axes.set_xlabel("futures", color=INK, size=TEXT_SIZE, labelpad=1)


def _table(summary: Summary) -> ChartTable:
    path = list(summary.convergence)
    shown = path[:: max(1, len(path) // 8)]
    shown = shown if shown[-1] is path[-1] else [*shown, path[-1]]
    amounts = [amount for point in shown for amount in (point.p90, *point.interval)]
    texts = iter(one_unit(amounts, summary.currency))
    rows = []
    for point in shown:
        p90, low, high = next(texts), next(texts), next(texts)
        rows.append((f"{point.futures:,}", p90, low, high if point.complete else "unknown"))
    return ChartTable(("futures", "P90", "95 % from", "to"), tuple(rows))


def _alt(summary: Summary, title: str) -> str:
    rows = _table(summary).rows
    return (
        f"Convergence of P90. {title}. First {rows[0][0]} futures: P90 {rows[0][1]}; all {rows[-1][0]}: {rows[-1][1]}."
    )

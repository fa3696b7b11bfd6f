"""Chart 7c: what is billed in each month: the recommended contract's invoice, what its tokens cost, what stands out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from simulator.report.charts.base import (
    ABOVE,
    Chart,
    ChartTable,
    Margins,
    best_of,
    month_ticks,
    no_answer,
    numbers_of,
    period,
    sheet,
)
from simulator.report.charts.form import FILE, Form
from simulator.report.style import (
    BLUE,
    GREEN,
    ORANGE,
    PALE_BLUE,
    TEXT_SIZE,
    axes_width,
    look,
    text_width,
    upright_money_axis,
    wrapped,
)
from simulator.report.summary.contract import ContractNumbers
from simulator.report.summary.distribution import MonthAmount
from simulator.report.summary.summary import Summary
from simulator.report.summary.true_ups import TrueUp
from simulator.report.words.figures import figures, one_unit, percents

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from simulator.forecast.forecast import Forecast

HEIGHT: Final = 2.3
LEFT: Final = 0.75
RIGHT: Final = 0.3
LINES: Final = 0.155
"""Height of a line of a name inside the axes."""
JUMP: Final = 0.05
"""Share by which a month's mean exceeds its neighbours' where what it settles shows."""
FAR: Final = 3.0
"""So many times the dearest month is the axis stretched at most for what tokens cost."""
MOST_RINGS: Final = 6
"""Settled months that the subtitle names at most."""
KEYS: Final = ("p10", "p50", "mean", "p90")


def by_month(source: Forecast | Summary, form: Form = FILE) -> Chart | None:
    """Draw the invoice of each month, mean and P10 to P90, and the models' cost; None for a horizon of one month.

    Months that stand out because something is settled in them are named.
    """
    summary = numbers_of(source)
    best = best_of(summary)
    months = best.monthly
    if len(months) < 2:
        return None
    named = jumps(summary, best)
    title = _title(summary, best, named) if best.bills_units else no_answer(best)
    subtitle = (
        f"{best.title}. Invoice of each month {period(summary)}; blue line the mean, band P10 to P90; green line "
        f"what the tokens of the models cost the vendor at market prices, the mean{_rings(summary, best)}"
    )
    with look():
        figure, axes = sheet(title, subtitle, HEIGHT, Margins(left=LEFT, right=RIGHT, above=0.6 * ABOVE), form)
        lines = {number: wrapped(text, 1.15, TEXT_SIZE, most=3) for number, text in named.items()}
        high = _height(months, lines, max(token_costs(summary)))
        upright_money_axis(axes, 0.0, high, summary.currency)
        _steps(axes, months)
        _tokens(axes, token_costs(summary), [month.p10 for month in months])
        month_ticks(axes, [month.month for month in months], middle=True)
        _names(axes, months, lines)
        _settled(axes, summary, best)
    return Chart(figure, title, _alt(summary, best, title), subtitle, _table(summary, best))


def jumps(summary: Summary, best: ContractNumbers) -> dict[int, str]:
    """Return what is settled in each month, by its number, whose mean stands out from those beside it."""
    months = [month.month for month in best.monthly]
    means = [month.mean for month in best.monthly]
    found: dict[int, list[str]] = {}
    for each in summary.true_ups:
        if each.contract != best.name:
            continue
        place = months.index(each.month)
        beside = max(means[other] for other in (place - 1, place + 1) if 0 <= other < len(means))
        if each.mean > JUMP * beside and means[place] > (1 + JUMP) * beside:
            found.setdefault(place + 1, []).append(_worded(each.line))
    return {number: " and ".join(lines) for number, lines in found.items()}


def settled_months(summary: Summary, best: ContractNumbers) -> list[tuple[int, TrueUp]]:
    """Return what may be settled in single months, each with the place of its month from 0."""
    months = [month.month for month in best.monthly]
    return [(months.index(each.month), each) for each in summary.true_ups if each.contract == best.name]


def _rings(summary: Summary, best: ContractNumbers) -> str:
    """Say in which months something may be settled, in which share of the futures and how much; nothing without."""
    found = [each for _, each in settled_months(summary, best)]
    if not found:
        return ""
    shares = percents([each.share for each in found], against=[0, 1])
    amounts = figures([each.mean_where_billed for each in found], summary.currency)
    told: dict[str, list[str]] = {}
    for each, share, amount in zip(found[:MOST_RINGS], shares, amounts, strict=False):
        said = f"{amount} on average in {share} of the futures" if not told else f"{amount} in {share}"
        told.setdefault(_worded(each.line), []).append(f"{said} in {each.month}")
    lines = [f"{line}, {', '.join(parts)}" for line, parts in told.items()]
    return f"; rings: {'; '.join(lines)}{' and so on' if len(found) > MOST_RINGS else ''}"


def _worded(line: str) -> str:
    """Return a line of an invoice as a sentence names it: "true-up of the yearly minimum"."""
    name, comma, rest = line.partition(", true-up")
    return f"true-up of the {name}" if comma and not rest else line


def _title(summary: Summary, best: ContractNumbers, named: dict[int, str]) -> str:
    """Return which month costs most on average, and why where something is settled in it."""
    months = best.monthly
    most, least = (pick(months, key=lambda month: month.mean) for pick in (max, min))
    high, low = figures([most.mean, least.mean], summary.currency)
    if high == low:
        return f"Every month is expected to cost {high}{_share(summary)}"
    why = named.get(months.index(most) + 1)
    because = "" if why is None else f", because of the {why}"
    return f"{most.month} costs most, {high} on average{because}; {least.month} least, {low}{_share(summary)}"


def token_costs(summary: Summary) -> list[float]:
    """Return what the models cost in each month, on average."""
    return [month.model_cost.mean for month in summary.token_months.months]


def _share(summary: Summary) -> str:
    """Return which share of the invoice the tokens cost; nothing without an invoice."""
    billed, cost = sum(month.mean for month in best_of(summary).monthly), sum(token_costs(summary))
    return f"; tokens cost {percents([cost / billed], against=[0, 1])[0]} of the invoice" if billed > 0 < cost else ""


def _height(months: Sequence[MonthAmount], lines: dict[int, list[str]], tokens: float) -> float:
    """Return the upper end of the axis, with room for the names of months that stand out.

    Tokens that cost far more than is billed do not stretch it.
    """
    high = max(max(month.p90, month.mean) for month in months) or 1.0
    high = max(high, min(1.1 * tokens, FAR * high))
    room = max((LINES * len(each) + 0.1 for each in lines.values()), default=0.0)
    return float(high * 1.06 / (1 - room / HEIGHT))


def _steps(axes: Axes, months: Sequence[MonthAmount]) -> None:
    edges = range(len(months) + 1)
    low, mean, high = ([month.amount(key) for month in months] for key in ("p10", "mean", "p90"))
    axes.stairs(high, edges, baseline=low, fill=True, color=PALE_BLUE, linewidth=0)
    for edge in (low, high):
        axes.stairs(edge, edges, baseline=None, color=BLUE, linewidth=0.9, linestyle=(0, (4, 2)))
    axes.stairs(mean, edges, baseline=None, color=BLUE, linewidth=2.2)
    axes.set_xlim(0, len(months))


def _tokens(axes: Axes, costs: Sequence[float], floor: Sequence[float]) -> None:
    """Draw what tokens cost in each month, and name it where there is most room between it and the band of the invoice.

    Args:
        floor: where the band begins in each month.
    """
    edges, high = range(len(costs) + 1), axes.get_ylim()[1]
    axes.stairs(costs, edges, fill=True, facecolor="white", edgecolor=GREEN, hatch="////", linewidth=0)
    axes.stairs(costs, edges, baseline=None, color=GREEN, linewidth=1.6)
    per_inch = len(costs) / axes_width(axes)
    wide = min(int(text_width("tokens", TEXT_SIZE) * per_inch) + 2, len(costs))
    room = [min(floor[at : at + wide]) - max(costs[at : at + wide]) for at in range(len(costs) - wide + 1)]
    start = room.index(max(room))
    place = min(max(costs[start : start + wide]) + 0.02 * high, 0.88 * high)
    under: dict[str, Any] = {"facecolor": "white", "edgecolor": "none", "pad": 0.4}
    axes.text(start + 0.06 * per_inch, place, "tokens", va="bottom", color=GREEN, size=TEXT_SIZE,
              bbox=under)  # fmt: skip


def _names(axes: Axes, months: Sequence[MonthAmount], lines: dict[int, list[str]]) -> None:
    """Write what is settled above the months that stand out, inside the axes."""
    per_inch = len(months) / axes_width(axes)
    for number, each in lines.items():
        half = max(text_width(line, TEXT_SIZE) for line in each) / 2 * per_inch
        middle = min(max(number - 0.5, half), len(months) - half)
        month = months[number - 1]
        place = max(month.p90, month.mean) + 0.02 * axes.get_ylim()[1]
        axes.text(middle, place, "\n".join(each), ha="center", va="bottom", color=ORANGE, size=TEXT_SIZE,
                  linespacing=1.1)  # fmt: skip


def _settled(axes: Axes, summary: Summary, best: ContractNumbers) -> None:
    """Put a ring on every month in which something may be settled."""
    for place, _ in settled_months(summary, best):
        axes.plot(place + 0.5, best.monthly[place].mean, marker="o", markersize=5, markerfacecolor="white",
                  markeredgecolor=ORANGE, markeredgewidth=1.4, zorder=4)  # fmt: skip


def _table(summary: Summary, best: ContractNumbers) -> ChartTable:
    months, named = best.monthly, jumps(summary, best)
    columns = {key: one_unit([month.amount(key) for month in months], summary.currency) for key in KEYS}
    tokens = one_unit(token_costs(summary), summary.currency)
    heads = (key if key == "mean" else key.upper() for key in KEYS)
    return ChartTable(
        ("month", *heads, "tokens, mean", "stands out because of"),
        tuple(
            (month.month, *(columns[key][place] for key in KEYS), tokens[place], named.get(place + 1, "n/a"))
            for place, month in enumerate(months)
        ),
    )


def _alt(summary: Summary, best: ContractNumbers, title: str) -> str:
    parts = "; ".join(f"{row[0]}: mean {row[3]}, P90 {row[4]}, tokens {row[5]}" for row in _table(summary, best).rows)
    return f"Invoice by month of {best.title}. {title}. {period(summary)}. {parts}."

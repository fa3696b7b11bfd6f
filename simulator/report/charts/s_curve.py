"""Chart 2: how much is enough for a chance I choose, and how sure is the budget I have."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from simulator.arrays import Array
from simulator.forecast.priced import Measure
from simulator.report.charts.base import (
    ABOVE,
    Chart,
    ChartTable,
    Margins,
    best_of,
    budget_line,
    budget_read_off,
    enough,
    no_answer,
    numbers_of,
    one_budget,
    padded,
    sheet,
    what,
    with_budget,
    x_in_figure,
)
from simulator.report.charts.form import FILE, Form
from simulator.report.style import (
    BLUE,
    GREEN,
    GREY,
    INK,
    LINE,
    MARGIN,
    TEXT_SIZE,
    axes_width,
    look,
    money_axis,
    text_width,
    wrapped,
)
from simulator.report.summary.base_estimate import BaseEstimate
from simulator.report.summary.budget import Budget
from simulator.report.summary.contract import ContractNumbers
from simulator.report.summary.distribution import Distribution
from simulator.report.summary.summary import Summary
from simulator.report.words.figures import figures, one_unit, percents

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from simulator.forecast.forecast import Forecast


HEIGHT: Final = 2.6
DROPS: Final = ((0.5, "p50"), (0.8, "p80"), (0.9, "p90"))
LEAST_SHARE: Final = 0.08
"""Share of the futures down to which the text of the base estimate stands beside the curve."""
STEP: Final = 5
"""Every so many per mille of the curve are drawn."""


def s_curve(source: Forecast | Summary, form: Form = FILE) -> Chart:
    """Draw the chance that the recommended contract stays at or under an amount, with P50, P80, P90 and the budget."""
    summary = numbers_of(source)
    best, of = best_of(summary), summary.ranked_by
    title = _title(summary, best, of)
    subtitle = (
        f"{best.title}. {what(summary)}; chance that it stays at or under an amount; diamond mean{_squared(summary)}"
    )
    amounts = np.array(summary.curve.amounts)
    with look():
        told = wrapped(budget_read_off(summary), form.width - 2 * MARGIN - 0.2, TEXT_SIZE, most=3)
        above = ABOVE + LINE * (len(told) - 1)
        figure, axes = sheet(title, subtitle, HEIGHT, Margins(left=0.6, right=0.3, above=above), form)
        drops = list(
            zip(DROPS, figures([best.cost(of).amount(name) for _, name in DROPS], summary.currency), strict=True)
        )
        room = max(text_width(f"{name.upper()} {text}", TEXT_SIZE, bold=True) for (_, name), text in drops)
        room = max(room, text_width("base estimate", TEXT_SIZE) + 0.15 if base_of(summary) else 0.0)
        low, high = _range(amounts, one_budget(summary), room / axes_width(axes))
        money_axis(axes, low, high, summary.currency, logarithmic=False)
        _curve(axes, amounts, (low, high))
        _drops(axes, best.cost(of), drops)
        _mean(axes, amounts, best.cost(of).mean)
        _base(axes, summary, amounts)
        budget_line(axes, summary, (low, high), told, right=MARGIN)
    axis = ((low, x_in_figure(axes, low)), (high, x_in_figure(axes, high)))
    return Chart(figure, title, _alt(summary, best, of, title), subtitle, _table(summary, best, of), axis)


def _title(summary: Summary, best: ContractNumbers, of: Measure) -> str:
    budget, code = one_budget(summary), summary.currency
    if not best.bills_units:
        return no_answer(best)
    if budget is None:
        return f"P90 is {figures([best.cost(of).p90], code)[0]}: nine in ten futures cost no more"
    p90, amount = figures([best.cost(of).p90, budget.amount], code)
    return f"Nine in ten futures cost {p90} or less; the budget of {amount} is enough in {enough(budget)}"


def _range(amounts: Array, budget: Budget | None, room: float) -> tuple[float, float]:
    """Return the range of the curve with room for labels at its left, a share of the axis."""
    low, high = padded(*with_budget(float(amounts[0]), float(amounts[-1]), budget), 0.05)
    return high - (high - low) / (1 - min(room, 0.6)), high


def _curve(axes: Axes, amounts: Array, limits: tuple[float, float]) -> None:
    low, high = limits
    levels = np.linspace(0, 1, len(amounts))
    x = np.concatenate(([low], amounts[:1], amounts[STEP::STEP], [high]))
    y = np.concatenate(([0.0, 0.0], levels[STEP::STEP], [1.0]))
    axes.step(x, y, where="post", color=BLUE, linewidth=2)
    axes.set_ylim(-0.02, 1.05)
    ticks = [0.0, 0.1, 0.5, 0.8, 0.9, 1.0]
    axes.set_yticks(ticks, [f"{100 * level:.0f} %" for level in ticks])


def _drops(axes: Axes, cost: Distribution, drops: Sequence[tuple[tuple[float, str], str]]) -> None:
    low, high = axes.get_xlim()
    for (level, name), amount in drops:
        axes.plot(
            [low, cost.amount(name), cost.amount(name)],
            [level, level, -0.02],
            color=GREY,
            linewidth=0.8,
            linestyle=(0, (2, 2)),
        )
        axes.text(low + 0.01 * (high - low), level + 0.012, f"{name.upper()} {amount}", va="bottom", color=INK,
                  weight="bold" if name == "p90" else "normal", size=TEXT_SIZE)  # fmt: skip


def _mean(axes: Axes, amounts: Array, mean: float) -> None:
    axes.plot(
        mean, share_at(amounts, mean), marker="D", markersize=6, markerfacecolor="white", markeredgecolor=INK, zorder=4
    )


def base_of(summary: Summary) -> BaseEstimate | None:
    """Return the base estimate of the recommended contract; None where it was not worked out."""
    found = summary.base_estimate
    if found is None:
        return None
    return next(each for each in found.contracts if each.contract == summary.recommended)


def base_text(summary: Summary) -> str:
    """Return the base estimate and how often it is exceeded; nothing where it was not worked out."""
    base = base_of(summary)
    if base is None:
        return ""
    (amount,), (over,) = figures([base.amount], summary.currency), percents([base.share_over], against=[0, 1])
    return f"base estimate {amount}: exceeded in {over} of the futures"


def _squared(summary: Summary) -> str:
    return "; square the base estimate, with every uncertain input at its middle" if base_of(summary) else ""


def _base(axes: Axes, summary: Summary, amounts: Array) -> None:
    """Mark the base estimate on the curve, with its text in the room at its left, which no line crosses."""
    base = base_of(summary)
    low, high = axes.get_xlim()
    if base is None or not low <= base.amount <= high:
        return
    amount, share = base.amount, share_at(amounts, base.amount)
    axes.plot(amount, share, marker="s", markersize=6, markerfacecolor="white", markeredgecolor=GREEN,
              markeredgewidth=1.6, zorder=4)  # fmt: skip
    per_inch = (high - low) / axes_width(axes)
    end = min(amount, share_amount(amounts, LEAST_SHARE)) - 0.1 * per_inch
    lines = wrapped(base_text(summary), (end - low) / per_inch, TEXT_SIZE, most=5)
    axes.text(low + 0.01 * (high - low), 0.47, "\n".join(lines), va="top", color=GREEN, size=TEXT_SIZE,
              linespacing=1.05)  # fmt: skip


def share_amount(amounts: Array, share: float) -> float:
    """Return the amount at which the curve reaches a share of the futures."""
    return float(np.interp(share, np.linspace(0, 1, len(amounts)), amounts))


def share_at(amounts: Array, amount: float) -> float:
    """Return in which share of the futures the curve stays at or under an amount."""
    levels = np.linspace(0, 1, len(amounts))
    return float(levels[max(int(np.searchsorted(amounts, amount, side="right")) - 1, 0)])


def _table(summary: Summary, best: ContractNumbers, of: Measure) -> ChartTable:
    keys = ("p1", "p5", "p10", "p25", "p50", "p75", "p80", "p90", "p95", "p99")
    amounts = one_unit([best.cost(of).amount(key) for key in keys], summary.currency)
    return ChartTable(
        ("chance that it is enough", "amount"),
        tuple((f"{key[1:]} %", amount) for key, amount in zip(keys, amounts, strict=True)),
    )


def _alt(summary: Summary, best: ContractNumbers, of: Measure, title: str) -> str:
    keys = ("p10", "p50", "p80", "p90", "mean")
    amounts = figures([best.cost(of).amount(key) for key in keys], summary.currency)
    points = ", ".join(
        f"{key.upper() if key != 'mean' else key} {amount}" for key, amount in zip(keys, amounts, strict=True)
    )
    read = "" if one_budget(summary) is None else f" {budget_read_off(summary)}."
    base = base_text(summary)
    told = f"{read} {base[:1].upper()}{base[1:]}." if base else read
    return f"S-curve of {best.title}. {title}. {what(summary)}. {points}.{told}"

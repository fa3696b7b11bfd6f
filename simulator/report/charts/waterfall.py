"""Chart 5: what leads from one cost to another, in means, and from there to P90."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from simulator.report.charts.base import (
    Chart,
    ChartTable,
    Margins,
    best_of,
    cut,
    numbers_of,
    padded,
    period,
    sheet,
    short,
)
from simulator.report.charts.difference import speaks_of
from simulator.report.charts.form import FILE
from simulator.report.charts.rows import Beside, Rows, rows_axes, rows_of
from simulator.report.style import (
    BLUE,
    GREY,
    INK,
    MARGIN,
    ORANGE,
    PALE_BLUE,
    PALE_ORANGE,
    TEXT_SIZE,
    axes_width,
    look,
    money_axis,
    text_width,
)
from simulator.report.summary.clauses import ClauseNumbers
from simulator.report.summary.summary import Summary
from simulator.report.words.figures import changes, figures, one_unit, one_unit_changes
from simulator.report.words.sentences import as_subject, contract_of, futures_text, in_sentence

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from simulator.forecast.forecast import Forecast

NAMES: Final = 2.6
ROW: Final = 0.44


@dataclass(frozen=True, slots=True)
class Bridge:
    """A total, steps that add to another total, and the allowance that leads from there to P90.

    Attributes:
        start, end: name and amount.
        steps: name and signed amount of each.
    """

    start: tuple[str, float]
    steps: tuple[tuple[str, float], ...]
    end: tuple[str, float]
    p90: float

    def __post_init__(self) -> None:
        reached = self.start[1] + sum(amount for _, amount in self.steps)
        size = max(abs(self.start[1]), abs(self.end[1]), *(abs(amount) for _, amount in self.steps), 0.0)
        if abs(reached - self.end[1]) > 1e-6 * size:
            raise ValueError(f"steps lead from {self.start[1]:g} to {reached:g}, not to {self.end[1]:g}")


def waterfall(source: Forecast | Summary) -> Chart | None:
    """Draw clause by clause what a definition costs; without one, the way from the next best contract or from today."""
    summary = numbers_of(source)
    if summary.clauses:
        return clauses_waterfall(summary)
    if len(summary.ranking) > 1:
        return contracts_waterfall(summary)
    return None if summary.status_quo is None else today_waterfall(summary)


def clauses_waterfall(source: Forecast | Summary) -> Chart | None:
    """Draw the steps from the strictest clauses of the grid to those of a contract's definition."""
    summary = numbers_of(source)
    found = summary.clauses
    if not found:
        return None
    steps = found.bridge
    bridge = Bridge(
        ("strictest clauses", steps.start),
        tuple((step.label, step.amount) for step in steps.steps),
        ("as offered, expected", steps.end),
        steps.p90,
    )
    name, code = cut(found.title, 45), summary.currency
    title = _clauses_title(name, bridge.steps, code)
    subtitle = (
        f"{speaks_of(summary, found)}Means of the invoice at one price, {code}, in all {futures_text(summary)} of this "
        f"run, from the strictest clauses to those offered{_known(found, code)}; clauses that act together share what "
        "they add. Last step: allowance for uncertainty"
    )
    return waterfall_chart(bridge, title, subtitle, code)


def _clauses_title(name: str, steps: Sequence[tuple[str, float]], code: str) -> str:
    """Return which clause moves the expected invoice most, up or down, or that none does."""
    if not steps:
        return f"{as_subject(name)} is as strict as the strictest clauses compared"
    label, amount = max(steps, key=lambda step: abs(step[1]))
    if amount == 0:
        return f"{name}: none of its clauses changes the expected invoice against the strictest ones compared"
    (change,) = changes([amount], code)
    verb = "adds most to" if amount > 0 else "takes most off"
    return f'{name}: of its clauses, "{label}" {verb} the expected invoice, {change}'


def _known(found: ClauseNumbers, code: str) -> str:
    """Return the standard error of the expected invoice as offered; nothing of a single future."""
    error = found.as_offered.standard_error
    return "" if error is None else f" (standard error {figures([error], code)[0]})"


def contracts_waterfall(source: Forecast | Summary) -> Chart | None:
    """Draw the steps from the expected invoice of the first rival, else the next contract, to the recommended one's."""
    summary = numbers_of(source)
    if len(summary.ranking) < 2:
        return None
    rivals = summary.verdict.rivals
    other = rivals[0].name if rivals else summary.ranking[1]
    first, second, code = best_of(summary), contract_of(summary, other), summary.currency
    steps = [(f"no {label}" if amount > 0 else label, -amount) for label, amount in second.lines.items() if amount]
    steps += [(label, amount) for label, amount in first.lines.items() if amount]
    ends = second.invoice.mean, first.invoice.mean
    bridge = Bridge((short(second), ends[0]), tuple(steps), (f"{short(first)}, expected", ends[1]), first.invoice.p90)
    (gap,) = figures([abs(ends[1] - ends[0])], code)
    side = "below" if ends[1] < ends[0] else "above"
    title = f"The expected invoice of {in_sentence(short(first))} is {gap} {side} that of {in_sentence(short(second))}"
    if ends[0] == ends[1]:
        title = f"The expected invoices of {in_sentence(short(first))} and {in_sentence(short(second))} are equal"
    subtitle = f"Means of the invoices' lines {period(summary)}. Last step: allowance for uncertainty"
    return waterfall_chart(bridge, title, subtitle, code)


def today_waterfall(source: Forecast | Summary) -> Chart | None:
    """Draw the steps from today's cost to the recommended contract with human work; None where today is not given."""
    summary = numbers_of(source)
    today = summary.status_quo
    if today is None:
        return None
    best, code = best_of(summary), summary.currency
    people, invoice = summary.human_work.mean, best.invoice.mean
    bridge = Bridge(
        (today.title, today.cost.mean),
        (("people's work that the AI takes over", people - today.cost.mean), ("the vendor's invoice", invoice)),
        ("with the AI, expected", best.cost_to_serve.mean),
        best.cost_to_serve.p90,
    )
    now, then = figures([bridge.start[1], bridge.end[1]], code)
    title = f"With {in_sentence(short(best))}, the expected cost goes from {now} to {then}"
    subtitle = f"Means of human work and invoice {period(summary)}. Last step: allowance for uncertainty"
    return waterfall_chart(bridge, title, subtitle, code)


def waterfall_chart(bridge: Bridge, title: str, subtitle: str, code: str) -> Chart:
    """Draw a bridge from top to bottom."""
    rows = _rows(bridge)
    with look():
        bold = {place: "" for place, row in enumerate(rows) if row.total}
        names = rows_of([row.name for row in rows], FILE, Beside(NAMES, ROW, lines=2), bold)
        figure, axes = sheet(title, subtitle, names.body, Margins(left=NAMES, right=MARGIN, above=0.2))
        ends = [0.0, *(end for row in rows for end in (row.low, row.high))]
        low, high = padded(min(ends), max(ends), 0.0)
        texts = _texts(rows, code)
        room = max(text_width(text, TEXT_SIZE, bold=True) for text in texts) + 0.15
        inches = axes_width(axes)
        money_axis(axes, low, low + (high - low) * inches / (inches - room), code, signed=True)
        rows_axes(axes, len(rows))
        _draw(axes, rows, texts, names, inches)
    return Chart(figure, title, _alt(rows, title, subtitle, code), subtitle, _table(rows, code))


@dataclass(frozen=True, slots=True)
class _Row:
    name: str
    low: float
    high: float
    amount: float
    total: bool
    look_of: dict[str, Any]
    reached: float


def _rows(bridge: Bridge) -> list[_Row]:
    total: dict[str, Any] = {"color": BLUE, "edgecolor": BLUE}
    rows = [_Row(bridge.start[0], 0.0, bridge.start[1], bridge.start[1], True, {"color": GREY, "edgecolor": GREY},
                 bridge.start[1])]  # fmt: skip
    here = bridge.start[1]
    for name, amount in bridge.steps:
        dearer: dict[str, Any] = {"color": PALE_ORANGE, "edgecolor": ORANGE, "hatch": "///"}
        look_of = dearer if amount > 0 else {"color": PALE_BLUE, "edgecolor": BLUE}
        rows.append(
            _Row(name, min(here, here + amount), max(here, here + amount), amount, False, look_of, here + amount)
        )
        here += amount
    rows.append(_Row(bridge.end[0], 0.0, bridge.end[1], bridge.end[1], True, total, bridge.end[1]))
    rest = bridge.p90 - bridge.end[1]
    hollow: dict[str, Any] = {"color": "white", "edgecolor": INK, "hatch": "xx"}
    rows.append(_Row("allowance for uncertainty", min(bridge.end[1], bridge.p90), max(bridge.end[1], bridge.p90), rest,
                     False, hollow, bridge.p90))  # fmt: skip
    rows.append(_Row("P90", 0.0, bridge.p90, bridge.p90, True, total, bridge.p90))
    return rows


def _texts(rows: Sequence[_Row], code: str) -> list[str]:
    texts = one_unit([row.amount for row in rows], code)
    steps = one_unit_changes([row.amount for row in rows], code)
    return [text if row.total else step for row, text, step in zip(rows, texts, steps, strict=True)]


def _draw(axes: Axes, rows: Sequence[_Row], texts: Sequence[str], names: Rows, inches: float) -> None:
    gap = 0.06 * (axes.get_xlim()[1] - axes.get_xlim()[0]) / inches
    for place, (row, text) in enumerate(zip(rows, texts, strict=True)):
        axes.barh(place, row.high - row.low, left=row.low, height=0.58, linewidth=1.2, **row.look_of)
        if place + 1 < len(rows):
            axes.plot([row.reached] * 2, [place + 0.29, place + 0.71], color=INK, linewidth=0.8)
        axes.text(max(row.low, row.high) + gap, place, text, va="center", color=INK, size=TEXT_SIZE,
                  weight="bold" if row.total else "normal")  # fmt: skip
        names.write(axes, place)
    axes.axvline(0, color=INK, linewidth=1)


def _table(rows: Sequence[_Row], code: str) -> ChartTable:
    return ChartTable(("step", "amount"), tuple(zip((row.name for row in rows), _texts(rows, code), strict=True)))


def _alt(rows: Sequence[_Row], title: str, subtitle: str, code: str) -> str:
    parts = "; ".join(f"{name}: {text}" for name, text in _table(rows, code).rows)
    return f"Waterfall. {title}. {subtitle}. {parts}."

"""What all charts share: the drawn chart with its texts and table, its sheet, and the budget.

A chart is a function of the numbers of a run (`summary`), or of a forecast, of which it takes the summary first. All
sizes are inches.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from simulator.report.charts.form import FILE, Form
from simulator.report.style import (
    INK,
    LINE,
    MARGIN,
    ORANGE,
    TEXT_SIZE,
    TITLE_SIZE,
    axes_width,
    figure_height,
    figure_width,
    header,
    text_width,
    wrapped,
)
from simulator.report.summary.budget import Budget
from simulator.report.summary.contract import ContractNumbers
from simulator.report.summary.summary import Summary
from simulator.report.words.budget_words import several_budgets
from simulator.report.words.figures import figures, percents
from simulator.report.words.sentences import NO_UNIT, futures_text, in_sentence

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from simulator.forecast.forecast import Forecast


FOOT: Final = 0.55
"""Room below the axes for tick labels."""
CLOSE: Final = 0.34
"""The same on a page, which has room of its own below."""
ABOVE: Final = 0.35
"""Room above the axes, under the subtitle."""
LONGEST_SHORT: Final = 45
DASHED: Final = (0, (5, 3))


@dataclass(frozen=True, slots=True)
class ChartTable:
    """The numbers of a chart as text, one row for each thing drawn; the first column names it."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawn chart: its message, the text for those who cannot see it, what is plotted, and its numbers.

    Attributes:
        axis: for a script, where two amounts lie on the x-axis: (amount, share of the figure's width) twice; None
            where the x-axis is not in money or not linear.
    """

    figure: Figure
    title: str
    alt: str
    subtitle: str = ""
    table: ChartTable = ChartTable((), ())
    axis: tuple[tuple[float, float], tuple[float, float]] | None = None


class Told(Protocol):
    """What a chart says beside its picture; see `Chart`."""

    @property
    def title(self) -> str: ...
    @property
    def alt(self) -> str: ...
    @property
    def subtitle(self) -> str: ...
    @property
    def table(self) -> ChartTable: ...
    @property
    def axis(self) -> tuple[tuple[float, float], tuple[float, float]] | None: ...


def numbers_of(source: Forecast | Summary) -> Summary:
    """Return the summary of a forecast; a summary is taken as it is."""
    if isinstance(source, Mapping | Summary):
        return source
    from simulator.report.blocks.summary import summary

    return summary(source)


def what(summary: Summary) -> str:
    """Return what is plotted: which cost, over which months, in which currency, in how many futures."""
    name = {"invoice": "Invoice", "cost_to_serve": "Invoice and human work"}[summary.ranked_by]
    return f"{name} {period(summary)}"


def p90_of(summary: Summary) -> str:
    """Return whose P90 is plotted, and of which cost: "P90 of per conversation (invoice over 12 months ...)"."""
    cost = what(summary)
    return f"P90 of {in_sentence(best_of(summary).title)} ({cost[:1].lower()}{cost[1:]})"


def period(summary: Summary) -> str:
    """Return over which months, in which currency and in how many futures."""
    return f"{horizon_text(summary)} from {summary.start}, {summary.currency}, {futures_text(summary)}"


def horizon_text(summary: Summary) -> str:
    """Return over how many months."""
    return "over 1 month" if summary.months == 1 else f"over {summary.months} months"


def short(block: ContractNumbers) -> str:
    """Return a contract's title; where it is too long for a title of a chart its label, cut if that is long too."""
    return block.title if len(block.title) <= LONGEST_SHORT else cut(block.label, LONGEST_SHORT)


def cut(text: str, longest: int) -> str:
    """Return a text of at most so many letters, with an ellipsis where it was cut."""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def best_of(summary: Summary) -> ContractNumbers:
    """Return the numbers of the recommended contract."""
    return summary.best


def no_answer(block: ContractNumbers) -> str:
    """Return the title of a chart of a contract that bills no unit in any future."""
    return f"No answer: {in_sentence(short(block))} {NO_UNIT}"


class Margins(NamedTuple):
    """Room around the axes of a figure, in inches: above from the subtitle, below to the figure's edge.

    Without a foot, what tick labels need.
    """

    left: float
    right: float
    above: float = ABOVE
    foot: float | None = None


def sheet(title: str, subtitle: str, body: float, margins: Margins, form: Form = FILE) -> tuple[Figure, Axes]:
    """Return a figure, and axes of a given height between margins. Call it inside `look()`.

    Title and subtitle stand above the axes where the form is headed.
    """
    from matplotlib.figure import Figure

    left, right, above, _ = margins
    foot = margins.foot or (FOOT if form.headed else CLOSE)
    room = form.width - 2 * MARGIN
    heads: tuple[list[str], list[str]] = ([], [])
    if form.headed:
        heads = wrapped(title, room, TITLE_SIZE, bold=True, most=4), wrapped(subtitle, room, TEXT_SIZE, most=4)
    top = MARGIN * form.headed + LINE * (len(heads[0]) + len(heads[1])) + above
    height = top + body + foot
    figure = Figure(figsize=(form.width, height))
    header(figure, *heads)
    axes = figure.add_axes((left / form.width, foot / height, 1 - (left + right) / form.width, body / height))
    return figure, axes


def padded(low: float, high: float, share: float) -> tuple[float, float]:
    """Return a range with room at both ends; a single amount gets a tenth of itself, and 0 gets 1."""
    span = high - low
    if span <= 1e-6 * max(abs(high), abs(low)):
        span = abs(high) / 10 or 1.0
        return low - span / 2, high + span / 2
    return low - share * span, high + share * span


def with_budget(low: float, high: float, budget: Budget | None) -> tuple[float, float]:
    """Return a range that holds the budget too, unless that lies far outside: it does not stretch the axis then."""
    if budget is None or not low - (high - low) <= budget.amount <= high + (high - low):
        return low, high
    return min(low, budget.amount), max(high, budget.amount)


def one_budget(summary: Summary) -> Budget | None:
    """Return the budget of the horizon; None without one, and where each of several fiscal years has its own.

    The sum of the years' budgets is no budget: a contract that keeps the sum may break that of a year.
    """
    found = summary.budget
    return None if several_budgets(summary) else found


def budget_text(summary: Summary) -> str:
    """Return the budget as an amount, nothing without one."""
    budget = one_budget(summary)
    return "" if budget is None else figures([budget.amount], summary.currency)[0]


def budget_read_off(summary: Summary) -> str:
    """Return the budget, in which share of the futures it is enough, and by how much it is exceeded in the others."""
    budget = one_budget(summary)
    if budget is None:
        return ""
    return f"budget {budget_text(summary)}: enough in {enough(budget, 'the futures')}{overrun_text(summary)}"


def overrun_text(summary: Summary) -> str:
    """Return by how much the budget is exceeded on average in the futures in which it is; nothing where it never is."""
    budget = one_budget(summary)
    if budget is None or not budget.mean_overrun:
        return ""
    where = "" if budget.probability_over == 1 else " where it is not"
    return f"; exceeded by {figures([budget.mean_overrun], summary.currency)[0]} on average{where}"


def enough(budget: Budget, of: str = "them") -> str:
    """Return in which share of the futures the budget is enough; 100 % and 0 % only where it is all or none."""
    over = budget.probability_over
    if over in (0, 1):
        return f"all of {of}" if over == 0 else f"none of {of}"
    return f"{percents([1 - over], against=[0, 0.9, 1])[0]} of {of}"


def budget_line(
    axes: Axes, summary: Summary, limits: tuple[float, float], lines: Sequence[str], *, right: float
) -> None:
    """Draw the budget as a dashed line with its label above the axes; beyond the axis an arrow says where it lies.

    Args:
        lines: of the label.
        right: room kept free at the right edge of the figure.
    """
    budget = one_budget(summary)
    if budget is None:
        return
    amount, (low, high), wide = budget.amount, limits, figure_width(axes)
    inside = low <= amount <= high
    if inside:
        axes.axvline(amount, color=ORANGE, linestyle=DASHED, linewidth=1.4)
    place = x_in_figure(axes, min(max(amount, low), high))
    shown = list(lines)
    if not inside:
        shown[0] = f"{shown[0]} ▸" if amount > high else f"◂ {shown[0]}"
    half = max(text_width(line, TEXT_SIZE) for line in shown) / 2 / wide
    axes.figure.text(
        min(max(place, MARGIN / wide + half), 1 - right / wide - half),
        axes.get_position().y1 + 0.04 / figure_height(axes), "\n".join(shown),
        ha="center", va="bottom", color=ORANGE, size=TEXT_SIZE, linespacing=1.1,
    )  # fmt: skip


def month_ticks(axes: Axes, months: Sequence[str], *, middle: bool = False) -> None:
    """Label months on an x-axis on which each takes 1, as many as there is room for, the last one always.

    Args:
        middle: whether a label stands at the middle of its month, not at its end.
    """
    half = text_width("2027-12", TEXT_SIZE) / 2
    room = axes_width(axes) / (2 * half + 0.15)
    step = next(step for step in (1, 2, 3, 4, 6, 12, 24, 36, 60, len(months)) if len(months) / step <= room)
    places = range(len(months), 0, -step)
    axes.set_xticks([place - 0.5 * middle for place in places], [months[place - 1] for place in places])
    axes.tick_params(axis="x", colors=INK, length=3)


def x_in_figure(axes: Axes, amount: float) -> float:
    """Return where an amount of the x-axis lies, as a share of the figure's width."""
    box = axes.get_position()
    at = axes.transAxes.inverted().transform(axes.transData.transform((amount, 0)))[0]
    return float(box.x0 + box.width * at)


def apart(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Return places for labels, at least a gap apart and inside a range, near their wanted places.

    Args:
        wanted: places in rising order.
    """
    places = list(wanted)
    for number in range(1, len(places)):
        places[number] = max(places[number], places[number - 1] + gap)
    limit = high
    for number in range(len(places) - 1, -1, -1):
        places[number] = min(places[number], limit)
        limit = places[number] - gap
    lowest = low
    for number in range(len(places)):
        places[number] = max(places[number], lowest)
        lowest = places[number] + gap
    return places

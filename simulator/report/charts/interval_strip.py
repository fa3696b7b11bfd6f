"""Chart 1: how the contracts compare in one look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from simulator.forecast.priced import Measure
from simulator.forecast.verdict import Close
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
    short,
    what,
    with_budget,
)
from simulator.report.charts.form import FILE, Form
from simulator.report.charts.rows import AmountColumn, Rows, heading, row_amount, rows_axes, rows_of
from simulator.report.style import BLUE, GREY, INK, MARGIN, PALE_BLUE, PALE_GREY, look, money_axis
from simulator.report.summary.budget import Budget
from simulator.report.summary.contract import ContractNumbers
from simulator.report.summary.distribution import Distribution
from simulator.report.summary.summary import Summary
from simulator.report.words.budget_words import budgets, chance
from simulator.report.words.compared import compared
from simulator.report.words.figures import figures, one_unit
from simulator.report.words.sentences import as_subject, contract_of, in_sentence

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from simulator.forecast.forecast import Forecast

AMOUNTS: Final = 0.95
"""Width of the P90 figures at the right."""
WIDE: Final = 50.0
"""Ratio of the largest to the smallest amount from which the axis is logarithmic."""
KEYS: Final = ("p10", "p50", "mean", "p80", "p90")


def interval_strip(source: Forecast | Summary, form: Form = FILE) -> Chart:
    """Draw one row per contract: band P10 to P90, line P50, diamond mean, P90 in figures, and the budget.

    Where only few are asked for, those that a reader compares. Today's cost has a row where it is comparable.
    """
    summary = numbers_of(source)
    of = summary.ranked_by
    every = [contract_of(summary, name) for name in summary.ranking]
    rows = [contract_of(summary, name) for name in compared(summary)] if form.few else every
    drawn = [*_strips(rows, of), *_today(summary)]
    title, low, high, logarithmic = _title(summary, every, of), *_range(drawn, one_budget(summary))
    subtitle = f"{what(summary)}; band P10 to P90, line P50, diamond mean{_marks(summary, rows, logarithmic)}"
    with look():
        best = {place: "*" for place, block in enumerate(drawn) if block.name == summary.recommended}
        names = rows_of([block.title for block in drawn], form, bold=best)
        figure, axes = sheet(title, subtitle, names.body, Margins(left=names.left, right=AMOUNTS), form)
        money_axis(axes, low, high, summary.currency, logarithmic=logarithmic)
        _rows(axes, summary, drawn, names)
        budget_line(axes, summary, (low, high), [f"budget {budget_text(summary)}"], right=0.6)
        heading(axes, MARGIN, "P90")
    return Chart(figure, title, _alt(summary, drawn, title), subtitle, _table(summary, drawn))


@dataclass(frozen=True, slots=True)
class _Strip:
    """A row of the chart: a contract, or what is paid today, which has no name."""

    name: str | None
    title: str
    cost: Distribution


def _strips(contracts: Sequence[ContractNumbers], of: Measure) -> list[_Strip]:
    return [_Strip(each.name, each.label, each.cost(of)) for each in contracts]


def _today(summary: Summary) -> list[_Strip]:
    """Return a row of what is paid today, where that is comparable: people's work too, or a contract in force."""
    today = summary.status_quo
    if today is None:
        return []
    cost = today.cost if summary.ranked_by == "cost_to_serve" else today.invoice_in_force
    return [] if cost is None else [_Strip(None, today.title, cost)]


def _marks(summary: Summary, rows: list[ContractNumbers], logarithmic: bool) -> str:
    """Return what else a reader must know of the rows."""
    left = len(summary.contracts) - len(rows)
    more = f"; {left} more contract{'' if left == 1 else 's'} not shown here" if left else ""
    return f"{_star(summary)}{more}{'; logarithmic axis' if logarithmic else ''}"


def _star(summary: Summary) -> str:
    if len(summary.contracts) == 1:
        return ""
    return "; asterisk: named first" if summary.too_close_to_call else "; asterisk: recommended"


def _title(summary: Summary, rows: list[ContractNumbers], of: Measure) -> str:
    best, code = rows[0], summary.currency
    name, p90 = as_subject(short(best)), best.cost(of).p90
    if not best.bills_units:
        return no_answer(best)
    if summary.verdict.close is not None:
        return _title_close(summary, summary.verdict.close)
    if summary.budget is not None:
        return _title_of_budget(summary, name, figures([p90], code)[0])
    if len(rows) == 1 or not rows[1].bills_units:
        return f"{name}: nine in ten futures cost {figures([p90], code)[0]} or less"
    rival = rows[1]
    ours, theirs = figures([p90, rival.cost(of).p90], code)
    if ours == theirs:
        return f"{name} and {in_sentence(short(rival))} have the same P90, {ours}; the first is cheaper on average"
    return f"{name} costs least at P90: {ours}, against {theirs} for {in_sentence(short(rival))}"


def _title_of_budget(summary: Summary, name: str, p90: str) -> str:
    """How often the recommended contract keeps the budget, as the verdict says it."""
    found = summary.verdict
    if found.rule == "budget_missed" and found.chance == 0:
        return f"No contract keeps {budgets(summary)} in any future; {name} costs least on average"
    if found.rule == "budget_missed":
        return f"No contract keeps {budgets(summary)} in nine of ten futures; {name} does in {chance(summary)}"
    return f"{name} keeps {budgets(summary)} in {chance(summary)}, P90 {p90}"


def _title_close(summary: Summary, found: Close) -> str:
    of, code = summary.ranked_by, summary.currency
    pair = [contract_of(summary, name) for name in found.between]
    first, second = (in_sentence(short(block)) for block in pair)
    if found.reason == "equal":
        (p90,) = figures([pair[0].cost(of).p90], code)
        return f"{as_subject(short(pair[0]))} and {second} cost the same in every future, P90 {p90}"
    ours, theirs = figures([block.cost(of).p90 for block in pair], code)
    return f"Too close to call: {first} and {second}, P90 {ours} and {theirs}"


def _range(rows: list[_Strip], budget: Budget | None) -> tuple[float, float, bool]:
    """Return the range of the axis and whether it is logarithmic."""
    amounts = [block.cost.amount(key) for block in rows for key in ("p10", "mean", "p90")]
    low, high = min(amounts), max(amounts)
    if low > 0 and high / low > WIDE:
        return low / 1.6, high * 1.6, True
    return *padded(*with_budget(low, high, budget), 0.06), False


def _rows(axes: Axes, summary: Summary, rows: list[_Strip], names: Rows) -> None:
    rows_axes(axes, len(rows))
    p90s = one_unit([block.cost.p90 for block in rows], summary.currency)
    for place, (block, amount) in enumerate(zip(rows, p90s, strict=True)):
        best = block.name == best_of(summary).name
        middle = names.middle(place)
        band(axes, middle, block.cost, best=best, thick=names.thick)
        names.write(axes, place)
        row_amount(axes, middle, amount, AmountColumn(MARGIN, AMOUNTS - MARGIN - 0.05), color=BLUE if best else INK)


class Banded(Protocol):
    """What has a band."""

    @property
    def mean(self) -> float: ...
    @property
    def p10(self) -> float: ...
    @property
    def p50(self) -> float: ...
    @property
    def p90(self) -> float: ...


def band(axes: Axes, place: float, cost: Banded, *, best: bool, thick: float = 0.5) -> None:
    """Draw a band P10 to P90 with P50 and mean.

    Args:
        thick: its height on the axis.
    """
    strong, pale = (BLUE, PALE_BLUE) if best else (GREY, PALE_GREY)
    axes.barh(place, cost.p90 - cost.p10, left=cost.p10, height=thick, color=pale, edgecolor=strong, linewidth=1.2)
    ends = [place - thick / 2, place + thick / 2]
    axes.plot([cost.p50] * 2, ends, color=strong, linewidth=2.6, solid_capstyle="butt")
    axes.plot(cost.mean, place, marker="D", markersize=5, markerfacecolor="white", markeredgecolor=INK, zorder=4)


def _table(summary: Summary, rows: list[_Strip]) -> ChartTable:
    columns = {key: one_unit([block.cost.amount(key) for block in rows], summary.currency) for key in KEYS}
    return ChartTable(
        ("contract", *(key if key == "mean" else key.upper() for key in KEYS)),
        tuple((block.title, *(columns[key][place] for key in KEYS)) for place, block in enumerate(rows)),
    )


def _alt(summary: Summary, rows: list[_Strip], title: str) -> str:
    parts = []
    for block in rows:
        p10, p50, mean, p90 = figures(
            [block.cost.amount(key) for key in ("p10", "p50", "mean", "p90")], summary.currency
        )
        parts.append(f"{block.title}: P10 {p10}, P50 {p50}, mean {mean}, P90 {p90}")
    budget = "" if one_budget(summary) is None else f" Budget {budget_text(summary)}."
    return f"Interval strip. {title}. {what(summary)}. {'; '.join(parts)}.{budget}"

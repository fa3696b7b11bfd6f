"""Chart 7b: which fiscal year breaks its budget: the recommended contract's cost in each of them."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from simulator.report.charts.base import (
    Chart,
    ChartTable,
    Margins,
    best_of,
    no_answer,
    numbers_of,
    padded,
    sheet,
    what,
)
from simulator.report.charts.form import FILE, Form
from simulator.report.charts.interval_strip import band
from simulator.report.charts.rows import AmountColumn, Beside, Rows, heading, row_amount, rows_axes, rows_of
from simulator.report.style import BLUE, INK, MARGIN, ORANGE, TEXT_SIZE, look, money_axis, text_width
from simulator.report.summary.over_time import FiscalYearNumbers, YearOfContract
from simulator.report.summary.summary import Summary
from simulator.report.words.figures import figures, one_unit, percents

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from simulator.forecast.forecast import Forecast

NAMES: Final = 2.3
GAP: Final = 0.12
"""Between columns of figures at the right."""
COLORS: Final = MappingProxyType({"P90": BLUE, "budget": ORANGE, "holds in": INK})
KEYS: Final = ("p10", "p50", "mean", "p80", "p90")


def fiscal_years(source: Forecast | Summary, form: Form = FILE) -> Chart | None:
    """Draw the recommended contract's cost in each fiscal year against the year's budget; None for a single year."""
    summary = numbers_of(source)
    years, best = summary.fiscal_years, best_of(summary)
    if len(years) < 2:
        return None
    costs = [year.contracts[best.name] for year in years]
    budgeted = any(year.budget is not None for year in years)
    title = _title(summary, costs) if best.bills_units else no_answer(best)
    dashes = "; dashed the budget of the year" if budgeted else ""
    subtitle = f"{best.title}. {what(summary)}, by fiscal year; band P10 to P90, line P50, diamond mean{dashes}"
    with look():
        names = rows_of([_name(year) for year in years], form, Beside(NAMES))
        columns = _columns(summary, costs)
        widths = [max(text_width(text, TEXT_SIZE, bold=True) for text in (head, *texts)) for head, texts in columns]
        margins = Margins(left=names.left, right=MARGIN + sum(widths) + GAP * len(columns))
        figure, axes = sheet(title, subtitle, names.body, margins, form)
        ends = [cost.amount(key) for cost in costs for key in ("p10", "mean", "p90")]
        ends += [year.budget for year in years if year.budget is not None]
        money_axis(axes, *padded(min(ends), max(ends), 0.06), summary.currency)
        rows_axes(axes, len(years))
        for place, (year, cost) in enumerate(zip(years, costs, strict=True)):
            _row(axes, names, place, cost, year.budget)
        _figures(axes, names, columns, widths)
    return Chart(figure, title, _alt(summary, costs, title), subtitle, _table(summary, costs))


def _name(year: FiscalYearNumbers) -> str:
    return f"{year.name} ({year.first} to {year.last})"


def _title(summary: Summary, costs: list[YearOfContract]) -> str:
    """Return which year is the most likely to break its budget; without budgets, which one costs most."""
    years = summary.fiscal_years
    given = [place for place, year in enumerate(years) if year.budget is not None]
    if not given:
        place = max(range(len(years)), key=lambda place: costs[place].p90)
        (p90,) = figures([costs[place].p90], summary.currency)
        return f"{years[place].name} costs most: P90 {p90}"
    place = max(given, key=lambda place: costs[place].probability_over or 0.0)
    over, year = costs[place].probability_over or 0.0, years[place]
    _, budget = figures([costs[place].p90, year.budget or 0.0], summary.currency)
    if over == 0:
        return "Every fiscal year keeps its budget in all futures"
    (kept,) = percents([1 - over], against=[0, 0.9, 1])
    passed = costs[place].crosses["p90"]
    when = "" if passed is None else f", and P90 passes it in {_month(summary, place, passed)}"
    only = "" if len(given) == 1 else "Of all fiscal years, "
    return f"{only}{year.name} is the most likely to break its budget: {budget} holds in {kept} of the futures{when}"


def _month(summary: Summary, place: int, number: int) -> str:
    """Return the name of a month by its number within a fiscal year's part of the horizon."""
    months = summary.cumulative.months
    return str(months[months.index(summary.fiscal_years[place].first) + number - 1])


def _row(axes: Axes, names: Rows, place: int, cost: YearOfContract, budget: float | None) -> None:
    middle, half = names.middle(place), names.thick / 2
    names.write(axes, place)
    band(axes, middle, cost, best=True, thick=2 * half)
    if budget is not None:
        ends = [middle - 1.35 * half, middle + 1.35 * half]
        axes.plot([budget] * 2, ends, color=ORANGE, linewidth=2.2, linestyle=(0, (2, 1)), zorder=5)


def _columns(summary: Summary, costs: list[YearOfContract]) -> list[tuple[str, list[str]]]:
    """Return heading and figures of each column: P90; where there are budgets these, and how often each holds."""
    budgets = [year.budget for year in summary.fiscal_years]
    given = [each for each in budgets if each is not None]
    texts = one_unit([*(cost.p90 for cost in costs), *given], summary.currency)
    if not given:
        return [("P90", texts)]
    told = iter(texts[len(costs) :])
    kept = [
        "" if budget is None else percents([1 - (cost.probability_over or 0.0)], against=[0, 0.9, 1])[0]
        for budget, cost in zip(budgets, costs, strict=True)
    ]
    shown = ["" if budget is None else next(told) for budget in budgets]
    return [("P90", texts[: len(costs)]), ("budget", shown), ("holds in", kept)]


def _figures(axes: Axes, names: Rows, columns: list[tuple[str, list[str]]], widths: list[float]) -> None:
    end = MARGIN
    for (head, texts), width in zip(reversed(columns), reversed(widths), strict=True):
        heading(axes, end, head)
        for place, text in enumerate(texts):
            if text:
                bold = head != "holds in"
                row_amount(axes, names.middle(place), text, AmountColumn(end, width), color=COLORS[head], bold=bold)
        end += width + GAP


def _table(summary: Summary, costs: list[YearOfContract]) -> ChartTable:
    years = summary.fiscal_years
    columns = {key: one_unit([cost.amount(key) for cost in costs], summary.currency) for key in KEYS}
    rows = []
    for place, (year, cost) in enumerate(zip(years, costs, strict=True)):
        told = ("none given", "n/a", "n/a")
        if year.budget is not None:
            (budget,) = figures([year.budget], summary.currency)
            (kept,) = percents([1 - (cost.probability_over or 0.0)], against=[0, 0.9, 1])
            passed = cost.crosses["p90"]
            told = (budget, kept, "never" if passed is None else _month(summary, place, passed))
        rows.append((_name(year), *(columns[key][place] for key in KEYS), *told))
    heads = (key if key == "mean" else key.upper() for key in KEYS)
    return ChartTable(("fiscal year", *heads, "budget", "holds in", "P90 passes it in"), tuple(rows))


def _alt(summary: Summary, costs: list[YearOfContract], title: str) -> str:
    parts = "; ".join(
        f"{row[0]}: P10 {row[1]}, P50 {row[2]}, P90 {row[5]}, budget {row[6]}" for row in _table(summary, costs).rows
    )
    return f"Cost by fiscal year. {title}. {what(summary)}. {parts}."

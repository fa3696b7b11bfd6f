"""The sheet that calculates: a budget in one cell, and how likely it is enough under each contract."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from xlsxwriter.utility import xl_rowcol_to_cell

from simulator import risk
from simulator.forecast.forecast import horizon_cost, ranked_by
from simulator.forecast.priced import Measure
from simulator.report.summary.contract import ContractNumbers
from simulator.report.words.budget_words import several_budgets
from simulator.report.workbook.book import BLUE, CONTRACT, GREY, ORANGE, Book, Formula, SheetColumn, reference
from simulator.report.workbook.content import Content

NAME: Final = "Budget check"
STEPS: Final = 200
"""Steps of the table of percentiles: a budget's chance is known to half a percent."""
_HEAD_ROW: Final = 6
_COLUMNS: Final = (
    SheetColumn("Contract", width=CONTRACT),
    SheetColumn("Budget held in", "share", 18),
    SheetColumn("Falls short in", "share"),
    SheetColumn("P90", "money"),
    SheetColumn("Budget less P90", "money"),
    SheetColumn("At P90", "verdict", 12),
    SheetColumn("Exceeded by on average, over all futures", "money", 16),
    SheetColumn("Exceeded by on average, where it is exceeded", "money", 16),
)
_LOOKS: Final[tuple[dict[str, Any], ...]] = (
    {"color": BLUE, "width": 2.5},
    {"color": GREY, "width": 2, "dash_type": "dash"},
    {"color": "#00785A", "width": 2, "dash_type": "long_dash"},
    {"color": "#7A5195", "width": 2, "dash_type": "round_dot"},
)
"""Lines of the curves, the recommended contract first; told apart without colour."""


@dataclass(frozen=True, slots=True)
class _Check:
    """A budget, and where the table of steps begins that its chances are read from.

    Attributes:
        start: row of the first step, from 0.
    """

    start: int
    amount: float
    of: Measure

    @property
    def exact(self) -> int:
        """Row of the amount that the sheet comes with, above what is exact there."""
        return self.start + STEPS + 2


def budget_check_sheet(book: Book, content: Content) -> None:
    """Write one input cell, for each contract how likely it is enough and what is missing else, and their S-curves."""
    summary, of = content.summary, ranked_by(content.forecast.scenario)
    sheet = book.sheet(NAME, "Is a budget enough? Type one into the yellow cell")
    stated = None if several_budgets(summary) else summary.budget
    amount = content.contracts[0].cost(of).p90 if stated is None else stated.amount
    tables = {each.name: _steps(content, each.name) for each in content.contracts}
    exact = {each.name: _exact(content, each.name, amount) for each in content.contracts}
    chart_row = _HEAD_ROW + len(content.contracts) + 2
    check = _Check(chart_row + 24, amount, of)
    rows = [_row(check, place, each, exact[each.name]) for place, each in enumerate(content.contracts)]
    book.table(sheet, _HEAD_ROW, _COLUMNS, rows)
    book.write(sheet, 2, 0, f"Budget for {content.cost} of {summary.months} months", "strong")
    book.write(sheet, 2, 1, amount, "input")
    texts = [
        f"At the amount that this file comes with, shares and amounts are exact. At any other they come from {STEPS} "
        f"steps of {summary.trials:,} futures: shares right to {100 / STEPS:g} points, amounts about."
    ]
    if stated is None and summary.budget is not None:
        texts.append(
            "Each fiscal year has a budget of its own, see the sheet Fiscal years; here it is the horizon's P90."
        )
    book.lines(sheet, 3, texts, across=5)
    after = _curves(book, sheet, content, check, chart_row)
    _step_table(book, sheet, content, tables, check)
    _exact_rows(book, sheet, content, exact, check)
    book.print_only(sheet, after - 1, len(_COLUMNS) - 1)
    book.on_pages(sheet, 1)
    sheet.protect("", {"select_locked_cells": True, "format_columns": True})


def _steps(content: Content, name: str) -> list[float]:
    """Return the cost at steps from the lowest to the highest future."""
    cost = horizon_cost(content.forecast.contracts[name], ranked_by(content.forecast.scenario))
    return [float(cost.min()), *risk.quantiles(cost, [step / STEPS for step in range(1, STEPS + 1)])]


def _exact(content: Content, name: str, amount: float) -> tuple[float, float]:
    """Return in which share of the futures an amount is enough, and what is missing on average over all of them."""
    cost = horizon_cost(content.forecast.contracts[name], ranked_by(content.forecast.scenario))
    over = risk.probability_over(cost, amount, content.forecast.results.net)
    return 1 - over.probability, over.probability * (over.overrun or 0.0)


def enough(steps: Sequence[float], budget: float) -> float:
    """Return the share of the futures in which a budget is enough, as the sheet's formula does.

    The largest step at or below the budget counts: MATCH with sorted values, less one, over the number of steps.
    """
    return max(bisect_right(steps, budget) - 1, 0) / STEPS


def missing(steps: Sequence[float], budget: float) -> float:
    """Return what is missing of a budget on average over all futures, as the sheet's formula does.

    Between two steps it is the mean of what is missing at both.
    """
    over = [max(0.0, step - budget) for step in steps]
    return (sum(over) - (over[0] + over[-1]) / 2) / STEPS


def _row(check: _Check, place: int, block: ContractNumbers, exact: tuple[float, float]) -> list[Any]:
    """Return the formulas of a contract with their values, which are exact at the amount that the sheet comes with."""
    row, amount = _HEAD_ROW + 2 + place, check.amount
    top, bottom = (xl_rowcol_to_cell(check.start + each, place + 1, True, True) for each in (0, STEPS))
    at, held, over = (xl_rowcol_to_cell(check.exact + each, place + 1, True, True) for each in range(3))
    (share, less), p90 = exact, block.cost(check.of).p90
    spent = f"SUMPRODUCT(({top}:{bottom}>$B$3)*({top}:{bottom}-$B$3))"
    ends = f"(MAX(0,{top}-$B$3)+MAX(0,{bottom}-$B$3))/2"
    return [
        block.label,
        Formula(f"=IF($B$3={at},{held},IF($B$3<{top},0,(MATCH($B$3,{top}:{bottom},1)-1)/{STEPS}))", share),
        Formula(f"=1-B{row}", 1 - share),
        p90,
        Formula(f"=$B$3-D{row}", amount - p90),
        Formula(f'=IF(D{row}<=$B$3,"enough","falls short")', "enough" if p90 <= amount else "falls short"),
        Formula(f"=IF($B$3={at},{over},({spent}-{ends})/{STEPS})", less),
        Formula(f"=IF(C{row}>0,G{row}/C{row},0)", less / (1 - share) if share < 1 else 0.0),
    ]


def _curves(book: Book, sheet: Any, content: Content, check: _Check, row: int) -> int:
    """Draw the S-curves of the recommended contract, its rivals and the next, with the budget of the input cell."""
    chart = book.file.add_chart({"type": "scatter", "subtype": "straight"})
    first, last, names = check.start, check.start + STEPS, [each.name for each in content.contracts]
    for look, block in zip(_LOOKS, content.compared, strict=False):
        column = 1 + names.index(block.name)
        chart.add_series(
            {
                "name": reference(NAME, first - 1, column, first - 1, column)[:3],
                "categories": reference(NAME, first, column, last, column),
                "values": reference(NAME, first, 0, last, 0),
                "line": look,
            }
        )
    beside = len(names) + 2
    chart.add_series(
        {
            "name": "Budget",
            "categories": reference(NAME, first, beside, first + 1, beside),
            "values": reference(NAME, first, beside + 1, first + 1, beside + 1),
            "line": {"color": ORANGE, "width": 2},
        }
    )
    chart.set_title({"name": "In which share of the futures an amount is enough", "overlay": False})
    chart.set_y_axis(
        {"num_format": "0%", "min": 0, "max": 1, "major_gridlines": {"visible": True, "line": {"color": GREY}}}
    )
    chart.set_x_axis({"num_format": book.formats["money"].num_format})
    chart.set_legend({"position": "bottom"})
    return book.chart(sheet, row, chart, 400)


def _step_table(book: Book, sheet: Any, content: Content, tables: Mapping[str, Sequence[float]], check: _Check) -> None:
    """Write what the formulas and curves read: the cost at each step, by contract, and the two ends of the budget."""
    start, beside = check.start, len(content.contracts) + 2
    book.write(sheet, start - 1, 0, "Share of the futures at or below", "numbers")
    for column, block in enumerate(content.contracts, start=1):
        book.write(sheet, start - 1, column, block.label, "numbers")
        for step, value in enumerate(tables[block.name]):
            book.write(sheet, start + step, column, value, "money")
    for step in range(STEPS + 1):
        book.write(sheet, start + step, 0, step / STEPS, "share")
    book.write(sheet, start - 1, beside, "Budget, for the chart", "numbers")
    for end in (0, 1):
        book.write(sheet, start + end, beside, Formula("=$B$3", check.amount), "money")
        book.write(sheet, start + end, beside + 1, float(end), "share")


def _exact_rows(
    book: Book, sheet: Any, content: Content, exact: Mapping[str, tuple[float, float]], check: _Check
) -> None:
    """Write below the steps what the formulas show at the amount that the sheet comes with."""
    heads = ("The amount that this file comes with", "Exact share in which it is enough", "Exact amount missing")
    for place, head in enumerate(heads):
        book.write(sheet, check.exact + place, 0, head, "note")
    for column, block in enumerate(content.contracts, start=1):
        held, less = exact[block.name]
        for place, (value, style) in enumerate(((check.amount, "money"), (held, "share"), (less, "money"))):
            book.write(sheet, check.exact + place, column, value, style)

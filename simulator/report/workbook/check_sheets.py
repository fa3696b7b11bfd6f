"""Two sheets that calculate: how likely a budget is enough, and the bridge from an expected invoice to its P90."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from xlsxwriter.utility import xl_rowcol_to_cell

from simulator import risk
from simulator.forecast.forecast import horizon_cost, ranked_by
from simulator.report.words.summary_block import Block
from simulator.report.words.verdict_words import several_budgets
from simulator.report.workbook.book import BLUE, GREY, ORANGE, Book, Formula, SheetColumn, reference
from simulator.report.workbook.sheets import Content

STEPS: Final = 200
"""Steps of the table of percentiles: a budget's chance is known to half a percent."""
_FIRST: Final = 8
_HEAD: Final = ("Contract", "Enough in", "Falls short in", "P90", "Budget less P90", "At P90")
_EXPECTED: Final = "Expected invoice"
_ALLOWANCE: Final = "Allowance for uncertainty, to P90"
_P90: Final = "P90"


def budget_check_sheet(book: Book, content: Content) -> None:
    """Write one input cell and, for each contract, how likely it is enough and by how much it falls short at P90."""
    summary, scenario = content.summary, content.forecast.scenario
    of = ranked_by(scenario)
    widths = (34, *(18 for _ in range(max(5, len(content.contracts)))))
    sheet = book.sheet("Budget check", "Is a budget enough? Type one into the yellow cell", widths)
    stated = None if several_budgets(summary) else summary["budget"]
    best = content.contracts[0]
    amount = best[of]["p90"] if stated is None else stated["amount"]
    what = "the invoice" if of == "invoice" else "invoice and human work"
    book.write(sheet, 2, 0, f"Budget for {what} of {summary['months']} months", "strong")
    book.write(sheet, 2, 1, amount, "input")
    book.lines(
        sheet, 3,
        [f"Shares come from {STEPS} steps of {summary['trials']:,} futures: right to {100 / STEPS:g} points."],
        across=5,
    )  # fmt: skip
    tables = {each["name"]: _steps(content, each["name"]) for each in content.contracts}
    for column, text in enumerate(_HEAD):
        numbers = column and column < len(_HEAD) - 1
        book.write(sheet, _FIRST - 2, column, text, "numbers" if numbers else "head")
    start = _FIRST + len(content.contracts) + 3
    check = _Check(book, sheet, start, amount, of)
    for place, block in enumerate(content.contracts):
        _check_row(check, place, block, tables[block["name"]])
    _step_table(book, sheet, content, tables, start)
    sheet.protect("", {"select_locked_cells": True, "format_columns": True})


def _steps(content: Content, name: str) -> list[float]:
    """Return the cost at steps from the lowest to the highest future."""
    cost = horizon_cost(content.forecast.contracts[name], ranked_by(content.forecast.scenario))
    return [float(cost.min()), *risk.quantiles(cost, [step / STEPS for step in range(1, STEPS + 1)])]


def enough(steps: Sequence[float], budget: float) -> float:
    """Return the share of the futures in which a budget is enough, as the sheet's formula does.

    The largest step at or below the budget counts: MATCH with sorted values, less one, over the number of steps.
    """
    return max(bisect_right(steps, budget) - 1, 0) / STEPS


@dataclass(frozen=True, slots=True)
class _Check:
    """The sheet of a budget: the first row of its table of steps, the budget, and the cost that it is for."""

    book: Book
    sheet: Any
    start: int
    amount: float
    of: str


def _check_row(check: _Check, place: int, block: Block, steps: Sequence[float]) -> None:
    book, sheet, start, amount, of = check.book, check.sheet, check.start, check.amount, check.of
    row, column = _FIRST - 1 + place, place + 1
    top, bottom = (xl_rowcol_to_cell(start + each, column, True, True) for each in (0, STEPS))
    share, p90 = enough(steps, amount), block[of]["p90"]
    cell = {name: xl_rowcol_to_cell(row, at) for name, at in (("enough", 1), ("p90", 3))}
    book.write(sheet, row, 0, block["title"], "text")
    book.write(sheet, row, 1, Formula(f"=IF($B$3<{top},0,(MATCH($B$3,{top}:{bottom},1)-1)/{STEPS})", share), "share")
    book.write(sheet, row, 2, Formula(f"=1-{cell['enough']}", 1 - share), "share")
    book.write(sheet, row, 3, p90, "money")
    book.write(sheet, row, 4, Formula(f"=$B$3-{cell['p90']}", amount - p90), "money")
    verdict = "enough" if p90 <= amount else "falls short"
    book.write(sheet, row, 5, Formula(f'=IF({cell["p90"]}<=$B$3,"enough","falls short")', verdict), "verdict")


def _step_table(book: Book, sheet: Any, content: Content, tables: Mapping[str, Sequence[float]], start: int) -> None:
    book.write(sheet, start - 1, 0, "Share of the futures at or below", "numbers")
    for column, block in enumerate(content.contracts, start=1):
        book.write(sheet, start - 1, column, block["title"], "numbers")
        for step, value in enumerate(tables[block["name"]]):
            book.write(sheet, start + step, column, value, "money")
    for step in range(STEPS + 1):
        book.write(sheet, start + step, 0, step / STEPS, "share")


def bridge_sheet(book: Book, content: Content) -> None:
    """Write the recommended contract's invoice line by line in means, the allowance to P90, and P90; with a chart."""
    best = content.contracts[0]
    sheet = book.sheet("Bridge", f"From the lines of the invoice to P90: {best['title']}")
    lines = [(label, amount) for label, amount in best["lines"].items() if amount]
    mean, p90 = best["invoice"]["mean"], best["invoice"]["p90"]
    columns = (
        SheetColumn("Step", width=44),
        SheetColumn("Amount", "money"),
        *(SheetColumn(heading, "money") for heading in ("From", "Up", "Down", "Allowance")),
    )
    first, count = 3, len(lines)
    steps: list[tuple[str, float | Formula, float]] = [(label, amount, amount) for label, amount in lines]
    total = f"=SUM(B{first + 1}:B{first + count})" if count else "=0"
    expected, budget = first + count + 1, first + count + 3
    steps.append((_EXPECTED, Formula(total, mean), mean))
    steps.append((_ALLOWANCE, Formula(f"=B{budget}-B{expected}", p90 - mean), p90 - mean))
    steps.append((_P90, p90, p90))
    rows, level = [], 0.0
    for label, shown, amount in steps:
        whole, spare = label in (_EXPECTED, _P90), label == _ALLOWANCE
        begins = 0.0 if whole else min(level, level + amount)
        size = abs(amount)
        rows.append([label, shown, begins, *_bars(size, up=amount >= 0 and not spare, spare=spare)])
        level = amount if whole else level + amount
    after = book.table(sheet, 2, columns, rows)
    book.lines(sheet, after, ["Steps are means, which add up; the last step leads from the mean to P90.",
                              "From, Up, Down and Allowance place the bars of the chart."], across=5)  # fmt: skip
    _waterfall(book, sheet, first, first + len(rows) - 1, after + 3)


def _bars(size: float, *, up: bool, spare: bool) -> tuple[float, float, float]:
    """Return the heights of the three kinds of bar, of which a step has one."""
    return size if up else 0.0, size if not up and not spare else 0.0, size if spare else 0.0


def _waterfall(book: Book, sheet: Any, first: int, last: int, row: int) -> None:
    chart = book.file.add_chart({"type": "column", "subtype": "stacked"})
    hatched = {"pattern": "wide_upward_diagonal", "bg_color": "white"}
    parts: tuple[tuple[str, int, dict[str, Any]], ...] = (
        ("From", 2, {"fill": {"none": True}, "border": {"none": True}}),
        ("Up", 3, {"fill": {"color": BLUE}}),
        ("Down", 4, {"pattern": {**hatched, "fg_color": ORANGE}}),
        ("Allowance", 5, {"pattern": {**hatched, "fg_color": BLUE}, "border": {"color": BLUE}}),
    )
    for name, column, look in parts:
        chart.add_series(
            {
                "name": name,
                "categories": reference("Bridge", first, 0, last, 0),
                "values": reference("Bridge", first, column, last, column),
                "gap": 40,
                **look,
            }
        )
    chart.set_title({"name": "Expected invoice by line, and the allowance to P90", "overlay": False})
    chart.set_legend({"none": True})
    chart.set_y_axis(
        {"num_format": book.formats["money"].num_format, "major_gridlines": {"visible": True, "line": {"color": GREY}}}
    )
    chart.set_size({"width": 760, "height": 340})
    sheet.insert_chart(row, 0, chart)

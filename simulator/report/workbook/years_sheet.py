"""Fiscal years: what each contract costs in each of them, against its budget, with the chance that this holds."""

from __future__ import annotations

from typing import Any

from simulator.report.summary.contract import ContractNumbers
from simulator.report.summary.over_time import FiscalYearNumbers
from simulator.report.words.budget_words import several_budgets
from simulator.report.workbook.book import BLUE, GREY, ORANGE, Book, Cell, Formula, SheetColumn, reference
from simulator.report.workbook.content import Content

NAME = "Fiscal years"
POOLED = "All, pooled"
EACH = "All, each by itself"
FIRST = 3
"""Row of the first contract and year, from 0."""


def years_sheet(book: Book, content: Content) -> None:
    """Write every contract's fiscal years, those of the recommended one first, with a chart of these."""
    years = content.summary.fiscal_years
    sheet = book.sheet(NAME, f"Fiscal years: {content.cost} against the budget of each")
    columns = (
        SheetColumn("Contract", width=44),
        SheetColumn("Fiscal year", width=18),
        SheetColumn("From", width=9),
        SheetColumn("To", width=9),
        SheetColumn("Months", "whole", 8),
        SheetColumn("Expected", "money"),
        SheetColumn("P50", "money"),
        SheetColumn("P90", "money"),
        SheetColumn("Budget", "money"),
        SheetColumn("Budget less P90", "money"),
        SheetColumn("Budget held in", "share"),
    )
    rows = [row for place, each in enumerate(content.contracts) for row in _rows(content, each, place)]
    after = book.table(sheet, 2, columns, rows)
    book.keep_head(sheet, 2, 2, repeated=len(years) == 1)
    texts = ["The years' expected amounts add up; their P90s do not, as no future is the dearest in every year."]
    texts = texts if len(years) > 1 else ["The horizon lies in one fiscal year, whose budget is that of the horizon."]
    if any(year.budget is not None for year in years):
        texts.append(
            f"{POOLED}: one budget of all years, which lend to one another; {EACH}: the share of futures in which "
            "the budget of every year holds, none lending to another."
        )
    after = book.lines(sheet, after, texts)
    if len(years) > 1:
        sheet.set_h_pagebreaks([after])
        _chart(book, sheet, len(years), after + 1)


def _rows(content: Content, block: ContractNumbers, place: int) -> list[list[Cell | Formula]]:
    """Return the rows of a contract: its years, and all of them together."""
    years, cost = content.summary.fiscal_years, block.cost(content.summary.ranked_by)
    first = FIRST + 1 + place * (len(years) + (len(years) > 1) + several_budgets(content.summary))
    rows = [_year(block, each, number) for number, each in enumerate(years, start=first)]
    last, budget = first + len(years) - 1, content.summary.budget
    whole: list[Cell | Formula] = [None, None, None]
    if budget is not None:
        row = last + 1
        whole = [
            budget.amount, Formula(f"=I{row}-H{row}", budget.amount - cost.p90), pooled_chance(block),
        ]  # fmt: skip
    months = Formula(f"=SUM(E{first}:E{last})", sum(each.months for each in years))
    mean = Formula(f"=SUM(F{first}:F{last})", cost.mean)
    together: list[Cell | Formula] = [
        block.label, POOLED, years[0].first, years[-1].last, months, mean, cost.p50, cost.p90, *whole,
    ]  # fmt: skip
    if several_budgets(content.summary):
        each: list[Cell | Formula] = [block.label, EACH, *[None] * 8, block.chance_of_budgets]
        return [*rows, together, each]
    return [*rows, together] if len(years) > 1 else [[*rows[0][:8], *_same(whole, first)]]


def pooled_chance(block: ContractNumbers) -> float | None:
    """Return the share of the futures in which the budgets' sum is enough for the horizon; None without a budget."""
    over = block.probability_over_budget
    return None if over is None else 1 - over


def _same(whole: list[Cell | Formula], row: int) -> list[Cell | Formula]:
    """Return the budget of the whole horizon in the row of its only year."""
    budget, less, held = whole
    return [budget, Formula(f"=I{row}-H{row}", less.value) if isinstance(less, Formula) else None, held]


def _year(block: ContractNumbers, year: FiscalYearNumbers, number: int) -> list[Cell | Formula]:
    found, budget = year.contracts[block.name], year.budget
    over = found.probability_over
    return [
        block.label,
        year.name,
        year.first,
        year.last,
        year.months,
        found.mean,
        found.p50,
        found.p90,
        budget,
        None if budget is None else Formula(f"=I{number}-H{number}", budget - found.p90),
        None if over is None else 1 - over,
    ]


def _chart(book: Book, sheet: Any, years: int, row: int) -> None:
    """Draw expected cost, P90 and budget of the recommended contract's years side by side."""
    chart = book.file.add_chart({"type": "column"})
    hatched = {"pattern": "wide_upward_diagonal", "fg_color": BLUE, "bg_color": "white"}
    looks: tuple[tuple[str, int, dict[str, Any]], ...] = (
        ("Expected", 5, {"fill": {"color": GREY}}),
        ("P90", 7, {"pattern": hatched}),
        ("Budget", 8, {"fill": {"none": True}, "border": {"color": ORANGE, "width": 2}}),
    )
    for name, column, look in looks:
        chart.add_series(
            {
                "name": name,
                "categories": reference(NAME, FIRST, 1, FIRST + years - 1, 1),
                "values": reference(NAME, FIRST, column, FIRST + years - 1, column),
                **look,
            }
        )
    chart.set_title({"name": "Recommended contract by fiscal year", "overlay": False})
    chart.set_y_axis({"num_format": book.formats["money"].num_format, "min": 0})
    chart.set_legend({"position": "bottom"})
    book.chart(sheet, row, chart)

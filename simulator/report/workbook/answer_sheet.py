"""The first sheet: what to sign, for how much, how sure, and what is open; then the contracts side by side."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from simulator.report.blocks.present_value import present_value_lines
from simulator.report.blocks.settlement import owed_months
from simulator.report.blocks.unit_counts import again_line
from simulator.report.blocks.verdict_numbers import TIES
from simulator.report.summary.contract import ContractNumbers
from simulator.report.summary.summary import Summary
from simulator.report.summary.today import Today
from simulator.report.words.budget_words import several_budgets
from simulator.report.words.figures import figures
from simulator.report.words.sentences import capital, interval_line, not_split_in
from simulator.report.words.terms_line import terms_line, walk_away
from simulator.report.workbook.book import BLUE, CONTRACT, GREY, Book, Cell, Formula, SheetColumn, Styled, reference
from simulator.report.workbook.content import Content
from simulator.report.workbook.years_sheet import pooled_chance

ACROSS = 7
"""Columns over which sentences stand, beside the first."""


def answer_sheet(book: Book, content: Content) -> None:
    """Write the answer, its figures, the contracts in the order of the ranking, and a chart of them."""
    summary = content.summary
    sheet = book.sheet("Answer", summary.scenario)
    row = book.lines(sheet, 1, [summary.sentence], "strong", ACROSS)
    row = _figures(book, sheet, content, row + 1)
    rows = [_contract(summary, each) for each in content.contracts]
    first = row + 2
    after = book.table(sheet, row + 1, _columns(content), rows)
    if summary.status_quo is not None:
        for place, (column, value) in enumerate(zip(_columns(content), _today(summary.status_quo), strict=False)):
            book.write(sheet, after, place, value, column.format)
        after += 1
    told = [summary.verdict.before_signing, summary.verdict.saving, interval_line(summary), _head(summary)]
    after = book.lines(sheet, after + 1, [text for text in told if text], across=ACROSS)
    sheet.set_h_pagebreaks([after])
    book.on_pages(sheet, 2)
    _bars(book, sheet, first, first + len(rows) - 1, after + 1)


def _figures(book: Book, sheet: Any, content: Content, row: int) -> int:
    """Write the figures that a reader looks for first, one a row, and return the row after them."""
    for number, (name, value, style) in enumerate(_first_figures(content, row), start=row):
        book.write(sheet, number, 0, name, "strong")
        if isinstance(value, str):
            book.lines(sheet, number, [value], style, ACROSS, first=1)
        else:
            book.write(sheet, number, 1, value, style)
        row = number + 1
    return row


def _first_figures(content: Content, row: int) -> Iterator[tuple[str, Cell | Formula, str]]:
    summary = content.summary
    best, budget = summary.best, summary.budget
    cost = best.cost(summary.ranked_by)
    yield _role(summary), best.title, "text"
    yield "Price and terms", terms_line(summary, best.name), "text"
    yield f"Expected {content.cost}", cost.mean, "money"
    yield f"P90 of the {content.cost}", cost.p90, "money"
    if budget is not None:
        several = several_budgets(summary)
        together = ", all years pooled" if several else ""
        yield f"Budget{together}", budget.amount, "money"
        over = Formula(f"=B{row + 5}-B{row + 4}", budget.amount - cost.p90)
        yield f"Budget{together}, less P90", over, "money"
        yield f"Budget{together}, held in", pooled_chance(best), "share"
    if budget is not None and several_budgets(summary):
        yield from _by_year(summary, best)
    ready = "not yet: what is open stands below the table" if summary.verdict.questions else "yes"
    yield "Ready to sign", ready, "text"
    if walk_away(summary):
        yield "Price to walk away at", walk_away(summary), "text"


def _role(summary: Summary) -> str:
    """Return what the recommended contract is: to sign only where nothing is open and nothing it must keep fails."""
    budget = summary.budget
    if summary.verdict.rule == "no_units":
        return "First in the table"
    if budget is not None and not budget.met:
        return "Closest to the budget" if not several_budgets(summary) else "Closest to the budgets"
    return "Preferred, not ready to sign" if summary.verdict.questions else "Contract to sign"


def _by_year(summary: Summary, best: ContractNumbers) -> Iterator[tuple[str, Cell, str]]:
    """Yield each year's budget against its own P90, and how often all years keep theirs."""
    for year in summary.fiscal_years:
        found = year.contracts[best.name]
        if year.budget is not None and found.probability_over is not None:
            yield f"{year.name}: budget less P90 of the year", year.budget - found.p90, "money"
            yield f"{year.name}: budget held in", 1 - found.probability_over, "share"
    yield "Every year's budget held in", best.chance_of_budgets, "share"


def _head(summary: Summary) -> str:
    return (
        f"{summary.trials:,} futures of {summary.months} months from {summary.start}, seed {summary.seed}; "
        f"amounts in {summary.currency} for the whole horizon. P90: nine in ten simulated futures do not exceed it."
    )


def _columns(content: Content) -> tuple[SheetColumn, ...]:
    several = several_budgets(content.summary)
    return (
        SheetColumn("Contract", width=CONTRACT),
        SheetColumn("Expected invoice", "money"),
        SheetColumn("P90", "money"),
        SheetColumn("Every budget held in" if several else "Budget held in", "share"),
        SheetColumn("Cheaper than the recommended in", "share"),
        SheetColumn("Expected with people's work", "money"),
        SheetColumn("Cost per solved case", "cents"),
        SheetColumn("We can count it"),
    )


def _contract(summary: Summary, block: ContractNumbers) -> list[Cell]:
    cheaper = {pair.contract: pair.share_cheaper for pair in summary.paired}
    return [
        block.label,
        block.invoice.mean,
        block.invoice.p90,
        block.chance_of_budgets,
        cheaper.get(block.name),
        block.cost_to_serve.mean,
        block.mean_per_solved_case,
        block.countable_by_buyer,
    ]


def _today(today: Today) -> list[Cell]:
    return [today.title, None, None, None, None, today.cost.mean, today.mean_per_solved_case]


def _bars(book: Book, sheet: Any, first: int, last: int, row: int) -> None:
    """Draw expected invoice and P90 side by side; the dearer in another pattern, for print without colour."""
    chart = book.file.add_chart({"type": "bar"})
    looks: tuple[tuple[int, str, dict[str, Any]], ...] = (
        (1, "Expected", {"fill": {"color": GREY}}),
        (2, "P90", {"pattern": {"pattern": "wide_upward_diagonal", "fg_color": BLUE, "bg_color": "white"}}),
    )
    for column, title, look in looks:
        chart.add_series(
            {
                "name": title,
                "categories": reference("Answer", first, 0, last, 0),
                "values": reference("Answer", first, column, last, column),
                **look,
            }
        )
    chart.set_title({"name": "Invoice over the horizon", "overlay": False})
    chart.set_y_axis({"reverse": True})
    chart.set_x_axis({"num_format": book.formats["money"].num_format})
    chart.set_legend({"position": "bottom"})
    book.chart(sheet, row, chart, 120 + 34 * (last - first + 1))


def comparison_sheet(book: Book, content: Content) -> None:
    """Write what else tells contracts apart: units billed twice or for nothing, ties, and what is owed on leaving."""
    summary, owed = content.summary, owed_months(content.contracts)
    sheet = book.sheet("Comparison", "What else tells the contracts apart")
    columns = (
        SheetColumn("Contract", width=CONTRACT),
        SheetColumn("Billed, not solved: units", "whole"),
        SheetColumn("Billed, not solved: amount", "money"),
        SheetColumn("Billed again: units", "whole"),
        SheetColumn("Billed again: amount", "money"),
        SheetColumn("Unit price", "rate"),
        *(SheetColumn(f"Price: {each}", "rate") for each in TIES.values()),
        *(SheetColumn(f"Prices for use x: {each}", "factor") for each in TIES.values()),
        *(SheetColumn(f"Owed if stopped after month {month}", "money") for month in owed),
    )
    after = book.table(sheet, 2, columns, [_told_apart(each, owed) for each in content.contracts])
    book.keep_head(sheet, 2, 1)
    book.lines(sheet, after + 1, _below(summary), across=ACROSS)


def _told_apart(block: ContractNumbers, owed_after: list[str]) -> list[Cell | Styled]:
    ties, units, missing = [getattr(block, key) for key in TIES], block.units, ["not counted", "not counted"]
    return [
        block.label,
        *(missing if units.not_split_by is not None else [units.billed_not_solved, units.billed_not_solved_amount]),
        *(missing if units.billed_again is None else [units.billed_again, units.billed_again_amount]),
        block.unit_rate if block.one_price else None,
        *(tie.unit_price if tie is not None and block.one_price else None for tie in ties),
        *(None if tie is None else tie.factor for tie in ties),
        *(block.owed_if_stopped[month] for month in owed_after),
    ]


def _below(summary: Summary) -> list[str]:
    """Return what must be known of the numbers."""
    work, why, again = summary.human_work, not_split_in(summary), again_line(summary)
    mean, p90 = figures([work.mean, work.p90], summary.currency)
    found = [f"People's work is in the cost of every contract: expected {mean}, P90 {p90}."]
    found += [f"Billed, not solved: {why}."] if why else []
    found += [f"{again}."] if again else []
    found += [line.replace("*", "the recommended contract") for line in present_value_lines(summary)]
    return [*found, *(f"{capital(note)}." for note in summary.notes)]

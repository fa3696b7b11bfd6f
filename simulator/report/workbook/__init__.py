"""summary.xlsx: the numbers of a run for a finance team that checks and re-charts them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from simulator.forecast.forecast import Forecast
from simulator.report.contract_answers import ContractAnswers
from simulator.report.summary.summary import Summary
from simulator.report.workbook.answer_sheet import answer_sheet, comparison_sheet
from simulator.report.workbook.book import Book
from simulator.report.workbook.bridge_sheet import bridge_sheet
from simulator.report.workbook.budget_sheet import budget_check_sheet
from simulator.report.workbook.content import Content
from simulator.report.workbook.drivers_sheet import drivers_sheet
from simulator.report.workbook.sheets import (
    contracts_sheet,
    definitions_sheet,
    monthly_sheet,
    notes_sheet,
    percentiles_sheet,
    vendor_sheet,
)
from simulator.report.workbook.sign_sheet import assumptions_sheet, numbers_sheet
from simulator.report.workbook.terms_sheet import terms_sheet
from simulator.report.workbook.years_sheet import years_sheet

SHEETS: Final[tuple[Callable[[Book, Content], None], ...]] = (
    answer_sheet,
    terms_sheet,
    assumptions_sheet,
    years_sheet,
    budget_check_sheet,
    drivers_sheet,
    comparison_sheet,
    contracts_sheet,
    definitions_sheet,
    vendor_sheet,
    percentiles_sheet,
    monthly_sheet,
    bridge_sheet,
    numbers_sheet,
    notes_sheet,
)
"""The sheets in their order. A new one is a function and its name here."""


def write_workbook(
    path: Path,
    forecast: Forecast,
    summary: Summary,
    questions: Sequence[ContractAnswers],
    fingerprint: str,
) -> None:
    """Write the workbook of a run; the same run gives the same bytes.

    Args:
        questions: the three questions of every contract (report.questions).
        fingerprint: of the scenario and all that decides the numbers.
    """
    book = Book(path, summary.currency)
    content = Content(forecast, summary, questions, fingerprint)
    for sheet in SHEETS:
        sheet(book, content)
    book.close()

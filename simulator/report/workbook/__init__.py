"""summary.xlsx: the numbers of a run for a finance team that checks and re-charts them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from simulator.forecast.forecast import Forecast
from simulator.report.summary.summary import Summary
from simulator.report.workbook.book import Book
from simulator.report.workbook.check_sheets import bridge_sheet, budget_check_sheet
from simulator.report.workbook.sheets import (
    Content,
    assumptions_sheet,
    contracts_sheet,
    definitions_sheet,
    drivers_sheet,
    monthly_sheet,
    notes_sheet,
    percentiles_sheet,
    summary_sheet,
)

SHEETS: Final[tuple[Callable[[Book, Content], None], ...]] = (
    summary_sheet,
    assumptions_sheet,
    contracts_sheet,
    definitions_sheet,
    percentiles_sheet,
    monthly_sheet,
    drivers_sheet,
    budget_check_sheet,
    bridge_sheet,
    notes_sheet,
)
"""The sheets in their order. A new one is a function and its name here."""


def write_workbook(
    path: Path,
    forecast: Forecast,
    summary: Summary,
    questions: Sequence[Mapping[str, Any]],
    fingerprint: str,
) -> None:
    """Write the workbook of a run; the same run gives the same bytes.

    Args:
        questions: the three questions of every contract (report.questions).
        fingerprint: of the scenario and all that decides the numbers.
    """
    book = Book(path, summary["currency"])
    content = Content(forecast, summary, questions, fingerprint)
    for sheet in SHEETS:
        sheet(book, content)
    book.close()

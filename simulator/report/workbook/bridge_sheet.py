"""The bridge from an expected invoice, line by line, to its P90."""

from __future__ import annotations

from typing import Any, Final

from simulator.report.words.meter_words import label_words
from simulator.report.workbook.book import BLUE, GREY, ORANGE, Book, Formula, SheetColumn, reference
from simulator.report.workbook.content import Content

_EXPECTED: Final = "Expected invoice"
_ALLOWANCE: Final = "Allowance for uncertainty, to P90"
_P90: Final = "P90"


def bridge_sheet(book: Book, content: Content) -> None:
    """Write the recommended contract's invoice line by line in means, the allowance to P90, and P90; with a chart."""
    best = content.contracts[0]
    sheet = book.sheet("Bridge", f"From the lines of the invoice to P90: {best.title}")
    lines = [(label_words(label, content.definitions), amount) for label, amount in best.lines.items() if amount]
    mean, p90 = best.invoice.mean, best.invoice.p90
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
    book.hide(sheet, 2, len(columns) - 1)
    book.on_pages(sheet, 1)
    book.lines(sheet, after, ["Steps are means, which add up; the last step leads from the mean to P90."], across=1)
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
    chart.show_hidden_data()
    chart.set_title({"name": "Expected invoice by line, and the allowance to P90", "overlay": False})
    chart.set_legend({"none": True})
    chart.set_y_axis(
        {"num_format": book.formats["money"].num_format, "major_gridlines": {"visible": True, "line": {"color": GREY}}}
    )
    book.chart(sheet, row, chart)

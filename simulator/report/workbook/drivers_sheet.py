"""What carries the spread of the recommended contract: rank correlations, and a tornado that the workbook draws."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

from simulator.report.summary.curves import TornadoBar, TornadoNumbers
from simulator.report.workbook.book import BLUE, GREY, ORANGE, Book, Cell, Formula, SheetColumn, reference
from simulator.report.workbook.content import Content

NAME: Final = "Drivers"
MOST: Final = 8
"""Bars drawn at most."""
LEAST_HEIGHT: Final = 240
"""Pixels of the chart, if it has few bars."""
_FIRST: Final = 4
_HELPERS: Final = ("From", "Below P90", "Above P90")


def drivers_sheet(book: Book, content: Content) -> None:
    """Write P90 where an assumption is low and high, the tornado of it, and rank correlations with the cost."""
    summary = content.summary
    sheet = book.sheet(NAME, f"What moves P90 of the {content.cost} of the recommended contract")
    found = summary.tornado
    after = 2
    if found is not None and found.bars:
        after = _tornado(book, sheet, found)
    else:
        after = book.lines(sheet, 2, ["The futures are too few to say what moves P90."], across=3)
    columns = (
        SheetColumn("Assumption", width=44),
        SheetColumn("Kind of source", width=16),
        SheetColumn("Rank correlation with the cost", "factor"),
        SheetColumn("Its square", "share"),
    )
    spread: list[list[Cell]] = [
        [each.label, each.kind, each.rank_correlation, each.squared] for each in summary.most_of_the_spread.assumptions
    ]
    after = book.lines(sheet, after + 1, ["Assumptions that move together with the cost"], "strong", 3)
    book.table(sheet, after, columns, spread)


def _tornado(book: Book, sheet: Any, found: TornadoNumbers) -> int:
    """Write the bars with what places them in the chart, draw it, and return the row after it."""
    p90 = found.p90
    book.write(sheet, 2, 0, "P90 over all futures", "strong")
    book.write(sheet, 2, 1, p90, "money")
    columns = (
        SheetColumn("Assumption", width=44),
        SheetColumn("P90, lowest tenth", "money", 16),
        SheetColumn("P90, highest tenth", "money"),
        SheetColumn("High less low", "money"),
        SheetColumn("Beyond sampling noise"),
        *(SheetColumn(each, "money") for each in _HELPERS),
    )
    some = any(bar.visible for bar in found.bars)
    rows = [
        _bar(bar, number, p90) if bar.visible or not some else [bar.label, None, None, None, bar.visible, *[None] * 3]
        for number, bar in enumerate(found.bars, start=_FIRST + 1)
    ]
    after = book.table(sheet, _FIRST - 1, columns, rows)
    book.keep_head(sheet, _FIRST - 1, 1, repeated=False)
    book.hide(sheet, len(columns) - len(_HELPERS), len(columns) - 1)
    low, high = found.floor
    texts = [
        "P90 in the tenth of the futures in which the assumption is lowest, and in the tenth in which it is highest.",
        "Bars are filled below P90 over all futures, and hatched above. Empty: not to be told from sampling noise.",
    ]
    after = book.lines(sheet, after + 1, texts, across=3)
    book.write(sheet, after, 0, "What sampling noise alone gives, from and to", "note")
    book.write(sheet, after, 1, low, "money")
    book.write(sheet, after, 2, high, "money")
    sheet.set_h_pagebreaks([after + 1])
    shown = sum(bool(bar.visible) for bar in found.bars) or len(rows)
    return _chart(book, sheet, min(MOST, shown), after + 2, _axis_start(found.bars[:MOST]))


def _axis_start(bars: Sequence[TornadoBar]) -> float:
    """Return where the axis of the chart begins: a round amount below all bars, as these stand far from 0."""
    least = float(min(min(bar.at_low, bar.at_high) for bar in bars))
    if least <= 0:
        return 0.0
    step = 10.0 ** math.floor(math.log10(least))
    return math.floor(0.95 * least / step * 4) * step / 4


def _bar(bar: TornadoBar, number: int, p90: float) -> list[Cell | Formula]:
    low, high = bar.at_low, bar.at_high
    least, most = min(low, high), max(low, high)
    return [
        bar.label,
        low,
        high,
        Formula(f"=C{number}-B{number}", high - low),
        bar.visible,
        Formula(f"=MIN(B{number},C{number})", least),
        Formula(f"=MAX(0,MIN($B$3,MAX(B{number},C{number}))-F{number})", max(0.0, min(p90, most) - least)),
        Formula(
            f"=MAX(0,MAX(B{number},C{number})-MAX($B$3,F{number}))", max(0.0, most - max(p90, least))
        ),
    ]  # fmt: skip


def _chart(book: Book, sheet: Any, bars: int, row: int, start: float) -> int:
    """Draw the bars from a first amount on; an axis from 0 would leave no room for them."""
    chart = book.file.add_chart({"type": "bar", "subtype": "stacked"})
    hatched = {"pattern": "wide_upward_diagonal", "fg_color": ORANGE, "bg_color": "white"}
    looks: tuple[tuple[int, dict[str, Any]], ...] = (
        (5, {"fill": {"none": True}, "border": {"none": True}}),
        (6, {"fill": {"color": BLUE}}),
        (7, {"pattern": hatched, "border": {"color": ORANGE}}),
    )
    for (column, look), name in zip(looks, _HELPERS, strict=True):
        chart.add_series(
            {
                "name": name,
                "categories": reference(NAME, _FIRST, 0, _FIRST + bars - 1, 0),
                "values": reference(NAME, _FIRST, column, _FIRST + bars - 1, column),
                "gap": 40,
                **look,
            }
        )
    chart.show_hidden_data()
    chart.set_title({"name": "P90 where each assumption is lowest and highest", "overlay": False})
    chart.set_legend({"none": True})
    chart.set_y_axis({"reverse": True})
    lines = {"visible": True, "line": {"color": GREY}}
    chart.set_x_axis({"num_format": book.formats["money"].num_format, "min": start, "major_gridlines": lines})
    return book.chart(sheet, row, chart, max(LEAST_HEIGHT, 120 + 34 * bars))

"""The assumptions with cells to sign, and every number of the scenario with its range and its source."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from simulator.quantities.distributions import Z95, Quantity
from simulator.report.blocks.natural_units import currency_at
from simulator.report.blocks.plain_names import declared, plain_name
from simulator.report.summary.assumptions import Correlation
from simulator.report.summary.assumptions_to_sign import AssumptionToSign
from simulator.report.workbook.book import Book, Cell, Formula, SheetColumn, Styled
from simulator.report.workbook.content import Content
from simulator.scenario.key_paths import key_path
from simulator.scenario.schema import Scenario
from simulator.scenario.stated.sources import quantities

_WHOLE_FROM: Final = 100
"""Amounts from which on no decimals are shown."""
_COLUMNS: Final = (
    SheetColumn("Assumption", width=38),
    SheetColumn("Low (P10)", "any", 10),
    SheetColumn("Middle (P50)", "any", 10),
    SheetColumn("High (P90)", "any", 10),
    SheetColumn("Unit", "beside", 24),
    SheetColumn("P90 at its low end", "money", 11),
    SheetColumn("P90 at its high end", "money", 11),
    SheetColumn("High less low", "money", 14),
    SheetColumn("What stands behind it", "beside", 38),
    SheetColumn("As of", width=9),
    SheetColumn("Owner", "sign", 14),
    SheetColumn("Name", "sign", 14),
    SheetColumn("Date", "sign", 10),
    SheetColumn("Signature", "sign", 16),
)
SIGN: Final = ("Name", "Date", "Signature")
"""Columns to fill in."""


def assumptions_sheet(book: Book, content: Content) -> None:
    """Write the assumptions to sign: those that nobody stands behind first, as they need a signature most."""
    block = content.summary.assumptions_to_sign
    sheet = book.sheet("Assumptions", f"Assumptions to sign, for {block.title}")
    texts = [
        block.how_to_read,
        "Sampling noise: what the assumption moves cannot be told from it. Not shown: it is taken as certain and this "
        "run does not vary it, or it moves no invoice.",
    ]
    below = book.lines(sheet, 1, texts, across=8)
    head, after = _part(book, sheet, below + 1, _UNEVIDENCED, block.unevidenced)
    book.keep_head(sheet, head, 1)
    if block.evidenced:
        _part(book, sheet, after + 1, _EVIDENCED, block.evidenced)


_UNEVIDENCED: Final = "Nobody stands behind these yet: a judgement, a default, or no source named"
_EVIDENCED: Final = "Measured, signed, quoted or published, with the source named"


def _part(book: Book, sheet: Any, row: int, title: str, part: Sequence[AssumptionToSign]) -> tuple[int, int]:
    """Write a list of assumptions under its title; return the row of its heading and the row after it."""
    head = book.lines(sheet, row, [title], "strong", 8)
    rows = [_row(each, number) for number, each in enumerate(part, start=head + 2)]
    return head, book.table(sheet, head, _COLUMNS, rows)


def _row(each: AssumptionToSign, number: int) -> list[Cell | Formula | Styled]:
    style, moved = _style(each), each.moved
    ends: list[Cell | Formula | Styled] = [None, None, "not shown"]
    if moved is not None:
        low, high = moved.at_low, moved.at_high
        ends = [low, high, Formula(f"=G{number}-F{number}", high - low) if moved.visible else "sampling noise"]
    return [
        each.title,
        *(Styled(value, style) for value in (each.low, each.middle, each.high)),
        each.unit or _UNITS[each.measure],
        *ends,
        f"{each.kind}: {each.source}" if each.source else each.missing,
        each.as_of,
        each.owner,
        *("" for _ in SIGN),
    ]


_UNITS: Final = {"share": "share", "money": "", "factor": "times", "amount": ""}


def _style(each: AssumptionToSign) -> str:
    """Return the format of an assumption's figures."""
    if each.measure in ("share", "factor"):
        return str(each.measure)
    largest = max(abs(value) for value in (each.low, each.middle, each.high, 0.0) if value is not None)
    if each.measure == "money":
        return "rate" if largest < 1 else "cents" if largest < _WHOLE_FROM else "money"
    return "whole" if largest >= _WHOLE_FROM or largest == int(largest) else "tenths"


def numbers_sheet(book: Book, content: Content) -> None:
    """Write every number of the scenario with its range and its source, and every stated correlation."""
    scenario = content.forecast.scenario
    sheet = book.sheet(
        "All numbers", "Every number of the scenario as it is written, its range and where it comes from"
    )
    columns = (
        SheetColumn("Number", width=52),
        SheetColumn("Unit", width=24),
        SheetColumn("Stated value", "any"),
        SheetColumn("P5", "any"),
        SheetColumn("P95", "any"),
        SheetColumn("Kind of source", width=16),
        SheetColumn("Source", width=50),
        SheetColumn("As of", width=12),
        SheetColumn("Owner", width=18),
        SheetColumn("Key in the scenario", width=36),
    )
    rows = [_number(each, scenario) for each in quantities(scenario) if each.name]
    rows += [_correlation(each, scenario) for each in content.summary.correlations]
    book.table(sheet, 2, columns, rows)
    sheet.autofilter(2, 0, 2 + len(rows), len(columns) - 1)
    book.keep_head(sheet, 2, 1)


def _number(quantity: Quantity, scenario: Scenario) -> list[Cell]:
    source = quantity.source
    ends: list[Cell] = [None, None] if quantity.fixed else [float(end) for end in quantity.at(np.array([-Z95, Z95]))]
    return [
        plain_name(quantity.name, scenario),
        stated_unit(quantity, scenario),
        float(quantity.center),
        *ends,
        *(source.kind, source.source, source.as_of, source.owner),
        quantity.name,
    ]


def stated_unit(quantity: Quantity, scenario: Scenario) -> str:
    """Return the unit of a number as it is written, which for shifts of odds is not the natural one."""
    path = key_path(quantity.name) or ()
    unit = next((each.unit for each in reversed(list(declared(path, scenario))) if each.unit), "")
    if quantity.name == "volume.per_month":
        return f"{scenario.volume.unit} a month"
    code = currency_at(path, scenario)
    return _SCALES.get(unit) or re.sub(r"^(currency|money)", code, unit)


_SCALES: Final = {
    "log odds": "shift of the log odds",
    "log odds or share": "shift of the log odds",
    "log": "spread of the logarithm",
    "odds ratio": "factor on the odds",
}
"""Scales on which numbers are written that are not told in natural units there."""


def _correlation(each: Correlation, scenario: Scenario) -> list[Cell]:
    first, second = (plain_name(name, scenario) for name in each.between)
    return [
        f"Correlation of {first} and {second}", "correlation", each.rho, None, None,
        each.kind, each.source, each.as_of, each.owner, "",
    ]  # fmt: skip

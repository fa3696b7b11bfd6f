"""The assumptions with cells to sign, and every number of the scenario with its range and its source."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from simulator.quantities.distributions import Z95, Quantity
from simulator.report.blocks.assumptions_to_sign import NOISE, PEOPLE
from simulator.report.blocks.natural_units import currency_at
from simulator.report.blocks.plain_names import declared, plain_name
from simulator.report.summary.assumptions import Correlation
from simulator.report.summary.assumptions_to_sign import AssumptionToSign, SavingAssumption
from simulator.report.workbook.book import Book, Cell, Formula, SheetColumn, Styled
from simulator.report.workbook.content import Content
from simulator.scenario.key_paths import key_path
from simulator.scenario.schema import Scenario
from simulator.scenario.stated.sources import quantities

_WHOLE_FROM: Final = 100
"""Amounts from which on no decimals are shown."""
_SIGNED: Final = (
    SheetColumn("As of", width=9),
    SheetColumn("Owner", "sign", 12),
    SheetColumn("Name", "sign", 12),
    SheetColumn("Date", "sign", 9),
    SheetColumn("Signature", "sign", 16),
)
_COLUMNS: Final = (
    SheetColumn("Assumption", width=32),
    SheetColumn("Low (P10)", "any", 9),
    SheetColumn("Middle (P50)", "any", 9),
    SheetColumn("High (P90)", "any", 9),
    SheetColumn("Unit", "beside", 18),
    SheetColumn("P90 at its low end", "money", 12),
    SheetColumn("P90 at its high end", "money", 12),
    SheetColumn("High less low", "money", 13),
    SheetColumn("What stands behind it", "beside", 34),
    *_SIGNED,
)
_OF_SAVING: Final = (
    *_COLUMNS[:5],
    SheetColumn("A tenth more raises the saving by", "money"),
    SheetColumn("What else it does", "beside"),
    SheetColumn("", "beside"),
    *_COLUMNS[8:],
)
SIGN: Final = ("Name", "Date", "Signature")
"""Columns to fill in."""


def assumptions_sheet(book: Book, content: Content) -> None:
    """Write the assumptions to sign: those that nobody stands behind first, as they need a signature most."""
    block = content.summary.assumptions_to_sign
    sheet = book.sheet("Assumptions", f"Assumptions to sign, for {block.title}")
    texts = [
        block.how_to_read,
        "Sampling noise: what the assumption moves cannot be told from chance, so no amount is shown. Not shown: it is "
        "taken as certain and this run does not vary it, or it moves no invoice.",
    ]
    below = book.lines(sheet, 1, texts, across=_LAST_TOLD)
    head, after = _part(book, sheet, below + 1, _PARTS["unevidenced"], block.unevidenced)
    book.keep_head(sheet, head, 1, repeated=False)
    if block.evidenced:
        _, after = _part(book, sheet, after + 1, _PARTS["evidenced"], block.evidenced)
    if block.saving:
        _saving(book, sheet, after + 1, block.saving)


_LAST_TOLD: Final = 8
_WHAT_IT_DOES: Final = (6, 7)
"""First and last column of what a number does to the saving, in words."""
_PARTS: Final = {
    "unevidenced": "Nothing stands behind these that finance could check: a judgement, a default, or no source named",
    "evidenced": "Measured, signed, quoted or published, with the source named",
    "saving": "What the saving against today rests on",
}


def _part(book: Book, sheet: Any, row: int, title: str, assumptions: Sequence[AssumptionToSign]) -> tuple[int, int]:
    """Write a list of assumptions under its title; return the row of its heading and the row after it."""
    head = book.lines(sheet, row, [title], "strong", _LAST_TOLD)
    rows = [_row(each, number) for number, each in enumerate(assumptions, start=head + 2)]
    return head, book.table(sheet, head, _COLUMNS, rows)


def _saving(book: Book, sheet: Any, row: int, assumptions: Sequence[SavingAssumption]) -> None:
    """Write what the saving against today rests on, with what a tenth more does to it."""
    told = (
        "The saving is today's cost less invoice and people's work under this contract, expected; cases that are no "
        "longer solved and costs of setting up are not in it. Amounts are worked out from the means of the run."
    )
    sheet.set_h_pagebreaks([row])
    head = book.lines(sheet, row, [_PARTS["saving"]], "strong", _LAST_TOLD)
    head = book.lines(sheet, head, [told], "note", _LAST_TOLD)
    book.table(sheet, head, _OF_SAVING, [_rested_on(each) for each in assumptions])
    for number, each in enumerate(assumptions, start=head + 1):
        if each.saving_more is None:
            first, last = _WHAT_IT_DOES
            book.lines(sheet, number, [each.moved_told], "beside", last, first)


def _rested_on(each: SavingAssumption) -> list[Cell | Styled]:
    return [*_stated(each), each.saving_more, None, None, *_behind(each)]


def _row(each: AssumptionToSign, number: int) -> list[Cell | Formula | Styled]:
    ends: list[Cell | Formula | Styled] = [None, None, "not shown"]
    if each.key == PEOPLE and each.moved is None:
        ends = [None, None, "not the invoice"]
    elif each.moved is not None and each.moved.visible:
        low, high = each.moved.at_low, each.moved.at_high
        ends = [low, high, Formula(f"=G{number}-F{number}", high - low)]
    elif each.moved is not None or each.moved_told == NOISE:
        ends = [None, None, "sampling noise"]
    return [*_stated(each), *ends, *_behind(each)]


def _stated(each: AssumptionToSign) -> list[Cell | Styled]:
    style = _style(each)
    figures = (Styled(value, style) for value in (each.low, each.middle, each.high))
    return [each.title, *figures, each.unit or _UNITS[each.measure]]


def _behind(each: AssumptionToSign) -> list[Cell]:
    """Return what stands behind a number, and the cells to fill in."""
    return [
        f"{each.kind}: {each.source}" if each.source else each.missing, each.as_of, each.owner, *("" for _ in SIGN),
    ]  # fmt: skip


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
    told = "In print this sheet ends here, because its rows are to be searched and filtered on the screen."
    book.lines(sheet, 1, [told], across=6)
    book.table(sheet, 2, columns, rows)
    sheet.autofilter(2, 0, 2 + len(rows), len(columns) - 1)
    book.keep_head(sheet, 2, 1)
    book.print_only(sheet, 2, 6)


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

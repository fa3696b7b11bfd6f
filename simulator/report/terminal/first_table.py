"""The first table of the terminal: one row per contract and one for today, at most 100 columns wide.

All functions read the dictionary that `summary` makes.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from simulator.forecast.verdict import NINE_OF_TEN
from simulator.report.blocks.settlement import owed_months
from simulator.report.words.figures import (
    Scale,
    count,
    factor,
    figures,
    finer,
    one_unit,
    percents,
    scale_for,
    short_rate,
)
from simulator.report.words.precision import more_digits
from simulator.report.words.sentences import contract_of
from simulator.report.words.summary_block import Block
from simulator.report.words.terminal_text import WIDTH, in_lines, padded, printable, width_of

GOOD_NAME: Final = 20
"""Columns that names should have; what the report also has is left out for them."""
LEAST_NAME: Final = 14
"""Columns a contract's name is never cut below."""
NAME_LINES: Final = 3
LEFT_OUT: Final = ((), ("owed",), ("owed", "not solved"))
"""Columns that are left out, one step after the other, where names would have no room."""
MARK: Final = "* "
"""Stands before the recommended contract."""


@dataclass(frozen=True, slots=True)
class TextColumn:
    """A column of the table: three lines of heading and a cell for each row, contracts first, then today."""

    heading: tuple[str, str, str]
    cells: tuple[str, ...]

    @property
    def width(self) -> int:
        """Characters of its usual line."""
        return max(len(text) for text in (*self.heading, *self.cells))


@dataclass(frozen=True, slots=True)
class _Layout:
    """How a table is set: unit of its amounts, columns, blanks between them."""

    scale: Scale
    columns: list[TextColumn]
    gap: int

    @property
    def room(self) -> int:
        """Columns left for names."""
        return WIDTH - len(MARK) - sum(column.width + self.gap for column in self.columns)

    def line(self, mark: str, name: str, width: int, cells: Sequence[str]) -> str:
        """Return one line: mark, name, and a cell of each column."""
        sizes = (column.width for column in self.columns)
        text = "".join(" " * self.gap + cell.rjust(size) for cell, size in zip(cells, sizes, strict=True))
        return f"{mark:<{len(MARK)}}{padded(name, width)}{text}".rstrip()


def table(summary: Block) -> list[str]:
    """Return the lines of the table: contracts in the order of the ranking, the recommended one marked, then today."""
    contracts = [contract_of(summary, name) for name in summary["ranking"]]
    layout = _layout(summary, contracts)
    names = [printable(block["title"]) for block in contracts]
    if summary["status_quo"] is not None:
        names.append(printable(summary["status_quo"]["title"]))
    width = max(min(max(map(width_of, names)), layout.room), LEAST_NAME)
    what = f"{summary['months']} month{'' if summary['months'] == 1 else 's'}, {layout.scale.heading}"
    lines = [
        layout.line("", text, width, [column.heading[line] for column in layout.columns])
        for line, text in enumerate(("", "", what))
    ]
    for row, name in enumerate(names):
        mark, (first, *rest) = MARK if row == 0 else "", in_lines(name, width, NAME_LINES)
        lines.append(layout.line(mark, first, width, [column.cells[row] for column in layout.columns]))
        lines += [f"{'':{len(MARK)}}{text}" for text in rest]
    return lines


def shows_owed(summary: Block) -> bool:
    """Return whether the table has room for what is owed if stopped."""
    layout = _layout(summary, [contract_of(summary, name) for name in summary["ranking"]])
    return any("stopped" in column.heading[1] for column in layout.columns)


def _layout(summary: Block, contracts: Sequence[Block]) -> _Layout:
    """Return the first layout that leaves room for names.

    One unit for all amounts with three digits of every invoice, then fewer digits, then larger units; for each with
    less blank, and without what the report also has: what is owed if stopped, and what is billed and not solved.
    """
    ranked = [block[summary["ranked_by"]]["p90"] for block in contracts]
    usual = scale_for(_main_amounts(summary, contracts), summary["currency"], ranked)
    invoices = [block["invoice"][figure] for block in contracts for figure in ("mean", "p90")]
    found: list[_Layout] = []
    for scale in dict.fromkeys((finer(usual, invoices, more_digits(summary)), usual, *usual.coarser)):
        of_scale = [
            _Layout(scale, [column for name, column in columns if name not in left_out], gap)
            for columns in [_columns(summary, contracts, scale)]
            for left_out, gap in itertools.product(LEFT_OUT, (2, 1))
        ]
        for room in (GOOD_NAME, LEAST_NAME):
            fitting = next((layout for layout in of_scale if layout.room >= room), None)
            if fitting is not None:
                return fitting
        found += of_scale
    return max(found, key=lambda each: each.room)


def _main_amounts(summary: Block, contracts: Sequence[Block]) -> list[float]:
    amounts = [
        block[of][figure]
        for block in contracts
        for of, figure in (("invoice", "mean"), ("invoice", "p90"), ("cost_to_serve", "mean"))
    ]
    return [*amounts, *([] if summary["status_quo"] is None else [summary["status_quo"]["cost"]["mean"]])]


def _columns(summary: Block, contracts: Sequence[Block], scale: Scale) -> list[tuple[str, TextColumn]]:
    """Return the columns with the names by which they can be left out."""
    today, code = summary["status_quo"], summary["currency"]

    def column(heading: str, cells: Iterable[str], of_today: str = "") -> TextColumn:
        first, second, third = f"||{heading}".split("|")[-3:]
        return TextColumn((first, second, third), (*cells, *([] if today is None else [of_today])))

    def amounts(heading: str, of: str, figure: str) -> TextColumn:
        of_today = None if today is None else today["cost" if of == "cost_to_serve" else "invoice_in_force"]
        cells = [scale.text(block[of][figure]) for block in contracts]
        return column(heading, cells, "" if of_today is None else scale.text(of_today[figure]))

    def owed(month: str) -> TextColumn:
        return column(f"M{month}", [_amount(block["owed_if_stopped"][month], scale) for block in contracts])

    units, months = [block["units"] for block in contracts], owed_months(contracts)
    solved = one_unit(
        [block["cost_per_solved_case"]["mean"] for block in (*contracts, *([today] if today else []))], code
    )
    return [
        ("expected", amounts("expected", "invoice", "mean")),
        ("p90", amounts("P90", "invoice", "p90")),
        *(("held", each) for each in _held(summary, contracts, column)),
        *(("work", each) for each in _with_human_work(summary, amounts)),
        ("solved", column("per|solved|case", solved[: len(contracts)], solved[-1])),
        ("not solved", _joined("billed,", "not solved", [
            column("units", [_units(each["billed_not_solved"]) for each in units]),
            column(scale.heading, [_amount(each["billed_not_solved_amount"], scale) for each in units]),
        ])),
        ("price", column("price", [_rate(block, code) for block in contracts])),
        ("ties", column("ties|at|mean", [_tie(block, summary) for block in contracts])),
        ("cheaper", column("cheaper|than *", _cheaper(summary, contracts))),
        *([("owed", _joined("owed if", "stopped", [owed(month) for month in months]))] if months else []),
        ("count", column("we|can|count", ["yes" if block["countable_by_buyer"] else "no" for block in contracts])),
    ]  # fmt: skip


def _held(summary: Block, contracts: Sequence[Block], column: Any) -> list[TextColumn]:
    """In which share of the futures each contract keeps all budgets; nothing without a budget."""
    if summary["budget"] is None:
        return []
    return [column("budget|held", [share(block["chance_of_budgets"]) for block in contracts])]


def _cheaper(summary: Block, contracts: Sequence[Block]) -> list[str]:
    """In which share of the futures each contract costs less than the recommended one."""
    shares = {pair["contract"]: pair["share_cheaper"] for pair in summary["paired"]}
    return [share(shares[block["name"]]) if block["name"] in shares else "-" for block in contracts]


def share(part: float) -> str:
    """Return a share that does not look like a half or nine in ten unless it is; 0 and 100 % only for none and all."""
    if part in (0, 1):
        return f"{100 * part:.0f} %"
    return "<1 %" if part < 0.005 else ">99 %" if part > 0.995 else percents([part], against=[0.5, NINE_OF_TEN])[0]


def _with_human_work(summary: Block, amounts: Any) -> list[TextColumn]:
    """Invoice and human work: the mean, and P90 where that is what contracts are ranked by."""
    if summary["ranked_by"] == "invoice":
        return [amounts("with|human|work", "cost_to_serve", "mean")]
    parts = [amounts("mean", "cost_to_serve", "mean"), amounts("P90", "cost_to_serve", "p90")]
    return [_joined("with human", "work", parts)]


def _joined(first: str, second: str, parts: Sequence[TextColumn]) -> TextColumn:
    """Return columns as one, under two lines of common heading."""
    sizes = [part.width for part in parts]

    def line(texts: Sequence[str]) -> str:
        return "  ".join(text.rjust(size) for text, size in zip(texts, sizes, strict=True))

    cells = zip(*(part.cells for part in parts), strict=True)
    return TextColumn((first, second, line([part.heading[2] for part in parts])), tuple(line(texts) for texts in cells))


def _units(number: float | None) -> str:
    return "-" if number is None else count(number)


def _amount(amount: float | None, scale: Scale) -> str:
    return "-" if amount is None else scale.text(amount)


def _tie(block: Block, summary: Block) -> str:
    """The unit price at which a contract ties with the recommended one, or the factor on all its prices."""
    if block["name"] == summary["recommended"]:
        return "-"
    tie = block["tie"]
    if tie is None:
        return "never"
    if not block["one_price"]:
        return f"x{factor(tie['factor'])}"
    return figures([tie["unit_price"], block["unit_rate"]], summary["currency"])[0]


def _rate(block: Block, code: str) -> str:
    """The unit price cut to four significant digits, or that there are several."""
    return short_rate(block["unit_rate"], code) if block["one_price"] else "mixed"

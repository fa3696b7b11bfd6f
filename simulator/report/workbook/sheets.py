"""The sheets that list what the run says: one function a sheet, in the order of the workbook."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from simulator.forecast.forecast import Forecast
from simulator.quantities.distributions import Quantity
from simulator.report.blocks.over_time import FAN
from simulator.report.blocks.present_value import present_value_lines
from simulator.report.blocks.settlement import owed_months
from simulator.report.blocks.unit_counts import again_line
from simulator.report.blocks.verdict_numbers import TIES
from simulator.report.questions_text import HELD
from simulator.report.summary.distribution import LEVELS
from simulator.report.words.figures import figures
from simulator.report.words.sentences import capital, contract_of, doubtful, interval_line, not_split_in
from simulator.report.words.summary_block import Block
from simulator.report.workbook.book import BLUE, GREY, ORANGE, Book, Cell, SheetColumn, reference
from simulator.scenario.stated.sources import quantities

NINETY: Final = 1.6448536269514722
"""Normal score of P95."""


@dataclass(frozen=True, slots=True)
class Content:
    """What a workbook is written from.

    Attributes:
        questions: the three questions of every contract (report.questions).
        hash: of the scenario and all that decides the numbers.
    """

    forecast: Forecast
    summary: Block
    questions: Sequence[Block]
    hash: str

    @property
    def contracts(self) -> Sequence[Block]:
        """The contracts' numbers in the order of the ranking."""
        return [contract_of(self.summary, name) for name in self.summary["ranking"]]


def summary_sheet(book: Book, content: Content) -> None:
    """Write the answer and the first table."""
    summary = content.summary
    sheet = book.sheet("Summary", summary["scenario"])
    head = (
        f"{summary['trials']:,} futures x {summary['months']} months from {summary['start']}, seed {summary['seed']}; "
        f"amounts in {summary['currency']} for the whole horizon"
    )
    row = book.lines(sheet, 1, [summary["sentence"]], "strong")
    told = [summary["verdict"]["saving"], summary["verdict"]["before_signing"], interval_line(summary), head]
    row = book.lines(sheet, row, [text for text in told if text])
    columns = (
        SheetColumn("Contract", width=34),
        SheetColumn("Expected invoice", "money"),
        SheetColumn("P90", "money"),
        SheetColumn("Expected with human work", "money"),
        SheetColumn("Cost per solved case", "cents"),
        SheetColumn("Billed, not solved: units", "whole"),
        SheetColumn("Billed, not solved: amount", "money"),
        SheetColumn("Billed again: units", "whole"),
        SheetColumn("Billed again: amount", "money"),
        SheetColumn("Unit price", "rate"),
        *(SheetColumn(f"Price: {each}", "rate") for each in TIES.values()),
        *(SheetColumn(f"Prices for use x: {each}", "factor") for each in TIES.values()),
        *(SheetColumn(f"Owed if stopped after month {month}", "money") for month in owed_months(content.contracts)),
        SheetColumn("Cheaper than the recommended in", "share"),
        SheetColumn("Budget held in", "share"),
        SheetColumn("We can count it"),
    )
    cheaper = {pair["contract"]: pair["share_cheaper"] for pair in summary["paired"]}
    owed = owed_months(content.contracts)
    rows = [_first_row(each, owed, cheaper.get(each["name"])) for each in content.contracts]
    first, last = row + 2, row + 1 + len(rows)
    after = book.table(sheet, row + 1, columns, rows)
    today = summary["status_quo"]
    if today is not None:
        cells: list[Cell] = [today["title"], None, None, today["cost"]["mean"], today["mean_per_solved_case"]]
        for place, (column, value) in enumerate(zip(columns, cells, strict=False)):
            book.write(sheet, after, place, value, column.format)
        after += 1
    after = book.lines(sheet, after + 1, _below(summary))
    _bars(book, sheet, "Summary", first, last, after + 1)
    sheet.freeze_panes(row + 2, 1)


def _below(summary: Block) -> list[str]:
    """Return the lines under the first table."""
    work, why, again = summary["human_work"], not_split_in(summary), again_line(summary)
    mean, p90 = figures([work["mean"], work["p90"]], summary["currency"])
    found = [f"Human work is in the cost of every contract: expected {mean}, P90 {p90}."]
    found += [f"Billed, not solved: {why}."] if why else []
    found += [f"{again}."] if again else []
    found += [line.replace("*", "the recommended contract") for line in present_value_lines(summary)]
    return [*found, *(f"{capital(note)}." for note in summary["notes"])]


def _first_row(block: Block, owed_after: Sequence[str], cheaper: float | None) -> list[Cell]:
    """Return a contract's row of the first table; `cheaper` is the share of futures in which it costs less."""
    ties, units = [block[key] for key in TIES], block["units"]
    return [
        block["title"],
        block["invoice"]["mean"],
        block["invoice"]["p90"],
        block["cost_to_serve"]["mean"],
        block["mean_per_solved_case"],
        *(
            [units["billed_not_solved"], units["billed_not_solved_amount"]]
            if units["not_split_by"] is None
            else ["not counted", "not counted"]
        ),
        *(
            ["not counted", "not counted"]
            if units["billed_again"] is None
            else [units["billed_again"], units["billed_again_amount"]]
        ),
        block["unit_rate"] if block["one_price"] else None,
        *(tie["unit_price"] if tie is not None and block["one_price"] else None for tie in ties),
        *(None if tie is None else tie["factor"] for tie in ties),
        *(block["owed_if_stopped"][month] for month in owed_after),
        cheaper,
        block["chance_of_budgets"],
        block["countable_by_buyer"],
    ]


def _bars(book: Book, sheet: Any, name: str, first: int, last: int, row: int) -> None:
    """Draw expected invoice and P90 side by side; the dearer in another pattern, for print without colour."""
    chart = book.file.add_chart({"type": "bar"})
    for column, title, colour, pattern in (
        (1, "Expected", GREY, None),
        (2, "P90", BLUE, "wide_upward_diagonal"),
    ):
        fill = {"fill": {"color": colour}} if pattern is None else {
            "pattern": {"pattern": pattern, "fg_color": colour, "bg_color": "white"}
        }  # fmt: skip
        chart.add_series(
            {
                "name": title,
                "categories": reference(name, first, 0, last, 0),
                "values": reference(name, first, column, last, column),
                **fill,
            }
        )
    chart.set_title({"name": "Invoice over the horizon", "overlay": False})
    chart.set_y_axis({"reverse": True})
    chart.set_x_axis({"num_format": book.formats["money"].num_format})
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": 760, "height": 120 + 34 * (last - first + 1)})
    sheet.insert_chart(row, 0, chart)


def assumptions_sheet(book: Book, content: Content) -> None:
    """Write every number of the scenario with its range and its source, and every stated correlation."""
    sheet = book.sheet("Assumptions", "Every number of the scenario, its range and where it comes from")
    columns = (
        SheetColumn("Number", width=48),
        SheetColumn("Stated value", "any"),
        SheetColumn("P5", "any"),
        SheetColumn("P95", "any"),
        SheetColumn("Kind of source", width=16),
        SheetColumn("Source", width=58),
        SheetColumn("As of", width=12),
    )
    rows = [_assumption(each) for each in quantities(content.forecast.scenario) if each.name]
    rows += [
        [f"Correlation of {' and '.join(each['between'])}", each["rho"], None, None,
         *(each[key] for key in ("kind", "source", "as_of"))]
        for each in content.summary["correlations"]
    ]  # fmt: skip
    book.table(sheet, 2, columns, rows)
    sheet.autofilter(2, 0, 2 + len(rows), len(columns) - 1)
    sheet.freeze_panes(3, 1)


def _assumption(quantity: Quantity) -> list[Cell]:
    source = quantity.source
    ends: list[Cell] = (
        [None, None] if quantity.fixed else [float(end) for end in quantity.at(np.array([-NINETY, NINETY]))]
    )
    return [quantity.name, float(quantity.center), *ends, source.kind, source.source, source.as_of]


def contracts_sheet(book: Book, content: Content) -> None:
    """Write what makes up each contract's expected invoice, its units and the vendor's margin."""
    sheet = book.sheet("Contracts", "What each contract bills, on average over the horizon")
    columns = (
        SheetColumn("Contract", width=34),
        SheetColumn("Line of the invoice", width=44),
        SheetColumn("Expected", "money"),
        SheetColumn("Share of the invoice", "share"),
    )
    rows: list[list[Cell]] = []
    for block in content.contracts:
        whole = block["invoice"]["mean"]
        lines = [(label, amount) for label, amount in block["lines"].items() if amount]
        rows += [[block["title"], label, amount, amount / whole if whole else None] for label, amount in lines]
        rows.append([block["title"], "Invoice", whole, 1.0 if whole else None])
        rows.append(
            [block["title"], "Invoice less the vendor's model cost", block["invoice_less_model_cost"]["mean"], None]
        )
    after = book.table(sheet, 2, columns, rows)
    entries = [block["catalogue"] for block in content.contracts if block["catalogue"] is not None]
    texts = [
        f"{each['vendor']}, {each['product']}: catalogue entry {each['entry']}, as of {each['as_of']}; "
        f"estimates: {', '.join(each['estimates']) or 'none'}"
        for each in entries
    ]
    book.lines(sheet, after + 1, texts, across=3)
    sheet.freeze_panes(3, 1)


def definitions_sheet(book: Book, content: Content) -> None:
    """Write what each contract counts, as words and SQL, and who can recount it."""
    sheet = book.sheet("Definitions", "What is counted, and who can count it")
    columns = (
        SheetColumn("Contract", width=30),
        SheetColumn("Definition", width=26),
        SheetColumn("In words", width=60),
        SheetColumn("SQL", "code", 60),
        SheetColumn("Columns and who holds them", width=44),
        SheetColumn("Verdict", width=34),
    )
    rows: list[list[Cell]] = []
    for block in content.questions:
        who = block["who_counts"]
        held = "\n".join(f"{each['name']}: {HELD[each['held_by']]}" for each in who["columns"])
        meters = "; ".join(who["meters"])
        for each in who["definitions"] or [{"title": block["unit"], "words": f"Bills: {meters}.", "sql": ""}]:
            rows.append([block["title"], each["title"], each["words"], each["sql"], held, who["verdict"]])
    book.table(sheet, 2, columns, rows)
    sheet.freeze_panes(3, 1)


def percentiles_sheet(book: Book, content: Content) -> None:
    """Write percentiles of invoice and cost to serve, of the whole horizon."""
    sheet = book.sheet("Percentiles", "Percentiles over the horizon: they do not add up over contracts or months")
    columns = (
        SheetColumn("Contract", width=34),
        SheetColumn("Of", width=22),
        SheetColumn("Mean", "money"),
        SheetColumn("SD", "money"),
        *(SheetColumn(f"P{level}", "money") for level in LEVELS),
        SheetColumn("Mean of the dearest 5 %", "money"),
        SheetColumn("its 95 % from", "money"),
        SheetColumn("to", "money"),
        SheetColumn("Mean is determined", width=16),
        SheetColumn("Remark", width=60),
    )
    rows: list[list[Cell]] = []
    kinds = {
        "invoice": "invoice",
        "cost_to_serve": "invoice and human work",
        "present_value": "present value of the invoice",
    }
    for block in content.contracts:
        for key, label in kinds.items():
            cost = block[key]
            if cost is None:
                continue
            rows.append(
                [
                    block["title"],
                    label,
                    cost["mean"],
                    cost["sd"],
                    *(cost[f"p{level}"] for level in LEVELS),
                    cost["cvar95"],
                    *(cost["cvar95_interval"] or (None, None)),
                    "no" if doubtful(cost) else "yes",
                    cost["cvar95_interval_missing"] and f"95 % of the dearest 5 %: {cost['cvar95_interval_missing']}",
                ]
            )
    book.table(sheet, 2, columns, rows)
    sheet.freeze_panes(3, 2)


def monthly_sheet(book: Book, content: Content) -> None:
    """Write each contract's months and the path to date, with a chart of the recommended one."""
    summary, best = content.summary, content.summary["recommended"]
    monthly, cumulative, names = summary["monthly"], summary["cumulative"], ("mean", *FAN)
    sheet = book.sheet("Monthly", "Months and to date; months' P90s do not add up to that of the horizon")
    columns = (
        SheetColumn("Contract", width=34),
        SheetColumn("Month", width=10),
        *(SheetColumn(_heading(name), "money") for name in names),
        *(SheetColumn(f"{_heading(name)} to date", "money") for name in names),
    )
    rows: list[list[Cell]] = []
    for block in content.contracts:
        single, to_date = monthly["contracts"][block["name"]], cumulative["contracts"][block["name"]]
        for place, month in enumerate(monthly["months"]):
            rows.append([block["title"], month, *(path[name][place] for path in (single, to_date) for name in names)])
    after = book.table(sheet, 2, columns, rows)
    months = len(monthly["months"])
    first = 3 + months * [block["name"] for block in content.contracts].index(best)
    chart = book.file.add_chart({"type": "line"})
    for name, dash, colour in (("p10", "dash", GREY), ("p50", "solid", BLUE), ("p90", "long_dash", ORANGE)):
        column = 2 + len(names) + names.index(name)
        chart.add_series(
            {
                "name": f"{_heading(name)} to date",
                "categories": reference("Monthly", first, 1, first + months - 1, 1),
                "values": reference("Monthly", first, column, first + months - 1, column),
                "line": {"color": colour, "dash_type": dash, "width": 2},
            }
        )
    chart.set_title({"name": "Recommended contract, to date", "overlay": False})
    chart.set_y_axis({"num_format": book.formats["money"].num_format, "min": 0})
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": 760, "height": 320})
    sheet.insert_chart(after + 1, 0, chart)
    sheet.freeze_panes(3, 2)


def _heading(name: str) -> str:
    return "Mean" if name == "mean" else name.upper()


def drivers_sheet(book: Book, content: Content) -> None:
    """Write what carries the spread, by rank correlation and by P90 where an assumption is low and high."""
    summary = content.summary
    sheet = book.sheet("Drivers", "What carries most of the spread of the recommended contract")
    columns = (
        SheetColumn("Assumption", width=44),
        SheetColumn("Kind of source", width=16),
        SheetColumn("Rank correlation with the cost", "factor"),
        SheetColumn("Its square", "share"),
    )
    found = summary["most_of_the_spread"]["assumptions"]
    rows: list[list[Cell]] = [
        [each["label"], each["kind"], each["rank_correlation"], each["squared"]] for each in found
    ]
    after = book.table(sheet, 2, columns, rows)
    bars = (summary.get("tornado") or {}).get("bars", [])
    if bars:
        after = book.lines(
            sheet, after + 1, ["P90 in the tenth of the futures with the assumption lowest, and highest"], across=3
        )
        shown = (
            SheetColumn("Assumption", width=44),
            SheetColumn("P90, lowest tenth", "money"),
            SheetColumn("P90, highest tenth", "money"),
            SheetColumn("Beyond the noise"),
        )
        book.table(sheet, after, shown, [[b["label"], b["at_low"], b["at_high"], b["visible"]] for b in bars])


def notes_sheet(book: Book, content: Content) -> None:
    """Write how to read the numbers, and how to make them again."""
    summary = content.summary
    sheet = book.sheet("Notes", "How to read this, and how to repeat it")
    run = (
        f"{summary['trials']:,} futures, {summary['months']} months from {summary['start']}, seed {summary['seed']}, "
        f"engine {summary['engine']}"
    )
    texts = [
        "P90: in nine of ten simulated futures the cost is at or below it, if the stated ranges are right. "
        "It is not nine years in ten: what is not known today is not drawn again every year.",
        "Percentiles do not add: the sum of the months' P90s is not the P90 of the whole horizon.",
        "Billed, not solved: units billed on conversations that neither the AI nor a person solved.",
        "Billed again: units on cases that were billed before, of returns and duplicates; their share comes from a "
        "sample of cases drawn one by one.",
        "Ties are with the recommended contract, of that one with the next: the price at which the expected invoices "
        "are equal, that at which the P90s are equal, and that up to which it is cheaper in nine of ten futures.",
        "Amounts are those of the simulation, not rounded; sums of shown amounts may differ by rounding.",
        f"Scenario: {summary['scenario']}; {run}; fingerprint {content.hash}.",
        "manifest.json beside this file holds the scenario's text, the versions and the command: "
        "simulate replay manifest.json.",
    ]
    book.lines(sheet, 2, texts, "text")

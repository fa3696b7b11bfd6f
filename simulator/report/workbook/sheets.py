"""The sheets that list what the run says: one function a sheet, in the order of the workbook."""

from __future__ import annotations

from simulator.report.blocks.over_time import FAN
from simulator.report.questions_text import ASKED, HELD, asked_of
from simulator.report.summary.distribution import LEVELS
from simulator.report.words.meter_words import label_words
from simulator.report.words.sentences import doubtful
from simulator.report.workbook.book import BLUE, CONTRACT, GREY, ORANGE, Book, Cell, Formula, SheetColumn, reference
from simulator.report.workbook.content import Content


def contracts_sheet(book: Book, content: Content) -> None:
    """Write what makes up each contract's expected invoice, its units and the vendor's margin."""
    sheet = book.sheet("Contracts", "What each contract bills, on average over the horizon")
    columns = (
        SheetColumn("Contract", width=CONTRACT),
        SheetColumn("Line of the invoice", width=44),
        SheetColumn("Expected", "money"),
        SheetColumn("Share of the invoice", "share"),
    )
    rows: list[list[Cell | Formula]] = []
    for block in content.contracts:
        whole, first = block.invoice.mean, 4 + len(rows)
        lines = [(label, amount) for label, amount in block.lines.items() if amount]
        total = first + len(lines)
        for number, (label, amount) in enumerate(lines, start=first):
            share = Formula(f"=IF(C${total}=0,0,C{number}/C${total})", amount / whole if whole else 0.0)
            rows.append([block.label, label_words(label, content.definitions), amount, share])
        summed = Formula(f"=SUM(C{first}:C{total - 1})", whole) if lines else whole
        rows.append([block.label, "Invoice", summed, None])
        margin = block.invoice_less_model_cost.mean
        rows.append([block.label, "Invoice less the vendor's model cost", margin, None])
    after = book.table(sheet, 2, columns, rows)
    entries = [block.catalogue for block in content.contracts if block.catalogue is not None]
    texts = [
        f"{each.vendor}, {each.product}: catalogue entry {each.entry}, as of {each.as_of}; "
        f"estimates: {', '.join(each.estimates) or 'none'}"
        for each in entries
    ]
    book.lines(sheet, after + 1, texts, across=3)
    book.keep_head(sheet, 2, 1)


def definitions_sheet(book: Book, content: Content) -> None:
    """Write what each contract counts, as words and SQL, and who can recount it."""
    sheet = book.sheet("Definitions", "What is counted, and who can count it")
    columns = (
        SheetColumn("Contract", width=28),
        SheetColumn("Definition", width=20),
        SheetColumn("In words", width=44),
        SheetColumn("SQL", "code", 48),
        SheetColumn("Columns and who holds them", width=34),
        SheetColumn("Verdict", width=24),
    )
    rows: list[list[Cell]] = []
    for block in content.questions:
        who = block.who_counts
        held = "\n".join(f"{each.name}: {HELD[each.held_by]}" for each in who.columns)
        meters = "; ".join(who.meters)
        counted = [(each.title, each.words, each.sql) for each in who.definitions] or [
            (block.unit, " ".join([f"Bills: {meters}.", *who.what_counts]), "")
        ]
        rows += [[block.label, *each, held, who.verdict] for each in counted]
    book.table(sheet, 2, columns, rows)
    book.keep_head(sheet, 2, 1)


def vendor_sheet(book: Book, content: Content) -> None:
    """Write the questions and worked cases without answers, for a vendor to fill in and sign."""
    sheet = book.sheet("For the vendor", "What would you bill? Please fill in the yellow cells")
    book.on_pages(sheet, 1)
    columns = (
        SheetColumn("What happens", width=60),
        SheetColumn("Units billed", "sign", 14),
        SheetColumn(f"Amount, {content.summary.currency}", "sign", 16),
        SheetColumn("Clause of the contract", "sign", 30),
    )
    cases = content.questions[0].cases if content.questions else ()
    after = book.table(sheet, 2, columns, [[asked_of(case), "", "", ""] for case in cases])
    answers = (SheetColumn("Question"), SheetColumn("Answer", "sign"), *(SheetColumn("", "sign"),) * 2)
    after = book.table(sheet, after + 1, answers, [[question, "", "", ""] for question in ASKED])
    book.table(sheet, after + 1, answers, [[each, "", "", ""] for each in ("Name", "Date", "Signature")])


def percentiles_sheet(book: Book, content: Content) -> None:
    """Write percentiles of invoice and cost to serve, of the whole horizon."""
    sheet = book.sheet("Percentiles", "Percentiles over the horizon: they do not add up over contracts or months")
    columns = (
        SheetColumn("Contract", width=38),
        SheetColumn("Of", width=22),
        SheetColumn("Mean", "money"),
        SheetColumn("SD", "money"),
        *(SheetColumn(f"P{level}", "money") for level in LEVELS),
        SheetColumn("Mean of the dearest 5 %", "money"),
        SheetColumn("its 95 % from", "money"),
        SheetColumn("to", "money"),
        SheetColumn("Mean is determined", width=16),
        SheetColumn("Remark", width=40),
    )
    rows: list[list[Cell]] = []
    kinds = {
        "invoice": "invoice",
        "cost_to_serve": "invoice and people's work",
        "present_value": "present value of the invoice",
    }
    for block in content.contracts:
        for key, label in kinds.items():
            cost = getattr(block, key)
            if cost is None:
                continue
            rows.append(
                [
                    block.label,
                    label,
                    cost.mean,
                    cost.sd,
                    *(getattr(cost, f"p{level}") for level in LEVELS),
                    cost.cvar95,
                    *(cost.cvar95_interval or (None, None)),
                    "no" if doubtful(cost) else "yes",
                    cost.cvar95_interval_missing and f"95 % of the dearest 5 %: {cost.cvar95_interval_missing}",
                ]
            )
    book.table(sheet, 2, columns, rows)
    book.keep_head(sheet, 2, 2)
    book.on_two_across(sheet, 2)


def monthly_sheet(book: Book, content: Content) -> None:
    """Write each contract's months and the path to date, with a chart of the recommended one."""
    summary, best = content.summary, content.summary.recommended
    monthly, cumulative, names = summary.monthly, summary.cumulative, ("mean", *FAN)
    sheet = book.sheet("Monthly", "Months and to date; months' P90s do not add up to that of the horizon")
    columns = (
        SheetColumn("Contract", width=38),
        SheetColumn("Month", width=10),
        *(SheetColumn(_heading(name), "money") for name in names),
        *(SheetColumn(f"{_heading(name)} to date", "money") for name in names),
    )
    rows: list[list[Cell]] = []
    for block in content.contracts:
        single, to_date = monthly.contracts[block.name], cumulative.contracts[block.name]
        for place, month in enumerate(monthly.months):
            amounts = (getattr(path, name)[place] for path in (single, to_date) for name in names)
            rows.append([block.label, month, *amounts])
    after = book.table(sheet, 2, columns, rows)
    months = len(monthly.months)
    first = 3 + months * [block.name for block in content.contracts].index(best)
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
    book.chart(sheet, after + 1, chart, 320)
    book.keep_head(sheet, 2, 2)
    book.on_two_across(sheet, 2)
    book.print_only(sheet, first + months - 1, len(columns) - 1)


def _heading(name: str) -> str:
    return "Mean" if name == "mean" else name.upper()


def notes_sheet(book: Book, content: Content) -> None:
    """Write how to read the numbers, and how to make them again."""
    summary = content.summary
    sheet = book.sheet("Notes", "How to read this, and how to repeat it")
    run = (
        f"{summary.trials:,} futures, {summary.months} months from {summary.start}, seed {summary.seed}, "
        f"engine {summary.engine}"
    )
    texts = [
        "P90: nine in ten simulated futures do not exceed it, if the stated ranges are right. "
        "It is not nine years in ten, because a wrong guess stays wrong every year.",
        "Yellow cells are to be filled in: a budget on the sheet Budget check, and owners, names, dates and signatures "
        "on the sheet Assumptions.",
        "Percentiles do not add: the sum of the months' P90s is not the P90 of the whole horizon.",
        "Billed, not solved: units billed on conversations that neither the AI nor a person solved.",
        "Billed again: units on cases that were billed before, of returns and duplicates; their share comes from a "
        "sample of cases drawn one by one.",
        "Ties are with the recommended contract, of that one with the next: the price at which the expected invoices "
        "are equal, that at which the P90s are equal, and that up to which it is cheaper in nine of ten futures.",
        "Amounts are those of the simulation, not rounded; sums of shown amounts may differ by rounding.",
        f"Scenario: {summary.scenario}; {run}; fingerprint {content.hash}.",
        "manifest.json beside this file holds the scenario's text, the versions and the command: "
        "simulate replay manifest.json.",
    ]
    book.lines(sheet, 2, texts, "text")

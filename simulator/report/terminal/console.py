"""What the terminal shows: the first table, what carries the spread, and the answer. Plain text, no markup.

All functions read the dictionary that `summary` makes. No line is wider than 100 columns except the answer itself,
which is one sentence and is never broken.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from simulator.forecast.verdict import NINE_OF_TEN
from simulator.report.blocks.assumptions import SHOWN
from simulator.report.blocks.present_value import present_value_lines
from simulator.report.blocks.settlement import OWED_AFTER, owed_months
from simulator.report.terminal import first_table
from simulator.report.words.figures import count, figures, percents
from simulator.report.words.sentences import contract_of, futures_text, interval_line, not_split_in
from simulator.report.words.summary_block import Block
from simulator.report.words.terminal_text import WIDTH, cut, in_lines, printable
from simulator.report.words.verdict_words import marked
from simulator.scenario.stated.months import month_names

LEGEND: Final = (
    "{amounts}: the vendor's invoice; per solved case: with human work{month}. Ties at: the price, or the factor (x) "
    "on the prices for use with fees unchanged, at which the expected invoice equals that of *. Cheaper than *: in "
    "that share of the futures."
)
NO_RANGE: Final = (
    "no number is given as a range, so P90 is near the expected. Write what you are not sure of as a range, as "
    "escalate = { p5 = 0.2, p95 = 0.4 }."
)
FILES: Final = (
    ("report.html", "open this first; works offline and without scripts"),
    ("brief.pdf", "two pages to hand on"),
    ("summary.xlsx", "the numbers for a spreadsheet, with a budget to type in"),
    ("charts/", "the charts of the report"),
    ("summary.json", "all numbers, for programs"),
    ("trials.parquet", "every future, contract and month"),
    ("meters.parquet", "all meters of every future and month"),
    ("contracts.md", "three questions to every contract: who counts, edge cases, unit cost"),
    ("manifest.json", "scenario, seed, versions and sources: how to repeat it"),
)


def heading(summary: Block, path: str) -> str:
    """Return the two lines above the table: what was simulated."""
    volume, months = summary["volume"], summary["months"]
    cases = (volume["cases"]["mean"] or 0) / months
    futures = f"{futures_text(summary)} x {month_count(months)}"
    lines = (
        f"{printable(summary['scenario'])}   {printable(path)}",
        f"{futures} from {summary['start']} (months of about {count(cases)} cases), seed {summary['seed']}",
    )
    return "\n".join(cut(line, WIDTH) for line in lines)


def month_count(months: int) -> str:
    """Return a number of months in words: "12 months"."""
    return f"{months} month{'' if months == 1 else 's'}"


def table(summary: Block) -> str:
    """Return the first table and the lines that explain it."""
    return "\n".join([*first_table.table(summary), *below(summary)])


def below(summary: Block) -> list[str]:
    """Return the lines under the table: the mark, human work, what carries the spread, and what to beware of."""
    work = summary["human_work"]
    mean, p90 = figures([work["mean"], work["p90"]], summary["currency"])
    whose = f"under every contract{_unless_stopped(summary)}"
    texts = [
        f"* {marked(summary)}. Human work: expected {mean}, P90 {p90}, {whose}.",
        *([found] if (found := summary["verdict"]["saving"]) else []),
        legend(summary),
        *unsolved_line(summary),
        spread_line(summary),
        *levels_line(summary),
        *budget_line(summary),
        *fiscal_year_lines(summary),
        *owed_lines(summary),
        *present_value_lines(summary),
        *(f"Note: {note}." for note in summary["notes"]),
    ]
    return [line for text in texts for line in in_lines(printable(text), WIDTH)]


def legend(summary: Block) -> str:
    """Return what the columns of the first table are; what is owed if stopped is a column where somebody owes it."""
    owed = owed_months(summary["contracts"]) if first_table.shows_owed(summary) else []
    amounts = "Expected, P90 and owed" if owed else "Expected and P90"
    return LEGEND.format(amounts=amounts, month=f"; M{owed[0]}: month {owed[0]}" if owed else "")


def _unless_stopped(summary: Block) -> str:
    stops = any(contract["served_share"] is not None for contract in summary["contracts"])
    return " where the AI serves all conversations" if stops else ""


def unsolved_line(summary: Block) -> list[str]:
    """Return why units billed and not solved are not given for some contracts; nothing where they all have them."""
    why = not_split_in(summary)
    return [f"Billed, not solved: - stands for {why}."] if why else []


def spread_line(summary: Block) -> str:
    """Return the assumptions that carry most of the spread of the recommended cost, each with its kind of source."""
    spread = summary["most_of_the_spread"]
    if not spread["candidates"]:
        return f"Most of the spread: chance alone; nothing moves by month, and {NO_RANGE}"
    found = spread["assumptions"][:SHOWN]
    if not found:
        return f"Most of the spread: {futures_text(summary)} are too few to tell."
    return "Most of the spread: " + ", ".join(f"{item['label']} ({item['kind']})" for item in found) + "."


def levels_line(summary: Block) -> list[str]:
    """Return in one line from which levels of chance the recommended invoice varies; nothing if not known."""
    if summary["variance"] is None:
        return []
    split = summary["variance"][summary["recommended"]]
    if split["trial"] + split["month"] + split["conversation"] == 0:
        return []
    trial, month, conversation = (_roughly(split[level]) for level in ("trial", "month", "conversation"))
    return [
        f"Variance of the invoice of *: {trial} from what is not known today, {month} from month to month, "
        f"{conversation} from single conversations."
    ]


def _roughly(share: float) -> str:
    """Return a share that is known to about a percent."""
    return "under 1 %" if 0 < share < 0.005 else f"{100 * share:.0f} %"


def budget_line(summary: Block) -> list[str]:
    """Return in which month the P90 of what has been billed so far crosses the budget; nothing without one budget."""
    fan, best = summary["cumulative"], summary["recommended"]
    if fan["budget"] is None or summary["fiscal_years"][0]["budget"] is not None:
        return []
    (budget,) = figures([fan["budget"]], summary["currency"])
    path, months = fan["contracts"][best]["p90"], fan["months"]
    place = fan["contracts"][best]["crosses"]["p90"]
    if place is None:
        return [f"Month by month, the P90 of all that * has cost so far stays within the budget of {budget}."]
    back = "" if summary["budget"]["met"] is False else f", and falls back to it by {months[-1]}"
    return [
        f"Month by month, the P90 of all that * has cost so far crosses the budget of {budget} in {months[place - 1]}, "
        f"month {place} of {len(path)}{back}."
    ]


def fiscal_year_lines(summary: Block) -> list[str]:
    """Return what each fiscal year costs under *; nothing where there is only one and it has no budget of its own."""
    years, code = summary["fiscal_years"], summary["currency"]
    if len(years) == 1 and years[0]["budget"] is None:
        return []
    mine = [year["contracts"][summary["recommended"]] for year in years]
    each = [_year_text(year, costs, code) for year, costs in zip(years, mine, strict=True)]
    several = " The P90s of years do not sum to that of the horizon." if len(years) > 1 else ""
    return [f"Fiscal year{'s' if several else ''} of *: {'; '.join(each)}.{several}"]


def _year_text(year: Block, costs: Block, code: str) -> str:
    beside = [] if year["budget"] is None else [year["budget"]]
    mean, p90, *budget = figures([costs["mean"], costs["p90"], *beside], code)
    part = "" if year["months"] == 12 else f" ({month_count(year['months'])})"
    text = f"{year['name']}{part} expected {mean}, P90 {p90}"
    if not budget:
        return text
    (kept,) = percents([1 - costs["probability_over"]], against=[0, NINE_OF_TEN, 1])
    place = costs["crosses"]["p90"]
    month = "" if place is None else f", P90 over it from {month_names(year['first'], place)[-1]}"
    return f"{text}, budget {budget[0]} held in {kept} of the futures{month}"


def owed_lines(summary: Block) -> list[str]:
    """Return what is still to be paid if use of * stops early; nothing where that is nothing."""
    owed = contract_of(summary, summary["recommended"])["owed_if_stopped"]
    months = [month for month in OWED_AFTER if owed[month]]
    if not months:
        return []
    amounts = figures([owed[month] for month in months], summary["currency"])
    told = " and ".join(f"{amount} after month {month}" for month, amount in zip(months, amounts, strict=True))
    return [f"Leaving early: * has {told} still to pay, on top of what is invoiced by then."]


def answer(summary: Block) -> str:
    """Return the last lines: which contract to sign, what is open before that, and how well its P90 is known."""
    open_before = in_lines(printable(summary["verdict"]["before_signing"]), WIDTH)
    return "\n".join([printable(summary["sentence"]), *open_before, interval_line(summary)])


def written(folder: Path) -> str:
    """Return where the results are, and what each file that was written is for."""
    lines = [f"Written to {printable(folder.as_posix())}/"]
    return "\n".join([*lines, *(f"  {name:<15} {what}" for name, what in FILES if (folder / name).exists())])

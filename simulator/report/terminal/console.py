"""What `--all` shows in a terminal, lines that the report has too, and the answer by itself. Plain text, no markup.

All functions read the dictionary that `summary` makes.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from simulator.forecast.verdict import NINE_OF_TEN
from simulator.report.blocks.assumptions import SHOWN
from simulator.report.blocks.present_value import present_value_lines
from simulator.report.blocks.settlement import OWED_AFTER
from simulator.report.summary.over_time import FiscalYearNumbers, YearOfContract
from simulator.report.summary.summary import Summary
from simulator.report.terminal import first_table
from simulator.report.terminal.terminal_screen import title_line, today_line, years_line
from simulator.report.terminal.uncertain_bars import uncertain_bars
from simulator.report.words.figures import Scale, count, figures, percents
from simulator.report.words.sentences import (
    as_subject,
    contract_of,
    futures_text,
    interval_line,
    not_split_in,
    plain_label,
)
from simulator.report.words.terminal_text import cut_middle, in_lines, printable
from simulator.report.words.terms_words import assumed, terms_of, terms_words
from simulator.report.words.verdict_words import marked
from simulator.scenario.stated.months import month_names

LEGEND: Final = (
    "Expected and P90 are the vendor's invoice{work}. Cheaper than * in: the share of the futures in which a contract "
    "costs less than the recommended one. Price for the same: by how much its prices for use must change, with its "
    "fees as they are, until it costs as much as * on average (mean) or at P90. Per solved case: with people's work, "
    "for each case that the AI or a person really solves. Billed, not solved: what is billed on average for "
    "conversations that nobody solved{unsolved}. Owed after: what is still to be paid if use stops after that month."
)
NO_RANGE: Final = (
    "no number is given as a range, so P90 is near the expected. Write what you are not sure of as a range, as "
    "escalate = { p5 = 0.2, p95 = 0.4 }."
)
MOST_BARS_OF_ALL: Final = 8
FILES: Final = (
    ("report.html", "open this first; works offline and without scripts"),
    ("brief.pdf", "two pages to hand on"),
    ("summary.xlsx", "the numbers for a spreadsheet, with a budget to type in"),
    ("charts/", "the charts of the report"),
    ("summary.json", "all numbers, for programs"),
    ("trials.parquet", "every future, contract and month"),
    ("meters.parquet", "all meters of every future and month"),
    ("contracts.md", "what every contract counts, its edge cases, its unit cost"),
    ("tripwires.toml", "what to watch after signing, for programs"),
    ("manifest.json", "scenario, seed, versions and sources: how to repeat it"),
)


def everything(summary: Summary, path: str, folder: Path, width: int) -> str:
    """Return all that there is to say in a terminal: every contract, every line, every file, and the answer last.

    Args:
        path: of the scenario.
        folder: where the results were written.
        width: columns of the terminal.
    """
    scale = first_table.scale_of(summary, summary.ranking)
    parts = [
        [*heading(summary, path, scale, width)],
        first_table.table(summary, summary.ranking, scale, width),
        ["Beside the invoice:", *first_table.beside_table(summary, scale, width)],
        [*years_line(summary, width), *today_line(summary, width)],
        uncertain_bars(summary, scale, width, MOST_BARS_OF_ALL),
        below(summary, width),
        [written(folder)],
        [line for text in answer(summary).splitlines() for line in in_lines(text, width, indent=0)],
    ]
    return "\n\n".join("\n".join(part) for part in parts if part)


def heading(summary: Summary, path: str, scale: Scale, width: int) -> list[str]:
    """Return the lines above the table: what was simulated."""
    cases = (summary.volume.cases.mean or 0) / summary.months
    return [
        title_line(summary, scale, width),
        cut_middle(f"{printable(path)}, about {count(cases)} cases a month, seed {summary.seed}", width),
    ]


def month_count(months: int) -> str:
    """Return a number of months in words: "12 months"."""
    return f"{months} month{'' if months == 1 else 's'}"


def below(summary: Summary, width: int) -> list[str]:
    """Return the lines under the tables: the mark, people's work, what carries the spread, and what to beware of."""
    work = summary.human_work
    mean, p90 = figures([work.mean, work.p90], summary.currency)
    texts = [
        f"* {marked(summary)}. People's work costs {mean} on average and {p90} at P90 under every contract"
        f"{_unless_stopped(summary)}.",
        *([found] if (found := summary.verdict.saving) else []),
        legend(summary),
        *levels_line(summary),
        *budget_line(summary),
        *fiscal_year_lines(summary),
        *terms_lines(summary),
        *owed_lines(summary),
        *present_value_lines(summary),
        *(f"Note: {note}." for note in summary.notes),
    ]
    return [line for text in texts for line in in_lines(printable(text), width)]


def legend(summary: Summary) -> str:
    """Return what the columns of the tables are."""
    why = not_split_in(summary)
    work = "" if summary.ranked_by == "invoice" else " with people's work, by which contracts are ranked here"
    return LEGEND.format(work=work, unsolved=f"; - stands for {why}" if why else "")


def _unless_stopped(summary: Summary) -> str:
    stops = any(contract.served_share is not None for contract in summary.contracts)
    return " where the AI serves all conversations" if stops else ""


def spread_line(summary: Summary) -> str:
    """Return the assumptions that carry most of the spread of the recommended cost, each with its kind of source."""
    spread = summary.most_of_the_spread
    if not spread.candidates:
        return f"Most of the spread comes from chance alone: nothing moves by month, and {NO_RANGE}"
    found = spread.assumptions[:SHOWN]
    if not found:
        return f"What carries most of the spread: {futures_text(summary)} are too few to tell."
    listed = ", ".join(f"{plain_label(item.label)} ({item.kind})" for item in found)
    return f"Most of the spread comes from {listed}."


def levels_line(summary: Summary) -> list[str]:
    """Return in one line from which levels of chance the recommended invoice varies; nothing if not known."""
    if summary.variance is None:
        return []
    split = summary.variance[summary.recommended]
    if split.trial + split.month + split.conversation == 0:
        return []
    trial, month, conversation = map(_roughly, (split.trial, split.month, split.conversation))
    return [
        f"The invoice of * varies for three reasons: {trial} of its variance comes from uncertain inputs, {month} from "
        f"months that differ, {conversation} from single conversations."
    ]


def _roughly(share: float) -> str:
    """Return a share that is known to about a percent."""
    return "under 1 %" if 0 < share < 0.005 else f"{100 * share:.0f} %"


def budget_line(summary: Summary) -> list[str]:
    """Return in which month the P90 of what has been billed so far crosses the budget; nothing without one budget."""
    fan, best = summary.cumulative, summary.recommended
    if fan.budget is None or summary.fiscal_years[0].budget is not None:
        return []
    (budget,) = figures([fan.budget], summary.currency)
    path, months = fan.contracts[best].p90, fan.months
    place = fan.contracts[best].crosses["p90"]
    if place is None:
        return [f"Added up month by month, the P90 of what * costs stays within the budget of {budget}."]
    back = "" if summary.budget is not None and not summary.budget.met else f", and falls back to it by {months[-1]}"
    return [
        f"Added up month by month, the P90 of what * costs crosses the budget of {budget} in {months[place - 1]}, "
        f"month {place} of {len(path)}{back}."
    ]


def fiscal_year_lines(summary: Summary) -> list[str]:
    """Return what each fiscal year costs under *; nothing where there is only one and it has no budget of its own."""
    years, code = summary.fiscal_years, summary.currency
    if len(years) == 1 and years[0].budget is None:
        return []
    mine = [year.contracts[summary.recommended] for year in years]
    each = [_year_text(year, costs, code) for year, costs in zip(years, mine, strict=True)]
    several = " The P90s of the years do not add up to that of all months." if len(years) > 1 else ""
    return [f"Fiscal year{'s' if several else ''} under *: {'; '.join(each)}.{several}"]


def _year_text(year: FiscalYearNumbers, costs: YearOfContract, code: str) -> str:
    beside = [] if year.budget is None else [year.budget]
    mean, p90, *budget = figures([costs.mean, costs.p90, *beside], code)
    part = "" if year.months == 12 else f" ({month_count(year.months)})"
    text = f"{year.name}{part} expected {mean}, P90 {p90}"
    if not budget or costs.probability_over is None:
        return text
    (kept,) = percents([1 - costs.probability_over], against=[0, NINE_OF_TEN, 1])
    place = costs.crosses["p90"]
    month = "" if place is None else f", P90 over it from {month_names(year.first, place)[-1]}"
    return f"{text}, budget {budget[0]} held in {kept} of the futures{month}"


def owed_lines(summary: Summary) -> list[str]:
    """Return what is still to be paid if use of * stops early; nothing where that is nothing."""
    owed = contract_of(summary, summary.recommended).owed_if_stopped
    due = {month: amount for month in OWED_AFTER if (amount := owed[month])}
    if not due:
        return []
    amounts = figures(list(due.values()), summary.currency)
    told = " and ".join(f"{amount} after month {month}" for month, amount in zip(due, amounts, strict=True))
    return [f"Leaving * early costs {told}, on top of what is invoiced by then."]


def terms_lines(summary: Summary) -> list[str]:
    """Return what each contract binds to beside the price of use, and whose prices nobody stands behind."""
    contracts = [contract_of(summary, name) for name in summary.ranking]
    found = [(block, terms_of(summary, block.name)) for block in contracts]
    told = [(block.title, ", ".join(terms_words(terms, summary.currency))) for block, terms in found]
    lines = [f"{as_subject(title)} has, beside its price: {words}." for title, words in told if words]
    guessed = [as_subject(block.title) for block, terms in found if assumed(terms)]
    if not guessed:
        return lines
    whose = "all contracts" if len(guessed) == len(found) > 1 else ", ".join(guessed)
    return [*lines, f"Prices are assumed, because no quote, contract or published page is named for them: {whose}."]


def answer(summary: Summary) -> str:
    """Return the last lines, unbroken: which contract to sign, what is open before that, how well its P90 is known."""
    texts = (summary.sentence, summary.verdict.before_signing, interval_line(summary))
    return "\n".join(map(printable, texts))


def written(folder: Path) -> str:
    """Return where the results are, and what each file that was written is for."""
    lines = [f"Written to {printable(folder.as_posix())}/"]
    return "\n".join([*lines, *(f"  {name:<15} {what}" for name, what in FILES if (folder / name).exists())])

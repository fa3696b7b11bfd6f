"""brief.pdf: a page and a half for a reader who was not in the room: the answer, price and terms, and what is open.

Everything stands in the order in which it is asked for, and the paper turns to a next page where there is no room. The
charts are drawn narrow, so that two of them stand beside one another with letters that can be read.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from typing import Final

from simulator.report.answer.boxes import Box, boxes, drivers, facts
from simulator.report.answer.budget import levels, years
from simulator.report.answer.contracts import brief_table
from simulator.report.answer.signed import limits_of_price, signed
from simulator.report.brief.paper import (
    ANSWER,
    ASIDE,
    FIGURE,
    GUTTER,
    HEAD,
    INSIDE,
    PLAIN,
    SMALL,
    TALLEST,
    TITLE,
    Line,
    Paper,
    Titled,
)
from simulator.report.charts import PAGE, Chart, Form
from simulator.report.charts.base import ChartTable
from simulator.report.style import look
from simulator.report.summary.summary import Summary
from simulator.report.terminal.console import owed_lines
from simulator.report.words.sentences import NINE_IN_TEN, capital, contract_of, futures_text
from simulator.report.words.terminal_text import printable

CHARTS: Final = ("1-interval-strip", "2-s-curve")
"""The charts that matter: what contracts cost, and how much is enough."""
NOTES: Final = 2
LONG_BOX: Final = 200
"""Letters below its figure from which a box is wider than the others."""
LONGEST: Final = 1.55
"""Pages."""


def brief(summary: Summary, mark: str, written: datetime.date) -> bytes:
    """Return the brief of a run as PDF; the same run gives the same bytes on the same date.

    Args:
        mark: of the scenario and all that decides the numbers.
        written: when the run was made.
    """
    with look():
        paper = on_paper(summary, mark, written)
        return paper.file(f"{printable(summary.scenario)}: {printable(summary.sentence)}")


def on_paper(summary: Summary, mark: str, written: datetime.date) -> Paper:
    """Return the brief as pages; facts beside the answer are left to the report where they would make it longer.

    Call it inside `look()`.
    """
    form = Form(width=(INSIDE - GUTTER) / 2, headed=False, few=True, narrow=True)
    drawn = [chart for name in CHARTS if (chart := PAGE[name](summary, form)) is not None]
    found = list(_facts(summary))
    papers = (_filled(summary, mark, written, drawn, found[:count]) for count in range(len(found), -1, -1))
    for paper in papers:
        if paper.length <= LONGEST:
            break
    return paper


def _filled(
    summary: Summary, mark: str, written: datetime.date, drawn: Sequence[Chart], beside: Sequence[str]
) -> Paper:
    paper = Paper()
    _answer(paper, summary, written)
    _terms(paper, summary)
    _contracts(paper, summary)
    _budget(paper, summary)
    _beside(paper, beside)
    _charts(paper, drawn)
    _reading(paper, summary, mark)
    return paper


def _answer(paper: Paper, summary: Summary, written: datetime.date) -> None:
    paper.text(summary.scenario, HEAD, most=2)
    signed = ", ".join(_owners(summary))
    owners = f" Numbers answered for by {signed}." if signed else ""
    paper.text(f"Run of {written.isoformat()}. A forecast, not an invoice: {facts(summary)}.{owners}", ASIDE, most=3)
    paper.space(0.06)
    paper.text(summary.sentence, ANSWER, most=12)
    paper.space(0.1)
    shown = boxes(summary)
    paper.columns([_lines(box) for box in shown], [1.3 if _letters(box) > LONG_BOX else 1.0 for box in shown])
    paper.space(0.1)


def _owners(summary: Summary) -> list[str]:
    """Return who answers for the uncertain inputs, each once."""
    return list(dict.fromkeys(each.owner for each in summary.unknowns if each.owner))


def _letters(box: Box) -> int:
    return sum(map(len, (*box.lines, *box.items, *box.after)))


def _lines(box: Box) -> list[Line]:
    found = [Line(box.name, ASIDE, 2), Line(box.figure, FIGURE, 1), *(Line(line, SMALL, 11) for line in box.lines)]
    found += [Line(f"({number}) {item}", SMALL, 7) for number, item in enumerate(box.items, 1)]
    return [*found, *(Line(line, SMALL, 3) for line in box.after)]


def _terms(paper: Paper, summary: Summary) -> None:
    """Write price and terms of what would be signed beside what drives its cost."""
    best = contract_of(summary, summary.recommended)
    terms = [Line(f"{each.name}: {each.text}", SMALL, 3) for each in signed(summary, best.name)]
    away = [Line(text, SMALL, 3) for text in limits_of_price(summary)]
    named = [Line(f"What would be signed: {best.title}", TITLE, 2), *terms, *away]
    driving = [Line("What drives its cost", TITLE), *(Line(text, SMALL, 4) for text in drivers(summary))]
    paper.columns([named, driving], (1.8, 1.0))
    paper.space(0.1)


def _contracts(paper: Paper, summary: Summary) -> None:
    table = brief_table(summary)
    title = "The recommended contract, its rivals, the best others, and today; cheaper in a share of the futures"
    paper.tables([Titled(title, table, [3.0, 1.7, *[1.0] * (len(table.columns) - 2)])])
    paper.space(0.1)


def _budget(paper: Paper, summary: Summary) -> None:
    """Write the fiscal years, where there is more than one or one has a budget, and what amounts are enough for."""
    by_year = years(summary)
    if by_year is not None:
        shares = [1.6, *[1.0] * (len(by_year.columns) - 1)]
        paper.tables([Titled("The recommended contract by fiscal year", by_year, shares)])
        paper.space(0.1)
    across = _across(levels(summary))
    title = "What a budget of the recommended contract is enough for"
    paper.tables([Titled(title, across, [1.6, *[1.0] * (len(across.columns) - 1)])])
    paper.space(0.1)


def _across(table: ChartTable) -> ChartTable:
    """Return a table with its rows as columns."""
    head, *rows = zip(table.columns, *table.rows, strict=True)
    return ChartTable(head, tuple(rows))


def _charts(paper: Paper, drawn: Sequence[Chart]) -> None:
    """Lay the charts beside one another under their titles."""
    if not drawn:
        return
    paper.need(TALLEST + 0.8)
    paper.columns([_titled(chart) for chart in drawn])
    paper.beside(drawn)
    paper.space(0.1)


def _titled(chart: Chart) -> list[Line]:
    return [Line(chart.title, TITLE, 4), Line(chart.subtitle, ASIDE, 4)]


def _beside(paper: Paper, facts_beside: Sequence[str]) -> None:
    for text in facts_beside:
        paper.text(text, PLAIN, most=6)
        paper.space(0.03)
    paper.space(0.07)


def _facts(summary: Summary) -> Iterator[str]:
    """Yield what is saved against today, what is owed on leaving, and the first notes."""
    if summary.verdict.saving:
        yield summary.verdict.saving
    yield from (capital(line.replace("*", "the recommended contract")) for line in owed_lines(summary))
    yield from (f"{capital(note)}." for note in summary.notes[:NOTES])


def _reading(paper: Paper, summary: Summary, mark: str) -> None:
    """Write how to read the brief and how to repeat the run."""
    paper.space(0.08)
    paper.text(
        f"P90: {NINE_IN_TEN}, if the stated ranges are right. It is not nine years in ten, because a wrong guess stays "
        "wrong every year. Percentiles do not add up over months or contracts.",
        ASIDE,
    )
    paper.text(
        f"{futures_text(summary)}, {summary.months} months from {summary.start}, seed {summary.seed}, "
        f"fingerprint {mark}. report.html has the details; manifest.json holds scenario, versions and command: "
        "simulate replay manifest.json.",
        ASIDE,
    )

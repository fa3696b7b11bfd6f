"""What definitions and clauses do: the grid of clauses, whole definitions, and worked cases."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from simulator.contracts.wording import number
from simulator.report.charts.base import ChartTable
from simulator.report.contract_answers import CaseCost, ContractAnswers
from simulator.report.page.explorer import CELL_HEADS, cell_texts, own_cell
from simulator.report.questions_text import case_costs
from simulator.report.summary.clauses import ClauseNumbers
from simulator.report.summary.summary import Summary
from simulator.report.words.figures import count, one_unit, percents
from simulator.report.words.sentences import contract_of, futures_text, in_sentence, study_line

COLUMNS_OF_CASES: Final = 5
"""Contracts beside one another in a table of worked cases."""


def clauses(summary: Summary, questions: Sequence[ContractAnswers]) -> dict[str, Any] | None:
    """Return the grid as a table, its selects, and whole definitions in words with the price of an equal bill."""
    found, code = summary.clauses, summary.currency
    if not found:
        return None
    own = found.cells[own_cell(found)]
    texts, whole = cell_texts(found.cells, own, code), cell_texts(found.compared, own, code)
    rows = [(*choices, *cells) for choices, cells in zip(_choices(found), texts, strict=True)]
    return {
        "title": found.title,
        "whose": _whose(summary, found.contract, questions),
        "futures": f"all {futures_text(summary)}",
        "line": study_line(summary),
        "heads": CELL_HEADS,
        "axes": found.axes,
        "start": texts[own_cell(found)],
        "grid": ChartTable((*(axis.question for axis in found.axes), *CELL_HEADS), tuple(rows)),
        "definitions": ChartTable(
            ("definition", *CELL_HEADS),
            tuple((each.title, *cells) for each, cells in zip(found.compared, whole, strict=True)),
        ),
        "words": [(each.title, each.words) for each in found.compared],
    }


def _choices(found: ClauseNumbers) -> list[tuple[str, ...]]:
    """Return the choices of every cell of the grid, in the order of the cells."""
    sizes = [len(axis.choices) for axis in found.axes]
    made = []
    for place in range(len(found.cells)):
        choices, rest = [], place
        for axis, size in zip(reversed(found.axes), reversed(sizes), strict=True):
            choices.append(axis.choices[rest % size])
            rest //= size
        made.append(tuple(reversed(choices)))
    return made


def _whose(summary: Summary, studied: str, questions: Sequence[ContractAnswers]) -> str:
    """Return whether the studied contract is the recommended one, and if not, what its clauses do to that."""
    if studied == summary.recommended:
        return "It is the recommended contract."
    mine = next(each for each in questions if each.name == summary.recommended)
    best = in_sentence(contract_of(summary, summary.recommended).title)
    if not mine.who_counts.definitions:
        return (
            f"It is not the recommended contract: {best} bills by no definition of a resolution, so none of these "
            "clauses moves its bill."
        )
    return f"It is not the recommended contract: {best} has a definition of its own, which the details give in words."


def own_bill(summary: Summary) -> ChartTable | None:
    """Return what a clause on its units could move in the recommended contract's bill; None where it is not counted.

    They are units on cases that were billed before (returns and duplicates), and units that were not solved.
    """
    best, code = contract_of(summary, summary.recommended), summary.currency
    found = [
        ("billed again: returns and second tickets of a case", best.units.billed_again, best.units.billed_again_amount),
        (
            "billed, not solved: handed over, given up or wrong", best.units.billed_not_solved,
            best.units.billed_not_solved_amount,
        ),
    ]  # fmt: skip
    rows = [(name, units, amount) for name, units, amount in found if units is not None and amount is not None]
    if not rows or not best.invoice.mean:
        return None
    amounts = one_unit([amount for _, _, amount in rows], code)
    shares = [percents([amount / best.invoice.mean], against=[0, 1])[0] for _, _, amount in rows]
    texts = [
        (name, count(units), text, part) for (name, units, _), text, part in zip(rows, amounts, shares, strict=True)
    ]
    return ChartTable(("units", "number", "cost", "of the invoice"), tuple(texts))


def is_own(summary: Summary) -> bool:
    """Return whether the studied definitions are those of the recommended contract."""
    return summary.clauses is not None and summary.clauses.contract == summary.recommended


def bound(summary: Summary, names: Sequence[str]) -> list[tuple[str, tuple[str, ...]]]:
    """Return contracts that have clauses which may bind, each with what they do, in the order of the names."""
    found = {each.contract: tuple(clause.sentence for clause in each.clauses) for each in summary.bound_clauses}
    return [(contract_of(summary, name).title, found[name]) for name in names if found[name]]


def cases(questions: Sequence[ContractAnswers], code: str, names: Sequence[str]) -> ChartTable:
    """Return what some contracts bill for every worked case: units, cost on average, and what one more adds."""
    shown = [next(each for each in questions if each.name == name) for name in names]
    rows = []
    for place, case in enumerate(shown[0].cases):
        rows.append((case.words, *(_case(each.cases[place], code) for each in shown)))
    return ChartTable(("what happens", *(each.label for each in shown)), tuple(rows))


def other_cases(questions: Sequence[ContractAnswers], code: str, names: Sequence[str]) -> list[ChartTable]:
    """Return the same of all contracts but those named, some a table."""
    rest = [each.name for each in questions if each.name not in names]
    groups = [rest[start : start + COLUMNS_OF_CASES] for start in range(0, len(rest), COLUMNS_OF_CASES)]
    return [cases(questions, code, group) for group in groups]


def _case(bill: CaseCost, code: str) -> str:
    """Return units and costs of a case, as in "1: $0.58 average, one more nothing"; one figure where they agree."""
    average, more = case_costs(bill, code)
    both = average if average == more else f"{average} average, one more {more}"
    return f"{number(round(bill.units, 6))}: {both}"

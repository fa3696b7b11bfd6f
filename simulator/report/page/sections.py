"""What the template of the report prints: texts and tables, section by section, made of the numbers of a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from simulator.report.answer import budget, contracts
from simulator.report.answer.boxes import boxes, drivers, facts
from simulator.report.answer.signed import expected_use, limits_of_price, signed
from simulator.report.blocks.present_value import present_value_lines
from simulator.report.charts.base import ChartTable
from simulator.report.checks import checks
from simulator.report.contract_answers import ContractAnswers
from simulator.report.page import assumptions, definitions, details, token_section
from simulator.report.summary.summary import Summary
from simulator.report.terminal.console import levels_line
from simulator.report.words.compared import compared
from simulator.report.words.sentences import capital, contract_of


def sections(
    summary: Summary,
    questions: Sequence[ContractAnswers],
    about: Mapping[str, Any],
    tripwires: ChartTable | None = None,
) -> dict[str, Any]:
    """Return everything the template prints beside charts."""
    return {
        "summary": summary,
        "about": about,
        "tripwires": tripwires,
        **_answer(summary),
        **_sections(summary, questions),
        **_details(summary, questions, about),
    }


def _answer(summary: Summary) -> dict[str, Any]:
    best = contract_of(summary, summary.recommended)
    return {
        "facts": facts(summary),
        "boxes": boxes(summary),
        "signed": best.title,
        "terms": [*signed(summary, best.name), *expected_use(summary, best.name)],
        "limits": limits_of_price(summary),
        "drivers": drivers(summary),
    }


def _sections(summary: Summary, questions: Sequence[ContractAnswers]) -> dict[str, Any]:
    """Return what the open sections print below the first screen."""
    return {
        "few": contracts.few(summary),
        "legend": contracts.LEGEND,
        "chosen": contracts.chosen(summary),
        "levels": budget.levels(summary),
        "years": budget.years(summary),
        "budget_lines": _of_recommended(present_value_lines(summary)),
        "token_parts": token_section.parts(summary),
        "levers": token_section.levers(summary),
        "spread_lines": _of_recommended(levels_line(summary)),
        "clauses": definitions.clauses(summary, questions),
        "bound": definitions.bound(summary, compared(summary)),
        "own_bill": definitions.own_bill(summary),
        "own_study": definitions.is_own(summary),
        "tokens_billed": "token" in contract_of(summary, summary.recommended).type,
        "to_sign": _to_sign(summary),
        "correlations": assumptions.correlations(summary),
        "independent": assumptions.INDEPENDENT,
    }


def _to_sign(summary: Summary) -> dict[str, Any]:
    """Return the assumptions to sign: those that move P90, what the saving rests on, and the rest."""
    found = summary.assumptions_to_sign
    unevidenced, quiet = assumptions.split(found.unevidenced)
    evidenced, also_quiet = assumptions.split(found.evidenced)
    return {
        "how": found.how_to_read,
        "unevidenced": assumptions.to_sign(unevidenced),
        "evidenced": assumptions.to_sign(evidenced),
        "saving": assumptions.to_sign(found.saving[: assumptions.OF_SAVING], "what it moves"),
        "more_saving": assumptions.to_sign(found.saving[assumptions.OF_SAVING :], "what it moves"),
        "quiet": assumptions.to_sign([*quiet, *also_quiet]),
    }


def _details(summary: Summary, questions: Sequence[ContractAnswers], about: Mapping[str, Any]) -> dict[str, Any]:
    """Return what stands under closed details."""
    code, first = summary.currency, compared(summary)
    return {
        "every": contracts.every(summary),
        "legend_of_all": contracts.LEGEND_OF_ALL,
        "full_names": contracts.full_names(summary),
        "units": contracts.units(summary),
        "legend_of_units": contracts.legend_of_units(summary),
        "months": budget.months(summary),
        "months_line": budget.months_line(summary),
        "cases": [definitions.cases(questions, code, first), *definitions.other_cases(questions, code, first)],
        "bound_elsewhere": definitions.bound(
            summary, [name for name in summary.ranking if name not in compared(summary)]
        ),
        "token_months": token_section.by_month(summary),
        "unit_costs": details.unit_costs(questions, code),
        "questions": [details.question(each) for each in questions],
        "sources": assumptions.sources(about),
        "checks": checks(summary),
        "percentiles": details.percentiles(summary),
        "intervals": details.intervals(summary),
    }


def _of_recommended(lines: Sequence[str]) -> list[str]:
    """Return lines of the terminal with the recommended contract in words in the place of its mark."""
    return [capital(line.replace("*", "the recommended contract")) for line in lines]

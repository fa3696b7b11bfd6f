"""How much is enough and when: levels of a budget, the months and the fiscal years of the recommended contract."""

from __future__ import annotations

from typing import Final

from simulator.forecast.verdict import NINE_OF_TEN
from simulator.report.answer.contracts import share
from simulator.report.charts.base import ChartTable
from simulator.report.summary.over_time import FiscalYearNumbers
from simulator.report.summary.summary import Summary
from simulator.report.words.budget_words import several_budgets
from simulator.report.words.figures import figures, one_unit
from simulator.report.words.sentences import contract_of

LEVELS: Final = (("P50", "p50", "5 in 10"), ("P80", "p80", "8 in 10"), ("P90", "p90", "9 in 10"),
                 ("P95", "p95", "19 in 20"), ("P99", "p99", "99 in 100"))  # fmt: skip
"""Percentiles that a budget may be set at, and of how many simulated futures each is enough for how many."""
OF_MONTHS: Final = ("p10", "p50", "p80", "p90", "p95")


def levels(summary: Summary) -> ChartTable:
    """Return amounts of the recommended contract, each with the share of the futures for which it is enough."""
    cost, code = contract_of(summary, summary.recommended).cost(summary.ranked_by), summary.currency
    budget = summary.budget
    amounts = [cost.mean, *(getattr(cost, key) for _, key, _ in LEVELS)]
    names = ["expected", *(name for name, _, _ in LEVELS)]
    enough = ["", *(of for _, _, of in LEVELS)]
    if budget is not None and not several_budgets(summary):
        amounts, names = [*amounts, budget.amount], [*names, "the budget"]
        enough = [*enough, share(1 - budget.probability_over, NINE_OF_TEN)]
    rows = zip(names, one_unit(amounts, code), enough, strict=True)
    return ChartTable(("budget set at", "amount", "enough in, of the futures"), tuple(rows))


def years(summary: Summary) -> ChartTable | None:
    """Return the fiscal years of the recommended contract; None where there is one without a budget of its own."""
    found, code = summary.fiscal_years, summary.currency
    if len(found) == 1 and found[0].budget is None:
        return None
    mine = [year.contracts[summary.recommended] for year in found]
    columns = {
        "fiscal year": [_year(year) for year in found],
        "expected": one_unit([each.mean for each in mine], code),
        "P90": one_unit([each.p90 for each in mine], code),
    }
    budgets = [year.budget for year in found]
    if any(budget is not None for budget in budgets):
        columns["budget"] = one_unit(budgets, code, "none")
        columns["held in"] = [
            "-" if each.probability_over is None else share(1 - each.probability_over, NINE_OF_TEN) for each in mine
        ]
    return ChartTable(tuple(columns), tuple(zip(*columns.values(), strict=True)))


def _year(year: FiscalYearNumbers) -> str:
    """Return the name of a fiscal year, with its number of months where it is not whole."""
    months = year.months
    return year.name if months == 12 else f"{year.name} ({months} month{'' if months == 1 else 's'})"


def months(summary: Summary) -> ChartTable:
    """Return the recommended contract month by month. There is no total of percentiles, for they do not add."""
    fan = summary.monthly.contracts[summary.recommended]
    *means, total = one_unit([*fan.mean, sum(fan.mean)], summary.currency)
    columns = {"expected": means, **{key: one_unit(fan.path(key), summary.currency) for key in OF_MONTHS}}
    names = summary.monthly.months
    rows = [(month, *(column[place] for column in columns.values())) for place, month in enumerate(names)]
    return ChartTable(
        ("month", "expected", *(key.upper() for key in OF_MONTHS)), (*rows, ("sum", total, *["-"] * len(OF_MONTHS)))
    )


def months_line(summary: Summary) -> str:
    """Return how the months' P90s stand to that of the whole, and how far a dear month is followed by a dear one."""
    name, found = summary.recommended, summary.monthly
    whole, fan = contract_of(summary, name).cost(summary.ranked_by).p90, found.contracts[name]
    if len(fan.p90) < 2:
        return ""
    total, p90 = figures([sum(fan.p90), whole], summary.currency)
    line = f"The P90s of the months sum to {total}, the P90 of the whole is {p90}: percentiles do not add."
    follows = found.neighbours[name]
    if follows is None:
        return line
    return (
        f"{line} Over the futures the cost of a month has a correlation of {follows:.2f} with that of the next month, "
        "on average: at 1 a dear month is always followed by an equally dear one, at 0 it says nothing of the next."
    )

"""What is said of budgets: in which share of the futures they hold, by how much they are broken, and what would do.

The budgets of several fiscal years have two chances, which are never told as one: that all of them hold in the same
future, and that their sum would be enough.
"""

from __future__ import annotations

from typing import Final

from simulator.forecast.verdict import NINE_OF_TEN
from simulator.report.summary.budget import Budget
from simulator.report.summary.over_time import FiscalYearNumbers
from simulator.report.summary.summary import Summary
from simulator.report.words.figures import figures, percents, rounded_up
from simulator.report.words.sentences import capital, futures_text

WITH_WORK: Final = "invoice and people's work"


def budgets(summary: Summary) -> str:
    """Return what the budget is called: one of the horizon, or one for each fiscal year."""
    budget, code = given(summary), summary.currency
    covers = "" if budget.of == "invoice" else f" for {WITH_WORK}"
    if not several_budgets(summary):
        return f"the budget of {figures([budget.amount], code)[0]}{covers}"
    names = [year.name for year in summary.fiscal_years]
    return f"the budgets of {', '.join(names[:-1])} and {names[-1]}{covers}"


def given(summary: Summary) -> Budget:
    """Return the budget, asked for only by rules that have one."""
    assert summary.budget is not None
    return summary.budget


def several_budgets(summary: Summary) -> bool:
    """Return whether there is a budget for each of several fiscal years."""
    return sum(year.budget is not None for year in summary.fiscal_years) > 1


def them(summary: Summary) -> str:
    """Return the word that stands for the budget or the budgets."""
    return "them" if several_budgets(summary) else "it"


def chance(summary: Summary) -> str:
    """Return in which share of the futures the recommended contract keeps all budgets."""
    share = summary.verdict.chance
    assert share is not None  # asked only where there is a budget
    if share in (0, 1):
        return "every simulated future" if share == 1 else "none of the futures"
    return f"{_share(share)} of the futures"


def held(summary: Summary) -> str:
    """Return how often the budget holds; of several years how often all do, each does, and their sum would."""
    if not several_budgets(summary):
        return f"{budgets(summary)} holds in {chance(summary)}"
    covers = "" if given(summary).of == "invoice" else f" for {WITH_WORK}"
    return f"all budgets{covers} hold together in {chance(summary)}{years_and_sum(summary)}"


def years_and_sum(summary: Summary) -> str:
    """Return in which share of the futures each year's budget holds, and the sum would; nothing of one budget."""
    if not several_budgets(summary):
        return ""
    years = [
        f"{year.name} in {_share(1 - over)}"
        for year in summary.fiscal_years
        if (over := year.contracts[summary.recommended].probability_over) is not None
    ]
    (amount,) = figures([given(summary).amount], summary.currency)
    enough = _share(given(summary).chance_sum_is_enough)
    return f" ({', '.join(years)}); their sum of {amount} would be enough in {enough}"


def _share(share: float) -> str:
    return percents([share], against=[0, NINE_OF_TEN, 1])[0]


def doubt(summary: Summary) -> str:
    """Return that the futures do not tell whether the chance is nine in ten; nothing where they do."""
    found = summary.verdict
    if found.decided or found.chance_interval is None:
        return ""
    low, high = percents(found.chance_interval, against=[NINE_OF_TEN])
    return f"; whether that is nine in ten, {futures_text(summary)} cannot tell (95 %: {low} to {high})"


def short(summary: Summary) -> str:
    """Return by how much the budget is broken where it is; nothing if it is kept in nine of ten futures."""
    budget = given(summary)
    if budget.met or budget.overrun_where_broken is None:
        return ""
    (overrun,) = figures([budget.overrun_where_broken], summary.currency)
    if summary.verdict.chance == 0:
        return f"; in every future it exceeds {them(summary)}, by {overrun} on average"
    which = "one of them" if several_budgets(summary) else "it"
    return f"; when {which} is exceeded, by {overrun} on average"


def needed(summary: Summary) -> str:
    """Return by how much one future in ten exceeds each budget that is not kept in nine of ten, and what would do."""
    code, best = summary.currency, summary.recommended
    found = [(f"in {year.name} ", year.contracts[best].p90, year.budget) for year in _with_budget(summary)]
    if not several_budgets(summary):
        found = [("", given(summary).p90, given(summary).amount)]
    told: list[str] = []
    for where, p90, amount in found:
        if amount is not None and p90 > amount:
            over, stated = figures([p90 - amount, amount], code)
            costs = "it costs" if told else "one future in ten costs"
            told.append(f"{where}{costs} at least {over} more than the budget{f' of {stated}' if where else ''}")
    return f" {capital(', and '.join(told))}.{_moved(summary)}" if told else ""


def _with_budget(summary: Summary) -> list[FiscalYearNumbers]:
    return [year for year in summary.fiscal_years if year.budget is not None]


def _moved(summary: Summary) -> str:
    """That another split of the same money would keep every year's budget in nine of ten futures, where it would.

    Each year that is short takes what it lacks from a single year that has so much more than its P90.
    """
    if not several_budgets(summary) or given(summary).chance_sum_is_enough < NINE_OF_TEN:
        return ""
    best, code = summary.recommended, summary.currency
    room = {year.name: (year.budget or 0.0) - year.contracts[best].p90 for year in _with_budget(summary)}
    moves: list[str] = []
    for name in [name for name, left in room.items() if left < 0]:
        lacks = rounded_up(-room[name], code)
        giver = max(room, key=lambda each: room[each])
        if room[giver] < lacks:
            return ""
        room[giver] -= lacks
        moves.append(f"move {figures([lacks], code)[0]} from {giver} to {name}")
    if not moves:
        return ""
    told = f"{' and '.join(moves)}, and the budget of each year holds in nine of ten futures"
    return f" The money is enough, the split is not: {told}."

"""How much an invoice rises when the AI solves more: its elasticity to true solving, and who carries the spread.

Every future is counted twice by expected values (engine `expected`), as it is and with the odds that the AI solves a
conversation a little lower and higher. A regression over the futures would mix in what else moves a bill in them, as
volume; two runs of the same futures differ in solving alone, and expected values have no noise of single conversations.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from simulator import risk
from simulator.arrays import Array
from simulator.decisions.levers import with_cases_of
from simulator.decisions.worth import Estimate, estimate
from simulator.engine.refusals import refusals
from simulator.engine.run import Run, simulate_all
from simulator.forecast.forecast import Forecast, forecast
from simulator.quantities.distributions import Law

if TYPE_CHECKING:
    from simulator.scenario.schema import Scenario

FUTURES: Final = 256
"""Futures that are counted: differences on the same ones need few."""
STEP: Final = 0.05
"""By how much the log odds of solving are moved, down and up: about a point of solving either way."""


@dataclass(frozen=True, slots=True)
class Shifted:
    """A law moved by an amount."""

    law: Law
    by: float

    @property
    def center(self) -> float:
        """The value at z = 0."""
        return self.law.center + self.by

    @property
    def fixed(self) -> bool:
        """Whether the number is known."""
        return self.law.fixed

    def at(self, z: Array) -> Array:
        """Return the quantile at Phi(z), same shape as z."""
        return np.asarray(self.law.at(z) + self.by)


def elasticities(scenario: Scenario) -> Mapping[str, Estimate]:
    """Return by how many percent the invoice of each contract rises where the AI solves one percent more cases.

    Cases solved by the AI alone count; the number of cases stays. None are returned where nothing has an expected
    value, as where only the ledger can count a definition, and for a contract that bills nothing.
    """
    few = scenario.model_copy(update={"trials": min(scenario.trials, FUTURES)})
    if refusals(few, "expected"):
        return {}
    lower, higher = (
        forecast(each) for each in simulate_all([Run(solving_more(few, by), "expected") for by in (-STEP, STEP)])
    )
    higher = forecast(with_cases_of(lower.results, higher.results))
    solved = _solved(lower), _solved(higher)
    found = {}
    for name, priced in lower.contracts.items():
        bills = priced.horizon("invoice"), higher.contracts[name].horizon("invoice")
        if all(each.mean() > 0 for each in (*bills, *solved)) and solved[1].mean() > solved[0].mean():
            found[name] = elasticity(bills, solved, lower.results.net)
    return found


def solving_more(scenario: Scenario, log_odds: float) -> Scenario:
    """Return the scenario with other log odds that the AI solves a conversation, in every future by as much."""
    table = scenario.outcomes
    moved = replace(table.solve_log_odds, law=Shifted(table.solve_log_odds.law, log_odds))
    return scenario.model_copy(update={"outcomes": table.model_copy(update={"solve_log_odds": moved})})


def elasticity(bills: tuple[Array, Array], solved: tuple[Array, Array], net: risk.Net) -> Estimate:
    """Return the relative change of the mean bill over that of the mean of what is solved, with its interval.

    Changes are relative to the middle of both, and the interval is that of a ratio of means: of the mean of each
    future's part in it.

    Args:
        bills, solved: of each future before and after, (trial,).
    """
    bill, solving = _change(*bills), _change(*solved)
    ratio = risk.mean(bill) / risk.mean(solving)
    parts = (bill - ratio * solving) / risk.mean(solving)
    spread = risk.mean_interval(parts, net=net)
    return estimate(ratio, None if spread is None else risk.Interval(ratio + spread.low, ratio + spread.high))


def _change(before: Array, after: Array) -> Array:
    """Return each future's part in the relative change of the mean, (trial,); its mean is that change."""
    first, last = risk.mean(before), risk.mean(after)
    whole = (last - first) / ((first + last) / 2)
    away = after - before - whole * (before + after) / 2
    return np.asarray(whole + away / ((first + last) / 2))


def _solved(of: Forecast) -> Array:
    return np.asarray(of.results.meters["cases_solved_by_ai"].sum(axis=1))

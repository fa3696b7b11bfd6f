"""What ranks splits: the rule of the verdict, on the cost that the budget covers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator import risk
from simulator.arrays import Array
from simulator.forecast.verdict import NINE_OF_TEN, Figure

Rank = tuple[float, float, float]
_SLACK = 1e-12


@dataclass(frozen=True, eq=False)
class Ranks:
    """How costs are ranked: with budgets by the mean of those that keep them in nine of ten futures, else by P90.

    Attributes:
        figure: that ranks the recommended contract.
        beside: cost beside the bills, (future, year): people's work where the budget covers it.
        budgets: of the years; None without a budget.
        total: budget of the horizon; None without one.
    """

    figure: Figure
    beside: Array
    budgets: tuple[float, ...] | None
    total: float | None

    def of(self, bills: Array) -> Rank:
        """Return the rank of bills, (future, year): the smaller the better."""
        cost = bills + self.beside
        sums = cost.sum(axis=1)
        mean = risk.mean(sums)
        if self.total is None:
            return (0.0, risk.quantile(sums, NINE_OF_TEN), mean)
        kept = self.kept(cost)
        return (0.0, mean, 0.0) if kept >= NINE_OF_TEN - _SLACK else (1.0, -kept, mean)

    def kept(self, cost: Array) -> float:
        """Return the share of the futures in which a cost, (future, year), keeps all budgets."""
        assert self.total is not None
        keeps = cost.sum(axis=1) <= self.total
        for year, amount in enumerate(self.budgets or ()):
            keeps = keeps & (cost[:, year] <= amount)
        return float(np.mean(keeps))

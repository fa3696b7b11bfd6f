"""The recommended contract by fiscal year, as a budget is made: expected, P90, budget, chance to hold it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BudgetYear:
    """The cost of the recommended contract in the months of a fiscal year that lie in the horizon.

    Attributes:
        contract: its key in the scenario.
        of: what is summed, what contracts are ranked by: "invoice" or "cost_to_serve".
        name: of the year, as FY2028.
        first, last: months of it in the horizon, as 2027-02.
        months: how many these are.
        whole: whether that is all of the year; a part of a year has a part of its cost.
        mean, p90: in the scenario's currency; P90s of years do not add up to that of the horizon.
        p90_interval: of 95 %, from the number of futures alone.
        p90_interval_complete: whether both its ends are known; few futures have no future above the upper one.
        budget: of these months; that of the horizon where it lies in one fiscal year; None without one.
        chance_held: share of the futures in which it is not exceeded; None without a budget.
        mean_overrun: by how much it is exceeded in the futures that exceed it; None where none does, or without one.
    """

    contract: str
    of: str
    name: str
    first: str
    last: str
    months: int
    whole: bool
    mean: float
    p90: float
    p90_interval: tuple[float, float]
    p90_interval_complete: bool
    budget: float | None
    chance_held: float | None
    mean_overrun: float | None

    @property
    def p90_less_budget(self) -> float | None:
        """By how much its P90 exceeds the budget, negative where it is below; None without a budget."""
        return None if self.budget is None else self.p90 - self.budget

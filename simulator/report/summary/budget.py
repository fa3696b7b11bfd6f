"""The budget against a contract."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.forecast.priced import Measure
from simulator.report.summary.distribution import Ends


@dataclass(frozen=True, slots=True, kw_only=True)
class OverBudget:
    """How often and how far a cost lies over the budget of the horizon.

    Attributes:
        probability_over: share of the futures over it.
        mean_overrun: mean of what is over it, in the futures that are; None where none is.
        probability_over_interval: 95 % interval, from the number of futures alone; None of a single future.
        mean_overrun_interval: likewise; None where the futures over it are too few.
    """

    probability_over: float
    probability_over_interval: Ends | None
    mean_overrun: float | None
    mean_overrun_interval: Ends | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget(OverBudget):
    """The budget against the recommended contract.

    Attributes:
        amount: budget of the horizon; where fiscal years have budgets, their sum.
        of: what it covers.
        p90: of that cost, with its 95 % interval.
        p90_interval_complete: whether the futures are enough for an upper end.
        met: whether all budgets are kept in nine of ten futures.
        decided: whether the futures tell that.
        overrun_where_broken: mean of what the budgets are exceeded by, in the futures in which any is; None where none.
    """

    amount: float
    of: Measure
    p90: float
    p90_interval: Ends
    p90_interval_complete: bool
    met: bool
    decided: bool
    overrun_where_broken: float | None

    @property
    def chance_sum_is_enough(self) -> float:
        """Share of the futures in which the cost of the horizon is at most the budget, or the sum of the years' ones.

        With budgets of fiscal years that is more than the share in which each year keeps its own.
        """
        return 1.0 - self.probability_over

"""Today beside the contracts: what it costs, and what the AI saves."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.report.summary.distribution import Brief, Difference, Distribution, MonthAmount


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleSaved:
    """People's hours of an average month, today's less those under the recommended contract, and what seats they are.

    Attributes:
        hours_per_month_today: hours that people work today.
        hours_per_month: hours saved.
        seats: full-time seats that give the saved hours.
        productive_hours_per_seat: in a month, the mean over the futures.
    """

    hours_per_month_today: Brief
    hours_per_month: Brief
    seats: Brief
    productive_hours_per_seat: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Saving:
    """What all contracts save on average against today, people's work included, and what else changes.

    Attributes:
        title: of today.
        low: least of the contracts' expected savings; negative where a contract costs more.
        high: largest of them.
        solved_today: expected cases solved today.
        solved_with_ai: expected cases solved under the recommended contract.
        cost_per_solved_case: of today; None where no case is solved.
        hours_per_month: expected hours of people saved.
        seats: expected full-time seats that give them.
        set_up_in_offer: whether an offer names costs of setting up.
    """

    title: str
    low: float
    high: float
    solved_today: float
    solved_with_ai: float
    cost_per_solved_case: float | None
    hours_per_month: float
    seats: float
    set_up_in_offer: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Today:
    """The row for today; all costs with people's work.

    Attributes:
        title: as tables name it.
        contract: name of the contract in force; None where people work alone.
        cost: over the horizon.
        invoice_in_force: of the contract in force; None where people work alone.
        cost_per_case: None where no future has a case.
        cost_per_solved_case: None where no future has a solved case.
        cases_solved: number of cases.
        recommended_less_today: invoice and human work under the recommended contract less today's cost.
        monthly: cost by month.
    """

    title: str
    contract: str | None
    cost: Distribution
    invoice_in_force: Distribution | None
    cost_per_case: Distribution | None
    cost_per_solved_case: Distribution | None
    cases_solved: Brief
    recommended_less_today: Difference
    savings: PeopleSaved
    saving: Saving
    monthly: tuple[MonthAmount, ...]

    @property
    def mean_per_solved_case(self) -> float | None:
        """The expected cost of a solved case, people's work included; None where no future has one."""
        return None if self.cost_per_solved_case is None else self.cost_per_solved_case.mean

"""How much comes, and what people's work on it costs."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.report.summary.distribution import Brief, Distribution, MonthAmount


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """Numbers over the horizon.

    Attributes:
        conversations: handled by the AI.
        tickets: in the help desk.
        unseen_tickets: tickets that never reach the AI.
        straight_returns: returns that go straight to people.
        cases_solved: by the AI or a person.
        monthly: cases by month.
    """

    cases: Brief
    conversations: Brief
    tickets: Brief
    unseen_tickets: Brief
    straight_returns: Brief
    cases_solved: Brief
    cases_solved_by_ai: Brief
    monthly: tuple[MonthAmount, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HumanWork(Distribution):
    """What people's work costs over the horizon, where no contract stops the AI.

    Attributes:
        minutes: of people.
        cost_per_handoff: human work over conversations handed over; None where no future has one.
        monthly: cost by month.
    """

    minutes: Brief
    cost_per_handoff: Brief | None
    monthly: tuple[MonthAmount, ...]

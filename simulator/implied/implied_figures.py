"""What a scenario implies at its stated values: shares, lengths, cost and work per conversation, exactly.

All month drivers are at z = 0, except that the factors (demand, tokens) have their mean 1.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from simulator.implied.implied_amounts import full_minutes, totals
from simulator.law import ABANDONED, CONFIRMED, ESCALATED, PARTIAL, SILENT_SOLVED, SILENT_UNSOLVED
from simulator.scenario.schema import Scenario
from simulator.scenario.stated.stated_cases import CaseCell, Cells, cells


@dataclass(frozen=True, slots=True)
class Implied:
    """What a scenario, or one intent of it, implies at the stated values.

    Attributes:
        escalated: handed to a person, partial ones included; this and the next three per conversation.
        solved: solved by the AI in truth.
        returns: customers who come back, straight returns included, per conversation that is not a duplicate.
        solved_when_answered: solved among those neither handed over nor abandoned.
        input_tokens: prompt tokens per conversation, cached ones inside; the other lengths per conversation too.
        model_cost: tokens at the models' prices, long-prompt rates left out, per conversation.
    """

    conversations_per_case: float
    tickets_per_case: float
    escalated: float
    abandoned: float
    solved: float
    solved_when_answered: float
    returns: float
    duplicates: float
    turns: float
    calls: float
    human_minutes: float
    input_tokens: float
    cached_share: float
    output_tokens: float
    model_cost: float


def implied(scenario: Scenario) -> Implied:
    """Return what a scenario implies."""
    return _implied(scenario, cells(scenario))


def minutes_of_today(scenario: Scenario) -> float:
    """Return people's mean minutes on a contact where people handle all cases, as the row for today does."""
    found = cells(scenario)
    factor = 1.0 if scenario.today is None else scenario.today.minutes_factor.mean
    return factor * full_minutes(scenario, found) / math.fsum(cell.weight for cell in found.values())


def implied_by_intent(scenario: Scenario) -> dict[str, Implied]:
    """Return what each intent with a positive share implies by itself."""
    found = cells(scenario)
    own = {
        name: {place: cell for place, cell in found.items() if place[0] == intent}
        for intent, name in enumerate(scenario.intents)
    }
    return {
        name: _implied(scenario, part)
        for name, part in own.items()
        if math.fsum(cell.weight for cell in part.values()) > 0
    }


def _implied(scenario: Scenario, found: Cells) -> Implied:
    cases = math.fsum(cell.weight for cell in found.values())

    def mean(of: Callable[[CaseCell], float]) -> float:
        return math.fsum(cell.weight * of(cell) for cell in found.values()) / cases

    def per_case(*ends: int) -> float:
        return mean(lambda cell: sum(cell.ends[end] for end in ends))

    conversations, duplicates = mean(lambda cell: cell.conversations), mean(lambda cell: cell.duplicates)
    lengths = totals(scenario, found)
    solved = per_case(CONFIRMED, SILENT_SOLVED)
    closed = per_case(CONFIRMED, SILENT_SOLVED, SILENT_UNSOLVED)

    def each(amount: float) -> float:
        return amount / cases / conversations

    return Implied(
        conversations_per_case=conversations,
        tickets_per_case=conversations + mean(lambda cell: cell.straight),
        escalated=per_case(PARTIAL, ESCALATED) / conversations,
        abandoned=per_case(ABANDONED) / conversations,
        solved=solved / conversations,
        solved_when_answered=solved / closed if closed else 0.0,
        returns=mean(lambda cell: cell.returns) / (conversations - duplicates),
        duplicates=duplicates / conversations,
        turns=each(lengths.turns),
        calls=each(lengths.calls),
        human_minutes=each(lengths.minutes),
        input_tokens=each(lengths.input),
        cached_share=lengths.cached / lengths.input if lengths.input else 0.0,
        output_tokens=each(lengths.output),
        model_cost=each(lengths.cost),
    )

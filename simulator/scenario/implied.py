"""What a scenario implies at its stated values: shares, lengths, cost and work per conversation, exactly.

All month drivers are at z = 0, except that the factors (demand, tokens) have their mean 1.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from simulator.scenario.contacts import HANDED, SOLVED, Cell, cells, center, contacts_per_case
from simulator.scenario.lengths import Totals, full_minutes, totals
from simulator.scenario.schema import Scenario

__all__ = ["Implied", "contacts_per_case", "implied", "minutes_of_today"]


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
    return _implied(scenario, cells(center, scenario))


def minutes_of_today(scenario: Scenario) -> float:
    """Return people's mean minutes on a contact where people handle all cases, as the row for today does."""
    found = cells(center, scenario)
    factor = 1.0 if scenario.today is None else scenario.today.minutes_factor.mean
    cases = math.fsum(weight for weight, _ in found.values())
    return factor * full_minutes(scenario, {place: weight / cases for place, (weight, _) in found.items()})


def implied_by_intent(scenario: Scenario) -> dict[str, Implied]:
    """Return what each intent with a positive share implies by itself."""
    found = cells(center, scenario)
    own = {name: {key: each for key, each in found.items() if key[0] == name} for name in scenario.intents}
    return {
        name: _implied(scenario, part)
        for name, part in own.items()
        if math.fsum(weight for weight, _ in part.values()) > 0
    }


def _implied(scenario: Scenario, found: Mapping[tuple[str, str], tuple[float, Cell]]) -> Implied:
    cases = math.fsum(weight for weight, _ in found.values())

    def per_case(*ends: str) -> float:
        return math.fsum(weight * cell.at_end(*ends) for weight, cell in found.values()) / cases

    def mean(name: str) -> float:
        return math.fsum(weight * getattr(cell, name) for weight, cell in found.values()) / cases

    conversations = mean("conversations")
    lengths: Totals = totals(scenario, found)
    closed = per_case(*SOLVED, "silent_unsolved")

    def each(amount: float) -> float:
        return amount / cases / conversations

    return Implied(
        conversations_per_case=conversations,
        tickets_per_case=conversations + mean("straight"),
        escalated=per_case(*HANDED) / conversations,
        abandoned=per_case("abandoned") / conversations,
        solved=per_case(*SOLVED) / conversations,
        solved_when_answered=per_case(*SOLVED) / closed if closed else 0.0,
        returns=mean("returns") / (conversations - mean("duplicates")),
        duplicates=mean("duplicates") / conversations,
        turns=each(lengths.turns),
        calls=each(lengths.calls),
        human_minutes=each(lengths.minutes),
        input_tokens=each(lengths.input),
        cached_share=lengths.cached / lengths.input if lengths.input else 0.0,
        output_tokens=each(lengths.output),
        model_cost=each(lengths.cost),
    )

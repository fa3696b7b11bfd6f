"""What a case of each intent and level comes to, by the law's chances: conversations by model and end, and returns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from simulator.law.outcomes import EndChances, EndOdds, Ends, contact_odds, ends_by_model, ends_of_any_model
from simulator.law.returns import conversations_by_end, per_case, return_chances
from simulator.scenario.schema import Scenario
from simulator.scenario.stated.law_numbers import CaseNumbers, Get, case_numbers, center, channel_shares

Place = tuple[int, int, int]
"""Numbers of a level, an end and a channel."""


@dataclass(frozen=True, slots=True)
class CaseCell:
    """Expectations per case of one intent and level.

    Attributes:
        weight: share of all cases.
        by_model: conversations by model and end, duplicates and returns included.
        ends: conversations by end.
        straight: returns that go straight to a person.
        returns: all returns.
        duplicates: duplicate tickets.
    """

    weight: float
    by_model: Sequence[Ends]
    ends: Ends
    straight: float
    returns: float
    duplicates: float

    @property
    def conversations(self) -> float:
        """Conversations per case: first contacts, returns with the AI and duplicates."""
        return sum(self.ends)


Cells = Mapping[tuple[int, int], CaseCell]
"""Cells by the numbers of intent and level."""


def contacts_per_case(get: Get, scenario: Scenario) -> tuple[Any, Any]:
    """Return the expected conversations, and returns straight to a person, per case with all drivers at 0.

    Args:
        get: value of a quantity: a float, or an array (trial,).

    Returns:
        Two floats or arrays (trial,): a and b - a of docs/model.md section 3.
    """
    numbers = case_numbers(get, scenario)
    conversations = straight = 0.0
    for intent, level, weight in _places(numbers):
        first, later, _, to_people, _ = _per_case(numbers, intent, level, *_ends(numbers, intent, level))
        conversations = conversations + weight * (first + later)
        straight = straight + weight * to_people
    return conversations, straight


def cells(scenario: Scenario, get: Get = center) -> dict[tuple[int, int], CaseCell]:
    """Return what a case implies with all drivers at 0, by the numbers of intent and level.

    Args:
        get: value of a quantity, a float; the stated one without it.
    """
    numbers = case_numbers(get, scenario)
    found: dict[tuple[int, int], CaseCell] = {}
    for intent, level, weight in _places(numbers):
        first, later = _ends(numbers, intent, level)
        firsts, laters, returns, straight, duplicates = _per_case(numbers, intent, level, first, later)
        by_model = [conversations_by_end(firsts, laters, *ends) for ends in zip(first, later, strict=True)]
        found[intent, level] = CaseCell(weight, by_model, ends_of_any_model(by_model), straight, returns, duplicates)
    return found


def conversations_by_place(scenario: Scenario, found: Cells) -> list[dict[Place, float]]:
    """Return the conversations of each model by place, summed over the cases of some intents and levels."""
    channels = channel_shares(scenario)
    numbers: list[dict[Place, float]] = [defaultdict(float) for _ in scenario.models]
    for (intent, level), cell in found.items():
        for model, ends in enumerate(cell.by_model):
            for end, number in enumerate(ends):
                for channel, share in enumerate(channels[intent]):
                    numbers[model][level, end, channel] += cell.weight * share * number
    return numbers


def _places(numbers: CaseNumbers) -> Iterator[tuple[int, int, Any]]:
    """Yield the numbers of an intent and a level, and their share of the cases; levels known to have none are left out."""
    for intent, share in enumerate(numbers.intents):
        for level, chance in enumerate(numbers.levels[intent]):
            if not (isinstance(chance, float) and chance == 0):
                yield intent, level, share * chance


def _ends(numbers: CaseNumbers, intent: int, level: int) -> tuple[list[Ends], list[Ends]]:
    """Return the chances of how a first and a later contact end, by model and end."""
    stated = EndChances(
        numbers.escalate[level], numbers.partial[level], numbers.abandon[intent], numbers.solve[level],
        numbers.confirm[intent],
    )  # fmt: skip
    of_intent = EndOdds(numbers.escalate_odds[intent], numbers.solve_odds[intent])
    own = [EndOdds(*each) for each in zip(numbers.model_escalate_odds, numbers.model_solve_odds, strict=True)]

    def of(contact: int) -> list[Ends]:
        odds = [contact_odds(of_intent, each, numbers.later_odds, contact) for each in own]
        return ends_by_model(numbers.models[level], stated, odds)

    first = of(1)
    return first, of(2) if numbers.most_contacts > 1 else first


def _per_case(
    numbers: CaseNumbers, intent: int, level: int, first: list[Ends], later: list[Ends]
) -> tuple[Any, Any, Any, Any, Any]:
    """Return what `law.returns.per_case` does."""
    back = return_chances(numbers.back, numbers.level_return_odds[level] * numbers.intent_return_odds[intent])
    ends = ends_of_any_model(first), ends_of_any_model(later)
    return per_case(*ends, back, numbers.straight, numbers.duplicated, numbers.most_contacts)

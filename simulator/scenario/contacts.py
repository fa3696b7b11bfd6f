"""Conversations and outcomes per case, exactly: expectations with all drivers at 0, from docs/model.md sections 4.1 to 4.5.

The arithmetic works on floats (the stated values, for `check`) and on arrays of one value a trial (for the engine's
`volume.unit`) alike: `get` turns a quantity into either.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from simulator.distributions import Quantity
from simulator.scenario.conversation import Intent, Level
from simulator.scenario.schema import Scenario
from simulator.scenario.weights import routing_weights

Get = Callable[[Quantity], Any]
ENDS: Final = ("confirmed", "silent_solved", "silent_unsolved", "abandoned", "partial", "escalated")
"""The six ways in which a conversation can end."""
SOLVED: Final = ("confirmed", "silent_solved")
HANDED: Final = ("partial", "escalated")


def center(quantity: Quantity) -> float:
    """Return the stated value."""
    return quantity.center


@dataclass(frozen=True, slots=True)
class Cell:
    """Expectations per case of one intent and level.

    Attributes:
        ends: conversations by end and model, duplicates and returns included.
        straight: returns that go straight to a person.
        returns: all returns.
        duplicates: duplicate tickets.
    """

    ends: Mapping[str, Mapping[str, Any]]
    straight: Any
    returns: Any
    duplicates: Any

    @property
    def conversations(self) -> Any:
        """Conversations per case: first contacts, returns with the AI and duplicates."""
        return sum(sum(by_model.values()) for by_model in self.ends.values())

    def at_end(self, *ends: str) -> Any:
        """Return the conversations per case that end in one of the given ways."""
        return sum(sum(self.ends[end].values()) for end in ends)


def contacts_per_case(get: Get, scenario: Scenario) -> tuple[Any, Any]:
    """Return the expected conversations, and returns straight to a person, per case with all drivers at 0.

    Args:
        get: value of a quantity: a float, or an array (trial,).

    Returns:
        Two floats or arrays (trial,): a and b - a of docs/model.md section 3.
    """
    conversations = straight = 0.0
    for weight, cell in cells(get, scenario).values():
        conversations = conversations + weight * cell.conversations
        straight = straight + weight * cell.straight
    return conversations, straight


def cells(get: Get, scenario: Scenario) -> dict[tuple[str, str], tuple[Any, Cell]]:
    """Return, by intent and level, the share of cases and what a case there implies."""
    intents = normalised({name: get(intent.share) for name, intent in scenario.intents.items()})
    found: dict[tuple[str, str], tuple[Any, Cell]] = {}
    for name, intent in scenario.intents.items():
        for level, share in level_shares(get, scenario, intent).items():
            if isinstance(share, float) and share == 0:
                continue
            found[name, level] = intents[name] * share, cell(get, scenario, intent, level)
    return found


def normalised(weights: Mapping[str, Any]) -> dict[str, Any]:
    """Return weights divided by their sum."""
    total = sum(weights.values())
    return {name: weight / total for name, weight in weights.items()}


def level_shares(get: Get, scenario: Scenario, intent: Intent) -> dict[str, Any]:
    """Return the probabilities of the levels of an intent, with `outcomes.complexity_log_odds` on the tails."""
    weights = normalised({name: get(intent.levels[name]) if name in intent.levels else 0.0 for name in scenario.levels})
    odds = _exp(get(scenario.outcomes.complexity_log_odds))
    names = list(weights)
    tails = [sum(weights[each] for each in names[number:]) for number in range(1, len(names))]
    shifted = [1.0, *(_odds(tail, odds) for tail in tails), 0.0]
    return {name: shifted[number] - shifted[number + 1] for number, name in enumerate(names)}


def model_shares(get: Get, scenario: Scenario, level: str) -> dict[str, Any]:
    """Return the probability of each model at a level, with the routing lever."""
    weights = normalised({name: get(weight) for name, weight in routing_weights(scenario, level).items()})
    moved = get(scenario.levers.routing.setting)
    to = scenario.levers.routing.to or next(iter(scenario.models))
    return {name: (1 - moved) * weights.get(name, 0.0) + (moved if name == to else 0.0) for name in scenario.models}


def cell(get: Get, scenario: Scenario, intent: Intent, level: str) -> Cell:
    """Return what a case of an intent and level implies, over all its contacts."""
    returns, most = scenario.returns, scenario.returns.max_contacts
    first = _ends(get, scenario, intent, level, later=False)
    later = _ends(get, scenario, intent, level, later=True) if most > 1 else first
    back = {end: _return_probability(get, scenario, intent, scenario.levels[level], end) for end in ENDS}
    straight_share = {end: get(getattr(returns.straight_to_human, end)) for end in ENDS}
    duplicate = {end: get(getattr(scenario.duplicates.probability, end)) for end in ENDS}
    totals: dict[str, dict[str, Any]] = {end: dict.fromkeys(scenario.models, 0.0) for end in ENDS}
    reach: Any = 1.0
    straight: Any = 0.0
    came_back: Any = 0.0
    duplicates: Any = 0.0
    for contact in range(1, most + 1):
        ends = first if contact == 1 else later
        by_end = {end: sum(ends[end].values()) for end in ENDS}
        spawned = sum(by_end[end] * duplicate[end] for end in ENDS)
        for end in ENDS:
            for name in scenario.models:
                totals[end][name] = totals[end][name] + reach * (1 + spawned) * ends[end][name]
        again = sum(by_end[end] * back[end] for end in ENDS)
        away = again if contact == most else sum(by_end[end] * back[end] * straight_share[end] for end in ENDS)
        straight, came_back = straight + reach * away, came_back + reach * again
        duplicates = duplicates + reach * spawned
        reach = reach * (again - away)
    return Cell(totals, straight, came_back, duplicates)


def _ends(get: Get, scenario: Scenario, intent: Intent, level: str, later: bool) -> dict[str, dict[str, Any]]:
    """Return the probabilities of a conversation's end and model."""
    outcomes, at = scenario.outcomes, scenario.levels[level]
    escalate_odds = (
        get(intent.escalate_odds) * _exp(get(outcomes.escalate_log_odds)) * _levers(get, scenario, "escalate_odds")
    )
    if later:
        escalate_odds = escalate_odds * get(outcomes.later_contact_escalate_odds)
    solve_odds = get(intent.solve_odds) * _exp(get(outcomes.solve_log_odds)) * _levers(get, scenario, "solve_odds")
    confirm = _odds(get(intent.confirm), _exp(get(outcomes.confirm_log_odds)))
    abandon, partial = get(intent.abandon), get(at.partial)
    found: dict[str, dict[str, Any]] = {end: {} for end in ENDS}
    for name, share in model_shares(get, scenario, level).items():
        model = scenario.models[name]
        escalated = _odds(get(at.escalate), escalate_odds * get(model.escalate_odds))
        solved = _odds(get(at.solve), solve_odds * get(model.solve_odds))
        answered = share * (1 - escalated) * (1 - abandon)
        found["confirmed"][name] = answered * solved * confirm
        found["silent_solved"][name] = answered * solved * (1 - confirm)
        found["silent_unsolved"][name] = answered * (1 - solved)
        found["abandoned"][name] = share * (1 - escalated) * abandon
        found["partial"][name] = share * escalated * partial
        found["escalated"][name] = share * escalated * (1 - partial)
    return found


def _levers(get: Get, scenario: Scenario, kind: str) -> Any:
    """Return the product of the levers' odds on solving or escalating."""
    levers = scenario.levers
    odds: Any = 1.0
    for share_lever in (levers.routing, levers.compression, levers.cache):
        odds = odds * get(getattr(share_lever, kind)) ** get(share_lever.setting)
    for factor_lever in (levers.retrieval, levers.reasoning):
        odds = odds * get(getattr(factor_lever, kind)) ** (_log(get(factor_lever.setting)) / math.log(2))
    return odds


def _return_probability(get: Get, scenario: Scenario, intent: Intent, level: Level, end: str) -> Any:
    odds = get(level.return_odds) * get(intent.return_odds) * _exp(get(scenario.returns.log_odds))
    return _odds(get(getattr(scenario.returns.probability, end)), odds)


def _odds(probability: Any, odds: Any) -> Any:
    """Return expit(logit(probability) + ln odds); 0 and 1 stay as they are."""
    return probability * odds / (1 - probability + probability * odds)


def _exp(value: Any) -> Any:
    if isinstance(value, float | int):
        return math.exp(value)
    import numpy as np

    return np.exp(value)


def _log(value: Any) -> Any:
    if isinstance(value, float | int):
        return math.log(value)
    import numpy as np

    return np.log(value)

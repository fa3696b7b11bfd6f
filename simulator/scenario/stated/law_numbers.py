"""The stated values of a scenario as the law takes them: numbers and sequences, indexed by number in place of a name.

The place of a name in its table is its number. By the stated values (`center`) a number is a float; with a `get` that
gives an array of one value a trial, numbers of section 4.1 to 4.5 of docs/model.md may be arrays (trial,).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from simulator.law import ENDS
from simulator.law.levels import level_chances, tails
from simulator.law.models import model_chances
from simulator.law.odds import shares, shifted
from simulator.law.outcomes import lever_odds
from simulator.law.turns import mean_turns
from simulator.quantities.distributions import NONNEGATIVE, Quantity, fixed
from simulator.scenario.schema import Scenario
from simulator.scenario.schema.conversation_tables import ByOutcome, TurnFactors
from simulator.scenario.stated.weights import channel_weights, routing_weights

Get = Callable[[Quantity], Any]
_NOTHING: Final = fixed(0.0, NONNEGATIVE)


def center(quantity: Quantity) -> float:
    """Return the stated value."""
    return quantity.center


def each_trial(function: Callable[..., float], *values: Any) -> Any:
    """Return what a function of floats gives: a float, or an array (trial,) where a value is one."""
    if all(isinstance(value, float | int) for value in values):
        return function(*values)
    import numpy as np

    return np.frompyfunc(function, len(values), 1)(*values).astype(np.float64)


@dataclass(frozen=True, slots=True)
class CaseNumbers:
    """What the chances of sections 4.1 to 4.5 take, with all drivers at 0.

    Sequences go by intent, level, model or end; `levels` by intent and level, `models` by level and model.

    Attributes:
        intents, levels, models: chances.
        escalate_odds, solve_odds: factors on the odds, of an intent and of what acts everywhere.
        later_odds: factor on the odds of escalating after the first contact.
        confirm: with the odds of `outcomes.confirm_log_odds`.
        back: `returns.probability`; `level_return_odds` and `intent_return_odds` are factors on its odds.
    """

    intents: Sequence[Any]
    levels: Sequence[Sequence[Any]]
    models: Sequence[Sequence[Any]]
    escalate: Sequence[Any]
    escalate_odds: Sequence[Any]
    model_escalate_odds: Sequence[Any]
    later_odds: Any
    partial: Sequence[Any]
    abandon: Sequence[Any]
    solve: Sequence[Any]
    solve_odds: Sequence[Any]
    model_solve_odds: Sequence[Any]
    confirm: Sequence[Any]
    back: Sequence[Any]
    level_return_odds: Sequence[Any]
    intent_return_odds: Sequence[Any]
    straight: Sequence[Any]
    duplicated: Sequence[Any]
    most_contacts: int


def case_numbers(get: Get, scenario: Scenario) -> CaseNumbers:
    """Return what the law takes of a scenario to say what a case comes to.

    Args:
        get: value of a quantity: a float, or an array (trial,).
    """
    intents, levels, models = scenario.intents.values(), scenario.levels.values(), scenario.models.values()
    outcomes, returns = scenario.outcomes, scenario.returns
    complexity, confirming, returning = (
        each_trial(math.exp, get(each))
        for each in (outcomes.complexity_log_odds, outcomes.confirm_log_odds, returns.log_odds)
    )
    escalating = each_trial(math.exp, get(outcomes.escalate_log_odds)) * _levers(get, scenario, "escalate_odds")
    solving = each_trial(math.exp, get(outcomes.solve_log_odds)) * _levers(get, scenario, "solve_odds")
    return CaseNumbers(
        intents=shares([get(each.share) for each in intents]),
        levels=[
            level_chances(tails([get(each.levels.get(name, _NOTHING)) for name in scenario.levels]), complexity)
            for each in intents
        ],
        models=[_models(get, scenario, name) for name in scenario.levels],
        escalate=[get(each.escalate) for each in levels],
        escalate_odds=[get(each.escalate_odds) * escalating for each in intents],
        model_escalate_odds=[get(each.escalate_odds) for each in models],
        later_odds=get(outcomes.later_contact_escalate_odds),
        partial=[get(each.partial) for each in levels],
        abandon=[get(each.abandon) for each in intents],
        solve=[get(each.solve) for each in levels],
        solve_odds=[get(each.solve_odds) * solving for each in intents],
        model_solve_odds=[get(each.solve_odds) for each in models],
        confirm=[shifted(get(each.confirm), confirming) for each in intents],
        back=_by_end(get, returns.probability),
        level_return_odds=[get(each.return_odds) * returning for each in levels],
        intent_return_odds=[get(each.return_odds) for each in intents],
        straight=_by_end(get, returns.straight_to_human),
        duplicated=_by_end(get, scenario.duplicates.probability),
        most_contacts=returns.max_contacts,
    )


def channel_shares(scenario: Scenario) -> list[list[float]]:
    """Return the stated shares of the channels, by intent and channel."""
    weights = (channel_weights(scenario, name) for name in scenario.intents)
    return [shares([center(each.get(name, _NOTHING)) for name in scenario.channels]) for each in weights]


def turns_by_place(scenario: Scenario) -> list[list[list[float]]]:
    """Return the stated mean turns of a conversation before they are cut, by level, end and channel."""
    factors = _by_end(center, scenario.turns.factor)
    return [
        [
            [mean_turns(center(level.turns), factor, center(channel.turns)) for channel in scenario.channels.values()]
            for factor in factors
        ]
        for level in scenario.levels.values()
    ]


def _models(get: Get, scenario: Scenario, level: str) -> list[Any]:
    weights, lever = routing_weights(scenario, level), scenario.levers.routing
    names = list(scenario.models)
    to = names.index(lever.to) if lever.to is not None else 0
    return model_chances([get(weights.get(name, _NOTHING)) for name in names], get(lever.setting), to)


def _levers(get: Get, scenario: Scenario, kind: str) -> Any:
    """Return the levers' factor on the odds of solving or escalating."""
    levers = scenario.levers
    each = (levers.routing, levers.compression, levers.cache, levers.retrieval, levers.reasoning)
    settings, odds = [get(lever.setting) for lever in each], [get(getattr(lever, kind)) for lever in each]
    return each_trial(lambda *values: lever_odds(values[:5], values[5:]), *settings, *odds)


def _by_end(get: Get, table: ByOutcome | TurnFactors) -> list[Any]:
    return [get(getattr(table, end)) for end in ENDS]

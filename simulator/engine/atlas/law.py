"""The constants of the law for some trials: every rate, weight and length as an array with the trial first.

Built once per group of trials from the scenario and the trial's unknowns; docs/model.md section 4 has the formulas.
Axes are named by letters: g trial of the group, i intent, l level, k model, c channel, e kind of end.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from simulator.distributions import NONNEGATIVE, Quantity, fixed
from simulator.law import ABANDONED as ABANDONED
from simulator.law import CONFIRMED as CONFIRMED
from simulator.law import ENDS as ENDS
from simulator.law import ESCALATED as ESCALATED
from simulator.law import PARTIAL as PARTIAL
from simulator.law import SILENT_SOLVED as SILENT_SOLVED
from simulator.law import SILENT_UNSOLVED as SILENT_UNSOLVED
from simulator.model.unknowns import Unknowns, shares
from simulator.scenario.conversation import ByOutcome, Delay, TurnFactors
from simulator.scenario.schema import Scenario
from simulator.scenario.tokens import FactorLever, Model, ShareLever

Array = NDArray[np.float64]

_NOTHING: Final = fixed(0.0, NONNEGATIVE)


@dataclass(frozen=True, slots=True)
class OutcomeLaw:
    """Probabilities of how a conversation ends; logits are before the month's shifts."""

    routing: Array  # (g, l, k), cumulated over k
    escalate_logit: Array  # (g, i, l, k)
    later_escalate: Array  # (g,) log odds added on returns
    partial: Array  # (g, l)
    abandon: Array  # (g, i)
    solve_logit: Array  # (g, i, l, k)
    confirm: Array  # (g, i)


@dataclass(frozen=True, slots=True)
class AttributeLaw:
    """Probabilities of what else is recorded of a conversation."""

    classes: Array  # (g, i, 3), cumulated: greeting, spam, test
    planned: Array  # (g, i)
    review: Array  # (g, i)
    action: Array  # (g, i)
    judged: Array  # (g, 2): unsolved, solved
    response: Array  # (g,)
    scores: Array  # (g, 2, 5), cumulated; unsolved, solved


@dataclass(frozen=True, slots=True)
class DelayLaw:
    """A delay in hours: lognormal (scale = median, spread = sigma) or Weibull (scale, spread = shape)."""

    weibull: bool
    scale: Array  # (g,)
    spread: Array  # (g,)


@dataclass(frozen=True, slots=True)
class ReturnLaw:
    """Who comes back, how, and what is opened twice."""

    return_logit: Array  # (g, e, l, i) before the month's shift
    straight: Array  # (g, e)
    duplicate: Array  # (g, e)
    same_channel: Array  # (g,)
    delay: DelayLaw
    duplicate_delay: DelayLaw
    delay_factor: Array  # (g, c)


@dataclass(frozen=True, slots=True)
class HandlingLaw:
    """Turns and people's minutes."""

    turns: Array  # (g, l, e, c) mean number of turns
    turns_size: Array  # (g,)
    calls_per_turn: Array  # (g,)
    actions_per_call: Array  # (g,)
    actions_size: Array  # (g,)
    seconds_per_turn: Array  # (g, c)
    minutes: Array  # (g, 3, l, c) mean minutes: escalated or straight return, partial, review
    minutes_sigma: Array  # (g, 3)
    human_solve: Array  # (g,)


@dataclass(frozen=True, slots=True)
class Law:
    """All constants of a group of trials."""

    level_tails: Array  # (g, i, l - 1): P(level > l) before the month's shift
    channels: Array  # (g, i, c), cumulated
    outcomes: OutcomeLaw
    attributes: AttributeLaw
    returns: ReturnLaw
    handling: HandlingLaw


def law_part(law: Law, first: int, count: int) -> Law:
    """Return the constants of trials first .. first + count - 1 of these."""

    def cut(part: Any) -> Any:
        if isinstance(part, np.ndarray):
            return part[first : first + count]
        if is_dataclass(part) and not isinstance(part, type):
            return replace(part, **{each.name: cut(getattr(part, each.name)) for each in fields(part)})
        return part

    return Law(*(cut(getattr(law, each.name)) for each in fields(law)))


def build_law(scenario: Scenario, unknowns: Unknowns) -> Law:
    """Return the constants of the trials whose unknowns are given."""
    return Law(
        level_tails=_level_tails(scenario, unknowns),
        channels=np.cumsum(_channel_shares(scenario, unknowns), axis=2),
        outcomes=_outcomes(scenario, unknowns),
        attributes=_attributes(scenario, unknowns),
        returns=_returns(scenario, unknowns),
        handling=_handling(scenario, unknowns),
    )


def _weights(unknowns: Unknowns, names: list[str], weights: Mapping[str, Quantity]) -> Array:
    """Return shares over the names, shape (g, names); a name without a weight has 0."""
    return shares(unknowns.stack(weights.get(name, _NOTHING) for name in names))


def _level_tails(scenario: Scenario, unknowns: Unknowns) -> Array:
    names = list(scenario.levels)
    weights = np.stack([_weights(unknowns, names, intent.levels) for intent in scenario.intents.values()], axis=1)
    shift = unknowns(scenario.outcomes.complexity_log_odds)[:, None, None]
    tails = 1 - np.cumsum(weights, axis=2)[:, :, :-1]
    reached = np.cumsum(weights[:, :, ::-1], axis=2)[:, :, ::-1][:, :, 1:] > 0
    with np.errstate(divide="ignore"):
        return np.asarray(np.where(reached, expit(logit(np.clip(tails, 0, 1)) + shift), 0.0))


def _channel_shares(scenario: Scenario, unknowns: Unknowns) -> Array:
    names = list(scenario.channels)
    common = {name: channel.share for name, channel in scenario.channels.items()}
    return np.stack([_weights(unknowns, names, i.channels or common) for i in scenario.intents.values()], axis=1)


def _routing(scenario: Scenario, unknowns: Unknowns) -> Array:
    """Return the share of each model at each level, shape (g, l, k), with the routing lever moved."""
    names = list(scenario.models)

    def weight(model: Model, level: str) -> Quantity:
        return model.routing.get(level, _NOTHING) if isinstance(model.routing, dict) else model.routing

    levels = [
        _weights(unknowns, names, {name: weight(model, level) for name, model in scenario.models.items()})
        for level in scenario.levels
    ]
    target = np.zeros(len(names))
    target[names.index(scenario.levers.routing.to or names[0])] = 1
    moved = unknowns(scenario.levers.routing.setting)[:, None, None]
    return np.asarray((1 - moved) * np.stack(levels, axis=1) + moved * target)


def _lever_log_odds(scenario: Scenario, unknowns: Unknowns, rate: str) -> Array:
    """Return what the levers add to the log odds of solving or escalating, shape (g,)."""
    levers = scenario.levers
    by_share = (levers.routing, levers.compression, levers.cache)
    moved: list[tuple[ShareLever | FactorLever, Array]] = [(lever, unknowns(lever.setting)) for lever in by_share]
    moved += [(lever, np.log2(unknowns(lever.setting))) for lever in (levers.retrieval, levers.reasoning)]
    return np.asarray(sum(amount * np.log(unknowns(getattr(lever, rate))) for lever, amount in moved))


def _outcomes(scenario: Scenario, unknowns: Unknowns) -> OutcomeLaw:
    levels, intents, models = scenario.levels.values(), scenario.intents.values(), scenario.models.values()
    common = scenario.outcomes

    def logits(rate: str, shift: Quantity) -> Array:
        odds = f"{rate}_odds"
        base = logit(unknowns.stack(getattr(level, rate) for level in levels))[:, None, :, None]
        by_intent = np.log(unknowns.stack(getattr(intent, odds) for intent in intents))[:, :, None, None]
        by_model = np.log(unknowns.stack(getattr(model, odds) for model in models))[:, None, None, :]
        everywhere = unknowns(shift) + _lever_log_odds(scenario, unknowns, odds)
        return np.asarray(base + by_intent + by_model + everywhere[:, None, None, None])

    confirm = logit(unknowns.stack(intent.confirm for intent in intents))
    return OutcomeLaw(
        routing=np.cumsum(_routing(scenario, unknowns), axis=2),
        escalate_logit=logits("escalate", common.escalate_log_odds),
        later_escalate=np.log(unknowns(common.later_contact_escalate_odds)),
        partial=unknowns.stack(level.partial for level in levels),
        abandon=unknowns.stack(intent.abandon for intent in intents),
        solve_logit=logits("solve", common.solve_log_odds),
        confirm=np.asarray(expit(confirm + unknowns(common.confirm_log_odds)[:, None])),
    )


def _attributes(scenario: Scenario, unknowns: Unknowns) -> AttributeLaw:
    intents = scenario.intents.values()
    classes = np.stack(
        [unknowns.stack(getattr(intent, name) for intent in intents) for name in ("greeting", "spam", "test")], axis=2
    )
    judge, csat = scenario.judge, scenario.csat
    scores = [shares(unknowns.stack(weights)) for weights in (csat.if_unsolved, csat.if_solved)]
    return AttributeLaw(
        classes=np.cumsum(classes / np.maximum(classes.sum(axis=2, keepdims=True), 1), axis=2),
        planned=unknowns.stack(intent.planned_handoff for intent in intents),
        review=unknowns.stack(intent.review for intent in intents),
        action=unknowns.stack(intent.action for intent in intents),
        judged=np.stack([1 - unknowns(judge.specificity), unknowns(judge.sensitivity)], axis=1),
        response=unknowns(csat.response),
        scores=np.cumsum(np.stack(scores, axis=1), axis=2),
    )


def _returns(scenario: Scenario, unknowns: Unknowns) -> ReturnLaw:
    def by_end(table: ByOutcome | TurnFactors) -> Array:
        return unknowns.stack(getattr(table, end) for end in ENDS)

    odds_level = np.log(unknowns.stack(level.return_odds for level in scenario.levels.values()))
    odds_intent = np.log(unknowns.stack(intent.return_odds for intent in scenario.intents.values()))
    base = logit(by_end(scenario.returns.probability)) + unknowns(scenario.returns.log_odds)[:, None]
    return ReturnLaw(
        return_logit=base[:, :, None, None] + odds_level[:, None, :, None] + odds_intent[:, None, None, :],
        straight=by_end(scenario.returns.straight_to_human),
        duplicate=by_end(scenario.duplicates.probability),
        same_channel=unknowns(scenario.duplicates.same_channel),
        delay=_delay(scenario.returns.delay, unknowns),
        duplicate_delay=_delay(scenario.duplicates.delay, unknowns),
        delay_factor=unknowns.stack(channel.delay for channel in scenario.channels.values()),
    )


def _delay(delay: Delay, unknowns: Unknowns) -> DelayLaw:
    if delay.law == "weibull":
        return DelayLaw(True, unknowns(delay.scale_hours), unknowns(delay.shape))
    return DelayLaw(False, unknowns(delay.median_hours), unknowns(delay.sigma))


def _handling(scenario: Scenario, unknowns: Unknowns) -> HandlingLaw:
    levels, channels = list(scenario.levels.values()), list(scenario.channels.values())
    turns, people = scenario.turns, scenario.people
    factor = unknowns.stack(getattr(turns.factor, end) for end in ENDS)[:, None, :, None]
    by_level = unknowns.stack(level.turns for level in levels)[:, :, None, None]
    by_channel = unknowns.stack(channel.turns for channel in channels)[:, None, None, :]
    handoff = unknowns.stack(level.handoff_minutes for level in levels)
    partial = handoff * unknowns(people.partial_factor)[:, None]
    review = unknowns.stack(level.review_minutes for level in levels)
    minutes = np.stack([handoff, partial, review], axis=1)[:, :, :, None]
    sigma, review_sigma = unknowns(people.minutes_sigma), unknowns(people.review_sigma)
    return HandlingLaw(
        turns=by_level * factor * by_channel,
        turns_size=unknowns(turns.size),
        calls_per_turn=unknowns(turns.calls_per_turn),
        actions_per_call=unknowns(turns.actions_per_call),
        actions_size=unknowns(turns.actions_size),
        seconds_per_turn=unknowns.stack(channel.seconds_per_turn for channel in channels),
        minutes=minutes * unknowns.stack(channel.minutes for channel in channels)[:, None, None, :],
        minutes_sigma=np.stack([sigma, sigma, review_sigma], axis=1),
        human_solve=unknowns(people.solve),
    )

"""The law's numbers for some futures, as arrays that compiled loops read: the future is the first axis.

A tuple a section of docs/model.md; the functions of `simulator/law/` take single numbers and rows of them. Axes are
named by letters: g future, i intent, l level, k model, c channel, e kind of end, m month.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

from simulator.arrays import Array
from simulator.futures.size_laws import Sizes, make_sizes
from simulator.futures.unknowns import Unknowns
from simulator.law import ENDS
from simulator.law.drivers import DrawnDrivers
from simulator.law.levels import tails
from simulator.law.odds import shares
from simulator.quantities.distributions import Quantity
from simulator.scenario.schema import Scenario
from simulator.scenario.schema.conversation_tables import ByOutcome, Delay, TurnFactors
from simulator.scenario.stated.law_numbers import CaseNumbers, case_numbers
from simulator.scenario.stated.weights import channel_weights


class CaseLaw(NamedTuple):
    """Sections 4 and 2: levels and channels.

    Attributes:
        tails: P(level > l) before any odds, shape (g, i, l - 1).
        complexity: odds on the tails of the future, shape (g,).
        channels: shares, shape (g, i, c).
    """

    tails: Array
    complexity: Array
    channels: Array


class EndingLaw(NamedTuple):
    """Sections 4.1 and 4.2: which model answers and how a conversation ends.

    Attributes:
        models: chances, shape (g, l, k), with the routing lever moved.
        escalate, solve: of the level, shape (g, l).
        escalate_odds, solve_odds: of the intent, with what acts everywhere, shape (g, i).
        model_escalate_odds, model_solve_odds: shape (g, k).
        later_odds: odds of escalating after the first contact, shape (g,).
        partial: shape (g, l).
        abandon, confirm: shape (g, i).
    """

    models: Array
    escalate: Array
    escalate_odds: Array
    model_escalate_odds: Array
    later_odds: Array
    partial: Array
    abandon: Array
    solve: Array
    solve_odds: Array
    model_solve_odds: Array
    confirm: Array


class AttributeLaw(NamedTuple):
    """Section 4.3.

    Attributes:
        classes: chances of greeting, spam, test, shape (g, i, 3).
        planned, review, action: shape (g, i).
        judged: where unsolved and where solved, shape (g, 2).
        response: shape (g,).
        scores: chances of the scores where unsolved and where solved, shape (g, 2, 5).
    """

    classes: Array
    planned: Array
    review: Array
    action: Array
    judged: Array
    response: Array
    scores: Array


class DelayLaw(NamedTuple):
    """A delay in hours: see law.delays; scale and spread have shape (g,)."""

    weibull: bool
    scale: Array
    spread: Array


class ReturnLaw(NamedTuple):
    """Sections 4.4 and 4.5.

    Attributes:
        back: chances of coming back by end, before any odds, shape (g, e).
        level_odds, intent_odds: shapes (g, l) and (g, i); the level's hold what acts everywhere.
        straight, duplicated: by end, shape (g, e).
        same_channel: shape (g,).
        channel_delay: factor on all delays, shape (g, c).
        most: contacts with the AI.
    """

    back: Array
    level_odds: Array
    intent_odds: Array
    straight: Array
    delay: DelayLaw
    duplicated: Array
    same_channel: Array
    duplicate_delay: DelayLaw
    channel_delay: Array
    most: int


class TurnLaw(NamedTuple):
    """Section 4.7.

    Attributes:
        level, end, channel: factors of the mean number of turns, shapes (g, l), (g, e), (g, c).
        size, calls_per_turn, actions_per_call, actions_size: shape (g,).
        seconds: a turn's seconds, shape (g, c).
        most: turns at which a conversation is cut.
    """

    level: Array
    end: Array
    channel: Array
    size: Array
    calls_per_turn: Array
    actions_per_call: Array
    actions_size: Array
    seconds: Array
    most: int


class PeopleLaw(NamedTuple):
    """Section 4.6: mean minutes by level, shape (g, l); factors; the chance that a person solves, shape (g,)."""

    handoff: Array
    review: Array
    partial_factor: Array
    channel: Array
    solve: Array


class TokenLaw(NamedTuple):
    """Sections 4.8 and 4.9.

    Attributes:
        direct: whether totals are drawn.
        factor: on all lengths, before the month's, shape (g,).
        fixed: system prompt and tools, shape (g,).
        kept: share that compression leaves, shape (g,).
        retrieval, reasoning: settings of the levers, shape (g,).
        cached, written, missed, missed_first: of the cache, the last two with the lever, shape (g,).
        model_factor, answer_factor, reasoning_factor: shape (g, k).
        cached_share, written_share, reasoning_share: of the direct form, shape (g,).
        threshold: prompt length above which a call is priced long, shape (k,); infinite without one.
    """

    direct: bool
    factor: Array
    fixed: Array
    kept: Array
    retrieval: Array
    reasoning: Array
    cached: Array
    written: Array
    missed: Array
    missed_first: Array
    model_factor: Array
    answer_factor: Array
    reasoning_factor: Array
    cached_share: Array
    written_share: Array
    reasoning_share: Array
    threshold: Array


class Numbers(NamedTuple):
    """The law's numbers of some futures."""

    cases: CaseLaw
    endings: EndingLaw
    attributes: AttributeLaw
    returns: ReturnLaw
    turns: TurnLaw
    people: PeopleLaw
    tokens: TokenLaw
    sizes: Sizes


class DriverEffects(NamedTuple):
    """What the drivers of a month move: factors on odds, and on tokens, shape (g, m) each."""

    complexity: Array
    escalation: Array
    solving: Array
    returning: Array
    tokens: Array


def driver_effects(drivers: DrawnDrivers) -> DriverEffects:
    """Return what drivers move."""
    odds = (drivers.complexity, drivers.escalation, drivers.solving, drivers.returning)
    complexity, escalation, solving, returning = (np.exp(each) for each in odds)
    return DriverEffects(complexity, escalation, solving, returning, np.ascontiguousarray(drivers.tokens))


def make_numbers(scenario: Scenario, unknowns: Unknowns, thresholds: Array) -> Numbers:
    """Return the law's numbers of the futures whose unknowns are given.

    Args:
        thresholds: see `TokenLaw`.
    """
    numbers = case_numbers(unknowns, scenario)
    return Numbers(
        cases=_cases(scenario, unknowns),
        endings=_endings(numbers, unknowns.trials),
        attributes=_attributes(scenario, unknowns),
        returns=_returns(scenario, unknowns, numbers),
        turns=_turns(scenario, unknowns),
        people=_people(scenario, unknowns),
        tokens=_tokens(scenario, unknowns, thresholds),
        sizes=make_sizes(scenario, unknowns),
    )


def _stacked(values: Sequence[Any], futures: int) -> Array:
    """Return numbers, or arrays (g,), of nested sequences as one array with the future first."""
    if isinstance(values, list | tuple):
        return np.stack([_stacked(each, futures) for each in values], axis=1)
    return np.array(np.broadcast_to(values, futures), dtype=np.float64)


def _cases(scenario: Scenario, unknowns: Unknowns) -> CaseLaw:
    intents, channels = scenario.intents, list(scenario.channels)
    get: Callable[[Quantity], Any] = unknowns
    by_intent: Any = [
        tails([get(each.levels[name]) if name in each.levels else 0.0 for name in scenario.levels])
        for each in intents.values()
    ]
    weights = [channel_weights(scenario, name) for name in intents]
    of_channel: Any = [shares([get(each[name]) if name in each else 0.0 for name in channels]) for each in weights]
    complexity = np.exp(unknowns(scenario.outcomes.complexity_log_odds))
    empty = np.empty((unknowns.trials, len(intents), 0))
    return CaseLaw(
        tails=_stacked(by_intent, unknowns.trials) if len(scenario.levels) > 1 else empty,
        complexity=complexity,
        channels=_stacked(of_channel, unknowns.trials),
    )


def _endings(numbers: CaseNumbers, futures: int) -> EndingLaw:
    names = EndingLaw._fields
    return EndingLaw(**{name: _stacked(getattr(numbers, name), futures) for name in names})


def _attributes(scenario: Scenario, unknowns: Unknowns) -> AttributeLaw:
    intents, judge, csat = scenario.intents.values(), scenario.judge, scenario.csat
    classes = np.stack([unknowns.stack((each.greeting, each.spam, each.test)) for each in intents], axis=1)
    scores = [unknowns.stack(weights) for weights in (csat.if_unsolved, csat.if_solved)]
    return AttributeLaw(
        classes=classes / np.maximum(classes.sum(axis=2, keepdims=True), 1),
        planned=unknowns.stack(each.planned_handoff for each in intents),
        review=unknowns.stack(each.review for each in intents),
        action=unknowns.stack(each.action for each in intents),
        judged=np.stack([1 - unknowns(judge.specificity), unknowns(judge.sensitivity)], axis=1),
        response=unknowns(csat.response),
        scores=np.stack([each / each.sum(axis=1, keepdims=True) for each in scores], axis=1),
    )


def _returns(scenario: Scenario, unknowns: Unknowns, numbers: CaseNumbers) -> ReturnLaw:
    futures = unknowns.trials
    return ReturnLaw(
        back=_stacked(numbers.back, futures),
        level_odds=_stacked(numbers.level_return_odds, futures),
        intent_odds=_stacked(numbers.intent_return_odds, futures),
        straight=_stacked(numbers.straight, futures),
        delay=_delay(scenario.returns.delay, unknowns),
        duplicated=_stacked(numbers.duplicated, futures),
        same_channel=unknowns(scenario.duplicates.same_channel),
        duplicate_delay=_delay(scenario.duplicates.delay, unknowns),
        channel_delay=unknowns.stack(each.delay for each in scenario.channels.values()),
        most=scenario.returns.max_contacts,
    )


def _delay(delay: Delay, unknowns: Unknowns) -> DelayLaw:
    if delay.law == "weibull":
        return DelayLaw(True, unknowns(delay.scale_hours), unknowns(delay.shape))
    return DelayLaw(False, unknowns(delay.median_hours), unknowns(delay.sigma))


def _by_end(table: ByOutcome | TurnFactors) -> Iterable[Quantity]:
    return (getattr(table, end) for end in ENDS)


def _turns(scenario: Scenario, unknowns: Unknowns) -> TurnLaw:
    turns, levels, channels = scenario.turns, scenario.levels.values(), scenario.channels.values()
    return TurnLaw(
        level=unknowns.stack(each.turns for each in levels),
        end=unknowns.stack(_by_end(turns.factor)),
        channel=unknowns.stack(each.turns for each in channels),
        size=unknowns(turns.size),
        calls_per_turn=unknowns(turns.calls_per_turn),
        actions_per_call=unknowns(turns.actions_per_call),
        actions_size=unknowns(turns.actions_size),
        seconds=unknowns.stack(each.seconds_per_turn for each in channels),
        most=turns.most,
    )


def _people(scenario: Scenario, unknowns: Unknowns) -> PeopleLaw:
    levels, people = scenario.levels.values(), scenario.people
    return PeopleLaw(
        handoff=unknowns.stack(each.handoff_minutes for each in levels),
        review=unknowns.stack(each.review_minutes for each in levels),
        partial_factor=unknowns(people.partial_factor),
        channel=unknowns.stack(each.minutes for each in scenario.channels.values()),
        solve=unknowns(people.solve),
    )


def _tokens(scenario: Scenario, unknowns: Unknowns, thresholds: Array) -> TokenLaw:
    tokens, levers, models = scenario.tokens, scenario.levers, scenario.models.values()
    cache, direct = tokens.cache, tokens.direct
    avoided = 1 - unknowns(levers.cache.setting)
    none = np.zeros(unknowns.trials)
    return TokenLaw(
        direct=direct is not None,
        factor=unknowns(tokens.factor),
        fixed=unknowns(tokens.system) + unknowns(tokens.tools),
        kept=1 - unknowns(levers.compression.setting),
        retrieval=unknowns(levers.retrieval.setting),
        reasoning=unknowns(levers.reasoning.setting),
        cached=unknowns(cache.share),
        written=unknowns(cache.write_share),
        missed=unknowns(cache.miss) * avoided,
        missed_first=unknowns(cache.miss_first) * avoided,
        model_factor=unknowns.stack(each.tokens_factor for each in models),
        answer_factor=unknowns.stack(each.answer_factor for each in models),
        reasoning_factor=unknowns.stack(each.reasoning_factor for each in models),
        cached_share=none if direct is None else unknowns(direct.cached_share),
        written_share=none if direct is None else unknowns(direct.write_share),
        reasoning_share=none if direct is None else unknowns(direct.reasoning_share),
        threshold=thresholds,
    )

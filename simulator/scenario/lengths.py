"""Implied turns, calls, tokens, cost and minutes: exact expectations of docs/model.md sections 4.6 to 4.9."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from simulator.contracts import TokenRates
from simulator.distributions import Quantity
from simulator.scenario.contacts import ENDS, Cell, center, normalised
from simulator.scenario.offers import model_rates
from simulator.scenario.schema import Scenario
from simulator.scenario.tokens import Model
from simulator.scenario.weights import channel_weights

Place = tuple[str, str, str]
"""A level, an end and a channel."""


@dataclass(slots=True)
class Totals:
    """Sums per case, weighted by the share of cases."""

    turns: float = 0.0
    calls: float = 0.0
    minutes: float = 0.0
    input: float = 0.0
    cached: float = 0.0
    output: float = 0.0
    cost: float = 0.0


@dataclass(frozen=True, slots=True)
class Shape:
    """Expectations of what the number of turns T decides, on which all token totals are linear: summed over several
    conversations it gives their sums.

    Attributes:
        calls: J = max(1, floor(T c + 1/2)).
        customers: sum over the calls j of the customer messages so far, t(j) = ceil(j T / J).
        earlier: sum over the calls of the calls before, J (J - 1) / 2.
        customers_first: customer messages before the first call, t(1).
        conversations: how many it is summed over.
    """

    turns: float
    calls: float
    customers: float
    earlier: float
    customers_first: float
    conversations: float = 1.0


def shape(mean: float, size: float, most: int, calls_per_turn: float) -> Shape:
    """Return the expectations for T = min(most, 1 + NB(mean - 1, size)), exactly."""
    sums = [0.0] * 5
    for weight, given in zip(turn_chances(mean, size, most), _given(most, calls_per_turn), strict=True):
        for index, value in enumerate(given):
            sums[index] += weight * value
    return Shape(*sums)


def turn_chances(mean: float, size: float, most: int) -> Iterator[float]:
    """Yield the chances of 1, 2 .. `most` turns, T = min(most, 1 + NB(mean - 1, size))."""
    excess = max(mean - 1.0, 0.0)
    probability = (size / (size + excess)) ** size
    left = 1.0
    for turns in range(1, most + 1):
        weight = left if turns == most else probability
        yield weight
        left -= weight
        probability *= (turns - 1 + size) / turns * excess / (size + excess)


def calls_of(turns: int, calls_per_turn: float) -> int:
    """Return the model calls of a conversation."""
    return max(1, math.floor(turns * calls_per_turn + 0.5))


@cache
def _given(most: int, calls_per_turn: float) -> tuple[tuple[float, ...], ...]:
    """Return what each number of turns from 1 decides.

    The sum of ceil(j T / J) over j = 1 .. J is (J T + J + T - gcd(J, T)) / 2: those of j and J - j add up to T + 1, or to
    T where both are whole. It is not summed call by call, since a scenario may ask for thousands of calls.
    """

    def of(turns: int) -> tuple[float, ...]:
        calls = calls_of(turns, calls_per_turn)
        so_far = (calls * turns + calls + turns - math.gcd(calls, turns)) // 2
        return turns, calls, so_far, calls * (calls - 1) / 2, -(-turns // calls)

    return tuple(of(turns) for turns in range(1, most + 1))


def totals(scenario: Scenario, cells: Mapping[tuple[str, str], tuple[float, Cell]]) -> Totals:
    """Return the sums over the cases of some intents and levels."""
    rates = model_rates(scenario)
    found = Totals()
    for (intent, level), (weight, cell) in cells.items():
        found.minutes += weight * _minutes(scenario, intent, level, cell, _channels(scenario, intent))
    shapes, numbers = _shapes(scenario), conversations_by_place(scenario, cells)
    for name, model in scenario.models.items():
        _add(found, _summed(numbers[name], shapes), model, rates[name], scenario)
    return found


def conversations_by_place(
    scenario: Scenario, cells: Mapping[tuple[str, str], tuple[float, Cell]]
) -> dict[str, dict[Place, float]]:
    """Return the conversations of each model by place, summed over the cases of some intents and levels."""
    numbers: dict[str, dict[Place, float]] = {name: defaultdict(float) for name in scenario.models}
    for (intent, level), (weight, cell) in cells.items():
        channels = _channels(scenario, intent)
        for end, by_model in cell.ends.items():
            for channel, share in channels.items():
                for name, number in by_model.items():
                    numbers[name][level, end, channel] += weight * share * number
    return numbers


def _channels(scenario: Scenario, intent: str) -> dict[str, float]:
    """Return the shares of the channels of an intent."""
    return normalised({name: center(weight) for name, weight in channel_weights(scenario, intent).items()})


def mean_turns(scenario: Scenario, level: str, end: str, channel: str) -> float:
    """Return the mean turns of a conversation at a place, before it is cut."""
    turns = scenario.turns
    of_end: Quantity = getattr(turns.factor, end)
    return center(scenario.levels[level].turns) * center(of_end) * center(scenario.channels[channel].turns)


def _shapes(scenario: Scenario) -> dict[Place, Shape]:
    turns = scenario.turns
    return {
        (level, end, channel): shape(
            mean_turns(scenario, level, end, channel),
            center(turns.size), turns.most, center(turns.calls_per_turn),
        )
        for level in scenario.levels
        for end in ENDS
        for channel in scenario.channels
    }  # fmt: skip


def _summed(numbers: Mapping[Place, float], shapes: Mapping[Place, Shape]) -> Shape:
    """Return the expectations summed over conversations, of which there are so many in each place."""

    def total(name: str) -> float:
        return math.fsum(number * getattr(shapes[place], name) for place, number in numbers.items())

    return Shape(*map(total, ("turns", "calls", "customers", "earlier", "customers_first", "conversations")))


def _minutes(scenario: Scenario, intent: str, level: str, cell: Cell, channels: Mapping[str, float]) -> float:
    """Return people's minutes per case: handoffs, straight returns and reviews."""
    people, at = scenario.people, scenario.levels[level]
    factor = math.fsum(share * center(scenario.channels[name].minutes) for name, share in channels.items())
    handoffs = cell.at_end("escalated") + center(people.partial_factor) * cell.at_end("partial") + cell.straight
    reviews = center(scenario.intents[intent].review) * cell.at_end("confirmed", "silent_solved", "silent_unsolved")
    return factor * float(handoffs * center(at.handoff_minutes) + reviews * center(at.review_minutes))


def full_minutes(scenario: Scenario, shares: Mapping[tuple[str, str], float]) -> float:
    """Return people's mean minutes on a case that they handle from the start, by shares of intents and levels."""

    def factor(intent: str) -> float:
        shares = _channels(scenario, intent).items()
        return math.fsum(share * scenario.channels[name].minutes.mean for name, share in shares)

    return math.fsum(
        share * factor(intent) * scenario.levels[level].handoff_minutes.mean
        for (intent, level), share in shares.items()
    )


def _add(found: Totals, summed: Shape, model: Model, rates: TokenRates, scenario: Scenario) -> None:
    """Add the conversations of one model."""
    direct = scenario.tokens.form == "direct"
    prompt, cached, written, output = (_direct if direct else _structural)(summed, model, scenario)
    found.turns += summed.turns
    found.calls += summed.calls
    found.input += prompt
    found.cached += cached
    found.output += output
    amounts = {"input": prompt - cached - written, "cached_input": cached, "cache_write": written, "output": output}
    shares = rates.shares
    found.cost += math.fsum(rates.usual(name, shares, center) * tokens for name, tokens in amounts.items()) / 1e6


def _structural(summed: Shape, model: Model, scenario: Scenario) -> tuple[float, float, float, float]:
    """Return prompt, cached, written and output tokens of the conversations."""
    tokens, levers, cache = scenario.tokens, scenario.levers, scenario.tokens.cache
    factor = center(tokens.factor)
    customer = factor * center(tokens.customer.mean)
    answer = factor * center(tokens.answer.mean) * center(model.answer_factor)
    kept_reply = answer + factor * center(tokens.tool_result.mean)
    retrieved = factor * center(tokens.retrieved.mean) * center(levers.retrieval.setting)
    reasoning = (
        factor * center(tokens.reasoning.mean) * center(model.reasoning_factor) * center(levers.reasoning.setting)
    )
    fixed, kept = center(tokens.system) + center(tokens.tools), 1 - center(levers.compression.setting)
    scale = center(model.tokens_factor)
    history = summed.calls * fixed + summed.customers * customer + summed.earlier * kept_reply
    prompt = scale * (kept * history + summed.calls * retrieved)
    opening = summed.conversations * fixed + summed.customers_first * customer
    first = scale * (kept * opening + summed.conversations * retrieved)
    misses = 1 - center(levers.cache.setting)
    missed = first * center(cache.miss_first) * misses + (prompt - first) * center(cache.miss) * misses
    cached, written = center(cache.share) * (prompt - missed), center(cache.write_share) * missed
    return prompt, cached, written, scale * summed.calls * (answer + reasoning)


def _direct(summed: Shape, model: Model, scenario: Scenario) -> tuple[float, float, float, float]:
    direct = scenario.tokens.direct
    assert direct is not None  # the schema: form = "direct" has its table
    factor = summed.conversations * center(scenario.tokens.factor) * center(model.tokens_factor)
    prompt = factor * center(direct.input.mean)
    cached = prompt * center(direct.cached_share)
    return prompt, cached, center(direct.write_share) * (prompt - cached), factor * center(direct.output.mean)

"""What conversations take at the stated values: turns, calls, people's minutes, tokens and cost, by the law's means."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from simulator.contracts import TokenRates
from simulator.law.odds import mean_over
from simulator.law.people import handoff_minutes, review_minutes
from simulator.law.tokens import CacheUse, CallNumbers, Tokens, TotalNumbers, call_tokens, mean_lengths, total_tokens
from simulator.law.turns import Decided, decided_by_turns, expected_decided
from simulator.scenario.schema import Scenario
from simulator.scenario.schema.token_tables import Model
from simulator.scenario.stated.law_numbers import center, channel_shares, turns_by_place
from simulator.scenario.stated.model_prices import model_rates
from simulator.scenario.stated.stated_cases import Cells, Place, conversations_by_place


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


def totals(scenario: Scenario, cells: Cells) -> Totals:
    """Return the sums over the cases of some intents and levels."""
    rates = model_rates(scenario)
    found = Totals(minutes=_minutes(scenario, cells))
    given, places = _decided(scenario), conversations_by_place(scenario, cells)
    for numbers, (name, model) in zip(places, scenario.models.items(), strict=True):
        _add(found, numbers, given, model, rates[name], scenario)
    return found


def full_minutes(scenario: Scenario, cells: Cells) -> float:
    """Return people's mean minutes on a case that they handle from the start, weighted by the shares of the cases."""
    levels = [level.handoff_minutes.mean for level in scenario.levels.values()]
    factors = [channel.minutes.mean for channel in scenario.channels.values()]
    by_intent = [mean_over(shares, factors) for shares in channel_shares(scenario)]
    return math.fsum(cell.weight * by_intent[intent] * levels[level] for (intent, level), cell in cells.items())


def _decided(scenario: Scenario) -> dict[Place, Decided]:
    """Return the means of what the turns of a conversation at each place decide."""
    size = center(scenario.turns.size)
    given = decided_by_turns(scenario.turns.most, center(scenario.turns.calls_per_turn))
    return {
        (level, end, channel): expected_decided(mean, size, given)
        for level, by_end in enumerate(turns_by_place(scenario))
        for end, by_channel in enumerate(by_end)
        for channel, mean in enumerate(by_channel)
    }


def _minutes(scenario: Scenario, cells: Cells) -> float:
    """Return people's minutes: handoffs, straight returns and reviews."""
    levels, intents = list(scenario.levels.values()), list(scenario.intents.values())
    factors = [center(channel.minutes) for channel in scenario.channels.values()]
    by_intent = [mean_over(shares, factors) for shares in channel_shares(scenario)]
    partial_factor = center(scenario.people.partial_factor)

    def of(intent: int, level: int) -> float:
        cell, at = cells[intent, level], levels[level]
        mean, channel = center(at.handoff_minutes), by_intent[intent]
        handoffs = handoff_minutes(cell.ends, cell.straight, mean, partial_factor, channel)
        reviews = review_minutes(cell.ends, center(intents[intent].review), center(at.review_minutes), channel)
        return cell.weight * (handoffs + reviews)

    return math.fsum(of(*place) for place in cells)


def _add(
    found: Totals,
    numbers: Mapping[Place, float],
    given: Mapping[Place, Decided],
    model: Model,
    rates: TokenRates,
    scenario: Scenario,
) -> None:
    """Add the conversations of one model, of which there are so many in each place."""
    conversations = math.fsum(numbers.values())
    turns, calls, messages, before, first = (
        math.fsum(number * given[place][each] for place, number in numbers.items()) for each in range(5)
    )
    sums = turns, calls, messages, before, first
    prompt, cached, written, output, _ = _tokens(conversations, sums, model, scenario)
    found.turns += turns
    found.calls += calls
    found.input += prompt
    found.cached += cached
    found.output += output
    amounts = {"input": prompt - cached - written, "cached_input": cached, "cache_write": written, "output": output}
    shares = rates.shares
    found.cost += math.fsum(rates.usual(name, shares, center) * tokens for name, tokens in amounts.items()) / 1e6


def _tokens(conversations: float, sums: Decided, model: Model, scenario: Scenario) -> Tokens:
    """Return prompt, cached, written, output and reasoning tokens of the conversations."""
    tokens, levers, cache = scenario.tokens, scenario.levers, scenario.tokens.cache
    own = center(model.tokens_factor)
    factor, direct = center(tokens.factor) * own, tokens.direct
    if tokens.form == "direct":
        assert direct is not None  # the schema: form = "direct" has its table
        shares = (center(direct.cached_share), center(direct.write_share), center(direct.reasoning_share))
        prompt, output = center(direct.input.mean), center(direct.output.mean)
        return total_tokens(conversations, TotalNumbers(factor * prompt, factor * output, *shares))
    customer, answer, tool_result, reasoning, retrieved = (
        center(each.mean)
        for each in (tokens.customer, tokens.answer, tokens.tool_result, tokens.reasoning, tokens.retrieved)
    )
    lengths = mean_lengths(
        (customer, answer, tool_result, reasoning, retrieved),
        factor,
        center(model.answer_factor),
        center(model.reasoning_factor),
        center(levers.reasoning.setting),
        center(levers.retrieval.setting),
    )
    missing = 1 - center(levers.cache.setting)
    miss, miss_first = center(cache.miss) * missing, center(cache.miss_first) * missing
    use = CacheUse(center(cache.share), center(cache.write_share), miss, miss_first)
    fixed, kept = own * (center(tokens.system) + center(tokens.tools)), 1 - center(levers.compression.setting)
    return call_tokens(conversations, sums, CallNumbers(lengths, fixed, kept, use, math.inf))

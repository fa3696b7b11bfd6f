"""Tokens of conversations, expected and drawn. docs/model.md sections 4.8 (structural, call by call) and 4.9 (direct).

Lengths are independent of one another and of the turns, so that a mean of the totals has the mean of each length, and
of the turns what `turns.expected_decided` gives. Multiplied by a number of conversations, or summed over several kinds
of them, that gives sums.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

# isort: off
# fmt: off
from simulator.law import Row
from simulator.law.counters import CACHE, CALL, DIRECT, MESSAGE, CasePlace, uniform, words
from simulator.law.drawn_columns import ROW_CALLS, ROW_INPUT, ROW_MODEL, ROW_TURNS, DrawnColumns
from simulator.law.quantiles import size_of
from simulator.law.slots import (
    ANSWER, CUSTOMER, INPUT, LAW_ANSWER_FACTOR, LAW_CACHED, LAW_CACHED_SHARE, LAW_DIRECT_FORM, LAW_EFFORT, LAW_FIXED,
    LAW_KEPT, LAW_MISSED, LAW_MISSED_FIRST, LAW_MODEL_FACTOR, LAW_REASONING_FACTOR, LAW_REASONING_SHARE, LAW_RETRIEVAL,
    LAW_SIZE_MEAN, LAW_WRITTEN, LAW_WRITTEN_SHARE, MOVED_TOKENS, OUTPUT, REASONING, RETRIEVED, TOOL_RESULT, FutureLaw,
)
from simulator.law.turns import Decided, turn_of_call
# fmt: on
# isort: on

Tokens = tuple[float, float, float, float, float]
"""Prompt, cached, written, output and reasoning tokens."""
Drawn = tuple[float, float, float, float, float, float, float, float, float]
"""Prompt, cached, written, output and reasoning tokens; then the first four of the calls that are priced long."""
Lengths = tuple[float, float, float, float, float]
"""Mean tokens of a customer's message; of a call's answer, tool results, reasoning and retrieved passages."""


class CacheUse(NamedTuple):
    """How calls use the cache.

    Attributes:
        share, write_share: of its prompt what a call that hits reads, and what one that misses writes.
        miss, miss_first: chances that a later call, and the first one, misses, with the lever on the cache.
    """

    share: float
    write_share: float
    miss: float
    miss_first: float


class CallNumbers(NamedTuple):
    """What the calls of a conversation are made of.

    Attributes:
        lengths: mean lengths with all factors.
        fixed: tokens that every call sends, with the model's factor.
        kept: share of the history that compression leaves.
        threshold: prompt length above which a call is priced long.
    """

    lengths: Lengths
    fixed: float
    kept: float
    cache: CacheUse
    threshold: float


class TotalNumbers(NamedTuple):
    """What the totals of a conversation are made of: their means with all factors, and the shares of section 4.9."""

    prompt: float
    output: float
    cached_share: float
    written_share: float
    reasoning_share: float


def mean_lengths(
    lengths: Lengths,
    factor: float,
    answer_factor: float,
    reasoning_factor: float,
    reasoning_setting: float,
    retrieval_setting: float,
) -> Lengths:
    """Return the mean lengths with all that multiplies them.

    Args:
        lengths: as stated.
        factor: F, the tokens driver times `tokens.factor`, times the model's factor on tokens.
        answer_factor, reasoning_factor: of the model.
        reasoning_setting, retrieval_setting: of the levers, 1 where they are not moved.
    """
    customer, answer, tool_result, reasoning, retrieved = lengths
    return (
        factor * customer,
        factor * answer_factor * answer,
        factor * tool_result,
        factor * reasoning_factor * reasoning_setting * reasoning,
        factor * retrieval_setting * retrieved,
    )


def prompt_tokens(
    conversations: float, sums: Decided, fixed: float, lengths: Lengths, kept_share: float
) -> tuple[float, float]:
    """Return the prompt tokens of all calls, and those of the first calls.

    kept_j = system + tools + the customer messages up to call j + answers and tool results before it, of which
    compression leaves a share; what was retrieved for call j is added.

    Args:
        conversations: how many `sums` is summed over.
        sums: what the turns decide, see `turns.Decided`.
        fixed, lengths, kept_share: see `CallNumbers`.
    """
    _, calls, messages, before, first_messages = sums
    customer, answer, tool_result, _, retrieved = lengths
    history = calls * fixed + messages * customer + before * (answer + tool_result)
    opening = conversations * fixed + first_messages * customer
    return kept_share * history + calls * retrieved, kept_share * opening + conversations * retrieved


def cached_tokens(prompt: float, first: float, cache: CacheUse) -> tuple[float, float]:
    """Return the prompt tokens read from the cache and those written to it.

    Args:
        prompt, first: prompt tokens of all calls and of the first ones.
    """
    missed = first * cache.miss_first + (prompt - first) * cache.miss
    return cache.share * (prompt - missed), cache.write_share * missed


def output_tokens(calls: float, lengths: Lengths) -> float:
    """Return the output tokens, reasoning inside; `lengths` as in `CallNumbers`."""
    _, answer, _, reasoning, _ = lengths
    return calls * (answer + reasoning)


def call_tokens(conversations: float, sums: Decided, numbers: CallNumbers) -> Tokens:
    """Return the expected tokens of conversations, the sum over their calls: the mean of `calls_drawn`.

    Args:
        conversations: how many `sums` is summed over.
        sums: what the turns decide, see `turns.Decided`.
    """
    prompt, first = prompt_tokens(conversations, sums, numbers.fixed, numbers.lengths, numbers.kept)
    cached, written = cached_tokens(prompt, first, numbers.cache)
    calls = sums[1]
    return prompt, cached, written, output_tokens(calls, numbers.lengths), calls * numbers.lengths[3]


def total_tokens(conversations: float, numbers: TotalNumbers) -> Tokens:
    """Return the expected tokens of conversations whose totals are stated: the mean of `totals_drawn`."""
    prompt, output = conversations * numbers.prompt, conversations * numbers.output
    cached = numbers.cached_share * prompt
    return prompt, cached, numbers.written_share * (prompt - cached), output, numbers.reasoning_share * output


def calls_drawn(
    case: CasePlace, at: int, decided: tuple[int, int], numbers: CallNumbers, table: Sequence[int], tables: Row
) -> Drawn:
    """Return the tokens of a conversation, drawn call by call.

    Args:
        case, at: where it stands, see law.counters.words.
        decided: its turns and calls.
        table: where the quantiles of the five lengths begin in `tables`, or CONSTANT.
    """
    (turns, calls), lengths, kept, threshold = decided, numbers.lengths, numbers.kept, numbers.threshold
    cached, written, missed, missed_first = numbers.cache
    prompts = read = wrote = outputs = reasonings = 0.0
    long_prompts = long_read = long_wrote = long_outputs = 0.0
    history = numbers.fixed
    spoken = 0
    messages = words(case, at, MESSAGE, 0)
    luck = words(case, at, CACHE, 0)
    for call in range(calls):
        upto = turn_of_call(call + 1, turns, calls)
        while spoken < upto:
            if spoken & 3 == 0 and spoken > 0:
                messages = words(case, at, MESSAGE, spoken >> 2)
            history = history + lengths[0] * size_of(messages[spoken & 3], table[0], tables)
            spoken = spoken + 1
        if call & 3 == 0 and call > 0:
            luck = words(case, at, CACHE, call >> 2)
        of_answer, of_tool, of_reasoning, of_passages = words(case, at, CALL, call)
        answer = lengths[1] * size_of(of_answer, table[1], tables)
        reasoning = lengths[3] * size_of(of_reasoning, table[3], tables)
        prompt = kept * history + lengths[4] * size_of(of_passages, table[4], tables)
        miss = uniform(luck[call & 3]) < (missed_first if call == 0 else missed)
        reading = 0.0 if miss else cached * prompt
        writing = written * prompt if miss else 0.0
        prompts = prompts + prompt
        read = read + reading
        wrote = wrote + writing
        outputs = outputs + answer + reasoning
        reasonings = reasonings + reasoning
        if prompt > threshold:
            long_prompts = long_prompts + prompt
            long_read = long_read + reading
            long_wrote = long_wrote + writing
            long_outputs = long_outputs + answer + reasoning
        history = history + answer + lengths[2] * size_of(of_tool, table[2], tables)
    return prompts, read, wrote, outputs, reasonings, long_prompts, long_read, long_wrote, long_outputs


def totals_drawn(case: CasePlace, at: int, numbers: TotalNumbers, table: Sequence[int], tables: Row) -> Drawn:
    """Return the tokens of a conversation whose totals are drawn.

    Args:
        case, at: where it stands, see law.counters.words.
        table: where the quantiles of the two totals begin in `tables`, or CONSTANT.
    """
    of_prompt, of_output, _, _ = words(case, at, DIRECT, 0)
    prompts = numbers.prompt * size_of(of_prompt, table[0], tables)
    outputs = numbers.output * size_of(of_output, table[1], tables)
    read = numbers.cached_share * prompts
    wrote, reasoning = numbers.written_share * (prompts - read), numbers.reasoning_share * outputs
    return prompts, read, wrote, outputs, reasoning, 0.0, 0.0, 0.0, 0.0


def draw_tokens(of: FutureLaw, place: CasePlace, at: int, columns: DrawnColumns, row: int) -> None:
    """Draw the tokens of a conversation."""
    table, tables = of.table, of.tables
    if of.where[LAW_DIRECT_FORM]:
        drawn = totals_drawn(place, at, total_numbers(of, columns, row), (table[INPUT], table[OUTPUT]), tables)
    else:
        decided = (columns.whole[ROW_TURNS, row], columns.whole[ROW_CALLS, row])
        five = (table[CUSTOMER], table[ANSWER], table[TOOL_RESULT], table[REASONING], table[RETRIEVED])
        drawn = calls_drawn(place, at, decided, call_numbers(of, columns, row), five, tables)
    for number in range(9):
        columns.real[ROW_INPUT + number, row] = drawn[number]


def total_numbers(of: FutureLaw, columns: DrawnColumns, row: int) -> TotalNumbers:
    """Return what the totals of a conversation are made of."""
    law, where = of.law, of.where
    own, means = law[where[LAW_MODEL_FACTOR] + columns.whole[ROW_MODEL, row]], where[LAW_SIZE_MEAN]
    factor = of.moved[MOVED_TOKENS] * own
    return TotalNumbers(
        factor * law[means + INPUT],
        factor * law[means + OUTPUT],
        law[where[LAW_CACHED_SHARE]],
        law[where[LAW_WRITTEN_SHARE]],
        law[where[LAW_REASONING_SHARE]],
    )


def call_numbers(of: FutureLaw, columns: DrawnColumns, row: int) -> CallNumbers:
    """Return what the calls of a conversation are made of."""
    law, where, model, means = of.law, of.where, columns.whole[ROW_MODEL, row], of.where[LAW_SIZE_MEAN]
    own = law[where[LAW_MODEL_FACTOR] + model]
    factor = of.moved[MOVED_TOKENS] * own
    stated = (
        law[means + CUSTOMER], law[means + ANSWER], law[means + TOOL_RESULT], law[means + REASONING],
        law[means + RETRIEVED],
    )  # fmt: skip
    lengths = mean_lengths(
        stated,
        factor,
        law[where[LAW_ANSWER_FACTOR] + model],
        law[where[LAW_REASONING_FACTOR] + model],
        law[where[LAW_EFFORT]],
        law[where[LAW_RETRIEVAL]],
    )
    cache = CacheUse(
        law[where[LAW_CACHED]], law[where[LAW_WRITTEN]], law[where[LAW_MISSED]], law[where[LAW_MISSED_FIRST]]
    )
    return CallNumbers(lengths, own * law[where[LAW_FIXED]], law[where[LAW_KEPT]], cache, of.threshold[model])

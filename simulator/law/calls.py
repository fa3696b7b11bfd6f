"""Tokens of one conversation, drawn call by call, or as totals. docs/model.md sections 4.8 and 4.9."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from simulator.law import Row
from simulator.law.counters import CACHE, CALL, DIRECT, MESSAGE, CasePlace, uniform, words
from simulator.law.quantiles import tabulated

Drawn = tuple[float, float, float, float, float, float, float, float, float]
"""Prompt, cached, written, output and reasoning tokens; then the first four of the calls that are priced long."""

CONSTANT: Final = -1
"""Place of a table where a size is a constant."""


def size_of(word: int, table: int, tables: Row) -> float:
    """Return a standard size of mean 1 at a word.

    Args:
        table: place in `tables` where its quantiles begin, or CONSTANT.
    """
    return 1.0 if table == CONSTANT else tabulated(word, tables, table)


def calls_drawn(
    case: CasePlace, at: int, turns: int, calls: int, lengths: Sequence[float], table: Sequence[int], tables: Row,
    fixed: float, kept: float, cached: float, written: float, missed: float, missed_first: float, threshold: float,
) -> Drawn:  # fmt: skip
    """Return the tokens of a conversation of so many turns and calls.

    Args:
        case, at: where it stands, see law.counters.words.
        lengths: mean customer message, answer, tool results, reasoning, passages, with all factors.
        table: where the quantiles of these five begin in `tables`, or CONSTANT.
        fixed: tokens that every call sends, with the model's factor.
        kept: share of the history that compression leaves.
        cached, written: shares of a prompt that are read from the cache, or written to it.
        missed, missed_first: chances that a later call, and the first one, misses the cache.
        threshold: prompt length above which a call is priced long.
    """
    prompts = read = wrote = outputs = reasonings = 0.0
    long_prompts = long_read = long_wrote = long_outputs = 0.0
    history = fixed
    spoken = 0
    messages = words(case, at, MESSAGE, 0)
    luck = words(case, at, CACHE, 0)
    for call in range(calls):
        upto = ((call + 1) * turns + calls - 1) // calls
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


def totals_drawn(
    case: CasePlace,
    at: int,
    prompt: float,
    output: float,
    table: Sequence[int],
    tables: Row,
    cached_share: float,
    written_share: float,
    reasoning_share: float,
) -> Drawn:
    """Return the tokens of a conversation whose totals are drawn.

    Args:
        case, at: where it stands, see law.counters.words.
        prompt, output: mean totals, with all factors.
        table: where the quantiles of the two begin in `tables`, or CONSTANT.
        cached_share: of the prompt; `written_share` of the rest; `reasoning_share` of the output.
    """
    of_prompt, of_output, _, _ = words(case, at, DIRECT, 0)
    prompts = prompt * size_of(of_prompt, table[0], tables)
    outputs = output * size_of(of_output, table[1], tables)
    read = cached_share * prompts
    return prompts, read, written_share * (prompts - read), outputs, reasoning_share * outputs, 0.0, 0.0, 0.0, 0.0

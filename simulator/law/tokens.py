"""Expected tokens of conversations. docs/model.md sections 4.8 (structural) and 4.9 (direct).

Lengths are independent of one another and of the turns, so that a mean of the totals has the mean of each length, and
of the turns what `turns.expected_decided` gives. Multiplied by a number of conversations, or summed over several kinds
of them, that gives sums.
"""

from __future__ import annotations

from simulator.law.turns import Decided

Lengths = tuple[float, float, float, float, float]
"""Mean tokens of a customer's message; of a call's answer, tool results, reasoning and retrieved passages."""


def mean_lengths(
    lengths: Lengths,
    factor: float,
    answer_factor: float,
    reasoning_factor: float,
    reasoning_setting: float,
    retrieval_setting: float,
) -> Lengths:
    """Return the mean lengths with all that multiplies them but the model's factor on tokens.

    Args:
        lengths: as stated.
        factor: F, the tokens driver times `tokens.factor`.
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
    conversations: float, sums: Decided, fixed: float, lengths: Lengths, kept_share: float, tokens_factor: float
) -> tuple[float, float]:
    """Return the prompt tokens of all calls, and those of the first calls.

    kept_j = system + tools + the customer messages up to call j + answers and tool results before it, of which
    compression leaves a share; what was retrieved for call j is added. All is times the model's factor on tokens.

    Args:
        conversations: how many `sums` is summed over.
        sums: what the turns decide, see `turns.Decided`.
        fixed: system + tools, tokens a call.
        lengths: see `mean_lengths`.
        kept_share: 1 less the setting of the lever on compression.
        tokens_factor: f of the model.
    """
    _, calls, messages, before, first_messages = sums
    customer, answer, tool_result, _, retrieved = lengths
    history = calls * fixed + messages * customer + before * (answer + tool_result)
    opening = conversations * fixed + first_messages * customer
    return (
        tokens_factor * (kept_share * history + calls * retrieved),
        tokens_factor * (kept_share * opening + conversations * retrieved),
    )


def cached_tokens(
    prompt: float, first: float, share: float, miss: float, miss_first: float, write_share: float, avoided: float
) -> tuple[float, float]:
    """Return the prompt tokens read from the cache and those written to it.

    A call that misses writes the share `write_share` of its prompt, one that hits reads the share `share`.

    Args:
        prompt, first: prompt tokens of all calls and of the first ones.
        miss, miss_first: chances that a later call, and the first one, misses the cache.
        avoided: setting of the lever on the cache, the share of misses that does not happen.
    """
    missed = (1.0 - avoided) * (first * miss_first + (prompt - first) * miss)
    return share * (prompt - missed), write_share * missed


def output_tokens(calls: float, lengths: Lengths, tokens_factor: float) -> float:
    """Return the output tokens, reasoning inside.

    Args:
        lengths: see `mean_lengths`.
        tokens_factor: f of the model.
    """
    _, answer, _, reasoning, _ = lengths
    return tokens_factor * calls * (answer + reasoning)


def direct_tokens(
    conversations: float, prompt: float, output: float, factor: float, cached_share: float, write_share: float
) -> tuple[float, float, float, float]:
    """Return prompt, cached, written and output tokens of the direct form. docs/model.md section 4.9.

    Args:
        prompt, output: mean tokens of a conversation as stated.
        factor: F times the model's factor on tokens.
        cached_share: of the prompt, read from the cache.
        write_share: of the rest, written to it.
    """
    whole = conversations * factor * prompt
    cached = cached_share * whole
    return whole, cached, write_share * (whole - cached), conversations * factor * output

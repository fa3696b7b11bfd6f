"""What a token is, worked for the run's own conversation, and what the models cost beside the invoice by month."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import numpy as np

from simulator import risk
from simulator.arrays import Array
from simulator.contracts.metering.meters import CONVERSATIONS, TOKEN_CLASSES, tokens
from simulator.forecast.bills import MODEL_COST
from simulator.forecast.forecast import Forecast
from simulator.report.summary.tokens import MeanRange, TokenBox, TokenMonth, TokenMonths, TokenPart
from simulator.report.words.figures import count, figures, percents
from simulator.scenario.stated.months import months_of

if TYPE_CHECKING:
    from simulator.decisions.token_parts import ModelParts, Part

WORDS_PER_TOKEN: Final = 0.75
PARTS: Final[Mapping[Part, tuple[str, str]]] = MappingProxyType(
    {
        "prompt": ("prompt", "all that the models read"),
        "instructions": ("instructions and tools", "system prompt and descriptions of tools, sent with every call"),
        "passages": ("retrieved passages", "what is looked up in the help texts for a call"),
        "history": ("history", "what customer and AI have said so far, read again by every call"),
        "tool_results": ("tool results", "what other systems gave back, read by the calls after it"),
        "answer": ("answer", "what the customer gets to read"),
        "reasoning": ("reasoning", "what a model writes for itself before it answers"),
    }
)  # fmt: skip
"""What each part is called, and what it is."""


def token_box(forecast: Forecast, parts: Mapping[str, ModelParts]) -> TokenBox | None:
    """Return what a handled conversation's tokens are; None where the run has no conversation or no token.

    Args:
        parts: shares of the tokens of each model (`decisions.token_parts`).
    """
    sums = forecast.results.sums
    conversations, amounts = sums[CONVERSATIONS], _amounts(forecast, parts)
    whole, _, cost = (float(each) for each in amounts.sum(axis=0))
    if conversations <= 0 or whole <= 0:
        return None
    box = TokenBox(
        tokens=whole / conversations,
        words=WORDS_PER_TOKEN * whole / conversations,
        calls=sums["calls"] / conversations,
        cost=cost / conversations,
        parts=tuple(
            _part(part, each, conversations, (whole, cost))
            for part, each in zip(PARTS, amounts.tolist(), strict=True)
            if each[0] > 0
        ),
        sentences=(),
    )
    return replace(box, sentences=tuple(_sentences(box, forecast.scenario.currency)))


def _amounts(forecast: Forecast, parts: Mapping[str, ModelParts]) -> Array:
    """Return tokens, cached tokens and cost of each of PARTS over all futures, shape (part, 3)."""
    sums, found = forecast.results.sums, np.zeros((len(PARTS), 3))
    for model, shares in parts.items():
        by_class = {each: sums[tokens(model, each)] for each in TOKEN_CLASSES}
        prompt = sum(value for kind, value in by_class.items() if kind != "output")
        cost = forecast.columns.sums[f"{MODEL_COST}/{model}"]
        for place, part in enumerate(PARTS):
            read, written = shares.of_prompt.get(part, 0.0), shares.of_output.get(part, 0.0)
            count_ = read * prompt + written * by_class["output"]
            found[place] += (count_, read * by_class["cached_input"], shares.of_cost.get(part, 0.0) * cost)
    return found


def _part(part: Part, amounts: Sequence[float], conversations: float, whole: tuple[float, float]) -> TokenPart:
    number, cached, cost = amounts
    name, meaning = PARTS[part]
    return TokenPart(
        part=part,
        name=name,
        meaning=meaning,
        tokens=number / conversations,
        token_share=number / whole[0],
        cached_share=cached / number,
        cost=cost / conversations,
        cost_share=cost / whole[1] if whole[1] > 0 else 0.0,
    )


def _sentences(box: TokenBox, code: str) -> Iterator[str]:
    yield "One token is about three quarters of an English word."
    by_call = any(each.part == "instructions" for each in box.parts)
    calls = f" in {box.calls:.1f} calls of the models" if by_call else ""
    why = ", because every call reads the instructions and the history anew" if by_call and box.calls > 1 else ""
    yield (
        f"A handled conversation here takes {count(box.tokens)} tokens{calls} on average, about {count(box.words)} "
        f"words{why}."
    )
    most = max(box.parts, key=lambda each: each.cost)
    of_tokens, of_cost = percents([most.token_share]), percents([most.cost_share])
    yield (
        f"At the prices of the models that costs {figures([box.cost], code)[0]}; the largest part is "
        f"{most.name}, {of_tokens[0]} of the tokens and {of_cost[0]} of the cost."
    )
    read = sum(each.tokens for each in box.parts if each.part not in ("answer", "reasoning"))
    cached = sum(each.cached_share * each.tokens for each in box.parts)
    if cached > 0:
        yield f"{percents([cached / read])[0]} of what the models read comes from their cache, at a lower price."


def token_months(forecast: Forecast) -> TokenMonths:
    """Return the invoice of the recommended contract and what the models cost under it, month by month."""
    priced = forecast.recommended
    invoices, costs = _by_month(priced.invoice), _by_month(priced.model_cost)
    months = tuple(
        TokenMonth(month, invoice, cost, cost.mean / invoice.mean if invoice.mean > 0 else None)
        for month, invoice, cost in zip(months_of(forecast.scenario), invoices, costs, strict=True)
    )
    return TokenMonths(priced.contract.name, months, _months_sentence(months, forecast.scenario.currency))


def _by_month(amounts: Array) -> list[MeanRange]:
    low, high = risk.column_quantiles(amounts, [0.1, 0.9])
    ends = zip(amounts.mean(axis=0).tolist(), low.tolist(), high.tolist(), strict=True)
    return [MeanRange(*each) for each in ends]


def _months_sentence(months: Sequence[TokenMonth], code: str) -> str:
    invoice, cost = sum(each.invoice.mean for each in months), sum(each.model_cost.mean for each in months)
    least, most = (end(months, key=lambda each: each.model_cost.mean) for end in (min, max))
    mean, low, high = figures([cost, least.model_cost.mean, most.model_cost.mean], code)
    share = f", {percents([cost / invoice])[0]} of the invoice" if invoice > 0 else ""
    return (
        f"Over the horizon the models cost {mean} on average{share}: from {low} in {least.month} to {high} in "
        f"{most.month}."
    )

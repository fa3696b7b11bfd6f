"""What a conversation's tokens are and cost, and what the models cost beside the invoice month by month."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MeanRange:
    """Mean, P10 and P90 over the futures."""

    mean: float
    p10: float
    p90: float


@dataclass(frozen=True, slots=True)
class TokenPart:
    """A part of the tokens of a handled conversation, on average over the run.

    Attributes:
        part: "instructions", "passages", "history", "tool_results", "answer" or "reasoning"; where tokens are given as
            totals "prompt" stands for the first four.
        name: what it is called.
        meaning: what it is, in a few words.
        tokens: per handled conversation, over all calls of the models.
        token_share: of all tokens.
        cached_share: of its tokens, those that the models read from their cache.
        cost: at the prices of the models, in the scenario's currency per handled conversation.
        cost_share: of the cost of all parts.
    """

    part: str
    name: str
    meaning: str
    tokens: float
    token_share: float
    cached_share: float
    cost: float
    cost_share: float


@dataclass(frozen=True, slots=True)
class TokenBox:
    """What a token is, worked for a handled conversation of the run; its parts sum to it.

    Attributes:
        words: how many English words its tokens are, about.
        calls: of the models.
        cost: at the prices of the models, in the scenario's currency.
        sentences: the same in words.
    """

    tokens: float
    words: float
    calls: float
    cost: float
    parts: tuple[TokenPart, ...]
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TokenMonth:
    """A month of the recommended contract, in the scenario's currency.

    Attributes:
        month: as in "2027-01".
        invoice: what the vendor bills.
        model_cost: what the models cost the vendor at their market prices.
        share: mean model cost over mean invoice; None without an invoice.
    """

    month: str
    invoice: MeanRange
    model_cost: MeanRange
    share: float | None


@dataclass(frozen=True, slots=True)
class TokenMonths:
    """What the models cost beside the invoice of the recommended contract.

    Attributes:
        contract: its key in the scenario.
        sentence: the horizon in words.
    """

    contract: str
    months: tuple[TokenMonth, ...]
    sentence: str

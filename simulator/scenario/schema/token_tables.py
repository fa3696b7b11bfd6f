"""What an analyst writes about tokens, language models and the levers that move them."""

from __future__ import annotations

from typing import Any, ClassVar, Final, Literal, Self

from pydantic import ValidationInfo, field_validator, model_validator

from simulator.contracts.rates.price_list import TokenKind
from simulator.contracts.rates.token_rates import NO_SHARE, TokenRates
from simulator.distributions import NONNEGATIVE
from simulator.parameters import (
    Factor,
    FactorOrZero,
    Growth,
    Nonnegative,
    Odds,
    Share,
    Spread,
    Table,
    Tail,
    TokenCount,
    known,
    parameter,
)
from simulator.scenario.schema.families import FAMILY_IS, OF_A_LOMAX, TYPICAL_ALPHA, Family, check_spread
from simulator.spelling import is_quantity_key, parse_quantity, shown

LEVELS: Final = "levels"
"""Key of the validation's context under which the names of the scenario's levels stand."""


class Length(Table):
    """A length in tokens: a number, which is constant, or a table with its law, drawn afresh each time it occurs."""

    number_key: ClassVar[str] = "mean"

    mean: TokenCount = parameter("mean length", unit="tokens", typical=(0, 10_000), default=known(0, "tokens"))
    cv: Spread = parameter(
        "coefficient of variation of a lognormal or a gamma; 0 is a constant",
        unit="share of the mean",
        typical=(0, 2.5),
        default=known(0, "spread"),
    )
    family: Family = parameter(f"law of the length; {FAMILY_IS}", default="lognormal")
    alpha: Tail | None = parameter(f"alpha {OF_A_LOMAX}", typical=TYPICAL_ALPHA, default=None)

    @model_validator(mode="before")
    @classmethod
    def _number_or_table(cls, raw: Any) -> Any:
        if isinstance(raw, dict | cls):
            return raw
        if isinstance(raw, bool) or not isinstance(raw, int | float):
            raise ValueError(f"must be a number, or a table with the mean and the law, not {shown(raw)}")
        return {"mean": raw}

    @model_validator(mode="after")
    def _only_the_named_law(self) -> Self:
        spreads: dict[Family, str] = {"lognormal": "cv", "gamma": "cv", "lomax": "alpha"}
        check_spread("family", self.family, spreads, self.model_fields_set)
        return self


class Cache(Table):
    """Prompt caching of the provider. Writes are priced as kept for five minutes, or see models.NAME.one_hour_share."""

    share: Share = parameter(
        "share of a call's prompt read from cache on a hit",
        unit="share of prompt",
        typical=(0.5, 0.95),
        default=known(0),
    )
    miss: Share = parameter(
        "chance that a later call misses the cache", unit="share of calls", typical=(0.05, 0.4), default=known(0)
    )
    miss_first: Share = parameter(
        "chance that a conversation's first call misses the cache",
        unit="share of calls",
        typical=(0.3, 1),
        default=known(0),
    )
    write_share: Share = parameter(
        "share of a call's prompt written to cache on a miss, where writes are priced: for five minutes, see one_hour_share",
        unit="share of prompt",
        typical=(0, 0.95),
        default=known(0),
    )


class Direct(Table):
    """Totals per conversation, for those who have only totals.

    They do not tell how long a call's prompt is: where one may be above the threshold of a model's price, long_share
    must say how much is.
    """

    input: Length = parameter("prompt tokens of a conversation, cached ones included", default=Length())
    output: Length = parameter("output tokens of a conversation, reasoning included", default=Length())
    cached_share: Share = parameter(
        "share of the prompt read from cache", unit="share of prompt", typical=(0, 0.95), default=known(0)
    )
    write_share: Share = parameter(
        "share of the rest of the prompt written to cache: for five minutes, see one_hour_share",
        unit="share of uncached prompt",
        typical=(0, 0.95),
        default=known(0),
    )
    reasoning_share: Share = parameter(
        "share of the output that is reasoning", unit="share of output", typical=(0, 0.9), default=known(0)
    )
    long_share: Share | None = parameter(
        "share of all tokens in calls whose prompt is above the threshold of the model's price",
        unit="share of tokens",
        typical=(0, 1),
        default=None,
    )


class Tokens(Table):
    """How many tokens a conversation takes: from its structure, or directly."""

    form: Literal["structural", "direct"] = parameter(
        "structural: calls with a growing history; direct: totals per conversation", default="structural"
    )
    factor: Factor = parameter(
        "factor on the lengths that the month's tokens driver moves",
        unit="factor",
        typical=(0.5, 2),
        default=known(1, "factor"),
    )
    system: TokenCount = parameter(
        "system prompt sent with every call",
        unit="tokens per call",
        typical=(300, 10_000),
        default=known(0, "tokens"),
    )
    tools: TokenCount = parameter(
        "tool descriptions sent with every call",
        unit="tokens per call",
        typical=(0, 10_000),
        default=known(0, "tokens"),
    )
    retrieved: Length = parameter("retrieved passages of a call; they do not stay in the history", default=Length())
    customer: Length = parameter("a customer's message", default=Length())
    answer: Length = parameter("visible answer of a call", default=Length())
    tool_result: Length = parameter("tool results of a call, read by the calls after it", default=Length())
    reasoning: Length = parameter("reasoning of a call; it does not stay in the history", default=Length())
    cache: Cache = parameter("prompt caching", default=Cache())
    direct: Direct | None = parameter("totals per conversation; only for form = direct", default=None)

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        if (self.form == "direct") != (self.direct is not None):
            raise ValueError('form = "direct" needs [tokens.direct], and [tokens.direct] needs form = "direct"')
        structural = {
            "system",
            "tools",
            "retrieved",
            "customer",
            "answer",
            "tool_result",
            "reasoning",
            "cache",
        } & self.model_fields_set
        if self.form == "direct" and structural:
            raise ValueError(f'form = "direct" does not use {", ".join(sorted(structural))}; remove it')
        return self


class Model(Table):
    """A language model that answers some conversations."""

    price: str | None = parameter(
        "entry of the public price list, as openai:gpt-5-mini, at its standard prices on the first day. Of two prices "
        "of writing to cache it is that for five minutes (see one_hour_share); fees for searches and other tools that "
        "the provider runs are not billed",
        default=None,
    )
    token_kind: TokenKind | None = parameter(
        "what all its tokens are; must be said where the list prices audio, images or video apart from text. For a "
        "mixture give rates",
        default=None,
    )
    rates: TokenRates | None = parameter("own rates instead of the public list", default=None)
    one_hour_share: Share = parameter(
        "share of its writes to cache kept for one hour, at the price of that; the others are kept for five minutes",
        unit="share of writes to cache",
        typical=(0, 1),
        default=NO_SHARE,
    )
    price_change_per_year: Growth | None = parameter(
        "yearly change of its market price",
        unit="share per year",
        typical=(-0.8, 0.2),
        default=None,
    )
    routing: dict[str, Nonnegative] | Nonnegative = parameter(
        "weight of this model among the models, one number or one per level",
        unit="weight",
        default=known(1, "nonnegative"),
    )
    tokens_factor: Factor = parameter(
        "factor on all its tokens (its tokeniser)", unit="factor", typical=(0.7, 1.5), default=known(1, "factor")
    )
    answer_factor: Factor = parameter(
        "factor on its visible answers", unit="factor", typical=(0.5, 3), default=known(1, "factor")
    )
    reasoning_factor: FactorOrZero = parameter(
        "factor on its reasoning", unit="factor", typical=(0, 4), default=known(1, "factor or 0")
    )
    solve_odds: Odds = parameter(
        "factor on the odds of solving", unit="odds ratio", typical=(0.4, 2), default=known(1, "odds")
    )
    escalate_odds: Odds = parameter(
        "factor on the odds of escalating", unit="odds ratio", typical=(0.5, 2), default=known(1, "odds")
    )

    @field_validator("routing", mode="before")
    @classmethod
    def _number_or_levels(cls, raw: Any, info: ValidationInfo) -> Any:
        """Tell a number's table ({ p5, p95 } ...) from weights by level, which pydantic's union cannot.

        Levels may be called low and high, or p1 and p2: what names levels of the scenario is weights by level.
        """
        levels = (info.context or {}).get(LEVELS, ())
        is_number = not isinstance(raw, dict) or (
            bool(raw) and all(map(is_quantity_key, raw)) and not all(key in levels for key in raw)
        )
        return parse_quantity(raw, NONNEGATIVE) if is_number else raw

    @model_validator(mode="after")
    def _one_price(self) -> Self:
        if (self.price is None) == (self.rates is None):
            raise ValueError("give either price (an entry of the public list) or rates, one of the two")
        if self.token_kind is not None and self.price is None:
            raise ValueError("token_kind chooses a price of the public list, and rates are what they are; remove it")
        return self


class ShareLever(Table):
    """A lever set between 0 (off) and 1; its odds act in proportion to the setting, on the log scale."""

    setting: Share = parameter("how far the lever is moved", unit="share", typical=(0, 0.8), default=known(0))
    solve_odds: Odds = parameter(
        "factor on the odds of solving at setting 1",
        unit="odds ratio",
        typical=(0.5, 1.5),
        default=known(1, "odds"),
    )
    escalate_odds: Odds = parameter(
        "factor on the odds of escalating at setting 1",
        unit="odds ratio",
        typical=(0.7, 2),
        default=known(1, "odds"),
    )


class RoutingLever(ShareLever):
    """Moves a share of all conversations to one model."""

    to: str | None = parameter("model that takes them; the first model without it", default=None)


class FactorLever(Table):
    """A lever set as a factor, 1 as it is; its odds act per doubling."""

    setting: Factor = parameter(
        "factor on the length it acts on", unit="factor", typical=(0.25, 4), default=known(1, "factor")
    )
    solve_odds: Odds = parameter(
        "factor on the odds of solving per doubling",
        unit="odds ratio",
        typical=(0.7, 1.5),
        default=known(1, "odds"),
    )
    escalate_odds: Odds = parameter(
        "factor on the odds of escalating per doubling",
        unit="odds ratio",
        typical=(0.7, 1.5),
        default=known(1, "odds"),
    )


class Levers(Table):
    """What the operator of the AI can move to save tokens, and what it does to quality."""

    routing: RoutingLever = parameter("share of conversations moved to one model", default=RoutingLever())
    compression: ShareLever = parameter(
        "share of system, tools and history cut from every prompt", default=ShareLever()
    )
    retrieval: FactorLever = parameter("factor on the retrieved passages", default=FactorLever())
    cache: ShareLever = parameter("share of cache misses avoided", default=ShareLever())
    reasoning: FactorLever = parameter("factor on the reasoning", default=FactorLever())

"""Rates of tokens per million: own ones, or those of the public list (`price_list`), in the scenario's currency.

In a usage record cached input is a subset of input and reasoning a subset of output. The meters have already taken
cached and written tokens out of input; reasoning stays inside output, at the output rate.

A class of tokens can have several rates: for what runs in batches, for what the cache keeps an hour, for calls with a
long prompt. `RateShares` says how much of it has which; what a million of the class costs is the mean of these rates.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeAlias, TypeVar, cast

from pydantic import Field

from simulator.quantities.distributions import Fixed, Quantity
from simulator.quantities.parameters import Growth, Positive, Price, Share, Table, known, parameter, unit_of

if TYPE_CHECKING:
    from simulator.arrays import Array
    from simulator.contracts.metering.meters import Values


_PER_MILLION: Final = "money per million tokens"
ValueOf: TypeAlias = Callable[[Quantity], Any]
"""Gives the value of a quantity: a number, or an array (trial,)."""
NO_SHARE: Final = known(0)
"""No share of the tokens."""


@dataclass(frozen=True, slots=True)
class RateShares:
    """How much of a model's tokens has which of its rates.

    Attributes:
        one_hour: of the tokens written to cache, what is kept for an hour and not for five minutes.
        long: of all tokens, what is in calls with a long prompt, where no call is simulated by itself.
        batch: of all tokens, what runs in batches at the batch rates.
    """

    one_hour: Quantity = NO_SHARE
    long: Quantity = NO_SHARE
    batch: Quantity = NO_SHARE


def is_no_share(share: Quantity) -> bool:
    """Return whether a share is known to be 0."""
    return share.fixed and share.center == 0


def _mean(usual: Any, other: Any, share: Any) -> Any:
    """Return the mean of two rates, the share having the other."""
    return usual + share * (other - usual)


_IN_BATCH: Final = "in batches; the usual rate of the class without it"


class BatchRates(Table):
    """Rates of tokens that run in batches; a class without a batch rate has its usual rate there too."""

    input: Price | None = parameter(
        f"fresh prompt tokens {_IN_BATCH}", unit=_PER_MILLION, typical=(0.02, 8), default=None
    )
    cached_input: Price | None = parameter(
        f"prompt tokens read from cache {_IN_BATCH}", unit=_PER_MILLION, typical=(0.005, 2), default=None
    )
    cache_write: Price | None = parameter(
        f"prompt tokens written to cache {_IN_BATCH}", unit=_PER_MILLION, typical=(0.02, 20), default=None
    )
    cache_write_1h: Price | None = parameter(
        f"prompt tokens written to cache for one hour {_IN_BATCH}", unit=_PER_MILLION, typical=(0.02, 30), default=None
    )
    output: Price | None = parameter(
        f"tokens written by the model {_IN_BATCH}", unit=_PER_MILLION, typical=(0.1, 40), default=None
    )


class ClassRates(Table):
    """Rates of the four classes of tokens; a class without a rate of its own is priced as input."""

    input: Price = parameter(
        "prompt tokens neither read from cache nor written to it", unit=_PER_MILLION, typical=(0.05, 15)
    )
    cached_input: Price | None = parameter(
        "prompt tokens read from cache; the input rate without it", unit=_PER_MILLION, typical=(0.01, 2), default=None
    )
    cache_write: Price | None = parameter(
        "prompt tokens written to cache, kept for five minutes where the provider sells several lives; the input rate "
        "without it",
        unit=_PER_MILLION,
        typical=(0.05, 20),
        default=None,
    )
    cache_write_1h: Price | None = parameter(
        "prompt tokens written to cache and kept for one hour: the one_hour_share of the model's writes",
        unit=_PER_MILLION,
        typical=(0.1, 30),
        default=None,
    )
    output: Price = parameter("tokens written by the model, reasoning included", unit=_PER_MILLION, typical=(0.2, 75))
    batch: BatchRates | None = parameter(
        "rates of what runs in batches: the batch_share of a contract per token", default=None
    )

    def rate(self, token_class: str) -> Quantity:
        """Return the rate per million tokens of a class outside batches; of writes, of those for five minutes."""
        own: Quantity | None = getattr(self, token_class)
        return self.input if own is None else own

    def batch_rate(self, token_class: str) -> Quantity:
        """Return the rate in batches; what is priced as input has the batch rate of input."""
        found = (getattr(self.batch, token_class, None), getattr(self, token_class), getattr(self.batch, "input", None))
        return next((each for each in found if each is not None), self.input)

    def price(self, token_class: str, shares: RateShares, values: ValueOf) -> Any:
        """Return what a million tokens of a class cost on average, of the type that `values` gives."""
        usual = self._written(token_class, shares, values, self.rate)
        if self.batch is None or is_no_share(shares.batch):
            return usual
        return _mean(usual, self._written(token_class, shares, values, self.batch_rate), values(shares.batch))

    @staticmethod
    def _written(token_class: str, shares: RateShares, values: ValueOf, rate: Callable[[str], Quantity]) -> Any:
        """Return the mean over the lives of the cache of one kind of rate."""
        short = values(rate(token_class))
        if token_class != "cache_write" or is_no_share(shares.one_hour):
            return short
        return _mean(short, values(rate("cache_write_1h")), values(shares.one_hour))


_Rates = TypeVar("_Rates", bound=Table)


class LongPrompt(ClassRates):
    """Rates of a whole call whose prompt has more tokens than a threshold.

    At a threshold of 200,000 a call with 200,000 prompt tokens has the usual rates, one with 200,001 has these for all
    its tokens.
    """

    threshold_tokens: Annotated[int, Field(strict=True, gt=0, le=100_000_000)] = parameter(
        "prompt tokens of a call up to which the usual rates hold", unit="tokens", typical=(32_000, 300_000)
    )


class TokenRates(ClassRates):
    """What a model's tokens cost."""

    long_prompt: LongPrompt | None = parameter(
        "rates of calls with a long prompt, where the list has them", default=None
    )

    @property
    def shares(self) -> RateShares:
        """How much of the tokens has which rate, as far as it is the model's and not a contract's."""
        return RateShares()

    def fixing(self, own: TokenRates) -> TokenRates:
        """Return the rates that a contract fixes for the same model."""
        return own

    def usual(self, token_class: str, shares: RateShares, values: ValueOf) -> Any:
        """Return what a million tokens of a class cost on average, those apart that are counted in long calls."""
        short = self.price(token_class, shares, values)
        if self.long_prompt is None or is_no_share(shares.long):
            return short
        return _mean(short, self.long_prompt.price(token_class, shares, values), values(shares.long))

    def factor(self, months: int, values: Values) -> Array:
        """Return what the rates are multiplied by in each month, (trial, month) or of a shape that broadcasts to it.

        Rates that a contract fixes stay what they are.
        """
        import numpy as np

        return np.ones((1, months))


class ModelRates(TokenRates):
    """What the tokens of a scenario's model cost, and how much of them has which rate.

    Attributes:
        change_per_year: relative change per year where no contract fixes the rates and the market's prices move; in
            month k after the first the rates are (1 + change)^(k / 12) times those of the first month, so -0.4 makes
            10.00 a million 6.00 after 12 months. None for rates that stay.
        exchange: where the market is in another currency whose worth is not certain, what that is worth. The rates are
            converted at its stated value, and in a future in which it is worth r they are r / stated times as much.
        one_hour_share, long_share: see `RateShares`.
    """

    change_per_year: Growth | None = None
    exchange: Positive | None = None
    one_hour_share: Share = NO_SHARE
    long_share: Share = NO_SHARE

    @property
    def shares(self) -> RateShares:
        return RateShares(self.one_hour_share, self.long_share)

    def fixing(self, own: TokenRates) -> TokenRates:
        """Return the rates that a contract fixes: the shares are the model's, whatever the rates."""
        return ModelRates.model_construct(
            **{name: getattr(own, name) for name in TokenRates.model_fields},
            one_hour_share=self.one_hour_share,
            long_share=self.long_share,
        )

    def factor(self, months: int, values: Values) -> Array:
        import numpy as np

        factor = np.ones((1, months))
        if self.change_per_year is not None:
            factor = factor * (1 + values(self.change_per_year))[:, None] ** (np.arange(months) / 12)
        if self.exchange is not None:
            factor = factor * (values(self.exchange) / self.exchange.center)[:, None]
        return factor


def converted(rates: _Rates, rate: float) -> _Rates:
    """Return rates in another currency: every price times a number, those in batches and of long prompts too.

    At 0.90 euros a dollar, 2.00 dollars a million tokens are 1.80 euros.
    """
    parts: dict[str, Any] = {}
    for name, field in type(rates).model_fields.items():
        value = getattr(rates, name)
        if isinstance(value, ClassRates | BatchRates):
            value = converted(value, rate)
        elif isinstance(value, Quantity) and unit_of(field) == _PER_MILLION:
            value = replace(value, law=Fixed(value.center * rate))
        parts[name] = value
    return cast(_Rates, type(rates).model_construct(**parts))


def lacks_one_hour(rates: TokenRates) -> bool:
    """Return whether rates have a price of writing to cache, but none for an hour in it."""
    return any(
        each.cache_write is not None and each.cache_write_1h is None
        for each in (rates, rates.long_prompt)
        if each is not None
    )

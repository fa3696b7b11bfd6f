"""Prices of tokens: own rates, or the public list that the genai-prices package ships (offline, dated by its version).

Rates are per million tokens: USD on the public list (converted at the scenario's exchange rate where that is in another
currency), the scenario's currency where they are its own. In a usage record
cached input is a subset of input and reasoning a subset of output. The meters have already taken cached and written
tokens out of input; reasoning stays inside output, at the output rate.

A class of tokens can have several rates: for what runs in batches, for what the cache keeps an hour, for calls with a
long prompt. `Shares` says how much of it has which; what a million of the class costs is the mean of these rates.
"""

from __future__ import annotations

import datetime
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from importlib.util import find_spec, module_from_spec
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeAlias, TypeVar, cast

from pydantic import Field

from simulator.contracts.names import unknown
from simulator.contracts.price_keys import OWN_RATES, TOOL_FEES, TokenKind, check_keys, class_prices, stated
from simulator.distributions import NONNEGATIVE, Fixed, Quantity, Source
from simulator.errors import ContractError
from simulator.parameters import Growth, Positive, Price, Share, Table, known, parameter, unit_of

if TYPE_CHECKING:
    from genai_prices.types import ModelInfo, ModelPrice, Provider

    from simulator.contracts.meters import Array, Values

LIST_CURRENCY: Final = "USD"
"""What the public price list is in."""
_PER_MILLION: Final = "money per million tokens"
_BATCH: Final = {"processing": "batch"}
"""When the list's own prices in batches hold."""
Get: TypeAlias = Callable[[Quantity], Any]
"""Gives the value of a quantity: a number, or an array (trial,)."""
NONE: Final = known(0)
"""No share of the tokens."""


@dataclass(frozen=True, slots=True)
class Shares:
    """How much of a model's tokens has which of its rates.

    Attributes:
        one_hour: of the tokens written to cache, what is kept for an hour and not for five minutes.
        long: of all tokens, what is in calls with a long prompt, where no call is simulated by itself.
        batch: of all tokens, what runs in batches at the batch rates.
    """

    one_hour: Quantity = NONE
    long: Quantity = NONE
    batch: Quantity = NONE


def is_none(share: Quantity) -> bool:
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

    def price(self, token_class: str, shares: Shares, values: Get) -> Any:
        """Return what a million tokens of a class cost on average, of the type that `values` gives."""
        usual = self._written(token_class, shares, values, self.rate)
        if self.batch is None or is_none(shares.batch):
            return usual
        return _mean(usual, self._written(token_class, shares, values, self.batch_rate), values(shares.batch))

    @staticmethod
    def _written(token_class: str, shares: Shares, values: Get, rate: Callable[[str], Quantity]) -> Any:
        """Return the mean over the lives of the cache of one kind of rate."""
        short = values(rate(token_class))
        if token_class != "cache_write" or is_none(shares.one_hour):
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
    def shares(self) -> Shares:
        """How much of the tokens has which rate, as far as it is the model's and not a contract's."""
        return Shares()

    def fixing(self, own: TokenRates) -> TokenRates:
        """Return the rates that a contract fixes for the same model."""
        return own

    def usual(self, token_class: str, shares: Shares, values: Get) -> Any:
        """Return what a million tokens of a class cost on average, those apart that are counted in long calls."""
        short = self.price(token_class, shares, values)
        if self.long_prompt is None or is_none(shares.long):
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
        one_hour_share, long_share: see `Shares`.
    """

    change_per_year: Growth | None = None
    exchange: Positive | None = None
    one_hour_share: Share = NONE
    long_share: Share = NONE

    @property
    def shares(self) -> Shares:
        return Shares(self.one_hour_share, self.long_share)

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


def list_price(reference: str, on: datetime.date, kind: TokenKind | None = None) -> TokenRates:
    """Return the public list price of a model in USD per million tokens, as it stands on a date.

    Of several dated prices the newest that started on or before the date holds. Works offline.

    Args:
        reference: provider and model as the list names them, for example "openai:gpt-5-mini".
        kind: what all its tokens are, where the list prices kinds of token apart; None where that is not said.

    Raises:
        ContractError: for an unknown provider or model (naming the nearest and the version of the list), or a price
            that cannot be told from classes of tokens.
    """
    model = _find(reference)
    listed = stated(_in_force(model, reference, on))
    usual = class_prices(listed, kind)
    for needed in ("input", "output"):
        if needed not in usual:
            raise ContractError(
                f"the price list ({list_version()}) has no {needed} rate for {reference!r}; use a text model"
            )
    in_batches = _in_batches(model, on)
    check_keys({**in_batches, **listed}, reference, kind)
    batch = class_prices(in_batches, kind)
    of_kind = "" if kind is None else f", as {kind}"
    source = Source(kind="published", source=f"{list_version()}, {reference}{of_kind}")
    base = _rates(usual, batch, source, above=False)
    threshold = _threshold([*usual.values(), *batch.values()], reference)
    if threshold is not None:
        base["long_prompt"] = LongPrompt(threshold_tokens=threshold, **_rates(usual, batch, source, above=True))
    return TokenRates(**base)


def first_change(
    reference: str, on: datetime.date, before: datetime.date, kind: TokenKind | None = None
) -> datetime.date | None:
    """Return the first day after a date, and before another, from which a class of tokens has another list price.

    Raises:
        ContractError: for an unknown provider or model, or a date without a price.
    """
    model = _find(reference)
    dated = model.prices if isinstance(model.prices, list) else []
    starts = {start for entry in dated if (start := getattr(entry.constraint, "start_date", None)) is not None}

    def prices(day: datetime.date) -> dict[str, Any]:
        return class_prices(stated(_in_force(model, reference, day)), kind)

    return next((day for day in sorted(starts) if on < day < before and prices(day) != prices(on)), None)


def tool_fees(reference: str, on: datetime.date) -> dict[str, float]:
    """Return what the list charges for a thousand uses of each tool of the provider, by what the uses are called.

    Raises:
        ContractError: for an unknown provider or model, or a date without a price.
    """
    listed = stated(_in_force(_find(reference), reference, on))
    return {words: float(listed[key]) for key, words in TOOL_FEES.items() if key in listed}


@cache
def list_version() -> str:
    """Return the name and version of the package that carries the price list, which dates it."""
    from importlib.metadata import version

    return f"genai-prices {version('genai-prices')}"


def _providers() -> list[Provider]:
    with _bare_package("genai_prices"):
        from genai_prices import data_snapshot

        return list(data_snapshot.get_snapshot().providers)


@contextmanager
def _bare_package(name: str) -> Iterator[None]:
    """Let modules of a package be imported without its `__init__`, unless that has run already.

    The list's own `__init__` imports its updater, and with that an HTTP client, which takes four times as long as all
    that is read here. Whoever imports the package later gets all of it, with the same modules.
    """
    spec = None if name in sys.modules else find_spec(name)
    if spec is None:
        yield
        return
    sys.modules[name] = module_from_spec(spec)
    try:
        yield
    finally:
        del sys.modules[name]


def _find(reference: str) -> ModelInfo:
    provider_id, colon, model_id = reference.partition(":")
    if not colon:
        raise ContractError(
            f"a list price is written as provider:model, for example openai:gpt-5-mini, not {reference!r}"
        )
    providers = {provider.id: provider for provider in _providers()}
    if provider_id not in providers:
        raise ContractError(f"{unknown('provider', provider_id, providers)} (price list: {list_version()})")
    models = {model.id: model for model in providers[provider_id].models}
    if model_id not in models:
        raise ContractError(f"{unknown(f'model of {provider_id}', model_id, models)} (price list: {list_version()})")
    return models[model_id]


def _in_force(model: ModelInfo, reference: str, on: datetime.date) -> ModelPrice:
    """Return the prices in force on a date; several stand in the list with the newest last."""
    if not isinstance(model.prices, list):
        return model.prices
    started = []
    for entry in model.prices:
        start = getattr(entry.constraint, "start_date", None)
        if entry.constraint is not None and start is None:
            raise ContractError(f"the price of {reference!r} depends on the hour of the day; {OWN_RATES} instead")
        if start is None or start <= on:
            started.append((start or datetime.date.min, entry.prices))
    if not started:
        raise ContractError(
            f"the price list ({list_version()}) has no price for {reference!r} on {on}; {OWN_RATES} instead"
        )
    return max(started, key=lambda dated: dated[0])[1]


def _in_batches(model: ModelInfo, on: datetime.date) -> dict[str, Any]:
    """Return the list's own prices in batches on a date, by key; of several the first holds, as the list says."""
    found: dict[str, Any] = {}
    for variant in model.price_variants or ():
        start = getattr(variant.constraint, "start_date", None)
        if variant.when == _BATCH and (variant.constraint is None or (start is not None and start <= on)):
            found = stated(variant.prices) | found
    return found


def _threshold(prices: list[Any], reference: str) -> int | None:
    starts = {tier.start for price in prices for tier in getattr(price, "tiers", ())}
    if len(starts) > 1:
        raise ContractError(
            f"the price of {reference!r} changes at several prompt lengths ({', '.join(map(str, sorted(starts)))}); "
            "one is supported: give rates = { input, output, long_prompt } instead"
        )
    return starts.pop() if starts else None


def _rates(usual: dict[str, Any], batch: dict[str, Any], source: Source, above: bool) -> dict[str, Any]:
    """Return the fields of `ClassRates`, of calls up to the threshold or above it."""
    rates: dict[str, Any] = {name: _quantity(price, source, above) for name, price in usual.items()}
    if batch:
        rates["batch"] = BatchRates(**{name: _quantity(price, source, above) for name, price in batch.items()})
    return rates


def _quantity(price: Any, source: Source, above: bool) -> Quantity:
    tiers = getattr(price, "tiers", ())
    amount = tiers[0].price if above and tiers else getattr(price, "base", price)
    return Quantity(Fixed(float(amount)), NONNEGATIVE, source)

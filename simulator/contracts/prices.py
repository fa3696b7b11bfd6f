"""Prices of tokens: own rates, or the public list that the genai-prices package ships (offline, dated by its version).

Rates are per million tokens: USD on the public list, the scenario's currency where they are its own. In a usage record
cached input is a subset of input and reasoning a subset of output. The meters have already taken cached and written
tokens out of input; reasoning stays inside output, at the output rate.
"""

from __future__ import annotations

import datetime
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec, module_from_spec
from typing import TYPE_CHECKING, Annotated, Any, Final

from pydantic import Field

from simulator.contracts.names import unknown
from simulator.distributions import NONNEGATIVE, Fixed, Quantity, Source
from simulator.errors import ContractError
from simulator.parameters import Growth, Price, Table, parameter

if TYPE_CHECKING:
    from genai_prices.types import ModelInfo, ModelPrice, Provider

    from simulator.contracts.meters import Array, Values

_PER_MILLION: Final = "money per million tokens"
_LIST_KEYS: Final = {
    "input": "input_mtok",
    "cached_input": "cache_read_mtok",
    "cache_write": "cache_write_mtok",
    "output": "output_mtok",
}
_OWN_RATES: Final = "give rates = { input, output }"
_NOT_BY_TOKEN_CLASS: Final = {
    "output_reasoning_mtok": "prices reasoning apart from output",
    "requests_kcount": "charges for each request",
}


class ClassRates(Table):
    """Rates of the four classes of tokens; a class without a rate of its own is priced as input."""

    input: Price = parameter(
        "prompt tokens neither read from cache nor written to it", unit=_PER_MILLION, typical=(0.05, 15)
    )
    cached_input: Price | None = parameter(
        "prompt tokens read from cache; the input rate without it", unit=_PER_MILLION, typical=(0.01, 2), default=None
    )
    cache_write: Price | None = parameter(
        "prompt tokens written to cache; the input rate without it", unit=_PER_MILLION, typical=(0.05, 20), default=None
    )
    output: Price = parameter("tokens written by the model, reasoning included", unit=_PER_MILLION, typical=(0.2, 75))

    def rate(self, token_class: str) -> Quantity:
        """Return the rate per million tokens of a class."""
        own: Quantity | None = getattr(self, token_class)
        return self.input if own is None else own


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

    def factor(self, months: int, values: Values) -> Array:
        """Return what the rates are multiplied by in each month, (trial, month) or of a shape that broadcasts to it.

        Rates that a contract fixes stay what they are.
        """
        import numpy as np

        return np.ones((1, months))


class MarketRates(TokenRates):
    """What a model's tokens cost on the market, where prices move: no contract fixes them.

    Attributes:
        change_per_year: relative change per year; in month k after the first the rates are (1 + change)^(k / 12) times
            those of the first month, so -0.4 makes 10.00 a million 6.00 after 12 months.
    """

    change_per_year: Growth

    def factor(self, months: int, values: Values) -> Array:
        import numpy as np

        return np.asarray((1 + values(self.change_per_year))[:, None] ** (np.arange(months) / 12))


def list_price(reference: str, on: datetime.date) -> TokenRates:
    """Return the public list price of a model in USD per million tokens, as it stands on a date.

    Of several dated prices the newest that started on or before the date holds. Works offline.

    Args:
        reference: provider and model as the list names them, for example "openai:gpt-5-mini".

    Raises:
        ContractError: for an unknown provider or model (naming the nearest and the version of the list), or a price
            that cannot be told from classes of tokens.
    """
    model = _find(reference)
    prices = _in_force(model, reference, on)
    for key, reason in _NOT_BY_TOKEN_CLASS.items():
        if getattr(prices, key, None) is not None:
            raise ContractError(f"the price list {reason} for {reference!r}; {_OWN_RATES} instead")
    source = Source(kind="published", source=f"{list_version()}, {reference}")
    base = _rates(prices, reference, source, above=None)
    threshold = _threshold(prices, reference)
    if threshold is not None:
        base["long_prompt"] = LongPrompt(
            threshold_tokens=threshold, **_rates(prices, reference, source, above=threshold)
        )
    return TokenRates(**base)


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
            raise ContractError(f"the price of {reference!r} depends on the hour of the day; {_OWN_RATES} instead")
        if start is None or start <= on:
            started.append((start or datetime.date.min, entry.prices))
    if not started:
        raise ContractError(
            f"the price list ({list_version()}) has no price for {reference!r} on {on}; {_OWN_RATES} instead"
        )
    return max(started, key=lambda dated: dated[0])[1]


def _threshold(prices: ModelPrice, reference: str) -> int | None:
    starts = {tier.start for key in _LIST_KEYS.values() for tier in getattr(getattr(prices, key, None), "tiers", ())}
    if len(starts) > 1:
        raise ContractError(
            f"the price of {reference!r} changes at several prompt lengths ({', '.join(map(str, sorted(starts)))}); "
            "one is supported: give rates = { input, output, long_prompt } instead"
        )
    return starts.pop() if starts else None


def _rates(prices: ModelPrice, reference: str, source: Source, above: int | None) -> dict[str, Any]:
    rates: dict[str, Any] = {}
    for token_class, key in _LIST_KEYS.items():
        price = getattr(prices, key, None)
        if price is None:
            if token_class in ("input", "output"):
                raise ContractError(
                    f"the price list ({list_version()}) has no {token_class} rate for {reference!r}; use a text model"
                )
            continue
        tiers = getattr(price, "tiers", ())
        amount = getattr(price, "base", price) if above is None or not tiers else tiers[0].price
        rates[token_class] = Quantity(Fixed(float(amount)), NONNEGATIVE, source)
    return rates

"""The public list of token prices that the genai-prices package ships (offline, dated by its version), in USD."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec, module_from_spec
from typing import TYPE_CHECKING, Any, Final

from simulator.contracts.names import unknown
from simulator.contracts.price_keys import OWN_RATES, TOOL_FEES, TokenKind, check_keys, class_prices, stated
from simulator.contracts.prices import BatchRates, LongPrompt, TokenRates
from simulator.distributions import NONNEGATIVE, Fixed, Quantity, Source
from simulator.errors import ContractError

if TYPE_CHECKING:
    from genai_prices.types import ModelInfo, ModelPrice, Provider

LIST_CURRENCY: Final = "USD"
"""What the list is in."""
_BATCH: Final = {"processing": "batch"}
"""When the list's own prices in batches hold."""


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

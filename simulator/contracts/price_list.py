"""The public list of token prices that the genai-prices package ships (offline, dated by its version), in USD."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from simulator.contracts.names import unknown
from simulator.contracts.price_keys import OWN_RATES, TOOL_FEES, TokenKind, check_keys, class_prices
from simulator.contracts.price_table import PACKAGE, ListedModel, Providers, Rate, Tiered, base_of, listed_models
from simulator.contracts.prices import BatchRates, LongPrompt, TokenRates
from simulator.distributions import NONNEGATIVE, Fixed, Quantity, Source
from simulator.errors import ContractError

LIST_CURRENCY: Final = "USD"
"""What the list is in."""


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
    listed = _in_force(model, reference, on)
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
    starts = {each.start for each in model.prices}

    def prices(day: datetime.date) -> dict[str, Rate]:
        return class_prices(_in_force(model, reference, day), kind)

    return next((day for day in sorted(starts) if on < day < before and prices(day) != prices(on)), None)


def tool_fees(reference: str, on: datetime.date) -> dict[str, float]:
    """Return what the list charges for a thousand uses of each tool of the provider, by what the uses are called.

    Raises:
        ContractError: for an unknown provider or model, or a date without a price.
    """
    listed = _in_force(_find(reference), reference, on)
    return {words: base_of(listed[key]) for key, words in TOOL_FEES.items() if key in listed}


@cache
def list_version() -> str:
    """Return the name and version of the package that carries the price list, which dates it."""
    from importlib.metadata import version

    return f"{PACKAGE} {version(PACKAGE)}"


def _models() -> Providers:
    return listed_models()


def _find(reference: str) -> ListedModel:
    provider, colon, name = reference.partition(":")
    if not colon:
        raise ContractError(
            f"a list price is written as provider:model, for example openai:gpt-5-mini, not {reference!r}"
        )
    providers = _models()
    if provider not in providers:
        raise ContractError(f"{unknown('provider', provider, providers)} (price list: {list_version()})")
    models = providers[provider]
    if name not in models:
        raise ContractError(f"{unknown(f'model of {provider}', name, models)} (price list: {list_version()})")
    return ListedModel.read(models[name])


def _in_force(model: ListedModel, reference: str, on: datetime.date) -> Mapping[str, Rate]:
    """Return the prices in force on a date; several stand in the list with the newest last."""
    if any(each.by_the_hour for each in model.prices):
        raise ContractError(f"the price of {reference!r} depends on the hour of the day; {OWN_RATES} instead")
    started = [each for each in model.prices if each.start <= on]
    if not started:
        raise ContractError(
            f"the price list ({list_version()}) has no price for {reference!r} on {on}; {OWN_RATES} instead"
        )
    return max(started, key=lambda dated: dated.start).rates


def _in_batches(model: ListedModel, on: datetime.date) -> dict[str, Rate]:
    """Return the list's own prices in batches on a date, by key; of several the first holds, as the list says."""
    found: dict[str, Rate] = {}
    for each in model.batches:
        if each.start <= on:
            found = {**each.rates, **found}
    return found


def _threshold(prices: list[Rate], reference: str) -> int | None:
    starts = {start for price in prices if isinstance(price, Tiered) for start, _ in price.tiers}
    if len(starts) > 1:
        raise ContractError(
            f"the price of {reference!r} changes at several prompt lengths ({', '.join(map(str, sorted(starts)))}); "
            "one is supported: give rates = { input, output, long_prompt } instead"
        )
    return starts.pop() if starts else None


def _rates(usual: dict[str, Rate], batch: dict[str, Rate], source: Source, above: bool) -> dict[str, Any]:
    """Return the fields of `ClassRates`, of calls up to the threshold or above it."""
    rates: dict[str, Any] = {name: _quantity(price, source, above) for name, price in usual.items()}
    if batch:
        rates["batch"] = BatchRates(**{name: _quantity(price, source, above) for name, price in batch.items()})
    return rates


def _quantity(price: Rate, source: Source, above: bool) -> Quantity:
    amount = price.tiers[0][1] if above and isinstance(price, Tiered) else base_of(price)
    return Quantity(Fixed(amount), NONNEGATIVE, source)

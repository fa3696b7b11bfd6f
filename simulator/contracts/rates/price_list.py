"""The public list of token prices that the genai-prices package ships (offline, dated by its version), in USD.

The list names a price by what it is for: `input_mtok` is a million prompt tokens, `cache_audio_read_mtok` a million
audio tokens read from cache, `requests_kcount` a thousand requests. A key that is not known here is refused, so that a
price which the list adds one day is never left out without a word.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, Final, Literal, get_args

from simulator.contracts.rates.price_table import (
    PACKAGE,
    ByPromptLength,
    ListedModel,
    Providers,
    Rate,
    listed_models,
    usual_price,
)
from simulator.contracts.rates.token_rates import BatchRates, LongPrompt, TokenRates
from simulator.contracts.wording import number, unknown
from simulator.errors import ContractError
from simulator.quantities.distributions import NONNEGATIVE, Fixed, Quantity, Source

LIST_CURRENCY: Final = "USD"
"""What the list is in."""
TokenKind = Literal["text", "audio", "image", "video"]
"""Kinds of token that the list may price apart."""
_KEYS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "input": ("input_mtok", "input_{}_mtok"),
        "cached_input": ("cache_read_mtok", "cache_{}_read_mtok"),
        "cache_write": ("cache_write_mtok", "cache_{}_write_mtok"),
        "cache_write_1h": ("cache_write_1h_mtok", "cache_{}_write_1h_mtok"),
        "output": ("output_mtok", "output_{}_mtok"),
    }
)
"""Rates of `ClassRates` with the list's key for tokens of any kind, and for those of one kind."""
TOOL_FEES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "web_searches_kcount": "web searches",
        "social_searches_kcount": "searches of social media",
        "storage_searches_kcount": "searches of stored files",
        "code_executions_kcount": "runs of code",
    }
)
"""Fees for tools that the provider runs, with what they are called: owed only by who switches such a tool on."""
_NOT_BY_TOKEN_CLASS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "output_reasoning_mtok": "prices reasoning apart from output",
        "output_citation_mtok": "prices citations apart from output",
        "requests_kcount": "charges for each request",
    }
)
OWN_RATES: Final = "give rates = { input, output }"


def class_prices(listed: Mapping[str, Rate], kind: TokenKind | None) -> dict[str, Rate]:
    """Return the list's prices by rate of `ClassRates`; a rate is left out where the list has none.

    A kind that is priced apart has its own price where there is one, else the usual one; but its prompt read from cache
    or written there has the kind's price of a fresh prompt, not the usual price of the cache, which is of other tokens.
    """
    found = {}
    apart = kind is not None and _KEYS["input"][1].format(kind) in listed
    for rate, (usual, of_kind) in _KEYS.items():
        own = listed.get(of_kind.format(kind))
        if own is None and not (apart and rate.startswith("cache")):
            own = listed.get(usual)
        if own is not None:
            found[rate] = own
    return found


def check_keys(listed: Mapping[str, Rate], reference: str, kind: TokenKind | None) -> None:
    """Refuse what the list prices apart and the simulation does not tell apart.

    Raises:
        ContractError: with the way out: a `token_kind`, or own rates.
    """
    known = {usual for usual, _ in _KEYS.values()} | set(TOOL_FEES)
    by_kind: dict[str, list[str]] = {}
    for key in listed:
        of = [each for each in get_args(TokenKind) if each != "text" and each in key.split("_")]
        if of:
            by_kind.setdefault(of[0], []).append(key)
        elif key not in known:
            reason = _NOT_BY_TOKEN_CLASS.get(key, f"has a price that is not of a class of tokens, {key},")
            raise ContractError(f"the price list {reason} for {reference!r}; {OWN_RATES} instead")
    if kind is None and by_kind:
        raise ContractError(_undecided(listed, reference, by_kind))
    if kind is not None and kind != "text":
        _check_kind(reference, kind, by_kind.get(kind, ()))


def _undecided(listed: Mapping[str, Rate], reference: str, kinds: Mapping[str, Collection[str]]) -> str:
    """Return the message for tokens of which it is not said what kind they are."""
    names = list(kinds)
    choice = " or ".join(f'"{each}"' for each in ("text", *(name for name in names if not _beyond(name, kinds[name]))))
    return (
        f"the price list prices {_and(names)} apart for {reference!r} ({'; '.join(_beside(listed, names))}), and the "
        f"simulation does not tell kinds of token apart; say token_kind = {choice} if all its tokens are of one kind, "
        "or give rates = { input, cached_input, output } of your own mixture"
    )


def _beside(listed: Mapping[str, Rate], kinds: Iterable[str]) -> Iterable[str]:
    """Yield what a million tokens cost as text and as other kinds, and what else these kinds cost."""
    for rate in ("input", "output"):
        usual, of_kind = _KEYS[rate]
        own = {each: listed[of_kind.format(each)] for each in kinds if of_kind.format(each) in listed}
        if own and usual in listed:
            amounts = {"text": listed[usual], **own}
            yield f"{rate} " + ", ".join(f"{_amount(price)} as {each}" for each, price in amounts.items())
    if "audio_hours" in listed:
        yield f"{_amount(listed['audio_hours'])} an hour of audio"


def _check_kind(reference: str, kind: str, keys: Collection[str]) -> None:
    """Refuse a kind that the list does not price apart, or does not price by the token alone."""
    other = _beyond(kind, keys)
    if not keys:
        raise ContractError(
            f'the price list has no price of {kind} tokens apart for {reference!r}; remove token_kind = "{kind}": all '
            "kinds have the same price"
        )
    if other:
        raise ContractError(
            f"the price list prices {kind} of {reference!r} by more than the token ({', '.join(other)}), which the "
            f"simulation does not count; {OWN_RATES} instead"
        )


def _beyond(kind: str, keys: Iterable[str]) -> list[str]:
    """Return the prices of a kind that are not of its tokens, as those by the hour."""
    classes = {of_kind.format(kind) for _, of_kind in _KEYS.values()}
    return [key for key in keys if key not in classes]


def _amount(price: Rate) -> str:
    return number(usual_price(price))


def _and(names: list[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


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
    return {words: usual_price(listed[key]) for key, words in TOOL_FEES.items() if key in listed}


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
    starts = {start for price in prices if isinstance(price, ByPromptLength) for start, _ in price.tiers}
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
    amount = price.tiers[0][1] if above and isinstance(price, ByPromptLength) else usual_price(price)
    return Quantity(Fixed(amount), NONNEGATIVE, source)

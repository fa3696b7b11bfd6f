"""What the keys of the public price list mean: which price a class of tokens has, and what no class of tokens pays.

The list names a price by what it is for: `input_mtok` is a million prompt tokens, `cache_audio_read_mtok` a million
audio tokens read from cache, `requests_kcount` a thousand requests. A key that is not known here is refused, so that a
price which the list adds one day is never left out without a word.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal, get_args

from simulator.contracts.names import number
from simulator.contracts.price_table import base_of
from simulator.errors import ContractError

if TYPE_CHECKING:
    from simulator.contracts.price_table import Rate

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
    return number(base_of(price))


def _and(names: list[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)

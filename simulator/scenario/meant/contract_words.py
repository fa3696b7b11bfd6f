"""What people write for the terms of a contract, and the key that means it, spelled out with their own number.

A near spelling is not a near meaning: `minimum = 5_000` on a contract per resolution is 5,000 resolutions, and the key
nearest in spelling, `yearly_minimum`, is money. So words are read by what they say: what is bounded or given (a
minimum, a cap, an allowance ...), whether in units or in money, and over a month or a year. Where a word leaves two
meanings open both are spelled out, each with what it does. `terms_tables` has the same for tables within a contract.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from simulator.scenario.key_paths import Path
from simulator.scenario.meant.doubts import in_both_readings
from simulator.scenario.meant.spelled import are_tiers, figure, share_of, tiers_of
from simulator.scenario.meant.table_words import of_table
from simulator.scenario.meant.term_words import SAID, WrongKeyPlace
from simulator.scenario.schema.shapes import at

_NOUNS: Final[Mapping[str, str]] = {
    "per_resolution": "resolutions", "per_conversation": "conversations", "per_message": "messages",
    "per_minute": "minutes", "per_action": "actions", "per_session": "sessions", "per_seat": "seats",
}  # fmt: skip
"""What a type of contract counts; the others bill several things, or tokens."""
_SAME_WORD: Final = 0.9
"""Likeness from which on a key is a slip of the pen: monthly_minimun, but not monthly_maximum for monthly_minimum."""


def as_term(path: Path, value: Any, raw: Mapping[str, Any]) -> str | None:
    """Return how a key that a contract does not have is written, or None if it says nothing that is known here.

    Args:
        path: of the key, which the contract or a table in it does not have.
        value: what was written for it.
        raw: the whole scenario as written.
    """
    contract, inner = _contract_of(path, raw)
    if contract is None:
        return None
    return in_both_readings(str(path[-1]), value, lambda read: _as_term(contract, inner, read, raw))


def _as_term(contract: Mapping[str, Any], inner: Path, value: Any, raw: Mapping[str, Any]) -> str | None:
    """Return what `as_term` does for a value whose numbers have one reading."""
    words = _words(str(inner[-1]))
    asked = WrongKeyPlace(
        words, value, figure(value), _noun(contract), str(contract.get("currency") or raw.get("currency") or "USD"),
        flat="price" in contract and str(contract.get("type")) in _NOUNS and contract.get("type") != "per_seat",
    )  # fmt: skip
    if len(inner) > 1:
        return of_table(inner, "_".join(words), value)
    return next((answer for told, said in SAID if told(words) and (answer := said(asked))), None)


def is_slip(key: str, known: Iterable[str]) -> bool:
    """Return whether a key differs from a known one by a letter or so: then its meaning is not in question."""
    return bool(difflib.get_close_matches(key.lower(), list(known), n=1, cutoff=_SAME_WORD))


def instead_of_table(path: Path, value: Any, raw: Mapping[str, Any]) -> str | None:
    """Return how a term of a contract is written that takes a table or a list, where a single value was written."""
    contract, inner = _contract_of(path, raw)
    if contract is None or len(inner) != 1:
        return None
    key = str(inner[0])
    price = key == "tiers" and not isinstance(value, list | dict)
    return in_both_readings(key, value, lambda read: _as_table(contract, key, read), price)


def _as_table(contract: Mapping[str, Any], key: str, value: Any) -> str | None:
    """Return what `instead_of_table` does for a value whose numbers have one reading."""
    if (key == "tiers" and isinstance(value, list | dict)) or (key == "price" and are_tiers(value)):
        return tiers_of(value)
    number = figure(value)
    if number == "N":
        return None
    noun = _noun(contract) or "units"
    share = share_of(number)
    taken_off = f"[{{ amount = {number} }}] for money off a month"
    if float(share.replace("_", "")) <= 1:
        taken_off = f"[{{ share = {share} }}] for a share off, or {taken_off}"
    forms: dict[str, str] = {
        "commitment": f'write {{ units = {number}, period = "month" }} for {noun} that are owed at least, or '
        f'{{ amount = {number}, period = "year" }} for money; period is month, year or term',
        "limit": f'write {{ units = {number} }}: after so many {noun} in a month the AI stops and people take over; '
        "the most that a month's invoice comes to is maximum_per_month",
        "free_units": f'write [{{ units = {number}, span = "once" }}]; span is month, year or once',
        "free": f'write {{ units = {number} }}; span = "year" or "once" may stand beside it',
        "discounts": f"write {taken_off}",
        "price_changes": f"write [{{ from_month = 13, factor = {number} }}]: what prices are multiplied by from a month on",
        "escalator": f"write {{ growth = {share}, every_months = 12 }}: growth of prices at each renewal",
        "prepaid": f"write {{ packs = [{{ amount = {number}, price = {number} }}] }}: what credits pay for, and cost",
        "one_time_fees": f"write [{{ amount = {number} }}]",
        "package": f"write {{ size = {number}, price = N }}: units in a package, and what it costs",
        "tiers": f"write price = {number} for one price, or tiers = [{{ up_to = 1_000, rate = {number} }}, {{ rate = N }}]",
        "guarantee": f'write {{ definition = "assumed_24h", rate = {share}, share = 0.1 }}: the rate, and what is given '
        "back once it is missed",
        "delay": f"write {{ share = {share}, months = 1 }}: the share of units that is final later",
    }  # fmt: skip
    return forms.get(key)


def _contract_of(path: Path, raw: Mapping[str, Any]) -> tuple[Mapping[str, Any] | None, Path]:
    """Return the contract that a path lies in, and the rest of the path."""
    start = 2 if path[:1] == ("contracts",) or path[:2] == ("today", "terms") else 0
    contract = at(raw, path[:start])
    return (contract, path[start:]) if start and len(path) > start and isinstance(contract, Mapping) else (None, path)


def _noun(contract: Mapping[str, Any]) -> str:
    return _NOUNS.get(str(contract.get("type")), "")


def _words(key: str) -> tuple[str, ...]:
    """Return the words of a key in small letters: those of minimumUnits, minimum-units and MINIMUM_UNITS are the same."""
    apart = re.sub(r"([a-z])([A-Z])", r"\1_\2", key)
    return tuple(word for word in re.split(r"[^a-z0-9]+", apart.lower()) if word)

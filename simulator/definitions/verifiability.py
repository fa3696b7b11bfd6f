"""Verifiability: who holds the columns that a definition reads, hence who can recount it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from simulator.records import BY_NAME, Holder

_IN_BUYERS_DATA: Final = ("buyer", "both")


@dataclass(frozen=True, slots=True)
class Verifiability:
    """Whether the buyer can recount a definition in its own data.

    Attributes:
        holders: each column of the record that is read, with who holds it.
        countable_by_buyer: whether the buyer holds every one of them.
        sentence: the verdict in words.
    """

    holders: tuple[tuple[str, Holder], ...]
    countable_by_buyer: bool
    sentence: str


def verifiability(columns: Iterable[str]) -> Verifiability:
    """Return the verdict for the columns of the record that a definition reads."""
    holders = tuple((column, BY_NAME[column].held_by) for column in columns)
    elsewhere = tuple((column, holder) for column, holder in holders if holder not in _IN_BUYERS_DATA)
    return Verifiability(holders, not elsewhere, _sentence(elsewhere))


def _sentence(elsewhere: tuple[tuple[str, Holder], ...]) -> str:
    if not elsewhere:
        return "you can recount this in your own data"
    names = ", ".join(column for column, _ in elsewhere)
    if [column for column, _ in elsewhere] == ["judged_resolved"]:
        return "needs the vendor's verdict (judged_resolved)"
    if all(holder == "vendor_or_logs" for _, holder in elsewhere):
        return f"needs the vendor's logs ({names}): write into the contract that you get them"
    return f"needs the vendor's data ({names})"

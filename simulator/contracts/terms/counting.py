"""What a term counts: the one unit that a contract bills in each month, or the one that the term names.

A term in units never counts the first of several charges, as that would make a bill depend on the order in which they
are written. Where several could be meant, it names one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from simulator.contracts.charges import Charge, TokenCharge
from simulator.contracts.composite import Highest, PercentOf
from simulator.contracts.discounts import family_of
from simulator.contracts.in_force import in_force, starts
from simulator.contracts.kinds.metered import METERS
from simulator.contracts.meters import CONVERSATIONS, label_of, own_of
from simulator.contracts.names import unknown
from simulator.contracts.seats import SeatCharge
from simulator.contracts.units import Adjusted, CardEntry
from simulator.contracts.wrapped import Wrapped, innermost

CREDITS: Final = "credits"
"""What the credits of a rate card are called where a term names what it counts."""


@dataclass(frozen=True, slots=True)
class Countable:
    """What a charge bills.

    Attributes:
        name: how a term names it, as in "resolutions" or "credits".
        entries: the meter at one for each of its units, or the rate card of credits.
    """

    name: str
    entries: tuple[CardEntry, ...]

    @property
    def words(self) -> str:
        """What it is, as in "resolutions (assumed_24h)" or "credits of AI replies and actions"."""
        if self.name == CREDITS:
            return f"credits of {' and '.join(label_of(entry.meter) for entry in self.entries)}"
        return label_of(self.entries[0].meter)


Spans: TypeAlias = tuple[tuple[int, tuple[Countable, ...]], ...]
"""First month of a span, and what is billed in it, each once."""


def of_meter(key: str, unit: float = 1.0) -> Countable:
    """Return the units of a meter, each so many of what is counted."""
    return Countable(family_of(key), (CardEntry(key, unit),))


def unit_of(key: str, usage: Sequence[Charge]) -> float:
    """Return how much of the unit of its charge one of a meter is: a quarter for steps of 15 seconds of minutes."""
    found = [each for charge in usage for each in _adjusted(charge) if each.conversion and each.conversion.is_unit]
    return next((1.0 / each.conversion.divide_by for each in found if each.conversion and key in each.meters), 1.0)


def _adjusted(charge: Charge) -> Iterator[Adjusted]:
    while isinstance(charge, Wrapped):
        if isinstance(charge, Adjusted):
            yield charge
        charge = charge.inner


def countables(charge: Charge) -> tuple[Countable, ...]:
    """Return what a charge bills: of the highest of several, what each of them does; of seats and shares, nothing."""
    card = next((each.card for each in _adjusted(charge) if each.card), None)
    if card is not None:
        return (Countable(CREDITS, tuple(card)),)
    inner = innermost(charge)
    if isinstance(inner, Highest):
        return tuple(dict.fromkeys(each for part in inner.charges for each in countables(part)))
    if isinstance(inner, SeatCharge | PercentOf):
        return ()
    return (of_meter(charge.unit_meter, unit_of(charge.unit_meter, [charge])),)


def billed_in_spans(usage: Sequence[Charge], name: str | None = None) -> Spans:
    """Return what charges for use bill from month to month; with a name, the meters that they read of that name.

    Conversations are known of every contract: one that bills none may name them, and means all that are handled.
    """
    found = []
    for start in starts(usage):
        held = [charge for charge in usage if in_force(charge, start)]
        found.append((start, tuple(dict.fromkeys(each for charge in held for each in _named(charge, name)))))
    if not any(billed for _, billed in found) and name in (None, CONVERSATIONS):
        return ((1, (of_meter(CONVERSATIONS),)),)
    return tuple(found)


def _named(charge: Charge, name: str | None) -> list[Countable]:
    """Return what a charge bills of a name; a line of a rate card has its own beside that of the credits."""
    if name is None or name == CREDITS:
        return [each for each in countables(charge) if name in (None, each.name)]
    return [of_meter(key, unit_of(key, [charge])) for key in charge.meters if family_of(key) == name]


def several(spans: Spans) -> tuple[Countable, ...]:
    """Return what is billed at once in the first span with more than one thing; empty where each has at most one."""
    return next((billed for _, billed in spans if len(billed) > 1), ())


def names_of(usage: Sequence[Charge]) -> list[str]:
    """Return the names of all that charges for use bill, in any month, each once."""
    return list(dict.fromkeys(each.name for charge in usage for each in countables(charge)))


def bills_tokens(charge: Charge) -> bool:
    """Return whether tokens by model and class stand in a charge, which no free unit of another meter lowers."""
    return isinstance(innermost(charge), TokenCharge)


def known_name(value: str | None, *more: str) -> str | None:
    """Check the name of what a term counts: a meter that a charge may name, or one of some more names.

    Raises:
        ValueError: naming the nearest.
    """
    names = (*METERS, *more)
    if value is not None and value not in names and own_of(value) is None:
        raise ValueError(unknown("meter", value, names))
    return value

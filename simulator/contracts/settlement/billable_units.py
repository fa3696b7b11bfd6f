"""What a contract bills in which months: its billable units, and the one unit that a term of settlement counts.

A term in units never counts the first of several charges, as that would make a bill depend on the order in which they
are written. Where several could be meant, it names one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from simulator.contracts.metering.contract_months import until_next
from simulator.contracts.metering.meters import CONVERSATIONS, RESOLUTIONS, family_of, label_of
from simulator.contracts.metering.segments import segment_of, whole_of
from simulator.contracts.prices.charge import Charge, ChargeAround, families_of, innermost
from simulator.contracts.prices.charge_terms import During
from simulator.contracts.prices.derived_charges import DerivedCharge, Highest, PercentOf
from simulator.contracts.prices.metered import CARD_CREDITS
from simulator.contracts.prices.priced_units import Adjusted
from simulator.contracts.prices.rate_card import CardEntry
from simulator.contracts.prices.seats import SeatCharge
from simulator.contracts.prices.token_charge import TokenCharge
from simulator.contracts.wording import unknown
from simulator.errors import Problem

if TYPE_CHECKING:
    from simulator.arrays import Array


UnitSchedule: TypeAlias = tuple[tuple[int, tuple[str, ...]], ...]
"""First month, and the meters of the units that are billed from it on, until the next entry."""
Held = TypeVar("Held")


def bills_in(charge: Charge, month: int) -> bool:
    """Return whether a charge bills in a month counted from 1; one made of others bills where one of these does."""
    if isinstance(charge, During) and not charge.months.has(month):
        return False
    if isinstance(charge, ChargeAround):
        return bills_in(charge.inner, month)
    return not isinstance(charge, DerivedCharge) or any(bills_in(each, month) for each in charge.charges)


def unit_schedule(usage: Sequence[Charge]) -> UnitSchedule:
    """Return the meters of the billable units of charges for use, from month to month.

    Of the charges in force in a month the first that counts something says the unit, as seats count nothing; where that
    counts conversations or resolutions, further charges that do so for other conversations add theirs. Narrow intents
    per resolution and the rest per conversation have two; resolutions and conversations of the same intents have one. A
    definition that changes in month 13 gives ((1, first), (13, second)); months in which nothing bills by use have no
    unit. Without any charge for use the unit is the handled conversation.
    """
    if not usage:
        return ((1, (CONVERSATIONS,)),)
    schedule: list[tuple[int, tuple[str, ...]]] = []
    for start in starts(usage):
        units = _units_at_once([charge for charge in usage if bills_in(charge, start)])
        if not schedule or schedule[-1][1] != units:
            schedule.append((start, units))
    return tuple(schedule)


def counting(usage: Sequence[Charge]) -> Sequence[Charge]:
    """Return the charges for use that count something, as resolutions above those that seats include; else all."""
    return [charge for charge in usage if countables(charge)] or usage


def lines_by_unit(usage: Sequence[Charge], months: int) -> Mapping[str, Array]:
    """Return, by the meter that they count, 1 for the months in which charges for use bill, else 0, shape (months,)."""
    import numpy as np

    found: dict[str, Array] = {}
    for charge in counting(usage):
        bills = np.array([1.0 * bills_in(charge, month) for month in range(1, months + 1)])
        found[charge.unit_meter] = np.maximum(found.get(charge.unit_meter, 0.0), bills)
    return found


def held_by_unit(schedule: UnitSchedule, months: int) -> Mapping[str, Array]:
    """Return, by meter, 1 for the months in which its units are billed, else 0, shape (months,)."""
    held: dict[str, Array] = {}
    for holds, units in held_from(schedule, months):
        for unit in units:
            held[unit] = held[unit] + holds if unit in held else holds
    return held


def held_from(schedule: Sequence[tuple[int, Held]], months: int) -> Iterator[tuple[Array, Held]]:
    """Yield what holds from a month on until the next entry, with 1 for its months, else 0, shape (months,)."""
    for (_, held), holds in zip(schedule, until_next([start for start, _ in schedule]), strict=True):
        yield holds.hold(months), held


def starts(usage: Sequence[Charge]) -> list[int]:
    """Return the months, counted from 1, in which other charges bill than in the month before; month 1 is one."""
    return sorted({1, *(month for charge in usage for month in _starts(charge))})


def _starts(charge: Charge) -> Iterator[int]:
    """Yield the months in which something about a charge begins or has just ended."""
    if isinstance(charge, During):
        yield charge.months.first
        if charge.months.last is not None:
            yield charge.months.last + 1
    if isinstance(charge, ChargeAround):
        yield from _starts(charge.inner)
    elif isinstance(charge, DerivedCharge):
        for each in charge.charges:
            yield from _starts(each)


def _units_at_once(usage: Sequence[Charge]) -> tuple[str, ...]:
    found: list[str] = []
    for charge in counting(usage):
        meter = charge.unit_meter
        if not found or (all(_apart(meter, each) for each in found) and _counts(found[0], meter)):
            found.append(meter)
    return tuple(found)


def _apart(first: str, second: str) -> bool:
    """Return whether no conversation can be in both of two meters."""
    one, two = segment_of(first), segment_of(second)
    return one is not None and two is not None and one.apart(two)


def _counts(*meters: str) -> bool:
    """Return whether meters count conversations, each once at most."""
    return all(whole_of(meter).partition(":")[0] in (CONVERSATIONS, RESOLUTIONS) for meter in meters)


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
        if self.name == CARD_CREDITS:
            return f"credits of {' and '.join(label_of(entry.meter) for entry in self.entries)}"
        return label_of(self.entries[0].meter)


CountableSchedule: TypeAlias = tuple[tuple[int, tuple[Countable, ...]], ...]
"""First month, and what is billed from it on until the next entry, each once."""


def of_meter(key: str, unit: float = 1.0) -> Countable:
    """Return the units of a meter, each so many of what is counted."""
    return Countable(family_of(key), (CardEntry(key, unit),))


def unit_of(key: str, usage: Sequence[Charge]) -> float:
    """Return how much of the unit of its charge one of a meter is: a quarter for steps of 15 seconds of minutes."""
    found = [each for charge in usage for each in _adjusted(charge) if each.conversion and each.conversion.is_unit]
    return next((1.0 / each.conversion.divide_by for each in found if each.conversion and key in each.meters), 1.0)


def _adjusted(charge: Charge) -> Iterator[Adjusted]:
    while isinstance(charge, ChargeAround):
        if isinstance(charge, Adjusted):
            yield charge
        charge = charge.inner


def countables(charge: Charge) -> tuple[Countable, ...]:
    """Return what a charge bills: of the highest of several, what each of them does; of seats and shares, nothing."""
    card = next((each.card for each in _adjusted(charge) if each.card), None)
    if card is not None:
        return (Countable(CARD_CREDITS, tuple(card)),)
    inner = innermost(charge)
    if isinstance(inner, Highest):
        return tuple(dict.fromkeys(each for part in inner.charges for each in countables(part)))
    if isinstance(inner, SeatCharge | PercentOf):
        return ()
    return (of_meter(charge.unit_meter, unit_of(charge.unit_meter, [charge])),)


def billed_schedule(usage: Sequence[Charge], name: str | None = None) -> CountableSchedule:
    """Return what charges for use bill from month to month; with a name, the meters that they read of that name.

    Conversations are known of every contract: one that bills none may name them, and means all that are handled.
    """
    found = []
    for start in starts(usage):
        held = [charge for charge in usage if bills_in(charge, start)]
        found.append((start, tuple(dict.fromkeys(each for charge in held for each in _named(charge, name)))))
    if not any(billed for _, billed in found) and name in (None, CONVERSATIONS):
        return ((1, (of_meter(CONVERSATIONS),)),)
    return tuple(found)


def _named(charge: Charge, name: str | None) -> list[Countable]:
    """Return what a charge bills of a name; a line of a rate card has its own beside that of the credits."""
    if name is None or name == CARD_CREDITS:
        return [each for each in countables(charge) if name in (None, each.name)]
    return [of_meter(key, unit_of(key, [charge])) for key in charge.meters if family_of(key) == name]


def several(schedule: CountableSchedule) -> tuple[Countable, ...]:
    """Return what is billed at once at the first entry with more than one thing; empty where each has at most one."""
    return next((billed for _, billed in schedule if len(billed) > 1), ())


def names_of(usage: Sequence[Charge]) -> list[str]:
    """Return the names of all that charges for use bill, in any month, each once."""
    return list(dict.fromkeys(each.name for charge in usage for each in countables(charge)))


def bills_tokens(charge: Charge) -> bool:
    """Return whether tokens by model and class stand in a charge, which no free unit of another meter lowers."""
    return isinstance(innermost(charge), TokenCharge)


def meter_problems(key: tuple[str | int, ...], meter: str, usage: Sequence[Charge]) -> Iterator[Problem]:
    """Yield what is wrong with the name of a meter that a term gives at a key: nothing that is billed has it."""
    families = sorted(set().union(*(families_of(charge) for charge in usage)))
    if meter not in families:
        message = f"{unknown('meter', meter, families)}; the contract bills no {meter!r}"
        yield Problem(key, message, "name a meter of its charges")


def keys_of(meter: str, usage: Sequence[Charge]) -> list[str]:
    """Return the keys of a contract's meters that have an offered name."""
    return list(dict.fromkeys(key for charge in usage for key in charge.meters if family_of(key) == meter))


def listed_words(found: Sequence[Countable]) -> str:
    """Return what things that are counted are called, one after another."""
    return ", ".join(each.words for each in found)


def choices(names: Sequence[str]) -> str:
    """Return the names as keys to write, each once."""
    return " or ".join(f'meter = "{name}"' for name in dict.fromkeys(names))

"""Which charges bill in which months, and so what a contract's billable units are along its months."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from simulator.contracts.charges import Charge
from simulator.contracts.composite import OfCharges
from simulator.contracts.dated import During, Months
from simulator.contracts.meters import CONVERSATIONS, RESOLUTIONS
from simulator.contracts.part import part_of, whole_of
from simulator.contracts.wrapped import Wrapped

if TYPE_CHECKING:
    from simulator.arrays import Array

UnitSpans: TypeAlias = tuple[tuple[int, tuple[str, ...]], ...]
"""First month of a span, and the meters of the units that are billed from it on until the next span."""


Held = TypeVar("Held")


def in_force(charge: Charge, month: int) -> bool:
    """Return whether a charge bills in a month counted from 1; one made of others bills where one of these does."""
    if isinstance(charge, During) and not charge.months.has(month):
        return False
    if isinstance(charge, Wrapped):
        return in_force(charge.inner, month)
    return not isinstance(charge, OfCharges) or any(in_force(each, month) for each in charge.charges)


def unit_spans(usage: Sequence[Charge]) -> UnitSpans:
    """Return the meters of the billable units of charges for use, from month to month.

    Of the charges in force in a month the first says the unit; where that counts conversations or resolutions, further
    charges that do so for other conversations add theirs. Narrow intents per resolution and the rest per conversation
    have two; resolutions and conversations of the same intents have one. A definition that changes in month 13 gives
    ((1, first), (13, second)); months in which nothing bills by use have no unit. Without any charge for use the unit
    is the handled conversation.
    """
    if not usage:
        return ((1, (CONVERSATIONS,)),)
    spans: list[tuple[int, tuple[str, ...]]] = []
    for start in starts(usage):
        units = _units([charge for charge in usage if in_force(charge, start)])
        if not spans or spans[-1][1] != units:
            spans.append((start, units))
    return tuple(spans)


def held_by_unit(spans: UnitSpans, months: int) -> Mapping[str, Array]:
    """Return, by meter, 1 for the months in which its units are billed, else 0, shape (months,)."""
    held: dict[str, Array] = {}
    for holds, units in held_from(spans, months):
        for unit in units:
            held[unit] = held[unit] + holds if unit in held else holds
    return held


def held_from(spans: Sequence[tuple[int, Held]], months: int) -> Iterator[tuple[Array, Held]]:
    """Yield what holds from a month on until the next entry, with 1 for its months, else 0, shape (months,)."""
    ends = [*(start - 1 for start, _ in spans[1:]), None]
    for (start, held), end in zip(spans, ends, strict=True):
        yield Months(start, end).hold(months), held


def starts(usage: Sequence[Charge]) -> list[int]:
    """Return the months, counted from 1, in which other charges bill than in the month before; month 1 is one."""
    return sorted({1, *(month for charge in usage for month in _starts(charge))})


def _starts(charge: Charge) -> Iterator[int]:
    """Yield the months in which something about a charge begins or has just ended."""
    if isinstance(charge, During):
        yield charge.months.first
        if charge.months.last is not None:
            yield charge.months.last + 1
    if isinstance(charge, Wrapped):
        yield from _starts(charge.inner)
    elif isinstance(charge, OfCharges):
        for each in charge.charges:
            yield from _starts(each)


def _units(usage: Sequence[Charge]) -> tuple[str, ...]:
    found: list[str] = []
    for charge in usage:
        meter = charge.unit_meter
        if not found or (all(_apart(meter, each) for each in found) and _counts(found[0], meter)):
            found.append(meter)
    return tuple(found)


def _apart(first: str, second: str) -> bool:
    """Return whether no conversation can be in both of two meters."""
    one, two = part_of(first), part_of(second)
    return one is not None and two is not None and one.apart(two)


def _counts(*meters: str) -> bool:
    """Return whether meters count conversations, each once at most."""
    return all(whole_of(meter).partition(":")[0] in (CONVERSATIONS, RESOLUTIONS) for meter in meters)

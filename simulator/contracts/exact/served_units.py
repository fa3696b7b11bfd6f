"""Exact meters: what is served, what is final, what is free."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from simulator.contracts.exact.decimals import ONE, ZERO, Values, exact, whole
from simulator.contracts.prices.priced_units import FreeUnits
from simulator.contracts.prices.rate_card import CardEntry
from simulator.contracts.settlement.delay import Delay
from simulator.contracts.settlement.limit import Limit

_YEAR = 12


def opens(span: str, month: int) -> bool:
    """Return whether a span opens anew with a month counted from 0."""
    return span == "month" or (span == "year" and month % _YEAR == 0)


def card_credits(card: Sequence[CardEntry], meters: Mapping[str, Sequence[Decimal]], month: int) -> Decimal:
    """Return the credits of a month's use by a rate card; a started lot of `per` units is a whole one."""
    credits = ZERO
    for entry in card:
        units, per = meters[entry.meter][month], exact(entry.per)
        credits += exact(entry.credits) * (units if per == 1 else whole(units / per, "up"))
    return credits


def limited(limit: Limit, meters: Mapping[str, Sequence[Decimal]]) -> list[Decimal]:
    """Return the units of each month that count against a limit: by the last entry that has begun."""
    result = []
    for month in range(len(next(iter(meters.values())))):
        begun = [(start, card) for start, card in limit.counted if start <= month + 1]
        card = max(begun, key=lambda entry: entry[0])[1] if begun else ()
        result.append(card_credits(card, meters, month))
    return result


def served(units: Sequence[Decimal], limit: Limit, values: Values) -> list[Decimal]:
    """Return the share of each month's units that is served."""
    assert limit.units is not None
    quota = values(limit.units) * exact(limit.at_share)
    left, shares = quota, []
    for month, wanted in enumerate(units):
        left = quota if opens(limit.span, month) else left
        shares.append(left / wanted if wanted > left else ONE)
        left = max(left - wanted, ZERO)
    return shares


def final(units: Sequence[Decimal], delay: Delay, values: Values) -> list[Decimal]:
    """Return the units that are invoiced in each month."""
    later = values(delay.share)
    arrived = [units[month - delay.months] * later if month >= delay.months else ZERO for month in range(len(units))]
    return [each * (ONE - later) + late for each, late in zip(units, arrived, strict=True)]


def unpaid(units: Sequence[Decimal], free: FreeUnits, values: Values) -> list[Decimal]:
    """Return the units that are not free."""
    left, result = ZERO, []
    for month, wanted in enumerate(units):
        first, last = free.months.first - 1, free.months.last
        if month < first or (last is not None and month >= last):
            result.append(wanted)
            continue
        if month == first or opens(free.span, month):
            left = values(free.units) * exact(free.size)
        used = min(left, wanted)
        left -= used
        result.append(wanted - used)
    return result

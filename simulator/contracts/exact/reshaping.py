"""Exact meters: what is served, what is final, what is free."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from simulator.contracts.discounts import FreeUnits
from simulator.contracts.exact.numbers import ONE, ZERO, Values, exact
from simulator.contracts.limits import Delay, Limit

_YEAR = 12


def opens(span: str, month: int) -> bool:
    """Return whether a span opens anew with a month counted from 0."""
    return span == "month" or (span == "year" and month % _YEAR == 0)


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
        first, last = free.between.first - 1, free.between.last
        if month < first or (last is not None and month >= last):
            result.append(wanted)
            continue
        if month == first or opens(free.span, month):
            left = values(free.units)
        used = min(left, wanted)
        left -= used
        result.append(wanted - used)
    return result

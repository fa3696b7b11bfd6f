"""Exact prices of units: what a month's units of one price cost, a line a tier."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from simulator.contracts.charges import Flat, Included, PerUnit
from simulator.contracts.exact.lines import Line
from simulator.contracts.exact.numbers import ZERO, Values, exact, whole
from simulator.contracts.names import number
from simulator.contracts.packages import Package
from simulator.contracts.tiers import Graduated, Tier, Volume

Priced = Callable[[Any, Decimal, Values], list[Line]]


def _flat(price: Flat, units: Decimal, values: Values) -> list[Line]:
    return [_line(price, units, values(price.rate))]


def _included(price: Included, units: Decimal, values: Values) -> list[Line]:
    beyond = max(units - exact(price.included), ZERO)
    return [_line(price, beyond, values(price.overage_rate), f"above {number(price.included)}")]


def _package(price: Package, units: Decimal, values: Values) -> list[Line]:
    packages = whole(units / exact(price.size), price.round)
    packages = max(packages, Decimal(1)) if price.at_least_one else packages
    return [_line(price, packages, values(price.rate))]


def _graduated(price: Graduated, units: Decimal, values: Values) -> list[Line]:
    lines, lower = [], ZERO
    for place, tier in enumerate(price.tiers):
        inside = max(units - lower, ZERO)
        if not math.isinf(tier.up_to):
            inside = min(inside, exact(tier.up_to) - lower)
        words = _range(lower, tier)
        if inside > 0:
            lines.append(_line(price, inside, values(tier.rate), words))
        if inside > 0 or (place == 0 and price.flat_fee_at_zero):
            lines += _tier_fee(price, tier, values, words)
        lower = exact(tier.up_to) if not math.isinf(tier.up_to) else lower
    return lines


def _volume(price: Volume, units: Decimal, values: Values) -> list[Line]:
    lower = ZERO
    for tier in price.tiers:
        if math.isinf(tier.up_to) or units <= exact(tier.up_to):
            break
        lower = exact(tier.up_to)
    words = f"total {_range(lower, tier)}"
    fee = _tier_fee(price, tier, values, words) if units > 0 or price.flat_fee_at_zero else []
    return [_line(price, units, values(tier.rate), words), *fee]


def _tier_fee(price: PerUnit, tier: Tier, values: Values, words: str) -> list[Line]:
    fee = values(tier.flat_fee)
    return [Line(f"{price.label}, tier fee", fee, tier=words)] if fee else []


def _line(price: PerUnit, units: Decimal, rate: Decimal, tier: str = "") -> Line:
    return Line(price.label, units * rate, units, rate, tier)


def _range(lower: Decimal, tier: Tier) -> str:
    if math.isinf(tier.up_to):
        return f"above {number(float(lower))}"
    return f"up to {number(tier.up_to)}" if lower == 0 else f"above {number(float(lower))} to {number(tier.up_to)}"


PRICES: Final[Mapping[type, Priced]] = MappingProxyType(
    {Flat: _flat, Included: _included, Package: _package, Graduated: _graduated, Volume: _volume}
)
"""How each price of units is priced: lines of a month's units."""


def priced(price: PerUnit, units: Decimal, values: Values, unit: str = "") -> list[Line]:
    """Return the lines of a month's units; `unit` is what one of them is called, if not the meter's."""
    per = f"per package of {number(price.size)}" if isinstance(price, Package) else f"per {unit or price.unit}"
    lines = PRICES[type(price)](price, units, values)
    return [line if line.rate is None else replace(line, per=per) for line in lines]

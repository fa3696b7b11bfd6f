"""Exact prices of units: what each month's units of one price cost, a line a tier."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from simulator.contracts.exact.decimals import ZERO, Values, exact, whole, within
from simulator.contracts.exact.invoice_lines import Line, total
from simulator.contracts.exact.served_units import opens
from simulator.contracts.prices.charge import PerUnit
from simulator.contracts.prices.flat import Flat
from simulator.contracts.prices.included import Included, IncludedUnits
from simulator.contracts.prices.package import Package
from simulator.contracts.prices.plans import Plans
from simulator.contracts.prices.tiers import Graduated, Tier, VolumeTiers
from simulator.contracts.wording import number

LinesByMonth: TypeAlias = list[list[Line]]
"""Lines of each month."""
Units: TypeAlias = Sequence[Decimal]
"""Units of each month."""


def _flat(price: Flat, units: Units, values: Values) -> LinesByMonth:
    return [[_line(price, each, values(price.rate))] for each in units]


def _included(price: Included, units: Units, values: Values) -> LinesByMonth:
    words = f"above {number(price.included)}"
    beyond = [max(each - exact(price.included), ZERO) for each in units]
    return [[_line(price, each, values(price.overage_rate), words)] for each in beyond]


def _package(price: Package, units: Units, values: Values) -> LinesByMonth:
    months: LinesByMonth = []
    most = ZERO
    for each in units:
        packages = whole(each / exact(price.size), price.round)
        packages = max(packages, Decimal(1)) if price.at_least_one else packages
        most = max(most, packages)
        months.append([_line(price, most if price.kept else packages, values(price.rate))])
    return months


def _plan(price: IncludedUnits, units: Units, values: Values) -> LinesByMonth:
    fee, included = values(price.fee), exact(price.included)
    more = [max(each - included, ZERO) for each in units]
    words = f"above {number(price.included)}"
    if price.beyond is None:
        beyond = [[_line(price, each, fee / included, words)] if each else [] for each in more]
    else:
        beyond = PRICES[type(price.beyond)](price.beyond, more, values)
    return [[Line(f"{price.label}, {number(price.included)} included", fee), *lines] for lines in beyond]


def _plans(price: Plans, units: Units, values: Values) -> LinesByMonth:
    months: LinesByMonth = []
    held = 0
    for month, each in enumerate(units):
        enough = [place for place, size in enumerate(price.sizes) if within(each, size.units)]
        needed = enough[0] if enough else len(price.sizes) - 1
        held = needed if month == 0 or opens(price.held, month) else max(held, needed)
        size, largest = price.sizes[held], price.sizes[-1]
        lines = [Line(f"{price.label}, plan of {number(size.units)}", values(size.price))]
        beyond = each - exact(largest.units)
        if beyond > 0:
            lines.append(_line(price, beyond, values(price.overage_rate), f"above {number(largest.units)}"))
        months.append(lines)
    return months


def _graduated(price: Graduated, units: Units, values: Values) -> LinesByMonth:
    return [_graduated_month(price, each, values) for each in units]


def _graduated_month(price: Graduated, units: Decimal, values: Values) -> list[Line]:
    lines, lower = [], ZERO
    for place, tier in enumerate(price.tiers):
        inside = max(units - lower, ZERO)
        if not math.isinf(tier.up_to):
            inside = min(inside, exact(tier.up_to) - lower)
        words = _range(lower, tier)
        found = [_line(price, _billed(tier, inside), values(tier.rate), words)] if inside > 0 else []
        if not within(units, float(lower)) or (place == 0 and price.flat_fee_at_zero):
            found += _tier_fee(price, tier, values, words)
        lines += _within_maximum(price, tier, found, values, words)
        lower = exact(tier.up_to) if not math.isinf(tier.up_to) else lower
    return lines


def _volume(price: VolumeTiers, units: Units, values: Values) -> LinesByMonth:
    return [_volume_month(price, each, each, values) for each in units]


def _volume_month(price: VolumeTiers, units: Decimal, place: Decimal, values: Values) -> list[Line]:
    """Return what units cost at the tier in which `place` falls."""
    lower = ZERO
    for tier in price.tiers:
        if math.isinf(tier.up_to) or within(place, tier.up_to):
            break
        lower = exact(tier.up_to)
    words = f"total {_range(lower, tier)}"
    fee = _tier_fee(price, tier, values, words) if units > 0 or price.flat_fee_at_zero else []
    found = [_line(price, _billed(tier, units), values(tier.rate), words), *fee]
    return _within_maximum(price, tier, found, values, words)


def _within_maximum(price: PerUnit, tier: Tier, lines: list[Line], values: Values, words: str) -> list[Line]:
    """Return the lines of a tier, with one that takes off what lies above its maximum."""
    over = ZERO if tier.maximum is None else total(lines) - values(tier.maximum)
    return [*lines, Line(f"{price.label}, above the tier's maximum", -over, tier=words)] if over > 0 else lines


def _billed(tier: Tier, units: Decimal) -> Decimal:
    return units if tier.package is None else whole(units / exact(tier.package), "up")


def _tier_fee(price: PerUnit, tier: Tier, values: Values, words: str) -> list[Line]:
    fee = values(tier.flat_fee)
    return [Line(f"{price.label}, tier fee", fee, tier=words)] if fee else []


def _line(price: PerUnit, units: Decimal, rate: Decimal, tier: str = "") -> Line:
    return Line(price.label, units * rate, units, rate, tier)


def _range(lower: Decimal, tier: Tier) -> str:
    if math.isinf(tier.up_to):
        return f"above {number(float(lower))}"
    return f"up to {number(tier.up_to)}" if lower == 0 else f"above {number(float(lower))} to {number(tier.up_to)}"


PRICES: Final[Mapping[type, Callable[[Any, Units, Values], LinesByMonth]]] = MappingProxyType(
    {Flat: _flat, Included: _included, Package: _package, IncludedUnits: _plan, Plans: _plans, Graduated: _graduated,
     VolumeTiers: _volume}
)  # fmt: skip
"""How each price of units is priced: lines of each month's units."""


def priced(price: PerUnit, units: Units, values: Values, unit: str = "") -> LinesByMonth:
    """Return the lines of each month's units; `unit` is what one of them is called, if not the meter's."""
    per = f"per package of {number(price.size)}" if isinstance(price, Package) else f"per {unit or price.unit}"
    months = PRICES[type(price)](price, units, values)
    return [[line if line.rate is None else replace(line, per=per) for line in lines] for lines in months]


def priced_beyond(price: PerUnit, units: Units, allowance: Decimal, values: Values) -> LinesByMonth:
    """Return the lines where a month up to the allowance is free and one above it bills all its units.

    The allowance shifts the bounds of an all-units price: 51 units at 50 free are in tier 1.
    """
    if isinstance(price, VolumeTiers):
        months = [_volume_month(price, each, each - allowance, values) for each in units]
    else:
        months = priced(price, units, values)
    return [lines if each > allowance else [] for lines, each in zip(months, units, strict=True)]


def priced_over(price: PerUnit, units: Units, span: str, values: Values) -> LinesByMonth:
    """Return the lines where units of a span are counted together: what each month adds to the price of the span.

    An all-units price does not price earlier months again: the month's units bill at the tier of the units so far.
    """
    so_far: list[Decimal] = []
    for month, each in enumerate(units):
        anew = month == 0 or opens(span, month)
        so_far.append(each if anew else so_far[-1] + each)
    if isinstance(price, VolumeTiers):
        return [_volume_month(price, each, place, values) for each, place in zip(units, so_far, strict=True)]
    running = [total(lines) for lines in PRICES[type(price)](price, so_far, values)]
    months: LinesByMonth = []
    for month, each in enumerate(units):
        before = ZERO if month == 0 or opens(span, month) else running[month - 1]
        words = f"{number(float(so_far[month]))} so far"
        months.append([Line(price.label, running[month] - before, each, tier=words)])
    return months

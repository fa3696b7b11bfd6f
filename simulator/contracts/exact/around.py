"""Exact charges made of other charges, or of some months of one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from simulator.contracts.bounded import Bounded, Named, PaidToCloud
from simulator.contracts.charges import Charge
from simulator.contracts.composite import Highest, PercentOf
from simulator.contracts.dated import Change, Changing, During, Escalator, Months, Step
from simulator.contracts.exact.lines import Line, total
from simulator.contracts.exact.numbers import ONE, ZERO, Values, exact
from simulator.contracts.exact.prices import Months as Lines

Meters = Mapping[str, Any]
Charged = Callable[[Charge, Meters, Values], Lines]


def _bounded(charge: Bounded, meters: Meters, values: Values, inner: Charged) -> Lines:
    return [_bounded_month(charge, lines, values) for lines in inner(charge.inner, meters, values)]


def _bounded_month(charge: Bounded, lines: list[Line], values: Values) -> list[Line]:
    amount = total(lines)
    parts = {"discount": -min(amount, values(charge.discount_amount))}
    amount += parts["discount"]
    parts["discount, share"] = -amount * values(charge.discount_share)
    amount += parts["discount, share"]
    if charge.minimum is not None:
        parts["minimum"] = max(values(charge.minimum) - amount, ZERO)
        amount += parts["minimum"]
    if charge.maximum is not None:
        parts["maximum"] = -max(amount - values(charge.maximum), ZERO)
    return [*lines, *(Line(f"{charge.label}, {name}", part) for name, part in parts.items() if part)]


def _cloud(charge: PaidToCloud, meters: Meters, values: Values, inner: Charged) -> Lines:
    paid = ONE - values(charge.committed_share)
    return [
        [replace(line.times(paid), label=f"{line.label}, paid to the cloud provider") for line in lines]
        for lines in inner(charge.inner, meters, values)
    ]


def _named(charge: Named, meters: Meters, values: Values, inner: Charged) -> Lines:
    return [
        [replace(line, label=line.label.replace(charge.inner.label, charge.name, 1)) for line in lines]
        for lines in inner(charge.inner, meters, values)
    ]


def _highest(charge: Highest, meters: Meters, values: Values, inner: Charged) -> Lines:
    found = [inner(each, meters, values) for each in charge.charges]
    return [max(months, key=total) for months in zip(*found, strict=True)]


def _percent(charge: PercentOf, meters: Meters, values: Values, inner: Charged) -> Lines:
    share = values(charge.share)
    found = [inner(each, meters, values) for each in charge.charges]
    sums = [sum((total(lines) for lines in months), ZERO) for months in zip(*found, strict=True)]
    return [[Line(charge.label, each * share, each, share)] for each in sums]


def _during(charge: During, meters: Meters, values: Values, inner: Charged) -> Lines:
    months = range(1, len(next(iter(meters.values()))) + 1)
    inside = [_has(charge.months, month) for month in months]
    if not charge.counts_outside:
        meters = {key: [each if holds else ZERO for each, holds in zip(units, inside, strict=True)]
                  for key, units in meters.items()}  # fmt: skip
    found = inner(charge.inner, meters, values)
    return [lines if holds else [] for lines, holds in zip(found, inside, strict=True)]


def _has(months: Months, month: int) -> bool:
    return months.first <= month and (months.last is None or month <= months.last)


def _changing(charge: Changing, meters: Meters, values: Values, inner: Charged) -> Lines:
    result = []
    for month, lines in enumerate(inner(charge.inner, meters, values), start=1):
        factor = ONE
        for change in charge.changes:
            factor *= _factor(change, month, values)
        result.append(lines if factor == 1 else [line.times(factor) for line in lines])
    return result


def _factor(change: Change, month: int, values: Values) -> Decimal:
    """Return what a change multiplies the price of a month by."""
    if isinstance(change, Step):
        return values(change.by) if _has(change.months, month) else ONE
    if isinstance(change, Escalator):
        growth = values(change.growth)
        growth = growth if change.floor is None else max(growth, exact(change.floor))
        growth = growth if change.cap is None else min(growth, exact(change.cap))
        grown: Decimal = (ONE + growth) ** ((month - 1) // change.every_months)
        return grown
    raise KeyError(f"no exact change of price for {type(change).__name__}")


AROUND: Final[Mapping[type, Callable[[Any, Meters, Values, Charged], Lines]]] = MappingProxyType(
    {
        Bounded: _bounded,
        PaidToCloud: _cloud,
        Named: _named,
        Highest: _highest,
        PercentOf: _percent,
        During: _during,
        Changing: _changing,
    }
)
"""How each charge around others is billed; the last argument bills those."""

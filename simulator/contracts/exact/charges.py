"""Exact charges: the lines of every month, for each kind of charge and for what stands around others."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from simulator.contracts.exact.decimals import ONE, ZERO, Values, exact, whole
from simulator.contracts.exact.invoice_lines import Line, total
from simulator.contracts.exact.prices import LinesByMonth, priced, priced_beyond, priced_over
from simulator.contracts.exact.served_units import card_credits, opens, unpaid
from simulator.contracts.metering.contract_months import Months
from simulator.contracts.metering.meters import TOKEN_CLASSES, tokens, tokens_long
from simulator.contracts.prices.charge import Charge, PerUnit
from simulator.contracts.prices.charge_terms import Bounded, During, NamedCharge
from simulator.contracts.prices.derived_charges import Highest, PercentOf
from simulator.contracts.prices.fees import Fee, OneTimeFee
from simulator.contracts.prices.price_changes import Changing, Escalator, PriceMove, PriceStep
from simulator.contracts.prices.priced_units import Adjusted, Free
from simulator.contracts.prices.seats import HUMAN_MINUTES, SeatCharge, Seats
from simulator.contracts.prices.token_charge import PaidToCloud, TokenCharge
from simulator.contracts.rates.token_rates import ModelRates, TokenRates

Meters: TypeAlias = Mapping[str, Sequence[Decimal]]
"""Units of each month by meter."""
_MILLION: Final = Decimal(1_000_000)
_HOUR: Final = Decimal(60)


def _bounded(charge: Bounded, meters: Meters, values: Values) -> LinesByMonth:
    return [_bounded_month(charge, lines, values) for lines in charged(charge.inner, meters, values)]


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


def _cloud(charge: PaidToCloud, meters: Meters, values: Values) -> LinesByMonth:
    paid = ONE - values(charge.committed_share)
    return [
        [replace(line.times(paid), label=f"{line.label}, paid to the cloud provider") for line in lines]
        for lines in charged(charge.inner, meters, values)
    ]


def _named(charge: NamedCharge, meters: Meters, values: Values) -> LinesByMonth:
    return [
        [replace(line, label=line.label.replace(charge.inner.label, charge.name, 1)) for line in lines]
        for lines in charged(charge.inner, meters, values)
    ]


def _highest(charge: Highest, meters: Meters, values: Values) -> LinesByMonth:
    found = [charged(each, meters, values) for each in charge.charges]
    return [max(months, key=total) for months in zip(*found, strict=True)]


def _percent(charge: PercentOf, meters: Meters, values: Values) -> LinesByMonth:
    share = values(charge.share)
    found = [charged(each, meters, values) for each in charge.charges]
    sums = [sum((total(lines) for lines in months), ZERO) for months in zip(*found, strict=True)]
    return [[Line(charge.label, each * share, each, share)] for each in sums]


def _during(charge: During, meters: Meters, values: Values) -> LinesByMonth:
    months = range(1, len(next(iter(meters.values()))) + 1)
    inside = [_has(charge.months, month) for month in months]
    if not charge.counts_outside:
        meters = {key: [each if holds else ZERO for each, holds in zip(units, inside, strict=True)]
                  for key, units in meters.items()}  # fmt: skip
    found = charged(charge.inner, meters, values)
    return [lines if holds else [] for lines, holds in zip(found, inside, strict=True)]


def _has(months: Months, month: int) -> bool:
    return months.first <= month and (months.last is None or month <= months.last)


def _changing(charge: Changing, meters: Meters, values: Values) -> LinesByMonth:
    result = []
    for month, lines in enumerate(charged(charge.inner, meters, values), start=1):
        factor = ONE
        for change in charge.changes:
            factor *= _factor(change, month, values)
        result.append(lines if factor == 1 else [line.times(factor) for line in lines])
    return result


def _factor(change: PriceMove, month: int, values: Values) -> Decimal:
    """Return what a change multiplies the price of a month by."""
    if isinstance(change, PriceStep):
        return values(change.by) if _has(change.months, month) else ONE
    if isinstance(change, Escalator):
        growth = values(change.growth)
        growth = growth if change.floor is None else max(growth, exact(change.floor))
        growth = growth if change.cap is None else min(growth, exact(change.cap))
        grown: Decimal = (ONE + growth) ** ((month - 1) // change.every_months)
        return grown
    raise KeyError(f"no exact change of price for {type(change).__name__}")


def months_of(meters: Meters) -> int:
    """Return how many months the meters have."""
    return len(next(iter(meters.values())))


def charged(charge: Charge, meters: Meters, values: Values) -> LinesByMonth:
    """Return the lines of a charge in each month, before settlement; amounts are not rounded.

    Raises:
        KeyError: if there is no exact price for the kind of charge.
    """
    if isinstance(charge, PerUnit):
        return priced(charge, meters[charge.meter], values)
    return CHARGES[type(charge)](charge, meters, values)


def _fee(charge: Fee, meters: Meters, values: Values) -> LinesByMonth:
    return [[Line(charge.label, values(charge.per_month), ONE, values(charge.per_month), per=charge.rate_label)]
            for _ in range(months_of(meters))]  # fmt: skip


def _one_time(charge: OneTimeFee, meters: Meters, values: Values) -> LinesByMonth:
    due = Line(charge.label, values(charge.once), per=charge.rate_label)
    return [[due] if month == charge.month else [] for month in range(1, months_of(meters) + 1)]


def seats_of(seats: Seats, meters: Meters, values: Values) -> list[Decimal]:
    """Return the seats of each month."""
    if seats.productive_hours is None:
        assert seats.bought is not None
        needed = [values(seats.bought)] * months_of(meters)
    else:
        hours = values(seats.productive_hours)
        needed = [whole(minutes / _HOUR / hours, "up") for minutes in meters[HUMAN_MINUTES]]
    return [max(count, exact(seats.minimum)) for count in needed]


def _seats(charge: SeatCharge, meters: Meters, values: Values) -> LinesByMonth:
    rate = values(charge.rate)
    return [
        [Line(charge.label, count * rate, count, rate, per=charge.rate_label)]
        for count in seats_of(charge.seats, meters, values)
    ]


def _tokens(charge: TokenCharge, meters: Meters, values: Values) -> LinesByMonth:
    factor = charge.factor(values)

    def key(meter: str) -> str:
        return meter if charge.segment is None else charge.segment.of(meter)

    months: LinesByMonth = []
    for month in range(months_of(meters)):
        lines = []
        for name, rates in charge.models:
            market, shares = factor * _market(rates, month, values), charge.shares(rates)
            for each in TOKEN_CLASSES:
                units = meters[key(tokens(name, each))][month]
                long = meters[key(tokens_long(name, each))][month] if rates.long_prompt else ZERO
                words = f"{charge.label}, {name}, {each.replace('_', ' ')}"
                lines.append(_million(words, units - long, rates.usual(each, shares, values) * market))
                if rates.long_prompt and long:
                    price = rates.long_prompt.price(each, shares, values)
                    lines.append(_million(f"{words}, long", long, price * market))
        months.append([line for line in lines if line.quantity])
    return months


def _market(rates: TokenRates, month: int, values: Values) -> Decimal:
    if not isinstance(rates, ModelRates):
        return ONE
    factor = ONE
    if rates.change_per_year is not None:
        factor *= (ONE + values(rates.change_per_year)) ** (Decimal(month) / Decimal(12))
    if rates.exchange is not None:
        factor *= values(rates.exchange) / exact(rates.exchange.center)
    return factor


def _million(label: str, units: Decimal, rate: Decimal) -> Line:
    return Line(label, units * rate / _MILLION, units, rate, per="per million tokens")


def _adjusted(charge: Adjusted, meters: Meters, values: Values) -> LinesByMonth:
    months = _adjusted_price(charge, meters, values)
    if not charge.card:
        return months
    return [[replace(line, label=line.label.replace(charge.inner.label, charge.label, 1)) for line in lines]
            for lines in months]  # fmt: skip


def _adjusted_price(charge: Adjusted, meters: Meters, values: Values) -> LinesByMonth:
    units = _units(charge, meters, values)
    if charge.free is not None and charge.free.all_or_nothing:
        return priced_beyond(charge.inner, units, exact(charge.free.units), values)
    if charge.span == "month":
        return priced(charge.inner, units, values, charge.unit)
    return priced_over(charge.inner, units, charge.span, values)


def _units(charge: Adjusted, meters: Meters, values: Values) -> list[Decimal]:
    """Return the units that are priced in each month: card, conversion, free units."""
    units = [card_credits(charge.card, meters, month) if charge.card else meters[charge.inner.meter][month]
             for month in range(months_of(meters))]  # fmt: skip
    for free in charge.free_credits:
        units = unpaid(units, free, values)
    if (conversion := charge.conversion) is not None:
        units = [each / exact(conversion.divide_by) for each in units]
        if conversion.round is not None:
            units = [whole(each, conversion.round) for each in units]
    if charge.free is None or charge.free.all_or_nothing:
        return units
    return _beyond_free(charge.free, units, meters, values)


def _beyond_free(free: Free, units: Sequence[Decimal], meters: Meters, values: Values) -> list[Decimal]:
    seats = None if free.seats is None else seats_of(free.seats, meters, values)
    left, result = ZERO, []
    for month, each in enumerate(units):
        if month == 0 or opens(free.span, month):
            left = exact(free.units) if seats is None else ZERO
        left += ZERO if seats is None else exact(free.units) * seats[month]
        used = min(left, each)
        left -= used
        result.append(each - used)
    return result


CHARGES: Final[Mapping[type, Callable[[Any, Meters, Values], LinesByMonth]]] = MappingProxyType(
    {
        Fee: _fee,
        OneTimeFee: _one_time,
        SeatCharge: _seats,
        TokenCharge: _tokens,
        Adjusted: _adjusted,
        Bounded: _bounded,
        PaidToCloud: _cloud,
        NamedCharge: _named,
        Highest: _highest,
        PercentOf: _percent,
        During: _during,
        Changing: _changing,
    }
)
"""How each kind of charge is billed that is no plain price of units."""

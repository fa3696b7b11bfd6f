"""Exact charges: the lines of every month, for each kind of charge."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from simulator.contracts.charges import Charge, Fee, PerUnit, TokenCharge
from simulator.contracts.exact.around import AROUND
from simulator.contracts.exact.lines import Line
from simulator.contracts.exact.numbers import ONE, ZERO, Values, exact, whole
from simulator.contracts.exact.prices import Months, priced, priced_beyond, priced_over
from simulator.contracts.exact.reshaping import card_credits, opens, unpaid
from simulator.contracts.fees import OneTimeFee
from simulator.contracts.meters import TOKEN_CLASSES, tokens, tokens_long
from simulator.contracts.prices import ModelRates, TokenRates
from simulator.contracts.seats import HUMAN_MINUTES, SeatCharge, Seats
from simulator.contracts.units import Adjusted, Free

Meters: TypeAlias = Mapping[str, Sequence[Decimal]]
"""Units of each month by meter."""
_MILLION: Final = Decimal(1_000_000)
_HOUR: Final = Decimal(60)


def months_of(meters: Meters) -> int:
    """Return how many months the meters have."""
    return len(next(iter(meters.values())))


def charged(charge: Charge, meters: Meters, values: Values) -> Months:
    """Return the lines of a charge in each month, before settlement; amounts are not rounded.

    Raises:
        KeyError: if there is no exact price for the kind of charge.
    """
    if isinstance(charge, PerUnit):
        return priced(charge, meters[charge.meter], values)
    if type(charge) in AROUND:
        return AROUND[type(charge)](charge, meters, values, charged)
    return CHARGES[type(charge)](charge, meters, values)


def _fee(charge: Fee, meters: Meters, values: Values) -> Months:
    return [[Line(charge.label, values(charge.per_month), ONE, values(charge.per_month), per=charge.rate_label)]
            for _ in range(months_of(meters))]  # fmt: skip


def _one_time(charge: OneTimeFee, meters: Meters, values: Values) -> Months:
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


def _seats(charge: SeatCharge, meters: Meters, values: Values) -> Months:
    rate = values(charge.rate)
    return [
        [Line(charge.label, count * rate, count, rate, per=charge.rate_label)]
        for count in seats_of(charge.seats, meters, values)
    ]


def _tokens(charge: TokenCharge, meters: Meters, values: Values) -> Months:
    factor = charge.factor(values)

    def key(meter: str) -> str:
        return meter if charge.part is None else charge.part.of(meter)

    months: Months = []
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


def _adjusted(charge: Adjusted, meters: Meters, values: Values) -> Months:
    months = _adjusted_price(charge, meters, values)
    if not charge.card:
        return months
    return [[replace(line, label=line.label.replace(charge.inner.label, charge.label, 1)) for line in lines]
            for lines in months]  # fmt: skip


def _adjusted_price(charge: Adjusted, meters: Meters, values: Values) -> Months:
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


CHARGES: Final[Mapping[type, Callable[[Any, Meters, Values], Months]]] = MappingProxyType(
    {Fee: _fee, OneTimeFee: _one_time, SeatCharge: _seats, TokenCharge: _tokens, Adjusted: _adjusted}
)
"""How each kind of charge is billed that is no plain price of units."""

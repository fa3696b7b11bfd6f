"""Exact invoices of a contract: one trial, month by month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, localcontext

from simulator.contracts.contract import Contract
from simulator.contracts.discounts import families_of
from simulator.contracts.exact import reshaping
from simulator.contracts.exact.charges import Meters, charged
from simulator.contracts.exact.credits import Month, Wallet
from simulator.contracts.exact.lines import Line, total
from simulator.contracts.exact.numbers import DIGITS, ONE, ZERO, Money, Rounding, Values, exact
from simulator.contracts.exact.prices import Months
from simulator.contracts.exact.settlement import Settled, Use, discounted, settle
from simulator.contracts.seats import HUMAN_MINUTES


@dataclass(frozen=True, slots=True)
class ExactInvoice:
    """The invoice of a month.

    Attributes:
        lines: all lines; they sum to the total.
        served: share of the conversations that the AI serves.
        credits: what became of prepaid credits; None without.
    """

    lines: tuple[Line, ...]
    total: Decimal
    served: Decimal = ONE
    credits: Month | None = None


def invoices(
    contract: Contract,
    meters: Mapping[str, Sequence[Decimal]],
    values: Values,
    rounding: Rounding | None = None,
) -> list[ExactInvoice]:
    """Return the invoices of a contract in one trial, a month each, from the first.

    Args:
        meters: units of each month; must hold at least one meter, and `contract.meters`. All months from the first up
            to the end of the horizon, as settlement remembers and closes them.
        values: gives the value of a quantity in the trial.
        rounding: of every line; None keeps all digits.

    Raises:
        KeyError: if the table lacks a meter of the contract, or a charge has no exact price.
    """
    with localcontext() as context:
        context.prec = DIGITS
        return _invoices(contract, meters, values, Money(rounding))


def _invoices(contract: Contract, meters: Meters, values: Values, money: Money) -> list[ExactInvoice]:
    terms = contract.settlement
    counted, priced, served = _reshaped(contract, meters, values)
    uses, fees, outside = _charges(contract, priced, values)
    months = len(next(iter(meters.values())))
    if terms.limit is not None and terms.limit.units is None and terms.prepaid is not None:
        served = _covered(uses, contract, values)
        uses = [replace(use, months=_parts(use.months, served)) for use in uses]
    uses = [replace(use, months=_rounded(use.months, money)) for use in uses]
    fees, outside = _rounded(fees, money), _rounded(outside, money)
    settled = discounted(uses, terms, values, money) if uses else Settled([[] for _ in range(months)], [])
    factor = exact(contract.rate_factor)
    settle(settled, uses, [total(lines) for lines in fees], terms, counted, values, money, factor)
    result = []
    for month in range(months):
        lines = [line for use in uses for line in use.months[month]]
        lines += [*fees[month], *outside[month], *settled.lines[month]]
        credits = settled.wallet[month] if settled.wallet else None
        result.append(ExactInvoice(tuple(lines), total(lines), served[month], credits))
    return result


def _reshaped(contract: Contract, meters: Meters, values: Values) -> tuple[Meters, Meters, list[Decimal]]:
    """Return the meters that are served and final, those less what is free, and the shares served."""
    terms = contract.settlement
    months = len(next(iter(meters.values())))
    served = [ONE] * months
    if terms.limit is not None and terms.limit.units is not None:
        served = reshaping.served(meters[contract.unit], terms.limit, values)
    counted = dict(meters)
    for key in {*contract.meters, contract.unit} - {HUMAN_MINUTES}:
        counted[key] = [units * share for units, share in zip(meters[key], served, strict=True)]
        if terms.delay is not None:
            counted[key] = reshaping.final(counted[key], terms.delay, values)
    priced = dict(counted)
    for free in terms.free_units:
        priced[free.meter] = reshaping.unpaid(priced[free.meter], free, values)
    return counted, priced, served


def _charges(contract: Contract, meters: Meters, values: Values) -> tuple[list[Use], Months, Months]:
    """Return charges for use, fees by month, and what settlement does not see by month; nothing is rounded."""
    months = len(next(iter(meters.values())))
    fees: Months = [[] for _ in range(months)]
    outside: Months = [[] for _ in range(months)]
    uses, factor = [], exact(contract.rate_factor)
    for charge in contract.charges:
        found = charged(charge, meters, values)
        if not charge.settles or charge.is_fee:
            for month, lines in enumerate(found):
                (fees if charge.settles else outside)[month] += lines
            continue
        if factor != 1:
            found = [[line.times(factor) for line in lines] for lines in found]
        uses.append(Use(found, families_of(charge), charge.unit_meter == contract.unit))
    return uses, fees, outside


def _covered(uses: Sequence[Use], contract: Contract, values: Values) -> list[Decimal]:
    """Return the share of each month that prepaid credits let the AI serve."""
    terms = contract.settlement
    assert terms.prepaid is not None and terms.limit is not None
    left = discounted(uses, terms, values, Money()).left
    due = [sum(month, ZERO) for month in zip(*left, strict=True)]
    return Wallet(terms.prepaid, values, Money()).covered(due, terms.limit.at_share)


def _parts(months: Months, shares: Sequence[Decimal]) -> Months:
    return [[line.part(share) for line in lines] for lines, share in zip(months, shares, strict=True)]


def _rounded(months: Months, money: Money) -> Months:
    return [[replace(line, amount=money.of(line.amount)) for line in lines] for lines in months]

"""Exact invoices of a contract: one trial, month by month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, localcontext

from simulator.contracts.contract import Contract, Switch
from simulator.contracts.exact import served_units
from simulator.contracts.exact.charges import Meters, charged
from simulator.contracts.exact.decimals import DIGITS, ONE, ZERO, Money, Rounding, Values, exact
from simulator.contracts.exact.invoice_lines import Line, total
from simulator.contracts.exact.prepaid import Month, Wallet
from simulator.contracts.exact.prices import LinesByMonth
from simulator.contracts.exact.settlement import Basis, Settled, Use, discounted, settle
from simulator.contracts.invoices.switch import FEE, OWED
from simulator.contracts.metering.contract_months import YEAR_MONTHS
from simulator.contracts.prices.charge import families_of
from simulator.contracts.prices.seats import HUMAN_MINUTES
from simulator.contracts.settlement.settlement_terms import Settlement
from simulator.money import currency


@dataclass(frozen=True, slots=True)
class ExactInvoice:
    """The invoice of a month, in the contract's currency; that of a change of vendor in the scenario's.

    Attributes:
        lines: all lines; they sum to the total.
        due: the total in the scenario's currency.
        served: share of the conversations that the AI serves.
        prepaid: what became of prepaid credits; None without.
    """

    lines: tuple[Line, ...]
    total: Decimal
    due: Decimal
    served: Decimal = ONE
    prepaid: Month | None = None


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
        rounding: of every line, to the smallest amount of the scenario's currency; None keeps all digits. A contract in
            another currency rounds to the smallest amount of that.

    Raises:
        KeyError: if the table lacks a meter of the contract, or a charge has no exact price.
    """
    with localcontext() as context:
        context.prec = DIGITS
        if contract.switch is None:
            return _invoices(contract, meters, values, Money(rounding))
        return _switched(contract.switch, meters, values, Money(rounding))


def _switched(switch: Switch, meters: Meters, values: Values, money: Money) -> list[ExactInvoice]:
    """Return the invoices of the old contract and of the new one together, a month each."""
    months = len(next(iter(meters.values())))
    shares = [exact(each) for each in switch.shares(months)]
    last, first = switch.last_old(months), switch.month - 1
    old = {key: [each * (ONE - share) for each, share in zip(units[:last], shares, strict=False)]
           for key, units in meters.items()}  # fmt: skip
    new = {key: [each * share for each, share in zip(units[first:], shares[first:], strict=True)]
           for key, units in meters.items()}  # fmt: skip
    sides = {"old": switch.before, "new": switch.after}
    before = _invoices(switch.before, old, values, money)
    after = _invoices(switch.after, new, values, money) if first < months else []
    owed = _owed(switch.before, old, values, money) - sum((each.total for each in before), ZERO)
    owed *= _rate(switch.before, values)
    result = []
    for month in range(months):
        found = [(before[month], "old", ONE - shares[month])] if month < last else []
        found += [(after[month - first], "new", shares[month])] if month >= first else []
        lines = [
            replace(_times(line, sides[whose], values, money), label=f"{whose}: {line.label}")
            for each, whose, _ in found
            for line in each.lines
        ]
        if month == last - 1 and last < months:
            lines.append(Line(OWED, money.of(owed)))
        if month == first:
            lines.append(Line(FEE, money.of(values(switch.fee))))
        lines = [line for line in lines if line.amount or line.quantity is not None]
        served = sum((each.served * share for each, _, share in found), ZERO)
        result.append(ExactInvoice(tuple(lines), total(lines), total(lines), served))
    return result


def _rate(contract: Contract, values: Values) -> Decimal:
    """Return what amounts of a contract are worth in the scenario's currency."""
    return ONE if contract.exchange is None else values(contract.exchange.rate)


def _times(line: Line, contract: Contract, values: Values, money: Money) -> Line:
    """Return a line of a contract in the scenario's currency."""
    if contract.exchange is None:
        return line
    converted = line.times(_rate(contract, values))
    return replace(converted, amount=money.of(converted.amount))


def _own_money(contract: Contract, money: Money) -> Money:
    """Return how the contract's own currency is rounded, where the scenario's is rounded at all."""
    if contract.exchange is None or money.rounding is None:
        return money
    return Money(replace(money.rounding, decimals=currency(contract.exchange.currency).minor_units))


def _owed(contract: Contract, meters: Meters, values: Values, money: Money) -> Decimal:
    """Return what a contract bills in all where use stops after the months of the meters: until the buyer is free.

    In the contract's currency.
    """
    terms, month = contract.settlement, len(next(iter(meters.values())))
    yearly = terms.yearly_minimum is not None or (
        terms.commitment is not None and terms.commitment.period == "year" and terms.commitment.true_up != "never"
    )
    free = max(terms.term_months, month, -(-month // YEAR_MONTHS) * YEAR_MONTHS if yearly else 0)
    later = (terms.delay.months if terms.delay else 0) + (terms.clawback.after_months if terms.clawback else 0)
    if terms.prepaid is not None and terms.prepaid.top_up is not None:
        top_up = replace(terms.prepaid.top_up, last_month=month)
        terms = replace(terms, prepaid=replace(terms.prepaid, top_up=top_up))
        contract = replace(contract, settlement=terms)
    idle = {key: [*units, *[ZERO] * (free - month)] for key, units in meters.items()}
    billed = sum((each.total for each in _invoices(contract, idle, values, money)), ZERO)
    if not later:
        return billed
    plain = Settlement(terms.discount, discounts=terms.discounts, free_units=terms.free_units, limit=terms.limit,
                       delay=terms.delay, clawback=terms.clawback)  # fmt: skip
    use = replace(contract, settlement=plain, charges=contract.usage)
    longer = {key: [*units, *[ZERO] * (free - month + later)] for key, units in meters.items()}
    late = _invoices(use, longer, values, money)[free:]
    return billed + sum((each.total for each in late), ZERO)


def _invoices(contract: Contract, meters: Meters, values: Values, scenario_money: Money) -> list[ExactInvoice]:
    terms, money = contract.settlement, _own_money(contract, scenario_money)
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
    settle(settled, uses, [total(lines) for lines in fees], Basis(terms, counted, values, money, factor))
    result = []
    for month in range(months):
        lines = [line for use in uses for line in use.months[month]]
        lines += [*fees[month], *outside[month], *settled.lines[month]]
        prepaid = settled.wallet[month] if settled.wallet else None
        due = scenario_money.of(total(lines) * _rate(contract, values))
        result.append(ExactInvoice(tuple(lines), total(lines), due, served[month], prepaid))
    return result


def _reshaped(contract: Contract, meters: Meters, values: Values) -> tuple[Meters, Meters, list[Decimal]]:
    """Return the meters that are served and final, those less what is free, and the shares served."""
    terms = contract.settlement
    months = len(next(iter(meters.values())))
    served = [ONE] * months
    if terms.limit is not None and terms.limit.units is not None:
        served = served_units.served(served_units.limited(terms.limit, meters), terms.limit, values)
    counted = dict(meters)
    for key in {*contract.meters, contract.unit} - {HUMAN_MINUTES}:
        counted[key] = [units * share for units, share in zip(meters[key], served, strict=True)]
        if terms.delay is not None:
            counted[key] = served_units.final(counted[key], terms.delay, values)
    priced = dict(counted)
    for free in terms.free_units:
        priced[free.meter] = served_units.unpaid(priced[free.meter], free, values)
    return counted, priced, served


def _charges(contract: Contract, meters: Meters, values: Values) -> tuple[list[Use], LinesByMonth, LinesByMonth]:
    """Return charges for use, fees by month, and what settlement does not see by month; nothing is rounded."""
    months = len(next(iter(meters.values())))
    fees: LinesByMonth = [[] for _ in range(months)]
    outside: LinesByMonth = [[] for _ in range(months)]
    uses, factor, clawback = [], exact(contract.rate_factor), contract.settlement.clawback
    for charge in contract.charges:
        found = charged(charge, meters, values)
        if not charge.settles or charge.is_fee:
            for month, lines in enumerate(found):
                (fees if charge.settles else outside)[month] += lines
            continue
        if factor != 1:
            found = [[line.times(factor) for line in lines] for lines in found]
        of_unit = clawback is not None and charge.unit_meter == clawback.billed
        uses.append(Use(found, families_of(charge), of_unit))
    return uses, fees, outside


def _covered(uses: Sequence[Use], contract: Contract, values: Values) -> list[Decimal]:
    """Return the share of each month that prepaid credits let the AI serve."""
    terms = contract.settlement
    assert terms.prepaid is not None and terms.limit is not None
    left = discounted(uses, terms, values, Money()).left
    due = [sum(month, ZERO) for month in zip(*left, strict=True)]
    return Wallet(terms.prepaid, values, Money()).covered(due, terms.limit.at_share)


def _parts(months: LinesByMonth, shares: Sequence[Decimal]) -> LinesByMonth:
    return [[line.part(share) for line in lines] for lines, share in zip(months, shares, strict=True)]


def _rounded(months: LinesByMonth, money: Money) -> LinesByMonth:
    return [[replace(line, amount=money.of(line.amount)) for line in lines] for lines in months]

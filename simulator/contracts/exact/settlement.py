"""Exact settlement: from the lines of charges to what is billed in each month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from simulator.contracts.exact.decimals import ONE, ZERO, Money, Values, exact
from simulator.contracts.exact.invoice_lines import Line, allocated, total
from simulator.contracts.exact.prepaid import Month, Wallet
from simulator.contracts.settlement.commitment import Commitment
from simulator.contracts.settlement.discounts import Discount
from simulator.contracts.settlement.settlement_terms import Settlement

_YEAR = 12
_LENGTHS = {"month": 1, "year": _YEAR}


@dataclass(frozen=True, slots=True)
class Use:
    """The lines of one charge for use, by month.

    Attributes:
        families: names of the meters it reads.
        of_unit: whether it bills the unit that is clawed back.
    """

    months: list[list[Line]]
    families: frozenset[str]
    of_unit: bool


@dataclass(slots=True)
class Settled:
    """What settlement adds to the lines of charges.

    Attributes:
        lines: by month.
        left: charges for use after discounts, by charge and month.
        wallet: what became of prepaid credits.
    """

    lines: list[list[Line]]
    left: list[list[Decimal]]
    wallet: list[Month] = field(default_factory=list)

    def add(self, month: int, label: str, amount: Decimal) -> Decimal:
        """Add a line unless it is nothing; return its amount."""
        if amount:
            self.lines[month].append(Line(label, amount))
        return amount


@dataclass(frozen=True, slots=True)
class Basis:
    """What the settlement of one trial goes by.

    Attributes:
        meters: units served and final by meter.
        factor: on all prices of usage.
    """

    terms: Settlement
    meters: Mapping[str, Sequence[Decimal]]
    values: Values
    money: Money
    factor: Decimal


def discounted(uses: Sequence[Use], terms: Settlement, values: Values, money: Money) -> Settled:
    """Return the charges for use after discounts, and the lines of the discounts."""
    months = len(uses[0].months) if uses else 0
    settled = Settled([[] for _ in range(months)], [[total(lines) for lines in use.months] for use in uses])
    always = [Discount(share=terms.discount)] if values(terms.discount) else []
    for each in [*sorted(terms.discounts, key=lambda discount: discount.amount is None), *always]:
        first, last = each.months.first - 1, each.months.last
        chosen = [place for place, use in enumerate(uses) if each.meter is None or each.meter in use.families]
        for month in range(first, months if last is None else min(last, months)):
            before = [settled.left[place][month] for place in chosen]
            off = _off(each, before, values, money)
            for place, amount in zip(chosen, off, strict=True):
                settled.left[place][month] -= amount
            settled.add(month, _words(each, values), -sum(off, ZERO))
    return settled


def _off(discount: Discount, before: Sequence[Decimal], values: Values, money: Money) -> list[Decimal]:
    if discount.amount is not None:
        return allocated(money.of(values(discount.amount)), before, money)
    assert discount.share is not None
    share = values(discount.share)
    return allocated(money.of(sum(before, ZERO) * share), before, money)


def _words(discount: Discount, values: Values) -> str:
    of = "" if discount.meter is None else f", {discount.meter.replace('_', ' ')}"
    if discount.share is None:
        return f"discount{of}"
    return f"discount {values(discount.share) * 100:.12g} %{of}".replace(".0 %", " %")


def settle(settled: Settled, uses: Sequence[Use], fees: Sequence[Decimal], basis: Basis) -> None:
    """Add the lines of minimums, maximum, commitment and credits to what discounts left; `fees` are of each month."""
    terms, values, money, factor = basis.terms, basis.values, basis.money, basis.factor
    months = range(len(fees))
    use = [sum((left[month] for left in settled.left), ZERO) for month in months]
    listed = [sum((total(each.months[month]) for each in uses), ZERO) for month in months]
    extra = _surcharges(use, terms, values, money, factor)
    billed = []
    for month in months:
        settled.add(month, "above the commitment, surcharge", extra[month])
        amount = use[month] + extra[month] + fees[month]
        if terms.monthly_minimum is not None:
            missing = max(money.of(values(terms.monthly_minimum)) - amount, ZERO)
            amount += settled.add(month, "monthly minimum, true-up", missing)
        if terms.maximum_per_month is not None:
            over = max(amount - money.of(values(terms.maximum_per_month)), ZERO)
            amount += settled.add(month, "above the monthly maximum", -over)
        billed.append(amount)
    if terms.yearly_minimum is not None:
        least = values(terms.yearly_minimum)
        when = "at_end" if terms.true_up == "year_end" else terms.true_up
        due = [least * (month % _YEAR + 1) / _YEAR for month in range(len(billed))]
        for month, amount in enumerate(_true_ups(billed, due, _YEAR, when, money)):
            billed[month] += settled.add(month, "yearly minimum, true-up", amount)
    if terms.commitment is not None:
        counted = _counted(terms.commitment, billed, extra, listed, use, fees)
        for month, amount in enumerate(_committed(counted, terms, values, money, factor)):
            billed[month] += settled.add(month, "commitment, true-up", amount)
    _pay_by_credits(settled, [a + b for a, b in zip(use, extra, strict=True)], billed, terms, values, money)
    _credit_notes(settled, uses, use, basis)


def _counted(
    commitment: Commitment,
    billed: Sequence[Decimal],
    extra: Sequence[Decimal],
    listed: Sequence[Decimal],
    use: Sequence[Decimal],
    fees: Sequence[Decimal],
) -> list[Decimal]:
    """Return what counts against a commitment in each month."""
    counted = []
    for month, amount in enumerate(billed):
        amount -= extra[month]
        if commitment.compared == "before_discount":
            amount += listed[month] - use[month]
        counted.append(amount if commitment.with_fees else amount - fees[month])
    return counted


def _owed(terms: Settlement, months: int, values: Values, factor: Decimal) -> tuple[list[list[Decimal]], int]:
    """Return what each month of each whole period of the commitment adds to what that owes, and a period's months."""
    commitment = terms.commitment
    assert commitment is not None
    length = _LENGTHS.get(commitment.period, terms.term_months)
    amount = values(commitment.amount)
    if commitment.units is not None:
        amount *= exact(commitment.units) * factor
    last = -(-terms.term_months // length) - 1
    periods = []
    for period in range(-(-months // length)):
        share = exact(commitment.first_share) if period == 0 else ONE
        share *= exact(commitment.last_share) if period == last else ONE
        held = [_held(commitment, period * length + place + 1, values) for place in range(length)]
        periods.append([amount * share * each / length for each in held])
    return periods, length


def _held(commitment: Commitment, month: int, values: Values) -> Decimal:
    """Return how many times the stated amount a month is committed to: by the last step that has begun."""
    begun = [step for step in commitment.ramp if step.from_month <= month]
    return values(max(begun, key=lambda step: step.from_month).factor) if begun else ONE


def _committed(
    counted: Sequence[Decimal], terms: Settlement, values: Values, money: Money, factor: Decimal
) -> list[Decimal]:
    assert terms.commitment is not None
    owed, length = _owed(terms, len(counted), values, factor)
    due = [sum(owed[month // length][: month % length + 1], ZERO) for month in range(len(counted))]
    return _true_ups(counted, due, length, terms.commitment.true_up, money)


def _true_ups(
    counted: Sequence[Decimal], due: Sequence[Decimal], length: int, when: str, money: Money
) -> list[Decimal]:
    """Return the true-ups of each month; `due` is what its period owes by the end of it."""
    result = []
    so_far = ZERO
    for month, amount in enumerate(counted):
        place = month % length + 1
        so_far = amount if place == 1 else so_far + amount
        settles = when == "each_month" or (when == "at_end" and (place == length or month == len(counted) - 1))
        missing = max(money.of(due[month]) - so_far, ZERO) if settles else ZERO
        so_far += missing
        result.append(missing)
    return result


def _surcharges(
    use: Sequence[Decimal], terms: Settlement, values: Values, money: Money, factor: Decimal
) -> list[Decimal]:
    commitment = terms.commitment
    if commitment is None:
        return [ZERO for _ in use]
    over = values(commitment.overage_factor)
    if commitment.overage_rate is not None:
        price = values(commitment.amount)
        over = values(commitment.overage_rate) / price if price else ONE
    owed, length = _owed(terms, len(use), values, factor)
    result, so_far = [], ZERO
    for month, amount in enumerate(use):
        before = ZERO if month % length == 0 else so_far
        so_far = before + amount
        limit = sum(owed[month // length], ZERO)
        beyond = max(so_far - limit, ZERO) - max(before - limit, ZERO)
        result.append(money.of(beyond * (over - ONE)))
    return result


def _pay_by_credits(
    settled: Settled, use: Sequence[Decimal], billed: Sequence[Decimal], terms: Settlement, values: Values, money: Money
) -> None:
    prepaid = terms.prepaid
    if prepaid is None:
        return
    payable = [max(amount, ZERO) for amount in billed]
    due = payable if prepaid.pays == "invoice" else [min(a, b) for a, b in zip(use, payable, strict=True)]
    settled.wallet = Wallet(prepaid, values, money).run(due)
    over = values(prepaid.overage_factor) - ONE
    for month, each in enumerate(settled.wallet):
        settled.add(month, "prepaid credits bought", each.bought)
        settled.add(month, "paid by credits", -money.of(each.paid))
        settled.add(month, "above prepaid credits, surcharge", money.of(each.open * over))


def _credit_notes(settled: Settled, uses: Sequence[Use], use: Sequence[Decimal], basis: Basis) -> None:
    """Add the service credits of a guarantee, and what is credited of units void later."""
    terms, meters, values, money = basis.terms, basis.meters, basis.values, basis.money
    if (guarantee := terms.guarantee) is not None:
        given: dict[int, Decimal] = {}
        for first in range(0, len(use), guarantee.every_months):
            period = range(first, min(first + guarantee.every_months, len(use)))
            of = sum((meters[guarantee.of][month] for month in period), ZERO)
            counted = sum((meters[guarantee.counted][month] for month in period), ZERO)
            missing = values(guarantee.rate) - counted / of if of else ZERO
            if missing > 0:
                share = values(guarantee.share) + values(guarantee.share_per_point) * missing * 100
                back = min(share, values(guarantee.most_share)) * sum((use[month] for month in period), ZERO)
                year = period[-1] // _YEAR
                if guarantee.most_per_year is not None:
                    back = min(back, values(guarantee.most_per_year) - given.get(year, ZERO))
                back = money.of(back)
                given[year] = given.get(year, ZERO) + back
                settled.add(period[-1], "service credit, rate missed", -back)
    if (clawback := terms.clawback) is not None:
        for month in range(len(use) - clawback.after_months):
            billed, final = meters[clawback.billed][month], meters[clawback.final][month]
            of_unit = sum((left[month] for left, each in zip(settled.left, uses, strict=True) if each.of_unit), ZERO)
            void = max(ONE - final / billed, ZERO) if billed else ZERO
            settled.add(month + clawback.after_months, "credit for units void later", -money.of(void * of_unit))

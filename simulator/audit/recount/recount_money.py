"""The money of a recount: by the product's own exact invoices, in Decimal, rounded once a line.

The amounts of the kinds are steps along one path: from the units recounted, over what was billed too much, down by what
was not billed, to the units of the list; then to those of the invoice, and to its amount. Each step is priced by the
whole invoice before and after it, so that steps add up to the cent at tiers, minimums and allowances too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Final

from simulator.audit.recount.difference_rows import Difference
from simulator.audit.recount.kinds import ORDER
from simulator.audit.recount.line_matching import MatchedLine, is_of_unit
from simulator.contracts.contract import Contract
from simulator.contracts.exact.charges import charged
from simulator.contracts.exact.decimals import ZERO, Money, Rounding, at_stated
from simulator.contracts.exact.invoice import invoices
from simulator.contracts.exact.invoice_lines import allocated
from simulator.contracts.metering.contract_months import YEAR_MONTHS
from simulator.money import currency

NOT_ON_THE_LIST: Final = "invoice without list"
PRICE: Final = "price"
NO_LIST: Final = "without a list"
Amounts = Callable[[int], Decimal]
"""What so many units cost, with all that settlement adds for them."""


@dataclass(frozen=True, slots=True)
class KindMoney:
    """What the differences of one kind and direction come to.

    Attributes:
        units: billed less counted; negative where less was billed.
        amount: likewise.
        shares: amount of each of its differences, in their order.
        what: whose line it is, where lines are told apart.
    """

    kind: str
    rows: int
    units: int
    amount: Decimal
    disputed: bool
    shares: tuple[Decimal, ...] = ()
    what: str = ""


@dataclass(frozen=True, slots=True)
class LineMoney:
    """A line of the invoice against the contract; `ours` is None where the contract does not say."""

    matched: MatchedLine
    ours: Decimal | None


@dataclass(frozen=True, slots=True)
class PricedContract:
    """A contract that prices units of one month of its term.

    Attributes:
        earlier: meters of the months before, which tiers and allowances by the year remember.
        counted: units of the month, of the meters that the record tells; the others count nothing.
    """

    contract: Contract
    code: str
    earlier: Mapping[str, Sequence[Decimal]]
    counted: Mapping[str, Decimal]

    @property
    def rounding(self) -> Rounding:
        """How its money is rounded."""
        return Rounding(currency(self.code).minor_units)

    @property
    def _place(self) -> int:
        """The month, counted from 0."""
        return len(next(iter(self.earlier.values())))

    def _meters(self, units: int | None) -> dict[str, list[Decimal]]:
        """Return the meters up to the end of the contract year, when what is owed by the year is settled."""
        later = [ZERO] * (-(self._place + 1) % YEAR_MONTHS)
        found = {key: [*before, self.counted.get(key, ZERO), *later] for key, before in self.earlier.items()}
        if units is not None:
            found[self.contract.unit][self._place] = Decimal(units)
        return found

    def total(self, units: int | None = None) -> Decimal:
        """Return the whole invoice of so many units of the contract's unit, all else as counted; None for counted."""
        return invoices(self.contract, self._meters(units), at_stated, self.rounding)[self._place].total

    def charge(self, place: int, units: int | None = None) -> Decimal:
        """Return what one of its charges comes to, rounded by line, before settlement."""
        money = Money(self.rounding)
        lines = charged(self.contract.charges[place], self._meters(units), at_stated)[self._place]
        return sum((money.of(line.amount) for line in lines), ZERO)

    def of_units(self, units: int | None = None) -> Decimal:
        """Return the invoice less the charges that do not bill the unit."""
        places = range(len(self.contract.charges))
        other = (self.charge(place, units) for place in places if not is_of_unit(self.contract, place))
        return self.total(units) - sum(other, ZERO)

    def knows(self, place: int) -> bool:
        """Return whether all that a charge bills is counted here."""
        return set(self.contract.charges[place].meters) <= self.counted.keys()

    def amounts(self) -> Amounts:
        """Return `of_units`, which remembers what it was asked."""
        return cache(self.of_units)


def by_kind(found: Sequence[Difference], counted: int, amounts: Amounts, code: str) -> tuple[KindMoney, ...]:
    """Return the money of each kind and direction; they sum to what the list costs less what the recount costs.

    Args:
        found: differences, those billed too much first.
        counted: units of the recount.
    """
    made, at, money = [], counted, Money(Rounding(currency(code).minor_units))
    groups: dict[tuple[bool, int, bool], list[Difference]] = {}
    for each in found:
        groups.setdefault((each.billed < each.counted, ORDER.index(each.kind), not each.disputed), []).append(each)
    for (_, place, undisputed), rows in sorted(groups.items(), key=lambda group: group[0]):
        units = [each.billed - each.counted for each in rows]
        amount = amounts(at + sum(units)) - amounts(at)
        at += sum(units)
        shares = _shares(amount, units, money)
        made.append(KindMoney(ORDER[place], len(rows), sum(units), amount, not undisputed, shares))
    return tuple(made)


def _shares(amount: Decimal, units: Sequence[int], money: Money) -> tuple[Decimal, ...]:
    """Return an amount spread over rows by their units, to the cent."""
    sign = -1 if amount < 0 else 1
    return tuple(
        sign * each for each in allocated(abs(amount), [Decimal(abs(each)) * abs(amount) for each in units], money)
    )


def rest_of_invoice(
    lines: Sequence[MatchedLine], listed: int | None, counted: int, amounts: Amounts
) -> tuple[KindMoney, ...]:
    """Return what lies between the list and the invoice's lines of units: units on no list, and another price."""
    units = [each.line for each in lines if each.role == "units"]
    if not units:
        return ()
    amount = sum((line.amount for line in units), ZERO)
    before = counted if listed is None else listed
    stated = [line.quantity for line in units if line.quantity is not None]
    at = int(sum(stated, ZERO)) if stated else before
    made = []
    if at != before:
        kind = NO_LIST if listed is None else NOT_ON_THE_LIST
        made.append(KindMoney(kind, 0, at - before, amounts(at) - amounts(before), disputed=True))
    if amount != amounts(at):
        made.append(KindMoney(PRICE, 0, 0, amount - amounts(at), disputed=True))
    return tuple(made)


def line_money(lines: Sequence[MatchedLine], priced: PricedContract) -> tuple[LineMoney, ...]:
    """Return every line with what the contract has for it; several lines of one charge share it with the first.

    The first line of units has what settlement adds, and charges for units that no line bills.
    """
    ours = _by_charge(lines, priced)
    made = []
    for each in lines:
        if each.charge is None:
            made.append(LineMoney(each, ZERO if each.role == "not in the contract" else None))
        elif not priced.knows(each.charge):
            made.append(LineMoney(each, None))
        else:
            made.append(LineMoney(each, ours.pop(each.charge, ZERO)))
    return tuple(made)


def _by_charge(lines: Sequence[MatchedLine], priced: PricedContract) -> dict[int, Decimal]:
    """Return what the contract has for each charge that lines bill, by its number."""
    found = {each.charge: priced.charge(each.charge) for each in lines if each.charge is not None}
    units = list(dict.fromkeys(each.charge for each in lines if each.role == "units" and each.charge is not None))
    if units:
        found[units[0]] += priced.of_units() - sum((found[place] for place in units), ZERO)
    return found


def without_list(lines: Sequence[LineMoney], billed: Decimal | None, recounted: Decimal) -> tuple[KindMoney, ...]:
    """Return by charge what lines of units come to beyond the contract, where no list can say which units these are."""
    if billed is None:
        return ()
    charges: dict[int | None, list[LineMoney]] = {}
    for each in lines:
        if each.matched.role == "units":
            charges.setdefault(each.matched.charge, []).append(each)
    found = []
    for rows in charges.values():
        beyond = sum((each.matched.line.amount - (each.ours or ZERO) for each in rows), ZERO)
        found.append((rows[0].matched.line.description, beyond))
    if not charges:
        found.append(("the invoice has no line of units", billed - recounted))
    return tuple(KindMoney(NO_LIST, 0, 0, amount, True, what=what) for what, amount in found if amount)

"""The clauses of settlement: minimums, cap, commitment, prepaid credits, limit, guarantee, clawback, free units."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, TypeAlias

from simulator.contracts.binding.clause import Clause, PricedMonths, State, clearly, with_settlement
from simulator.contracts.contract import Contract
from simulator.contracts.prices.charge import ONE
from simulator.contracts.prices.priced_units import after_free_units

if TYPE_CHECKING:
    from simulator.arrays import Array, Flags


Found: TypeAlias = Callable[[Contract], Iterator[Clause]]


def _months_of(part: str) -> tuple[State, State]:
    """Return the months in which a part of settlement is clearly not 0, and those in which it is not 0 at all."""

    def reached(have: PricedMonths, without: PricedMonths) -> Flags:
        return clearly(getattr(have.settled, part), have.settled.total)

    def acts(have: PricedMonths, without: PricedMonths) -> Flags:
        amounts: Array = getattr(have.settled, part)
        moves: Flags = amounts != 0
        return moves

    return reached, acts


def _monthly_minimum(contract: Contract) -> Iterator[Clause]:
    least = contract.settlement.monthly_minimum
    if least is not None:
        without = with_settlement(contract, monthly_minimum=None)
        yield Clause("monthly_minimum", without, *_months_of("monthly_true_up"), size=least.center)


def _yearly_minimum(contract: Contract) -> Iterator[Clause]:
    least = contract.settlement.yearly_minimum
    if least is not None:
        without = with_settlement(contract, yearly_minimum=None)
        yield Clause(
            "yearly_minimum",
            without,
            *_months_of("yearly_true_up"),
            size=least.center,
            span="year",
        )


def _maximum(contract: Contract) -> Iterator[Clause]:
    most = contract.settlement.maximum_per_month
    if most is not None:
        yield Clause(
            "monthly_maximum",
            with_settlement(contract, maximum_per_month=None),
            *_months_of("cap"),
            size=most.center,
        )


def _commitment(contract: Contract) -> Iterator[Clause]:
    """Yield what is owed at least, and what use beyond it costs, each without the other."""
    terms = contract.settlement.commitment
    if terms is None:
        return
    if terms.true_up != "never":
        left = replace(terms, true_up="never") if terms.has_overage else None
        meter, size = ("", terms.amount.center) if terms.units is None else (contract.unit, terms.units)
        without = with_settlement(contract, commitment=left)
        yield Clause(
            "commitment",
            without,
            *_months_of("commitment_true_up"),
            size=size,
            meter=meter,
            span=terms.period,
        )
    if terms.has_overage:
        plain = replace(terms, overage_factor=ONE, overage_rate=None)
        without = with_settlement(contract, commitment=plain)
        factor = None if terms.overage_rate is not None else terms.overage_factor.center
        yield Clause("commitment_overage", without, *_months_of("surcharge"), size=factor, span=terms.period)


def _limit(contract: Contract) -> Iterator[Clause]:
    terms = contract.settlement.limit
    if terms is None:
        return

    def stops(have: PricedMonths, without: PricedMonths) -> Flags:
        assert have.settled.served is not None
        return have.settled.served < 1

    without = with_settlement(contract, limit=None)
    if terms.units is None:
        yield Clause("limit_of_credits", without, stops)
        return
    meters = terms.meters
    meter = meters[0] if len(meters) == 1 else ""
    yield Clause("limit", without, stops, size=terms.units.center, meter=meter, span=terms.span)


def _prepaid(contract: Contract) -> Iterator[Clause]:
    terms = contract.settlement.prepaid
    if terms is None:
        return
    limit = contract.settlement.limit
    kept = limit if limit is not None and limit.units is not None else None
    yield Clause("prepaid", with_settlement(contract, prepaid=None, limit=kept), _unused, _moved)
    if not (terms.overage_factor.fixed and terms.overage_factor.center == 1.0):
        plain = with_settlement(contract, prepaid=replace(terms, overage_factor=ONE))
        yield Clause("prepaid_overage", plain, _surcharged, size=terms.overage_factor.center)


def _unused(have: PricedMonths, without: PricedMonths) -> Flags:
    """Return the months at whose end credits are void unused; in the last one also where some are left."""
    drawn = have.settled.drawn
    assert drawn is not None
    unused: Flags = drawn.expired > 0
    unused[:, -1] |= drawn.left[:, -1] > 0
    return unused


def _moved(have: PricedMonths, without: PricedMonths) -> Flags:
    drawn = have.settled.drawn
    assert drawn is not None
    found: Flags = (drawn.bought != 0) | (drawn.granted != 0) | (drawn.relief != 0) | (drawn.surcharge != 0)
    return found | _served_less(have)


def _served_less(have: PricedMonths) -> Flags:
    served = have.settled.served
    return have.total != have.total if served is None else served < 1


def _surcharged(have: PricedMonths, without: PricedMonths) -> Flags:
    assert have.settled.drawn is not None
    costs: Flags = have.settled.drawn.surcharge != 0
    return costs


def _guarantee(contract: Contract) -> Iterator[Clause]:
    terms = contract.settlement.guarantee
    if terms is None:
        return
    yield Clause(
        "guarantee",
        with_settlement(contract, guarantee=None),
        *_months_of("service_credit"),
        size=terms.rate.center,
    )
    if terms.most_per_year is not None:
        without = with_settlement(contract, guarantee=replace(terms, most_per_year=None))
        yield Clause(
            "guarantee_maximum", without, _less_credit, _other_credit, size=terms.most_per_year.center, span="year"
        )


def _less_credit(have: PricedMonths, without: PricedMonths) -> Flags:
    more: Array = without.settled.service_credit
    return clearly(have.settled.service_credit - more, more)


def _other_credit(have: PricedMonths, without: PricedMonths) -> Flags:
    differs: Flags = have.settled.service_credit != without.settled.service_credit
    return differs


def _clawback(contract: Contract) -> Iterator[Clause]:
    if contract.settlement.clawback is not None:
        yield Clause("clawback", with_settlement(contract, clawback=None), *_months_of("clawback"))


def _free_units(contract: Contract) -> Iterator[Clause]:
    every = contract.settlement.free_units
    for place, free in enumerate(every):
        without = with_settlement(contract, free_units=(*every[:place], *every[place + 1 :]))
        used_up, used = _free_state(contract, place, left=True), _free_state(contract, place, left=False)
        yield Clause("free_units", without, used_up, used, size=free.units.center, meter=free.meter, span=free.span)


def _free_state(contract: Contract, place: int, *, left: bool) -> State:
    """Return the months in which units are left to bill after some are free; else those in which some are free."""
    free = contract.settlement.free_units[place]
    before = [each for each in contract.settlement.free_units[:place] if each.meter == free.meter]

    def state(have: PricedMonths, without: PricedMonths) -> Flags:
        units = have.charged.meters[free.meter]
        for each in before:
            units = after_free_units(units, each, have.values)
        billed = after_free_units(units, free, have.values)
        holds: Flags = free.months.hold(have.months) > 0
        to_bill: Flags = (billed > 0) & holds
        some_free: Flags = units > billed
        return to_bill if left else some_free

    return state


NO_CLAUSE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "discount": "a share off all use acts whenever something is used",
        "discounts": "amounts and shares off use act whenever something is used",
        "true_up": "says when the yearly minimum is settled",
        "term_months": "says what is owed on leaving, which `leaving` tells",
        "delay": "moves units to later months and takes none away",
    }
)
"""Fields of settlement that are no clause of their own, and why."""
SETTLEMENT_CLAUSES: Final[Mapping[str, Found]] = MappingProxyType(
    {
        "monthly_minimum": _monthly_minimum,
        "maximum_per_month": _maximum,
        "yearly_minimum": _yearly_minimum,
        "commitment": _commitment,
        "prepaid": _prepaid,
        "limit": _limit,
        "free_units": _free_units,
        "guarantee": _guarantee,
        "clawback": _clawback,
    }
)
"""How the clauses of each field of settlement are found."""

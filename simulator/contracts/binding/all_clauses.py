"""All clauses of a contract, in the order of its charges and of settlement."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from simulator.contracts.binding.clause import Clause, Kind, PricedMonths, State, clearly
from simulator.contracts.binding.price_clauses import charge_clauses
from simulator.contracts.binding.settlement_clauses import SETTLEMENT_CLAUSES
from simulator.contracts.contract import Contract
from simulator.contracts.prices.charge import Charge, ChargeAround
from simulator.contracts.prices.derived_charges import DerivedCharge
from simulator.contracts.prices.price_changes import Changing, Escalator, PriceMove, PriceStep
from simulator.contracts.prices.priced_units import Adjusted
from simulator.contracts.prices.seats import SeatCharge, Seats

if TYPE_CHECKING:
    from simulator.arrays import Flags

Found = TypeVar("Found")


def clauses_of(contract: Contract) -> tuple[Clause, ...]:
    """Return the clauses of a contract; of a change of vendor none, see `worth` for those of its two sides."""
    if contract.switch is not None:
        return ()
    return (*_of_charges(contract), *_of_seats(contract), *_of_changes(contract), *_of_settlement(contract))


def has_clauses(contract: Contract) -> bool:
    """Return whether a contract, or one side of a change of vendor, has a clause."""
    sides = (contract,) if contract.switch is None else (contract.switch.before, contract.switch.after)
    return any(clauses_of(side) for side in sides)


def _of_settlement(contract: Contract) -> Iterator[Clause]:
    for find in SETTLEMENT_CLAUSES.values():
        yield from find(contract)


def _of_charges(contract: Contract) -> Iterator[Clause]:
    for place, charge in enumerate(contract.charges):
        for found in charge_clauses(charge):
            without = _with_charge(contract, place, found.without)
            if found.reached is None:
                reached, acts = (_differs(charge, found.without, at_all=at_all) for at_all in (False, True))
            else:
                reached, acts = _probed(found.reached), _probed(found.acts or found.reached)
            yield Clause(found.kind, without, reached, acts, found.size, found.meter, found.span)


def _with_charge(contract: Contract, place: int, charge: Charge) -> Contract:
    """Return a contract with another charge in a place, also where shares of others are taken of it."""
    old = contract.charges[place]
    pairs = [(old, charge)]
    if isinstance(old, Changing) and isinstance(charge, Changing):
        pairs.append((old.inner, charge.inner))  # shares of others are taken of what does not change yet

    def other(part: Any) -> Any:
        return next((new for known, new in pairs if part == known), None)

    later = tuple(_replaced(each, other) for each in contract.charges[place + 1 :])
    return replace(contract, charges=(*contract.charges[:place], charge, *later))


def _replaced(of: Any, other: Callable[[Any], Any]) -> Any:
    """Return a charge in which some parts are others, itself where it is one; `other` gives None for what stays."""
    found = other(of)
    if found is not None:
        return found
    if isinstance(of, DerivedCharge):
        return replace(of, charges=tuple(_replaced(each, other) for each in of.charges))
    return replace(of, inner=_replaced(of.inner, other)) if isinstance(of, ChargeAround) else of


def _probed(probe: Charge) -> State:
    """Return the months in which a probe is not 0."""

    def state(have: PricedMonths, without: PricedMonths) -> Flags:
        return probe.amount(have.priced, have.values) > 0

    return state


def _differs(charge: Charge, other: Charge, *, at_all: bool) -> State:
    """Return the months in which a charge comes to another amount than without a clause, clearly or at all."""

    def state(have: PricedMonths, without: PricedMonths) -> Flags:
        import numpy as np

        amount, instead = (each.amount(have.priced, have.values) for each in (charge, other))
        differs: Flags = amount != instead
        return differs if at_all else clearly(amount - instead, np.maximum(amount, instead))

    return state


def _of_seats(contract: Contract) -> Iterator[Clause]:
    """Yield the fewest seats that bill, which may stand in several charges."""
    for seats in _each(each for charge in contract.charges for each in _seats_in(charge) if each.minimum > 0):
        fewer = replace(seats, minimum=0.0)
        charges = tuple(_replaced(charge, _of_other_seats(seats, fewer)) for charge in contract.charges)
        yield Clause(
            "seats_minimum", replace(contract, charges=charges), _fewer_needed(seats, fewer), size=seats.minimum
        )


def _seats_in(charge: Any) -> Iterator[Seats]:
    if isinstance(charge, SeatCharge):
        yield charge.seats
    if isinstance(charge, Adjusted) and charge.free is not None and charge.free.seats is not None:
        yield charge.free.seats
    inside = charge.charges if isinstance(charge, DerivedCharge) else ()
    for each in (charge.inner,) if isinstance(charge, ChargeAround) else inside:
        yield from _seats_in(each)


def _of_other_seats(seats: Seats, other: Seats) -> Callable[[Any], Any]:
    def changed(part: Any) -> Any:
        if isinstance(part, SeatCharge) and part.seats == seats:
            return replace(part, seats=other)
        if isinstance(part, Adjusted) and part.free is not None and part.free.seats == seats:
            return replace(part, free=replace(part.free, seats=other))
        return None

    return changed


def _fewer_needed(seats: Seats, fewer: Seats) -> State:
    def state(have: PricedMonths, without: PricedMonths) -> Flags:
        billed: Flags = seats.count(have.priced, have.values) > fewer.count(have.priced, have.values)
        return billed

    return state


def _of_changes(contract: Contract) -> Iterator[Clause]:
    """Yield the changes of prices over the months, each in all charges that it holds for, and what bounds them."""
    for move in _each(move for charge in contract.charges if isinstance(charge, Changing) for move in charge.changes):
        if isinstance(move, PriceStep):
            yield _change(contract, move, None, "price_change", move.by.center, move.months.first)
            continue
        assert isinstance(move, Escalator)
        yield _change(contract, move, None, "escalator", move.growth.center, move.every_months)
        if move.cap is not None:
            yield _change(contract, move, replace(move, cap=None), "escalator_cap", move.cap, move.every_months)
        if move.floor is not None:
            yield _change(contract, move, replace(move, floor=None), "escalator_floor", move.floor, move.every_months)


def _change(
    contract: Contract, move: PriceMove, other: PriceMove | None, kind: Kind, size: float, month: int
) -> Clause:
    """Return a change of prices, with another one or none in its place where it is not there."""

    def state(have: PricedMonths, without: PricedMonths) -> Flags:
        instead = 1.0 if other is None else other.factor(have.months, have.values)
        moves: Flags = move.factor(have.months, have.values) != instead
        return moves

    charges = tuple(_changed_otherwise(charge, move, other) for charge in contract.charges)
    return Clause(kind, replace(contract, charges=charges), state, size=size, month=month)


def _changed_otherwise(charge: Charge, move: PriceMove, other: PriceMove | None) -> Charge:
    if not isinstance(charge, Changing) or move not in charge.changes:
        return charge
    instead = tuple(each for change in charge.changes if (each := other if change == move else change) is not None)
    return replace(charge, changes=instead)


def _each(found: Iterable[Found]) -> list[Found]:
    """Return what was found, each once: prices with laws in them have no hash."""
    once: list[Found] = []
    for each in found:
        if each not in once:
            once.append(each)
    return once

"""Prices and what belongs to them moved: fees, included units, overage, tiers, packages, seats, changes over time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from simulator.contracts.contract_types import Hybrid, PerAction, PerResolution, PerSeat
from simulator.contracts.metering.contract_months import YEAR_MONTHS
from simulator.contracts.prices.included import IncludedSpec
from simulator.contracts.prices.unit_price import PriceTerms
from simulator.decisions.clause_prices.moved_terms import (
    Alternative,
    Change,
    Standing,
    edited,
    round_number,
    setting,
    without_entry,
)

if TYPE_CHECKING:
    from simulator.contracts.contract_terms import ContractSpec
    from simulator.contracts.prices.charge_terms import ChargeTerms
    from simulator.quantities.parameters import Table

TENTH_LESS: Final = 0.9
TENTH_MORE: Final = 1.1
FREE: Final = 0.05
"""Share of a month's expected units that are added as included where a contract has none."""
PACK: Final = 0.1
"""Share of the included units that a pack of overage has where none is offered."""
RISE: Final = 0.05
CAPPED: Final = 0.03
PILOT_MONTHS: Final = 3


def price_alternatives(standing: Standing) -> Iterator[Alternative]:
    """Yield what prices, fees and their changes may be instead."""
    spec = standing.spec
    if standing.contract.usage:
        for factor in (TENTH_LESS, TENTH_MORE):
            yield Alternative(Change("price", 1.0, factor), factor=factor)
    if spec.platform_fee is not None and spec.platform_fee.center > 0:
        yield setting(Change("platform_fee", spec.platform_fee.center, None), platform_fee=None)
    if spec.one_time_fees:
        fees = sum(each.amount.center for each in spec.one_time_fees)
        yield setting(Change("one_time_fees", fees, None), one_time_fees=None)
    if isinstance(spec, PriceTerms):
        yield from _unit_terms(spec, standing)
    if isinstance(spec, PerSeat):
        yield from _seats(spec)
    if isinstance(spec, Hybrid):
        for place, charge in enumerate(spec.charges):
            yield from _of_charge(charge, place, spec.charges)
    yield from _over_time(standing)


def _unit_terms(spec: PriceTerms, standing: Standing) -> Iterator[Alternative]:
    """Yield included units, their rollover, tiers and packages of a price per unit."""
    plain = spec.price is not None and spec.free is None and spec.convert is None
    if spec.included is not None:
        for share in (1.25, 0.75):
            change = Change("included", spec.included, share * spec.included)
            yield Alternative(change, edit=partial(_times_included, share=share))
        if spec.count_over in (None, "month"):
            change = Change("rollover_of_included", "month", "year")
            yield Alternative(change, edit=partial(_times_included, share=12.0, count_over="year"))
    elif plain and standing.units_a_month > 0:
        credits = spec.credits if isinstance(spec, PerAction) else None
        amount = round_number(FREE * standing.units_a_month * (credits or 1.0))
        yield setting(Change("included", None, amount, added=True), included=amount)
    if spec.tiers is not None:
        for share in (0.8, 1.2):
            tiers = tuple(
                each if each.up_to == float("inf") else edited(each, up_to=round_number(share * each.up_to, 4))
                for each in spec.tiers
            )
            yield setting(Change("tiers", 1.0, share), tiers=tiers)
        now = spec.tiering or "graduated"
        yield setting(Change("tiering", now, other := _other_tiering(now)), tiering=other)
    if spec.package is not None and spec.package.price.fixed:
        rate = spec.package.price.center / spec.package.size
        yield setting(Change("package", spec.package.size, 1.0), package=None, price=rate)


def _times_included(spec: ContractSpec, share: float, **values: Any) -> ContractSpec:
    """Return a contract with so many times the included units, so that it goes together with their rollover."""
    assert isinstance(spec, PriceTerms) and spec.included is not None
    return edited(spec, included=share * spec.included, **values)


def _other_tiering(now: str) -> str:
    return "volume" if now == "graduated" else "graduated"


def _seats(spec: PerSeat) -> Iterator[Alternative]:
    if spec.seats is not None and spec.seats.fixed:
        seats = round_number(TENTH_LESS * spec.seats.center, 3)
        yield setting(Change("seats", spec.seats.center, seats), seats=seats)
    if spec.minimum_seats:
        yield setting(Change("minimum_seats", spec.minimum_seats, None), minimum_seats=None)
    quota = spec.quota
    if quota is None:
        return
    for share in (1.25, 0.75):
        change = Change("per_seat", quota.per_seat, share * quota.per_seat)
        yield Alternative(change, edit=partial(_in_quota, share=share))
    if quota.span == "month":
        change = Change("rollover_of_included", "month", "year")
        yield Alternative(change, edit=partial(_in_quota, share=12.0, span="year"))
    rate = TENTH_LESS * quota.overage_rate.center
    yield Alternative(Change("overage_rate", 1.0, TENTH_LESS), edit=partial(_in_quota, overage_rate=rate))


def _in_quota(spec: ContractSpec, share: float = 1.0, **values: Any) -> ContractSpec:
    assert isinstance(spec, PerSeat) and spec.quota is not None
    return edited(spec, quota=edited(spec.quota, per_seat=share * spec.quota.per_seat, **values))


def _of_charge(charge: ChargeTerms, place: int, charges: Sequence[ChargeTerms]) -> Iterator[Alternative]:
    """Yield the terms of one charge of a hybrid contract."""
    names = [each.name or str(getattr(each, "meter", each.kind)).replace("_", " ") for each in charges]
    name = names[place] if names.count(names[place]) == 1 else f"charge {place + 1}"
    of = "" if len(charges) == 1 else name
    for change, values in _charge_changes(charge, len(charges)):
        yield Alternative(replace(change, of=of), edit=partial(_in_charge, place=place, values=values))


def _in_charge(spec: ContractSpec, place: int, values: Mapping[str, Any]) -> ContractSpec:
    """Return a hybrid with other values in one charge; of included units they are a factor on what it has."""
    assert isinstance(spec, Hybrid)
    charge, written = spec.charges[place], dict(values)
    if isinstance(charge, IncludedSpec) and "included" in written:
        written["included"] *= charge.included
    charges = (*spec.charges[:place], edited(charge, **written), *spec.charges[place + 1 :])
    return edited(spec, charges=charges)


def _charge_changes(charge: ChargeTerms, charges: int) -> Iterator[tuple[Change, Mapping[str, Any]]]:
    if charges > 1:
        off = 0.0 if charge.discount_share is None else charge.discount_share.center
        yield Change("charge_price", 1.0, TENTH_LESS), {"discount_share": 1 - TENTH_LESS * (1 - off)}
    for key in ("minimum", "maximum"):
        now = getattr(charge, key)
        if now is not None:
            yield Change(f"charge_{key}", now.center, None), {key: None}
    if isinstance(charge, IncludedSpec):
        for share in (1.25, 0.75):
            yield Change("included", charge.included, share * charge.included), {"included": share}
        if charge.count_over in (None, "month"):
            yield Change("rollover_of_included", "month", "year"), {"count_over": "year", "included": 12.0}
        yield from _overage(charge)
    if charge.from_month > 1 or charge.to_month is not None:
        yield Change("phase_of_charge", float(charge.from_month), 1.0), {"from_month": None, "to_month": None}


def _overage(charge: IncludedSpec) -> Iterator[tuple[Change, Mapping[str, Any]]]:
    """Yield the other ways in which units beyond those included are billed."""
    none = {"pack": None, "contracted_rate": None, "overage_rate": None}
    now = "rate" if charge.overage_rate is not None else "contracted" if charge.contracted_rate else "pack"
    if now != "contracted" and charge.fee is not None:
        yield Change("overage", now, "contracted"), none | {"contracted_rate": True}
    if charge.pack is not None and charge.pack.price.fixed:
        rate = charge.pack.price.center / charge.pack.size
        yield Change("overage", now, "rate"), none | {"overage_rate": rate}
    if charge.overage_rate is not None and charge.included > 0:
        size = round_number(PACK * charge.included)
        pack = {"size": size, "price": size * charge.overage_rate.center}
        yield Change("overage", now, ("pack", size)), none | {"pack": pack}


def _over_time(standing: Standing) -> Iterator[Alternative]:
    """Yield what prices do over the months: rises, phases, a pilot, a definition that is locked again."""
    spec = standing.spec
    if spec.escalator is not None:
        now = spec.escalator.growth.center
        first = spec.escalator.every_months + 1
        yield replace(setting(Change("escalator", now, None), escalator=None), from_month=first)
        capped = spec.escalator.cap
        if (capped is None or capped > CAPPED) and not (spec.escalator.growth.fixed and now <= CAPPED):
            capped_at = Change("escalator", now, ("capped", CAPPED))
            yield Alternative(capped_at, edit=_capped_escalator, from_month=first)
    else:
        rise = {"growth": RISE}
        added = setting(Change("escalator", None, RISE, added=True), escalator=rise)
        yield replace(added, from_month=YEAR_MONTHS + 1)
    for place, each in enumerate(spec.price_changes):
        of = "" if len(spec.price_changes) == 1 else str(place + 1)
        change = Change("price_changes", (float(each.from_month), each.factor.center), None, of)
        gone = partial(without_entry, key="price_changes", entry=each)
        yield Alternative(change, edit=gone, from_month=each.from_month)
    if not spec.price_changes and standing.contract.usage and standing.months > PILOT_MONTHS:
        pilot = ({"factor": 0.5, "to_month": PILOT_MONTHS, "of": "usage"},)
        yield setting(Change("price_changes", None, (1.0, 0.5), added=True), price_changes=pilot)
    if isinstance(spec, PerResolution) and spec.definition_changes:
        month = spec.definition_changes[0].from_month
        locked = setting(Change("definition_lock", float(month), None), definition_changes=None)
        yield replace(locked, from_month=month)


def _capped_escalator(spec: ContractSpec) -> ContractSpec:
    assert spec.escalator is not None
    floor = spec.escalator.floor
    least = None if floor is None else min(floor, CAPPED)
    return edited(spec, escalator=edited(spec.escalator, cap=CAPPED, floor=least))


def unlocked(month: int, definition: str) -> Callable[[ContractSpec], ContractSpec]:
    """Return what lets another definition take the place of a contract's from a month on."""
    change = ({"from_month": month, "definition": definition},)
    return lambda spec: edited(spec, definition_changes=change)


def can_be_unlocked(spec: Table) -> bool:
    """Return whether the definition of a contract could be left open to a change at renewal."""
    return isinstance(spec, PerResolution) and not spec.definition_changes

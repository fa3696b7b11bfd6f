"""The clauses of prices: allowances, edges of tiers and plans, least and most amounts, least seats.

A clause is found in a price, and what stands around that is put around the price without it. Its months are read by a
probe in its place: the same charge with a price that is 1 where units are such that the clause is reached.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from simulator.contracts.binding.clause import Kind
from simulator.contracts.metering.contract_months import Span, so_far
from simulator.contracts.metering.rounding import beyond
from simulator.contracts.prices.charge import NOTHING, Charge, ChargeAround, PerUnit
from simulator.contracts.prices.charge_terms import Bounded, During, NamedCharge
from simulator.contracts.prices.derived_charges import DerivedCharge, Highest, PercentOf
from simulator.contracts.prices.fees import Fee, OneTimeFee
from simulator.contracts.prices.flat import Flat
from simulator.contracts.prices.included import Included, IncludedUnits
from simulator.contracts.prices.metered import CARD_CREDITS
from simulator.contracts.prices.package import Package
from simulator.contracts.prices.plans import Plans
from simulator.contracts.prices.price_changes import Changing
from simulator.contracts.prices.priced_units import Adjusted
from simulator.contracts.prices.seats import SeatCharge
from simulator.contracts.prices.tiers import Graduated, Tiered, VolumeTiers
from simulator.contracts.prices.token_charge import PaidToCloud, TokenCharge
from simulator.quantities.distributions import Quantity

if TYPE_CHECKING:
    from simulator.arrays import Array, Flags
    from simulator.contracts.metering.meters import Values

UnitsSay: TypeAlias = "Callable[[Array], Flags]"
"""From the units of each month (trial, month) to those months in which something holds."""


@dataclass(frozen=True, slots=True)
class Probe(PerUnit):
    """1 where a month's units are such that a clause is reached, in the place of the price that has it.

    Attributes:
        after_allowance: whether an allowance of all or nothing shifts the bounds, as it does those of volume tiers.
    """

    holds: UnitsSay
    after_allowance: bool = False

    @property
    def unit_rate(self) -> None:
        return None

    def rate_of(self, unit: str) -> str:
        return ""

    def price(self, units: Array, values: Values) -> Array:
        return self.holds(units).astype(float)

    def price_beyond(self, units: Array, allowance: float, values: Values) -> Array:
        counted = units - allowance if self.after_allowance else units
        return self.price(counted, values) * (units > allowance)

    def price_over(self, span: Span, units: Array, values: Values) -> Array:
        return self.price(so_far(units, span), values)


@dataclass(frozen=True, slots=True)
class AtContractedRate(PerUnit):
    """Units at what an included one costs, without the fee as a least amount: 300 of 1,000 in a fee of 500 are 150."""

    included: float
    fee: Quantity

    @property
    def unit_rate(self) -> None:
        return None

    def rate_of(self, unit: str) -> str:
        return "for the usage of a handled conversation"

    def price(self, units: Array, values: Values) -> Array:
        return units / self.included * values(self.fee)[:, None]


@dataclass(frozen=True, slots=True)
class InCharge:
    """A clause within a charge.

    Attributes:
        without: the charge without it.
        reached, acts: charges of 1 in the months in which it is reached, and acts; None where it is the months whose
            amounts differ.
        credits: whether its units are credits of a rate card and not those of the meter.
        Others as in `Clause`.
    """

    kind: Kind
    without: Any
    reached: Charge | None = None
    acts: Charge | None = None
    size: float | None = None
    meter: str = ""
    span: str = "month"


def charge_clauses(charge: Charge) -> Iterator[InCharge]:
    """Yield the clauses of a charge, those of what it stands around too."""
    yield from PRICE_CLAUSES[type(charge)](charge)


def _none(charge: Charge) -> Iterator[InCharge]:
    return iter(())


def _inner(charge: ChargeAround[Any]) -> Iterator[InCharge]:
    """Yield the clauses of what a charge stands around; its own name, changes and bounds do not move their months."""
    for each in charge_clauses(charge.inner):
        yield replace(each, without=replace(charge, inner=each.without))


def _during(charge: During) -> Iterator[InCharge]:
    for each in charge_clauses(charge.inner):
        yield replace(
            each,
            without=replace(charge, inner=each.without),
            reached=None if each.reached is None else replace(charge, inner=each.reached),
            acts=None if each.acts is None else replace(charge, inner=each.acts),
        )


def _bounded(charge: Bounded) -> Iterator[InCharge]:
    yield from _inner(charge)
    if charge.minimum is not None:
        least = replace(charge, minimum=None)
        yield InCharge("charge_minimum", least, size=charge.minimum.center, meter=charge.unit_meter)
    if charge.maximum is not None:
        most = replace(charge, maximum=None)
        yield InCharge("charge_maximum", most, size=charge.maximum.center, meter=charge.unit_meter)


def _derived(charge: DerivedCharge) -> Iterator[InCharge]:
    """Yield the clauses of the highest of several charges in each of these; a share of others follows them."""
    if isinstance(charge, PercentOf):
        return
    for place, part in enumerate(charge.charges):
        for each in charge_clauses(part):
            parts = (*charge.charges[:place], each.without, *charge.charges[place + 1 :])
            yield replace(each, without=replace(charge, charges=parts))


def _adjusted(charge: Adjusted) -> Iterator[InCharge]:
    for each in charge_clauses(charge.inner):
        reached, acts = (
            replace(charge, inner=probe) if isinstance(probe, PerUnit) else None for probe in (each.reached, each.acts)
        )
        meter = "" if charge.card else each.meter
        yield replace(
            each, without=replace(charge, inner=each.without), reached=reached, acts=acts, meter=meter, span=charge.span
        )
    yield from _allowance(charge)
    for place, free in enumerate(charge.free_credits):
        left = (*charge.free_credits[:place], *charge.free_credits[place + 1 :])
        probed = replace(charge, free_credits=charge.free_credits[: place + 1], conversion=None, free=None)
        yield InCharge(
            "free_units",
            replace(charge, free_credits=left),
            _probed(During(probed, free.months), _some),
            size=free.units.center,
            meter=CARD_CREDITS,
            span=free.span,
        )


def _allowance(charge: Adjusted) -> Iterator[InCharge]:
    """Yield the free units of a charge: of a span, of seats, or of all or nothing."""
    free = charge.free
    if free is None or (free.units == 0 and free.seats is None):
        return
    kind: Kind = "included" if free.seats is None else "included_by_seat"
    whole, used = replace(charge, free=None, span="month"), _some
    if free.all_or_nothing:  # what a month without use owes is free then too
        kind, used = "included_all_or_nothing", _any
        reached = _probed(whole, lambda units: units > free.units)
    else:
        reached = _probed(replace(charge, span="month"), _some)
    meter = CARD_CREDITS if charge.card else charge.inner.meter
    without = replace(charge, free=None)
    yield InCharge(kind, without, reached, _probed(whole, used), size=free.units, meter=meter, span=free.span)


def _some(units: Array) -> Flags:
    return units > 0


def _any(units: Array) -> Flags:
    return units >= 0


def _probed(charge: Any, holds: UnitsSay) -> Charge:
    """Return a charge around units, with a probe as its price."""
    if isinstance(charge, Adjusted):
        return replace(charge, inner=Probe(charge.inner.meter, holds))
    around: Charge = replace(charge, inner=_probed(charge.inner, holds))
    return around


def _included(charge: Included) -> Iterator[InCharge]:
    if charge.included > 0:
        yield _of_units(charge, charge.included, replace(charge, included=0.0))


def _included_units(charge: IncludedUnits) -> Iterator[InCharge]:
    if charge.included <= 0:
        return
    without: PerUnit = replace(charge, included=0.0)
    if charge.beyond is None:
        without = AtContractedRate(charge.meter, charge.included, charge.fee)
    yield _of_units(charge, charge.included, without)


def _of_units(charge: Included | IncludedUnits, size: float, without: PerUnit) -> InCharge:
    """Return an allowance of a month; the fee that holds it acts in months without use too."""
    always = isinstance(charge, IncludedUnits)
    return InCharge(
        "included",
        without,
        Probe(charge.meter, lambda units: units > size),
        Probe(charge.meter, _any if always else _some),
        size=size,
        meter=charge.meter,
    )


def _tiered(charge: Tiered) -> Iterator[InCharge]:
    """Yield each edge, without which what lies above it costs what lies below, and the most of each tier."""
    volume = isinstance(charge, VolumeTiers)
    for place, (low, high) in enumerate(pairwise(charge.tiers)):
        merged = (*charge.tiers[:place], replace(low, up_to=high.up_to), *charge.tiers[place + 2 :])
        yield InCharge(
            "tier",
            replace(charge, tiers=merged),
            Probe(charge.meter, _above(low.up_to), after_allowance=volume),
            size=low.up_to,
            meter=charge.meter,
        )
    for place, tier in enumerate(charge.tiers):
        if tier.maximum is not None:
            open_ = (*charge.tiers[:place], replace(tier, maximum=None), *charge.tiers[place + 1 :])
            yield InCharge("tier_maximum", replace(charge, tiers=open_), size=tier.maximum.center, meter=charge.meter)


def _above(bound: float) -> UnitsSay:
    return lambda units: beyond(units, bound)


def _plans(charge: Plans) -> Iterator[InCharge]:
    """Yield each plan's size, without which it would hold what the next one holds, and what is beyond the largest."""
    for place, (low, high) in enumerate(pairwise(charge.sizes)):
        merged = (*charge.sizes[:place], replace(low, units=high.units), *charge.sizes[place + 2 :])
        larger = Probe(charge.meter, _larger(charge, place))
        yield InCharge("plan", replace(charge, sizes=merged), larger, size=low.units, meter=charge.meter)
    most = charge.sizes[-1].units
    probe = Probe(charge.meter, lambda units: units > most)
    yield InCharge("largest_plan", replace(charge, overage_rate=NOTHING), probe, size=most, meter=charge.meter)


def _larger(charge: Plans, place: int) -> UnitsSay:
    return lambda units: charge.taken(units) > place


def _package(charge: Package) -> Iterator[InCharge]:
    if charge.at_least_one:
        yield InCharge("package_at_zero", replace(charge, at_least_one=False), size=charge.size, meter=charge.meter)
    if charge.kept:
        yield InCharge("kept_packages", replace(charge, kept=False), size=charge.size, meter=charge.meter)


PRICE_CLAUSES: Final[Mapping[type, Callable[[Any], Iterator[InCharge]]]] = MappingProxyType(
    {
        Flat: _none,
        Included: _included,
        IncludedUnits: _included_units,
        Graduated: _tiered,
        VolumeTiers: _tiered,
        Plans: _plans,
        Package: _package,
        TokenCharge: _none,
        SeatCharge: _none,
        Fee: _none,
        OneTimeFee: _none,
        Highest: _derived,
        PercentOf: _derived,
        Adjusted: _adjusted,
        Bounded: _bounded,
        During: _during,
        NamedCharge: _inner,
        Changing: _inner,
        PaidToCloud: _inner,
    }
)
"""How the clauses of each class of charge are found; those of seats and of price changes are of the whole contract."""

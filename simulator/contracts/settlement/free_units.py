"""Free units of a contract: which of its meters they are of, and what is wrong where none or several could be meant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from simulator.contracts.metering.meters import label_of
from simulator.contracts.prices.charge import Charge
from simulator.contracts.prices.metered import CARD_CREDITS
from simulator.contracts.prices.priced_units import FreeUnits, FreeUnitsSpec
from simulator.contracts.settlement.billable_units import (
    Countable,
    billed_schedule,
    bills_tokens,
    choices,
    countables,
    keys_of,
    listed_words,
    meter_problems,
    several,
    unit_of,
)
from simulator.distributions import Quantity
from simulator.errors import Problem


def free_units_of(spec: FreeUnitsSpec, usage: Sequence[Charge]) -> FreeUnits:
    """Return free units with their meter, which is "credits" for those of a rate card."""
    found = None if spec.meter not in (None, CARD_CREDITS) else _freeable(spec, usage)[0]
    if found is not None and found.name == CARD_CREDITS:
        return spec.free_units(CARD_CREDITS)
    key = found.entries[0].meter if found is not None else keys_of(str(spec.meter), usage)[0]
    return spec.free_units(key, 1.0 / unit_of(key, usage))


def free_unit_problems(specs: Sequence[FreeUnitsSpec], usage: Sequence[Charge]) -> Iterator[Problem]:
    """Yield what is wrong with the meters of free units, each entry once."""
    for place, each in enumerate(specs):
        if each.meter is not None and each.meter != CARD_CREDITS:
            yield from meter_problems(("free_units", place, "meter"), each.meter, usage)
            if len(keys := keys_of(each.meter, usage)) > 1:
                message = f"the contract bills {each.meter!r} in several ways: {', '.join(map(label_of, keys))}"
                yield Problem(("free_units", place, "meter"), message, "give free units in the charge instead")
            continue
        found = _freeable(each, usage)
        (_, first), *later = billed_schedule(usage)
        start = next((start for start, billed in later if billed != first), None)
        if not found:
            yield _nothing_to_free(place, each)
        elif len(found) > 1 and each.meter is not None:
            message = f"the contract bills credits in several ways: {listed_words(found)}"
            yield Problem(("free_units", place, "meter"), message, "give free units in the charge instead")
        elif len(found) > 1 and (at_once := several(billed_schedule(usage))):
            message = f"free_units without a meter could be of several units: {listed_words(at_once)}"
            yield Problem(("free_units", place, "units"), message, _free_elsewhere(each.units, at_once, usage))
        elif len(found) > 1:
            message = (
                f"free_units without a meter are of the contract's unit, and the billed unit changes in month {start}"
            )
            yield Problem(("free_units", place, "units"), message, _free_elsewhere(each.units, found, usage))


def _freeable(spec: FreeUnitsSpec, usage: Sequence[Charge]) -> tuple[Countable, ...]:
    """Return what free units without the name of a meter could be of, in any month: no tokens, which have no unit."""
    charges = usage if spec.meter is None else [each for each in usage if not bills_tokens(each)]
    found = dict.fromkeys(each for charge in charges for each in countables(charge) if spec.meter in (None, each.name))
    return () if all(bills_tokens(charge) for charge in charges) else tuple(found)


def _free_elsewhere(units: Quantity, found: Sequence[Countable], usage: Sequence[Charge]) -> str:
    """Return what to do where free units could be of several: the names that only one of them has."""
    every = {each for charge in usage for each in countables(charge)}
    names = [
        name
        for name in dict.fromkeys(each.name for each in found)
        if (sum(each.name == CARD_CREDITS for each in every) if name == CARD_CREDITS else len(keys_of(name, usage)))
        == 1
    ]
    elsewhere = f"give free units in the charge: free = {{ units = {units.center:.12g} }}"
    return f"say which: {choices(names)}; or {elsewhere}" if names else elsewhere


def _nothing_to_free(place: int, spec: FreeUnitsSpec) -> Problem:
    if spec.meter is not None:
        message = f"the contract bills no {spec.meter!r}"
        return Problem(("free_units", place, "meter"), message, "name a meter of its charges")
    message = (
        "the contract bills no units that could be free: tokens are priced by model and class, and seats by the month"
    )
    return Problem(("free_units", place, "units"), message, "give a discount instead")

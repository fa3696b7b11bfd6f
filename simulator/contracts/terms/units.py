"""Terms in units against the charges of their contract: which units they count, and what is wrong where none or several
could be meant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from simulator.contracts.charges import Charge
from simulator.contracts.composite import Highest, prices_of
from simulator.contracts.discounts import FreeUnits, families_of, family_of
from simulator.contracts.limits import Limit
from simulator.contracts.meters import CONVERSATIONS, RESOLUTIONS, label_of
from simulator.contracts.names import number, unknown
from simulator.contracts.terms.counting import (
    CREDITS,
    Countable,
    billed_in_spans,
    bills_tokens,
    countables,
    names_of,
    several,
    unit_of,
)
from simulator.contracts.terms.settling import DiscountSpec, FreeUnitsSpec, LimitSpec
from simulator.contracts.units import Adjusted
from simulator.contracts.wrapped import Wrapped
from simulator.distributions import Quantity
from simulator.errors import Problem


def limit_of(spec: LimitSpec, usage: Sequence[Charge]) -> Limit:
    """Return a limit with what it counts in each month; `limit_problems` says where that is not one thing."""
    if spec.units is None:
        return Limit(None, spec.span, spec.at_share)
    counted = tuple(
        (start, billed[0].entries if billed else ()) for start, billed in billed_in_spans(usage, spec.meter)
    )
    return Limit(spec.units, spec.span, spec.at_share, counted)


def limit_problems(spec: LimitSpec | None, usage: Sequence[Charge]) -> Iterator[Problem]:
    """Yield what is wrong with the units that a limit counts."""
    if spec is None or spec.units is None:
        return
    spans = billed_in_spans(usage, spec.meter)
    found = several(spans)
    if not any(billed for _, billed in spans):
        names = [*names_of(usage), CONVERSATIONS]
        message = f"{unknown('meter', str(spec.meter), names)}; the contract bills no {spec.meter!r}"
        yield Problem(("limit", "meter"), message, "name a meter of its charges, or conversations")
    elif found and spec.meter is not None:
        message = f"the contract bills {spec.meter!r} in several ways: {_words(found)}"
        yield Problem(("limit", "meter"), message, _way_out(_limitable(found, usage)))
    elif found:
        message = f"limit.units ({number(spec.units.center)}) could count several units: {_words(found)}"
        yield Problem(("limit", "units"), message, _way_out(_limitable(found, usage)))


def _limitable(found: Sequence[Countable], usage: Sequence[Charge]) -> list[str]:
    """Return the names that a limit may give as its meter, of what could be meant, and conversations."""
    names = dict.fromkeys([*(each.name for each in found), *names_of(usage), CONVERSATIONS])
    return [name for name in names if not several(billed_in_spans(usage, name))]


def _way_out(names: Sequence[str]) -> str:
    if not names:
        return "bill these as one charge, or remove the limit: a limit in units counts one thing"
    return f"say which: {_choices(names)}; or bill what is counted together as one charge"


def free_units_of(spec: FreeUnitsSpec, usage: Sequence[Charge]) -> FreeUnits:
    """Return free units with their meter, which is "credits" for those of a rate card."""
    found = None if spec.meter not in (None, CREDITS) else _freeable(spec, usage)[0]
    if found is not None and found.name == CREDITS:
        return spec.free_units(CREDITS)
    key = found.entries[0].meter if found is not None else _keys(str(spec.meter), usage)[0]
    return spec.free_units(key, 1.0 / unit_of(key, usage))


def free_unit_problems(specs: Sequence[FreeUnitsSpec], usage: Sequence[Charge]) -> Iterator[Problem]:
    """Yield what is wrong with the meters of free units, each entry once."""
    for place, each in enumerate(specs):
        if each.meter is not None and each.meter != CREDITS:
            yield from _meter_problems("free_units", place, each, usage)
            if len(keys := _keys(each.meter, usage)) > 1:
                message = f"the contract bills {each.meter!r} in several ways: {', '.join(map(label_of, keys))}"
                yield Problem(("free_units", place, "meter"), message, "give free units in the charge instead")
            continue
        found = _freeable(each, usage)
        (_, first), *later = billed_in_spans(usage)
        start = next((start for start, billed in later if billed != first), None)
        if not found:
            yield _nothing_to_free(place, each)
        elif len(found) > 1 and each.meter is not None:
            message = f"the contract bills credits in several ways: {_words(found)}"
            yield Problem(("free_units", place, "meter"), message, "give free units in the charge instead")
        elif len(found) > 1 and (at_once := several(billed_in_spans(usage))):
            message = f"free_units without a meter could be of several units: {_words(at_once)}"
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
        if (sum(each.name == CREDITS for each in every) if name == CREDITS else len(_keys(name, usage))) == 1
    ]
    elsewhere = f"give free units in the charge: free = {{ units = {units.center:.12g} }}"
    return f"say which: {_choices(names)}; or {elsewhere}" if names else elsewhere


def _nothing_to_free(place: int, spec: FreeUnitsSpec) -> Problem:
    if spec.meter is not None:
        message = f"the contract bills no {spec.meter!r}"
        return Problem(("free_units", place, "meter"), message, "name a meter of its charges")
    message = (
        "the contract bills no units that could be free: tokens are priced by model and class, and seats by the month"
    )
    return Problem(("free_units", place, "units"), message, "give a discount instead")


def discount_problems(specs: Sequence[DiscountSpec], usage: Sequence[Charge]) -> Iterator[Problem]:
    """Yield what is wrong with the meters of discounts: none that is billed, or one of several lines of a rate card."""
    for place, each in enumerate(specs):
        if each.meter is None:
            continue
        yield from _meter_problems("discounts", place, each, usage)
        for card in (one for charge in usage for one in countables(charge) if one.name == CREDITS):
            families = {family_of(entry.meter) for entry in card.entries}
            if each.meter in families and len(families) > 1:
                message = f"{each.meter!r} is billed in {card.words}, of which one part cannot be discounted alone"
                yield Problem(("discounts", place, "meter"), message, "lower its credits on the card, or remove meter")


def _meter_problems(
    key: str, place: int, spec: DiscountSpec | FreeUnitsSpec, usage: Sequence[Charge]
) -> Iterator[Problem]:
    families = sorted(set().union(*(families_of(charge) for charge in usage)))
    if spec.meter not in families:
        message = f"{unknown('meter', str(spec.meter), families)}; the contract bills no {spec.meter!r}"
        yield Problem((key, place, "meter"), message, "name a meter of its charges")


def clawed_meter(usage: Sequence[Charge]) -> str:
    """Return the key of the resolutions that a clawback is of; `clawback_problems` says where they are not one."""
    return next(iter(_resolutions(usage)))


def clawback_problems(usage: Sequence[Charge]) -> Iterator[Problem]:
    """Yield why the resolutions of a contract cannot be credited later."""
    keys = _resolutions(usage)
    if not keys:
        billed = ", ".join(label_of(key) for charge in usage for key in charge.meters) or "fees only"
        message = f"clawback needs resolutions that are billed under a definition, not {billed}"
        yield Problem(("clawback",), message, "remove it, or bill resolutions under a definition")
    elif len(keys) > 1:
        start = next((start for start, billed in billed_in_spans(usage)[1:] if billed), None)
        at_once = len(several(billed_in_spans(usage, RESOLUTIONS))) > 1
        what = "several at once" if at_once or start is None else f"the billed unit changes in month {start}"
        message = f"clawback credits units of one definition, and {what}: {', '.join(map(label_of, keys))}"
        yield Problem(("clawback",), message, "remove it, or bill by one definition in all months")
    else:
        mixed = next((charge for charge in usage if next(iter(keys)) in charge.meters and _is_mixed(charge)), None)
        if mixed is not None:
            message = f"clawback cannot tell what resolutions cost in {mixed.label}, which prices other units with them"
            yield Problem(("clawback",), message, "remove it, or bill resolutions in a charge of their own")


def _resolutions(usage: Sequence[Charge]) -> dict[str, None]:
    """Return the keys of all resolutions that are billed, each once."""
    return dict.fromkeys(key for charge in usage for key in charge.meters if family_of(key) == RESOLUTIONS)


def _is_mixed(charge: Charge) -> bool:
    """Return whether a charge prices units of several meters as one: a rate card, or the highest of several."""
    if isinstance(charge, Adjusted) and charge.card:
        return len({entry.meter for entry in charge.card}) > 1
    if isinstance(charge, Wrapped):
        return _is_mixed(charge.inner)
    return isinstance(charge, Highest) and len(prices_of(charge)) > 1


def _keys(meter: str, usage: Sequence[Charge]) -> list[str]:
    """Return the keys of a contract's meters that have an offered name."""
    return list(dict.fromkeys(key for charge in usage for key in charge.meters if family_of(key) == meter))


def _words(found: Sequence[Countable]) -> str:
    return ", ".join(each.words for each in found)


def _choices(names: Sequence[str]) -> str:
    """Return the names as keys to write, each once."""
    return " or ".join(f'meter = "{name}"' for name in dict.fromkeys(names))

"""Claim 3: duplicate work is billed twice."""

from __future__ import annotations

from typing import Final

from simulator import risk
from simulator.contracts.metering.meters import CONVERSATIONS, resolutions
from simulator.decisions.billed_cases import bill_worked_cases
from simulator.decisions.claims.ground import NO_RESOLUTION, NOTHING, Ground
from simulator.decisions.claims.prepared import STRICT
from simulator.decisions.claims.rule import Claim, Part, above, claim, exactly, part, untold
from simulator.decisions.worked_cases import WORKED_CASES
from simulator.decisions.worth import Estimate

ONE_PERCENT: Final = 0.01
"""Of the units: from here on what is billed again counts."""
MORE_THAN_ONE: Final = 1.5
"""Units of one problem: two are more than one, one is not."""
Z: Final = 1.96


def duplicate_work_is_billed_twice(ground: Ground) -> Claim:
    """Judge claim 3 by units on cases that were billed before, and by two worked cases."""
    text = (
        "Duplicate work is billed twice: a case that is handled wrongly comes back or is opened again as a second "
        "ticket, and the second conversation is a unit of its own."
    )
    return claim(3, text, [_billed_again(ground), *_worked(ground)])


def _billed_again(ground: Ground) -> Part:
    """Return the share of units on cases that were billed before."""
    name = ground.looked.resolution
    if name is None:
        return untold("billed_again", "share", above(ONE_PERCENT), NO_RESOLUTION)
    share = _share(ground, resolutions(ground.definition(name)))
    if share is None:
        return untold("billed_again", "share", above(ONE_PERCENT), NOTHING)
    strict, flat = _share(ground, resolutions(STRICT)), _share(ground, CONVERSATIONS)
    return part(
        "billed_again", "share", share, above(ONE_PERCENT),
        flips={"strict": None if strict is None else strict.value},
        beside={
            "amount": share.value * risk.mean(ground.futures.invoice(name)),
            "conversations": None if flat is None else flat.value,
        },
    )  # fmt: skip


def _share(ground: Ground, unit: str) -> Estimate | None:
    """Return the share of a meter's units that are billed again; None where the sample has none of them."""
    found = ground.again
    if (unit,) not in found.shares:
        return None
    value = found.shares[(unit,)][unit]
    if found.errors is None:
        return Estimate(value)
    half = Z * found.errors[(unit,)][unit]
    return Estimate(value, max(value - half, 0.0), min(value + half, 1.0))


def _worked(ground: Ground) -> list[Part]:
    """Return how many units one problem is that comes back, and one that is opened twice."""
    keys = {"returned_twice": "back_after_30_h", "duplicate_twice": "duplicate"}
    name = ground.looked.resolution
    if name is None:
        return [untold(key, "number", above(MORE_THAN_ONE), NO_RESOLUTION) for key in keys]
    average = {key: float(meter.mean()) for key, meter in ground.futures.results.meters.items()}
    bare = ground.scenario.model_copy(
        update={"contracts": {name: ground.scenario.contracts[name]}, "switches": {}, "today": None}
    )
    cases = [case for case in WORKED_CASES if case.key in keys.values()]
    units = {each.case.key: each.bills[name].units for each in bill_worked_cases(bare, average, cases)}
    return [
        part(key, "number", exactly(units[of]), above(MORE_THAN_ONE), flips={"at_most_case": 1.0})
        for key, of in keys.items()
    ]

"""Claim 1: the definition of a resolution moves the bill, and claim 10: the dial is on the vendor's side."""

from __future__ import annotations

from typing import Final

from simulator import risk
from simulator.arrays import Array
from simulator.contracts.metering.meters import resolutions
from simulator.decisions.claims.ground import NO_RESOLUTION, NO_STATES, NOTHING, Ground, horizon
from simulator.decisions.claims.prepared import ARGUED, JUDGED, LOOSE, STRICT
from simulator.decisions.claims.ratios import change_of_means, less, ratio_of_means, share_of
from simulator.decisions.claims.rule import Claim, Part, above, below, claim, exactly, part, untold, yes
from simulator.decisions.claims.states import JUDGE_DRIFT
from simulator.decisions.worth import Estimate

NINE_TENTHS: Final = 0.9
"""Share that the smallest bill is of the largest, below which the definition moves the bill."""
ONE_PERCENT: Final = 0.01
"""Of a bill: from here on a change counts."""


def definition_moves_the_bill(ground: Ground) -> Claim:
    """Judge claim 1 by the units of the three definitions, and by a stricter definition at the same price."""
    text = (
        "A resolution has no standard definition: which one the contract has moves the bill, though the "
        "conversations stay the same; and a stricter one makes the invoice grow."
    )
    return claim(1, text, [_definitions_differ(ground), _stricter_grows(ground)])


def _definitions_differ(ground: Ground) -> Part:
    """Return the fewest units of the three definitions of the argument as a share of the most."""
    counts = {name: ground.units(name) for name in ARGUED}
    least, most = (by(counts, key=lambda name: risk.mean(counts[name])) for by in (min, max))
    if risk.mean(counts[most]) <= 0:
        return untold("definitions_differ", "share", below(NINE_TENTHS), NOTHING)
    share, found = share_of(counts[least], counts[most], ground.net), ground.terms.definitions
    return part(
        "definitions_differ", "share", share, below(NINE_TENTHS),
        flips={"price_factor": 1 / share.value if share.value > 0 else None},
    ).naming([found[least].title, found[most].title])  # fmt: skip


def _stricter_grows(ground: Ground) -> Part:
    """Return the bill by the strictest definition over that by the contract's own, at the contract's price."""
    name = ground.looked.resolution
    if name is None:
        return untold("stricter_grows", "factor", above(1.0), NO_RESOLUTION)
    own, strict = ground.units(ground.definition(name)), ground.units(STRICT)
    ratio = _same_or_ratio(strict, own, ground.net)
    if ratio is None:
        return untold("stricter_grows", "factor", above(1.0), NOTHING)
    price = ground.average_price(name)
    return part(
        "stricter_grows", "factor", ratio, above(1.0),
        flips={"price": price / ratio.value}, beside={"price": price},
    )  # fmt: skip


def _same_or_ratio(x: Array, y: Array, net: risk.Net) -> Estimate | None:
    found = ratio_of_means(x, y, net)
    return exactly(1.0) if found is not None and (x == y).all() else found


def vendor_turns_the_dial(ground: Ground) -> Claim:
    """Judge claim 10 by a definition that changes in mid-term, a judge who drifts, and who can count them."""
    text = (
        "The dial is on the vendor's side: a definition may change at a date and the vendor's judge may drift, and "
        "the bill moves with them."
    )
    return claim(10, text, [_definition_changes(ground), _judge_drifts(ground), _judge_unseen(ground)])


def _definition_changes(ground: Ground) -> Part:
    """Return by how much the bill rises if the strictest definition becomes the loosest in the second half."""
    if ground.looked.resolution is None:
        return untold("definition_changes", "change", above(ONE_PERCENT), NO_RESOLUTION)
    strict, loose = ground.months(STRICT), ground.months(LOOSE)
    half = strict.shape[1] // 2
    changed = strict[:, :half].sum(axis=1) + loose[:, half:].sum(axis=1)
    ratio = _same_or_ratio(changed, strict.sum(axis=1), ground.net)
    if ratio is None:
        return untold("definition_changes", "change", above(ONE_PERCENT), NOTHING)
    return part(
        "definition_changes", "change", less(ratio, 1.0), above(ONE_PERCENT),
        flips={"locked": 0.0}, beside={"month": float(half + 1)},
    )  # fmt: skip


def _judge_drifts(ground: Ground) -> Part:
    """Return by how much units that the judge decides rise if more of the unsolved are found resolved."""
    states = ground.states
    if states is None:
        return untold("judge_drifts", "change", above(ONE_PERCENT), NO_STATES)
    after, before = (horizon(each, resolutions(JUDGED)) for each in (states.drifted, states.usual))
    change = change_of_means(after, before, states.usual.net)
    if change is None:
        return untold("judge_drifts", "change", above(ONE_PERCENT), NOTHING)
    points = JUDGE_DRIFT * ONE_PERCENT / change.value if change.value > 0 else None
    return part("judge_drifts", "change", change, above(ONE_PERCENT), flips={"judge_points": points})


def _judge_unseen(ground: Ground) -> Part:
    """Return whether the buyer cannot recount what the judge decides."""
    unseen = not ground.terms.definitions[JUDGED].verifiability.countable_by_buyer
    return part("judge_unseen", "yes", yes(unseen), above(0.5))

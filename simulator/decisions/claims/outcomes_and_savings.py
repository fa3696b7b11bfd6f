"""Claim 7: who keeps what the levers on tokens save, and claim 8: a price per resolution aligns cost with outcomes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import numpy as np

from simulator import risk
from simulator.arrays import Array
from simulator.contracts.metering.meters import CONVERSATIONS
from simulator.decisions.claims.ground import NO_RESOLUTION, NO_STATES, NOTHING, Ground, horizon
from simulator.decisions.claims.ratios import elasticity, one_less, ratio_of_means, share_of
from simulator.decisions.claims.rule import Claim, Part, above, below, claim, part, untold
from simulator.decisions.claims.states import States
from simulator.decisions.levers import LeverEffect, changes
from simulator.decisions.worth import Estimate

HALF: Final = 0.5
"""Of a saving, or of a rise in proportion: from here on it is most of it."""
ONE_IN_A_THOUSAND: Final = 0.001
"""Of the solved cases: from here on quality moves."""
ONE_TENTH: Final = 0.1
"""Of the units, or of what is solved: up to here bill and outcome are the same but for few."""
NO_LEVER: Final = "no lever of the scenario can be moved"


def levers_save_for_whom(ground: Ground) -> Claim:
    """Judge claim 7 by who keeps the saving of three levers, the least saving, and the most that solving falls."""
    text = (
        "Routing, prompt compression and retrieval cut token cost and move quality, and under a price per resolution "
        "the vendor keeps the saving."
    )
    states = ground.states
    if states is None or not states.moves:
        missing = NO_STATES if states is None else NO_LEVER
        keys = {"vendor_keeps": HALF, "levers_save": 0.0, "levers_cost_quality": ONE_IN_A_THOUSAND}
        return claim(7, text, [untold(key, "share", above(least), missing) for key, least in keys.items()])
    effects = changes(states.moves, (states.usual, *states.levered))
    return claim(7, text, [_kept(effects, ground), _saved(effects, states), _solved_less(effects, states)])


def _saved(effects: list[LeverEffect], states: States) -> Part:
    """Return the least share of the models' cost that one of the levers saves."""
    found = _shares(effects, lambda each: (-each.model_cost, each.model_cost_before), states.usual.net)
    return _worst("levers_save", found, 0.0, min)


def _solved_less(effects: list[LeverEffect], states: States) -> Part:
    """Return the largest share of the solved cases that one of the levers loses."""
    found = _shares(effects, lambda each: (-each.cases_solved, each.cases_solved_before), states.usual.net)
    return _worst("levers_cost_quality", found, ONE_IN_A_THOUSAND, max)


def _kept(effects: list[LeverEffect], ground: Ground) -> Part:
    """Return the least share of a lever's saving that stays in the vendor's margin, per resolution."""
    name = ground.looked.resolution
    if name is None:
        return untold("vendor_keeps", "share", above(HALF), NO_RESOLUTION)
    saving = [each for each in effects if float(each.model_cost.mean()) < 0]
    found = _kept_of(saving, name)
    beside = {
        key: min((each.value for each in _kept_of(saving, other).values()), default=None)
        for key, other in (("tokens", ground.looked.tokens), ("conversations", ground.looked.conversation))
        if other is not None
    }
    worst = _worst("vendor_keeps", found, HALF, min)
    return replace(worst, beside={key: value for key, value in beside.items() if value is not None})


def _kept_of(effects: list[LeverEffect], contract: str) -> dict[str, Estimate]:
    def margin_of(each: LeverEffect) -> tuple[Array, Array]:
        return next(on.margin for on in each.contracts if on.name == contract), -each.model_cost

    return _shares(effects, margin_of, None)


def _shares(
    effects: list[LeverEffect], pair: Callable[[LeverEffect], tuple[Array, Array]], net: risk.Net
) -> dict[str, Estimate]:
    """Return the share that one mean is of another for each lever, also where it is negative or 0."""
    found = {}
    for each in effects:
        amount, whole = pair(each)
        if risk.mean(whole) > 0:
            found[each.move.lever] = share_of(amount, whole, net)
    return found


def _worst(key: str, found: dict[str, Estimate], threshold: float, by: Callable[..., str]) -> Part:
    if not found:
        return untold(key, "share", above(threshold), NOTHING)
    name = by(found, key=lambda lever: found[lever].value)
    beside = {lever: each.value for lever, each in found.items()}
    return part(key, "share", found[name], above(threshold), beside=beside).naming([name])


def resolutions_align_cost_with_outcomes(ground: Ground) -> Claim:
    """Judge claim 8 by the elasticity of the invoice to true solving, and by what is billed and what is solved."""
    text = (
        "A price per resolution aligns cost with outcomes: the invoice rises as more is solved, what is billed was "
        "solved, and what was solved is billed."
    )
    return claim(8, text, [_elasticity(ground), _billed_unsolved(ground), _solved_unbilled(ground)])


def _elasticity(ground: Ground) -> Part:
    """Return by how many percent the invoice rises when one percent more cases are solved by the AI."""
    name, states = ground.looked.resolution, ground.states
    if states is None or name is None:
        missing = NO_RESOLUTION if name is None else NO_STATES
        return untold("elasticity", "number", above(HALF), missing)
    found = {each: _elasticity_of(each, ground, states) for each in ground.looked.by_definition}
    own = found[name]
    if own is None:
        return untold("elasticity", "number", above(HALF), NOTHING)
    titles = ground.futures.forecast.contracts
    other = ground.looked.conversation
    flat = None if other is None else _elasticity_of(other, ground, states)
    return part(
        "elasticity", "number", own, above(HALF),
        beside={
            **{titles[each].contract.title: at.value for each, at in found.items() if at is not None},
            "conversations": None if flat is None else flat.value,
        },
    ).naming(
        [titles[each].contract.title for each, at in found.items() if at is not None and at.value > HALF]
    )  # fmt: skip


def _elasticity_of(contract: str, ground: Ground, states: States) -> Estimate | None:
    after, before = (
        (ground.billed(contract, each), horizon(each, "cases_solved_by_ai")) for each in (states.solving, states.usual)
    )
    return elasticity(after, before, states.usual.net)


def _billed_unsolved(ground: Ground) -> Part:
    """Return the share of the units on conversations that nobody solved."""
    return _missed(ground, "billed_unsolved", "|solved", None)


def _solved_unbilled(ground: Ground) -> Part:
    """Return the share of the conversations solved by the AI that are no unit."""
    return _missed(ground, "solved_unbilled", "|solved_by_ai", f"{CONVERSATIONS}|solved_by_ai")


def _missed(ground: Ground, key: str, solved: str, of: str | None) -> Part:
    name = ground.looked.resolution
    if name is None:
        return untold(key, "share", below(ONE_TENTH), NO_RESOLUTION)
    whole = ground.units(ground.definition(name)) if of is None else ground.total(of)
    share = one_less(ratio_of_means(ground.units(ground.definition(name), solved), whole, ground.net))
    if share is None:
        return untold(key, "share", below(ONE_TENTH), NOTHING)
    shares = {each: _share_missed(ground, each, solved, of) for each in ground.looked.by_definition}
    titles = ground.futures.forecast.contracts
    return part(
        key, "share", share, below(ONE_TENTH),
        beside={titles[each].contract.title: at for each, at in shares.items()},
    ).naming(
        [titles[each].contract.title for each, at in shares.items() if at is not None and at < ONE_TENTH]
    )  # fmt: skip


def _share_missed(ground: Ground, contract: str, solved: str, of: str | None) -> float | None:
    definition = ground.definition(contract)
    whole = ground.units(definition) if of is None else ground.total(of)
    count = float(np.sum(whole))
    return None if count <= 0 else 1.0 - float(np.sum(ground.units(definition, solved))) / count

"""Claim 2: complex mixes are punished by a price per resolution."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

from simulator import risk
from simulator.arrays import Array
from simulator.contracts.metering.meters import CONVERSATIONS
from simulator.decisions.claims.ground import (
    NO_CONVERSATION,
    NO_RESOLUTION,
    NO_STATES,
    NOTHING,
    Ground,
    horizon,
    per_conversation,
)
from simulator.decisions.claims.ratios import change_of_means, ratio_of_means
from simulator.decisions.claims.rule import Claim, Part, above, claim, part, untold
from simulator.decisions.claims.states import DOUBLED, States
from simulator.engine.results import Results

FURTHEST: Final = 20.0
"""Odds of complexity beyond which a tie is told as never: no mix is like that."""
HANDED_OFF: Final = ("end:escalated", "end:partial")


def complex_mixes_are_punished(ground: Ground) -> Claim:
    """Judge claim 2 by the cost of a handled conversation, as it is and with the odds of complexity doubled."""
    text = (
        "A complex mix is punished: under a price per resolution a handled conversation ends up costing more than a "
        "price per conversation would have been."
    )
    return claim(2, text, [_complexity_raises(ground), _dearer_when_complex(ground)])


def _complexity_raises(ground: Ground) -> Part:
    """Return by how much the cost of a handled conversation changes when the odds of complexity double."""
    states, name = ground.states, ground.looked.resolution
    if states is None or name is None:
        missing = NO_RESOLUTION if name is None else NO_STATES
        return untold("complexity_raises", "change", above(0.0), missing)
    before, after = (_effective(ground, name, each) for each in (states.usual, states.complex))
    change = change_of_means(after, before, states.usual.net)
    if change is None:
        return untold("complexity_raises", "change", above(0.0), NOTHING)
    handoffs = [risk.mean(_handoffs(each)) for each in (states.usual, states.complex)]
    more, saved = handoffs[1] - handoffs[0], risk.mean(before - after)
    return part(
        "complexity_raises", "change", change, above(0.0),
        flips={"handoff_price": saved / more if more > 0 and saved > 0 else None},
        beside=_per_solved(ground, states),
    )  # fmt: skip


def _dearer_when_complex(ground: Ground) -> Part:
    """Return the cost of a handled conversation over that of a price per conversation, in the complex mix."""
    states, looked = ground.states, ground.looked
    name, other = looked.resolution, looked.conversation
    if states is None or name is None or other is None:
        missing = NO_RESOLUTION if name is None else NO_CONVERSATION if other is None else NO_STATES
        return untold("dearer_when_complex", "factor", above(1.0), missing)
    own, flat = _effective(ground, name, states.complex), _effective(ground, other, states.complex)
    ratio = ratio_of_means(own, flat, states.usual.net)
    usual = [risk.mean(_effective(ground, each, states.usual)) for each in (name, other)]
    if ratio is None or min(usual) <= 0:
        return untold("dearer_when_complex", "factor", above(1.0), NOTHING)
    conversations = horizon(states.complex, CONVERSATIONS)
    return part(
        "dearer_when_complex", "factor", ratio, above(1.0),
        flips={
            "price": ground.average_price(name) / ratio.value,
            "billed_share": risk.mean(flat) / ground.average_price(name),
            "complexity": _tie_in_odds(usual[0] / usual[1], ratio.value),
            **_fees(risk.mean((flat - own) * conversations), risk.mean(flat * conversations), ground.scenario.months),
        },
        beside={"as_it_is": usual[0] / usual[1], "cost": risk.mean(own), "flat": risk.mean(flat)},
    )  # fmt: skip


def _fees(gap: float, flat: float, months: int) -> Mapping[str, float]:
    """Return the monthly fee, and the minimum of a year, from which the price per resolution costs more.

    Args:
        gap: what the price per conversation costs more over the horizon.
        flat: what it costs.
    """
    return {} if gap <= 0 else {"platform_fee": gap / months, "yearly_minimum": flat * 12 / months}


def _tie_in_odds(usual: float, complex_mix: float) -> float | None:
    """Return the factor on the odds of complexity at which both cost the same, on the line of the logarithms.

    Args:
        usual, complex_mix: cost of one over the other, as it is and with the odds doubled.
    """
    start, end = math.log(usual), math.log(complex_mix)
    if start == end:
        return None
    exponent = DOUBLED * start / (start - end)
    return math.exp(exponent) if abs(exponent) <= math.log(FURTHEST) else None


def _per_solved(ground: Ground, states: States) -> Mapping[str, float | None]:
    """Return by how much the cost of a case that the AI solves changes under a price per conversation."""
    other = ground.looked.conversation
    if other is None:
        return {}
    costs = [risk.mean(ground.billed(other, each)) for each in (states.usual, states.complex)]
    solved = [risk.mean(horizon(each, "cases_solved_by_ai")) for each in (states.usual, states.complex)]
    if min(*costs, *solved) <= 0:
        return {}
    return {"per_solved_case": costs[1] / solved[1] / (costs[0] / solved[0]) - 1.0}


def _effective(ground: Ground, contract: str, state: Results) -> Array:
    return per_conversation(ground.billed(contract, state), state)


def _handoffs(state: Results) -> Array:
    total: Array = sum((horizon(state, end) for end in HANDED_OFF), start=0.0 * horizon(state, CONVERSATIONS))
    return per_conversation(total, state)

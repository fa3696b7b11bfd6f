"""Which model answers a conversation. docs/model.md section 4.1."""

from __future__ import annotations

from collections.abc import Sequence

from simulator.law.odds import shares


def model_chances(weights: Sequence[float], moved: float, to: int) -> list[float]:
    """Return the chance of each model at one level.

    Args:
        weights: routing weights of the models at the level, at least one above 0.
        moved: `levers.routing.setting`, the share of conversations that one model answers instead.
        to: number of that model.
    """
    found = shares(weights)
    for number in range(len(found)):
        found[number] = (1.0 - moved) * found[number]
    found[to] = found[to] + moved
    return found

"""Second tickets on the same case. docs/model.md section 4.5."""

from __future__ import annotations

from collections.abc import Sequence


def spawned(ends: Sequence[float], probability: Sequence[float]) -> float:
    """Return the duplicates of a conversation that is not one itself; a duplicate has none.

    A duplicate has the level and the contact number of its original, so that it ends in the same ways; and the channel
    of its original or one drawn from the same weights, so that its channels have the same shares.

    Args:
        ends: chances of the six ends.
        probability: `duplicates.probability` by end.
    """
    total = 0.0
    for end in range(6):
        total = total + ends[end] * probability[end]
    return total

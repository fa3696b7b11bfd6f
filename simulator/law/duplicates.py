"""Second tickets on the same case. docs/model.md section 4.5."""

from __future__ import annotations

from collections.abc import Sequence

from simulator.law.counters import DUPLICATE, CasePlace, fine_uniform, uniform, words
from simulator.law.delays import delay_hours
from simulator.law.drawn_columns import (
    COPY,
    ROW_CASE,
    ROW_CHANNEL,
    ROW_CONTACT,
    ROW_END,
    ROW_HOURS,
    ROW_INTENT,
    DrawnColumns,
    Opening,
    begin,
)
from simulator.law.odds import number_of
from simulator.law.slots import (
    LAW_CHANNEL_COUNT,
    LAW_CHANNEL_DELAY,
    LAW_CHANNELS,
    LAW_COPY_SCALE,
    LAW_COPY_SPREAD,
    LAW_COPY_WEIBULL,
    LAW_DUPLICATED,
    LAW_SAME_CHANNEL,
    FutureLaw,
)


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


def draw_duplicate(of: FutureLaw, place: CasePlace, at: int, spawns: float, columns: DrawnColumns, row: int) -> bool:
    """Draw whether a conversation has a duplicate, and write where that stands to the next row.

    Args:
        spawns: uniform, see `turns.draw_turns`.
    """
    law, where, whole, real = of.law, of.where, columns.whole, columns.real
    if spawns >= law[where[LAW_DUPLICATED] + whole[ROW_END, row]]:
        return False
    channel, channels = whole[ROW_CHANNEL, row], where[LAW_CHANNEL_COUNT]
    same, of_channel, high, low = words(place, at, DUPLICATE, 0)
    if uniform(same) >= law[where[LAW_SAME_CHANNEL]]:
        channel = number_of(uniform(of_channel), law, where[LAW_CHANNELS] + whole[ROW_INTENT, row] * channels, channels)
    delay = delay_hours(
        fine_uniform(high, low),
        where[LAW_COPY_WEIBULL] == 1,
        law[where[LAW_COPY_SCALE]] * law[where[LAW_CHANNEL_DELAY] + channel],
        law[where[LAW_COPY_SPREAD]],
    )
    opening = Opening(channel, whole[ROW_CONTACT, row], COPY, real[ROW_HOURS, row] + delay)
    begin(columns, whole[ROW_CASE, row], row + 1, opening)
    return True

"""Who comes back, when, and whether to a person. docs/model.md sections 4.4 and 4.5."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.model.law import DelayLaw
from simulator.model.month import MonthLaw, category, look_up
from simulator.model.outcomes import Draws, Outcomes, Subjects

Array = NDArray[np.float64]
Index = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Returns:
    """What customers do after a conversation.

    Attributes:
        delay_hours: hours from its start to the start of the return, NaN for those who do not return.
        straight: the return goes straight to a person; the case ends.
    """

    delay_hours: Array
    straight: Flags

    @property
    def to_the_ai(self) -> Index:
        """Positions of the conversations after which another one with the AI follows."""
        return np.flatnonzero(~np.isnan(self.delay_hours) & ~self.straight)


def draw_returns(month: MonthLaw, draws: Draws, who: Subjects, outcomes: Outcomes, last: bool) -> Returns:
    """Draw the returns after conversations that are not duplicates; after the last contact all go to a person."""
    law, count = month.law.returns, len(who)
    chance = look_up(month.returning, who.trial, outcomes.end, who.level, who.intent)
    back = draws("return.happens").random(count) < chance
    straight = draws("return.straight").random(count) < look_up(law.straight, who.trial, outcomes.end)
    delay = draw_delays(law.delay, draws("return.delay"), who, law.delay_factor)
    return Returns(np.where(back, delay, np.nan), back & (straight | last))


def no_returns(count: int) -> Returns:
    """Return what follows duplicates: nothing."""
    return Returns(np.full(count, np.nan), np.zeros(count, dtype=np.bool_))


def draw_duplicates(
    month: MonthLaw, draws: Draws, originals: Subjects, outcomes: Outcomes
) -> tuple[Index, Subjects, Array]:
    """Draw the duplicates that conversations spawn: positions of their originals, who they are, delay in hours."""
    law = month.law.returns
    chance = look_up(law.duplicate, originals.trial, outcomes.end)
    spawning = np.flatnonzero(draws("duplicate.spawned").random(len(originals)) < chance)
    who = originals.chosen(spawning)
    same = draws("duplicate.same_channel").random(len(who)) < law.same_channel[who.trial]
    other = category(month.law.channels, draws("duplicate.channel").random(len(who)), who.trial, who.intent)
    who = Subjects(who.case, who.trial, who.intent, who.level, np.where(same, who.channel, other))
    return spawning, who, draw_delays(law.duplicate_delay, draws("duplicate.delay"), who, law.delay_factor)


def draw_delays(law: DelayLaw, draws: np.random.Generator, who: Subjects, channel_factor: Array) -> Array:
    """Draw delays in hours, one per conversation."""
    scale = law.scale[who.trial] * look_up(channel_factor, who.trial, who.channel)
    if law.weibull:
        return np.asarray(scale * draws.standard_exponential(len(who)) ** (1 / law.spread[who.trial]))
    return np.asarray(scale * np.exp(law.spread[who.trial] * draws.standard_normal(len(who))))

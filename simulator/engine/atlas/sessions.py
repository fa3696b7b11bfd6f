"""Sessions: how many conversations open one, exactly as expected, and drawn beside the counts of kinds.

Delays depend on the channel alone, so that contacts open sessions as a renewal process does. From inactivity contact k
opens one with the chance of a delay of the window or more; from the start with the chance u_k = sum over j < k of
u_j (G_(k-j-1) - G_(k-j)), where u_1 = 1 and G_m is the chance that m delays sum to less than the window (Feller, An
Introduction to Probability Theory, vol. 2, ch. XI). Of the contacts that the hours since the one before do not let open
a session, some do all the same because the hours since the session's start have summed up.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simulator.contracts.meters import Sessions
from simulator.engine.atlas.chances import Chances, Rates, delay_below
from simulator.engine.atlas.counts import Chance, divided
from simulator.engine.atlas.law import DelayLaw
from simulator.engine.atlas.steps import make_steps

Array = NDArray[np.float64]

STEPS: Final = 512
OWN_STEPS: Final = 64
"""Steps of the window in which sums of delays are worked out, and twice as many, the error of both extrapolated: where
all trials have one law, and where each has its own. The chance of a sum is off by less than 0.0001, mostly far less."""


@dataclass(frozen=True, slots=True)
class SessionMeans:
    """What is expected of sessions; contacts from the second.

    Attributes:
        number: conversations, shape (contact, month, trial).
        later: those that come so many hours or more after the one before, by hours, likewise.
        opened: those that open a session, by window, likewise.
        copies, elsewhere: duplicates, and those on another channel than their original, shape (month, trial).
    """

    number: Array
    later: Mapping[float, Array]
    opened: Mapping[Sessions, Array]
    copies: Array
    elsewhere: Array


def expect_sessions(
    windows: Sequence[Sessions], hours: Sequence[float], chances: Chances, rates: Rates, cases: Array, contacts: int
) -> SessionMeans:
    """Return what is expected in some trials.

    Args:
        hours: at which delays are looked at, those of the windows among them.
        cases: expected cases, shape (intent, month, trial).
        contacts: conversations a case can have with the AI.
    """
    delay, factor, channels = chances.law.returns.delay, chances.law.returns.delay_factor, chances.channels
    by_intent, spawned = _followed(chances, rates, cases, contacts)

    def over_channels(chance: Array) -> Array:
        """Return sums over intents and channels of a chance by contact, shape (contact, channel, trial)."""
        by_law = (channels[:, None] * chance).sum(axis=2)
        return np.asarray((by_intent * by_law[:, :, None]).sum(axis=0))

    beyond = {each: 1 - delay_below(delay, factor, each) for each in hours}
    at_all = np.ones((contacts - 1, 1, 1))
    opened = {
        window: over_channels(
            _renewal(delay, factor, window.hours, contacts)
            if window.anchor == "start"
            else at_all * beyond[window.hours]
        )
        for window in windows
    }
    other = (1 - chances.law.returns.same_channel) * (1 - (channels**2).sum(axis=1))
    return SessionMeans(
        by_intent.sum(axis=0),
        {each: over_channels(at_all * chance) for each, chance in beyond.items()},
        opened,
        spawned.sum(axis=0),
        (spawned * other[:, None]).sum(axis=0),
    )


def _followed(chances: Chances, rates: Rates, cases: Array, contacts: int) -> tuple[Array, Array]:
    """Return the conversations of each contact from the second, and all duplicates, by intent."""
    steps = make_steps(chances, rates)
    reaching = cases[:, None] * rates.level
    spawned = np.zeros_like(cases)
    found = np.zeros((len(cases), contacts - 1, *cases.shape[1:]))
    for contact in range(contacts):
        step = steps[min(contact, 1)]
        if contact:
            found[:, contact - 1] = reaching.sum(axis=1)
        if step.spawning is not None:
            spawned += (reaching * step.spawning).sum(axis=1)
        reaching = reaching * step.on
    return found, spawned


def _renewal(law: DelayLaw, factor: Array, hours: float, contacts: int) -> Array:
    """Return the chance that each contact from the second opens a session, shape (contact, channel, trial)."""
    below = [np.ones(factor.T.shape), *sums_below(law, factor, hours, contacts - 1)]
    opens = [below[0]]
    for contact in range(1, contacts):
        chance = sum(opens[j] * (below[contact - j - 1] - below[contact - j]) for j in range(contact))
        opens.append(np.asarray(chance))
    return np.stack(opens[1:]) if contacts > 1 else np.zeros((0, *factor.T.shape))


def sums_below(law: DelayLaw, factor: Array, hours: float, most: int) -> list[Array]:
    """Return the chance that the sum of 1, 2, ... `most` delays is below some hours, shape (channel, trial) each.

    Trapezoid rule for the convolution at two step sizes, extrapolated; a delay that is no chance is exact.
    """
    found = [delay_below(law, factor, hours)]
    if most < 2:
        return found[:most]
    same = all(bool(np.all(part == part[:1])) for part in (law.scale, law.spread, factor))
    if same:
        law, factor = DelayLaw(law.weibull, law.scale[:1], law.spread[:1]), factor[:1]
    steps = STEPS if same else OWN_STEPS
    of_law = _convolved_once if same else _convolved
    few, many = (of_law(law, factor, hours, most, each) for each in (steps, 2 * steps))
    fixed = (law.spread == 0) & (not law.weibull)
    for times, (coarse, fine) in enumerate(zip(few, many, strict=True), 2):
        sure = hours > (times * law.scale[:, None] * factor).T
        chance = np.where(fixed, sure, (4 * fine - coarse) / 3)
        found.append(np.minimum(np.maximum(chance, 0.0), found[-1]))
    return found


def _convolved_once(law: DelayLaw, factor: Array, hours: float, most: int, steps: int) -> Sequence[Array]:
    """Return what `_convolved` does for one trial, worked out once a process: blocks of a run share their delays."""
    key = law.weibull, float(law.scale[0]), float(law.spread[0]), tuple(factor[0].tolist())
    return _convolved_by(*key, hours, most, steps)


@lru_cache(maxsize=256)
def _convolved_by(
    weibull: bool, scale: float, spread: float, factor: tuple[float, ...], hours: float, most: int, steps: int
) -> tuple[Array, ...]:
    law = DelayLaw(weibull, np.array([scale]), np.array([spread]))
    return tuple(_convolved(law, np.array([factor]), hours, most, steps))


def _convolved(law: DelayLaw, factor: Array, hours: float, most: int, steps: int) -> list[Array]:
    """Return the chance that 2, 3, ... delays sum to less than some hours, by the trapezoid rule."""
    at = np.linspace(0.0, hours, steps + 1)
    single = np.stack([delay_below(law, factor, each) if each else np.zeros(factor.T.shape) for each in at])
    mass, size = np.diff(single, axis=0), 2 * steps
    spectrum = np.fft.rfft(mass, size, axis=0)
    before, found = single, []
    for _ in range(most - 1):
        middle = (before[1:] + before[:-1]) / 2
        product = np.fft.irfft(np.fft.rfft(middle, size, axis=0) * spectrum, size, axis=0)[:steps]
        before = np.concatenate([np.zeros((1, *product.shape[1:])), product])
        found.append(before[-1])
    return found


def joined_sessions(parts: Sequence[SessionMeans]) -> SessionMeans:
    """Put the trials of several parts one after another."""

    def join(arrays: Sequence[Array]) -> Array:
        return np.concatenate(arrays, axis=-1)

    first = parts[0]
    return SessionMeans(
        join([part.number for part in parts]),
        {hours: join([part.later[hours] for part in parts]) for hours in first.later},
        {window: join([part.opened[window] for part in parts]) for window in first.opened},
        join([part.copies for part in parts]),
        join([part.elsewhere for part in parts]),
    )


def around(hours: float, grid: Sequence[float]) -> tuple[float, float]:
    """Return the hours of a grid at or below some hours, and at or above; 0 and infinity where there are none."""
    below, above = [each for each in grid if each <= hours], [each for each in grid if each >= hours]
    return max(below, default=0.0), min(above, default=math.inf)


def looked_at(windows: Sequence[Sessions], grid: Sequence[float]) -> tuple[float, ...]:
    """Return the hours of the grid, and those of the windows, at which delays are looked at for sessions."""
    wanted = {each for window in windows for each in (*around(window.hours, grid), window.hours)}
    return tuple(sorted(each for each in wanted if 0 < each < math.inf))


@dataclass(frozen=True, slots=True)
class Numbers:
    """Numbers of conversations, shape (month, trial) each.

    Attributes:
        first: first contacts, each of which opens a session.
        number: of each contact from the second.
        later: those of them that come so many hours or more after the one before, by hours of the grid.
        copies: duplicates.
    """

    first: Array
    number: Sequence[Array]
    later: Mapping[float, Sequence[Array]]
    copies: Array


def session_meters(
    chance: Chance, windows: Sequence[Sessions], grid: Sequence[float], means: SessionMeans, counted: Numbers
) -> dict[str, Array]:
    """Return the sessions by their keys, shape (month, trial) each."""
    elsewhere = chance.binomial(
        "sessions.channel", 0, counted.copies[None], divided(means.elsewhere, means.copies)[None]
    )[0]
    found = {}
    for window in windows:
        total = counted.first + elsewhere
        for place, number in enumerate(counted.number):
            total = total + _opened(chance, window, grid, means, place, number, counted.later)
        found[window.key] = total
    return found


def _opened(
    chance: Chance,
    window: Sessions,
    grid: Sequence[float],
    means: SessionMeans,
    place: int,
    number: Array,
    later: Mapping[float, Sequence[Array]],
) -> Array:
    """Return how many conversations of a contact open a session."""
    low, high = around(window.hours, grid)
    least = later[high][place] if high < math.inf else np.zeros_like(number)
    late = means.later[window.hours][place]
    if low < high:
        most = later[low][place] if low else number
        expected = [means.later[low][place] if low else means.number[place]]
        expected.append(means.later[high][place] if high < math.inf else np.zeros_like(late))
        share = divided(late - expected[1], expected[0] - expected[1])
        levels = chance.levels(f"sessions.within.{low:g}", place, (1, *number.shape))
        least = least + chance.chosen(levels, (most - least)[None], share[None])[0]
    if window.anchor == "inactivity":
        return least
    summed = divided(means.opened[window][place] - late, means.number[place] - late)
    levels = chance.levels("sessions.summed", place, (1, *number.shape))
    return np.asarray(least + chance.chosen(levels, (number - least)[None], np.maximum(summed, 0.0)[None])[0])

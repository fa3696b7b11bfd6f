"""Which contacts open a session: chances of sums of delays. docs/model.md section 5.

From inactivity a return opens a session where its own delay is the window or longer. From the start it does where the
delays since the last opening sum to the window or more, and those before it to less: a renewal. The chance that several
delays sum to less than some hours is an integral over the last of them, by the tanh-sinh rule of Takahasi and Mori
("Double exponential formulas for numerical integration", 1974), whose nodes crowd at both ends; on a scale on which a
delay has the same law whatever its spread.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Final

import numpy as np
from scipy.special import ndtr

from simulator.arrays import Array
from simulator.law.delays import chance_within
from simulator.law.spline import Spline

_STEPS: Final = np.linspace(-3.4, 3.4, 241)
_PLACES: Final = 1.0 / (1.0 + np.exp(-np.pi * np.sinh(_STEPS)))
_WEIGHTS: Final = (_STEPS[1] - _STEPS[0]) * np.pi * np.cosh(_STEPS) * _PLACES * (1.0 - _PLACES)
"""Nodes and weights of the integral over (0, 1)."""
_GRID: Final = 513
"""Hours at which sums of two and more delays are tabulated where still more are asked."""
_FARTHEST: Final = 9.0
_LATEST: Final = 40.0
"""Scores of a normal law, and of an exponential one, beyond which nothing is left."""
_LEAST: Final = 16.0
"""Minus the logarithm of an exponential score, below which two delays are hardly ever."""
Chance = Callable[[Array], Array]


@lru_cache(maxsize=4096)
def opening_chances(
    weibull: bool, scale: float, spread: float, hours: float, contacts: int, *, from_start: bool
) -> tuple[float, ...]:
    """Return the chance that each contact from the second opens a session.

    Args:
        weibull, scale, spread: see law.delays.
        hours: of the window.
        contacts: at most, with the AI.
        from_start: whether the window runs from the start of the session, or from the contact before.
    """
    if not from_start:
        return (1.0 - chance_within(hours, weibull, scale, spread),) * (contacts - 1)
    below = (1.0, *sums_within(weibull, scale, spread, hours, contacts - 1))
    opens = [1.0]
    for contact in range(1, contacts):
        opens.append(sum(opens[last] * (below[contact - last - 1] - below[contact - last]) for last in range(contact)))
    return tuple(opens[1:])


def sums_within(weibull: bool, scale: float, spread: float, hours: float, most: int) -> tuple[float, ...]:
    """Return the chances that 1, 2 .. `most` delays sum to less than some hours.

    Args:
        weibull, scale, spread: see law.delays.
    """
    found = [chance_within(hours, weibull, scale, spread)]
    if spread == 0.0 and not weibull:
        return tuple(float(times * scale < hours) for times in range(1, most + 1))
    within: Chance = _single(weibull, spread)
    for times in range(2, most + 1):
        found.append(min(float(_one_more(weibull, spread, within, np.array([hours / scale]))[0]), found[-1]))
        if times < most:
            within = _tabulated(weibull, spread, within, hours / scale)
    return tuple(found)


def _single(weibull: bool, spread: float) -> Chance:
    """Return the chance that one delay of scale 1 is shorter than hours above 0."""
    if weibull:
        return lambda hours: np.asarray(-np.expm1(-(hours**spread)))
    return lambda hours: np.asarray(ndtr(np.log(hours) / spread))


def _one_more(weibull: bool, spread: float, within: Chance, hours: Array) -> Array:
    """Return the chance that a delay and what `within` is the chance of sum to less than some hours, shape (hours,)."""
    if weibull:
        low, high = np.zeros_like(hours), np.minimum(hours**spread, _LATEST)
    else:
        low, high = np.full_like(hours, -_FARTHEST), np.minimum(np.log(hours) / spread, _FARTHEST)
    width = np.maximum(high - low, 0.0)[:, None]
    score = low[:, None] + width * _PLACES
    if weibull:
        density, delay = np.exp(-score), score ** (1.0 / spread)
    else:
        density, delay = np.exp(-(score**2) / 2) / np.sqrt(2 * np.pi), np.exp(spread * score)
    left = np.maximum(hours[:, None] - delay, np.finfo(float).tiny)
    return np.asarray((width * _WEIGHTS * density * within(left)).sum(axis=1))


def _tabulated(weibull: bool, spread: float, within: Chance, longest: float) -> Chance:
    """Return `_one_more` for any hours up to the longest, from a table over the logarithm of hours."""
    shortest = min(np.log(longest) - 1.0, -_LEAST / spread if weibull else -_FARTHEST * spread)
    grid = np.linspace(shortest, np.log(longest), _GRID)
    table = Spline.through(grid[0], grid[1] - grid[0], _one_more(weibull, spread, within, np.exp(grid)))
    return lambda hours: np.where(np.log(hours) < shortest, 0.0, np.maximum(table(np.log(hours)), 0.0))

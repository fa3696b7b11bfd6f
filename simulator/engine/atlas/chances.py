"""Chances of every step of a conversation, for some trials and all their months.

The constants of atlas.law with the months' shifts in. A probability p is kept as its inverse odds (1 - p) / p, so that
a shift of its log odds is one product; 0 and 1 stay 0 and 1. What does not change from month to month is worked out
once (`Chances`); the rest for a few months at a time (`Rates`), for all intents together. The last two axes of every
array are (month, trial), the month of length 1 in what stays the same.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gamma, ndtr

from simulator.engine.atlas.law import DelayLaw, Law
from simulator.law import ABANDONED, CONFIRMED, ENDS, ESCALATED, PARTIAL, SILENT_SOLVED, SILENT_UNSOLVED
from simulator.model.drivers import Drivers

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Chances:
    """What stays the same in all months of the trials.

    Attributes:
        law: constants of the trials, the trial first.
        tails: inverse odds that the level is beyond each, shape (level - 1, intent, 1, trial).
        escalation: inverse odds of a handoff at a first contact by group of models with odds of their own, shape
            (group, intent, level, 1, trial).
        later: factor on these at later contacts, shape (1, trial).
        solving: inverse odds of solving, shape (group, intent, level, 1, trial).
        routing: share of each group, shape (group, level, 1, trial).
        partial: of those handed over, shape (level, 1, trial).
        abandon, confirm: shape (intent, 1, 1, trial).
        returning: inverse odds of a return by end, shape (end, intent, level, 1, trial).
        to_the_ai: chance that a return goes to the AI, by end, shape (end, 1, trial).
        duplicate: chance of a duplicate by end, likewise.
        person: chance that a person solves the problem, shape (1, trial).
        channels: shape (intent, channel, trial).
        classes: greeting, spam, test, shape (intent, 3, trial).
        borders: hours at which delays are cut.
    """

    law: Law
    tails: Array
    escalation: Array
    later: Array
    solving: Array
    routing: Array
    partial: Array
    abandon: Array
    confirm: Array
    returning: Array
    to_the_ai: Array
    duplicate: Array
    any_duplicates: bool
    person: Array
    channels: Array
    classes: Array
    borders: tuple[float, ...]

    @property
    def groups(self) -> int:
        """Groups of models with odds of their own."""
        return len(self.escalation)

    @property
    def levels(self) -> int:
        """Levels of complexity."""
        return len(self.partial)


@dataclass(frozen=True, slots=True)
class Rates:
    """What the drivers of some months make of the chances.

    Attributes:
        level: shape (intent, level, month, trial).
        first, later: chance of each end at first contacts and at returns, shape (end, intent, level, month, trial).
        first_by_group, later_by_group: the same with the group of models, group by group.
        returning: chance of a return by end, shape (end, intent, level, month, trial).
    """

    level: Array
    first: Array
    later: Array
    first_by_group: tuple[Array, ...]
    later_by_group: tuple[Array, ...]
    returning: Array


def make_chances(law: Law, borders: tuple[float, ...]) -> Chances:
    """Return what stays the same in all months of some trials.

    Args:
        law: constants of the trials.
        borders: hours at which delays are cut, rising.
    """
    outcomes, returns = law.outcomes, law.returns
    groups = model_groups(law)
    tails = law.level_tails.transpose(2, 1, 0)[:, :, None]
    with np.errstate(divide="ignore"):
        beyond = (1 - tails) / tails
    return Chances(
        law=law,
        tails=beyond,
        escalation=_inverse_odds(outcomes.escalate_logit[..., :groups].transpose(3, 1, 2, 0)),
        later=np.exp(-outcomes.later_escalate)[None],
        solving=_inverse_odds(outcomes.solve_logit[..., :groups].transpose(3, 1, 2, 0)),
        routing=np.diff(outcomes.routing, axis=2, prepend=0.0).transpose(2, 1, 0)[:, :, None],
        partial=_by_trial(outcomes.partial)[:, None],
        abandon=_by_trial(outcomes.abandon)[:, None, None],
        confirm=_by_trial(outcomes.confirm)[:, None, None],
        returning=_inverse_odds(returns.return_logit.transpose(1, 3, 2, 0)),
        to_the_ai=_by_trial(1 - returns.straight)[:, None],
        duplicate=_by_trial(returns.duplicate)[:, None],
        any_duplicates=bool(returns.duplicate.any()),
        person=law.handling.human_solve[None],
        channels=np.diff(law.channels, axis=2, prepend=0.0).transpose(1, 2, 0),
        classes=np.diff(law.attributes.classes, axis=2, prepend=0.0).transpose(1, 2, 0),
        borders=borders,
    )


def model_groups(law: Law) -> int:
    """Return how many groups of models there are: one where all models have the same rates, else one for each."""
    outcomes = law.outcomes
    same = _alike(outcomes.escalate_logit) and _alike(outcomes.solve_logit)
    return 1 if same else outcomes.routing.shape[2]


def make_rates(chances: Chances, drivers: Drivers, months: slice) -> Rates:
    """Return the rates of some months.

    Args:
        drivers: of the same trials.
    """

    def shift(name: str) -> Array:
        return np.asarray(np.exp(-np.ascontiguousarray(getattr(drivers, name)[:, months].T)))

    escalation, later = shift("escalation"), chances.later * shift("escalation")
    solved = _shifted(chances.solving, shift("solving"))
    first = tuple(_ends(chances, group, escalation, solved[group]) for group in range(chances.groups))
    returns = tuple(_ends(chances, group, later, solved[group]) for group in range(chances.groups))
    return Rates(
        level=_levels(chances, shift("complexity")),
        first=_total(first),
        later=_total(returns),
        first_by_group=first,
        later_by_group=returns,
        returning=_shifted(chances.returning, shift("returning")),
    )


def _by_trial(constants: Array) -> Array:
    """Return constants with the trial last."""
    return np.ascontiguousarray(np.moveaxis(constants, 0, -1))


def _alike(logits: Array) -> bool:
    """Whether all models have the same rates."""
    return bool(np.all(logits == logits[..., :1]))


def _inverse_odds(logits: Array) -> Array:
    """Return inverse odds with an axis for the month before that of the trial."""
    with np.errstate(over="ignore"):
        return np.exp(-np.ascontiguousarray(logits))[..., None, :]


def _shifted(inverse_odds: Array, factor: Array) -> Array:
    """Return the probabilities of inverse odds times a factor."""
    odds = inverse_odds * factor
    odds += 1
    return np.divide(1, odds, out=odds)


def _total(parts: tuple[Array, ...]) -> Array:
    return parts[0] if len(parts) == 1 else np.add.reduce(parts)


def _levels(chances: Chances, complexity: Array) -> Array:
    """Return the chance of each level, shape (intent, level, month, trial)."""
    intents, months = chances.abandon.shape[0], complexity.shape
    found = np.empty((intents, chances.levels, *months))
    above: Array | float = 1.0
    for level, tails in enumerate(chances.tails):
        beyond = _shifted(tails, complexity)
        np.subtract(above, beyond, out=found[:, level])
        above = beyond
    found[:, -1] = above
    return found


def _ends(chances: Chances, group: int, escalation: Array, solved: Array) -> Array:
    """Return the chance of each end with a group of models, shape (end, intent, level, month, trial)."""
    handed = _shifted(chances.escalation[group], escalation)
    ends = np.empty((len(ENDS), *handed.shape))
    partial = np.multiply(handed, chances.partial, out=ends[PARTIAL])
    np.subtract(handed, partial, out=ends[ESCALATED])
    rest = np.subtract(1, handed, out=handed)
    left = np.multiply(rest, chances.abandon, out=ends[ABANDONED])
    answered = np.subtract(rest, left, out=rest)
    right = np.multiply(answered, solved, out=ends[SILENT_SOLVED])
    np.subtract(answered, right, out=ends[SILENT_UNSOLVED])
    confirmed = np.multiply(right, chances.confirm, out=ends[CONFIRMED])
    np.subtract(right, confirmed, out=right)
    if chances.groups > 1:
        ends *= chances.routing[group]
    return ends


def delay_below(law: DelayLaw, factor: Array, hours: float) -> Array:
    """Return the chance that a delay is below some hours, by channel, shape (channel, trial).

    Args:
        factor: of the channels on the scale of the delay, shape (trial, channel).
    """
    scale, spread = (law.scale[:, None] * factor).T, law.spread[None]
    with np.errstate(divide="ignore", invalid="ignore"):
        if law.weibull:
            return np.asarray(np.where(scale > 0, -np.expm1(-((hours / scale) ** spread)), 1.0))
        below = ndtr(np.log(hours / scale) / spread)
        return np.asarray(np.where((spread > 0) & (scale > 0), below, scale < hours))


def mean_delay(law: DelayLaw, factor: Array) -> Array:
    """Return the mean delay by channel in hours, shape (channel, trial)."""
    mean = gamma(1 + 1 / law.spread) if law.weibull else np.exp(law.spread**2 / 2)
    return np.asarray((law.scale * mean)[None] * factor.T)

"""Chances of every step of a conversation, for some trials and all their months.

The constants of model.law with the months' shifts in. A probability p is kept as its inverse odds (1 - p) / p, so that
a shift of its log odds is one product; 0 and 1 stay 0 and 1. The last two axes of every array are (month, trial).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import gamma, ndtr

from simulator.engine.atlas.kinds import END_OF, MARKED_CELLS
from simulator.model.drivers import Drivers
from simulator.model.law import (
    ABANDONED,
    CONFIRMED,
    ENDS,
    ESCALATED,
    PARTIAL,
    SILENT_SOLVED,
    SILENT_UNSOLVED,
    DelayLaw,
    Law,
    OutcomeLaw,
)

Array = NDArray[np.float64]
_PLANNED: Final = np.array([END_OF[branch] == ESCALATED for branch, _, _ in MARKED_CELLS])
_CLASS: Final = np.array([service_class for _, service_class, _ in MARKED_CELLS])
_MARK: Final = np.array([mark for _, _, mark in MARKED_CELLS])
_MARKABLE: Final = np.array([any(b == branch and m for b, _, m in MARKED_CELLS) for branch, _, _ in MARKED_CELLS])


@dataclass(frozen=True, slots=True)
class Chances:
    """What all intents share.

    Attributes:
        law: constants of the trials, the trial first.
        groups: groups of models with odds of their own.
        escalation, solving, returning, complexity: factors on inverse odds, shape (month, trial).
        to_the_ai: chance that a return goes to the AI, by end, shape (end, 1, 1, trial).
        duplicate: chance of a duplicate by end, likewise.
        person: chance that a person solves the problem, shape (1, trial).
        borders: hours at which delays are cut.
    """

    law: Law
    levels: int
    channels: int
    groups: int
    escalation: Array
    solving: Array
    returning: Array
    complexity: Array
    to_the_ai: Array
    duplicate: Array
    any_duplicates: bool
    person: Array
    borders: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class IntentChances:
    """Chances of one intent.

    Attributes:
        level: shape (level, month, trial).
        channel: shape (channel, 1, trial).
        first_by_group, later_by_group: chance of group of models and end, of first contacts and of returns, shape
            (group, end, level, month, trial).
        first_ends, later_ends: the same summed over groups.
        returning: chance of a return by end, shape (end, level, month, trial).
        action: chance of a completed action where it can be, shape (1, trial).
        review: chance of a review, shape (1, trial).
        cells: chance of class and mark by cell (MARKED_CELLS), shape (cell, 1, trial).
        classes: chances of greeting, spam, test, shape (3, 1, trial).
        sooner: chance that a return comes before each border, shape (border, 1, trial).
        delay_hours, duplicate_hours: mean hours to a return and to a duplicate, shape (1, trial).
    """

    level: Array
    channel: Array
    first_by_group: Array
    later_by_group: Array
    first_ends: Array
    later_ends: Array
    returning: Array
    action: Array
    review: Array
    cells: Array
    classes: Array
    sooner: Array
    delay_hours: Array
    duplicate_hours: Array


def make_chances(law: Law, drivers: Drivers, borders: tuple[float, ...]) -> Chances:
    """Return the chances of some trials.

    Args:
        law: constants of the trials.
        drivers: of the same trials.
        borders: hours at which delays are cut, rising.
    """
    outcomes, returns = law.outcomes, law.returns
    return Chances(
        law=law,
        levels=outcomes.escalate_logit.shape[2],
        channels=law.channels.shape[2],
        groups=model_groups(law),
        escalation=np.exp(-drivers.escalation.T),
        solving=np.exp(-drivers.solving.T),
        returning=np.exp(-drivers.returning.T),
        complexity=np.exp(-drivers.complexity.T),
        to_the_ai=(1 - returns.straight).T[:, None, None],
        duplicate=returns.duplicate.T[:, None, None],
        any_duplicates=bool(returns.duplicate.any()),
        person=law.handling.human_solve[None],
        borders=borders,
    )


def model_groups(law: Law) -> int:
    """Return how many groups of models there are: one where all models have the same rates, else one for each."""
    outcomes = law.outcomes
    same = _alike(outcomes.escalate_logit) and _alike(outcomes.solve_logit)
    return 1 if same else outcomes.routing.shape[2]


def intent_chances(chances: Chances, intent: int) -> IntentChances:
    """Return the chances of one intent."""
    law = chances.law
    channel = np.diff(law.channels[:, intent], axis=1, prepend=0.0).T[:, None]
    first, later = (_ends_by_group(chances, intent, later=contact) for contact in (False, True))
    classes = np.diff(law.attributes.classes[:, intent], axis=1, prepend=0.0).T[:, None]
    review = law.attributes.review[:, intent][None]
    returning = _inverse_odds(law.returns.return_logit[:, :, :, intent]).transpose(1, 2, 0)[:, :, None]
    return IntentChances(
        level=_levels(chances, intent),
        channel=channel,
        first_by_group=first,
        later_by_group=later,
        first_ends=first.sum(axis=0) if len(first) > 1 else first[0],
        later_ends=later.sum(axis=0) if len(later) > 1 else later[0],
        returning=1 / (1 + returning * chances.returning),
        action=law.attributes.action[:, intent][None],
        review=review,
        cells=_cells(classes, review, law.attributes.planned[:, intent][None]),
        classes=classes,
        sooner=_sooner(law.returns.delay, law.returns.delay_factor, channel, chances.borders),
        delay_hours=_mean_hours(law.returns.delay, law.returns.delay_factor, channel),
        duplicate_hours=_mean_hours(law.returns.duplicate_delay, law.returns.delay_factor, channel),
    )


def _alike(logits: Array) -> bool:
    """Whether all models have the same rates."""
    return bool(np.all(logits == logits[..., :1]))


def _inverse_odds(logits: Array) -> Array:
    with np.errstate(over="ignore"):
        return np.asarray(np.exp(-logits))


def _levels(chances: Chances, intent: int) -> Array:
    """Return the chance of each level, shape (level, month, trial)."""
    tails = chances.law.level_tails[:, intent].T[:, None]
    with np.errstate(divide="ignore"):
        beyond = 1 / (1 + (1 - tails) / tails * chances.complexity)
    shape = beyond.shape[1:]
    edges = np.concatenate([np.ones((1, *shape)), beyond, np.zeros((1, *shape))])
    return np.asarray(-np.diff(edges, axis=0)) if len(beyond) else np.ones((1, *chances.complexity.shape))


def _ends_by_group(chances: Chances, intent: int, *, later: bool) -> Array:
    """Return the chance of each group of models and end, shape (group, end, level, month, trial)."""
    outcomes = chances.law.outcomes
    groups = chances.groups
    escalate = _inverse_odds(outcomes.escalate_logit[:, intent, :, :groups])
    if later:
        escalate = escalate * np.exp(-outcomes.later_escalate)[:, None, None]
    solve = _inverse_odds(outcomes.solve_logit[:, intent, :, :groups])
    routing = np.diff(outcomes.routing, axis=2, prepend=0.0)
    ends = np.empty((groups, len(ENDS), chances.levels, *chances.solving.shape))
    for group in range(groups):
        handed = 1 / (1 + escalate[:, :, group].T[:, None] * chances.escalation)
        solved = 1 / (1 + solve[:, :, group].T[:, None] * chances.solving)
        _fill_ends(ends[group], outcomes, intent, handed, solved)
        if groups > 1:
            ends[group] *= routing[:, :, group].T[None, :, None]
    return ends


def _fill_ends(ends: Array, law: OutcomeLaw, intent: int, handed: Array, solved: Array) -> None:
    """Fill in the chances of the ends, shape (end, level, month, trial), from those of a handoff and of solving."""
    partial, rest = ends[PARTIAL], 1 - handed
    np.multiply(handed, law.partial.T[:, None], out=partial)
    np.subtract(handed, partial, out=ends[ESCALATED])
    np.multiply(rest, law.abandon[:, intent], out=ends[ABANDONED])
    answered = rest - ends[ABANDONED]
    right = answered * solved
    np.subtract(answered, right, out=ends[SILENT_UNSOLVED])
    np.multiply(right, law.confirm[:, intent], out=ends[CONFIRMED])
    np.subtract(right, ends[CONFIRMED], out=ends[SILENT_SOLVED])


def _cells(classes: Array, review: Array, planned: Array) -> Array:
    """Return the chance of class and mark given the branch, shape (cell, 1, trial)."""
    mark = np.where(_PLANNED[:, None, None], planned, review)
    marked = np.where(_MARK[:, None, None], mark, 1 - mark)
    marked = np.where(_MARKABLE[:, None, None], marked, 1.0)
    return np.asarray(np.concatenate([1 - classes.sum(axis=0)[None], classes])[_CLASS] * marked)


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


def _sooner(law: DelayLaw, factor: Array, channel: Array, borders: tuple[float, ...]) -> Array:
    """Return the chance that a return comes before each border, over the channels, shape (border, 1, trial)."""
    below = [(channel[:, 0] * delay_below(law, factor, hours)).sum(axis=0) for hours in borders]
    return np.array(below).reshape(len(borders), 1, channel.shape[2])


def _mean_hours(law: DelayLaw, factor: Array, channel: Array) -> Array:
    return np.asarray((channel[:, 0] * mean_delay(law, factor)).sum(axis=0)[None])

"""The law of one month for a group of trials: the constants with the month's shifts in, as flat tables to look up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from simulator.model.drivers import Drivers
from simulator.model.law import Law

Array = NDArray[np.float64]
Index = NDArray[np.int64]
Number = TypeVar("Number", bound=np.generic)


@dataclass(frozen=True, slots=True)
class MonthLaw:
    """Tables of one month, the trial of the group first.

    Attributes:
        law: the constants.
        level_tails: P(level > l), shape (trial, intent, level - 1).
        escalate: first contacts and returns, shape (2, trial, intent, level, model).
        solve: of answered conversations, shape (trial, intent, level, model).
        returning: shape (trial, end, level, intent).
        tokens: the month's factor on variable lengths, shape (trial,).
    """

    law: Law
    level_tails: Array
    escalate: Array
    solve: Array
    returning: Array
    tokens: Array


def month_law(law: Law, drivers: Drivers, month: int) -> MonthLaw:
    """Return the tables of one month."""
    outcomes = law.outcomes
    escalation = outcomes.escalate_logit + drivers.escalation[:, month, None, None, None]
    later = outcomes.later_escalate[:, None, None, None]
    with np.errstate(divide="ignore"):
        tails = logit(law.level_tails) + drivers.complexity[:, month, None, None]
    return MonthLaw(
        law=law,
        level_tails=np.asarray(expit(tails)),
        escalate=np.stack([expit(escalation), expit(escalation + later)]),
        solve=np.asarray(expit(outcomes.solve_logit + drivers.solving[:, month, None, None, None])),
        returning=np.asarray(expit(law.returns.return_logit + drivers.returning[:, month, None, None, None])),
        tokens=drivers.tokens[:, month],
    )


def look_up(table: NDArray[Number], *places: Index | int) -> NDArray[Number]:
    """Return table[places] for arrays of places over its leading axes, as one flat look-up.

    Args:
        table: any shape whose leading axes are the places.
        places: one index per axis of the table.
    """
    flat: Index | int = 0
    for axis, place in enumerate(places):
        flat = flat * table.shape[axis] + place
    return table.ravel().take(flat)


def category(cumulative: Array, uniform: Array, *places: Index) -> Index:
    """Return the category in which a uniform falls: how many cumulated shares of its law it has passed.

    Args:
        cumulative: cumulated shares, categories on the last axis; the last category takes what is left.
        uniform: uniforms, one per draw.
        places: index arrays over the leading axes.
    """
    count = cumulative.shape[-1]
    found = np.zeros(uniform.shape, dtype=np.int64)
    if count == 1:
        return found
    flat: Index | int = 0
    for axis, place in enumerate(places):
        flat = flat * cumulative.shape[axis] + place
    table = cumulative.reshape(-1, count)
    for k in range(count - 1):
        found += uniform >= np.ascontiguousarray(table[:, k]).take(flat)
    return found

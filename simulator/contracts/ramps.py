"""Dated ramps of a commitment: how much of it holds from a month on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator.distributions import Quantity

if TYPE_CHECKING:
    from simulator.arrays import Array
    from simulator.contracts.meters import Values


@dataclass(frozen=True, slots=True)
class RampStep:
    """From a month of the contract on, a commitment is so many times what it says.

    Attributes:
        from_month: first month in which it holds, counted from 1, until the next step.
    """

    from_month: int
    factor: Quantity


def ramped(ramp: Sequence[RampStep], months: int, values: Values, trials: int) -> Array:
    """Return what a commitment is multiplied by in each month (trial, month): 1 before the first step.

    With steps of 0.4 from month 1, 0.7 from month 4 and 1 from month 7, months 3 and 4 have 0.4 and 0.7.

    Args:
        ramp: in order of their months.
    """
    import numpy as np

    factors = np.ones((trials, months))
    for step in ramp:
        factors[:, step.from_month - 1 :] = values(step.factor)[:, None]
    return factors

"""A confidence interval."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Interval:
    """A confidence interval.

    Attributes:
        complete: false where the sample is too small for the stated level and an extreme of it stands in.
    """

    low: float
    high: float
    complete: bool = True

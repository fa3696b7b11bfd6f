"""Where a function changes its sign, by Chandrupatla's method.

Each step is an inverse quadratic interpolation through the last three points where these follow a smooth curve, else
the middle of the bracket, so that no function takes many more steps than bisection does. Source: Chandrupatla 1997, A
new hybrid quadratic/bisection algorithm for finding the zero of a nonlinear function without using derivatives,
Advances in Engineering Software 28. SciPy has such methods too; importing them takes 0.1 s.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

_MOST_STEPS: Final = 400
"""Bisection of any two numbers of double precision to the last bit would take a quarter of it."""


def root(of: Callable[[float], float], low: float, high: float, tolerance: float) -> float:
    """Return a place between two ends at which a function is 0 or changes its sign.

    It is exact where the function is 0 at an end or a place that was tried. Else it lies in a bracket that is at most
    `tolerance` wide, absolute and relative together, and in it where the straight line through its ends crosses 0.

    Args:
        of: it has different signs at the ends, or is 0 at one of them.

    Raises:
        ValueError: if it has the same sign at both ends.
    """
    new, other = low, high
    at_new, at_other = of(low), of(high)
    if at_new * at_other > 0:
        raise ValueError(f"no change of sign between {low:g} and {high:g}")
    share = _crossing(at_new, at_other)
    for _ in range(_MOST_STEPS):
        if at_new == 0 or at_other == 0:
            return new if at_new == 0 else other
        width = abs(other - new)
        least = 0.5 * tolerance * (1.0 + min(abs(new), abs(other)))
        if width <= 2.0 * least:
            break
        place = new + min(max(share, least / width), 1.0 - least / width) * (other - new)
        value = of(place)
        if (value > 0) == (at_new > 0):
            last, at_last = new, at_new
        else:
            last, at_last, other, at_other = other, at_other, new, at_new
        new, at_new = place, value
        share = _next_share(new, other, last, at_new, at_other, at_last)
    return new + _crossing(at_new, at_other) * (other - new)


def _crossing(at_new: float, at_other: float) -> float:
    """Return where between two points the straight line through them crosses 0, as a share of the way."""
    return at_new / (at_new - at_other) if at_new != at_other else 0.5


def _next_share(new: float, other: float, last: float, at_new: float, at_other: float, at_last: float) -> float:
    """Return how far from the new end to the other one the next place lies."""
    bent, level = (new - other) / (last - other), (at_new - at_other) / (at_last - at_other)
    if not (level**2 < bent and (1.0 - level) ** 2 < 1.0 - bent):
        return 0.5
    towards_other = at_new / (at_other - at_new) * at_last / (at_other - at_last)
    towards_last = (last - new) / (other - new) * at_new / (at_last - at_new) * at_other / (at_last - at_other)
    return towards_other + towards_last

"""A cubic spline through values at equal steps.

SciPy has one that takes any steps; loading it takes 0.17 s in every process of a run, as it brings all optimisers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from simulator.arrays import Array


@dataclass(frozen=True, slots=True)
class Spline:
    """The interpolating spline whose first two pieces are one polynomial, and whose last two are ("not a knot").

    Attributes:
        bends: second derivatives at the places of the values, times the step squared.
    """

    start: float
    step: float
    values: Array
    bends: Array

    @classmethod
    def through(cls, start: float, step: float, values: Array) -> Self:
        """Return the spline through values at start, start + step ... (at least four).

        The second derivatives M solve M[i-1] + 4 M[i] + M[i+1] = 6 (y[i-1] - 2 y[i] + y[i+1]) / step^2 (de Boor, A
        Practical Guide to Splines, 1978, chapter IV). Not a knot says M[0] = 2 M[1] - M[2], which leaves 6 M[1] on the
        left of the first equation, and the same at the end.
        """
        right = 6.0 * (values[:-2] - 2.0 * values[1:-1] + values[2:])
        inner = np.concatenate([right[:1] / 6.0, _inside(right), right[-1:] / 6.0])
        ends = 2.0 * inner[0] - inner[1], 2.0 * inner[-1] - inner[-2]
        return cls(start, step, values, np.concatenate([ends[:1], inner, ends[1:]]))

    def __call__(self, at: Array) -> Array:
        """Return the values at some places, of any shape; beyond the ends the outermost polynomials go on."""
        place = (at - self.start) / self.step
        left = np.clip(np.floor(place).astype(np.int64), 0, len(self.values) - 2)
        right = place - left
        rest = 1.0 - right
        bent = (rest**3 - rest) * self.bends[left] + (right**3 - right) * self.bends[left + 1]
        found: Array = rest * self.values[left] + right * self.values[left + 1] + bent / 6.0
        return found


def _inside(right: Array) -> Array:
    """Solve for the second derivatives between the first and the last inner one, which are known (Thomas, 1949)."""
    first, *middle, last = right.tolist()
    middle[0] -= first / 6.0
    middle[-1] -= last / 6.0
    above, found = [0.0], []
    for place, each in enumerate(middle):
        above.append(1.0 / (4.0 - above[-1]))
        middle[place] = (each - (middle[place - 1] if place else 0.0)) * above[-1]
    below = 0.0
    for each, share in zip(reversed(middle), reversed(above), strict=False):
        below = each - share * below
        found.append(below)
    return np.array(found[::-1])

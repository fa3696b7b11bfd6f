"""A number of a scenario moved: as so many standard deviations further, a range half as wide, a value twice as high.

Every law is a quantile function of a standard normal score, so that a law is moved by moving the score and what comes
of it, whatever family it is of. What the number was drawn with stays: a moved scenario is simulated on the same scores.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from simulator.quantities.distributions import Law, Quantity

if TYPE_CHECKING:
    from simulator.arrays import Array


@dataclass(frozen=True, slots=True)
class Moved:
    """A law at other scores, and other values at them: factor * law(shift + spread * z) + added.

    A lognormal law with a median of 100 and a log sd of 0.1 is 110.5 at z = 0 with a shift of 1; with a spread of 2 it
    is 122.1 at z = 1 instead of 110.5; a number that is known has no score, and only factor and added move it.
    """

    law: Law
    shift: float = 0.0
    spread: float = 1.0
    factor: float = 1.0
    added: float = 0.0

    @property
    def center(self) -> float:
        """The value at z = 0."""
        import numpy as np

        return float(self.at(np.zeros(1))[0])

    @property
    def fixed(self) -> bool:
        """Whether the number is known."""
        return self.law.fixed

    def at(self, z: Array) -> Array:
        """Return the quantile at Phi(z), same shape as z."""
        import numpy as np

        return np.asarray(self.factor * self.law.at(self.shift + self.spread * z) + self.added)


def moved(
    quantity: Quantity, *, shift: float = 0.0, spread: float = 1.0, factor: float = 1.0, added: float = 0.0
) -> Quantity:
    """Return a number moved; its values stay inside its domain. See `Moved`."""
    return replace(quantity, law=Moved(quantity.law, shift, spread, factor, added))

"""Seeds of the three levels of chance: a scenario's own for all, or others for some, to tell the levels apart."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.scenario.schema import Scenario

_FAR = 1 << 70
"""Added to a seed to get another one that no scenario has."""


@dataclass(frozen=True, slots=True)
class Seeds:
    """Seeds of what is not known today, of the months, and of the conversations."""

    trial: int
    month: int
    conversation: int

    @classmethod
    def of(cls, scenario: Scenario) -> Seeds:
        """Return the scenario's seed for all levels."""
        return cls(scenario.seed, scenario.seed, scenario.seed)

    @property
    def other(self) -> int:
        """Return a seed that is no scenario's."""
        return self.trial + _FAR

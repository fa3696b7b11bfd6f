"""How many problems are told one by one, and what stands for the rest."""

from __future__ import annotations

from typing import Final

from simulator.errors import Problem
from simulator.scenario.key_paths import Path, place_of

MOST_OF_A_TABLE: Final = 100
"""Problems of one table or list that are told one by one: help for each of 20,000 keys would take a minute."""
MOST_TOLD: Final = 1_000
"""Problems of one look at a scenario that are told one by one."""


def more_like_these(path: Path, count: int) -> Problem:
    """Return the problem that stands for those of a table or list that are not told one by one."""
    place = f"[{place_of(path)}]" if path else "the scenario"
    return Problem(path, f"{count:,} more problems in {place}", "mend the first, and look again")

"""What every engine draws of some consecutive futures before any conversation: unknowns, drivers, demand, unseen
tickets. It hangs on the seed and the number of the future alone, as all of it is drawn in fixed blocks.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from simulator.arrays import Array
from simulator.futures.month_level import draw_drivers, draw_unseen, expected_demand
from simulator.futures.unknowns import Unknowns, draw_unknowns, unknown_numbers
from simulator.law.demand import Demand
from simulator.law.drivers import DrawnDrivers
from simulator.quantities.distributions import Quantity
from simulator.scenario.schema import Scenario
from simulator.streams import BLOCK_TRIALS

MONTHS: Final = "months"
FORECAST: Final = "volume.forecast"
"""What may be drawn once more beside unknown numbers, which go by their dotted names: all that differs from month to
month, and the score of a forecast.
"""


@dataclass(frozen=True, slots=True)
class Drawn:
    """The trial and month levels of some consecutive futures.

    Attributes:
        first: number of the first future in the run.
        unseen: tickets that the AI never sees, shape (future, month).
    """

    first: int
    unknowns: Unknowns
    drivers: DrawnDrivers
    demand: Demand
    unseen: Array


def draw_futures(
    scenario: Scenario,
    first: int,
    count: int,
    *,
    unknown: Sequence[Quantity] | None = None,
    months_seed: int | None = None,
    again: Collection[str] = (),
) -> Drawn:
    """Draw some consecutive futures.

    Args:
        first: number of the first one.
        unknown: the scenario's numbers that are not known; found out where they are not given.
        months_seed: of the drivers and of unseen tickets, in the place of the scenario's; they are random then, as at
            Sobol points of another seed they would not be independent of the scenario's own.
        again: names of what is drawn once more, independently of the first time: unknown numbers, MONTHS, FORECAST.
    """
    numbers = unknown_numbers(scenario) if unknown is None else unknown
    months = scenario
    if months_seed is not None:
        months = scenario.model_copy(update={"seed": months_seed, "sampling": "random"})
    parts = []
    for block in range(first // BLOCK_TRIALS, (first + count - 1) // BLOCK_TRIALS + 1):
        start = block * BLOCK_TRIALS
        low, high = max(first - start, 0), min(first + count - start, BLOCK_TRIALS)
        parts.append(_of_block(scenario, months, block, slice(low, high), numbers, again))
    return parts[0] if len(parts) == 1 else _joined(parts)


def _of_block(
    scenario: Scenario, months: Scenario, block: int, chosen: slice, unknown: Sequence[Quantity], again: Collection[str]
) -> Drawn:
    """Draw a block and return some of its futures."""
    unknowns = draw_unknowns(scenario, block, tuple(unknown), again)
    drivers = draw_drivers(months, unknowns, block, again=MONTHS in again)
    demand = expected_demand(scenario, unknowns, drivers, block, again=FORECAST in again)
    low, count = chosen.start, chosen.stop - chosen.start
    return Drawn(
        first=block * BLOCK_TRIALS + low,
        unknowns=unknowns.part(low, count),
        drivers=drivers.part(low, count),
        demand=Demand(demand.cases[chosen], demand.unseen_tickets[chosen]),
        unseen=draw_unseen(months, demand, block, chosen),
    )


def _joined(parts: Sequence[Drawn]) -> Drawn:
    names = parts[0].unknowns.drawn
    drawn = {name: np.concatenate([part.unknowns.drawn[name] for part in parts]) for name in names}
    return Drawn(
        parts[0].first,
        Unknowns(sum(part.unknowns.trials for part in parts), drawn),
        DrawnDrivers(
            *(np.concatenate([getattr(part.drivers, name) for part in parts]) for name in DrawnDrivers.__slots__)
        ),
        Demand(*(np.concatenate([getattr(part.demand, name) for part in parts]) for name in Demand.__slots__)),
        np.concatenate([part.unseen for part in parts]),
    )

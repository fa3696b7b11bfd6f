"""Seconds to the standard error of P90 of 10,000 random futures: `python -m tests.benchmarks.equal_error [SEEDS]`.

Four ways to simulate `broad_cx` on one core: at Sobol points, by Latin hypercubes, with random futures (the default
before), and by the plain NumPy script that a user would write (`plain_script.py`), month by month and conversation by
conversation. The first three are this engine; how many futures each needs is found from the errors of expected values
over some seeds at 512 to 8,192 futures, the median of the contracts, on straight lines between logarithms. The script
has random futures, so it needs as many as they do. Each row: futures needed, seconds a thousand futures, seconds, and
how many times as long as Sobol points take. A program to read, not a test.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple
from unittest import mock

import numpy as np

from simulator.arrays import Array
from simulator.engine.run import simulate
from simulator.futures import scores
from simulator.scenario.schema import Scenario
from simulator.streams import BLOCK_TRIALS, stream
from tests.benchmarks import plain_script
from tests.nets.costs import costs_of, scenario_of
from tests.nets.equivalent import FIGURES, PLAIN, errors, errors_of_random

SEEDS: Final = 40
SIZES: Final = (512, 1_024, 2_048, 4_096, 8_192)
P90: Final = FIGURES.index("P90")
MONTHS: Final = 12
TIMED: Final = 1_024


def hypercube(futures: int) -> Callable[[int, Sequence[str], int], Array]:
    """Return the points of a Latin hypercube of so many futures in the place of those of nets."""

    def at(seed: int, names: Sequence[str], block: int) -> Array:
        rows = []
        for name in names:
            rng = stream(seed, f"hypercube.{name}")
            rows.append((rng.permutation(futures) + rng.random(futures)) / futures)
        return np.stack(rows)[:, block * BLOCK_TRIALS : (block + 1) * BLOCK_TRIALS]

    return at


def sized(scenario: Scenario, futures: int, **changes: str) -> Scenario:
    """Return a scenario with so many futures."""
    return scenario.model_copy(update={"trials": futures, **changes})


def needed(sizes: Sequence[int], found: Sequence[float], target: float) -> float:
    """Return how many futures have an error, by straight lines between the logarithms of those that were tried."""
    falling = np.minimum.accumulate(np.log(found))
    return float(np.exp(np.interp(-np.log(target), -falling, np.log(sizes))))


def seconds(scenario: Scenario) -> float:
    """Return the processor seconds of a future, of the engine with its sample of conversations, the median of three."""
    simulate(sized(scenario, BLOCK_TRIALS))
    found = []
    for _ in range(3):
        start = time.process_time()
        simulate(sized(scenario, TIMED))
        found.append((time.process_time() - start) / TIMED)
    return statistics.median(found)


def script_seconds() -> float:
    """Return the processor seconds of a future of the plain script, the median of five months times twelve."""
    rng, found = np.random.default_rng(1), []
    for _ in range(5):
        start = time.process_time()
        plain_script.month(rng, 60_000.0)
        found.append((time.process_time() - start) * MONTHS)
    return statistics.median(found)


class Row(NamedTuple):
    """A way to simulate.

    Attributes:
        futures: how many it needs.
        a_thousand: seconds of a thousand of them.
        seconds: of all.
        times: as long as at Sobol points.
    """

    name: str
    futures: float
    a_thousand: float
    seconds: float
    times: float


def rows(seeds: int) -> list[Row]:
    """Measure each way."""
    scenario = scenario_of("broad_cx")
    sobol, cubes = [], []
    for size in SIZES:
        costs = costs_of(sized(scenario, size), range(1, seeds + 1))
        sobol.append(errors(costs)[:, P90])
        with mock.patch.object(scores, "net_points", hypercube(size)):
            cubes.append(errors(costs_of(sized(scenario, size), range(1, seeds + 1)))[:, P90])
    target = errors_of_random(costs)[:, P90]
    counts = {
        name: float(np.median([needed(SIZES, [row[place] for row in of], aim) for place, aim in enumerate(target)]))
        for name, of in (("Sobol points", sobol), ("Latin hypercube", cubes))
    }
    speeds = {
        "Sobol points": seconds(scenario),
        "Latin hypercube": 0.0,
        "random futures (default before)": seconds(sized(scenario, TIMED, sampling="random")),
        "plain NumPy script": script_seconds(),
    }
    speeds["Latin hypercube"] = speeds["Sobol points"]  # their points take as long, as far as a library makes them well
    first = counts["Sobol points"] * speeds["Sobol points"]
    found = []
    for name, speed in speeds.items():
        futures = counts.get(name, float(PLAIN))
        found.append(Row(name, futures, speed * 1_000, futures * speed, futures * speed / first))
    return found


def main(seeds: int) -> None:
    """Print the table."""
    print(f"broad_cx, one core, {seeds} seeds: to the standard error of P90 of {PLAIN:,} random futures")
    print(f"{'':32}{'futures':>10}{'s / 1,000':>11}{'seconds':>10}{'times':>8}")
    for row in rows(seeds):
        print(f"{row.name:32}{row.futures:10,.0f}{row.a_thousand:11.2f}{row.seconds:10.1f}{row.times:8.1f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else SEEDS)
